//! Tokens: patches as rows, the class token in front of them, and what is taken of them.

use burn::tensor::{Int, Tensor, TensorData};

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, channels_first, divisible, of_tokens, token_rows};
use super::{Cell, Operation, Pending, one};
use crate::kernels;
use crate::nn::{Context, Param, ParamId};

/// Non-overlapping patches as rows (ViT section 3.1): `[b, c, h, w] -> [b, n, c * p * p]`, a row in the order (c, y, x)
/// of a convolution's kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patchify {
    /// Pixels per side of a patch.
    pub patch: usize,
}

/// `[b, c, h, w] -> [b, 1, n, c p p]`.
pub fn patchify(x: Tensor<4>, p: usize) -> Tensor<4> {
    if let Some(y) = kernels::patches(&x, p) {
        return y;
    }
    let [b, c, h, w] = x.dims();
    let (rows, cols) = (h / p, w / p);
    x.reshape([b, c, rows, p, cols, p]).permute([0, 2, 4, 1, 3, 5]).reshape([b, 1, rows * cols, c * p * p])
}

impl Operation for Patchify {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [channels, height, width] = channels_first(inputs)?;
        let rows = divisible(height, "rows of pixels", self.patch, "rows of a patch")?;
        let columns = divisible(width, "columns of pixels", self.patch, "columns of a patch")?;
        let pixels = self.patch.checked_pow(2).and_then(|p| p.checked_mul(channels));
        Ok(TensorSpec::tokens(1, rows * columns, pixels.ok_or("its patches are too large")?))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        patchify(one(inputs), self.patch)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Window { kernel: self.patch, stride: self.patch as f64 }
    }

    fn provenance(&self, site: &Site<'_>, [b, _, token, c]: Index) -> Provenance {
        let (p, across) = (self.patch, site.input(0)[3] / self.patch);
        let (top, left) = (token / across * p, token % across * p);
        Provenance::Copy([b, c / (p * p), top + c / p % p, left + c % p])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// One learned token in front of the others: `[b, n, c] -> [b, n + 1, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassToken {
    /// `[1, 1, channels]`.
    pub token: ParamId,
}

/// One token `[1, 1, 1, c]` in front of the others.
pub fn prepend(x: Tensor<4>, token: Tensor<4>) -> Tensor<4> {
    let [b, _, _, c] = x.dims();
    Tensor::cat(vec![token.expand([b, 1, 1, c]), x], 2)
}

/// Where the cells of [`prepend`] come from.
pub(super) fn prepended([b, x, token, c]: Index) -> Provenance {
    match token.checked_sub(1) {
        Some(token) => Provenance::Copy([b, x, token, c]),
        None => Provenance::Learned,
    }
}

impl Operation for ClassToken {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        token_rows(params, self.token, channels)?;
        Ok(TensorSpec::tokens(windows, tokens + 1, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.token]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        prepend(one(inputs), cx.params().tokens(self.token))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        prepended(cell)
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        match cell.provenance() {
            Provenance::Learned => Box::pin(cell.learned(vec![cell.params.tokens(self.token)])),
            _ => cell.copy(),
        }
    }
}

/// One token: `[b, n, c] -> [b, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectToken {
    /// Its place in the sequence.
    pub index: usize,
}

impl Operation for SelectToken {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        match of_tokens(inputs)? {
            [1, tokens, channels] if self.index < tokens => Ok(TensorSpec::vector(channels)),
            [windows, tokens, _] => Err(format!("there is no token {} in {windows} x {tokens} tokens", self.index)),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        one(inputs).narrow(2, self.index, 1)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, [b, _, _, c]: Index) -> Provenance {
        Provenance::Copy([b, 0, self.index, c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// All tokens but the first: `[b, n, c] -> [b, n - 1, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DropClassToken;

impl Operation for DropClassToken {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        match of_tokens(inputs)? {
            [windows, tokens, channels] if tokens > 1 => Ok(TensorSpec::tokens(windows, tokens - 1, channels)),
            [_, tokens, _] => Err(format!("of {tokens} tokens none is left without the class token")),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let n = x.dims()[2];
        x.narrow(2, 1, n - 1)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, [b, x, token, c]: Index) -> Provenance {
        Provenance::Copy([b, x, token + 1, c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// Tokens by index along the sequence.
pub fn gather_tokens(x: Tensor<4>, tokens: &[usize]) -> Tensor<4> {
    let ids: Vec<i32> = tokens.iter().map(|&i| i as i32).collect();
    let ids = Tensor::<1, Int>::from_data(TensorData::new(ids, [tokens.len()]), &x.device().inner());
    x.select(2, ids)
}
