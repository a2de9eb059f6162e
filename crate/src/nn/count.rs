//! Parameters and multiply-adds, counted from the stated graph.

use super::graph::{Graph, NodeId, Op, ParamId};

impl Graph {
    /// Number of learned values; a batch norm's running statistics are measured, not learned, as torch counts them.
    pub fn parameters(&self) -> usize {
        (0..self.params.len()).map(|id| self.learned(id)).sum()
    }

    /// Learned values that one node reads.
    pub fn parameters_of(&self, node: NodeId) -> usize {
        self.nodes[node].op.params().into_iter().map(|id| self.learned(id)).sum()
    }

    fn learned(&self, id: ParamId) -> usize {
        let param = &self.params[id];
        let measured = param.key.ends_with("running_mean") || param.key.ends_with("running_var");
        if measured { 0 } else { param.shape.iter().product() }
    }

    /// Multiply-adds of one node for one image; a multiplication and an addition count as one. Convolutions, linear
    /// layers and attention count; normalizations and activations do not, as in the papers' tables. 32 bits, as in a browser, would not hold large ones.
    pub fn multiply_adds(&self, node: NodeId) -> u64 {
        let n = &self.nodes[node];
        let product = |sizes: &[usize]| sizes.iter().map(|&n| n as u64).product::<u64>();
        let cells = product(&n.shape);
        let input = |i: usize| &self.nodes[n.inputs[i]].shape;
        match n.op {
            Op::Conv2d { weight, .. } => cells * product(&self.params[weight].shape[1..]),
            Op::Linear { weight, .. } => cells * product(&self.params[weight].shape[1..]),
            Op::AttentionWeights { .. } => cells * input(0)[3] as u64,
            Op::Attend => cells * input(0)[3] as u64,
            _ => 0,
        }
    }
}
