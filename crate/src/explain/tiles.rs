//! What the picture shows of many stages at once: of each its most varied maps, small, or where its heads look. One
//! forward pass serves all of them, and only what is drawn is read from the device.

use burn::tensor::{Int, Tensor, TensorData, module};
use serde::{Deserialize, Serialize};

use super::bad;
use super::positions::{TokenGrid, token_grid};
use crate::error::Result;
use crate::network::{Values, View, read};
use crate::nn::{Layout, NodeId, Op};

/// Which stages, and how much of each.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TilesArgs {
    /// One answer for each.
    pub stages: Vec<Wanted>,
}

/// Of one stage.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "TilesOf"))]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Its name.
    pub stage: String,
    /// How many maps: those that vary most over the photo. All of them where it is left out.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    pub count: Option<usize>,
    /// Cells on the longer side that a map has at most.
    #[serde(default = "usual_side")]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub side: usize,
    /// Of attention weights, whose: a patch, row by row. The class token's where it is left out, and where there is
    /// none the mean over all.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    pub query: Option<usize>,
}

fn usual_side() -> usize {
    64
}

/// The tiles of one stage.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageTiles {
    /// Its name.
    pub stage: String,
    /// `[tiles, rows, columns]`; NaN where a patch is hidden from the network.
    #[serde(skip)]
    pub values: Values,
    /// Which channel or head each tile is.
    pub channels: Vec<usize>,
    /// All channels or heads there are.
    pub count: usize,
    /// Rows and columns of a whole map.
    pub grid: [usize; 2],
    /// The smallest value of each whole map.
    pub low: Vec<f32>,
    /// The largest value of each whole map.
    pub high: Vec<f32>,
}

impl View<'_> {
    /// The tiles of stages for one normalized image `[1, channels, size, size]`.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for a patch that does not exist, `DeviceLost` when the device does not
    /// answer.
    pub async fn tiles(&self, image: &[f32], shape: &[usize], args: &TilesArgs) -> Result<Vec<StageTiles>> {
        let names: Vec<String> = args.stages.iter().map(|s| s.stage.clone()).collect();
        let nodes = self.nodes(&names)?;
        let values = self.activations(image, shape, &nodes)?;
        let mut found = vec![];
        for ((wanted, node), value) in args.stages.iter().zip(nodes).zip(values) {
            found.push(self.tiles_of(wanted, node, value).await?);
        }
        Ok(found)
    }

    async fn tiles_of(&self, wanted: &Wanted, node: NodeId, value: Tensor<4>) -> Result<StageTiles> {
        let stated = &self.graph().nodes[node];
        let grid = || token_grid(self.graph(), node);
        match (stated.layout, &stated.op) {
            (Layout::Nchw, _) => strongest(wanted, value.narrow(0, 0, 1), &[]).await,
            (Layout::Nhwc, _) => strongest(wanted, value.narrow(0, 0, 1).permute([0, 3, 1, 2]), &[]).await,
            (_, Op::AttentionWeights(_)) if let Some(grid) = grid() => heads(wanted, value, &grid).await,
            (Layout::Tokens | Layout::Heads, _) if let Some(grid) = grid() => {
                let hidden = missing(&grid);
                strongest(wanted, on_grid(value, &grid), &hidden).await
            }
            (Layout::Vector, _) => {
                let n = value.dims()[3];
                whole(wanted, value.narrow(0, 0, 1), [n, 1]).await
            }
            _ => {
                let [b, x, y, c] = value.dims();
                whole(wanted, value, [b * x * y, c]).await
            }
        }
    }
}

/// The places of the grid that no token stands for.
fn missing(grid: &TokenGrid) -> Vec<usize> {
    let mut seen = vec![false; grid.height * grid.width];
    grid.patch_of.iter().flatten().for_each(|&patch| seen[patch] = true);
    (0..seen.len()).filter(|&i| !seen[i]).collect()
}

/// Tokens of all windows and heads laid out as the photo's patches: `[1, channels of all heads, rows, columns]`.
fn on_grid(value: Tensor<4>, grid: &TokenGrid) -> Tensor<4> {
    let [b, heads, n, c] = value.dims();
    let mut from = vec![0i32; grid.height * grid.width];
    grid.patch_of.iter().enumerate().for_each(|(token, patch)| patch.iter().for_each(|&p| from[p] = token as i32));
    let count = from.len();
    let from = Tensor::<1, Int>::from_data(TensorData::new(from, [count]), &value.device());
    let rows = value.permute([0, 2, 1, 3]).reshape([1, 1, b * n, heads * c]).select(2, from);
    rows.reshape([1, grid.height, grid.width, heads * c]).permute([0, 3, 1, 2])
}

