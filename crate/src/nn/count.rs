//! Parameters and multiply-adds, counted from the stated graph.

use super::graph::{Graph, NodeId, Op};

impl Graph {
    /// Number of learned values (running statistics included, as in a checkpoint).
    pub fn parameters(&self) -> usize {
        self.params.iter().map(|p| p.shape.iter().product::<usize>()).sum()
    }

    /// Learned values that one node reads.
    pub fn parameters_of(&self, node: NodeId) -> usize {
        let size = |p: usize| self.params[p].shape.iter().product::<usize>();
        self.nodes[node].op.params().into_iter().map(size).sum()
    }

    /// Multiply-adds of one node for one image; a multiplication and an addition count as one. Convolutions, linear
    /// layers and attention count; normalizations and activations do not, as in the papers' tables.
    pub fn multiply_adds(&self, node: NodeId) -> usize {
        let n = &self.nodes[node];
        let cells: usize = n.shape.iter().product();
        let input = |i: usize| &self.nodes[n.inputs[i]].shape;
        match n.op {
            Op::Conv2d { weight, .. } => cells * self.params[weight].shape[1..].iter().product::<usize>(),
            Op::Linear { weight, .. } => cells * self.params[weight].shape[1..].iter().product::<usize>(),
            Op::AttentionWeights { .. } => cells * input(0)[3],
            Op::Attend => cells * input(0)[3],
            _ => 0,
        }
    }
}
