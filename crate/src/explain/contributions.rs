//! What each map adds to an answer: its numbers times the answer's gradient by them, summed over the photo. For a
//! network without biases these would add up to the answer at every depth (gradient times input; Shrikumar et al.,
//! 2016, arXiv:1605.01713).

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::largest;
use crate::error::Result;
use crate::network::{View, read};
use crate::nn::{Layout, NodeId, Op};

/// Of which stages, to which class.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ContributionsArgs"))]
#[serde(deny_unknown_fields)]
pub struct ContributionArgs {
    /// Names of stages.
    pub stages: Vec<String>,
    /// The class; the first answer where it is left out.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    pub index: Option<usize>,
}

/// What the maps of stages add to the score of one class.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Contributions {
    /// The class.
    pub index: usize,
    /// One row for each stage that was asked for.
    pub stages: Vec<StageShares>,
}

/// One stage's maps.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageShares {
    /// Its name.
    pub stage: String,
    /// For each channel, head or number what it adds to the class's score.
    pub shares: Vec<f32>,
}

impl View<'_> {
    /// One forward pass that records and one back from the score of a class, for all stages together.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for a network that scores no classes or has no such class.
    pub async fn contributions(&self, image: Tensor<4>, args: &ContributionArgs) -> Result<Contributions> {
        self.has_logits()?;
        let wanted = self.nodes(&args.stages)?;
        let graph = self.graph();
        let (given, leaves) = self.traced(image.narrow(0, 0, 1).autodiff(), &wanted);
        let answer = self.run(graph).value_from(given, graph.output);
        let scores = read(answer.clone().inner()).await?.data;
        let index = match args.index {
            Some(index) if index >= scores.len() => {
                return Err(super::bad(format!("there are {} classes, no class {index}", scores.len())));
            }
            Some(index) => index,
            None => largest(&scores),
        };
        let logit = answer.narrow(3, index, 1);
        let gradients = if logit.is_tracked() { Some(logit.backward()) } else { None };
        let mut shares = vec![];
        for leaf in leaves {
            let product = leaf.value.clone() * leaf.gradient(gradients.as_ref());
            shares.push((leaf.node, read(self.by_channel(leaf.node, product)).await?.data));
        }
        let row = |(stage, node): (&String, &NodeId)| {
            let found = shares.iter().find(|(n, _)| n == node).map(|(_, s)| s.clone());
            StageShares { stage: stage.clone(), shares: found.unwrap_or_default() }
        };
        Ok(Contributions { index, stages: args.stages.iter().zip(&wanted).map(row).collect() })
    }

    /// The sum over space, tokens and windows: one number for each channel or head.
    pub(super) fn by_channel(&self, node: NodeId, product: Tensor<4>) -> Tensor<4> {
        let [b, x, y, c] = product.dims();
        let stated = &self.graph().nodes[node];
        match (stated.layout, &stated.op) {
            (Layout::Nchw, _) => product.reshape([1, 1, x, y * c]).sum_dim(3),
            (_, Op::AttentionWeights(_)) => product.permute([1, 0, 2, 3]).reshape([1, 1, x, b * y * c]).sum_dim(3),
            (Layout::Heads, _) => product.permute([0, 2, 1, 3]).reshape([1, 1, b * y, x * c]).sum_dim(2),
            _ => product.reshape([1, 1, b * x * y, c]).sum_dim(2),
        }
    }
}
