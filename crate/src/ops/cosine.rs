//! What Swin V2 makes of queries and keys before they meet (Liu et al., Swin Transformer V2, CVPR 2022,
//! arXiv:2111.09883, section 3.2): biases of queries and values alone, vectors of length one, a learned temperature.

use burn::tensor::Tensor;

use super::formula::entry;
use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, of_heads, of_tokens, only, single, stored};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId, Parameters};

/// The biases of queries and values, added to projections that lie side by side, `[b, n, 3 c]`; keys have none, because
/// cosines would feel it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QkvBias {
    /// `[c]`.
    pub query: ParamId,
    /// `[c]`.
    pub value: ParamId,
}

/// Queries, keys and values `[b, 1, n, 3 c]` plus the biases `[c]` of the first and the last.
pub fn qkv_bias(x: Tensor<4>, query: Tensor<1>, value: Tensor<1>) -> Tensor<4> {
    let channels = x.dims()[3];
    let none = query.zeros_like();
    x + Tensor::cat(vec![query, none, value], 0).reshape([1, 1, 1, channels])
}

impl QkvBias {
    async fn derive(&self, cell: &Cell<'_>) -> crate::error::Result<Derivation> {
        let each = cell.site.input(0)[3] / 3;
        let (part, channel) = (cell.index[3] / each, cell.index[3] % each);
        let mut derivation = Derivation::new("projection bias", "x + bias, which keys have none of");
        if let Some(&bias) = [Some(&self.query), None, Some(&self.value)].get(part).copied().flatten() {
            derivation.bias = entry(cell.params.vector(bias), channel).await?;
        }
        cell.weighted(derivation, |_, _| 1.0).await
    }
}

impl Operation for QkvBias {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [_, _, channels] = of_tokens(inputs)?;
        for bias in self.params() {
            let [n] = stored(params, bias)?;
            if n.checked_mul(3) != Some(channels) {
                return Err(format!("its {n} biases do not fit projections of {channels} channels"));
            }
        }
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.query, self.value]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        qkv_bias(one(inputs), cx.params().vector(self.query), cx.params().vector(self.value))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(self.derive(cell))
    }
}

/// `torch.nn.functional.normalize` over the last dimension: the product of two such vectors is the cosine of their
/// angle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitLength;

/// torch's usual number, below which a vector is not made longer.
const SHORTEST: f64 = 1e-12;

/// Vectors along the last dimension, each divided by its length.
pub fn unit_length(x: Tensor<4>) -> Tensor<4> {
    let length = x.clone().square().sum_dim(3).sqrt().clamp_min(SHORTEST);
    x / length
}

impl Operation for UnitLength {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        of_heads(only(inputs)?)?;
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        unit_length(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, x, y, _]: Index) -> Provenance {
        Provenance::block([b..b + 1, x..x + 1, y..y + 1, 0..site.input(0)[3]])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let derivation = Derivation::new("unit length", "x / length of the vector");
            let mut derivation = cell.weighted(derivation, |_, _| 0.0).await?;
            let squares: f64 = derivation.terms.iter().map(|t| t.value * t.value).sum();
            let length = squares.sqrt().max(SHORTEST);
            // The other channels count through the length alone.
            derivation.terms.retain(|t| t.index == cell.index);
            derivation.terms.iter_mut().for_each(|t| t.weight = 1.0 / length);
            derivation.facts.insert("length", length);
            Ok(derivation)
        })
    }
}

/// Each head's queries times a learned number, stored as its logarithm: what cosines are multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogitScale {
    /// `[heads, 1, 1]`.
    pub logarithm: ParamId,
}

/// The largest scale (section 3.2: the temperature is at least 0.01).
const LARGEST_SCALE: f64 = 100.0;

impl LogitScale {
    /// The scales, `[heads]`.
    fn scales(&self, params: &Parameters) -> Tensor<1> {
        params.vector(self.logarithm).clamp_max(LARGEST_SCALE.ln()).exp()
    }
}

impl Operation for LogitScale {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [_, heads, _, _] = of_heads(only(inputs)?)?;
        let shape: [usize; 3] = stored(params, self.logarithm)?;
        if shape != [heads, 1, 1] {
            return Err(format!("its scales {shape:?} do not fit {heads} heads"));
        }
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.logarithm]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let heads = x.dims()[1];
        x * self.scales(cx.params()).reshape([1, heads, 1, 1])
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let scale = entry(self.scales(cell.params), cell.index[1]).await?;
            cell.weighted(Derivation::new("logit scale", "scale of the head * x"), |_, _| scale).await
        })
    }
}
