//! The executor: computes the nodes that are asked for, each as soon as its inputs are there, and frees what nobody
//! reads.

use std::cell::RefCell;
use std::collections::HashMap;

use burn::tensor::{Tensor, TensorData};

use super::fuse::{Plan, Planner};
use super::graph::{Graph, NodeId, ParamId};
use super::params::Parameters;
use crate::ops::Layout;

/// What a run is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// A network answers: dropout is the identity, batch norms have their running statistics.
    #[default]
    Inference,
    /// Dropout drops, and nothing else differs (Gal and Ghahramani, ICML 2016).
    Stochastic,
    /// Dropout drops, and batch norms have the statistics of the batch, which [`Run::statistics`] takes.
    Training,
}

/// What a batch norm measured of a batch in training, each with the parameter that its running statistic is.
#[derive(Debug, Clone)]
pub struct BatchStatistics {
    /// Mean of each channel, `[channels]`.
    pub mean: (ParamId, Tensor<1>),
    /// Variance of each channel, `[channels]`, the unbiased estimate.
    pub var: (ParamId, Tensor<1>),
}

/// A part of the network switched off or changed for one run.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The node's value is all zeros.
    Zero(NodeId),
    /// One channel of `[b, c, h, w]`, or of the last dimension of tokens, is zero.
    ZeroChannel(NodeId, usize),
    /// One head of `[b, heads, n, n]` attends to nothing.
    ZeroHead(NodeId, usize),
    /// One token of `[b, n, c]` is zero.
    ZeroToken(NodeId, usize),
    /// The position embedding is not added.
    SkipPosition(NodeId),
    /// The rows of the position embedding are added in this order.
    ShufflePosition(NodeId, Vec<usize>),
    /// The sum keeps its branch alone (input 0): no skip connection.
    DropShortcut(NodeId),
    /// The sum keeps its shortcut alone (input 1): no branch.
    DropBranch(NodeId),
}

/// What is told of every node once it is computed.
type After<'a> = dyn FnMut(NodeId, &Tensor<4>) + 'a;

/// The values that were asked for.
pub type Captured = HashMap<NodeId, Tensor<4>>;

/// One computation on a network: what belongs to it is told here, and nowhere else.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// What is computed.
    pub graph: &'a Graph,
    /// With which parameters.
    pub params: &'a Parameters,
    /// What for.
    pub mode: Mode,
    /// What is changed.
    pub changes: &'a [Change],
    /// Where batch norms tell what they measure in training.
    pub statistics: Option<&'a RefCell<Vec<BatchStatistics>>>,
}

/// What an operation is told of the run that computes it.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    run: &'a Run<'a>,
    /// The node that is computed.
    pub node: NodeId,
}

impl<'a> Context<'a> {
    /// The network.
    pub fn graph(&self) -> &'a Graph {
        self.run.graph
    }

    /// Its parameters.
    pub fn params(&self) -> &'a Parameters {
        self.run.params
    }

    /// What the run is for.
    pub fn mode(&self) -> Mode {
        self.run.mode
    }

    /// What is changed, in the whole network.
    pub fn changes(&self) -> &'a [Change] {
        self.run.changes
    }

    /// Tells what a batch norm measured.
    pub fn report(&self, statistics: BatchStatistics) {
        if let Some(all) = self.run.statistics {
            all.borrow_mut().push(statistics);
        }
    }
}

impl<'a> Run<'a> {
    /// A network's answer with nothing changed.
    pub fn new(graph: &'a Graph, params: &'a Parameters) -> Self {
        Self { graph, params, mode: Mode::Inference, changes: &[], statistics: None }
    }

    /// Computes the `wanted` nodes from the `given` values: the image (node 0), or any later nodes from which all that
    /// is wanted follows. Only what is needed is computed, and a value is dropped when its last reader has run.
    pub fn run(&self, given: Vec<(NodeId, Tensor<4>)>, wanted: &[NodeId]) -> Captured {
        self.compute_all(given, wanted, None)
    }

    /// The same, telling `after` of every node once it is computed, each by itself.
    pub fn run_with(
        &self,
        given: Vec<(NodeId, Tensor<4>)>,
        wanted: &[NodeId],
        after: &mut dyn FnMut(NodeId, &Tensor<4>),
    ) -> Captured {
        self.compute_all(given, wanted, Some(after))
    }

