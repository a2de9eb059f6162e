//! What steps measured: kept on the device, and read together every few steps.

use std::collections::BTreeMap;
use std::fmt;

use burn::tensor::Tensor;
use serde::Serialize;

use super::learner::numbers;
use super::spec::Spec;
use crate::error::Result;

/// What a run computes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RunDevice"))]
#[serde(rename_all = "lowercase")]
pub enum Computes {
    /// The CPU, where the same description gives the same weights to the bit.
    Cpu,
    /// A GPU, which rounds as it likes.
    Webgpu,
}

/// What is measured of a network: the mean over the steps since the report before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// The loss that is minimized.
    Loss,
    /// The share of the batch that is named rightly.
    Accuracy,
    /// The share of images that are not learned from that a probe's nearest neighbours name rightly.
    Neighbours,
    /// DINO: the Kullback-Leibler divergence of the student's answers from the teacher's.
    Divergence,
    /// DINO: the mean entropy of the teacher's answers, as a share of the largest possible.
    Entropy,
    /// DINO: the share of the teacher's answers that name the prototype which most of them name.
    Agreement,
    /// DINO: the Euclidean distance of the teacher's weights from the student's, as a share of the latter's length.
    Distance,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// One number that every step measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Of which network.
    pub network: String,
    /// Which of its numbers.
    pub what: Measure,
}

/// What one step measured, on the device.
#[derive(Default)]
pub struct StepMetrics {
    /// `[1]` each, one for each column.
    pub values: Vec<Tensor<1>>,
    /// For each network the gradient's square sums by learned parameter, where they were wanted.
    pub squares: Vec<Vec<Tensor<1>>>,
}

/// The size of a gradient, by the checkpoint's key.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "GradientNorm"))]
pub struct Gradient {
    /// Of which parameter.
    pub key: String,
    /// Euclidean length; null where it is no finite number.
    #[cfg_attr(test, ts(as = "Option<f32>"))]
    pub norm: f32,
}

/// What is known of one network.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "NetworkMetrics", optional_fields))]
pub struct Measured {
    /// Those that the experiment measures; none where one is no finite number.
    #[serde(flatten)]
    pub means: BTreeMap<Measure, Option<f32>>,
    /// Accuracy on images that are not learned from (an MAE's loss), where it was tested since the report before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<f32>,
    /// Sizes of the last step's gradient, matrices and kernels alone, in the order of computation.
    pub gradients: Vec<Gradient>,
}

/// What the steps since the report before measured.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RunReport", optional_fields))]
pub struct Report {
    /// Steps taken in all.
    pub step: usize,
    /// The mean loss over all networks that have one; null where it is no finite number.
    #[cfg_attr(test, ts(as = "Option<f32>", optional = false))]
    pub loss: f32,
    /// The rate of the last step.
    pub rate: f64,
    /// Each network's numbers.
    pub networks: BTreeMap<String, Measured>,
    /// Steps at which there is a checkpoint.
    pub checkpoints: Vec<usize>,
    /// What computed these steps.
    pub device: Computes,
    /// Why the run cannot go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// What a run is at the moment.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RunState"))]
pub struct State<'a> {
    /// Its whole description.
    pub spec: &'a Spec,
    /// Names of its networks.
    pub networks: Vec<String>,
    /// Steps taken in all.
    pub step: usize,
    /// Steps at which there is a checkpoint.
    pub checkpoints: Vec<usize>,
    /// Which of the visitor's photos, counted as they were given, are tested on and not learned from.
    pub held: &'a [usize],
    /// What it computes on.
    pub device: Computes,
}

/// Means of columns over steps, read from the device at once.
///
/// # Errors
///
/// `DeviceLost` when the device does not answer.
pub async fn means(columns: &[Column], steps: &[StepMetrics]) -> Result<BTreeMap<String, Measured>> {
    let all: Vec<Tensor<1>> = steps.iter().flat_map(|seen| seen.values.iter().cloned()).collect();
    let all = if all.is_empty() { vec![] } else { numbers(Tensor::cat(all, 0)).await? };
    let mut networks: BTreeMap<String, Measured> = BTreeMap::new();
    for (i, column) in columns.iter().enumerate() {
        let values = all.iter().skip(i).step_by(columns.len());
        let mean = values.sum::<f32>() / steps.len().max(1) as f32;
        networks.entry(column.network.clone()).or_default().means.insert(column.what, mean.is_finite().then_some(mean));
    }
    Ok(networks)
}
