//! Numbers outside the device.

use burn::tensor::Tensor;

use crate::error::{Code, Error, Result};

/// Numbers with their shape, as they cross to JavaScript.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// Row-major.
    pub data: Vec<f32>,
    /// Dimensions, outermost first.
    pub shape: Vec<usize>,
}

/// Brings a tensor's numbers from the device; its shape as it lies there.
///
/// # Errors
///
/// `DeviceLost` when the device does not answer.
pub async fn read(tensor: Tensor<4>) -> Result<Values> {
    let shape = tensor.dims().to_vec();
    let data = tensor.into_data_async().await.map_err(|e| Error::new(Code::DeviceLost, format!("{e:?}")))?;
    let data = data.try_to_vec::<f32>().map_err(|e| Error::new(Code::Internal, format!("{e:?}")))?;
    Ok(Values { data, shape })
}

/// `log(softmax(x / temperature))`.
pub fn log_softmax(logits: &[f64], temperature: f64) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scaled = logits.iter().map(|x| (x - largest) / temperature);
    let log_sum = scaled.clone().map(f64::exp).sum::<f64>().ln();
    scaled.map(|x| x - log_sum).collect()
}

/// The probabilities of classes with these logits.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let logits: Vec<f64> = logits.iter().map(|&x| f64::from(x)).collect();
    log_softmax(&logits, 1.0).into_iter().map(|x| x.exp() as f32).collect()
}