    fn compute_all(
        &self,
        given: Vec<(NodeId, Tensor<4>)>,
        wanted: &[NodeId],
        mut after: Option<&mut After<'_>>,
    ) -> Captured {
        let by_itself = after.is_some() || !self.changes.is_empty() || self.mode != Mode::Inference;
        let fuses = !by_itself && !given.iter().any(|(_, value)| value.is_autodiff());
        let mut values: HashMap<NodeId, Tensor<4>> = given.into_iter().collect();
        let needed = self.needed(&values, wanted);
        let mut readers = vec![0usize; self.graph.nodes.len()];
        needed.iter().flat_map(|&n| &self.graph.nodes[n].inputs).for_each(|&i| readers[i] += 1);
        let mut captured = Captured::new();
        for &id in wanted {
            if let Some(value) = values.get(&id) {
                captured.insert(id, value.clone());
            }
        }
        let planner = Planner { graph: self.graph, params: self.params, needed: &needed, readers: &readers, wanted };
        let plan = if fuses { planner.plan() } else { Plan::default() };
        for id in needed {
            if plan.is_inside(id) {
                continue;
            }
            let node = &self.graph.nodes[id];
            let fused = plan.fused(id);
            let reads = fused.map_or(&node.inputs, |fused| &fused.inputs);
            let inputs = reads.iter().map(|&i| take(&mut values, &mut readers, i)).collect();
            let value = match fused {
                Some(fused) => fused.compute(&Context { run: self, node: fused.layer }, inputs),
                None => self.changed(id, node.op.forward(&Context { run: self, node: id }, inputs)),
            };
            if let Some(after) = &mut after {
                after(id, &value);
            }
            if wanted.contains(&id) {
                captured.insert(id, self.observable(id, value.clone()));
            }
            if readers[id] > 0 {
                values.insert(id, value);
            }
        }
        captured
    }

    /// The answer for an image.
    pub fn output(&self, image: Tensor<4>) -> Tensor<4> {
        self.value(image, self.graph.output)
    }

    /// The value of one node for an image.
    pub fn value(&self, image: Tensor<4>, node: NodeId) -> Tensor<4> {
        self.value_from(vec![(0, image)], node)
    }

    /// The value of one node from `given` ones, as [`Self::run`] takes them.
    #[expect(clippy::expect_used, reason = "a run answers with every node that is wanted")]
    pub fn value_from(&self, given: Vec<(NodeId, Tensor<4>)>, node: NodeId) -> Tensor<4> {
        self.run(given, &[node]).remove(&node).expect("the node was asked for")
    }

    fn needed(&self, given: &HashMap<NodeId, Tensor<4>>, wanted: &[NodeId]) -> Vec<NodeId> {
        let mut need = vec![false; self.graph.nodes.len()];
        wanted.iter().for_each(|&n| need[n] = true);
        for id in (0..need.len()).rev() {
            if need[id] && given.contains_key(&id) {
                need[id] = false;
            } else if need[id] {
                self.graph.nodes[id].inputs.iter().for_each(|&i| need[i] = true);
            }
        }
        (0..need.len()).filter(|&id| need[id] && !given.contains_key(&id)).collect()
    }

    /// A convolution that computes its batch norm too is shown without it, as the reference implementations hook it.
    fn observable(&self, id: NodeId, value: Tensor<4>) -> Tensor<4> {
        match self.params.norm_in(self.graph, id) {
            Some(norm) => (value - norm.shift.clone()) / norm.scale.clone(),
            None => value,
        }
    }

    fn changed(&self, id: NodeId, value: Tensor<4>) -> Tensor<4> {
        self.changes.iter().fold(value, |value, change| match *change {
            Change::Zero(n) if n == id => value.zeros_like(),
            Change::ZeroChannel(n, channel) if n == id => {
                let dim = if self.graph.nodes[id].layout == Layout::Nchw { 1 } else { 3 };
                zero_slice(value, dim, channel)
            }
            Change::ZeroHead(n, head) if n == id => zero_slice(value, 1, head),
            Change::ZeroToken(n, token) if n == id => zero_slice(value, 2, token),
            _ => value,
        })
    }
}

#[expect(
    clippy::expect_used,
    reason = "nodes are in the order of computation, and a value is kept until its last reader"
)]
fn take(values: &mut HashMap<NodeId, Tensor<4>>, readers: &mut [usize], id: NodeId) -> Tensor<4> {
    readers[id] -= 1;
    let value = if readers[id] == 0 { values.remove(&id) } else { values.get(&id).cloned() };
    value.expect("nodes are in the order of computation")
}

fn zero_slice(value: Tensor<4>, dim: usize, index: usize) -> Tensor<4> {
    let n = value.dims()[dim];
    let mut mask = vec![1.0f32; n];
    mask[index.min(n - 1)] = 0.0;
    let mut shape = [1; 4];
    shape[dim] = n;
    let mask = Tensor::<4>::from_data(TensorData::new(mask, shape), &value.device().inner());
    value * mask
}
