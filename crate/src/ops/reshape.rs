//! Other dimensions for the same numbers.

use burn::tensor::Tensor;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, channels_first, of_tokens};
use super::{Cell, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// `torch.flatten(x, 1)`: `[b, c, h, w] -> [b, c * h * w]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flatten;

/// `[b, 1, 1, n]`.
pub fn flatten(x: Tensor<4>) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    x.reshape([b, 1, 1, c * h * w])
}

impl Operation for Flatten {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [channels, height, width] = channels_first(inputs)?;
        let cells = channels.checked_mul(height).and_then(|n| n.checked_mul(width));
        Ok(TensorSpec::vector(cells.ok_or("it has too many channels")?))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        flatten(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Whole
    }

    fn provenance(&self, site: &Site<'_>, [b, _, _, c]: Index) -> Provenance {
        let [_, _, height, width] = site.input(0);
        Provenance::Copy([b, c / (height * width), c / width % height, c % width])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// `[b, n, c] -> [b, side, side, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokensToMap {
    /// Rows and columns.
    pub side: usize,
}

/// `[b, 1, n, c] -> [b, side, side, c]`.
pub fn tokens_to_map(x: Tensor<4>, side: usize) -> Tensor<4> {
    let [b, _, _, c] = x.dims();
    x.reshape([b, side, side, c])
}

impl Operation for TokensToMap {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        match of_tokens(inputs)? {
            [1, tokens, channels] if Some(tokens) == self.side.checked_pow(2) => {
                Ok(TensorSpec::nhwc(self.side, self.side, channels))
            }
            [windows, tokens, _] => Err(format!("{windows} x {tokens} tokens do not make a square map")),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        tokens_to_map(one(inputs), self.side)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, [b, y, x, c]: Index) -> Provenance {
        Provenance::Copy([b, 0, y * self.side + x, c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}
