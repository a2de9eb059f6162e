//! The activations beside ReLU and exact GELU: each number times a factor of its own.

use burn::tensor::{Tensor, activation};

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, only, single};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// The activations that these families are built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// `max(x, 0)`.
    Relu,
    /// `x * Phi(x)`.
    Gelu,
    /// GELU's approximation by tanh.
    GeluTanh,
    /// `x * sigmoid(1.702 x)`, of CLIP.
    QuickGelu,
    /// `x * sigmoid(x)`, also called Swish.
    Silu,
    /// `tanh(x)`.
    Tanh,
}

impl Activation {
    /// As timm, transformers and torch name them.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().replace("torch.nn.", "").as_str() {
            "relu" => Self::Relu,
            "gelu" | "gelu_python" => Self::Gelu,
            "gelu_new" | "gelu_tanh" | "gelutanh" | "gelu_pytorch_tanh" | "gelu_fast" => Self::GeluTanh,
            "quick_gelu" | "quickgelu" => Self::QuickGelu,
            "silu" | "swish" => Self::Silu,
            "tanh" => Self::Tanh,
            _ => return None,
        })
    }

    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Relu => "ReLU",
            Self::Gelu => "GELU",
            Self::GeluTanh => "GELU approximated by tanh",
            Self::QuickGelu => "QuickGELU",
            Self::Silu => "SiLU",
            Self::Tanh => "tanh",
        }
    }
}

/// A smooth activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Smooth {
    /// `x * sigmoid(1.702 x)`, of CLIP.
    QuickGelu,
    /// GELU's approximation by tanh.
    GeluTanh,
    /// `x * sigmoid(x)` (Ramachandran, Zoph, Le, arXiv:1710.05941).
    Silu,
    /// `tanh(x)`.
    Tanh,
}

impl Smooth {
    /// What `x` is multiplied by; of tanh the ratio of both.
    fn factor(self, x: f64) -> f64 {
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        match self {
            Self::QuickGelu => sigmoid(1.702 * x),
            Self::GeluTanh => 0.5 * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh()),
            Self::Silu => sigmoid(x),
            Self::Tanh if x == 0.0 => 1.0,
            Self::Tanh => x.tanh() / x,
        }
    }

    fn rule(self) -> (&'static str, &'static str) {
        match self {
            Self::QuickGelu => ("quick gelu", "x * sigmoid(1.702 x)"),
            Self::GeluTanh => ("gelu by tanh", "x * (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2"),
            Self::Silu => ("silu", "x * sigmoid(x)"),
            Self::Tanh => ("tanh", "tanh(x)"),
        }
    }

    /// Of every number.
    pub fn apply(self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::QuickGelu => x.clone() * activation::sigmoid(x * 1.702),
            Self::GeluTanh => {
                let inner = (x.clone() + x.clone().powf_scalar(3.0) * 0.044715) * (2.0 / std::f64::consts::PI).sqrt();
                x * (inner.tanh() + 1.0) * 0.5
            }
            Self::Silu => x.clone() * activation::sigmoid(x),
            Self::Tanh => x.tanh(),
        }
    }
}

/// A smooth activation as an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointwise {
    /// Which.
    pub function: Smooth,
}

impl Operation for Pointwise {
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
        self.function.apply(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let (op, rule) = self.function.rule();
            let mut derivation = cell.weighted(Derivation::new(op, rule), |_, _| 1.0).await?;
            derivation.terms.iter_mut().for_each(|term| term.weight = self.function.factor(term.value));
            Ok(derivation)
        })
    }
}
