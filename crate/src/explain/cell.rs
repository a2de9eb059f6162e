//! One cell's formula with the actual numbers: what it multiplies, adds or picks, from where, recomputed from its terms.

use std::collections::BTreeMap;
use std::ops::Range;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::network::{Network, read};
use crate::nn::{Change, Graph, NodeId, Op, ParamId};

use super::copies::{copy_of, origin};
use super::{Place, at, bad, cell_of, four};

/// Which cell.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellArgs {
    /// Name of a stage.
    pub stage: String,
    /// Index into its shape without the leading one.
    pub cell: Vec<usize>,
}

/// A product of the sum.
#[derive(Debug, Clone, Serialize)]
pub struct Term {
    /// What the input is multiplied by.
    pub weight: f64,
    /// The input's number.
    pub input: f64,
    /// Which of `inputs` it is from.
    pub from: usize,
    /// Where it lies there.
    pub index: Vec<usize>,
}

/// The part of a value that a cell reads.
#[derive(Debug, Clone, Serialize)]
pub struct Region {
    /// The stage; "input" is the image; `None` where the value has no name.
    pub stage: Option<String>,
    /// The first index of each dimension.
    pub first: Vec<usize>,
    /// The last index of each dimension.
    pub last: Vec<usize>,
}

/// How a cell's number comes about: `f(sum of weight * input, bias)`.
#[derive(Debug, Clone, Serialize)]
pub struct Formula {
    /// The operation.
    pub op: &'static str,
    /// The formula in words of `sum`, `bias` and `facts`.
    pub rule: &'static str,
    /// The number in the cell.
    pub value: f32,
    /// The same from the terms.
    pub recomputed: f64,
    /// The sum of all terms.
    pub sum: f64,
    /// What is added to it.
    pub bias: f64,
    /// The terms that weigh most.
    pub terms: Vec<Term>,
    /// How many there are.
    pub count: usize,
    /// What else the rule names.
    pub facts: BTreeMap<&'static str, f64>,
    /// What the cell reads.
    pub inputs: Vec<Region>,
    /// Whether something is switched off here, so that `value` is not what the rule says.
    pub changed: bool,
}

const SHOWN: usize = 64;

/// The terms before they are sorted and named.
#[derive(Default)]
struct Sum {
    op: &'static str,
    rule: &'static str,
    terms: Vec<(f64, f64, usize, Place)>,
    /// Places that are read without being terms.
    also: Vec<(usize, Place)>,
    bias: f64,
    facts: BTreeMap<&'static str, f64>,
    /// The result, where it is not the sum and the bias.
    result: Option<f64>,
}

impl Sum {
    fn new(op: &'static str, rule: &'static str) -> Self {
        Self { op, rule, ..Self::default() }
    }

    fn total(&self) -> f64 {
        self.terms.iter().map(|t| t.0 * t.1).sum()
    }
}

/// The operands of the node under the cell.
struct Operands<'a> {
    node: NodeId,
    place: Place,
    inputs: Vec<Tensor<4>>,
    network: &'a Network,
}

type Block = [Range<usize>; 4];

fn places(block: &Block) -> impl Iterator<Item = Place> + '_ {
    let [a, b, c, d] = block.clone();
    a.flat_map(move |a| {
        let (c, d) = (c.clone(), d.clone());
        b.clone().flat_map(move |b| {
            let d = d.clone();
            c.clone().flat_map(move |c| d.clone().map(move |d| [a, b, c, d]))
        })
    })
}

async fn part(tensor: &Tensor<4>, block: Block) -> Result<Vec<f64>> {
    Ok(read(tensor.clone().slice(block)).await?.data.into_iter().map(f64::from).collect())
}

async fn entry(vector: Tensor<1>, index: usize) -> Result<f64> {
    Ok(f64::from(read(vector.narrow(0, index, 1).reshape([1, 1, 1, 1])).await?.data[0]))
}

impl Network {
    /// The formula of one cell of a stage for `image` `[1, channels, height, width]`.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for a cell that does not exist.
    pub async fn cell(&self, image: Tensor<4>, args: &CellArgs) -> Result<Formula> {
        self.cell_with(image, args, SHOWN).await
    }

