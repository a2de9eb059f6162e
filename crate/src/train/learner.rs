//! One network in training: the graph that its architecture states, with weights that move.

use std::cell::RefCell;

use burn::tensor::{Device, Tensor};

use super::leaves::{Leaves, Plan, Start, flat, initial};
use super::optimize::{Optimizer, State};
use super::pretrained::Pretrained;
use crate::error::Result;
use crate::models::Architecture;
use crate::network::Network;
use crate::nn::{BatchStatistics, Captured, Graph, Mode, NodeId, Param, Parameters, Run, Sink};

/// Everything of one network that a step changes, outside the device.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Learned weights.
    pub weights: Vec<f32>,
    /// Running statistics and fixed values.
    pub buffers: Vec<f32>,
    /// What the optimizer remembers.
    pub moments: Vec<Vec<f32>>,
    /// Its steps.
    pub steps: usize,
}

impl Moment {
    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        4 * (self.weights.len() + self.buffers.len() + self.moments.iter().map(Vec::len).sum::<usize>())
    }
}

/// How a network learns.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// How gradients move weights.
    pub optimizer: Optimizer,
    /// Weight decay of matrices and kernels.
    pub decay: f64,
    /// How weights begin.
    pub start: Start,
    /// Whether a parameter of this key stays as it begins.
    pub fixed: fn(&str) -> bool,
    /// Parameters of a loss, beside those of a network of this width: they are learned, and no checkpoint holds them.
    pub beside: fn(usize) -> Vec<Param>,
    /// Length to which longer gradients are cut.
    pub clip: Option<f64>,
    /// What a pass in training is: whether batch norms take the statistics of the batch.
    pub mode: Mode,
}

impl Manner {
    /// What an architecture's graph has to learn: its own parameters first.
    pub fn graph(&self, architecture: &dyn Architecture) -> Result<Graph> {
        let mut graph = architecture.graph(architecture.input().size)?;
        let width = graph.nodes[graph.output].shape.last().copied().unwrap_or(0);
        graph.params.extend((self.beside)(width));
        Ok(graph)
    }

    /// Where each of its weights lies.
    pub fn plan(&self, graph: &Graph) -> Plan {
        Plan::new(graph, &self.fixed)
    }
}

/// A network in training.
pub struct Learner {
    /// Its name in the run.
    pub name: String,
    architecture: Box<dyn Architecture>,
    /// How it computes, at the size that it is trained at.
    pub graph: Graph,
    /// Which weight lies where.
    pub plan: Plan,
    /// All learned weights.
    pub weights: Tensor<1>,
    /// Running statistics and fixed values.
    pub buffers: Tensor<1>,
    /// That of the last step, by learned weight, where somebody looked.
    pub gradient: Option<Tensor<1>>,
    state: State,
    decay: Tensor<1>,
    manner: Manner,
    device: Device,
    gpu: bool,
    /// What batch norms measured in the pass under way.
    statistics: RefCell<Vec<BatchStatistics>>,
}

impl Learner {
    /// A network at its start.
    ///
    /// # Errors
    ///
    /// Those of stating the network.
    pub fn new(
        name: &str,
        architecture: Box<dyn Architecture>,
        manner: Manner,
        seed: u64,
        (device, gpu): (&Device, bool),
    ) -> Result<Self> {
        let graph = manner.graph(&*architecture)?;
        let plan = manner.plan(&graph);
        let (weights, buffers) = plan.gather(&initial(&graph, manner, seed));
        let weights = flat(weights, device);
        let state = State::new(manner.optimizer, &weights);
        let decay = flat(plan.decay(&graph, manner.decay), device);
        let buffers = flat(buffers, device);
        let (name, device, statistics) = (name.to_owned(), device.clone(), RefCell::default());
        let gradient = None;
        Ok(Self {
            name,
            architecture,
            graph,
            plan,
            weights,
            buffers,
            gradient,
            state,
            decay,
            manner,
            device,
            gpu,
            statistics,
        })
    }

    /// Whether it computes on a GPU.
    pub fn gpu(&self) -> bool {
        self.gpu
    }

