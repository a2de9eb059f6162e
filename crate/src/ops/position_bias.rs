//! What Swin adds to a score by where the key lies from the query: a number of a table, or, in Swin V2, of a small
//! network that is asked about the two distances.

use burn::tensor::{Int, Tensor, TensorData, activation};
use vitrine_kernels::gemm::Activation;

use super::linear::linear;
use super::spec::stored;
use crate::nn::{Param, ParamId, Parameters, window_pairs};

/// Where a relative position bias comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositionBias {
    /// A table `[(2 w - 1)^2, heads]` (Swin's equation 4).
    Table(ParamId),
    /// A network of two layers (Swin V2, section 3.3).
    Network(PositionNetwork),
}

/// Swin V2's continuous position bias: 16 sigmoid(MLP(distances)), distances on a logarithmic scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PositionNetwork {
    /// `[hidden, 2]`.
    pub first: ParamId,
    /// `[hidden]`.
    pub bias: ParamId,
    /// `[heads, hidden]`.
    pub second: ParamId,
    /// Tokens on a side of a window.
    pub window: usize,
    /// Tokens on a side of the windows that distances are measured by: those of the first training.
    pub trained: usize,
}

impl PositionBias {
    /// The parameters that it is made of.
    pub fn params(&self) -> Vec<ParamId> {
        match *self {
            Self::Table(table) => vec![table],
            Self::Network(PositionNetwork { first, bias, second, .. }) => vec![first, bias, second],
        }
    }

    /// The bias of all pairs of a window's tokens, `[1, heads, n, n]`.
    pub fn tensor(&self, params: &Parameters) -> Tensor<4> {
        match self {
            Self::Table(table) => params.tokens(*table),
            Self::Network(network) => params.position_bias(network),
        }
    }

    /// Checks that it fits `heads` heads on windows of `tokens` tokens.
    pub(super) fn check(&self, params: &[Param], heads: usize, tokens: usize) -> Result<(), String> {
        let side = tokens.isqrt();
        let (fits, shape) = match *self {
            Self::Table(table) => {
                let [rows, columns] = stored(params, table)?;
                ((rows, columns) == ((2 * side).saturating_sub(1).pow(2), heads), [rows, columns])
            }
            Self::Network(PositionNetwork { first, bias, second, window, .. }) => {
                let ([hidden, distances], [n]) = (stored(params, first)?, stored(params, bias)?);
                let [out, reads] = stored(params, second)?;
                ((distances, n, reads, out, window) == (2, hidden, hidden, heads, side), [out, reads])
            }
        };
        (fits && side * side == tokens).then_some(()).ok_or_else(|| {
            format!("a relative position bias of {shape:?} does not fit {heads} heads on windows of {tokens} tokens")
        })
    }
}

impl PositionNetwork {
    /// What it says of all pairs of a window's tokens, `[1, heads, n, n]`.
    pub(crate) fn compute(&self, params: &Parameters) -> Tensor<4> {
        let device = params.device();
        let across = 2 * self.window - 1;
        let distances = Tensor::<4>::from_data(TensorData::new(self.distances(), [1, 1, across * across, 2]), device);
        let hidden =
            linear(distances, params.matrix(self.first), Some(params.vector(self.bias)), None, Activation::Relu);
        let table = linear(hidden, params.matrix(self.second), None, None, Activation::None);
        let heads = table.dims()[3];
        let pairs: Vec<i32> = window_pairs(across * across).into_iter().map(|row| row as i32).collect();
        let n = self.window * self.window;
        let pairs = Tensor::<1, Int>::from_data(TensorData::new(pairs, [n * n]), device);
        let all = table.reshape([across * across, heads]).select(0, pairs).transpose().reshape([1, heads, n, n]);
        activation::sigmoid(all) * 16.0
    }

    /// Rows and columns from key to query, on the paper's logarithmic scale: equation 5, in units of which the edge of
    /// the window of training is at log2(9) / 3.
    fn distances(&self) -> Vec<f32> {
        let edge = self.trained.saturating_sub(1).max(1) as f64;
        let reach = self.window as i64 - 1;
        let scaled = |by: i64| {
            let share = 8.0 * by as f64 / edge;
            (share.signum() * (share.abs() + 1.0).log2() / 3.0) as f32
        };
        (-reach..=reach).flat_map(|y| (-reach..=reach).flat_map(move |x| [scaled(y), scaled(x)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_measured_by_the_window_of_training() {
        let network = |window, trained| PositionNetwork { first: 0, bias: 1, second: 2, window, trained };
        let own = network(3, 3).distances();
        assert_eq!(own.len(), 5 * 5 * 2);
        let edge = 9f32.log2() / 3.0;
        assert_eq!((own[0], own[1]), (-edge, -edge));
        assert_eq!((own[24], own[25]), (0.0, 0.0));
        // Half of the way to the edge of a window of 3 is the edge of one of 2.
        assert_eq!(network(2, 3).distances()[0], -(5f32.log2()) / 3.0);
    }
}
