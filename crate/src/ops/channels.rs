//! Channels that look at the whole map: squeeze-and-excitation (Hu, Shen, Sun, CVPR 2018, arXiv:1709.01507), ECA (Wang
//! et al., CVPR 2020, arXiv:1910.03151) and group normalization (Wu, He, ECCV 2018, arXiv:1803.08494); and the shortcut
//! that costs no parameter (option A of the ResNet paper, section 3.3).

use burn::tensor::{Tensor, activation};

use super::formula::{entry, numbers};
use super::pooling::max_pool;
use super::spec::{Geometry, Index, Layout, Provenance, Site, TensorSpec, both, channels_first, only, single, stored};
use super::{Cell, Derivation, Operation, Pending, one, two};
use crate::nn::{Context, Param, ParamId};

/// A map (input 0) with each channel times the sigmoid of its number in a vector (input 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate;

impl Operation for Gate {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [map, gate] = both(inputs)?;
        let [channels, ..] = channels_first(std::slice::from_ref(map))?;
        match gate.shape[..] {
            [1, n] if n == channels => Ok(map.clone()),
            _ => Err(format!("a gate of {:?} does not fit maps of {channels} channels", gate.shape)),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let (map, gate) = two(inputs);
        let [b, _, _, c] = gate.dims();
        map * activation::sigmoid(gate).reshape([b, c, 1, 1])
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, [b, c, y, x]: Index) -> Provenance {
        Provenance::Blocks(vec![(0, single([b, c, y, x])), (1, single([b, 0, 0, c]))])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let mut derivation = cell.weighted(Derivation::new("gate", "x * sigmoid(gate)"), |_, _| 0.0).await?;
            if let [value, gate] = &mut derivation.terms[..] {
                value.weight = 1.0 / (1.0 + (-gate.value).exp());
            }
            Ok(derivation)
        })
    }
}

/// A convolution along the channels of a vector, padded with zeros: `[b, c] -> [b, c]` (ECA).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelConv {
    /// `[1, 1, kernel]`.
    pub weight: ParamId,
}

impl ChannelConv {
    fn kernel(&self, params: &[Param]) -> Result<usize, String> {
        match stored(params, self.weight)? {
            [1, 1, kernel] if kernel % 2 == 1 => Ok(kernel),
            shape => Err(format!("its kernel {shape:?} is not [1, 1, an odd number]")),
        }
    }
}

impl Operation for ChannelConv {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        self.kernel(params)?;
        match only(inputs)? {
            spec if spec.layout == Layout::Vector => Ok(spec.clone()),
            spec => Err(format!("it takes a vector, not {:?}", spec.shape)),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.weight]
    }

    fn multiply_adds(&self, site: &Site<'_>) -> u64 {
        site.cells_times(site.stored(self.weight)[2] as u64)
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let weight = cx.params().vector(self.weight);
        let ([b, _, _, c], kernel) = (x.dims(), weight.dims()[0]);
        let zeros = Tensor::<4>::zeros([b, 1, 1, kernel / 2], &x.device());
        let padded = Tensor::cat(vec![zeros.clone(), x, zeros], 3);
        let tap = |i: usize| padded.clone().narrow(3, i, c) * weight.clone().narrow(0, i, 1).reshape([1, 1, 1, 1]);
        (1..kernel).fold(tap(0), |sum, i| sum + tap(i))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Whole
    }

    fn provenance(&self, site: &Site<'_>, [b, x, y, c]: Index) -> Provenance {
        let reach = site.stored(self.weight)[2] / 2;
        let near = c.saturating_sub(reach)..(c + reach + 1).min(site.input(0)[3]);
        Provenance::block([b..b + 1, x..x + 1, y..y + 1, near])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let weight = cell.params.vector(self.weight);
            let kernel = weight.dims()[0];
            let taps = numbers(&weight.reshape([1, 1, 1, kernel]), [0..1, 0..1, 0..1, 0..kernel]).await?;
            let at = |c: usize| c + kernel / 2 - cell.index[3];
            cell.weighted(Derivation::new("convolution", "sum"), |_, index| taps[at(index[3])]).await
        })
    }
}

