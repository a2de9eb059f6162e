//! Attention of ViT, DINO, MAE and Swin: where a patch looks, how sharply and how far, and the rollout over all blocks.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::network::{Values, View, read};
use crate::nn::{Graph, NodeId, Op};
use crate::ops::AttentionWeights;

use super::bad;
use super::masking::Encoder;
use super::positions::{TokenGrid, token_grid};

/// Which attention.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default, deny_unknown_fields)]
pub struct AttentionArgs {
    /// Number of the block among all that attend, from 0; the last where none is given.
    pub block: Option<usize>,
    /// One head, or the mean over all.
    pub head: Option<usize>,
    /// The patch that looks, row by row in the block's grid; else the class token, or the mean over all patches of a
    /// network without one.
    pub query: Option<usize>,
}

/// Whose weights.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "AttentionHeadsArgs"))]
#[serde(deny_unknown_fields)]
pub struct HeadsArgs {
    /// Number of the block, from 0.
    pub block: usize,
    /// Row and column of the patch that looks; else the class token.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    pub query: Option<[usize; 2]>,
}

/// Where one query looks, head by head.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "AttentionHeads"))]
pub struct HeadMaps {
    /// `[heads, grid height, grid width]`.
    #[serde(skip)]
    pub maps: Values,
    /// The weight of the class token in each head; `None` where there is none.
    pub class_token: Option<Vec<f32>>,
}

/// Where a patch or the class token looks.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AttentionMap {
    /// `[grid height, grid width]`: weights of the patches; 0 outside the query's window and where a patch is hidden.
    #[serde(skip)]
    pub map: Values,
    /// The stage that holds the weights.
    pub stage: String,
    /// Number of the block.
    pub block: usize,
    /// Number of blocks.
    pub blocks: usize,
    /// Number of heads.
    pub heads: usize,
    /// The query's patch.
    pub query: Option<usize>,
    /// The weight of the class token, where there is one.
    pub class_token: Option<f32>,
    /// The window that the query lies in, of how many tokens on a side, and by how many rows and columns windows were
    /// shifted.
    pub window: Option<AttentionWindow>,
    /// The patches that the weights belong to, in the order of the window's tokens.
    pub cells: Vec<usize>,
    /// For each head the entropy of the row in nats, the mean over rows where all patches look.
    pub entropy: Vec<f32>,
}

/// What Swin adds to the scores of one query, by where a key lies from it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RelativeBias {
    /// `[grid height, grid width]`: the bias of each patch's key; 0 outside the query's window.
    #[serde(skip)]
    pub map: Values,
    /// The bias for the head by distance, learned as a table or as a network's answer, `[2M - 1, 2M - 1]`: rows and columns that the query lies after the key.
    #[serde(skip)]
    pub table: Values,
    /// The patches of the window.
    pub cells: Vec<usize>,
}

/// One of Swin's windows.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AttentionWindow {
    /// Its number, row by row; `None` where all windows are shown.
    pub index: Option<usize>,
    /// Tokens on a side.
    pub side: usize,
    /// Rows and columns of the cyclic shift.
    pub shift: usize,
}

/// How sharply and how far the heads of one block look.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BlockAttention {
    /// The stage that holds the weights.
    pub stage: String,
    /// For each head the entropy of a row in nats, the mean over all rows.
    pub entropy: Vec<f64>,
    /// For each head the mean attention distance in pixels (figure 7, right, of the ViT paper): among patches alone,
    /// rows divided by their new sums, the distance between the centres of query and key, weighted by attention.
    pub distance: Vec<f64>,
}

