//! Linear layers.

use burn::tensor::Tensor;
use vitrine_kernels::gemm::Activation;

use super::activation::activate;
use super::formula::entry;
use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, only, width};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::kernels;
use crate::nn::{Context, Param, ParamId, Parameters};

/// `torch.nn.Linear` over the last dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linear {
    /// `[out, in]`, or a kernel `[out, c, kh, kw]` that is read as `[out, c * kh * kw]`.
    pub weight: ParamId,
    /// `[out]`.
    pub bias: Option<ParamId>,
}

/// `activation(x W^T + b + residual)`; `weight` holds blocks `[in, rows]`, since one matrix may exceed what a GPU binds
/// at once.
pub(super) fn linear(
    x: Tensor<4>,
    weight: &[Tensor<2>],
    bias: Option<Tensor<1>>,
    residual: Option<Tensor<4>>,
    activation: Activation,
) -> Tensor<4> {
    if let Some(y) = kernels::linear(&x, weight, bias.as_ref(), residual.as_ref(), activation) {
        return y;
    }
    let [a, b, n, c] = x.dims();
    let rows = x.reshape([a * b * n, c]);
    let y = match weight {
        [whole] => rows.matmul(whole.clone()),
        blocks => Tensor::cat(blocks.iter().map(|block| rows.clone().matmul(block.clone())).collect(), 1),
    };
    let out = y.dims()[1];
    let y = match bias {
        Some(bias) => y + bias.reshape([1, out]),
        None => y,
    };
    let y = y.reshape([a, b, n, out]);
    activate(if let Some(residual) = residual { y + residual } else { y }, activation)
}

impl Linear {
    /// Its value, a residual added and an activation applied.
    pub(crate) fn then(
        &self,
        params: &Parameters,
        x: Tensor<4>,
        residual: Option<Tensor<4>>,
        activation: Activation,
    ) -> Tensor<4> {
        linear(x, params.matrix(self.weight), self.bias.map(|b| params.vector(b)), residual, activation)
    }

    fn inputs(&self, site: &Site<'_>) -> u64 {
        site.stored(self.weight)[1..].iter().map(|&n| n as u64).product()
    }
}

impl Operation for Linear {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let input = only(inputs)?;
        let width = width(input)?;
        let weight = params.get(self.weight).map_or(&[][..], |p| &p.shape);
        let &[out, ref reads @ ..] = weight else { return Err("its weight has no dimensions".to_owned()) };
        if reads.iter().try_fold(1usize, |n, &m| n.checked_mul(m)) != Some(width) {
            return Err(format!("its weight {weight:?} does not fit an input of {width} channels"));
        }
        let mut output = input.clone();
        output.shape.iter_mut().last().into_iter().for_each(|last| *last = out);
        Ok(output)
    }

    fn params(&self) -> Vec<ParamId> {
        std::iter::once(self.weight).chain(self.bias).collect()
    }

    fn multiply_adds(&self, site: &Site<'_>) -> u64 {
        site.cells_times(self.inputs(site))
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        self.then(cx.params(), one(inputs), None, Activation::None)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, x, y, _]: Index) -> Provenance {
        Provenance::block([b..b + 1, x..x + 1, y..y + 1, 0..site.input(0)[3]])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let out = cell.index[3];
            let row = cell.params.row(self.weight, out).await?;
            let mut derivation = Derivation::new("linear", "sum + bias");
            if let Some(bias) = self.bias {
                derivation.bias = entry(cell.params.vector(bias), out).await?;
            }
            cell.weighted(derivation, |_, [.., c]| f64::from(row[c])).await
        })
    }
}
