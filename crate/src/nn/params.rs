//! Parameters on the device, filled a tensor at a time while a checkpoint streams in.

use burn::tensor::{Device, Tensor, TensorData};
use std::cell::RefCell;
use std::collections::HashMap;

use super::graph::{Graph, NodeId, ParamId, Role};
use super::values::read;
use crate::error::{Code, Error, Result};
use crate::kernels;
use crate::ops::{Op, PositionNetwork, WindowMask};

#[cfg(feature = "train")]
mod trained;

/// A parameter in the form in which its operation reads it.
#[derive(Debug, Clone)]
enum Value {
    Vector(Tensor<1>),
    /// Blocks `[in, rows]` of the transposed weight.
    Matrix(Vec<Tensor<2>>),
    Kernel(Tensor<4>),
    Tokens(Tensor<4>),
}

/// A batch norm as `scale * x + shift`.
#[derive(Debug, Clone)]
pub struct Affine {
    /// `[1, c, 1, 1]`.
    pub scale: Tensor<4>,
    /// `[1, c, 1, 1]`.
    pub shift: Tensor<4>,
    /// Whether the convolution before it already computes it.
    pub folded: bool,
}

/// All parameters of a network on one device.
#[derive(Debug)]
pub struct Parameters {
    device: Device,
    gpu: bool,
    values: Vec<Option<Value>>,
    norms: HashMap<NodeId, Affine>,
    masks: RefCell<HashMap<WindowMask, Tensor<4>>>,
    biases: RefCell<HashMap<PositionNetwork, Tensor<4>>>,
}

#[expect(clippy::unreachable, reason = "the builder gives a parameter the role in which its operation reads it")]
impl Parameters {
    /// The device that holds them.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether that is a GPU.
    pub fn gpu(&self) -> bool {
        self.gpu
    }

    /// `[n]`.
    pub fn vector(&self, id: ParamId) -> Tensor<1> {
        match &self.values[id] {
            Some(Value::Vector(t)) => t.clone(),
            other => unreachable!("parameter {id} is read as a vector but is {other:?}"),
        }
    }

    /// Blocks `[in, rows]` of a transposed weight.
    pub fn matrix(&self, id: ParamId) -> &[Tensor<2>] {
        match &self.values[id] {
            Some(Value::Matrix(t)) => t,
            other => unreachable!("parameter {id} is read as a matrix but is {other:?}"),
        }
    }

    /// A convolution's kernel, `[out, in / groups, kh, kw]`, with its batch norm folded in where it has one.
    pub fn kernel(&self, id: ParamId) -> Tensor<4> {
        match &self.values[id] {
            Some(Value::Kernel(t)) => t.clone(),
            other => unreachable!("parameter {id} is read as a kernel but is {other:?}"),
        }
    }

    /// Tokens `[1, 1, n, c]` or a relative position bias `[1, heads, n, n]`.
    pub fn tokens(&self, id: ParamId) -> Tensor<4> {
        match &self.values[id] {
            Some(Value::Tokens(t)) => t.clone(),
            other => unreachable!("parameter {id} is read as tokens but is {other:?}"),
        }
    }

    /// A batch norm as an affine map, where it was prepared as one: it follows a convolution, and the network answers.
    pub fn norm(&self, node: NodeId) -> Option<&Affine> {
        self.norms.get(&node)
    }

    /// A batch norm that the convolution before it computes too.
    pub fn folded_norm(&self, node: NodeId) -> Option<&Affine> {
        self.norm(node).filter(|norm| norm.folded)
    }

    /// The batch norm that a node, a convolution, computes beside its own value.
    pub fn norm_in(&self, graph: &Graph, node: NodeId) -> Option<&Affine> {
        let conv = matches!(graph.nodes[node].op, Op::Conv2d(_));
        graph.batch_norm_of(node).filter(|_| conv).and_then(|norm| self.folded_norm(norm))
    }

