//! What experiments differ in: their networks, how these learn, what a step and a test are.

use burn::tensor::{Device, Tensor};
use serde::Serialize;

use super::data::Set;
use super::learner::{Learner, Manner, numbers};
use super::leaves::Start;
use super::report::{Column, Measure, StepMetrics};
use super::spec::{Experiment, Spec, Switches};
use super::{classify, dino, mae, probe, shipped};
use crate::catalogue::{CIFAR_32, MNIST};
use crate::error::Result;
use crate::image::{Pipeline, Resize};
use crate::models::Architecture;
use crate::nn::{Graph, Mode};

/// The sheets that an experiment needs: of its training and its test images, files of `www/samples`; none where it
/// learns from the visitor's photos.
pub fn sheets(experiment: Experiment) -> Option<[&'static str; 2]> {
    match experiment {
        Experiment::Digits => Some(["mnist_train5000", "mnist_test500"]),
        Experiment::Probe | Experiment::FineTune => None,
        _ => Some(["cifar10_train5000", "cifar10_test500"]),
    }
}

/// What a run learns from the visitor's photos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Taken {
    /// What its network makes of them.
    Features,
    /// The photos themselves.
    Pixels,
}

/// What a described run is given before it begins.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RunNeeds"))]
pub struct Needs {
    /// Colour channels of its images.
    pub channels: usize,
    /// The sheets of its training and its test images, files of `www/samples`.
    pub sheets: Option<[&'static str; 2]>,
    /// What it takes of the visitor's photos in their place.
    pub photos: Option<Taken>,
    /// The catalogue id of the network that goes on learning.
    pub weights: Option<String>,
    /// Its whole description.
    pub spec: Spec,
}

impl Needs {
    /// Those of a description.
    pub fn of(spec: Spec) -> Self {
        let photos = match spec.experiment {
            Experiment::Probe => Some(Taken::Features),
            Experiment::FineTune => Some(Taken::Pixels),
            _ => None,
        };
        let weights = spec.network.clone().filter(|_| spec.experiment == Experiment::FineTune);
        Self { channels: channels(spec.experiment), sheets: sheets(spec.experiment), photos, weights, spec }
    }
}

/// Colour channels of an experiment's images.
pub fn channels(experiment: Experiment) -> usize {
    if experiment == Experiment::Digits { 1 } else { 3 }
}

/// From a photo to what the networks of a run take.
pub fn pipeline(spec: &Spec) -> Pipeline {
    match (spec.experiment, spec.side) {
        (Experiment::Digits, _) => MNIST,
        (Experiment::Probe, _) => probe::PIPELINE,
        (_, Some(side)) => Pipeline { resize: Resize::Shorter(side), crop: side, ..CIFAR_32 },
        (_, None) => CIFAR_32,
    }
}

/// The network of a name, with these switches.
///
/// # Errors
///
/// `BadInput` for a name that the experiment does not have.
pub fn architecture(spec: &Spec, name: &str, switches: &Switches) -> Result<Box<dyn Architecture>> {
    match spec.experiment {
        Experiment::Mae => {
            mae::hidden_share(spec, name, switches.mask)?;
            Ok(Box::new(mae::config(spec)))
        }
        Experiment::Dino => Ok(dino::architecture(spec)),
        Experiment::Probe => probe::architecture(spec, name),
        _ => classify::architecture(spec, name, switches),
    }
}

/// How the networks of a run learn.
pub fn manner(spec: &Spec) -> Manner {
    let start = match spec.experiment {
        Experiment::Digits | Experiment::Probe | Experiment::FineTune => Start::Torch,
        Experiment::Activation => Start::Kaiming,
        Experiment::Residual => Start::Resnet,
        Experiment::Shipped => shipped::start(&spec.networks[0]),
        Experiment::Mae | Experiment::Dino => Start::Truncated,
    };
    let fixed: fn(&str) -> bool = match spec.experiment {
        Experiment::Mae => |key| key.ends_with("position_embeddings") || key.ends_with("decoder_pos_embed"),
        _ => |_| false,
    };
    let beside = match spec.experiment {
        Experiment::Dino => dino::beside(spec),
        _ => |_| vec![],
    };
    // A few photos tell less of a layer's mean and variance than what the network was trained on: those stay.
    let mode = if spec.experiment == Experiment::FineTune { Mode::Stochastic } else { Mode::Training };
    Manner { optimizer: spec.optimizer, decay: spec.decay, start, fixed, beside, clip: spec.clip, mode }
}

/// What is measured of each network in each step.
pub fn columns(spec: &Spec) -> Vec<Column> {
    let of = |what: &[Measure]| {
        let columns = |network: &String| what.iter().map(|&what| Column { network: network.clone(), what }).collect();
        spec.networks.iter().flat_map::<Vec<_>, _>(columns).collect()
    };
    match spec.experiment {
        Experiment::Dino => dino::columns(),
        Experiment::Mae => of(&[Measure::Loss]),
        _ => of(&[Measure::Loss, Measure::Accuracy]),
    }
}

/// What an experiment keeps between steps beside its networks, before the first: DINO's centre, nothing for the others.
pub fn extra(spec: &Spec) -> usize {
    if spec.experiment == Experiment::Dino { dino::form(spec).head.prototypes } else { 0 }
}

/// One step of every network on the same images.
///
/// # Errors
///
/// Those of stating a network.
pub fn step(
    learners: &mut [Learner],
    extra: &mut Tensor<1>,
    set: &Set,
    spec: &Spec,
    now: (usize, f64, bool),
    device: &Device,
) -> Result<StepMetrics> {
    match spec.experiment {
        Experiment::Dino => dino::step(learners, extra, set, spec, now, device),
        Experiment::Mae => mae::step(learners, set, spec, now, device),
        _ => classify::step(learners, set, spec, now, device),
    }
}

/// What a network computes first in a step: how, and from which images.
///
/// # Errors
///
/// Those of stating the network.
pub fn first_seen(
    learner: &Learner,
    set: &Set,
    spec: &Spec,
    step: usize,
    device: &Device,
) -> Result<(Graph, Tensor<4>)> {
    let (graph, images) = match spec.experiment {
        Experiment::Dino => {
            let [global, _] = dino::crops(set, spec, step, device);
            (learner.graph_at(global.dims()[2])?, global)
        }
        Experiment::Mae => (mae::first_graph(spec, step, &learner.name)?, classify::batch(set, spec, step, device).0),
        _ => (learner.graph.clone(), classify::batch(set, spec, step, device).0),
    };
    Ok((graph, images))
}

/// What a network does on images that are not learned from: the share that it names rightly, by its nearest neighbours
/// where it answers with features; an MAE's loss.
///
/// # Errors
///
/// `DeviceLost` when the device does not answer.
pub async fn test(
    learner: &Learner,
    (train, test): (&Set, &Set),
    spec: &Spec,
    step: usize,
    device: &Device,
) -> Result<f32> {
    let measured = match spec.experiment {
        Experiment::Dino => return dino::neighbours(learner, train, test, device).await,
        Experiment::Mae => mae::test(learner, test, spec, spec.at(step).mask, device)?,
        _ => classify::accuracy(learner, test, device),
    };
    Ok(numbers(measured).await?[0])
}
