//! What is computed together. Where nobody asked for the value of an operation and only one other reads it, our own
//! kernels compute both at once: attention without its weights, a layer with its activation or the residual's sum; on the
//! CPU a norm with the windows that its maps are cut into, and windows that are put together with that sum. What is wanted
//! is always computed by itself.

use std::collections::HashMap;

use burn::tensor::Tensor;
use vitrine_kernels::cut::Cut;
use vitrine_kernels::gemm::Activation;

use super::graph::{Graph, NodeId};
use super::params::Parameters;
use super::run::Context;
use crate::ops::{Op, maps_rolled_back, rolled_windows};

/// A node that is computed together with what it reads.
pub(super) struct Fused {
    /// The nodes that both read from elsewhere.
    pub inputs: Vec<NodeId>,
    /// The first of what is computed together.
    pub layer: NodeId,
    then: Then,
}

/// What follows the first.
#[derive(Clone, Copy)]
enum Then {
    /// The sum with one more input, where there is one, and this.
    Activation(Activation),
    /// Maps are rolled and cut into these windows, or put together of them and rolled back.
    Cut(Cut),
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
                Op::Add(_) => self.added(inputs[0], inputs[1]),
                Op::WindowPartition(windows) if !self.params.gpu() => self.windows(inputs[0], windows.window),
                Op::Roll(_) if !self.params.gpu() => self.maps(node, None),
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
        suits.then(|| (Fused { inputs, layer: weights, then: Then::Activation(Activation::None) }, vec![weights]))
    }

    /// A sum whose branch ends with a linear layer, or on the CPU with windows that are put together.
    fn added(&self, branch: NodeId, shortcut: NodeId) -> Option<(Fused, Vec<NodeId>)> {
        let maps = || if self.params.gpu() { None } else { self.maps(branch, Some(shortcut)) };
        self.linear_added(branch, shortcut).or_else(maps)
    }

    fn linear_added(&self, layer: NodeId, shortcut: NodeId) -> Option<(Fused, Vec<NodeId>)> {
        let node = &self.graph.nodes[layer];
        let suits = matches!(node.op, Op::Linear(_)) && self.is_passed_on(layer);
        let inputs = node.inputs.iter().copied().chain([shortcut]).collect();
        suits.then(|| (Fused { inputs, layer, then: Then::Activation(Activation::None) }, vec![layer]))
    }

    /// How far a node rolls what it reads, where maps can be cut or put together by that at once.
    fn rolled(&self, node: NodeId, sign: isize) -> Option<usize> {
        let Op::Roll(roll) = &self.graph.nodes[node].op else { return None };
        let &[_, height, width, _] = self.graph.nodes[node].shape.as_slice() else { return None };
        usize::try_from(sign * roll.shift).ok().filter(|&shift| shift < height.min(width))
    }

    /// Windows of maps that were normalized or rolled, or both, just before.
    fn windows(&self, before: NodeId, side: usize) -> Option<(Fused, Vec<NodeId>)> {
        let &[_, height, width, _] = self.graph.nodes[before].shape.as_slice() else { return None };
        let mut inside = vec![];
        let mut shift = 0;
        let mut layer = before;
        if let Some(by) = self.rolled(before, 1).filter(|_| self.is_passed_on(before)) {
            shift = by;
            inside.push(before);
            layer = self.graph.nodes[before].inputs[0];
        }
        if matches!(self.graph.nodes[layer].op, Op::LayerNorm(_)) && self.is_passed_on(layer) {
            inside.push(layer);
        }
        let &layer = inside.last()?;
        let inputs = self.graph.nodes[layer].inputs.clone();
        let then = Then::Cut(Cut { height, width, side, shift });
        Some((Fused { inputs, layer, then }, inside))
    }

    /// Windows that are put together again, rolled back or a shortcut's other side, or both; `last` is whichever comes last.
    fn maps(&self, last: NodeId, shortcut: Option<NodeId>) -> Option<(Fused, Vec<NodeId>)> {
        let mut inside = vec![];
        let mut shift = 0;
        let mut layer = last;
        if let Some(by) = self.rolled(last, -1).filter(|_| shortcut.is_none() || self.is_passed_on(last)) {
            shift = by;
            inside.extend(shortcut.map(|_| last));
            layer = self.graph.nodes[last].inputs[0];
        } else if shortcut.is_none() {
            return None;
        }
        let node = &self.graph.nodes[layer];
        let Op::WindowReverse(windows) = &node.op else { return None };
        if !self.is_passed_on(layer) {
            return None;
        }
        inside.push(layer);
        let inputs = node.inputs.iter().copied().chain(shortcut).collect();
        let then = Then::Cut(Cut { height: windows.height, width: windows.width, side: windows.window, shift });
        Some((Fused { inputs, layer, then }, inside))
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
        Some((Fused { inputs, layer, then: Then::Activation(activation) }, inside))
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
        match (&cx.graph().nodes[self.layer].op, self.then) {
            (Op::AttentionWeights(weights), _) => weights.attended(cx.params(), [next(), next(), next()]),
            (Op::Linear(linear), Then::Activation(last)) => linear.then(cx.params(), next(), inputs.next(), last),
            (Op::Conv2d(conv), Then::Activation(last)) => conv.then(cx, next(), inputs.next(), last),
            (Op::LayerNorm(norm), Then::Cut(cut)) => norm.in_windows(cx.params(), next(), cut),
            (Op::Roll(_), Then::Cut(cut)) => rolled_windows(next(), cut),
            (Op::WindowReverse(_), Then::Cut(cut)) => maps_rolled_back(next(), cut, inputs.next()),
            (other, _) => unreachable!("{} is not planned", other.name()),
        }
    }
}
