//! The image that a network is given.

use burn::tensor::Tensor;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec};
use super::{Cell, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// The normalized image, `[1, channels, height, width]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// Colour channels.
    pub channels: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
}

impl Operation for Input {
    fn output(&self, _: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        Ok(TensorSpec::nchw(self.channels, self.height, self.width))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        // Every run is given the image; it is the executor that holds it.
        one(inputs)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, _: Index) -> Provenance {
        Provenance::Learned
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(cell.learned(vec![]))
    }
}
