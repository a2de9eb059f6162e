//! Parameters whose values are tensors already: those of a network in training, tracked or not.

use std::cell::RefCell;
use std::collections::HashMap;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{Parameters, Value, window_pairs};
use crate::nn::{Graph, Role};

impl Parameters {
    /// From one flat tensor for each of `graph.params`, in the checkpoint's order. Batch norms stay by themselves.
    pub(crate) fn of_tensors(graph: &Graph, values: &[Tensor<1>], gpu: bool) -> Self {
        let device = values.first().map_or_else(Device::flex, |v| v.device().inner());
        let values =
            graph.params.iter().zip(values).map(|(p, v)| Some(value_of(&p.shape, p.role, v.clone()))).collect();
        Self { device, gpu, values, norms: HashMap::new(), masks: RefCell::default(), biases: RefCell::default() }
    }
}

fn value_of(shape: &[usize], role: Role, flat: Tensor<1>) -> Value {
    let row: usize = shape[1..].iter().product();
    match role {
        Role::Vector => Value::Vector(flat),
        Role::Matrix => Value::Matrix(vec![flat.reshape([shape[0], row]).transpose()]),
        Role::Kernel => Value::Kernel(flat.reshape([shape[0], shape[1], shape[2], shape[3]])),
        Role::Tokens => Value::Tokens(flat.reshape([1, 1, shape[1], shape[2]])),
        Role::RelativeBias => Value::Tokens(relative_bias(flat, shape[0], shape[1])),
    }
}

/// The table's rows for all pairs of a window's tokens, `[1, heads, n, n]`.
fn relative_bias(flat: Tensor<1>, rows: usize, heads: usize) -> Tensor<4> {
    let pairs: Vec<i32> = window_pairs(rows).into_iter().map(|row| row as i32).collect();
    let n = pairs.len().isqrt();
    let pairs = Tensor::<1, Int>::from_data(TensorData::new(pairs, [n * n]), &flat.device().inner());
    flat.reshape([rows, heads]).select(0, pairs).transpose().reshape([1, heads, n, n])
}
