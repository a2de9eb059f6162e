//! What is computed together. Where nobody asked for the value of an operation and only one other reads it, our own
//! kernels compute both at once: attention without its weights, a layer with its activation, a convolution with the
//! residual's sum; on a GPU a linear layer with that sum too. What is wanted is always computed by itself.

use std::collections::HashMap;

use burn::tensor::Tensor;
use vitrine_kernels::gemm::Activation;

use super::graph::{Graph, NodeId};
use super::params::Parameters;
use super::run::Context;
use crate::ops::Op;

/// A node that is computed together with what it reads.
pub(super) struct Fused {
    /// The nodes that both read from elsewhere.
    pub inputs: Vec<NodeId>,
    /// The attention weights, linear layer or convolution that is computed inside it.
    pub layer: NodeId,
    activation: Activation,
}

/// Which nodes of a run are computed together.
#[derive(Default)]
pub(super) struct Plan {
    fused: HashMap<NodeId, Fused>,
    inside: Vec<NodeId>,
}

impl Plan {
    /// The node as it is computed, if together with others.
    pub fn fused(&self, node: NodeId) -> Option<&Fused> {
        self.fused.get(&node)
    }

    /// Whether the node is computed inside another.
    pub fn is_inside(&self, node: NodeId) -> bool {
        self.inside.contains(&node)
    }
}

/// What decides it: how many of the needed nodes read each, and which are wanted for themselves.
pub(super) struct Planner<'a> {
    pub graph: &'a Graph,
    pub params: &'a Parameters,
    pub needed: &'a [NodeId],
    pub readers: &'a [usize],
    pub wanted: &'a [NodeId],
}

impl Planner<'_> {
    /// The plan of a run that follows no gradient and changes nothing.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        for &node in self.needed {
            let inputs = &self.graph.nodes[node].inputs;
            let found = match self.graph.nodes[node].op {
                Op::Attend(_) => self.attention(inputs[0], inputs[1]),
                Op::Relu(_) => self.activated(inputs[0], Activation::Relu),
                Op::Gelu(_) => self.activated(inputs[0], Activation::Gelu),
                Op::Add(_) if self.params.gpu() => self.added(inputs[0], inputs[1]),
                _ => None,
            };
            if let Some((fused, inside)) = found {
                plan.fused.insert(node, fused);
                plan.inside.extend(inside);
            }
        }
        plan
    }

    /// Whether a node is computed here for one reader alone.
    fn is_passed_on(&self, node: NodeId) -> bool {
        self.readers[node] == 1 && !self.wanted.contains(&node) && self.needed.binary_search(&node).is_ok()
    }

    fn attention(&self, weights: NodeId, values: NodeId) -> Option<(Fused, Vec<NodeId>)> {
        let node = &self.graph.nodes[weights];
        let suits = matches!(node.op, Op::AttentionWeights(_)) && self.is_passed_on(weights);
        let inputs = node.inputs.iter().copied().chain([values]).collect();
        suits.then(|| (Fused { inputs, layer: weights, activation: Activation::None }, vec![weights]))
    }

    /// A sum whose branch ends with a linear layer.
    fn added(&self, layer: NodeId, shortcut: NodeId) -> Option<(Fused, Vec<NodeId>)> {
        let node = &self.graph.nodes[layer];
        let suits = matches!(node.op, Op::Linear(_)) && self.is_passed_on(layer);
        let inputs = node.inputs.iter().copied().chain([shortcut]).collect();
        suits.then(|| (Fused { inputs, layer, activation: Activation::None }, vec![layer]))
    }

    fn activated(&self, before: NodeId, activation: Activation) -> Option<(Fused, Vec<NodeId>)> {
        let relu = activation == Activation::Relu;
        let mut inside = vec![];
        let mut residual = None;
        let mut layer = before;
        if relu && matches!(self.graph.nodes[before].op, Op::Add(_)) && self.is_passed_on(before) {
            inside.push(before);
            layer = self.graph.nodes[before].inputs[0];
            residual = Some(self.graph.nodes[before].inputs[1]);
        }
        // A batch norm that its convolution computes already passes it on.
        while self.params.folded_norm(layer).is_some() {
            if !self.is_passed_on(layer) {
                return None;
            }
            inside.push(layer);
            layer = self.graph.nodes[layer].inputs[0];
        }
        let suits = match self.graph.nodes[layer].op {
            Op::Linear(_) => residual.is_none(),
            Op::Conv2d(_) => relu,
            _ => false,
        };
        if !suits || !self.is_passed_on(layer) {
            return None;
        }
        inside.push(layer);
        let inputs = self.graph.nodes[layer].inputs.iter().copied().chain(residual).collect();
        Some((Fused { inputs, layer, activation }, inside))
    }
}

impl Fused {
    /// Computes it; `cx` is at the layer.
    #[expect(
        clippy::expect_used,
        clippy::unreachable,
        reason = "the planner fuses these layers alone, with all their inputs"
    )]
    pub fn compute(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let mut inputs = inputs.into_iter();
        let mut next = || inputs.next().expect("planned with its inputs");
        match &cx.graph().nodes[self.layer].op {
            Op::AttentionWeights(weights) => weights.attended(cx.params(), [next(), next(), next()]),
            Op::Linear(linear) => linear.then(cx.params(), next(), inputs.next(), self.activation),
            Op::Conv2d(conv) => conv.then(cx, next(), inputs.next(), self.activation),
            other => unreachable!("{} is not planned", other.name()),
        }
    }
}
