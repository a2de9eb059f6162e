//! Normalizations: of a channel over the batch, of a token over its channels, of a cell by its neighbouring channels.

use burn::tensor::{Tensor, module};
use vitrine_kernels::cut::Cut;

use super::formula::{entry, number};
use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, channels_first, only, single, stored, width};
use super::windows::rolled_windows;
use super::{Cell, Derivation, Operation, Pending, Term, one};
use crate::kernels;
use crate::nn::{BatchStatistics, Context, Mode, Param, ParamId, Parameters};

/// `torch.nn.BatchNorm2d` (Ioffe and Szegedy, ICML 2015): per channel `(x - mean) / sqrt(var + eps) * weight + bias`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchNorm {
    /// `[channels]`, gamma of the paper.
    pub weight: ParamId,
    /// `[channels]`, beta of the paper.
    pub bias: ParamId,
    /// `[channels]`, the running mean.
    pub mean: ParamId,
    /// `[channels]`, the running variance.
    pub var: ParamId,
    /// What is added to the variance.
    pub eps: f64,
}

/// `[n]` as `[1, n, 1, 1]`.
fn per_channel(vector: Tensor<1>) -> Tensor<4> {
    let n = vector.dims()[0];
    vector.reshape([1, n, 1, 1])
}

/// With the statistics of the batch; through its mean and its variance no gradient flows.
fn batch_norm_train(x: Tensor<4>, weight: Tensor<1>, bias: Tensor<1>, eps: f64) -> (Tensor<4>, Tensor<1>, Tensor<1>) {
    #[cfg(feature = "train")]
    if let Some(result) = kernels::batch_norm_train(&x, &weight, &bias, eps) {
        return (result.output, result.mean, result.variance);
    }
    let result = module::batch_norm_train(x, weight, bias, eps);
    (result.output, result.mean.inner(), result.variance.inner())
}

impl BatchNorm {
    /// As `scale * x + shift` with the running statistics, `[1, channels, 1, 1]` each.
    fn affine(&self, params: &Parameters) -> [Tensor<4>; 2] {
        let [weight, bias, mean, var] =
            [self.weight, self.bias, self.mean, self.var].map(|id| per_channel(params.vector(id)));
        let scale = weight / (var + self.eps).sqrt();
        let shift = bias - mean * scale.clone();
        [scale, shift]
    }

    /// With the statistics of the batch, which the run is told.
    fn train(&self, cx: &Context<'_>, x: Tensor<4>) -> Tensor<4> {
        let [b, _, h, w] = x.dims();
        let n = (b * h * w) as f64;
        let [weight, bias] = [self.weight, self.bias].map(|id| cx.params().vector(id));
        let (output, mean, variance) = batch_norm_train(x, weight, bias, self.eps);
        // As torch keeps it: the unbiased estimate.
        let variance = variance * (n / (n - 1.0).max(1.0));
        cx.report(BatchStatistics { mean: (self.mean, mean), var: (self.var, variance) });
        output
    }
}

impl Operation for BatchNorm {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [channels, ..] = channels_first(inputs)?;
        for id in self.params() {
            let [n] = stored(params, id)?;
            if n != channels {
                return Err(format!("its statistics of {n} channels do not fit an input of {channels}"));
            }
        }
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.weight, self.bias, self.mean, self.var]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        match cx.params().norm(cx.node) {
            Some(norm) if norm.folded => x,
            Some(norm) => x * norm.scale.clone() + norm.shift.clone(),
            None if cx.mode() == Mode::Training => self.train(cx, x),
            None => {
                let [scale, shift] = self.affine(cx.params());
                x * scale + shift
            }
        }
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let rule = "scale * x + shift, with the running mean and deviation in both";
            let mut derivation = Derivation::new("batch norm", rule);
            let [scale, shift] = match cell.params.norm(cell.site.node) {
                Some(norm) => [norm.scale.clone(), norm.shift.clone()],
                None => self.affine(cell.params),
            };
            let channel = [0, cell.index[1], 0, 0];
            derivation.bias = number(&shift, channel).await?;
            let scale = number(&scale, channel).await?;
            cell.weighted(derivation, |_, _| scale).await
        })
    }
}

/// `torch.nn.LayerNorm` over the last dimension (Ba, Kiros, Hinton, arXiv:1607.06450).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerNorm {
    /// `[channels]`.
    pub weight: ParamId,
    /// `[channels]`.
    pub bias: ParamId,
    /// What is added to the variance.
    pub eps: f64,
}

/// Over the last dimension.
pub fn layer_norm(x: Tensor<4>, weight: Tensor<1>, bias: Tensor<1>, eps: f64) -> Tensor<4> {
    kernels::layer_norm(&x, &weight, &bias, eps).unwrap_or_else(|| module::layer_norm(x, weight, Some(bias), eps))
}

