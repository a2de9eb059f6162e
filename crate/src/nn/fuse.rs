//! What is computed together. Where nobody asked for the value of an operation and only one other reads it, the CPU's
//! kernels compute both at once: attention without its weights, a layer with its activation, a convolution with the
//! residual's sum. What is wanted is always computed by itself.

use std::collections::HashMap;

use burn::tensor::Tensor;
use vitrine_kernels::gemm::Activation;

use super::graph::{Graph, NodeId, Op};
use super::ops;
use super::params::Parameters;

/// A node that is computed together with what it reads.
pub(super) struct Fused {
    /// The nodes that both read from elsewhere.
    pub inputs: Vec<NodeId>,
    with: With,
}

enum With {
    /// The attention weights, before their values.
    Weights(NodeId),
    /// The linear layer or convolution before an activation; a second input is the residual.
    Layer(NodeId, Activation),
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
                Op::Attend => self.attention(inputs[0], inputs[1]),
                Op::Relu => self.activated(inputs[0], Activation::Relu),
                Op::Gelu => self.activated(inputs[0], Activation::Gelu),
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
        let suits = matches!(node.op, Op::AttentionWeights { .. }) && self.is_passed_on(weights);
        let inputs = node.inputs.iter().copied().chain([values]).collect();
        suits.then(|| (Fused { inputs, with: With::Weights(weights) }, vec![weights]))
    }

    fn activated(&self, before: NodeId, activation: Activation) -> Option<(Fused, Vec<NodeId>)> {
        let relu = activation == Activation::Relu;
        let mut inside = vec![];
        let mut residual = None;
        let mut layer = before;
        if relu && matches!(self.graph.nodes[before].op, Op::Add) && self.is_passed_on(before) {
            inside.push(before);
            layer = self.graph.nodes[before].inputs[0];
            residual = Some(self.graph.nodes[before].inputs[1]);
        }
        // A batch norm that its convolution computes already passes it on.
        while matches!(self.graph.nodes[layer].op, Op::BatchNorm { .. }) && self.params.norm(layer).folded {
            if !self.is_passed_on(layer) {
                return None;
            }
            inside.push(layer);
            layer = self.graph.nodes[layer].inputs[0];
        }
        let suits = match self.graph.nodes[layer].op {
            Op::Linear { .. } => residual.is_none(),
            Op::Conv2d { .. } => relu,
            _ => false,
        };
        if !suits || !self.is_passed_on(layer) {
            return None;
        }
        inside.push(layer);
        let inputs = self.graph.nodes[layer].inputs.iter().copied().chain(residual).collect();
        Some((Fused { inputs, with: With::Layer(layer, activation) }, inside))
    }
}

impl Fused {
    /// Computes it.
    pub fn compute(&self, graph: &Graph, params: &Parameters, mut inputs: Vec<Tensor<4>>) -> Tensor<4> {
        match self.with {
            With::Weights(weights) => {
                let Op::AttentionWeights { scale, relative_bias, mask } = graph.nodes[weights].op else {
                    unreachable!("planned from attention weights")
                };
                let (v, k, q) = (inputs.pop(), inputs.pop(), inputs.pop());
                let [q, k, v] = [q, k, v].map(|x| x.expect("attention reads three values"));
                let bias = relative_bias.map(|b| params.tokens(b));
                ops::attention((q, k, v), scale, bias, mask.map(|m| params.mask(m)))
            }
            With::Layer(layer, activation) => {
                let residual = if inputs.len() > 1 { inputs.pop() } else { None };
                let x = inputs.pop().expect("a layer has an input");
                match graph.nodes[layer].op {
                    Op::Linear { weight, bias } => {
                        ops::linear_then(x, params.matrix(weight), bias.map(|b| params.vector(b)), activation)
                    }
                    Op::Conv2d { weight, bias, stride, padding, groups } => {
                        let bias = params.conv_bias(graph, layer, bias);
                        let settings = (stride, padding, groups);
                        ops::conv2d_then(x, params.kernel(weight), bias, settings, residual, activation)
                    }
                    _ => unreachable!("planned from a layer"),
                }
            }
        }
    }
}
