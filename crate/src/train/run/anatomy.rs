//! One step seen on one weight: what it was multiplied by, how the loss depends on it, its gradient, and how it moved.

use burn::tensor::Tensor;
use serde::Serialize;

use super::super::checkpoints::Checkpoint;
use super::super::experiment;
use super::super::learner::{Learner, numbers};
use super::super::optimize::Optimizer;
use super::super::report::Report;
use super::super::spec::Experiment;
use super::Run;
use crate::error::{Code, Error, Result};
use crate::nn::{Graph, NodeId, ParamId, Role};
use crate::ops::Op;

/// Places on each side of the weight at which the loss is computed too.
const PLACES: usize = 3;
/// The least that the loss is followed to on each side.
const LEAST_REACH: f32 = 0.05;
/// The slope is taken within so small a part of it.
const BESIDE: f32 = 20.0;

/// Where the weight is one factor of many: one term of one number of its layer, for the first image of the batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "WeightForward"))]
pub struct Forward {
    /// What the weight is multiplied by.
    pub input: f32,
    /// Their product.
    pub product: f32,
    /// How many such products are added.
    pub terms: usize,
    /// What the layer then gives there, its bias included.
    pub sum: f32,
    /// Of a convolution: row and column in its output.
    pub cell: Option<[usize; 2]>,
}

/// One step, seen on one weight.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "WeightStep"))]
#[serde(rename_all = "camelCase")]
pub struct Anatomy {
    /// Of which network.
    pub network: String,
    /// The checkpoint's key of the layer's weights.
    pub key: String,
    /// Keys of all layers that can be looked at.
    pub layers: Vec<String>,
    /// Which of the layer's weights, an index for each dimension: the one with the largest gradient.
    pub at: Vec<usize>,
    /// How many weights the layer has.
    pub weights: usize,
    /// Images in the batch.
    pub images: usize,
    /// The weight before the step.
    pub before: f32,
    /// What it did in the network's answer; null where its layer is no part of the network (the head of a loss).
    pub forward: Option<Forward>,
    /// The loss of the batch, the mean over its images.
    pub loss: f32,
    /// The loss of the same batch with other values of this weight, `[value, loss]`, from left to right.
    pub curve: Vec<[f32; 2]>,
    /// The loss's derivative by the weight, by autodiff.
    pub gradient: f32,
    /// The slope of the loss beside the weight as it is measured, a central difference.
    pub slope: f32,
    /// Ends of the line through the loss with the gradient as its slope.
    pub tangent: [[f32; 2]; 2],
    /// How gradients move weights.
    pub optimizer: Optimizer,
    /// What weight decay adds to the gradient (SGD), or takes of the weight for each unit of the rate (AdamW).
    pub decay: f32,
    /// What the optimizer remembered of the weight: its velocity, or the means of gradients and of their squares.
    pub remembered: Vec<f32>,
    /// What it remembers now.
    pub remembers: Vec<f32>,
    /// The rate of the step.
    pub rate: f64,
    /// What the rate is multiplied by: the weight moves against it.
    pub direction: f32,
    /// The weight after the step.
    pub after: f32,
    /// The loss of the same batch after all weights have moved.
    pub loss_after: f32,
}

/// A step that was taken, and what it was for one weight.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "SteppedThrough"))]
pub struct Stepped {
    /// What the step measured.
    pub report: Report,
    /// The same step, seen on one weight.
    pub weight: Anatomy,
}

/// One learned weight of one network.
#[derive(Clone, Copy)]
struct Place {
    network: usize,
    param: ParamId,
    /// Among the values of its parameter.
    index: usize,
    /// Among all learned weights.
    flat: usize,
}

impl Run {
    /// Takes one step, and tells what it was for one weight: of `network`, the first where none is named, in the layer
    /// with this key, the first where none is.
    ///
    /// # Errors
    ///
    /// `NotFound` for a network or a layer that is not there, `BadInput` for a network that no gradient moves or a run
    /// that has failed.
    pub async fn step_through(&mut self, network: Option<&str>, key: Option<&str>) -> Result<Stepped> {
        let network = self.index(network)?;
        if self.spec.experiment == Experiment::Dino && network > 0 {
            return Err(Error::new(Code::BadInput, "no gradient moves the teacher; look at the student"));
        }
        self.check_alive()?;
        // Switches make another network of it before the step, not in it.
        self.throw_switches().await?;
        let learner = &self.learners[network];
        let layers: Vec<ParamId> = layers(learner).collect();
        let keys: Vec<String> = layers.iter().map(|&id| learner.graph.params[id].key.clone()).collect();
        let wanted = key.map_or(Some(0), |key| keys.iter().position(|k| k == key)).ok_or_else(|| {
            let message = format!("{} has no layer {:?}; it has {}", learner.name, key.unwrap_or(""), keys.join(", "));
            Error::new(Code::NotFound, message)
        })?;
        let param = layers[wanted];
        let before = self.now().await?;
        let report = self.advance(1).await?;
        let after = self.now().await?;
        let place = self.steepest(network, param).await?;
        let anatomy = self.anatomy(place, (&before, &after)).await;
        // Whatever was tried: the run stands after its step.
        self.restore(&after);
        Ok(Stepped { report, weight: Anatomy { layers: keys, ..anatomy? } })
    }

