//! How long each stage takes, measured.

use std::collections::HashMap;

use burn::tensor::Tensor;
use serde::Serialize;

use crate::error::Result;
use crate::network::{View, read};
use crate::nn::{NodeId, Op};
use crate::observe::first_nodes;

/// One stage's share of a forward pass.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageTime {
    /// Its name.
    pub stage: String,
    /// Milliseconds of its nodes; on a GPU with the wait for the device after each step.
    pub ms: f64,
}

impl View<'_> {
    /// Computes a photo twice, step by step, and times the second pass; the first one warms up.
    ///
    /// A step ends where a stage ends, except between a convolution and the batch norm that it computes too. Its time
    /// counts for the stage and for every module around it; that of both for the convolution.
    ///
    /// # Errors
    ///
    /// `DeviceLost` when the device does not answer.
    pub async fn stage_times(&self, image: Tensor<4>, now: impl Fn() -> f64) -> Result<Vec<StageTime>> {
        self.timed(image.clone(), &now).await?;
        let steps = self.timed(image, &now).await?;
        let graph = self.graph();
        let rows = graph.stages.iter().zip(first_nodes(graph)).map(|(stage, first)| StageTime {
            stage: stage.name.clone(),
            ms: steps.iter().filter(|(node, _)| (first..=stage.node).contains(node)).map(|(_, ms)| ms).sum(),
        });
        Ok(rows.collect())
    }

    /// Milliseconds of the steps, each under its last node.
    pub(super) async fn timed(&self, image: Tensor<4>, now: &impl Fn() -> f64) -> Result<Vec<(NodeId, f64)>> {
        let graph = self.graph();
        let mut values = HashMap::from([(0, image)]);
        let mut steps = vec![];
        for end in self.step_ends() {
            let begin = now();
            let wanted = self.read_after(end);
            let computed = self.run(graph).run(values.drain().collect(), &wanted);
            // One number is read, so that the device has finished.
            read(computed[&end].clone().slice([0..1, 0..1, 0..1, 0..1])).await?;
            steps.push((self.counted_as(end), now() - begin));
            values = computed.into_iter().map(|(node, value)| (node, self.as_given(node, value))).collect();
        }
        Ok(steps)
    }

    /// The convolution that computes a batch norm too, for that norm; any other node for itself.
    fn counted_as(&self, node: NodeId) -> NodeId {
        let before = self.graph().nodes[node].inputs[0];
        let fused = matches!(self.graph().nodes[before].op, Op::Conv2d(_));
        if fused && self.graph().batch_norm_of(before) == Some(node) { before } else { node }
    }

    /// Where the steps of a timed pass end, in order.
    pub(super) fn step_ends(&self) -> Vec<NodeId> {
        let graph = self.graph();
        let splits = |&node: &NodeId| {
            let fused = matches!(graph.nodes[node].op, Op::Conv2d(_)) && graph.batch_norm_of(node).is_some();
            node > 0 && node <= graph.output && !fused
        };
        let mut ends: Vec<NodeId> = graph.stages.iter().map(|s| s.node).chain([graph.output]).filter(splits).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    /// The values up to `node` that later nodes read, and its own.
    pub(super) fn read_after(&self, node: NodeId) -> Vec<NodeId> {
        let later = &self.graph().nodes[node + 1..];
        (0..=node).filter(|i| *i == node || later.iter().any(|n| n.inputs.contains(i))).collect()
    }
}
