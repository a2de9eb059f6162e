//! Pooling: the largest or the mean of a window, of parts of a map, or of all positions.

use std::ops::Range;

use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Tensor, module};

use super::convolution::{window, windows};
use super::spec::{Geometry, Index, Layout, Provenance, Site, TensorSpec, channels_first, only};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::kernels;
use crate::nn::{Context, Param, ParamId};

/// `torch.nn.MaxPool2d` with a square window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxPool {
    /// Side of the window.
    pub kernel: usize,
    /// Step between windows.
    pub stride: usize,
    /// Cells around the input that are never the largest.
    pub padding: usize,
}

/// The largest value of each window of `[b, c, h, w]`.
pub fn max_pool(x: Tensor<4>, kernel: usize, stride: usize, padding: usize) -> Tensor<4> {
    kernels::max_pool(&x, (kernel, stride, padding)).unwrap_or_else(|| {
        module::max_pool2d(x, MaxPoolOptions::new([kernel; 2]).with_stride([stride; 2]).with_padding([padding; 2]))
    })
}

impl MaxPool {
    /// The pooled maps.
    pub fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        max_pool(x, self.kernel, self.stride, self.padding)
    }
}

impl Operation for MaxPool {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [channels, height, width] = channels_first(inputs)?;
        if 2 * self.padding > self.kernel {
            return Err(format!("its padding of {} is more than half its window of {}", self.padding, self.kernel));
        }
        let size = |n| windows(n, self.kernel, self.stride, self.padding);
        Ok(TensorSpec::nchw(channels, size(height)?, size(width)?))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        self.apply(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Window { kernel: self.kernel, stride: self.stride as f64 }
    }

    fn provenance(&self, site: &Site<'_>, [b, c, y, x]: Index) -> Provenance {
        let [_, _, height, width] = site.input(0);
        let axis = |at, n| window(at, self.kernel, self.stride, self.padding, n);
        Provenance::block([b..b + 1, c..c + 1, axis(y, height), axis(x, width)])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let mut derivation = cell.weighted(Derivation::new("max pool", "the largest"), |_, _| 0.0).await?;
            let largest = derivation.terms.iter_mut().max_by(|a, b| a.value.total_cmp(&b.value));
            largest.into_iter().for_each(|term| term.weight = 1.0);
            Ok(derivation)
        })
    }
}

/// `torch.nn.AdaptiveAvgPool2d(size)`: the mean over `size x size` parts of nearly equal extent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdaptiveAvgPool {
    /// Rows and columns of the result.
    pub size: usize,
}

/// Mean over `size x size` parts; the identity when the map has that size already.
pub fn adaptive_avg_pool(x: Tensor<4>, size: usize) -> Tensor<4> {
    let [_, _, h, w] = x.dims();
    if (h, w) == (size, size) { x } else { module::adaptive_avg_pool2d(x, [size; 2]) }
}

impl AdaptiveAvgPool {
    fn part(&self, i: usize, n: usize) -> Range<usize> {
        i * n / self.size..((i + 1) * n).div_ceil(self.size)
    }
}

impl Operation for AdaptiveAvgPool {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [channels, _, _] = channels_first(inputs)?;
        Ok(TensorSpec::nchw(channels, self.size, self.size))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        adaptive_avg_pool(one(inputs), self.size)
    }

    fn geometry(&self, site: &Site<'_>) -> Geometry {
        let n = site.input(0)[2];
        Geometry::Window { kernel: n.div_ceil(self.size), stride: n as f64 / self.size as f64 }
    }

    fn provenance(&self, site: &Site<'_>, [b, c, y, x]: Index) -> Provenance {
        let [_, _, height, width] = site.input(0);
        Provenance::block([b..b + 1, c..c + 1, self.part(y, height), self.part(x, width)])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(cell.mean())
    }
}

/// `torch.nn.AdaptiveAvgPool2d(1)` and flatten: `[b, c, h, w] -> [b, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlobalAvgPool;

/// Mean over space: `[b, 1, 1, c]`.
pub fn global_avg_pool(x: Tensor<4>) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    x.reshape([b, c, 1, h * w]).mean_dim(3).reshape([b, 1, 1, c])
}

impl Operation for GlobalAvgPool {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [channels, _, _] = channels_first(inputs)?;
        Ok(TensorSpec::vector(channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        global_avg_pool(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Whole
    }

    fn provenance(&self, site: &Site<'_>, [b, _, _, c]: Index) -> Provenance {
        let [_, _, height, width] = site.input(0);
        Provenance::block([b..b + 1, c..c + 1, 0..height, 0..width])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(cell.mean())
    }
}

/// The mean over all positions of `[b, h, w, c]` or `[b, n, c]`: `[b, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeanTokens;

/// Mean over all positions: `[b, 1, 1, c]`.
pub fn mean_tokens(x: Tensor<4>) -> Tensor<4> {
    let [b, h, w, c] = x.dims();
    x.reshape([b, 1, h * w, c]).mean_dim(2)
}

impl Operation for MeanTokens {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let spec = only(inputs)?;
        match (spec.layout, spec.shape.as_slice()) {
            (Layout::Nhwc | Layout::Tokens, &[1, .., channels]) => Ok(TensorSpec::vector(channels)),
            (layout, shape) => Err(format!("it takes tokens or maps with the channels last, not {layout:?} {shape:?}")),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        mean_tokens(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Whole
    }

    fn provenance(&self, site: &Site<'_>, [b, _, _, c]: Index) -> Provenance {
        let [_, rows, columns, _] = site.input(0);
        Provenance::block([b..b + 1, 0..rows, 0..columns, c..c + 1])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(cell.mean())
    }
}