    /// Leaves for one step.
    pub fn leaves(&self) -> Leaves {
        Leaves::new(&self.plan, &self.weights, &self.buffers)
    }

    /// The network on images of another size.
    ///
    /// # Errors
    ///
    /// Those of stating it.
    pub fn graph_at(&self, size: usize) -> Result<Graph> {
        if size == self.architecture.input().size {
            return Ok(self.graph.clone());
        }
        Ok(self.completed(self.architecture.graph(size)?))
    }

    /// A graph of the network's own parameters with those beside them too.
    #[must_use]
    pub fn completed(&self, mut graph: Graph) -> Graph {
        graph.params.clone_from(&self.graph.params);
        graph
    }

    /// The answer to images in training: dropout drops, batch norms see the batch and tell what they measured, where
    /// that is how the network learns.
    pub fn predict(&self, graph: &Graph, params: &Parameters, images: Tensor<4>) -> Tensor<4> {
        let statistics = Some(&self.statistics);
        Run { mode: self.manner.mode, statistics, ..Run::new(graph, params) }.output(images)
    }

    /// Values of nodes in training, and nothing is learned from them.
    pub fn values(&self, graph: &Graph, images: Tensor<4>, wanted: &[NodeId]) -> Captured {
        let params = self.plan.untracked(graph, &self.weights, &self.buffers, self.gpu);
        Run { mode: self.manner.mode, ..Run::new(graph, &params) }.run(vec![(0, images)], wanted)
    }

    /// Moves the weights against the gradient of `loss`, which came from `leaves`. Gives the gradient's square sums by
    /// learned parameter where they are wanted.
    pub fn learn(&mut self, loss: &Tensor<1>, leaves: &Leaves, rate: f64, watch: bool) -> Vec<Tensor<1>> {
        let gradients = leaves.gradients(&mut loss.backward());
        let squares = if watch { gradients.iter().map(|g| g.clone().square().sum()).collect() } else { vec![] };
        let gradient = clipped(Tensor::cat(gradients, 0), self.manner.clip);
        self.gradient = watch.then(|| gradient.clone());
        self.weights = self.state.step(self.weights.clone(), gradient, self.decay.clone(), rate);
        self.buffers = self.plan.measured(self.buffers.clone(), self.statistics.take());
        squares
    }

    /// Parameters through which no gradient flows.
    pub fn frozen_parameters(&self) -> Parameters {
        self.plan.untracked(&self.graph, &self.weights, &self.buffers, self.gpu)
    }

    /// The answer to images as a finished network gives it, with running statistics.
    pub fn evaluate(&self, images: Tensor<4>) -> Tensor<4> {
        self.evaluate_graph(&self.graph, images)
    }

    /// The same with another graph of the same parameters.
    pub fn evaluate_graph(&self, graph: &Graph, images: Tensor<4>) -> Tensor<4> {
        Run::new(graph, &self.frozen_parameters()).output(images)
    }

    /// Everything as it is now, brought from the device.
    ///
    /// # Errors
    ///
    /// `DeviceLost` when the device does not answer.
    pub async fn moment(&self) -> Result<Moment> {
        let mut moments = vec![];
        for moment in &self.state.moments {
            moments.push(numbers(moment.clone()).await?);
        }
        let (weights, buffers) = (numbers(self.weights.clone()).await?, numbers(self.buffers.clone()).await?);
        Ok(Moment { weights, buffers, moments, steps: self.state.steps })
    }

    /// Whether a moment is one of this network.
    pub fn fits(&self, moment: &Moment) -> bool {
        let moments = moment.moments.len() == self.state.moments.len();
        let learned = moment.moments.iter().chain([&moment.weights]).all(|m| m.len() == self.plan.learned);
        moments && learned && moment.buffers.len() == self.plan.buffers
    }

    /// Goes back, or on, to a moment.
    pub fn restore(&mut self, moment: &Moment) {
        self.weights = flat(moment.weights.clone(), &self.device);
        self.buffers = flat(moment.buffers.clone(), &self.device);
        self.state.moments = moment.moments.iter().map(|m| flat(m.clone(), &self.device)).collect();
        self.state.steps = moment.steps;
    }

