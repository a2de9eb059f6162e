//! What steps measured: kept on the device, and read together every few steps.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use serde::Serialize;

use super::learner::numbers;
use crate::error::Result;

/// One number that every step measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Of which network.
    pub network: String,
    /// "loss", "accuracy", ...
    pub what: &'static str,
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
pub struct Gradient {
    /// Of which parameter.
    pub key: String,
    /// Euclidean length.
    pub norm: f32,
}

/// What is known of one network.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Measured {
    /// Mean over the steps since the report before.
    #[serde(flatten)]
    pub means: BTreeMap<&'static str, f32>,
    /// Accuracy on images that are not learned from, where it was tested since the report before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<f32>,
    /// Sizes of the last step's gradient, matrices and kernels alone, in the order of computation.
    pub gradients: Vec<Gradient>,
}

/// What the steps since the report before measured.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Steps taken in all.
    pub step: usize,
    /// The mean loss over all networks that have one.
    pub loss: f32,
    /// The rate of the last step.
    pub rate: f64,
    /// Each network's numbers.
    pub networks: BTreeMap<String, Measured>,
    /// Steps at which there is a checkpoint.
    pub checkpoints: Vec<usize>,
    /// Why the run cannot go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
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
        networks.entry(column.network.clone()).or_default().means.insert(column.what, mean);
    }
    Ok(networks)
}
