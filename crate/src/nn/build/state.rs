//! What the builder keeps while a model is stated: nodes, parameters, the path it is at, and the first fault.

use crate::error::{Code, Error, Result};
use crate::nn::graph::{Graph, Kind, Node, NodeId, Param, ParamId, Role, Stage};
use crate::ops::{Input, Op, TensorSpec};

/// Writes a [`Graph`]. Node 0 is the input image.
///
/// What does not fit (a hostile checkpoint may ask for anything) is remembered and answered by [`Builder::finish`], so
/// that a model reads like its paper: until then every method goes on with the value it was given.
pub struct Builder {
    graph: Graph,
    path: Vec<String>,
    fault: Option<String>,
}

/// Numbers that one value may have: beyond this no network is meant.
const LARGEST: u64 = 1 << 32;

impl Builder {
    /// A graph on one image of `[1, channels, height, width]`.
    pub fn new(channels: usize, height: usize, width: usize) -> Self {
        let graph = Graph { nodes: vec![], params: vec![], stages: vec![], output: 0 };
        let mut builder = Self { graph, path: vec![], fault: None };
        builder.node("input", Input { channels, height, width }, &[]);
        builder
    }

    /// The input image.
    pub fn input(&self) -> NodeId {
        0
    }

    /// The shape of a node.
    pub fn shape(&self, node: NodeId) -> &[usize] {
        &self.graph.nodes[node].shape
    }

    /// One dimension of a node's shape; 0, which every operation refuses, where it has no such dimension.
    pub fn dim(&self, node: NodeId, dim: usize) -> usize {
        self.shape(node).get(dim).copied().unwrap_or(0)
    }

    /// The last dimension of a node's shape: the channels of tokens, maps with the channels last and vectors.
    pub fn width(&self, node: NodeId) -> usize {
        self.shape(node).last().copied().unwrap_or(0)
    }

    /// States a module under `name`; what it returns goes by the module's own path.
    pub fn module(&mut self, name: &str, kind: Kind, body: impl FnOnce(&mut Self) -> NodeId) -> NodeId {
        self.path.push(name.to_owned());
        let node = body(self);
        let name = self.path.join(".");
        self.path.pop();
        self.graph.stages.push(Stage { name, kind, node });
        node
    }

    /// Ends the graph.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` with the first thing that did not fit.
    pub fn finish(mut self, output: NodeId) -> Result<Graph> {
        self.graph.output = output;
        match self.fault {
            None => Ok(self.graph),
            Some(fault) => Err(Error::new(Code::UnsupportedCheckpoint, fault)),
        }
    }

    fn key(&self, name: &str) -> String {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        path.join(".")
    }

    pub(super) fn param(&mut self, name: &str, shape: &[usize], role: Role) -> ParamId {
        let key = self.key(name);
        self.graph.params.push(Param { key, shape: shape.to_vec(), role });
        self.graph.params.len() - 1
    }

    /// The parameter that another operation stated under this name; one that none did is refused by the operation that
    /// reads it.
    pub(super) fn stated(&self, name: &str) -> ParamId {
        let key = self.key(name);
        self.graph.params.iter().position(|p| p.key == key).unwrap_or(ParamId::MAX)
    }

    /// An operation's node, called `name` in messages.
    pub(super) fn node(&mut self, name: &str, op: impl Into<Op>, inputs: &[NodeId]) -> NodeId {
        let op = op.into();
        let specs: Vec<TensorSpec> = inputs.iter().map(|&i| self.graph.nodes[i].spec()).collect();
        let output = op.output(&specs, &self.graph.params).and_then(|spec| plausible(spec, &op, &self.graph));
        let TensorSpec { shape, layout } = output.unwrap_or_else(|fault| {
            let name = self.key(name);
            self.fault.get_or_insert_with(|| format!("{name}: {fault}"));
            specs.into_iter().next().unwrap_or_else(|| TensorSpec::nchw(0, 0, 0))
        });
        self.graph.nodes.push(Node { op, inputs: inputs.to_vec(), shape, layout });
        self.graph.nodes.len() - 1
    }

