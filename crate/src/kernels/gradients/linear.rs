//! Linear layers.

use burn::tensor::Tensor;
use burn_flex::FlexTensor;
use vitrine_kernels::gemm::Activation;
use vitrine_kernels::linear::backward;
use vitrine_kernels::pool::computed;

use super::{follow, if_wanted, made, tracked};
use crate::kernels::cpu;

/// `x W^T + b` over the last dimension, with one weight `[in, out]`, a view of what is stored.
pub fn linear(x: &Tensor<4>, weight: &Tensor<2>, bias: Option<&Tensor<1>>) -> Option<Tensor<4>> {
    let [a, b, n, k] = x.dims();
    let (rows, columns) = (a * b * n, weight.dims()[1]);
    let (x, weight) = (tracked(x)?, tracked(weight)?);
    let (input, stored) = (x.primitive().to_contiguous(), cpu::stored_rows(weight.primitive())?);
    let value = |bias: Option<&FlexTensor>| {
        let value = cpu::linear_rows(&input, std::slice::from_ref(&stored), bias, None, Activation::None);
        made(value, [a, b, n, columns])
    };
    let pass = {
        let (input, stored, sizes) = (input.clone(), stored.clone(), (rows, columns, k));
        move |g: &[f32], [by_input, by_weight]: [bool; 2]| {
            let by_input = if_wanted(by_input, [a, b, n, k], || {
                computed(rows * k, |out| backward::input_gradient(g, cpu::values(&stored), sizes, out))
            });
            let by_weight = if_wanted(by_weight, [columns, k], || {
                computed(columns * k, |out| backward::weight_gradient(g, cpu::values(&input), sizes, out))
            });
            [by_input, by_weight.map(|g| g.transpose(0, 1))]
        }
    };
    let Some(bias) = bias else {
        return Some(follow([&x, &weight], value(None), move |g, wanted| {
            pass(cpu::values(&g.to_contiguous()), wanted)
        }));
    };
    let bias = tracked(bias)?;
    let value = value(Some(&bias.primitive().to_contiguous()));
    Some(follow([&x, &weight, &bias], value, move |g, [by_input, by_weight, by_bias]| {
        let g = g.to_contiguous();
        let g = cpu::values(&g);
        let [by_input, by_weight] = pass(g, [by_input, by_weight]);
        [by_input, by_weight, if_wanted(by_bias, [columns], || backward::bias_gradient(g, columns))]
    }))
}
