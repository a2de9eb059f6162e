//! Networks that learn to name classes, side by side on the same images: digits, ReLU against tanh, plain against
//! residual, those that ship.

use burn::tensor::{Device, Tensor};

use super::data::{Augment, Set};
use super::learner::Learner;
use super::leaves::Leaves;
use super::report::StepMetrics;
use super::spec::{Experiment, Spec, Switches, Teacher};
use super::{dino, loss, patches, shipped};
use crate::error::{Code, Error, Result};
use crate::models::alexnet::{self, Layer, Lrn, Nonlinearity};
use crate::models::{Architecture, lenet, resnet};
use crate::random::Random;

/// The network of a name, with these switches.
///
/// # Errors
///
/// `BadInput` for a name that the experiment does not have.
pub fn architecture(spec: &Spec, name: &str, switches: &Switches) -> Result<Box<dyn Architecture>> {
    let unknown = || Error::new(Code::BadInput, format!("this experiment has no network {name:?}"));
    match (spec.experiment, name) {
        (Experiment::Digits, "lenet5") => Ok(Box::new(lenet::Config::lenet5())),
        (Experiment::Digits, "fcnn") => Ok(Box::new(lenet::Config::fcnn())),
        (Experiment::Activation, "relu") => Ok(Box::new(small_alexnet(spec, switches, Nonlinearity::Relu))),
        (Experiment::Activation, "tanh") => Ok(Box::new(small_alexnet(spec, switches, Nonlinearity::Tanh))),
        (Experiment::Residual, _) => {
            let (kind, depth) = name.split_once('-').ok_or_else(unknown)?;
            let depth: usize = depth.parse().map_err(|_| unknown())?;
            if !matches!(kind, "plain" | "residual") || !(8..=110).contains(&depth) || depth % 6 != 2 {
                return Err(unknown());
            }
            let plain = kind == "plain" && switches.shortcuts != Some(true);
            let (side, width) = (spec.side.unwrap_or(32), spec.width.unwrap_or(16));
            Ok(Box::new(resnet::Config::cifar((depth - 2) / 6).narrowed(width, side, plain)))
        }
        (Experiment::Shipped, _) => shipped::architecture(name, spec.dropped),
        (Experiment::FineTune, "resnet20") => {
            Ok(Box::new(resnet::Config { classes: Some(spec.groups.len()), ..resnet::Config::cifar(3) }))
        }
        _ => Err(unknown()),
    }
}

/// Whether a parameter of a network that goes on learning begins anew: the layer that names its classes, where these
/// are others; DINO's head.
pub fn begins_anew(spec: &Spec, key: &str) -> bool {
    match spec.experiment {
        Experiment::FineTune => key.starts_with("fc."),
        Experiment::Dino => dino::begins_anew(key),
        _ => false,
    }
}

/// Five convolutions and three fully connected layers as in the paper, in one group and without response normalization,
/// so that the activation is all that two of them differ in.
fn small_alexnet(spec: &Spec, switches: &Switches, nonlinearity: Nonlinearity) -> alexnet::Config {
    let layers = [(16, 5), (32, 5), (48, 3), (48, 3), (32, 3)].map(|(out, kernel)| Layer { out, kernel, groups: 1 });
    let dropout = if switches.dropout == Some(true) { 0.5 } else { 0.0 };
    let size = spec.side.unwrap_or(32);
    alexnet::Config { layers, lrn: Lrn::None, size, linear: [64, 64], classes: Some(10), nonlinearity, dropout }
}

/// The images of a step as its networks see them, and which they are.
pub fn batch(set: &Set, spec: &Spec, step: usize, device: &Device) -> (Tensor<4>, Vec<usize>) {
    let switches = spec.at(step);
    let indices = set.indices(spec.seed, step, spec.batch);
    let augment = Augment { shift: switches.shift.unwrap_or(0), flip: switches.flip.unwrap_or(false) };
    let images = set.augmented(&indices, augment, &mut Random::stream(spec.seed, "augment", step as u64), device);
    (images, indices)
}

/// One step of every network on the same images.
///
/// # Errors
///
/// Those of stating a network of which some patches are left out.
pub fn step(
    learners: &mut [Learner],
    set: &Set,
    spec: &Spec,
    (step, rate, watch): (usize, f64, bool),
    device: &Device,
) -> Result<StepMetrics> {
    let (images, indices) = batch(set, spec, step, device);
    let (labels, taught) = (set.labels(&indices), set.answers(&indices, device));
    let mut seen = StepMetrics::default();
    for learner in learners {
        let leaves = learner.leaves();
        let answer = answer(learner, &leaves, images.clone(), spec, step)?;
        let named = loss::cross_entropy(answer.clone(), &labels, spec.smoothing.unwrap_or(0.0));
        let loss = match (&spec.teacher, &taught) {
            (Some(Teacher { share, temperature, .. }), Some(its)) => {
                named * (1.0 - share) + loss::taught(answer.clone(), its.clone(), *temperature) * *share
            }
            _ => named,
        };
        let squares = learner.learn(&loss, &leaves, rate, watch);
        seen.values.push(loss.inner());
        seen.values.push(loss::correct(answer, &labels) / labels.len() as f64);
        seen.squares.push(squares);
    }
    Ok(seen)
}

fn answer(learner: &Learner, leaves: &Leaves, images: Tensor<4>, spec: &Spec, step: usize) -> Result<Tensor<4>> {
    if let Some((share, config)) = patches::omitted(spec, step).zip(shipped::vit(&learner.name)) {
        let mut random = Random::stream(spec.seed, "patches", step as u64);
        return patches::answer(learner, leaves, &config, images, (share, &mut random));
    }
    Ok(learner.predict(&learner.graph, &leaves.parameters(&learner.graph, learner.gpu()), images))
}

/// The share of a set that a network names rightly, `[1]`.
#[expect(clippy::expect_used, reason = "a set has one image at least")]
pub fn accuracy(learner: &Learner, set: &Set, device: &Device) -> Tensor<1> {
    const AT_ONCE: usize = 100;
    let all: Vec<usize> = (0..set.images.count()).collect();
    let right = all.chunks(AT_ONCE).map(|part| {
        let answer = learner.evaluate(set.batch(part, device));
        loss::correct(answer, &set.labels(part))
    });
    right.reduce(|a, b| a + b).expect("a set has images") / all.len() as f64
}
