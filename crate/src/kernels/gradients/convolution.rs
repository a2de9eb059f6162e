//! Convolutions.

use burn::tensor::Tensor;
use burn_flex::FlexTensor;
use vitrine_kernels::conv;
use vitrine_kernels::conv::backward::{self, InputGradient, suits};
use vitrine_kernels::gemm::Activation;
use vitrine_kernels::pool::computed;

use super::{dims, follow, if_wanted, made, tracked};
use crate::kernels::cpu;

/// As [`crate::kernels::conv2d`], without residual or activation.
pub fn conv2d(
    x: &Tensor<4>,
    kernel: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    settings: (usize, usize, usize),
) -> Option<Tensor<4>> {
    let shape = cpu::conv_shape(x.dims(), kernel.dims(), settings);
    if !suits(&shape) {
        return None;
    }
    let ((h, w), batch) = (shape.size(), x.dims()[0]);
    let (x, kernel) = (tracked(x)?, tracked(kernel)?);
    let (input, weight) = (x.primitive().to_contiguous(), kernel.primitive().to_contiguous());
    let value = |bias: Option<&FlexTensor>| {
        made(cpu::convolved(&shape, &input, &weight, bias, None, Activation::None), [batch, shape.out, h, w])
    };
    let pass = {
        let (input, weight) = (input.clone(), weight.clone());
        move |by_output: &FlexTensor, [by_input, by_weight]: [bool; 2]| {
            [
                if_wanted(by_input, dims(&input), || input_gradient(&shape, &weight, by_output)),
                if_wanted(by_weight, dims(&weight), || weight_gradient(&shape, &input, by_output)),
            ]
        }
    };
    let Some(bias) = bias else {
        return Some(follow([&x, &kernel], value(None), move |g, wanted| pass(&g.to_contiguous(), wanted)));
    };
    let bias = tracked(bias)?;
    let value = value(Some(&bias.primitive().to_contiguous()));
    Some(follow([&x, &kernel, &bias], value, move |g, [by_input, by_weight, by_bias]| {
        let g = g.to_contiguous();
        let [by_input, by_weight] = pass(&g, [by_input, by_weight]);
        [by_input, by_weight, if_wanted(by_bias, [shape.out], || channel_sums(&g))]
    }))
}

fn input_gradient(shape: &conv::Shape, weight: &FlexTensor, by_output: &FlexTensor) -> Vec<f32> {
    let by_output = cpu::values(by_output);
    let gradient = InputGradient::new(shape, cpu::values(weight));
    computed(by_output.len() / shape.out_len() * shape.in_len(), |out| gradient.write(by_output, out))
}

fn weight_gradient(shape: &conv::Shape, input: &FlexTensor, by_output: &FlexTensor) -> Vec<f32> {
    let len = shape.out * shape.channels / shape.groups * shape.kernel * shape.kernel;
    computed(len, |out| backward::weight_gradient(shape, cpu::values(input), cpu::values(by_output), out))
}

/// The sum over images and pixels of each channel.
fn channel_sums(x: &FlexTensor) -> Vec<f32> {
    let [_, channels, height, width] = dims(x);
    let mut sums = vec![0.0; channels];
    for (i, map) in cpu::values(x).chunks_exact(height * width).enumerate() {
        sums[i % channels] += map.iter().sum::<f32>();
    }
    sums
}
