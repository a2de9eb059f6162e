//! Batch norm in training, and layer norm.

use burn::backend::Flex;
use burn::tensor::Tensor;
use burn_flex::FlexTensor;
use vitrine_kernels::batch_norm;
use vitrine_kernels::math::{self, backward};
use vitrine_kernels::pool::computed;

use super::{follow, if_wanted, made, tracked};
use crate::kernels::cpu;

/// What a batch norm gives in training.
pub struct BatchNormed {
    /// `[b, c, h, w]`.
    pub output: Tensor<4>,
    /// `[c]`, through which no gradient flows.
    pub mean: Tensor<1>,
    /// `[c]`, biased; no gradient flows through it either.
    pub variance: Tensor<1>,
}

/// Batch norm with the statistics of the batch.
pub fn batch_norm_train(x: &Tensor<4>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Option<BatchNormed> {
    let followed = x.is_autodiff() || weight.is_autodiff() || bias.is_autodiff();
    let (dims @ [batch, channels, height, width], eps) = (x.dims(), eps as f32);
    let shape = batch_norm::Shape { batch, channels, pixels: height * width };
    let (x, weight, bias) = (tracked(x)?, tracked(weight)?, tracked(bias)?);
    let input = x.primitive().to_contiguous();
    let (scale, shift) = (weight.primitive().to_contiguous(), bias.primitive().to_contiguous());
    let (mean, variance) = batch_norm::statistics(shape, cpu::values(&input));
    let value = computed(cpu::values(&input).len(), |out| {
        let affine = (cpu::values(&scale), cpu::values(&shift));
        batch_norm::normalize(shape, cpu::values(&input), affine, (&mean, &variance), eps, out)
    });
    let value = made(value, dims);
    let of_channels = |values: &Vec<f32>| Tensor::from_primitive::<Flex>(made(values.clone(), [channels]));
    let (its_mean, its_variance) = (of_channels(&mean), of_channels(&variance));
    let pass = move |g: FlexTensor, [by_input, by_weight, by_bias]: [bool; 3]| {
        let g = g.to_contiguous();
        let given = (cpu::values(&input), cpu::values(&g));
        let gradients = batch_norm::Gradients::new(shape, given, cpu::values(&scale), (&mean, &variance), eps);
        [
            if_wanted(by_input, dims, || computed(given.0.len(), |out| gradients.write_input(shape, given, out))),
            if_wanted(by_weight, [channels], || gradients.by_weight.clone()),
            if_wanted(by_bias, [channels], || gradients.by_bias.clone()),
        ]
    };
    let output =
        if followed { follow([&x, &weight, &bias], value, pass) } else { Tensor::from_primitive::<Flex>(value) };
    Some(BatchNormed { output, mean: its_mean, variance: its_variance })
}

/// Layer norm over the last dimension.
pub fn layer_norm(x: &Tensor<4>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Option<Tensor<4>> {
    let (dims, c, eps) = (x.dims(), weight.dims(), eps as f32);
    let (x, weight, bias) = (tracked(x)?, tracked(weight)?, tracked(bias)?);
    let input = x.primitive().to_contiguous();
    let (scale, shift) = (weight.primitive().to_contiguous(), bias.primitive().to_contiguous());
    let value = computed(cpu::values(&input).len(), |out| {
        math::layer_norm(cpu::values(&input), (cpu::values(&scale), cpu::values(&shift)), eps, None, out)
    });
    Some(follow([&x, &weight, &bias], made(value, dims), move |g, wanted| {
        let (g, x) = (g.to_contiguous(), cpu::values(&input));
        let mut by_input = vec![0.0; x.len()];
        let (by_weight, by_bias) =
            backward::layer_norm_gradients(x, cpu::values(&g), cpu::values(&scale), eps, &mut by_input);
        let all = [made(by_input, dims), made(by_weight, c), made(by_bias, c)];
        let mut wanted = wanted.into_iter();
        all.map(|gradient| wanted.next().unwrap_or(false).then_some(gradient))
    }))
}
