//! Multi-head attention (Vaswani et al., NIPS 2017) in its three steps: heads, weights, values.

use std::ops::Range;

use burn::tensor::{Tensor, activation};

use super::formula::numbers;
use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, both, divisible, of_heads, of_tokens};
use super::{Block, Cell, Derivation, Op, Operation, Pending, PositionBias, WindowMask, one, two};
use crate::error::Result;
use crate::kernels;
use crate::nn::{Context, Param, ParamId, Parameters};

/// Part `part` of a projection fused from `of`, split into heads: `[b, n, of * c] -> [b, heads, n, c / heads]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SplitHeads {
    /// Which part: of three fused ones 0 is the queries, 1 the keys, 2 the values.
    pub part: usize,
    /// How many parts the projection has.
    pub of: usize,
    /// Attention heads.
    pub heads: usize,
}

/// `[b, 1, n, of c] -> [b, heads, n, d]`.
pub fn split_heads(x: Tensor<4>, part: usize, of: usize, heads: usize) -> Tensor<4> {
    let [b, _, n, c] = x.dims();
    // Split before it is cut, so that nothing is copied.
    x.reshape([b, n, of * heads, c / of / heads]).narrow(2, part * heads, heads).swap_dims(1, 2)
}

impl Operation for SplitHeads {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        let each = divisible(channels, "input channels", self.of, "projections")?;
        if self.part >= self.of {
            return Err(format!("of {} projections there is no number {}", self.of, self.part));
        }
        let depth = divisible(each, "channels of a projection", self.heads, "heads")?;
        Ok(TensorSpec::heads(windows, self.heads, tokens, depth))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        split_heads(one(inputs), self.part, self.of, self.heads)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, site: &Site<'_>, [b, head, token, c]: Index) -> Provenance {
        let each = site.input(0)[3] / self.of;
        Provenance::Copy([b, 0, token, self.part * each + head * (each / self.heads) + c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// `softmax(scale q k^T + bias + mask)` of queries (input 0) and keys (input 1): `[b, heads, n, n]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttentionWeights {
    /// What scores are multiplied by: one over the root of a head's channels, 1 for cosines.
    pub scale: f64,
    /// Swin's bias of all pairs of a window's tokens.
    pub relative_bias: Option<PositionBias>,
    /// Which tokens of a shifted window do not see each other.
    pub mask: Option<WindowMask>,
}

/// `softmax(scale q k^T + bias + mask)`; a mask has one entry for each window of an image.
pub fn attention_weights(
    q: Tensor<4>,
    k: Tensor<4>,
    scale: f64,
    bias: Option<Tensor<4>>,
    mask: Option<Tensor<4>>,
) -> Tensor<4> {
    if let Some(y) = kernels::attention_weights((&q, &k), scale, bias.as_ref(), mask.as_ref()) {
        return y;
    }
    let mut scores = (q * scale).matmul(k.swap_dims(2, 3));
    if let Some(bias) = bias {
        scores = scores + bias;
    }
    if let Some(mask) = mask {
        let [b, heads, n, _] = scores.dims();
        let windows = mask.dims()[0];
        let mask = mask.reshape([1, windows, 1, n, n]);
        scores = (scores.reshape([b / windows, windows, heads, n, n]) + mask).reshape([b, heads, n, n]);
    }
    activation::softmax(scores, 3)
}

impl AttentionWeights {
    /// [`Attend`] to these weights, which are not kept.
    pub(crate) fn attended(&self, params: &Parameters, [q, k, v]: [Tensor<4>; 3]) -> Tensor<4> {
        let (scale, bias, mask) =
            (self.scale, self.relative_bias.map(|b| b.tensor(params)), self.mask.map(|m| params.mask(m)));
        kernels::attention((&q, &k, &v), scale, bias.as_ref(), mask.as_ref())
            .unwrap_or_else(|| attend(attention_weights(q, k, scale, bias, mask), v))
    }

    /// The keys of a window that a query sees, as ranges.
    fn keys(&self, window: usize, query: usize, n: usize) -> Vec<Range<usize>> {
        let Some(mask) = self.mask else { return std::iter::once(0..n).collect() };
        let seen = |&key: &usize| mask.region(window, query) == mask.region(window, key);
        let mut runs: Vec<Range<usize>> = vec![];
        for key in (0..n).filter(seen) {
            match runs.last_mut() {
                Some(run) if run.end == key => run.end += 1,
                _ => runs.push(key..key + 1),
            }
        }
        runs
    }

    /// The number of the window, of the windows of one image, that a row of the batch holds.
    fn window(&self, row: usize) -> usize {
        self.mask.map_or(0, |m| row % (m.height / m.window * (m.width / m.window)))
    }

    async fn derive(&self, cell: &Cell<'_>) -> Result<Derivation> {
        let [b, head, query, key] = cell.index;
        let [_, _, n, d] = cell.site.input(1);
        let rule = "exp(sum + bias) / exp(log_sum_exp) over all keys";
        let mut derivation = Derivation::new("attention weights", rule);
        let q = numbers(&cell.inputs[0], [b..b + 1, head..head + 1, query..query + 1, 0..d]).await?;
        let weight = |input: usize, [.., c]: Index| if input == 1 { self.scale * q[c] } else { 0.0 };
        let mut bias = vec![0.0; n];
        if let Some(relative) = self.relative_bias {
            let row = [0..1, head..head + 1, query..query + 1, 0..n];
            bias = numbers(&relative.tensor(cell.params), row).await?;
        }
        if let Some(mask) = self.mask {
            let row = [b..b + 1, 0..1, query..query + 1, 0..n];
            let hidden = numbers(&cell.params.mask(mask), row).await?;
            bias.iter_mut().zip(hidden).for_each(|(b, h)| *b += h);
        }
        let keys = numbers(&cell.inputs[1], [b..b + 1, head..head + 1, 0..n, 0..d]).await?;
        let dot = |k: &[f64]| k.iter().zip(&q).map(|(k, q)| self.scale * q * k).sum::<f64>();
        let scores: Vec<f64> = keys.chunks_exact(d).zip(&bias).map(|(k, b)| dot(k) + b).collect();
        let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let log_sum_exp = largest + scores.iter().map(|s| (s - largest).exp()).sum::<f64>().ln();
        let block: Block = [b..b + 1, head..head + 1, key..key + 1, 0..d];
        derivation.terms = cell.terms(1, block, &weight).await?;
        derivation.bias = bias[key];
        derivation.facts.extend([("log_sum_exp", log_sum_exp), ("scale", self.scale), ("score", scores[key])]);
        derivation.result = Some((derivation.sum() + derivation.bias - log_sum_exp).exp());
        Ok(derivation)
    }
}

impl Operation for AttentionWeights {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [q, k] = both(inputs)?;
        let [windows, heads, tokens, _] = of_heads(q)?;
        if q != k {
            return Err(format!("queries {:?} and keys {:?} differ", q.shape, k.shape));
        }
        if let Some(bias) = self.relative_bias {
            bias.check(params, heads, tokens)?;
        }
        if let Some(mask) = self.mask {
            mask.check(windows, tokens)?;
        }
        Ok(TensorSpec::heads(windows, heads, tokens, tokens))
    }

    fn params(&self) -> Vec<ParamId> {
        self.relative_bias.map_or_else(Vec::new, |bias| bias.params())
    }

    fn multiply_adds(&self, site: &Site<'_>) -> u64 {
        site.cells_times(site.input(0)[3] as u64)
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let (q, k) = two(inputs);
        let params = cx.params();
        let bias = self.relative_bias.map(|b| b.tensor(params));
        attention_weights(q, k, self.scale, bias, self.mask.map(|m| params.mask(m)))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Whole
    }

    /// The query and, through the softmax, every key that it sees; the weight of a key that the mask hides is 0
    /// whatever these are.
    fn provenance(&self, site: &Site<'_>, [b, head, query, _]: Index) -> Provenance {
        let [_, _, n, d] = site.input(1);
        let keys = self.keys(self.window(b), query, n).into_iter();
        let keys = keys.map(|run| (1, [b..b + 1, head..head + 1, run, 0..d]));
        Provenance::Blocks([(0, [b..b + 1, head..head + 1, query..query + 1, 0..d])].into_iter().chain(keys).collect())
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(self.derive(cell))
    }
}

/// Weights (input 0) times values (input 1), heads joined again: `[b, n, heads * d]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attend;

/// `[b, heads, n, n] x [b, heads, n, d] -> [b, 1, n, heads d]`.
pub fn attend(weights: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
    if let Some(y) = kernels::attend(&weights, &v) {
        return y;
    }
    let [b, heads, n, d] = v.dims();
    weights.matmul(v).swap_dims(1, 2).reshape([b, 1, n, heads * d])
}

impl Operation for Attend {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [weights, values] = both(inputs)?;
        let ([windows, heads, n, keys], [b, h, tokens, d]) = (of_heads(weights)?, of_heads(values)?);
        let channels = heads.checked_mul(d).ok_or("its heads have too many channels")?;
        if (windows, heads, keys) != (b, h, tokens) {
            return Err(format!("weights {:?} do not fit values {:?}", weights.shape, values.shape));
        }
        Ok(TensorSpec::tokens(windows, n, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, site: &Site<'_>) -> u64 {
        site.cells_times(site.input(1)[2] as u64)
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let (weights, values) = two(inputs);
        attend(weights, values)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Whole
    }

    fn provenance(&self, site: &Site<'_>, [b, _, query, c]: Index) -> Provenance {
        let [_, _, n, d] = site.input(1);
        let (head, channel) = (c / d, c % d);
        let seen = match &site.graph.nodes[site.before(0).node].op {
            Op::AttentionWeights(weights) => weights.keys(weights.window(b), query, n),
            _ => std::iter::once(0..n).collect(),
        };
        let of_keys = |run: Range<usize>| {
            let weights = (0, [b..b + 1, head..head + 1, query..query + 1, run.clone()]);
            [weights, (1, [b..b + 1, head..head + 1, run, channel..channel + 1])]
        };
        Provenance::Blocks(seen.into_iter().flat_map(of_keys).collect())
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let [b, _, query, c] = cell.index;
            let [_, _, n, d] = cell.site.input(1);
            let head = c / d;
            let row = numbers(&cell.inputs[0], [b..b + 1, head..head + 1, query..query + 1, 0..n]).await?;
            let rule = "the values of all keys, each times its attention weight";
            let derivation = Derivation::new("attend", rule);
            let mut derivation = cell.weighted(derivation, |_, [_, _, key, _]| row[key]).await?;
            // The weights are no terms of their own.
            derivation.terms.retain(|t| t.input == 1);
            Ok(derivation)
        })
    }
}