    /// A node that is a stage, named `name` below the current path.
    pub(super) fn named(&mut self, name: &str, kind: Kind, op: impl Into<Op>, inputs: &[NodeId]) -> NodeId {
        let node = self.node(name, op, inputs);
        let name = self.key(name);
        self.graph.stages.push(Stage { name, kind, node });
        node
    }
}

/// The spec, where it and the parameters are of a size that a network can have.
fn plausible(spec: TensorSpec, op: &Op, graph: &Graph) -> Result<TensorSpec, String> {
    let size = |shape: &[usize]| shape.iter().try_fold(1u64, |n, &m| n.checked_mul(m as u64)).filter(|n| *n <= LARGEST);
    let params = op.params();
    let shapes = params.iter().filter_map(|&id| graph.params.get(id)).map(|p| p.shape.as_slice());
    for shape in shapes.chain([spec.shape.as_slice()]) {
        match size(shape) {
            Some(1..) => {}
            Some(0) => return Err(format!("{shape:?} holds nothing")),
            None => return Err(format!("{shape:?} is too large")),
        }
    }
    Ok(spec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Conv, Positions};
    use crate::ops::Resample;

    fn fault(state: impl FnOnce(&mut Builder) -> NodeId) -> String {
        let mut g = Builder::new(3, 32, 32);
        let output = state(&mut g);
        g.finish(output).expect_err("this must be refused").message
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let x = 0;
        let groups = fault(|g| g.module("features", Kind::Layer, |g| g.conv2d("3", x, Conv::new(4, 3).groups(2))));
        assert_eq!(groups, "features.3: the 3 input channels are not divisible by 2 groups");
        assert_eq!(
            fault(|g| g.conv2d("c", x, Conv::new(4, 3).groups(0))),
            "c: the 3 input channels are not divisible by 0 groups"
        );
        let kernel = fault(|g| g.conv2d("conv1", x, Conv::new(4, 35).padding(1)));
        assert_eq!(kernel, "conv1: its kernel of 35 is larger than its input of 32, padded by 1");
        assert_eq!(fault(|g| g.conv2d("conv1", x, Conv::new(0, 3))), "conv1: [0, 3, 3, 3] holds nothing");
        assert!(fault(|g| g.conv2d("conv1", x, Conv::new(usize::MAX, 3))).ends_with("is too large"));
        assert!(fault(|g| g.max_pool("pool", x, 2, 0, 0)).contains("at least 1"));
        assert_eq!(
            fault(|g| g.patchify(x, 5)),
            "patches: the 32 rows of pixels are not divisible by 5 rows of a patch"
        );
        assert!(fault(|g| g.linear("fc", x, 10)).starts_with("fc: it takes values with the channels last"));
    }

    /// The first fault is the one that is told, and what follows from it is no panic.
    #[test]
    fn what_follows_a_fault_goes_on() {
        let message = fault(|g| {
            let x = g.patchify(0, 7);
            let x = g.class_token("cls_token", x);
            let x = g.add_position("pos_embed", x, Positions { rows: 5, front: 1, skip: 0, resample: Resample::Timm });
            let qkv = g.linear("qkv", x, 12);
            let q = g.split_heads("q", qkv, (0, 3), 5);
            let weights = g.window_attention_weights("attn", (q, q), 0, None);
            let x = g.attend("heads", weights, x);
            let x = g.tokens_to_map(x);
            let x = g.window_partition("windows", x, 0);
            let x = g.window_reverse("reverse", x, 0, (0, 0));
            let x = g.merge_neighbours("merge", x);
            let x = g.batch_norm("bn", x);
            let x = g.select_token("fc_norm", x, 9);
            g.class_token_with_position("cls", x, "nowhere")
        });
        assert!(message.starts_with("patches: "), "{message}");
    }
}