    /// The same with as many of the terms as are asked for.
    pub(super) async fn cell_with(&self, image: Tensor<4>, args: &CellArgs, most: usize) -> Result<Formula> {
        let node = self.stage_node(&args.stage)?;
        let place = self.place(node, &args.cell)?;
        let graph = self.graph();
        let mut wanted = vec![node];
        wanted.extend(&graph.nodes[node].inputs);
        let mut values = self.capture(image.narrow(0, 0, 1), &wanted);
        let value = read(values.remove(0).slice(at(place))).await?.data[0];
        let operands = Operands { node, place, inputs: values, network: self };
        let sum = operands.sum().await?;
        Ok(self.formula(node, value, sum, most))
    }

    fn formula(&self, node: NodeId, value: f32, sum: Sum, most: usize) -> Formula {
        let (graph, feed) = (self.graph(), self.feed());
        let total = sum.total();
        let recomputed = sum.result.unwrap_or(total + sum.bias);
        let named = |input: usize, place: Place| origin(graph, &feed, graph.nodes[node].inputs[input], place);
        let mut inputs: Vec<Region> = vec![];
        // Which region each of the node's inputs became: a constant cell reads none of them.
        let mut region_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (input, place) in sum.terms.iter().map(|t| (t.2, t.3)).chain(sum.also.iter().copied()) {
            let (from, place) = named(input, place);
            let index = cell_of(graph, from, place);
            let at = *region_of.entry(input).or_insert_with(|| {
                let stage = if from == 0 { Some("input") } else { self.stage_name(from) }.map(str::to_owned);
                inputs.push(Region { stage, first: index.clone(), last: index.clone() });
                inputs.len() - 1
            });
            let region = &mut inputs[at];
            region.first.iter_mut().zip(&index).for_each(|(f, i)| *f = (*f).min(*i));
            region.last.iter_mut().zip(&index).for_each(|(l, i)| *l = (*l).max(*i));
        }
        let mut order: Vec<&(f64, f64, usize, Place)> = sum.terms.iter().collect();
        order.sort_by(|a, b| (b.0 * b.1).abs().total_cmp(&(a.0 * a.1).abs()));
        let term = |&&(weight, input, from, place): &&(f64, f64, usize, Place)| {
            let (origin, place) = named(from, place);
            Term { weight, input, from: region_of[&from], index: cell_of(graph, origin, place) }
        };
        let terms = order.iter().take(most).map(term).collect();
        let changed = self.changes.iter().any(|c| touches(c, node));
        Formula {
            op: sum.op,
            rule: sum.rule,
            value,
            recomputed,
            sum: total,
            bias: sum.bias,
            terms,
            count: sum.terms.len(),
            facts: sum.facts,
            inputs,
            changed,
        }
    }
}

fn touches(change: &Change, node: NodeId) -> bool {
    let (Change::Zero(n)
    | Change::ZeroChannel(n, _)
    | Change::ZeroHead(n, _)
    | Change::ZeroToken(n, _)
    | Change::SkipPosition(n)
    | Change::ShufflePosition(n, _)
    | Change::DropShortcut(n)
    | Change::DropBranch(n)) = change;
    *n == node
}