/// The maps of `[1, channels, rows, columns]` that vary most, the places `hidden` left out of sight.
async fn strongest(wanted: &Wanted, maps: Tensor<4>, hidden: &[usize]) -> Result<StageTiles> {
    let [_, count, rows, columns] = maps.dims();
    let flat = maps.clone().reshape([1, 1, count, rows * columns]);
    let take = wanted.count.unwrap_or(count).min(count);
    let mut channels: Vec<usize> = (0..count).collect();
    if take < count {
        let off = flat.clone() - flat.clone().mean_dim(3);
        let spread = read(off.square().mean_dim(3)).await?.data;
        channels.sort_by(|&a, &b| spread[b].total_cmp(&spread[a]));
        channels.truncate(take);
    }
    let (flat, maps) = if take < count {
        let ids: Vec<i32> = channels.iter().map(|&c| c as i32).collect();
        let ids = Tensor::<1, Int>::from_data(TensorData::new(ids, [take]), &maps.device());
        (flat.select(2, ids.clone()), maps.select(1, ids))
    } else {
        (flat, maps)
    };
    let low = read(flat.clone().min_dim(3)).await?.data;
    let high = read(flat.max_dim(3)).await?.data;
    let most = rows.max(columns).div_ceil(wanted.side.max(1));
    let [h, w] = [rows.div_ceil(most), columns.div_ceil(most)];
    let small = if most > 1 { module::adaptive_avg_pool2d(maps, [h, w]) } else { maps };
    let mut data = read(small).await?.data;
    if most == 1 {
        data.chunks_exact_mut(h * w).for_each(|map| hidden.iter().for_each(|&at| map[at] = f32::NAN));
    }
    let values = Values { data, shape: vec![take, h, w] };
    Ok(StageTiles { stage: wanted.stage.clone(), values, channels, count, grid: [rows, columns], low, high })
}

/// Where each head looks: one query's row of the weights, or the mean over all queries of each window.
async fn heads(wanted: &Wanted, weights: Tensor<4>, grid: &TokenGrid) -> Result<StageTiles> {
    let [windows, count, n, _] = weights.dims();
    let classed = windows == 1 && grid.patch_of[0].is_none();
    let token = match wanted.query {
        Some(patch) => {
            let at = grid.patch_of.iter().position(|p| *p == Some(patch));
            Some(at.ok_or_else(|| bad(format!("no patch {patch} takes part here")))?)
        }
        None => classed.then_some(0),
    };
    let rows = match token {
        Some(at) => weights.slice([at / n..at / n + 1, 0..count, at % n..at % n + 1, 0..n]),
        None => weights.mean_dim(2),
    };
    let first = token.map_or(0, |at| at / n * n);
    let data = read(rows).await?.data;
    let plane = grid.height * grid.width;
    let mut maps = vec![f32::NAN; count * plane];
    for (i, &weight) in data.iter().enumerate() {
        let (window, head, key) = (i / (count * n), i / n % count, i % n);
        if let Some(patch) = grid.patch_of[first + window * n + key] {
            maps[head * plane + patch] = weight;
        }
    }
    let bound = |start: f32, pick: fn(f32, f32) -> f32| {
        maps.chunks_exact(plane).map(|m| m.iter().copied().filter(|v| !v.is_nan()).fold(start, pick)).collect()
    };
    let (low, high) = (bound(f32::INFINITY, f32::min), bound(0.0, f32::max));
    let values = Values { data: maps, shape: vec![count, grid.height, grid.width] };
    let grid = [grid.height, grid.width];
    Ok(StageTiles { stage: wanted.stage.clone(), values, channels: (0..count).collect(), count, grid, low, high })
}

/// All numbers as one tile.
async fn whole(wanted: &Wanted, value: Tensor<4>, grid: [usize; 2]) -> Result<StageTiles> {
    let data = read(value).await?.data;
    let low = data.iter().copied().fold(f32::INFINITY, f32::min);
    let high = data.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let values = Values { data, shape: vec![1, grid[0], grid[1]] };
    let stage = wanted.stage.clone();
    Ok(StageTiles { stage, values, channels: vec![0], count: 1, grid, low: vec![low], high: vec![high] })
}
