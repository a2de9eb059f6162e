//! Kernels of our own on Burn's tensors: `vitrine-kernels` on the CPU's memory, with backward passes where a gradient is
//! followed, shaders on WebGPU's, without. Each function answers `None` where Burn's plain operations are to compute instead.

use burn::tensor::{Device, Tensor};
use vitrine_kernels::gemm::Activation;

use crate::nn::Graph;

mod cpu;
#[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
mod functions;
#[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
mod gpu;
#[cfg(feature = "train")]
mod gradients;
#[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
mod prepare;
#[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
mod product;
#[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
mod rows;
#[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
mod wgsl;

#[cfg(feature = "train")]
pub use gradients::batch_norm_train;

pub use cpu::{attention, maps, max_pool, neighbours, patches, windows, windows_normalized};

/// The CPU's answer, else that of WebGPU, where this build has it.
macro_rules! either {
    ($kernel:ident($($argument:expr),*)) => {{
        let value = cpu::$kernel($($argument),*);
        #[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
        let value = value.or_else(|| gpu::$kernel($($argument),*));
        value
    }};
}

/// Compiles what a network on a GPU is computed by, while its weights arrive.
pub fn prepare(graph: &Graph, device: &Device) {
    #[cfg(all(feature = "webgpu", target_arch = "wasm32"))]
    prepare::prepare(graph, device);
    #[cfg(not(all(feature = "webgpu", target_arch = "wasm32")))]
    let _ = (graph, device);
}

/// `activation(x W^T + b + residual)` with the weights as they were stored.
pub fn linear(
    x: &Tensor<4>,
    weight: &[Tensor<2>],
    bias: Option<&Tensor<1>>,
    residual: Option<&Tensor<4>>,
    activation: Activation,
) -> Option<Tensor<4>> {
    either!(linear(x, weight, bias, residual, activation))
}

/// Square convolution of `[b, c, h, w]` with a stride, a padding and groups; `residual`, of the output's shape, is
/// added before the activation.
pub fn conv2d(
    x: &Tensor<4>,
    kernel: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    settings: (usize, usize, usize),
    residual: Option<&Tensor<4>>,
    activation: Activation,
) -> Option<Tensor<4>> {
    either!(conv2d(x, kernel, bias, settings, residual, activation))
}

/// `softmax(scale q k^T + bias + mask)`, `[b, heads, n, n]`.
pub fn attention_weights(
    qk: (&Tensor<4>, &Tensor<4>),
    scale: f64,
    bias: Option<&Tensor<4>>,
    mask: Option<&Tensor<4>>,
) -> Option<Tensor<4>> {
    either!(attention_weights(qk, scale, bias, mask))
}

/// `[b, heads, n, n] x [b, heads, n, d] -> [b, 1, n, heads d]`.
pub fn attend(weights: &Tensor<4>, v: &Tensor<4>) -> Option<Tensor<4>> {
    either!(attend(weights, v))
}

/// Over the last dimension.
pub fn layer_norm(x: &Tensor<4>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Option<Tensor<4>> {
    either!(layer_norm(x, weight, bias, eps))
}

/// Exact GELU.
pub fn gelu(x: &Tensor<4>) -> Option<Tensor<4>> {
    either!(gelu(x))
}
