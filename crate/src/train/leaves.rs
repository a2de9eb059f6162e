//! A network's weights as one flat vector, and the leaves that a graph reads from it.
//!
//! One vector makes an optimizer's step, a moving average, a checkpoint and a digest each one operation, on any device.

use std::ops::Range;

use burn::tensor::{Gradients, Tensor, TensorData};

use super::learner::Manner;
use crate::nn::{BatchStatistics, Graph, Op, ParamId, Parameters, Role};
use crate::random::Random;

/// Where a parameter lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// Among the learned weights, from here on.
    Parameter(usize),
    /// Among the values that are measured (running statistics) or fixed (MAE's position embeddings).
    Buffer(usize),
}

/// Which parameter lies where.
#[derive(Debug, Clone)]
pub struct Plan {
    slots: Vec<Slot>,
    sizes: Vec<usize>,
    /// How many weights are learned.
    pub learned: usize,
    /// How many values buffers hold (running statistics, fixed position embeddings).
    pub buffers: usize,
}

impl Plan {
    /// For `graph`; parameters whose key `fixed` tells are not learned.
    pub fn new(graph: &Graph, fixed: &dyn Fn(&str) -> bool) -> Self {
        let mut plan = Self { slots: vec![], sizes: vec![], learned: 0, buffers: 0 };
        for param in &graph.params {
            let size = param.shape.iter().product();
            plan.sizes.push(size);
            if param.is_statistic() || fixed(&param.key) {
                plan.slots.push(Slot::Buffer(plan.buffers));
                plan.buffers += size;
            } else {
                plan.slots.push(Slot::Parameter(plan.learned));
                plan.learned += size;
            }
        }
        plan
    }

    /// The values of one parameter.
    pub fn of<'a>(&self, id: ParamId, weights: &'a [f32], buffers: &'a [f32]) -> &'a [f32] {
        match self.slots[id] {
            Slot::Parameter(at) => &weights[at..][..self.sizes[id]],
            Slot::Buffer(at) => &buffers[at..][..self.sizes[id]],
        }
    }

    /// Both vectors from the values of every parameter.
    pub fn gather(&self, values: &[Vec<f32>]) -> (Vec<f32>, Vec<f32>) {
        let (mut weights, mut buffers) = (Vec::with_capacity(self.learned), Vec::with_capacity(self.buffers));
        for (slot, values) in self.slots.iter().zip(values) {
            match slot {
                Slot::Parameter(_) => weights.extend(values),
                Slot::Buffer(_) => buffers.extend(values),
            }
        }
        (weights, buffers)
    }

    /// Where a learned parameter lies among all learned weights.
    pub fn learned_range(&self, id: ParamId) -> Option<Range<usize>> {
        match self.slots[id] {
            Slot::Parameter(at) => Some(at..at + self.sizes[id]),
            Slot::Buffer(_) => None,
        }
    }

    /// Whether a parameter is learned.
    pub fn is_learned(&self, id: ParamId) -> bool {
        matches!(self.slots[id], Slot::Parameter(_))
    }

    /// The weight decay of each learned weight: `decay` for matrices and kernels, none for biases, norms and tokens.
    pub fn decay(&self, graph: &Graph, decay: f64) -> Vec<f32> {
        let decayed = |id: &ParamId| matches!(graph.params[*id].role, Role::Matrix | Role::Kernel);
        let learned = (0..self.slots.len()).filter(|&id| self.is_learned(id));
        learned.flat_map(|id| vec![if decayed(&id) { decay as f32 } else { 0.0 }; self.sizes[id]]).collect()
    }

    /// One flat tensor for each parameter.
    fn split(&self, weights: &Tensor<1>, buffers: &Tensor<1>) -> Vec<Tensor<1>> {
        let part = |(slot, &size): (&Slot, &usize)| match *slot {
            Slot::Parameter(at) => weights.clone().narrow(0, at, size),
            Slot::Buffer(at) => buffers.clone().narrow(0, at, size),
        };
        self.slots.iter().zip(&self.sizes).map(part).collect()
    }

    /// Parameters through which no gradient flows.
    pub fn untracked(&self, graph: &Graph, weights: &Tensor<1>, buffers: &Tensor<1>, gpu: bool) -> Parameters {
        Parameters::of_tensors(graph, &self.split(weights, buffers), gpu)
    }

    /// Running statistics after batch norms have measured a batch: nine parts of the old to one of the new, as torch
    /// does.
    pub fn measured(&self, buffers: Tensor<1>, statistics: Vec<BatchStatistics>) -> Tensor<1> {
        const MOMENTUM: f64 = 0.1;
        let mut buffers = buffers;
        for (id, new) in statistics.into_iter().flat_map(|s| [s.mean, s.var]) {
            let Slot::Buffer(at) = self.slots[id] else { continue };
            let range = at..at + self.sizes[id];
            let old = buffers.clone().narrow(0, at, self.sizes[id]);
            buffers = buffers.slice_assign([range], old * (1.0 - MOMENTUM) + new * MOMENTUM);
        }
        buffers
    }
}

/// The leaves of one step.
pub struct Leaves {
    learned: Vec<(ParamId, Tensor<1>)>,
    values: Vec<Tensor<1>>,
}

impl Leaves {
    /// Learned weights as leaves whose gradients are kept.
    pub fn new(plan: &Plan, weights: &Tensor<1>, buffers: &Tensor<1>) -> Self {
        let mut values = plan.split(weights, buffers);
        let mut learned = vec![];
        for (id, value) in values.iter_mut().enumerate().filter(|(id, _)| plan.is_learned(*id)) {
            *value = value.clone().autodiff().require_grad();
            learned.push((id, value.clone()));
        }
        Self { learned, values }
    }

