//! What a layer's kernels look like.

use serde::Deserialize;

use super::bad;
use crate::error::Result;
use crate::network::{Values, View, read};
use crate::nn::{NodeId, Op};

/// Which filters.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default, deny_unknown_fields)]
pub struct FilterArgs {
    /// A convolution (or patch embedding); the first where none is given.
    pub stage: Option<String>,
}

impl View<'_> {
    /// The kernels of a convolution, `[out, in, height, width]`, as the checkpoint holds them (without the batch norm
    /// that they are computed with); of a patch embedding likewise, and of a dense layer that reads a flattened map,
    /// whose rows are pictures of that map.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` where a stage or the network has no kernels.
    pub async fn filters(&self, args: &FilterArgs) -> Result<Values> {
        let graph = self.graph();
        let kernel = |node: NodeId| match &graph.nodes[node].op {
            Op::Conv2d(conv) => Some(conv.weight),
            Op::Linear(linear) => {
                let flat = &graph.nodes[graph.nodes[node].inputs[0]];
                let is_kernel = graph.params[linear.weight].shape.len() == 4 || matches!(flat.op, Op::Flatten(_));
                is_kernel.then_some(linear.weight)
            }
            _ => None,
        };
        let node = match &args.stage {
            Some(stage) => {
                let node = self.stage_node(stage)?;
                kernel(node).map(|_| node).ok_or_else(|| bad(format!("{stage} is not a convolution")))?
            }
            None => {
                let first = (0..graph.nodes.len()).find(|&n| kernel(n).is_some());
                first.ok_or_else(|| bad(format!("{} has no convolutions", self.architecture().title())))?
            }
        };
        let weight = kernel(node).ok_or_else(|| bad("this stage is not a convolution"))?;
        let mut shape = graph.params[weight].shape.clone();
        if let Op::Linear(_) = graph.nodes[node].op {
            let mut data = vec![];
            for block in self.params().matrix(weight) {
                let [inputs, rows] = block.dims();
                data.extend(read(block.clone().transpose().reshape([1, 1, rows, inputs])).await?.data);
            }
            let flat = &graph.nodes[graph.nodes[node].inputs[0]];
            if let Op::Flatten(_) = flat.op {
                shape.truncate(1);
                shape.extend(&graph.nodes[flat.inputs[0]].shape[1..]);
            }
            return Ok(Values { data, shape });
        }
        let mut data = read(self.params().kernel(weight)).await?.data;
        if let Some(norm) = self.params().norm_in(graph, node) {
            let scale = read(norm.scale.clone()).await?.data;
            let row = data.len() / scale.len();
            data.chunks_exact_mut(row).zip(&scale).for_each(|(row, s)| row.iter_mut().for_each(|w| *w /= s));
        }
        Ok(Values { data, shape })
    }
}