    /// The mask of shifted windows, `[windows, 1, n, n]`, made once.
    pub fn mask(&self, mask: WindowMask) -> Tensor<4> {
        self.masks.borrow_mut().entry(mask).or_insert_with(|| mask.tensor(&self.device)).clone()
    }

    /// A position bias that a small network computes, `[1, heads, n, n]`, made once: it does not depend on the image.
    pub fn position_bias(&self, network: &PositionNetwork) -> Tensor<4> {
        if let Some(bias) = self.biases.borrow().get(network) {
            return bias.clone();
        }
        let bias = network.compute(self);
        self.biases.borrow_mut().insert(*network, bias.clone());
        bias
    }

    /// One row of a linear layer's weight: what one of its outputs multiplies each input by.
    ///
    /// # Errors
    ///
    /// `BadInput` where the layer has no such output, `DeviceLost` when the device does not answer.
    pub async fn row(&self, weight: ParamId, mut row: usize) -> Result<Vec<f32>> {
        for block in self.matrix(weight) {
            let [inputs, rows] = block.dims();
            if row < rows {
                let column = block.clone().narrow(1, row, 1).reshape([1, 1, 1, inputs]);
                return Ok(read(column).await?.data);
            }
            row -= rows;
        }
        Err(Error::new(Code::BadInput, "the layer has no such output"))
    }
}

/// Takes a checkpoint's tensors in any order and puts each on the device as soon as it can be used.
pub struct Sink {
    device: Device,
    gpu: bool,
    shapes: Vec<(String, Vec<usize>, Role)>,
    /// For each kernel that a batch norm follows: (kernel, conv bias, norm node, [weight, bias, mean, var], eps).
    norms: Vec<NormPlan>,
    host: Vec<Option<Vec<f32>>>,
    values: Vec<Option<Value>>,
    affines: HashMap<NodeId, Affine>,
}

struct NormPlan {
    node: NodeId,
    kernel: ParamId,
    conv_bias: Option<ParamId>,
    vectors: [ParamId; 4],
    eps: f64,
    done: bool,
}

/// A scale below this cannot be divided out again, which observing the convolution alone needs.
const SMALLEST_SCALE: f32 = 1e-12;

impl Sink {
    /// A sink for the parameters that `graph` needs, batch norms folded into the convolutions before them.
    pub fn new(graph: &Graph, device: &Device, gpu: bool) -> Self {
        if gpu {
            kernels::prepare(graph, device);
        }
        Self { norms: norm_plans(graph), ..Self::unfolded(graph, device, gpu) }
    }

    /// The same with every parameter as the checkpoint holds it, as training needs them.
    pub fn unfolded(graph: &Graph, device: &Device, gpu: bool) -> Self {
        let n = graph.params.len();
        Self {
            device: device.clone(),
            gpu,
            shapes: graph.params.iter().map(|p| (p.key.clone(), p.shape.clone(), p.role)).collect(),
            norms: vec![],
            host: vec![None; n],
            values: (0..n).map(|_| None).collect(),
            affines: HashMap::new(),
        }
    }

    /// Rows `first_row..` of parameter `id`, as float32 in the checkpoint's order.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` for a part of a parameter that is no matrix: it is larger than any layer of its kind.
    pub fn put(&mut self, id: ParamId, first_row: usize, data: Vec<f32>) -> Result<()> {
        let (key, shape, role) = &self.shapes[id];
        let (rows, row) = (shape[0], shape[1..].iter().product::<usize>());
        if *role == Role::Matrix {
            let block = self.block(data, row);
            match &mut self.values[id] {
                Some(Value::Matrix(blocks)) => blocks.push(block),
                slot => *slot = Some(Value::Matrix(vec![block])),
            }
            return Ok(());
        }
        if first_row != 0 || data.len() != rows * row {
            return Err(Error::new(
                Code::UnsupportedCheckpoint,
                format!("{key} is larger than any layer of this kind"),
            ));
        }
        self.settle(id, data);
        Ok(())
    }