    /// The weight of a parameter with the largest gradient in the last step.
    async fn steepest(&self, network: usize, param: ParamId) -> Result<Place> {
        let learner = &self.learners[network];
        let lost = || Error::new(Code::Internal, "the last step left no gradient");
        let gradient = numbers(learner.gradient.clone().ok_or_else(lost)?).await?;
        let range = learner.plan.learned_range(param).ok_or_else(lost)?;
        let size = |i: &usize| gradient[range.start + i].abs();
        let index = (0..range.len()).max_by(|a, b| size(a).total_cmp(&size(b))).unwrap_or(0);
        Ok(Place { network, param, index, flat: range.start + index })
    }

    async fn anatomy(&mut self, place: Place, (before, after): (&Checkpoint, &Checkpoint)) -> Result<Anatomy> {
        let Place { network, flat, .. } = place;
        let (old, new) = (&before.networks[network], &after.networks[network]);
        let (from, to) = (old.weights[flat], new.weights[flat]);
        let gradient = match &self.learners[network].gradient {
            Some(gradient) => numbers(gradient.clone().narrow(0, flat, 1)).await?[0],
            None => f32::NAN,
        };
        self.restore(before);
        let forward = self.forward(place).await?;
        let reach = LEAST_REACH.max(from.abs() / 2.0).max(1.5 * (to - from).abs());
        let curve = self.curve(place, before, reach).await?;
        let loss = curve[PLACES][1];
        let beside = reach / BESIDE;
        let [below, above] = [from - beside, from + beside];
        let slope = (self.loss_with(place, before, above).await? - self.loss_with(place, before, below).await?)
            / (above - below);
        let along = |by: f32| [from + by, loss + by * gradient];
        let rate = self.rate();
        let mut moved = after.clone();
        // The same batch: that of the step before.
        moved.step = before.step;
        let loss_after = self.loss_at(network, &moved).await?;
        let learner = &self.learners[network];
        let param = &learner.graph.params[place.param];
        let decay = learner.plan.decay(&learner.graph, self.spec.decay)[flat] * from;
        let of = |moments: &[Vec<f32>]| moments.iter().map(|m| m[flat]).collect();
        Ok(Anatomy {
            network: learner.name.clone(),
            key: param.key.clone(),
            layers: vec![],
            at: coordinates(&param.shape, place.index),
            weights: param.shape.iter().product(),
            images: self.train.indices(self.spec.seed, before.step, self.spec.batch).len(),
            before: from,
            forward,
            loss,
            curve,
            gradient,
            slope,
            tangent: [along(-reach), along(reach)],
            optimizer: self.spec.optimizer,
            decay,
            remembered: of(&old.moments),
            remembers: of(&new.moments),
            rate,
            direction: ((f64::from(from) - f64::from(to)) / rate) as f32,
            after: to,
            loss_after,
        })
    }

    /// The loss at values of one weight around that of `moment`.
    async fn curve(&mut self, place: Place, moment: &Checkpoint, reach: f32) -> Result<Vec<[f32; 2]>> {
        let middle = moment.networks[place.network].weights[place.flat];
        let mut points = vec![];
        for i in 0..=2 * PLACES {
            let value = middle + reach * (i as f32 / PLACES as f32 - 1.0);
            points.push([value, self.loss_with(place, moment, value).await?]);
        }
        Ok(points)
    }

    /// The loss with another value of one weight.
    async fn loss_with(&mut self, place: Place, moment: &Checkpoint, value: f32) -> Result<f32> {
        let mut other = moment.clone();
        other.networks[place.network].weights[place.flat] = value;
        self.loss_at(place.network, &other).await
    }

