//! Average pooling with a window, as the shortcuts of ResNet-D have it (He et al., Bag of Tricks, CVPR 2019,
//! arXiv:1812.01187).

use burn::tensor::Tensor;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, channels_first};
use super::{Cell, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// The last row and column once more where windows of `n` do not come out even: the mean of what is there stays the
/// same in a window of two.
fn repeated(x: Tensor<4>, n: usize) -> Tensor<4> {
    (2..4).fold(x, |x, dim| {
        let size = x.dims()[dim];
        if size.is_multiple_of(n) { x } else { Tensor::cat(vec![x.clone(), x.narrow(dim, size - 1, 1)], dim) }
    })
}

/// `torch.nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)`: the mean of each window, the last ones smaller.
/// Windows of two alone: larger ones, which no network has, would not be exact at an uneven edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AvgPool {
    /// Side of the window, and the step between windows.
    pub size: usize,
}

impl Operation for AvgPool {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [channels, height, width] = channels_first(inputs)?;
        if self.size != 2 {
            return Err(format!("its windows are {0} x {0}; only 2 x 2 are known", self.size));
        }
        Ok(TensorSpec::nchw(channels, height.div_ceil(self.size), width.div_ceil(self.size)))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let n = self.size;
        let x = repeated(one(inputs), n);
        let [b, c, h, w] = x.dims();
        x.reshape([b * c, h / n, n, w]).mean_dim(2).reshape([b * c, h / n, w / n, n]).mean_dim(3).reshape([
            b,
            c,
            h / n,
            w / n,
        ])
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Window { kernel: self.size, stride: self.size as f64 }
    }

    fn provenance(&self, site: &Site<'_>, [b, c, y, x]: Index) -> Provenance {
        let [_, _, height, width] = site.input(0);
        let axis = |at: usize, n: usize| at * self.size..((at + 1) * self.size).min(n);
        Provenance::block([b..b + 1, c..c + 1, axis(y, height), axis(x, width)])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(cell.mean())
    }
}
