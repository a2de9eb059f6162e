//! MAE's masking: the encoder sees some patches alone, the decoder mask tokens where the others were.

use burn::tensor::Tensor;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, of_tokens, token_rows};
use super::tokens::gather_tokens;
use super::{Cell, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// The patches that stay visible, in their order here: `[b, n, c] -> [b, visible, c]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatherVisible {
    /// The number of each patch that stays, counted row by row.
    pub keep: Vec<usize>,
}

impl Operation for GatherVisible {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        if self.keep.is_empty() || self.keep.iter().any(|patch| *patch >= tokens) {
            return Err(format!("a mask keeps at least one of the {tokens} patches, and no others"));
        }
        Ok(TensorSpec::tokens(windows, self.keep.len(), channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        gather_tokens(one(inputs), &self.keep)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, [b, x, token, c]: Index) -> Provenance {
        Provenance::Copy([b, x, self.keep[token], c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// Mask tokens in place of the hidden patches, all in image order again behind the class token:
/// `[b, visible + 1, c] -> [b, patches + 1, c]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsertMaskTokens {
    /// `[1, 1, channels]`.
    pub token: ParamId,
    /// Of each patch of the image, its place among the visible patches followed by the hidden ones.
    pub restore: Vec<usize>,
}

/// Visible tokens and mask tokens in image order, the class token in front.
pub fn insert_mask_tokens(x: Tensor<4>, token: Tensor<4>, restore: &[usize]) -> Tensor<4> {
    let [b, _, n, c] = x.dims();
    let hidden = restore.len() + 1 - n;
    let class = x.clone().narrow(2, 0, 1);
    let mut patches = x.narrow(2, 1, n - 1);
    if hidden > 0 {
        patches = Tensor::cat(vec![patches, token.expand([b, 1, hidden, c])], 2);
    }
    Tensor::cat(vec![class, gather_tokens(patches, restore)], 2)
}

impl Operation for InsertMaskTokens {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        token_rows(params, self.token, channels)?;
        let patches = self.restore.len();
        if tokens < 2 || tokens > patches + 1 || self.restore.iter().any(|place| *place >= patches) {
            return Err(format!("a class token and {patches} patches are not {tokens} tokens"));
        }
        Ok(TensorSpec::tokens(windows, patches + 1, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.token]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        insert_mask_tokens(one(inputs), cx.params().tokens(self.token), &self.restore)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::PatchGrid { side: self.restore.len().isqrt(), leading: 1 }
    }

    fn provenance(&self, site: &Site<'_>, [b, x, token, c]: Index) -> Provenance {
        let visible = site.input(0)[2] - 1;
        match token.checked_sub(1).map(|patch| self.restore[patch]) {
            None => Provenance::Copy([b, x, 0, c]),
            Some(place) if place < visible => Provenance::Copy([b, x, place + 1, c]),
            Some(_) => Provenance::Learned,
        }
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        match cell.provenance() {
            Provenance::Learned => Box::pin(cell.learned(vec![cell.params.tokens(self.token)])),
            _ => cell.copy(),
        }
    }
}
