//! Maps made larger by zeros and cut back: windows that do not divide a map (torchvision's and timm's Swin).

use burn::tensor::Tensor;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, channels_last};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// `[b, h, w, c] -> [b, rows, columns, c]` with zeros below and to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PadMap {
    /// Rows of the result.
    pub rows: usize,
    /// Columns of the result.
    pub columns: usize,
}

impl Operation for PadMap {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [height, width, channels] = channels_last(inputs)?;
        if self.rows < height || self.columns < width {
            return Err(format!("a map of {height} x {width} is larger than {} x {}", self.rows, self.columns));
        }
        Ok(TensorSpec::nhwc(self.rows, self.columns, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let ([b, h, w, c], device) = (x.dims(), x.device());
        let zeros = |rows: usize, columns: usize| Tensor::<4>::zeros([b, rows, columns, c], &device);
        let x = if self.rows > h { Tensor::cat(vec![x, zeros(self.rows - h, w)], 1) } else { x };
        if self.columns > w { Tensor::cat(vec![x, zeros(self.rows, self.columns - w)], 2) } else { x }
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, cell: Index) -> Provenance {
        let [_, height, width, _] = site.input(0);
        if cell[1] < height && cell[2] < width { Provenance::Copy(cell) } else { Provenance::Learned }
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        match cell.provenance() {
            Provenance::Learned => Box::pin(async { Ok(Derivation::new("padding", "zero")) }),
            _ => cell.copy(),
        }
    }
}

/// `[b, h, w, c] -> [b, rows, columns, c]`: the first rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CropMap {
    /// Rows of the result.
    pub rows: usize,
    /// Columns of the result.
    pub columns: usize,
}

impl Operation for CropMap {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [height, width, channels] = channels_last(inputs)?;
        if self.rows > height || self.columns > width {
            return Err(format!("a map of {height} x {width} is smaller than {} x {}", self.rows, self.columns));
        }
        Ok(TensorSpec::nhwc(self.rows, self.columns, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        one(inputs).narrow(1, 0, self.rows).narrow(2, 0, self.columns)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::Copy(cell)
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}