impl LayerNorm {
    /// Its value, rolled and cut into windows.
    pub(crate) fn in_windows(&self, params: &Parameters, x: Tensor<4>, cut: Cut) -> Tensor<4> {
        let (weight, bias) = (params.vector(self.weight), params.vector(self.bias));
        kernels::windows_normalized(&x, (&weight, &bias), self.eps, cut)
            .unwrap_or_else(|| rolled_windows(layer_norm(x, weight, bias, self.eps), cut))
    }
}

impl Operation for LayerNorm {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let channels = width(only(inputs)?)?;
        let [n] = stored(params, self.weight)?;
        if n != channels {
            return Err(format!("its {n} scales do not fit an input of {channels} channels"));
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
        layer_norm(one(inputs), cx.params().vector(self.weight), cx.params().vector(self.bias), self.eps)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, x, y, _]: Index) -> Provenance {
        Provenance::block([b..b + 1, x..x + 1, y..y + 1, 0..site.input(0)[3]])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let derivation = Derivation::new("layer norm", "(x - mean) / deviation * scale + shift = sum + bias");
            let mut derivation = cell.weighted(derivation, |_, _| 0.0).await?;
            let n = derivation.terms.len() as f64;
            let mean = derivation.terms.iter().map(|t| t.value).sum::<f64>() / n;
            let variance = derivation.terms.iter().map(|t| (t.value - mean).powi(2)).sum::<f64>() / n;
            let deviation = (variance + self.eps).sqrt();
            let scale = entry(cell.params.vector(self.weight), cell.index[3]).await?;
            let shift = entry(cell.params.vector(self.bias), cell.index[3]).await?;
            // The other channels count through the mean and the deviation alone.
            derivation.terms.retain(|t| t.index == cell.index);
            derivation.terms.iter_mut().for_each(|t| t.weight = scale / deviation);
            derivation.bias = shift - mean * scale / deviation;
            derivation.facts.extend([("mean", mean), ("deviation", deviation), ("scale", scale), ("shift", shift)]);
            Ok(derivation)
        })
    }
}

/// `torch.nn.LocalResponseNorm` (section 3.3 of the AlexNet paper): `x / (k + alpha / size * squares)^beta`, the sum of
/// squares over `size` neighbouring channels. torch divides alpha by the size, the paper does not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalResponseNorm {
    /// Neighbouring channels (n of the paper).
    pub size: usize,
    /// What the mean of squares is multiplied by.
    pub alpha: f64,
    /// The exponent.
    pub beta: f64,
    /// What is added to it.
    pub k: f64,
}

/// The window reaches `size / 2` channels down and `(size - 1) / 2` up.
pub fn local_response_norm(x: Tensor<4>, size: usize, alpha: f64, beta: f64, k: f64) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let device = x.device();
    let zeros = |channels| Tensor::<4>::zeros([b, channels, h, w], &device);
    let squares = Tensor::cat(vec![zeros(size / 2), x.clone().square(), zeros((size - 1) / 2)], 1);
    let sum = (1..size).fold(squares.clone().narrow(1, 0, c), |sum, i| sum + squares.clone().narrow(1, i, c));
    x / (sum * (alpha / size as f64) + k).powf_scalar(beta)
}

impl LocalResponseNorm {
    /// The normalized maps.
    pub fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        local_response_norm(x, self.size, self.alpha, self.beta, self.k)
    }
}

impl Operation for LocalResponseNorm {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        channels_first(inputs)?;
        if self.size == 0 {
            return Err("it normalizes over no channels".to_owned());
        }
        only(inputs).cloned()
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        self.apply(one(inputs))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, c, y, x]: Index) -> Provenance {
        let near = c.saturating_sub(self.size / 2)..(c + (self.size - 1) / 2 + 1).min(site.input(0)[1]);
        Provenance::block([b..b + 1, near, y..y + 1, x..x + 1])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let Self { size, alpha, beta, k } = *self;
            let derivation = Derivation::new("local response norm", "x / (k + alpha / n * squares)^beta");
            let mut derivation = cell.weighted(derivation, |_, _| 0.0).await?;
            let squares: f64 = derivation.terms.iter().map(|t| t.value * t.value).sum();
            let weight = (k + alpha / size as f64 * squares).powf(-beta);
            // The neighbours count through their squares alone.
            derivation.terms.retain(|t: &Term| t.index == cell.index);
            derivation.terms.iter_mut().for_each(|t| t.weight = weight);
            let facts = [("squares", squares), ("k", k), ("alpha", alpha), ("beta", beta), ("n", size as f64)];
            derivation.facts.extend(facts);
            Ok(derivation)
        })
    }
}
