//! GELU.

use burn::tensor::Tensor;
use vitrine_kernels::math::{self, backward};
use vitrine_kernels::pool::computed;

use super::{follow, if_wanted, made, tracked};
use crate::kernels::cpu;

/// Exact GELU.
pub fn gelu(x: &Tensor<4>) -> Option<Tensor<4>> {
    let dims = x.dims();
    let x = tracked(x)?;
    let input = x.primitive().to_contiguous();
    let value = computed(cpu::values(&input).len(), |out| math::gelu_into(cpu::values(&input), out));
    Some(follow([&x], made(value, dims), move |g, [wanted]| {
        let (g, x) = (g.to_contiguous(), cpu::values(&input));
        let gradient = || computed(x.len(), |out| backward::gelu_gradient(x, cpu::values(&g), out));
        [if_wanted(wanted, dims, gradient)]
    }))
}