    /// All parameters, once every one was put.
    ///
    /// # Errors
    ///
    /// `Truncated` where one was not.
    pub fn finish(mut self) -> Result<Parameters> {
        for id in 0..self.shapes.len() {
            if self.values[id].is_none() && self.host[id].is_none() && !self.used_by_norm(id) {
                return Err(Error::new(
                    Code::Truncated,
                    format!("the tensor {} is missing from the file", self.shapes[id].0),
                ));
            }
        }
        for id in 0..self.shapes.len() {
            if let Some(data) = self.host[id].take() {
                self.values[id] = Some(self.upload(id, data));
            }
        }
        Ok(Parameters {
            device: self.device,
            gpu: self.gpu,
            values: self.values,
            norms: self.affines,
            masks: RefCell::default(),
            biases: RefCell::default(),
        })
    }

    fn used_by_norm(&self, id: ParamId) -> bool {
        self.norms.iter().any(|n| n.done && (n.vectors.contains(&id)))
    }

    /// Uploads what has just become complete, so that the host keeps only what waits for its batch norm.
    fn settle(&mut self, id: ParamId, data: Vec<f32>) {
        let plan = self.norms.iter().position(|n| n.kernel == id || n.conv_bias == Some(id) || n.vectors.contains(&id));
        match plan {
            Some(plan) => {
                self.host[id] = Some(data);
                self.fold(plan);
            }
            None => self.values[id] = Some(self.upload(id, data)),
        }
    }

    /// Multiplies a batch norm into the convolution before it: `W' = s W`, `b' = s b + t`.
    #[expect(clippy::expect_used, reason = "it returns at once where one of the parts is missing")]
    fn fold(&mut self, index: usize) {
        let plan = &self.norms[index];
        let parts = plan.vectors.iter().copied().chain([plan.kernel]).chain(plan.conv_bias);
        if plan.done || parts.clone().any(|p| self.host[p].is_none()) {
            return;
        }
        let (node, kernel, conv_bias, eps) = (plan.node, plan.kernel, plan.conv_bias, plan.eps);
        let [weight, bias, mean, var] = plan.vectors.map(|p| self.host[p].take().expect("checked above"));
        self.norms[index].done = true;
        let scale: Vec<f32> =
            weight.iter().zip(&var).map(|(w, v)| (f64::from(*w) / (f64::from(*v) + eps).sqrt()) as f32).collect();
        let shift: Vec<f32> = (0..scale.len()).map(|c| bias[c] - scale[c] * mean[c]).collect();
        let folded = scale.iter().all(|s| s.abs() > SMALLEST_SCALE);
        let mut weights = self.host[kernel].take().expect("checked above");
        let mut conv = conv_bias.map(|b| self.host[b].take().expect("checked above"));
        if folded {
            let per_channel = weights.len() / scale.len();
            for (row, s) in weights.chunks_exact_mut(per_channel).zip(&scale) {
                row.iter_mut().for_each(|w| *w *= s);
            }
            let b = conv.unwrap_or_else(|| vec![0.0; scale.len()]);
            conv = Some((0..scale.len()).map(|c| scale[c] * b[c] + shift[c]).collect());
        }
        self.values[kernel] = Some(self.upload(kernel, weights));
        // The folded bias takes the place of the norm's own, which nobody reads any more.
        let bias_slot = conv_bias.unwrap_or(self.norms[index].vectors[1]);
        self.values[bias_slot] = conv.map(|c| self.vector(c));
        let n = scale.len();
        let channels = |v: Vec<f32>| Tensor::<4>::from_data(TensorData::new(v, [1, n, 1, 1]), &self.device);
        let affine = Affine { scale: channels(scale), shift: channels(shift), folded };
        self.affines.insert(node, affine);
    }

    fn vector(&self, data: Vec<f32>) -> Value {
        let n = data.len();
        Value::Vector(Tensor::from_data(TensorData::new(data, [n]), &self.device))
    }