/// `torch.nn.GroupNorm` of `[b, c, h, w]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupNorm {
    /// `[channels]`.
    pub weight: ParamId,
    /// `[channels]`.
    pub bias: ParamId,
    /// Groups of channels that are normalized together.
    pub groups: usize,
    /// What is added to the variance.
    pub eps: f64,
}

impl Operation for GroupNorm {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [channels, ..] = channels_first(inputs)?;
        let [n] = stored(params, self.weight)?;
        if n != channels || self.groups == 0 || !channels.is_multiple_of(self.groups) {
            return Err(format!("{n} scales in {} groups do not fit {channels} channels", self.groups));
        }
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.weight, self.bias]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let [b, c, h, w] = x.dims();
        let grouped = x.reshape([b, self.groups, 1, c / self.groups * h * w]);
        let centred = grouped.clone() - grouped.mean_dim(3);
        let variance = centred.clone().square().mean_dim(3);
        let normal = (centred / (variance + self.eps).sqrt()).reshape([b, c, h, w]);
        let [weight, bias] = [self.weight, self.bias].map(|id| cx.params().vector(id).reshape([1, c, 1, 1]));
        normal * weight + bias
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Whole
    }

    fn provenance(&self, site: &Site<'_>, [b, c, ..]: Index) -> Provenance {
        let [_, channels, height, width] = site.input(0);
        let each = channels / self.groups;
        let first = c / each * each;
        Provenance::block([b..b + 1, first..first + each, 0..height, 0..width])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let derivation = Derivation::new("group norm", "(x - mean) / deviation * scale + shift = sum + bias");
            let mut derivation = cell.weighted(derivation, |_, _| 0.0).await?;
            let n = derivation.terms.len() as f64;
            let mean = derivation.terms.iter().map(|t| t.value).sum::<f64>() / n;
            let variance = derivation.terms.iter().map(|t| (t.value - mean).powi(2)).sum::<f64>() / n;
            let deviation = (variance + self.eps).sqrt();
            let scale = entry(cell.params.vector(self.weight), cell.index[1]).await?;
            let shift = entry(cell.params.vector(self.bias), cell.index[1]).await?;
            // The others count through the mean and the deviation alone.
            derivation.terms.retain(|t| t.index == cell.index);
            derivation.terms.iter_mut().for_each(|t| t.weight = scale / deviation);
            derivation.bias = shift - mean * scale / deviation;
            derivation.facts.extend([("mean", mean), ("deviation", deviation), ("scale", scale), ("shift", shift)]);
            Ok(derivation)
        })
    }
}

/// Every `stride`-th cell, with channels of zeros before and after: the shortcut of option A.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PadChannels {
    /// Step between the cells that are kept.
    pub stride: usize,
    /// Channels of zeros on either side.
    pub padding: usize,
}

impl Operation for PadChannels {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [channels, height, width] = channels_first(inputs)?;
        if self.stride == 0 {
            return Err("its stride is 0".to_owned());
        }
        let size = |n: usize| n.div_ceil(self.stride);
        Ok(TensorSpec::nchw(channels + 2 * self.padding, size(height), size(width)))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let b = x.dims()[0];
        // A largest value of one cell is that cell.
        let x = max_pool(x, 1, self.stride, 0);
        let [.., rows, columns] = x.dims();
        let zeros = Tensor::<4>::zeros([b, self.padding, rows, columns], &x.device());
        if self.padding == 0 { x } else { Tensor::cat(vec![zeros.clone(), x, zeros], 1) }
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Window { kernel: 1, stride: self.stride as f64 }
    }

    fn provenance(&self, site: &Site<'_>, [b, c, y, x]: Index) -> Provenance {
        let channels = site.input(0)[1];
        match c.checked_sub(self.padding).filter(|&c| c < channels) {
            Some(c) => Provenance::Copy([b, c, y * self.stride, x * self.stride]),
            None => Provenance::Learned,
        }
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        match cell.provenance() {
            Provenance::Learned => Box::pin(async { Ok(Derivation::new("padding", "zero")) }),
            _ => cell.copy(),
        }
    }
}
