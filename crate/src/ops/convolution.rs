//! Convolution.

use std::ops::Range;

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Tensor, module};

use vitrine_kernels::gemm::Activation;

use super::activation::activate;
use super::formula::{entry, number, numbers};
use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, channels_first, divisible, stored};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::error::Result;
use crate::kernels;
use crate::nn::{Context, Param, ParamId};

/// `torch.nn.Conv2d` with a square kernel: `[b, c, h, w] -> [b, out, h', w']`, output size
/// `floor((n + 2 padding - kernel) / stride) + 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conv2d {
    /// `[out, in / groups, kernel, kernel]`.
    pub weight: ParamId,
    /// `[out]`.
    pub bias: Option<ParamId>,
    /// Step between positions.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
    /// Independent groups of channels.
    pub groups: usize,
}

/// Square convolution of `[b, c, h, w]` with a kernel `[out, c / groups, k, k]`, a residual added and an activation
/// applied.
fn conv2d(
    x: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
    settings: (usize, usize, usize),
    residual: Option<Tensor<4>>,
    activation: Activation,
) -> Tensor<4> {
    if let Some(y) = kernels::conv2d(&x, &kernel, bias.as_ref(), settings, residual.as_ref(), activation) {
        return y;
    }
    let (stride, padding, groups) = settings;
    let y = module::conv2d(x, kernel, bias, ConvOptions::new([stride; 2], [padding; 2], [1, 1], groups));
    let y = match residual {
        Some(residual) => y + residual,
        None => y,
    };
    activate(y, activation)
}

/// How many windows fit on an axis of `n` cells.
pub(super) fn windows(n: usize, kernel: usize, stride: usize, padding: usize) -> Result<usize, String> {
    let padded = padding.checked_mul(2).and_then(|p| p.checked_add(n));
    match padded {
        _ if kernel == 0 || stride == 0 => {
            Err(format!("its kernel of {kernel} and stride of {stride} must be at least 1"))
        }
        Some(padded) if padded >= kernel => Ok((padded - kernel) / stride + 1),
        _ => Err(format!("its kernel of {kernel} is larger than its input of {n}, padded by {padding}")),
    }
}

/// The cells of an axis that window number `at` covers, padding left out.
pub(super) fn window(at: usize, kernel: usize, stride: usize, padding: usize, n: usize) -> Range<usize> {
    let start = at * stride;
    start.saturating_sub(padding)..(start + kernel).saturating_sub(padding).min(n)
}

impl Conv2d {
    /// Its value, a residual added and an activation applied.
    pub(crate) fn then(
        &self,
        cx: &Context<'_>,
        x: Tensor<4>,
        residual: Option<Tensor<4>>,
        activation: Activation,
    ) -> Tensor<4> {
        let bias = cx.params().conv_bias(cx.graph(), cx.node, self.bias);
        let settings = (self.stride, self.padding, self.groups);
        conv2d(x, cx.params().kernel(self.weight), bias, settings, residual, activation)
    }

    fn kernel(&self, site: &Site<'_>) -> usize {
        site.stored(self.weight)[2]
    }
}

impl Operation for Conv2d {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [channels, height, width] = channels_first(inputs)?;
        let [out, per_group, kernel, across] = stored(params, self.weight)?;
        let each = divisible(channels, "input channels", self.groups, "groups")?;
        divisible(out, "output channels", self.groups, "groups")?;
        if each != per_group || kernel != across {
            return Err(format!("its kernels are [{per_group}, {kernel}, {across}], its groups have {each} channels"));
        }
        let size = |n| windows(n, kernel, self.stride, self.padding);
        Ok(TensorSpec::nchw(out, size(height)?, size(width)?))
    }

    fn params(&self) -> Vec<ParamId> {
        std::iter::once(self.weight).chain(self.bias).collect()
    }

    fn multiply_adds(&self, site: &Site<'_>) -> u64 {
        site.cells_times(site.stored(self.weight)[1..].iter().map(|&n| n as u64).product())
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        self.then(cx, one(inputs), None, Activation::None)
    }

    fn geometry(&self, site: &Site<'_>) -> Geometry {
        Geometry::Window { kernel: self.kernel(site), stride: self.stride as f64 }
    }

    fn provenance(&self, site: &Site<'_>, [b, c, y, x]: Index) -> Provenance {
        let [out, per_group, kernel, _] = *site.stored(self.weight) else { return Provenance::Learned };
        let [_, _, height, width] = site.input(0);
        let first = c / (out / self.groups) * per_group;
        let axis = |at, n| window(at, kernel, self.stride, self.padding, n);
        Provenance::block([b..b + 1, first..first + per_group, axis(y, height), axis(x, width)])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(self.derive(cell))
    }
}

impl Conv2d {
    /// As the network is stated: where the batch norm behind it is folded into the kernel, it is divided out again.
    async fn derive(&self, cell: &Cell<'_>) -> Result<Derivation> {
        let [_, c, y, x] = cell.index;
        let (graph, node, params) = (cell.site.graph, cell.site.node, cell.params);
        let mut derivation = Derivation::new("convolution", "sum + bias");
        let kernel = self.kernel(&cell.site);
        let per_group = cell.site.stored(self.weight)[1];
        let first = c / (cell.site.shape()[1] / self.groups) * per_group;
        let block = [c..c + 1, 0..per_group, 0..kernel, 0..kernel];
        let mut weights = numbers(&params.kernel(self.weight), block).await?;
        if let Some(bias) = params.conv_bias(graph, node, self.bias) {
            derivation.bias = entry(bias, c).await?;
        }
        if let Some(norm) = graph.batch_norm_of(node).and_then(|n| params.folded_norm(n)) {
            let channel = [0, c, 0, 0];
            let (scale, shift) = (number(&norm.scale, channel).await?, number(&norm.shift, channel).await?);
            weights.iter_mut().for_each(|w| *w /= scale);
            derivation.bias = (derivation.bias - shift) / scale;
        }
        let at = |n: usize, start: usize| n + self.padding - start * self.stride;
        let weight = |_, [_, i, r, k]: Index| weights[((i - first) * kernel + at(r, y)) * kernel + at(k, x)];
        cell.weighted(derivation, weight).await
    }
}
