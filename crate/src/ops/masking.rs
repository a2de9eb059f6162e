//! MAE's masking: the encoder sees some patches alone, the decoder mask tokens where the others were.

use std::borrow::Cow;

use burn::tensor::Tensor;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, of_tokens, token_rows};
use super::tokens::gather_tokens;
use super::{Cell, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// Which patches are visible, as the reference implementation draws it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchMask {
    /// Visible patches, lowest noise first.
    pub keep: Vec<usize>,
    /// Place of each patch among visible patches followed by hidden ones.
    pub restore: Vec<usize>,
}

impl PatchMask {
    /// The `visible` patches of lowest noise stay (section 3, "sorted noise").
    pub fn from_noise(noise: &[f32], visible: usize) -> Self {
        let mut order: Vec<usize> = (0..noise.len()).collect();
        order.sort_by(|&a, &b| noise[a].total_cmp(&noise[b]));
        Self::from_order(&order, visible)
    }

    /// A drawn mask: `true` hides a patch.
    pub fn from_hidden(hidden: &[bool]) -> Self {
        let (hide, keep): (Vec<usize>, Vec<usize>) = (0..hidden.len()).partition(|&i| hidden[i]);
        let visible = keep.len();
        Self::from_order(&[keep, hide].concat(), visible)
    }

    /// A fixed mask that scatters the `visible` ones of `patches`, for runs that are given none.
    pub fn scattered(patches: usize, visible: usize) -> Self {
        // Multiples of a number without common factor.
        let step = (patches / 2 + 1..).find(|s| gcd(*s, patches) == 1).unwrap_or(1);
        let noise: Vec<f32> = (0..patches).map(|i| (i * step % patches) as f32).collect();
        Self::from_noise(&noise, visible)
    }

    /// None of `patches` hidden.
    pub fn all_visible(patches: usize) -> Self {
        let order: Vec<usize> = (0..patches).collect();
        Self { keep: order.clone(), restore: order }
    }

    fn from_order(order: &[usize], visible: usize) -> Self {
        let mut restore = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, &patch)| restore[patch] = place);
        Self { keep: order[..visible].to_vec(), restore }
    }

    /// 1 where a patch is hidden, as the reference implementation returns it.
    pub fn hidden(&self) -> Vec<u8> {
        self.restore.iter().map(|&place| u8::from(place >= self.keep.len())).collect()
    }

    /// The mask of a run, where it fits, or the scattered one.
    fn or_scattered(mask: Option<&Self>, patches: usize, visible: usize) -> Cow<'_, Self> {
        match mask.filter(|m| m.restore.len() == patches && m.keep.len() == visible) {
            Some(mask) => Cow::Borrowed(mask),
            None => Cow::Owned(Self::scattered(patches, visible)),
        }
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The patches that a run's mask keeps, in the order of their noise: `[b, n, c] -> [b, visible, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatherVisible {
    /// How many stay.
    pub visible: usize,
}

impl Operation for GatherVisible {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        if self.visible == 0 || self.visible > tokens {
            return Err(format!("of {tokens} patches, {} cannot be visible", self.visible));
        }
        Ok(TensorSpec::tokens(windows, self.visible, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let mask = PatchMask::or_scattered(cx.mask(), x.dims()[2], self.visible);
        gather_tokens(x, &mask.keep)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, x, token, c]: Index) -> Provenance {
        let mask = PatchMask::or_scattered(site.mask, site.input(0)[2], self.visible);
        Provenance::Copy([b, x, mask.keep[token], c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// Mask tokens in place of the hidden patches, all in image order again behind the class token:
/// `[b, visible + 1, c] -> [b, patches + 1, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsertMaskTokens {
    /// `[1, 1, channels]`.
    pub token: ParamId,
    /// Patches of the image.
    pub patches: usize,
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
        if tokens < 2 || tokens > self.patches + 1 {
            return Err(format!("a class token and {} patches are not {tokens} tokens", self.patches));
        }
        Ok(TensorSpec::tokens(windows, self.patches + 1, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.token]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let mask = PatchMask::or_scattered(cx.mask(), self.patches, x.dims()[2] - 1);
        insert_mask_tokens(x, cx.params().tokens(self.token), &mask.restore)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::PatchGrid { side: self.patches.isqrt(), leading: 1 }
    }

    fn provenance(&self, site: &Site<'_>, [b, x, token, c]: Index) -> Provenance {
        let visible = site.input(0)[2] - 1;
        let mask = PatchMask::or_scattered(site.mask, self.patches, visible);
        match token.checked_sub(1).map(|patch| mask.restore[patch]) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_and_drawing_give_the_same_mask() {
        let mask = PatchMask::from_noise(&[0.9, 0.1, 0.5, 0.2], 2);
        assert_eq!(mask.keep, [1, 3]);
        assert_eq!(mask.hidden(), [1, 0, 1, 0]);
        assert_eq!(
            PatchMask::from_hidden(&[true, false, true, false]),
            PatchMask { keep: vec![1, 3], restore: vec![2, 0, 3, 1] }
        );
    }
}
