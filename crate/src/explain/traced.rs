//! A run that records, with a place for a gradient at each of several nodes: one pass back tells of all of them.

use burn::tensor::{Gradients, Tensor};

use crate::network::View;
use crate::nn::NodeId;

/// A node on the way, and where the gradient by its value can be read.
pub(super) struct Leaf {
    /// The node.
    pub node: NodeId,
    /// Its value, without the record.
    pub value: Tensor<4>,
    /// Zeros that were added to it: their gradient is the value's.
    zero: Tensor<4>,
}

impl Leaf {
    /// The gradient by the node's value; zeros where nothing led back to it.
    pub fn gradient(&self, gradients: Option<&Gradients>) -> Tensor<4> {
        gradients.and_then(|all| self.zero.grad(all)).unwrap_or_else(|| self.value.zeros_like())
    }
}

impl View<'_> {
    /// Computes from a recorded `image` to the last of `nodes`. Gives the values from which all that comes after
    /// follows, and a leaf for each node once, in their order in the network.
    pub(super) fn traced(&self, image: Tensor<4>, nodes: &[NodeId]) -> (Vec<(NodeId, Tensor<4>)>, Vec<Leaf>) {
        let mut order = nodes.to_vec();
        order.sort_unstable();
        order.dedup();
        let run = self.run(self.graph());
        let mut given = vec![(0, image)];
        let mut leaves = vec![];
        for node in order {
            let computed = run.run(given, &self.read_after(node));
            given = vec![];
            for (id, mut value) in computed {
                if id == node {
                    let plain = value.clone().inner();
                    let zero = plain.zeros_like().autodiff().require_grad();
                    value = self.as_given(id, value + zero.clone());
                    leaves.push(Leaf { node, value: plain, zero });
                }
                given.push((id, value));
            }
        }
        (given, leaves)
    }
}
