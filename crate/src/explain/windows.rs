//! Swin's windows: how a block cuts the map, which patches may read each other, and what one of them reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bad;
use crate::error::Result;
use crate::network::{Values, View, read};
use crate::nn::Op;
use crate::ops::AttentionWeights;

/// Whose weights.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "WindowAttentionArgs"))]
#[serde(deny_unknown_fields)]
pub struct WindowArgs {
    /// Number of the block among all that attend, from 0.
    pub block: usize,
    /// Number of the head, from 0.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub head: usize,
    /// Row and column of the patch that looks; beyond the block's grid, the nearest one on it.
    pub query: [usize; 2],
}

/// A block's windows, laid over the photo, and the weights of one query.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WindowAttention {
    /// `[rows, columns]`: the query's weights; 0 outside its window.
    #[serde(skip)]
    pub map: Values,
    /// The stage that holds the weights.
    pub stage: String,
    /// The patch that looks.
    pub query: [usize; 2],
    /// Number of heads.
    pub heads: usize,
    /// Patches on a side of a window.
    pub window: usize,
    /// Rows and columns by which windows were shifted.
    pub shift: usize,
    /// Rows at which a new window begins, the first of the photo left out.
    pub rows: Vec<usize>,
    /// Columns at which a new window begins.
    pub columns: Vec<usize>,
    /// For each patch, row by row, the number of the group that it attends within: its window, or of a shifted window
    /// the part whose patches were neighbours before the shift.
    pub groups: Vec<usize>,
    /// Patches that the query may read.
    pub reads: usize,
    /// The largest of its weights.
    pub strongest: f32,
}

impl View<'_> {
    /// The windows of one block and what one patch reads within its own, for an image `[1, channels, size, size]`.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without windows, or a block or head that does not exist.
    pub async fn window_attention(&self, image: &[f32], shape: &[usize], args: &WindowArgs) -> Result<WindowAttention> {
        let none = || bad(format!("{} has no windows, or no block {}", self.architecture().title(), args.block));
        let node = *self.attention_nodes()?.get(args.block).ok_or_else(none)?;
        let Op::AttentionWeights(AttentionWeights { relative_bias: Some(_), mask, .. }) = self.graph().nodes[node].op
        else {
            return Err(none());
        };
        let [_, heads, n, _] = self.graph().nodes[node].shape[..] else { return Err(none()) };
        let grid = self.token_grid_of(node)?;
        let at = [args.query[0].min(grid.height - 1), args.query[1].min(grid.width - 1)];
        let patch = at[0] * grid.width + at[1];
        let token = grid.patch_of.iter().position(|of| *of == Some(patch)).filter(|_| args.head < heads);
        let token = token.ok_or_else(|| bad(format!("there are {heads} heads, no head {}", args.head)))?;

        let patches = grid.height * grid.width;
        let (mut window_of, mut part_of) = (vec![0; patches], vec![(0, 0); patches]);
        for (at, patch) in grid.patch_of.iter().enumerate() {
            let Some(patch) = *patch else { continue };
            window_of[patch] = at / n;
            part_of[patch] = (at / n, mask.map_or(0, |m| m.region(at / n, at % n)));
        }
        let mut numbers = BTreeMap::new();
        let groups: Vec<usize> = part_of
            .iter()
            .map(|part| {
                let next = numbers.len();
                *numbers.entry(*part).or_insert(next)
            })
            .collect();
        let begins = |count: usize, step: usize| {
            (1..count).filter(|i| window_of[i * step] != window_of[(i - 1) * step]).collect::<Vec<_>>()
        };

        let weights = self.activations(image, shape, &[node])?.remove(0);
        let (window, query, head) = (token / n, token % n, args.head);
        let row = read(weights.slice([window..window + 1, head..head + 1, query..query + 1, 0..n])).await?.data;
        let mut map = vec![0.0; patches];
        for (patch, weight) in grid.patch_of[window * n..][..n].iter().zip(&row) {
            if let Some(patch) = *patch {
                map[patch] = *weight;
            }
        }
        let own = groups[patch];
        Ok(WindowAttention {
            stage: self.stage_name(node).unwrap_or_default().to_owned(),
            query: at,
            heads,
            window: n.isqrt(),
            shift: mask.map_or(0, |m| m.shift),
            rows: begins(grid.height, grid.width),
            columns: begins(grid.width, 1),
            reads: groups.iter().filter(|group| **group == own).count(),
            strongest: row.iter().copied().fold(0.0, f32::max),
            groups,
            map: Values { data: map, shape: vec![grid.height, grid.width] },
        })
    }
}
