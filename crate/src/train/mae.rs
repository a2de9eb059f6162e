//! MAE from scratch: patches are hidden at a ratio, and the network learns to tell their pixels.

use burn::tensor::{Device, Tensor, TensorData};

use super::data::Set;
use super::learner::Learner;
use super::report::StepMetrics;
use super::spec::Spec;
use super::{classify, loss, shipped};
use crate::error::{Code, Error, Result};
use crate::models::mae::{Config, MASK_RATIO, Part, PatchMask};
use crate::nn::Graph;
use crate::ops::Resample;
use crate::random::Random;

/// Masks in a batch: its images are masked in so many groups, each with a mask of its own.
const GROUPS: usize = 8;

/// The network: half as wide as the one that ships, or that itself.
pub fn config(spec: &Spec) -> Config {
    if let Some(shipped) = spec.network.as_deref().and_then(shipped::mae) {
        return shipped;
    }
    let width = spec.width.unwrap_or(64);
    Config {
        // As transformers has it.
        eps: 1e-12,
        size: 32,
        grid: 8,
        patch: 4,
        channels: 3,
        encoder: Part { width, depth: 3, heads: 4, mlp: 2 * width },
        decoder: Part { width: width * 3 / 4, depth: 1, heads: 4, mlp: width * 3 / 2 },
        norm_pix_loss: false,
        mask_ratio: MASK_RATIO,
        resample: Resample::Transformers,
    }
}

/// The share that a network hides: "mae" the run's own, "mae-50" a half.
///
/// # Errors
///
/// `BadInput` for another name.
pub fn hidden_share(spec: &Spec, name: &str, mask: Option<f64>) -> Result<f64> {
    let unknown = || Error::new(Code::BadInput, format!("this experiment has no network {name:?}"));
    if name == "mae" {
        return Ok(mask.or(spec.switches.mask).unwrap_or(MASK_RATIO));
    }
    let percent: f64 = name.strip_prefix("mae-").and_then(|p| p.parse().ok()).ok_or_else(unknown)?;
    if (5.0..=95.0).contains(&percent) { Ok(percent / 100.0) } else { Err(unknown()) }
}

fn visible(config: &Config, hidden: f64) -> usize {
    let n = config.patches();
    ((n as f64 * (1.0 - hidden)) as usize).clamp(1, n - 1)
}

/// The pixels of each patch in the order (y, x, channel): `[b, 1, patches, patch^2 * channels]`.
pub fn patches(images: Tensor<4>, patch: usize) -> Tensor<4> {
    let [b, c, h, w] = images.dims();
    let (rows, columns) = (h / patch, w / patch);
    images.reshape([b, c, rows, patch, columns, patch]).permute([0, 2, 4, 3, 5, 1]).reshape([
        b,
        1,
        rows * columns,
        patch * patch * c,
    ])
}

fn hidden_of(mask: &PatchMask, device: &Device) -> Tensor<4> {
    let hidden: Vec<f32> = mask.hidden().iter().map(|&h| f32::from(h)).collect();
    let n = hidden.len();
    Tensor::from_data(TensorData::new(hidden, [1, 1, n, 1]), device)
}

/// The loss of a network on images with one mask.
pub fn masked_loss(prediction: Tensor<4>, images: Tensor<4>, patch: usize, mask: &PatchMask) -> Tensor<1> {
    let device = images.device().inner();
    let [b, ..] = images.dims();
    let hidden = hidden_of(mask, &device).repeat_dim(0, b);
    loss::masked_error(prediction, patches(images, patch), hidden)
}

/// The masks of a step, one for each group of its images.
fn masks(spec: &Spec, step: usize, config: &Config, visible: usize) -> impl FnMut() -> PatchMask {
    let (mut random, patches) = (Random::stream(spec.seed, "mask", step as u64), config.patches());
    move || {
        let noise: Vec<f32> = (0..patches).map(|_| random.share() as f32).collect();
        PatchMask::from_noise(&noise, visible)
    }
}

/// The network under the first mask of a step.
///
/// # Errors
///
/// `BadInput` for a network's name that there is none of.
pub fn first_graph(spec: &Spec, step: usize, name: &str) -> Result<Graph> {
    let config = config(spec);
    let visible = visible(&config, hidden_share(spec, name, spec.at(step).mask)?);
    config.masked_graph(&masks(spec, step, &config, visible)())
}

/// One step of every network on the same images.
///
/// # Errors
///
/// `BadInput` for a network's name that there is none of.
#[expect(clippy::expect_used, reason = "a batch has one image at least")]
pub fn step(
    learners: &mut [Learner],
    set: &Set,
    spec: &Spec,
    (step, rate, watch): (usize, f64, bool),
    device: &Device,
) -> Result<StepMetrics> {
    let (switches, config) = (spec.at(step), config(spec));
    let (images, _) = classify::batch(set, spec, step, device);
    let b = images.dims()[0];
    let mut seen = StepMetrics::default();
    for learner in learners {
        let visible = visible(&config, hidden_share(spec, &learner.name, switches.mask)?);
        let leaves = learner.leaves();
        let params = leaves.parameters(&learner.graph, learner.gpu());
        let mut masks = masks(spec, step, &config, visible);
        let each = b.div_ceil(GROUPS);
        let parts = (0..b).step_by(each).map(|from| {
            let count = each.min(b - from);
            let mask = masks();
            let part = images.clone().narrow(0, from, count);
            let prediction = learner.predict(&config.masked_graph(&mask)?, &params, part.clone());
            Ok(masked_loss(prediction, part, config.patch, &mask) * (count as f64 / b as f64))
        });
        let loss = parts.collect::<Result<Vec<_>>>()?.into_iter().reduce(|a, b| a + b).expect("a batch has images");
        let squares = learner.learn(&loss, &leaves, rate, watch);
        seen.values.push(loss.inner());
        seen.squares.push(squares);
    }
    Ok(seen)
}

/// The loss on held-out images with a mask that stays the same, `[1]`.
///
/// # Errors
///
/// `BadInput` for a network's name that there is none of.
#[expect(clippy::expect_used, reason = "a set has one image at least")]
pub fn test(learner: &Learner, set: &Set, spec: &Spec, mask: Option<f64>, device: &Device) -> Result<Tensor<1>> {
    const IMAGES: usize = 200;
    const AT_ONCE: usize = 50;
    let config = config(spec);
    let visible = visible(&config, hidden_share(spec, &learner.name, mask)?);
    let mask = PatchMask::scattered(config.patches(), visible);
    let graph = config.masked_graph(&mask)?;
    let all: Vec<usize> = (0..set.images.count().min(IMAGES)).collect();
    let sums = all.chunks(AT_ONCE).map(|part| {
        let images = set.batch(part, device);
        let prediction = learner.evaluate_graph(&graph, images.clone());
        masked_loss(prediction, images, config.patch, &mask) * part.len() as f64
    });
    Ok(sums.reduce(|a, b| a + b).expect("a set has images") / all.len() as f64)
}
