//! Dropout (Srivastava et al., JMLR 2014).

use burn::tensor::{Distribution, Tensor};

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, only};
use super::{Cell, Operation, Pending, one};
use crate::nn::{Context, Mode, Param, ParamId};

/// `torch.nn.Dropout(p)`: the identity when a network answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// The share that is dropped.
    pub p: f64,
}

/// Zeroes a share `p` at random and scales the rest, as in training.
pub fn dropout(x: Tensor<4>, p: f64) -> Tensor<4> {
    let keep = Tensor::<4>::random(x.dims(), Distribution::Bernoulli(1.0 - p), &x.device());
    x * keep / (1.0 - p)
}

impl Operation for Dropout {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        if !(0.0..1.0).contains(&self.p) {
            return Err(format!("it drops a share of {}, which is not from 0 to below 1", self.p));
        }
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        match cx.mode() {
            Mode::Inference => one(inputs),
            _ if self.p == 0.0 => one(inputs),
            Mode::Stochastic | Mode::Training => dropout(one(inputs), self.p),
        }
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