    fn upload(&self, id: ParamId, data: Vec<f32>) -> Value {
        let (_, shape, role) = &self.shapes[id];
        match role {
            Role::Vector => self.vector(data),
            Role::Kernel => Value::Kernel(self.kernel(data, [shape[0], shape[1], shape[2], shape[3]])),
            Role::Tokens => {
                let [n, c] = [shape[1], shape[2]];
                Value::Tokens(Tensor::from_data(TensorData::new(data, [1, 1, n, c]), &self.device))
            }
            Role::RelativeBias => Value::Tokens(self.relative_bias(&data, shape[0], shape[1])),
            Role::Matrix => Value::Matrix(vec![self.block(data, shape[1..].iter().product())]),
        }
    }

    /// Rows of a linear layer's weight, as `[in, rows]`.
    fn block(&self, data: Vec<f32>, row: usize) -> Tensor<2> {
        let count = data.len() / row;
        Tensor::from_data(TensorData::new(data, [count, row]), &self.device).transpose()
    }

    /// cubecl's convolution re-lays out its weights to (out, y, x, in) at every call unless they lie so already.
    fn kernel(&self, data: Vec<f32>, [o, i, h, w]: [usize; 4]) -> Tensor<4> {
        if !self.gpu {
            return Tensor::from_data(TensorData::new(data, [o, i, h, w]), &self.device);
        }
        let mut ohwi: Vec<f32> = Vec::with_capacity(data.len());
        for kernel in data.chunks_exact(i * h * w) {
            ohwi.extend((0..h * w).flat_map(|at| kernel[at..].iter().step_by(h * w)));
        }
        Tensor::<4>::from_data(TensorData::new(ohwi, [o, h, w, i]), &self.device).permute([0, 3, 1, 2])
    }

    /// Spreads the table over all pairs of a window's tokens (Swin equation 4): `[1, heads, n, n]`.
    fn relative_bias(&self, table: &[f32], rows: usize, heads: usize) -> Tensor<4> {
        let pairs = window_pairs(rows);
        let n = pairs.len().isqrt();
        let data: Vec<f32> = (0..heads).flat_map(|h| pairs.iter().map(move |row| table[row * heads + h])).collect();
        Tensor::from_data(TensorData::new(data, [1, heads, n, n]), &self.device)
    }
}

fn norm_plans(graph: &Graph) -> Vec<NormPlan> {
    let plan = |(id, node): (NodeId, &super::graph::Node)| {
        let (Op::Conv2d(conv), Some(norm)) = (&node.op, graph.batch_norm_of(id)) else { return None };
        let Op::BatchNorm(batch) = &graph.nodes[norm].op else { return None };
        let vectors = [batch.weight, batch.bias, batch.mean, batch.var];
        Some(NormPlan { node: norm, kernel: conv.weight, conv_bias: conv.bias, vectors, eps: batch.eps, done: false })
    };
    graph.nodes.iter().enumerate().filter_map(plan).collect()
}

impl Parameters {
    /// The bias that a convolution adds: its own, or the one that folding its batch norm left in the norm's place.
    pub fn conv_bias(&self, graph: &Graph, conv: NodeId, own: Option<ParamId>) -> Option<Tensor<1>> {
        let from_norm = || {
            let norm = graph.batch_norm_of(conv)?;
            let Op::BatchNorm(batch) = &graph.nodes[norm].op else { return None };
            self.folded_norm(norm).map(|_| batch.bias)
        };
        own.or_else(from_norm).map(|id| self.vector(id))
    }
}

/// For each pair of a window's tokens, its row of a table of `rows` relative positions (Swin equation 4).
pub(crate) fn window_pairs(rows: usize) -> Vec<usize> {
    let window = rows.isqrt().div_ceil(2);
    let n = window * window;
    let row = |a: usize, b: usize| {
        let dy = a / window + window - 1 - b / window;
        let dx = a % window + window - 1 - b % window;
        dy * (2 * window - 1) + dx
    };
    (0..n).flat_map(|a| (0..n).map(move |b| row(a, b))).collect()
}