impl Operands<'_> {
    fn graph(&self) -> &Graph {
        self.network.graph()
    }

    fn shape(&self, input: usize) -> Place {
        four(&self.graph().nodes[self.graph().nodes[self.node].inputs[input]].shape)
    }

    /// Terms of one input's block, each with the weight that `weight` says.
    async fn weighted(&self, sum: &mut Sum, input: usize, block: Block, weight: impl Fn(usize) -> f64) -> Result<()> {
        let values = part(&self.inputs[input], block.clone()).await?;
        sum.terms.extend(places(&block).zip(values).enumerate().map(|(i, (place, v))| (weight(i), v, input, place)));
        Ok(())
    }

    async fn sum(&self) -> Result<Sum> {
        let [b, x, y, c] = self.place;
        let same = at(self.place);
        match self.graph().nodes[self.node].op {
            Op::Conv2d { weight, bias, stride, padding, groups } => {
                self.conv(weight, bias, (stride, padding, groups)).await
            }
            Op::Linear { weight, bias } => {
                let mut sum = Sum::new("linear", "sum + bias");
                let row = self.network.weight_row(weight, c).await?;
                let inputs = self.shape(0)[3];
                self.weighted(&mut sum, 0, [b..b + 1, x..x + 1, y..y + 1, 0..inputs], |i| f64::from(row[i])).await?;
                if let Some(bias) = bias {
                    sum.bias = entry(self.network.params().vector(bias), c).await?;
                }
                Ok(sum)
            }
            Op::BatchNorm { .. } => {
                let mut sum = Sum::new("batch norm", "scale * x + shift, with the running mean and deviation in both");
                let norm = self.network.params().norm(self.node);
                let channel = [0..1, x..x + 1, 0..1, 0..1];
                let scale = part(&norm.scale, channel.clone()).await?[0];
                sum.bias = part(&norm.shift, channel).await?[0];
                self.weighted(&mut sum, 0, same, |_| scale).await?;
                Ok(sum)
            }
            Op::LayerNorm { weight, bias, eps } => {
                let mut sum = Sum::new("layer norm", "(x - mean) / deviation * scale + shift = sum + bias");
                let width = self.shape(0)[3];
                let row = part(&self.inputs[0], [b..b + 1, x..x + 1, y..y + 1, 0..width]).await?;
                let mean = row.iter().sum::<f64>() / width as f64;
                let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / width as f64;
                let deviation = (variance + eps).sqrt();
                let scale = entry(self.network.params().vector(weight), c).await?;
                let shift = entry(self.network.params().vector(bias), c).await?;
                sum.facts.extend([("mean", mean), ("deviation", deviation), ("scale", scale), ("shift", shift)]);
                sum.terms.push((scale / deviation, row[c], 0, self.place));
                sum.bias = shift - mean * scale / deviation;
                sum.also.extend([(0, [b, x, y, 0]), (0, [b, x, y, width - 1])]);
                Ok(sum)
            }
            Op::Relu => {
                let mut sum = Sum::new("relu", "max(x, 0)");
                self.weighted(&mut sum, 0, same, |_| 1.0).await?;
                sum.result = Some(sum.total().max(0.0));
                Ok(sum)
            }
            Op::Gelu => {
                let mut sum = Sum::new("gelu", "x * Phi(x), the share of a normal distribution below x");
                self.weighted(&mut sum, 0, same, |_| 1.0).await?;
                let share = 0.5 * (1.0 + erf(sum.terms[0].1 / std::f64::consts::SQRT_2));
                sum.terms[0].0 = share;
                sum.facts.insert("phi", share);
                Ok(sum)
            }
            Op::MaxPool { kernel, stride, padding } => {
                let mut sum = Sum::new("max pool", "the largest");
                let [_, _, h, w] = self.shape(0);
                let block =
                    [b..b + 1, x..x + 1, window(y, kernel, stride, padding, h), window(c, kernel, stride, padding, w)];
                self.weighted(&mut sum, 0, block, |_| 0.0).await?;
                let best = (0..sum.terms.len()).max_by(|&i, &j| sum.terms[i].1.total_cmp(&sum.terms[j].1));
                best.into_iter().for_each(|i| sum.terms[i].0 = 1.0);
                Ok(sum)
            }
            Op::AdaptiveAvgPool { size } => {
                let [_, _, h, w] = self.shape(0);
                let cell = |i: usize, n: usize| i * n / size..((i + 1) * n).div_ceil(size);
                self.mean([b..b + 1, x..x + 1, cell(y, h), cell(c, w)]).await
            }
            Op::GlobalAvgPool => {
                let [_, _, h, w] = self.shape(0);
                self.mean([b..b + 1, c..c + 1, 0..h, 0..w]).await
            }
            Op::MeanTokens => {
                let [_, h, w, _] = self.shape(0);
                self.mean([b..b + 1, 0..h, 0..w, c..c + 1]).await
            }
            Op::LocalResponseNorm { size, alpha, beta, k } => {
                let mut sum = Sum::new("local response norm", "x / (k + alpha / n * squares)^beta");
                let channels = x.saturating_sub(size / 2)..(x + (size - 1) / 2 + 1).min(self.shape(0)[1]);
                let near = part(&self.inputs[0], [b..b + 1, channels.clone(), y..y + 1, c..c + 1]).await?;
                let squares: f64 = near.iter().map(|v| v * v).sum();
                let weight = (k + alpha / size as f64 * squares).powf(-beta);
                sum.facts.extend([
                    ("squares", squares),
                    ("k", k),
                    ("alpha", alpha),
                    ("beta", beta),
                    ("n", size as f64),
                ]);
                sum.terms.push((weight, near[x - channels.start], 0, self.place));
                sum.also.extend([(0, [b, channels.start, y, c]), (0, [b, channels.end - 1, y, c])]);
                Ok(sum)
            }
            Op::Add => {
                let mut sum = Sum::new("add", "branch + shortcut");
                let off = |change| f64::from(u8::from(!self.network.changes.contains(&change)));
                let (branch, shortcut) = (off(Change::DropBranch(self.node)), off(Change::DropShortcut(self.node)));
                // As the executor decides where both are off.
                let branch = if shortcut == 0.0 { 1.0 } else { branch };
                self.weighted(&mut sum, 0, same.clone(), |_| branch).await?;
                self.weighted(&mut sum, 1, same, |_| shortcut).await?;
                Ok(sum)
            }
            Op::AttentionWeights { scale, relative_bias, mask } => {
                let mut sum = Sum::new("attention weights", "exp(sum + bias) / exp(log_sum_exp) over all keys");
                let (n, d) = (self.shape(1)[2], self.shape(1)[3]);
                let query = part(&self.inputs[0], [b..b + 1, x..x + 1, y..y + 1, 0..d]).await?;
                let keys = part(&self.inputs[1], [b..b + 1, x..x + 1, 0..n, 0..d]).await?;
                let params = self.network.params();
                let mut added = vec![0.0; n];
                if let Some(bias) = relative_bias {
                    added = part(&params.tokens(bias), [0..1, x..x + 1, y..y + 1, 0..n]).await?;
                }
                if let Some(m) = mask {
                    let hidden = part(&params.mask(m), [b..b + 1, 0..1, y..y + 1, 0..n]).await?;
                    added.iter_mut().zip(hidden).for_each(|(a, h)| *a += h);
                }
                let dot = |key: &[f64]| key.iter().zip(&query).map(|(k, q)| scale * q * k).sum::<f64>();
                let scores: Vec<f64> = keys.chunks_exact(d).zip(&added).map(|(key, a)| dot(key) + a).collect();
                let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let log_sum_exp = largest + scores.iter().map(|s| (s - largest).exp()).sum::<f64>().ln();
                let key = &keys[c * d..][..d];
                sum.terms.extend((0..d).map(|i| (scale * query[i], key[i], 1, [b, x, c, i])));
                sum.also.extend([(0, [b, x, y, 0]), (0, [b, x, y, d - 1])]);
                sum.bias = added[c];
                sum.facts.extend([("log_sum_exp", log_sum_exp), ("scale", scale), ("score", scores[c])]);
                sum.result = Some((sum.total() + sum.bias - log_sum_exp).exp());
                Ok(sum)
            }
            Op::Attend => {
                let mut sum = Sum::new("attend", "the values of all keys, each times its attention weight");
                let (n, d) = (self.shape(1)[2], self.shape(1)[3]);
                let (head, channel) = (c / d, c % d);
                let weights = part(&self.inputs[0], [b..b + 1, head..head + 1, y..y + 1, 0..n]).await?;
                let block = [b..b + 1, head..head + 1, 0..n, channel..channel + 1];
                self.weighted(&mut sum, 1, block, |i| weights[i]).await?;
                sum.also.extend([(0, [b, head, y, 0]), (0, [b, head, y, n - 1])]);
                Ok(sum)
            }
            Op::AddPosition { position, skip } => {
                let mut sum = Sum::new("position", "x + the embedding of the position");
                self.weighted(&mut sum, 0, same, |_| 1.0).await?;
                let skipped = self.network.changes.contains(&Change::SkipPosition(self.node));
                if !skipped {
                    let order = self.network.changes.iter().find_map(|change| match change {
                        Change::ShufflePosition(n, order) if *n == self.node => Some(order),
                        _ => None,
                    });
                    let row = order.map_or(y + skip, |order| order[y + skip]);
                    let all = self.network.params().tokens(position);
                    sum.bias = part(&all, [0..1, 0..1, row..row + 1, c..c + 1]).await?[0];
                }
                Ok(sum)
            }
            _ => self.copied().await,
        }
    }

    async fn conv(
        &self,
        weight: ParamId,
        bias: Option<ParamId>,
        (stride, padding, groups): (usize, usize, usize),
    ) -> Result<Sum> {
        let [b, c, y, x] = self.place;
        let params = self.network.params();
        let mut sum = Sum::new("convolution", "sum + bias");
        let [_, _, h, w] = self.shape(0);
        let &[out, inputs, kernel, _] = &self.graph().params[weight].shape[..] else { return Err(bad("no kernel")) };
        let first = c / (out / groups) * inputs;
        let mut weights = part(&params.kernel(weight), [c..c + 1, 0..inputs, 0..kernel, 0..kernel]).await?;
        if let Some(bias) = params.conv_bias(self.graph(), self.node, bias) {
            sum.bias = entry(bias, c).await?;
        }
        let norm = self.graph().batch_norm_of(self.node).map(|n| params.norm(n)).filter(|n| n.folded);
        if let Some(norm) = norm {
            let channel = [0..1, c..c + 1, 0..1, 0..1];
            let (scale, shift) = (part(&norm.scale, channel.clone()).await?[0], part(&norm.shift, channel).await?[0]);
            weights.iter_mut().for_each(|w| *w /= scale);
            sum.bias = (sum.bias - shift) / scale;
        }
        let (rows, cols) = (window(y, kernel, stride, padding, h), window(x, kernel, stride, padding, w));
        let block = [b..b + 1, first..first + inputs, rows, cols];
        let at: Vec<usize> = places(&block)
            .map(|[_, i, r, k]| ((i - first) * kernel + r + padding - y * stride) * kernel + k + padding - x * stride)
            .collect();
        self.weighted(&mut sum, 0, block, |i| weights[at[i]]).await?;
        Ok(sum)
    }

    async fn mean(&self, block: Block) -> Result<Sum> {
        let mut sum = Sum::new("average pool", "the mean");
        let n: usize = block.iter().map(Range::len).product();
        self.weighted(&mut sum, 0, block, |_| 1.0 / n as f64).await?;
        Ok(sum)
    }

    /// Cells that only move, and those that hold a learned number.
    async fn copied(&self) -> Result<Sum> {
        let feed = self.network.feed();
        let graph = self.graph();
        if let Some(place) = copy_of(graph, &feed, self.node, self.place) {
            let mut sum = Sum::new("copy", "the same number");
            self.weighted(&mut sum, 0, at(place), |_| 1.0).await?;
            return Ok(sum);
        }
        let mut sum = Sum::new("learned", "a learned number");
        let c = self.place[3];
        let token = async |id: ParamId| {
            Ok::<f64, crate::error::Error>(
                part(&self.network.params().tokens(id), [0..1, 0..1, 0..1, c..c + 1]).await?[0],
            )
        };
        match graph.nodes[self.node].op {
            Op::ClassToken { token: id } | Op::InsertMaskTokens { token: id, .. } => sum.bias = token(id).await?,
            Op::ClassTokenWithPosition { token: id, position } => sum.bias = token(id).await? + token(position).await?,
            _ => return Err(bad("this cell has no formula")),
        }
        Ok(sum)
    }
}

fn window(at: usize, kernel: usize, stride: usize, padding: usize, n: usize) -> Range<usize> {
    let start = at * stride;
    start.saturating_sub(padding)..(start + kernel).saturating_sub(padding).min(n)
}

/// Abramowitz and Stegun 7.1.26, to 1.5e-7.
fn erf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    (1.0 - poly * (-x * x).exp()).copysign(x)
}
