//! LayerScale (Touvron et al., Going deeper with Image Transformers, ICCV 2021, arXiv:2103.17239): each channel of a
//! branch times a learned number, small at first.

use burn::tensor::Tensor;

use super::formula::entry;
use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, only, single, stored, width};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::nn::{Context, Param, ParamId};

/// Each channel, the last dimension, times a learned number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerScale {
    /// `[channels]`.
    pub gamma: ParamId,
}

/// Values with the channels last, times `gamma` `[channels]`.
pub fn layer_scale(x: Tensor<4>, gamma: Tensor<1>) -> Tensor<4> {
    let channels = gamma.dims()[0];
    x * gamma.reshape([1, 1, 1, channels])
}

impl Operation for LayerScale {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let channels = width(only(inputs)?)?;
        let [n] = stored(params, self.gamma)?;
        if n != channels {
            return Err(format!("its {n} scales do not fit an input of {channels} channels"));
        }
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.gamma]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        layer_scale(one(inputs), cx.params().vector(self.gamma))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let gamma = entry(cell.params.vector(self.gamma), cell.index[3]).await?;
            cell.weighted(Derivation::new("layer scale", "gamma * x"), |_, _| gamma).await
        })
    }
}
