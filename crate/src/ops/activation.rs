//! Activations: each number by itself.

use burn::tensor::{Tensor, activation};
use vitrine_kernels::gemm::Activation;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, only, single};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::kernels;
use crate::nn::{Context, Param, ParamId};

/// `torch.nn.ReLU`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relu;

/// `max(x, 0)`. On the GPU a clamp is one kernel in place where `relu` is two with a mask.
pub fn relu(x: Tensor<4>, gpu: bool) -> Tensor<4> {
    if gpu && !x.is_autodiff() { x.clamp(0.0, f32::INFINITY) } else { activation::relu(x) }
}

impl Operation for Relu {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        relu(one(inputs), cx.params().gpu())
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let mut derivation = cell.weighted(Derivation::new("relu", "max(x, 0)"), |_, _| 1.0).await?;
            derivation.result = Some(derivation.sum().max(0.0));
            Ok(derivation)
        })
    }
}

/// `torch.nn.Tanh`, the activation of most networks before AlexNet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tanh;

impl Operation for Tanh {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        one(inputs).tanh()
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let mut derivation = cell.weighted(Derivation::new("tanh", "tanh(x)"), |_, _| 1.0).await?;
            derivation.result = Some(libm::tanh(derivation.sum()));
            Ok(derivation)
        })
    }
}

/// `torch.nn.GELU`, the exact form (Hendrycks and Gimpel, arXiv:1606.08415).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gelu;

/// `x * Phi(x)`.
pub fn gelu(x: Tensor<4>) -> Tensor<4> {
    kernels::gelu(&x).unwrap_or_else(|| activation::gelu(x))
}

/// What a layer ends with.
pub(super) fn activate(x: Tensor<4>, activation: Activation) -> Tensor<4> {
    match activation {
        Activation::None => x,
        Activation::Relu => activation::relu(x),
        Activation::Gelu => activation::gelu(x),
    }
}

impl Operation for Gelu {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        gelu(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let derivation = Derivation::new("gelu", "x * Phi(x), the share of a normal distribution below x");
            let mut derivation = cell.weighted(derivation, |_, _| 1.0).await?;
            for term in &mut derivation.terms {
                term.weight = 0.5 * (1.0 + libm::erf(term.value / std::f64::consts::SQRT_2));
                derivation.facts.insert("phi", term.weight);
            }
            Ok(derivation)
        })
    }
}