    /// The loss of one network as it is in `moment`, on the batch that is due there. The run stands there afterwards,
    /// and its weights are as they are in `moment`.
    async fn loss_at(&mut self, network: usize, moment: &Checkpoint) -> Result<f32> {
        self.restore(moment);
        self.seed_dropout();
        // A step at no rate moves nothing and measures the loss.
        let now = (self.step, 0.0, false);
        // Student and teacher step together, and so do networks whose dropout draws from one stream; others each alone.
        let together = self.spec.experiment == Experiment::Dino || self.spec.at(self.step).dropout == Some(true);
        let learners = if together { &mut self.learners[..] } else { &mut self.learners[network..=network] };
        let each = experiment::columns(&self.spec).len() / self.spec.networks.len();
        let column = if together { network * each } else { 0 };
        let seen = experiment::step(learners, &mut self.extra, &self.train, &self.spec, now, &self.device)?;
        self.restore(moment);
        Ok(numbers(seen.values[column].clone()).await?[0])
    }

    /// What the weight does in the middle of its layer, for the first image of the batch that is due.
    async fn forward(&self, place: Place) -> Result<Option<Forward>> {
        let learner = &self.learners[place.network];
        self.seed_dropout();
        let (graph, images) = experiment::first_seen(learner, &self.train, &self.spec, self.step, &self.device)?;
        let Some(node) = layer_of(&graph, place.param) else { return Ok(None) };
        let input = graph.nodes[node].inputs[0];
        let values = learner.values(&graph, images, &[input, node]);
        let (Some(read), Some(given)) = (values.get(&input), values.get(&node)) else { return Ok(None) };
        let shape = &learner.graph.params[place.param].shape;
        let seen = meeting(&graph.nodes[node].op, shape, place.index, (read.dims(), given.dims()));
        let number = async |x: &Tensor<4>, at: [usize; 4]| -> Result<f32> {
            let one = x.clone().slice(at.map(|i| i..i + 1)).reshape([1]);
            Ok(numbers(one).await?[0])
        };
        let input = match seen.input {
            Some(at) => number(read, at).await?,
            // Around the image there are zeros.
            None => 0.0,
        };
        let weight = numbers(learner.weights.clone().narrow(0, place.flat, 1)).await?[0];
        let (product, sum) = (weight * input, number(given, seen.output).await?);
        let terms = shape[1..].iter().product();
        Ok(Some(Forward { input, product, terms, sum, cell: seen.cell }))
    }
}

/// Layers whose weights a gradient moves, in the order of computation.
fn layers(learner: &Learner) -> impl Iterator<Item = ParamId> {
    let drawn = |id: &ParamId| matches!(learner.graph.params[*id].role, Role::Matrix | Role::Kernel);
    (0..learner.graph.params.len()).filter(drawn).filter(|&id| learner.plan.is_learned(id))
}

/// The index in each dimension of the value at `index` of a parameter.
fn coordinates(shape: &[usize], index: usize) -> Vec<usize> {
    let mut rest = index;
    let mut at: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&n| {
            let here = rest % n;
            rest /= n;
            here
        })
        .collect();
    at.reverse();
    at
}

fn layer_of(graph: &Graph, param: ParamId) -> Option<NodeId> {
    graph.nodes.iter().position(|node| match &node.op {
        Op::Conv2d(conv) => conv.weight == param,
        Op::Linear(linear) => linear.weight == param,
        _ => false,
    })
}

/// Where a weight meets a value, and where their product goes.
struct Meeting {
    input: Option<[usize; 4]>,
    output: [usize; 4],
    cell: Option<[usize; 2]>,
}

/// In the middle of a convolution's output, and in the first row of a linear layer's; `index` is that of the weight among
/// those of its layer, the shapes are of what the layer reads and gives.
fn meeting(op: &Op, shape: &[usize], index: usize, (read, given): ([usize; 4], [usize; 4])) -> Meeting {
    match (op, &coordinates(shape, index)[..]) {
        (Op::Conv2d(conv), &[out, channel, ky, kx]) => {
            let cell = [given[2] / 2, given[3] / 2];
            let channel = out / (given[1] / conv.groups) * (read[1] / conv.groups) + channel;
            let place = |cell: usize, k: usize, n: usize| {
                (cell * conv.stride + k).checked_sub(conv.padding).filter(|place| *place < n)
            };
            let input = place(cell[0], ky, read[2]).zip(place(cell[1], kx, read[3]));
            let input = input.map(|(y, x)| [0, channel, y, x]);
            Meeting { input, output: [0, out, cell[0], cell[1]], cell: Some(cell) }
        }
        _ => {
            let (out, input) = (index / read[3], index % read[3]);
            Meeting { input: Some([0, 0, 0, input]), output: [0, 0, 0, out], cell: None }
        }
    }
}
