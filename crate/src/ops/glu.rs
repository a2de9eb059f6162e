//! Gated linear units (Shazeer, GLU Variants Improve Transformer, arXiv:2002.05202), as DINOv2's largest network has
//! them.

use burn::tensor::{Tensor, activation};

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, divisible, of_tokens, single};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// SwiGLU of two projections that lie side by side: `[b, n, 2 c] -> [b, n, c]`, `silu(first) * second`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SwiGlu;

/// The first half of the channels, through SiLU, times the second.
pub fn swiglu(x: Tensor<4>) -> Tensor<4> {
    let half = x.dims()[3] / 2;
    let first = x.clone().narrow(3, 0, half);
    first.clone() * activation::sigmoid(first) * x.narrow(3, half, half)
}

impl Operation for SwiGlu {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        Ok(TensorSpec::tokens(windows, tokens, divisible(channels, "channels", 2, "projections")?))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        swiglu(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, x, y, c]: Index) -> Provenance {
        let half = site.shape()[3];
        Provenance::Blocks(vec![(0, single([b, x, y, c])), (0, single([b, x, y, c + half]))])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let rule = "silu(first half) * second half";
            let mut derivation = cell.weighted(Derivation::new("swiglu", rule), |_, _| 0.0).await?;
            if let [gate, value] = &mut derivation.terms[..] {
                // The product as a weight on the second half.
                value.weight = gate.value / (1.0 + (-gate.value).exp());
            }
            Ok(derivation)
        })
    }
}