impl View<'_> {
    /// The nodes that hold attention weights, in order of computation.
    pub(super) fn attention_nodes(&self) -> Result<Vec<NodeId>> {
        let found: Vec<NodeId> = attention_nodes(self.graph()).collect();
        let none = || bad(format!("{} has no attention", self.architecture().title()));
        if found.is_empty() { Err(none()) } else { Ok(found) }
    }

    pub(super) fn token_grid_of(&self, node: NodeId) -> Result<TokenGrid> {
        token_grid(self.graph(), node).ok_or_else(|| bad("the tokens of this block do not stand for patches"))
    }

    /// The weights `[windows, heads, n, n]` of `softmax(q k^T / sqrt(d))` that one query has for all patches, as a map.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without attention, or a block, head or patch that does not exist or is hidden.
    pub async fn attention(&self, image: Tensor<4>, args: &AttentionArgs) -> Result<AttentionMap> {
        let nodes = self.attention_nodes()?;
        let block = args.block.unwrap_or(nodes.len() - 1);
        let node =
            *nodes.get(block).ok_or_else(|| bad(format!("there are {} blocks, no block {block}", nodes.len())))?;
        let [windows, heads, n, _] = self.graph().nodes[node].shape[..] else { return Err(bad("not attention")) };
        if let Some(head) = args.head.filter(|h| *h >= heads) {
            return Err(bad(format!("there are {heads} heads, no head {head}")));
        }
        let grid = self.token_grid_of(node)?;
        let class = grid.patch_of[0].is_none();
        let row = match args.query {
            None if class => Some(0),
            None => None,
            Some(q) if q >= grid.height * grid.width => {
                let (h, w) = (grid.height, grid.width);
                return Err(bad(format!("this block's grid has {h} x {w} patches, no patch {q}")));
            }
            Some(q) => match grid.patch_of.iter().position(|patch| *patch == Some(q)) {
                Some(row) => Some(row),
                None => return Err(bad(format!("patch {q} is hidden from this block"))),
            },
        };
        let weights = self.capture(image.narrow(0, 0, 1), &[node]).remove(0);
        let weights = match row {
            Some(row) => weights.slice([row / n..row / n + 1, 0..heads, row % n..row % n + 1, 0..n]),
            None => weights,
        };
        let weights = read(weights).await?;
        let (shown, first) = if row.is_some() { (1, row.unwrap_or(0) / n) } else { (windows, 0) };
        let rows = weights.shape[2];
        let one = |w: usize, h: usize, r: usize| &weights.data[((w * heads + h) * rows + r) * n..][..n];
        let chosen: Vec<usize> = args.head.map_or_else(|| (0..heads).collect(), |h| vec![h]);
        let share = 1.0 / (chosen.len() * rows) as f32;
        let mut map = vec![0.0f32; grid.height * grid.width];
        let (mut cells, mut class_token) = (vec![], 0.0);
        for w in 0..shown {
            for key in 0..n {
                let all = chosen.iter().flat_map(|&h| (0..rows).map(move |r| (h, r)));
                let weight = share * all.map(|(h, r)| one(w, h, r)[key]).sum::<f32>();
                match grid.patch_of[(first + w) * n + key] {
                    Some(patch) => {
                        map[patch] = weight;
                        cells.push(patch);
                    }
                    None => class_token = weight,
                }
            }
        }
        let mean = 1.0 / (shown * rows) as f32;
        let of_head = |h: usize| {
            let rows = (0..shown).flat_map(|w| (0..rows).map(move |r| (w, r)));
            mean * rows.map(|(w, r)| entropy(one(w, h, r)) as f32).sum::<f32>()
        };
        let entropy = (0..heads).map(of_head).collect();
        let Op::AttentionWeights(AttentionWeights { relative_bias, mask, .. }) = self.graph().nodes[node].op else {
            return Err(bad("not attention"));
        };
        let window = relative_bias.map(|_| AttentionWindow {
            index: row.map(|r| r / n),
            side: n.isqrt(),
            shift: mask.map_or(0, |m| m.shift),
        });
        Ok(AttentionMap {
            map: Values { data: map, shape: vec![grid.height, grid.width] },
            stage: self.stage_name(node).unwrap_or_default().to_owned(),
            block,
            blocks: nodes.len(),
            heads,
            query: args.query,
            class_token: class.then_some(class_token),
            window,
            cells,
            entropy,
        })
    }

    /// The relative position bias (equation 4 of the Swin paper) of one query for the patches of its window.
    ///
    /// # Errors
    ///
    /// `BadInput` for attention without such a bias, or a block, head or patch that does not exist.
    pub async fn relative_bias(&self, args: &AttentionArgs) -> Result<RelativeBias> {
        let nodes = self.attention_nodes()?;
        let block = args.block.unwrap_or(nodes.len() - 1);
        let node = *nodes.get(block).ok_or_else(|| bad(format!("there is no block {block}")))?;
        let [_, heads, n, _] = self.graph().nodes[node].shape[..] else { return Err(bad("not attention")) };
        let (head, query) = (args.head.unwrap_or(0), args.query.unwrap_or(0));
        let Op::AttentionWeights(AttentionWeights { relative_bias: Some(bias), .. }) = self.graph().nodes[node].op
        else {
            return Err(bad(format!("{} has no relative position bias", self.architecture().title())));
        };
        let grid = self.token_grid_of(node)?;
        let at = grid.patch_of.iter().position(|patch| *patch == Some(query)).filter(|_| head < heads);
        let at = at.ok_or_else(|| bad(format!("there is no head {head} or no patch {query}")))?;
        let all = read(bias.tensor(self.params()).slice([0..1, head..head + 1, 0..n, 0..n])).await?.data;
        let cells: Vec<usize> = grid.patch_of[at / n * n..][..n].iter().filter_map(|patch| *patch).collect();
        let mut map = vec![0.0f32; grid.height * grid.width];
        cells.iter().zip(&all[at % n * n..][..n]).for_each(|(&cell, &value)| map[cell] = value);
        let side = n.isqrt();
        let across = 2 * side - 1;
        let mut table = vec![0.0f32; across * across];
        for (i, &value) in all.iter().enumerate() {
            let (q, k) = (i / n, i % n);
            let (rows, columns) = (q / side + side - 1 - k / side, q % side + side - 1 - k % side);
            table[rows * across + columns] = value;
        }
        let map = Values { data: map, shape: vec![grid.height, grid.width] };
        Ok(RelativeBias { map, table: Values { data: table, shape: vec![across, across] }, cells })
    }

    /// The weights that one query has for all patches, head by head, where a block looks over the whole photo. An MAE's
    /// encoder is given the whole photo here, as after its training (section 4.1 of the paper).
    ///
    /// # Errors
    ///
    /// `BadInput` for a network with windows or without attention, or a block or query that does not exist.
    pub async fn attention_heads(&self, image: &[f32], shape: &[usize], args: &HeadsArgs) -> Result<HeadMaps> {
        let missing = || bad(format!("there is no block {}", args.block));
        let (weights, grid) = match self.whole_encoder()? {
            None => {
                let node = *self.attention_nodes()?.get(args.block).ok_or_else(missing)?;
                (self.activations(image, shape, &[node])?.remove(0), self.token_grid_of(node)?)
            }
            Some(Encoder { graph, node: last, .. }) => {
                let node = attention_nodes(&graph).take_while(|node| *node < last).nth(args.block);
                let node = node.ok_or_else(missing)?;
                let found = token_grid(&graph, node).ok_or_else(missing)?;
                let image = self.tensor(image.to_vec(), shape)?;
                (self.run(&graph).value(image, node), found)
            }
        };
        let [windows, heads, n, _] = weights.dims();
        let query = args.query.map(|[row, column]| (column < grid.width).then_some(row * grid.width + column));
        let wanted = query.map_or(Some(None), |patch| patch.map(Some));
        let token = wanted.filter(|_| windows == 1).and_then(|q| grid.patch_of.iter().position(|patch| *patch == q));
        let token = token.ok_or_else(|| bad("no such patch or class token attends to the whole photo here"))?;
        let rows = read(weights.slice([0..1, 0..heads, token..token + 1, 0..n])).await?.data;
        let patches = grid.height * grid.width;
        let mut data = vec![0.0; heads * patches];
        let mut class_token = vec![];
        for (i, &weight) in rows.iter().enumerate() {
            match grid.patch_of[i % n] {
                Some(patch) => data[i / n * patches + patch] = weight,
                None => class_token.push(weight),
            }
        }
        let maps = Values { data, shape: vec![heads, grid.height, grid.width] };
        Ok(HeadMaps { maps, class_token: (!class_token.is_empty()).then_some(class_token) })
    }

    /// Entropy and mean attention distance of every head of every block.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without attention.
    pub async fn attention_stats(&self, image: Tensor<4>) -> Result<Vec<BlockAttention>> {
        let nodes = self.attention_nodes()?;
        let size = image.dims()[2] as f64;
        let mut blocks = vec![];
        for (weights, &node) in self.capture(image.narrow(0, 0, 1), &nodes).into_iter().zip(&nodes) {
            let grid = self.token_grid_of(node)?;
            let patch = size / grid.height as f64;
            let values = read(weights).await?;
            let [windows, heads, n, _] = values.shape[..] else { continue };
            let mut stats = BlockAttention {
                stage: self.stage_name(node).unwrap_or_default().to_owned(),
                entropy: vec![0.0; heads],
                distance: vec![0.0; heads],
            };
            let place = |patch: usize| ((patch / grid.width) as f64, (patch % grid.width) as f64);
            let queries = grid.patch_of.iter().filter(|h| h.is_some()).count() as f64;
            for (i, row) in values.data.chunks_exact(n).enumerate() {
                let (window, head, query) = (i / (heads * n), i / n % heads, i % n);
                stats.entropy[head] += entropy(row) / (windows * n) as f64;
                let Some(from) = grid.patch_of[window * n + query].map(place) else { continue };
                let (mut sum, mut far) = (0.0, 0.0);
                for (key, &weight) in row.iter().enumerate() {
                    let Some(to) = grid.patch_of[window * n + key].map(place) else { continue };
                    sum += f64::from(weight);
                    far += f64::from(weight) * (from.0 - to.0).hypot(from.1 - to.1);
                }
                stats.distance[head] += patch * far / sum.max(f64::MIN_POSITIVE) / queries;
            }
            blocks.push(stats);
        }
        Ok(blocks)
    }

    /// Attention rollout (Abnar and Zuidema, ACL 2020): `0.5 A + 0.5 I` of the mean over heads, rows divided by their
    /// sums, multiplied over all blocks, the last leftmost; the class token's row for the patches, `[height, width]`.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without attention or without class token.
    pub async fn rollout(&self, image: Tensor<4>) -> Result<Values> {
        let nodes = self.attention_nodes()?;
        let grid = self.token_grid_of(nodes[0])?;
        let shape = self.graph().nodes[nodes[0]].shape.clone();
        if grid.patch_of[0].is_some() || shape[0] != 1 {
            return Err(bad("rollout starts at a class token, which this network does not have"));
        }
        // A decoder's blocks see other tokens than the encoder's.
        let n = shape[2];
        let nodes: Vec<NodeId> = nodes.into_iter().filter(|&i| self.graph().nodes[i].shape == shape).collect();
        let mut row = vec![0.0f64; n];
        row[0] = 1.0;
        for weights in self.capture(image.narrow(0, 0, 1), &nodes).into_iter().rev() {
            let mean = read(weights.mean_dim(1)).await?.data;
            let mut next = vec![0.0f64; n];
            for (i, share) in row.iter().enumerate() {
                let attention = &mean[i * n..][..n];
                let sum = 0.5 + 0.5 * attention.iter().map(|&a| f64::from(a)).sum::<f64>();
                next[i] += share * 0.5 / sum;
                next.iter_mut().zip(attention).for_each(|(next, &a)| *next += share * 0.5 * f64::from(a) / sum);
            }
            row = next;
        }
        Ok(Values {
            data: grid.scatter(row.into_iter().map(|share| share as f32)),
            shape: vec![grid.height, grid.width],
        })
    }
}

fn attention_nodes(graph: &Graph) -> impl Iterator<Item = NodeId> + '_ {
    graph.nodes.iter().enumerate().filter(|(_, n)| matches!(n.op, Op::AttentionWeights(_))).map(|(node, _)| node)
}

fn entropy(row: &[f32]) -> f64 {
    row.iter().filter(|w| **w > 0.0).map(|&w| -f64::from(w) * f64::from(w).ln()).sum()
}