    /// Parameters in training, for any graph of the same parameters (another input size, another mask).
    pub fn parameters(&self, graph: &Graph, gpu: bool) -> Parameters {
        Parameters::of_tensors(graph, &self.values, gpu)
    }

    /// All gradients as one vector in the order of the weights, zeros where the loss does not depend on a weight.
    pub fn gradients(&self, gradients: &mut Gradients) -> Vec<Tensor<1>> {
        let of = |leaf: &Tensor<1>, gradients: &mut Gradients| {
            leaf.grad_remove(gradients).unwrap_or_else(|| leaf.clone().inner().zeros_like())
        };
        self.learned.iter().map(|(_, leaf)| of(leaf, gradients)).collect()
    }
}

/// How weights begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// torch's own default for convolutions and linear layers: uniform within `1 / sqrt(fan in)`, biases too.
    Torch,
    /// Kaiming's normal distribution by `fan in` (He et al. 2015), biases zero.
    Kaiming,
    /// torchvision's ResNet: Kaiming's by `fan out` in convolutions, torch's default in linear layers.
    Resnet,
    /// timm's and transformers' ViTs: a normal distribution of deviation 0.02 cut at two deviations, biases zero.
    Truncated,
}

/// What a parameter of a normalization begins with: one as a scale or a variance, zero as a shift or a mean.
fn of_normalization(graph: &Graph, id: ParamId) -> Option<f32> {
    graph.nodes.iter().find_map(|node| match &node.op {
        Op::BatchNorm(n) if id == n.weight || id == n.var => Some(1.0),
        Op::LayerNorm(n) if id == n.weight => Some(1.0),
        Op::BatchNorm(n) if id == n.bias || id == n.mean => Some(0.0),
        Op::LayerNorm(n) if id == n.bias => Some(0.0),
        _ => None,
    })
}

/// The inputs of one output of the layer that a bias belongs to.
fn fan_of_bias(graph: &Graph, bias: ParamId) -> f64 {
    let weight = graph.nodes.iter().find_map(|node| match &node.op {
        Op::Conv2d(conv) if conv.bias == Some(bias) => Some(conv.weight),
        Op::Linear(linear) if linear.bias == Some(bias) => Some(linear.weight),
        _ => None,
    });
    weight.map_or(1.0, |weight| fan_in(&graph.params[weight].shape))
}

fn fan_in(shape: &[usize]) -> f64 {
    shape[1..].iter().product::<usize>() as f64
}

/// The values of every parameter at the start, each of a stream of its own, so that networks that share a parameter's
/// key begin with it alike.
pub fn initial(graph: &Graph, manner: Manner, seed: u64) -> Vec<Vec<f32>> {
    let param = |id: ParamId| {
        let p = &graph.params[id];
        let size = p.shape.iter().product();
        if let Some(value) = of_normalization(graph, id) {
            return vec![value; size];
        }
        if (manner.fixed)(&p.key) {
            return sinusoidal(p.shape[1], p.shape[2]);
        }
        let mut random = Random::stream(seed, &p.key, 0);
        match (p.role, manner.start) {
            (Role::Tokens | Role::RelativeBias, _) | (_, Start::Truncated) if p.role != Role::Vector => {
                truncated(&mut random, size)
            }
            (Role::Vector, Start::Torch | Start::Resnet) => random.uniform(size, 1.0 / (3.0 * fan_of_bias(graph, id))),
            (Role::Matrix | Role::Kernel, Start::Torch) | (Role::Matrix, Start::Resnet) => {
                random.uniform(size, 1.0 / (3.0 * fan_in(&p.shape)))
            }
            (Role::Matrix | Role::Kernel, Start::Kaiming) => normal(&mut random, size, (2.0 / fan_in(&p.shape)).sqrt()),
            (Role::Kernel, Start::Resnet) => {
                let fan_out = p.shape[0] * p.shape[2..].iter().product::<usize>();
                normal(&mut random, size, (2.0 / fan_out as f64).sqrt())
            }
            _ => vec![0.0; size],
        }
    };
    (0..graph.params.len()).map(param).collect()
}

/// The fixed position embedding of the published MAE, `[1, rows, width]`: zeros for the class token, then for each
/// patch sines and cosines of its column and of its row.
fn sinusoidal(rows: usize, width: usize) -> Vec<f32> {
    let (side, quarter) = ((rows - 1).isqrt(), width / 4);
    let frequency = |i: usize| libm::pow(10_000.0, -(i as f64) / quarter as f64);
    let waves = |at: usize| {
        let angles = (0..quarter).map(move |i| at as f64 * frequency(i));
        angles.clone().map(libm::sin).chain(angles.map(libm::cos)).map(|v| v as f32)
    };
    let patches = (0..side * side).flat_map(|i| waves(i % side).chain(waves(i / side)));
    std::iter::repeat_n(0.0, width).chain(patches).collect()
}

fn normal(random: &mut Random, size: usize, deviation: f64) -> Vec<f32> {
    (0..size).map(|_| (deviation * random.normal()) as f32).collect()
}

fn truncated(random: &mut Random, size: usize) -> Vec<f32> {
    let mut within = || {
        loop {
            let number = random.normal();
            if number.abs() <= 2.0 {
                return (0.02 * number) as f32;
            }
        }
    };
    (0..size).map(|_| within()).collect()
}

/// A flat tensor on a device.
pub fn flat(values: Vec<f32>, device: &burn::tensor::Device) -> Tensor<1> {
    let n = values.len();
    Tensor::from_data(TensorData::new(values, [n]), device)
}