    /// Takes over what another network has learned; layers whose keys `new` tells stay as they begin.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a parameter is not there, or has another size.
    pub fn take_over(&mut self, from: &Pretrained, new: &dyn Fn(&str) -> bool, seed: u64) -> Result<()> {
        let mut values = initial(&self.graph, self.manner, seed);
        for (param, values) in self.graph.params.iter().zip(&mut values).filter(|(param, _)| !new(&param.key)) {
            *values = from.parameter(&param.key, values.len())?.to_vec();
        }
        let (weights, buffers) = self.plan.gather(&values);
        (self.weights, self.buffers) = (flat(weights, &self.device), flat(buffers, &self.device));
        Ok(())
    }

    /// Becomes another architecture: parameters that both have, by their keys, keep their values, others begin.
    ///
    /// # Errors
    ///
    /// `DeviceLost` when the device does not answer, and those of stating the network.
    pub async fn become_another(&mut self, architecture: Box<dyn Architecture>, seed: u64) -> Result<()> {
        let (old, manner) = (self.moment().await?, self.manner);
        let mut new = Self::new(&self.name, architecture, manner, seed, (&self.device, self.gpu))?;
        let mut values = initial(&new.graph, manner, seed);
        let mut moments: Vec<Vec<Vec<f32>>> =
            old.moments.iter().map(|_| values.iter().map(|v| vec![0.0; v.len()]).collect()).collect();
        for (id, param) in new.graph.params.iter().enumerate() {
            let Some(at) = self.graph.params.iter().position(|p| p.key == param.key) else { continue };
            values[id] = self.plan.of(at, &old.weights, &old.buffers).to_vec();
            for (new, old) in moments.iter_mut().zip(&old.moments).filter(|_| self.plan.is_learned(at)) {
                new[id] = self.plan.of(at, old, &[]).to_vec();
            }
        }
        let (weights, buffers) = new.plan.gather(&values);
        let moments = moments.iter().map(|m| new.plan.gather(m).0).collect();
        new.restore(&Moment { weights, buffers, moments, steps: old.steps });
        *self = new;
        Ok(())
    }
}

/// A gradient no longer than `longest` (`torch.nn.utils.clip_grad_norm_`).
fn clipped(gradient: Tensor<1>, longest: Option<f64>) -> Tensor<1> {
    let Some(longest) = longest else { return gradient };
    let length = gradient.clone().square().sum().sqrt();
    gradient * (length + 1e-6).recip().mul_scalar(longest).clamp_max(1.0)
}

/// A network of a moment, to be classified with, observed and explained as any other.
///
/// # Errors
///
/// `Internal` when the moment is not of this architecture, and those of stating the network.
pub fn frozen(
    architecture: Box<dyn Architecture>,
    manner: Manner,
    moment: &Moment,
    (device, gpu): (&Device, bool),
) -> Result<Network> {
    let plan = manner.plan(&manner.graph(&*architecture)?);
    let graph = architecture.graph(architecture.input().size)?;
    let mut sink = Sink::new(&graph, device, gpu);
    for id in 0..graph.params.len() {
        sink.put(id, 0, plan.of(id, &moment.weights, &moment.buffers).to_vec())?;
    }
    let params = sink.finish()?;
    Ok(Network::new(architecture, graph, params, Default::default()))
}

/// The numbers of a flat tensor.
///
/// # Errors
///
/// `DeviceLost` when the device does not answer.
pub async fn numbers(tensor: Tensor<1>) -> Result<Vec<f32>> {
    use crate::error::{Code, Error};
    if tensor.dims()[0] == 0 {
        return Ok(vec![]);
    }
    let data = tensor.into_data_async().await.map_err(|e| Error::new(Code::DeviceLost, format!("{e:?}")))?;
    data.try_to_vec::<f32>().map_err(|e| Error::new(Code::Internal, format!("{e:?}")))
}
