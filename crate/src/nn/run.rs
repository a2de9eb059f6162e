//! The executor: computes the nodes that are asked for, each as soon as its inputs are there, and frees what nobody reads.

use burn::tensor::{Tensor, TensorData};
use std::collections::HashMap;

use super::graph::{Graph, Layout, Node, NodeId, Op};
use super::ops;
use super::params::Parameters;
use super::position::resample_matrix;

/// What a run is given beside the image.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    /// MAE: the patches that stay visible, in the order of their noise.
    pub keep: Vec<usize>,
    /// MAE: for each patch of the image its place among visible patches followed by mask tokens.
    pub restore: Vec<usize>,
    /// Whether dropout drops, as in training.
    pub stochastic: bool,
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

/// The values that were asked for.
pub type Captured = HashMap<NodeId, Tensor<4>>;

/// One computation on a network.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// What is computed.
    pub graph: &'a Graph,
    /// With which parameters.
    pub params: &'a Parameters,
    /// With which mask.
    pub feed: &'a Feed,
    /// With what changed.
    pub changes: &'a [Change],
}

impl Run<'_> {
    /// Computes the `wanted` nodes from the `given` values: the image (node 0), or any later nodes from which all that
    /// is wanted follows. Only what is needed is computed, and a value is dropped when its last reader has run.
    pub fn run(&self, given: Vec<(NodeId, Tensor<4>)>, wanted: &[NodeId]) -> Captured {
        self.run_with(given, wanted, &mut |_, _| {})
    }

    /// The same, telling `after` of every node once it is computed.
    pub fn run_with(
        &self,
        given: Vec<(NodeId, Tensor<4>)>,
        wanted: &[NodeId],
        after: &mut dyn FnMut(NodeId, &Tensor<4>),
    ) -> Captured {
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
        for id in needed {
            let node = &self.graph.nodes[id];
            let inputs = node.inputs.iter().map(|&i| take(&mut values, &mut readers, i)).collect();
            let value = self.changed(id, self.compute(id, node, inputs));
            after(id, &value);
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
        let output = self.graph.output;
        self.run(vec![(0, image)], &[output]).remove(&output).expect("the output was asked for")
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
        let norm = match self.graph.nodes[id].op {
            Op::Conv2d { .. } => self.graph.batch_norm_of(id).map(|n| self.params.norm(n)),
            _ => None,
        };
        match norm {
            Some(n) if n.folded => (value - n.shift.clone()) / n.scale.clone(),
            _ => value,
        }
    }

    fn compute(&self, id: NodeId, node: &Node, mut inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let p = self.params;
        let second = if inputs.len() > 1 { inputs.pop() } else { None };
        let x = inputs.pop().expect("every node but the input has an input");
        match node.op {
            Op::Input => x,
            Op::Conv2d { weight, bias, stride, padding, groups } => {
                ops::conv2d(x, p.kernel(weight), p.conv_bias(self.graph, id, bias), (stride, padding, groups))
            }
            Op::BatchNorm { .. } if p.norm(id).folded => x,
            Op::BatchNorm { .. } => x * p.norm(id).scale.clone() + p.norm(id).shift.clone(),
            Op::Relu => ops::relu(x, p.gpu()),
            Op::Gelu => ops::gelu(x),
            Op::MaxPool { kernel, stride, padding } => ops::max_pool(x, kernel, stride, padding),
            Op::AdaptiveAvgPool { size } => ops::adaptive_avg_pool(x, size),
            Op::GlobalAvgPool => ops::global_avg_pool(x),
            Op::LocalResponseNorm { size, alpha, beta, k } => ops::local_response_norm(x, size, alpha, beta, k),
            Op::Dropout { p } if self.feed.stochastic => ops::dropout(x, p),
            Op::Dropout { .. } => x,
            Op::Flatten => ops::flatten(x),
            Op::Linear { weight, bias } => ops::linear(x, p.matrix(weight), bias.map(|b| p.vector(b))),
            Op::LayerNorm { weight, bias, eps } => ops::layer_norm(x, p.vector(weight), p.vector(bias), eps),
            Op::Patchify { patch } => ops::patchify(x, patch),
            Op::TokensToMap { side } => ops::tokens_to_map(x, side),
            Op::ClassToken { token } => ops::prepend(x, p.tokens(token)),
            Op::AddPosition { .. } if self.changes.contains(&Change::SkipPosition(id)) => x,
            Op::AddPosition { position, skip } => {
                let rows = p.tokens(position);
                let rows = self.order(id).map_or(rows.clone(), |order| ops::gather_tokens(rows, order));
                self.add_position(x, rows, skip)
            }
            Op::ClassTokenWithPosition { token, position } => {
                ops::prepend(x, p.tokens(token) + p.tokens(position).narrow(2, 0, 1))
            }
            Op::SplitHeads { part, of, heads } => ops::split_heads(x, part, of, heads),
            Op::AttentionWeights { scale, relative_bias, mask } => {
                let k = second.expect("attention has queries and keys");
                ops::attention_weights(x, k, scale, relative_bias.map(|b| p.tokens(b)), mask.map(|m| p.mask(m)))
            }
            Op::Attend => ops::attend(x, second.expect("attention has weights and values")),
            Op::Roll { shift } => ops::roll(x, shift),
            Op::WindowPartition { window } => ops::window_partition(x, window),
            Op::WindowReverse { window, height, width } => ops::window_reverse(x, window, height, width),
            Op::MergeNeighbours => ops::merge_neighbours(x),
            Op::MeanTokens => ops::mean_tokens(x),
            Op::SelectToken { index } => x.narrow(2, index, 1),
            Op::DropClassToken => {
                let n = x.dims()[2];
                x.narrow(2, 1, n - 1)
            }
            Op::Add => self.sum(id, x, second.expect("a sum has two terms")),
            Op::GatherVisible { .. } => ops::gather_tokens(x, &self.feed.keep),
            Op::InsertMaskTokens { token, .. } => ops::insert_mask_tokens(x, p.tokens(token), &self.feed.restore),
        }
    }

    fn sum(&self, id: NodeId, branch: Tensor<4>, shortcut: Tensor<4>) -> Tensor<4> {
        if self.changes.contains(&Change::DropShortcut(id)) {
            branch
        } else if self.changes.contains(&Change::DropBranch(id)) {
            shortcut
        } else {
            branch + shortcut
        }
    }

    fn order(&self, id: NodeId) -> Option<&[usize]> {
        self.changes.iter().find_map(|change| match change {
            Change::ShufflePosition(n, order) if *n == id => Some(&order[..]),
            _ => None,
        })
    }

    fn add_position(&self, x: Tensor<4>, position: Tensor<4>, skip: usize) -> Tensor<4> {
        let [_, _, n, c] = x.dims();
        let rows = position.dims()[2];
        if n + skip == rows {
            return x + position.narrow(2, skip, n);
        }
        // A class token, where there is one, keeps its own row: only the grid is resampled.
        let class = rows - rows.isqrt().pow(2);
        let (old, new) = ((rows - class).isqrt(), (n + skip - class).isqrt());
        let matrix = resample_matrix(old, new);
        let matrix =
            Tensor::<4>::from_data(TensorData::new(matrix, [1, 1, new * new, old * old]), self.params.device());
        let grid = matrix.matmul(position.clone().narrow(2, class, rows - class));
        let all = if class > skip { Tensor::cat(vec![position.narrow(2, 0, class), grid], 2) } else { grid };
        x + all.reshape([1, 1, n, c])
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

/// A local response normalization and then a max pooling of `[b, channels, height, width]`; an operation of another kind
/// changes nothing.
pub fn normalize_then_pool(x: Tensor<4>, norm: &Op, pool: &Op) -> Tensor<4> {
    let x = match *norm {
        Op::LocalResponseNorm { size, alpha, beta, k } => ops::local_response_norm(x, size, alpha, beta, k),
        _ => x,
    };
    match *pool {
        Op::MaxPool { kernel, stride, padding } => ops::max_pool(x, kernel, stride, padding),
        _ => x,
    }
}
