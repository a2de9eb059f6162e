//! AlexNet's order and the taught one: normalization before pooling (section 3.3 of the paper) and after it.

use burn::tensor::Tensor;
use serde::Deserialize;

use super::bad;
use crate::error::Result;
use crate::network::{Values, View, read};
use crate::nn::Op;

/// Which normalization.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "NormOrdersArgs"))]
#[serde(deny_unknown_fields)]
pub struct OrderArgs {
    /// A local response normalization that follows a pooling, as in the small network of this project.
    pub stage: String,
}

/// The same values in both orders.
#[derive(Debug, Clone)]
pub struct Orders {
    /// `[1, channels, height, width]`: pooled, then normalized, as the network computes it.
    pub taught: Values,
    /// The same shape: normalized, then pooled, as in the paper.
    pub paper: Values,
}

impl View<'_> {
    /// Pools and normalizes what the pooling before a normalization reads, in both orders.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for one that is no normalization behind a pooling.
    pub async fn orders(&self, image: Tensor<4>, args: &OrderArgs) -> Result<Orders> {
        let node = self.stage_node(&args.stage)?;
        let graph = self.graph();
        let pool = graph.nodes[node].inputs[0];
        let (Op::LocalResponseNorm(norm), Op::MaxPool(pooling)) = (&graph.nodes[node].op, &graph.nodes[pool].op) else {
            return Err(bad(format!("{} is not a normalization that follows a pooling", args.stage)));
        };
        let before = graph.nodes[pool].inputs[0];
        let mut values = self.capture(image.narrow(0, 0, 1), &[before, node]);
        let (taught, before) = (values.remove(1), values.remove(0));
        let paper = pooling.apply(norm.apply(before));
        Ok(Orders { taught: read(taught).await?, paper: read(paper).await? })
    }
}
