//! Swin's windows.

use burn::tensor::Tensor;
use burn_flex::FlexTensor;
use vitrine_kernels::cut::{self, Cut};
use vitrine_kernels::pool::computed;

use super::{dims, follow, if_wanted, made, tracked};
use crate::kernels::cpu;

/// Maps `[b, h, w, c]` as windows `[b windows, 1, n, c]`.
pub fn windows(x: &Tensor<4>, cut: Cut) -> Option<Tensor<4>> {
    let (dims, out) = (x.dims(), cpu::cut_shape(x, cut));
    let x = tracked(x)?;
    let value = cut_into_windows(&x.primitive().to_contiguous(), cut);
    Some(follow([&x], made(value, out), move |g, [wanted]| {
        let g = g.to_contiguous();
        [if_wanted(wanted, dims, || put_together(&g, cut, None))]
    }))
}

/// Windows as maps again, to which `shortcut` is added.
pub fn maps(x: &Tensor<4>, cut: Cut, shortcut: Option<&Tensor<4>>) -> Option<Tensor<4>> {
    let dims @ [windows, _, tokens, c] = x.dims();
    let out = [windows * tokens / (cut.height * cut.width), cut.height, cut.width, c];
    let x = tracked(x)?;
    let input = x.primitive().to_contiguous();
    let pass = move |g: &FlexTensor, wanted| {
        let g = g.to_contiguous();
        if_wanted(wanted, dims, || cut_into_windows(&g, cut))
    };
    let Some(shortcut) = shortcut else {
        let value = made(put_together(&input, cut, None), out);
        return Some(follow([&x], value, move |g, [wanted]| [pass(&g, wanted)]));
    };
    let shortcut = tracked(shortcut)?;
    let value = made(put_together(&input, cut, Some(&shortcut.primitive().to_contiguous())), out);
    Some(follow([&x, &shortcut], value, move |g, [by_windows, by_shortcut]| {
        [pass(&g, by_windows), by_shortcut.then_some(g)]
    }))
}

fn cut_into_windows(x: &FlexTensor, cut: Cut) -> Vec<f32> {
    let (c, x) = (dims(x)[3], cpu::values(x));
    computed(x.len(), |out| cut::windows(x, c, cut, out))
}

fn put_together(x: &FlexTensor, cut: Cut, shortcut: Option<&FlexTensor>) -> Vec<f32> {
    let (c, x) = (dims(x)[3], cpu::values(x));
    computed(x.len(), |out| cut::maps(x, c, cut, shortcut.map(cpu::values), out))
}
