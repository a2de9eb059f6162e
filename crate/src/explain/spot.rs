//! One cell of the picture: the number at a place of a map, and the windows of what it reads, each with its kernel, so
//! that they can be laid beside each other and added up.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::positions::{TokenGrid, token_grid};
use super::{CellArgs, Formula, Region, Term, bad, cell_of};
use crate::error::Result;
use crate::network::View;
use crate::nn::{Layout, NodeId, Op};
use crate::ops::{Index, four};

/// Which cell of the picture.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SpotArgs {
    /// Name of a stage.
    pub stage: String,
    /// Which map, head or number.
    pub channel: usize,
    /// Where on the map.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub row: usize,
    /// Where on the map.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub column: usize,
    /// Of attention weights the patch that asks: the class token where it is left out, and where there is none the
    /// patch itself.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    pub query: Option<usize>,
    /// How many windows are told apart; the others are one sum.
    #[serde(default = "usual_windows")]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub windows: usize,
}

fn usual_windows() -> usize {
    4
}

/// How a number of the picture comes about.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Spot {
    /// Its index in the stage's shape.
    pub cell: Vec<usize>,
    /// Its formula.
    pub formula: Formula,
    /// What it reads, the windows that weigh most first.
    pub windows: Vec<SpotWindow>,
    /// All windows there are.
    pub count: usize,
    /// The sum of those that are not told.
    pub rest: f64,
}

/// A part of one map that the cell reads, and what each of its numbers is multiplied by.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpotWindow {
    /// The stage that it lies in; "input" is the photo.
    pub stage: Option<String>,
    /// Which map; none where the numbers are those of one place over all maps.
    pub channel: Option<usize>,
    /// Its first row and column.
    pub first: [usize; 2],
    /// Its rows and columns.
    pub size: [usize; 2],
    /// Row by row; none outside of the map.
    pub weights: Vec<Option<f64>>,
    /// Row by row; none outside of the map.
    pub inputs: Vec<Option<f64>>,
    /// The sum of its products.
    pub sum: f64,
}

/// Terms of a formula told apart by the map that they are from.
type Maps<'a> = BTreeMap<(usize, usize), Vec<([usize; 2], &'a Term)>>;

impl View<'_> {
    /// The number at a place of a map for `image` `[1, channels, size, size]`, and the windows that it reads.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for a place that does not exist or is hidden.
    pub async fn spot(&self, image: Tensor<4>, args: &SpotArgs) -> Result<Spot> {
        let node = self.stage_node(&args.stage)?;
        let cell = cell_of(self.graph(), node, self.spot_place(node, args)?);
        let stage = args.stage.clone();
        let mut formula = self.cell_with(image, &CellArgs { stage, cell: cell.clone() }, usize::MAX).await?;
        let grids = self.grids(&formula);
        let mut maps: Maps<'_> = BTreeMap::new();
        for term in &formula.terms {
            let (channel, place) = self.place_of(&formula, &grids, term);
            maps.entry((term.from, channel)).or_default().push((place, term));
        }
        let scattered = maps.len() > 1 && maps.values().all(|terms| terms.len() == 1);
        let mut windows: Vec<SpotWindow> = if scattered {
            self.strips(&formula, &grids)
        } else {
            maps.iter().map(|(&(from, channel), terms)| window(&formula, from, Some(channel), terms)).collect()
        };
        windows.sort_by(|a, b| b.sum.abs().total_cmp(&a.sum.abs()));
        let count = windows.len();
        let rest = windows.iter().skip(args.windows).map(|w| w.sum).sum();
        windows.truncate(args.windows);
        formula.terms.truncate(64);
        Ok(Spot { cell, formula, windows, count, rest })
    }

    /// Where the number of a map's place lies in the stage's value.
    fn spot_place(&self, node: NodeId, args: &SpotArgs) -> Result<Index> {
        let stated = &self.graph().nodes[node];
        let &SpotArgs { channel, row, column, .. } = args;
        let missing = || bad(format!("{} has no number at row {row}, column {column}", args.stage));
        let place = match (stated.layout, &stated.op) {
            (Layout::Nchw, _) => [0, channel, row, column],
            (Layout::Nhwc, _) => [0, row, column, channel],
            (Layout::Vector, _) => [0, 0, 0, channel],
            (layout, op) => {
                let grid = token_grid(self.graph(), node).ok_or_else(missing)?;
                let n = stated.shape[stated.shape.len() - 2];
                let of = |patch: usize| grid.patch_of.iter().position(|p| *p == Some(patch)).ok_or_else(missing);
                let token = of(row * grid.width + column)?;
                match (layout, op) {
                    (_, Op::AttentionWeights(_)) => {
                        let query = match args.query {
                            Some(patch) => of(patch)?,
                            None if grid.patch_of[0].is_none() => 0,
                            None => token,
                        };
                        [query / n, channel, query % n, token % n]
                    }
                    (Layout::Heads, _) => {
                        let width = stated.shape[3];
                        [token / n, channel / width, token % n, channel % width]
                    }
                    _ => [token / n, 0, token % n, channel],
                }
            }
        };
        let shape = four(&stated.shape);
        if place.iter().zip(shape).any(|(&at, n)| at >= n) { Err(missing()) } else { Ok(place) }
    }

    /// The node that a formula's region is a part of.
    fn region_node(&self, region: &Region) -> NodeId {
        let stage = region.stage.as_deref().filter(|name| *name != "input");
        stage.and_then(|name| self.stage_node(name).ok()).unwrap_or(0)
    }

    /// The token grids of a formula's regions.
    fn grids(&self, formula: &Formula) -> Vec<Option<TokenGrid>> {
        formula.inputs.iter().map(|region| token_grid(self.graph(), self.region_node(region))).collect()
    }

    /// Which map a term is from, and where it lies there.
    fn place_of(&self, formula: &Formula, grids: &[Option<TokenGrid>], term: &Term) -> (usize, [usize; 2]) {
        let index = &term.index;
        let node = self.region_node(&formula.inputs[term.from]);
        let tokens = |token: usize, channel: usize| match &grids[term.from] {
            Some(grid) => match grid.patch_of.get(token).copied().flatten() {
                Some(patch) => (channel, [patch / grid.width, patch % grid.width]),
                // A class token stands for no place: it is a map of its own.
                None => (channel + (1 << 20), [0, 0]),
            },
            None => (channel, [0, token]),
        };
        match (self.graph().nodes[node].layout, &index[..]) {
            (Layout::Nchw, &[channel, row, column]) => (channel, [row, column]),
            (Layout::Nhwc, &[row, column, channel]) => (channel, [row, column]),
            (Layout::Tokens, &[token, channel]) => tokens(token, channel),
            (Layout::Tokens, &[window, token, channel]) => {
                tokens(window * self.graph().nodes[node].shape[1] + token, channel)
            }
            (Layout::Heads, &[head, token, channel]) => {
                tokens(token, head * self.graph().nodes[node].shape[3] + channel)
            }
            (Layout::Heads, &[window, head, token, channel]) => {
                let shape = &self.graph().nodes[node].shape;
                tokens(window * shape[2] + token, head * shape[3] + channel)
            }
            (_, all) => (all.last().copied().unwrap_or(0), [0, 0]),
        }
    }

    /// The numbers of one place over all maps, a row for each input.
    fn strips(&self, formula: &Formula, grids: &[Option<TokenGrid>]) -> Vec<SpotWindow> {
        let strip = |from: usize| {
            let mut terms: Vec<(usize, &Term)> = formula
                .terms
                .iter()
                .filter(|t| t.from == from)
                .map(|t| (self.place_of(formula, grids, t).0, t))
                .collect();
            terms.sort_by_key(|(channel, _)| *channel);
            let columns = terms.len().isqrt().max(1);
            let placed: Vec<_> =
                terms.into_iter().enumerate().map(|(i, (_, t))| ([i / columns, i % columns], t)).collect();
            window(formula, from, None, &placed)
        };
        (0..formula.inputs.len()).filter(|&i| formula.terms.iter().any(|t| t.from == i)).map(strip).collect()
    }
}

fn window(formula: &Formula, from: usize, channel: Option<usize>, terms: &[([usize; 2], &Term)]) -> SpotWindow {
    let bound = |pick: fn(usize, usize) -> usize, axis: usize| {
        terms.iter().map(|(place, _)| place[axis]).reduce(pick).unwrap_or(0)
    };
    let first = [bound(usize::min, 0), bound(usize::min, 1)];
    let size = [bound(usize::max, 0) + 1 - first[0], bound(usize::max, 1) + 1 - first[1]];
    let mut weights = vec![None; size[0] * size[1]];
    let mut inputs = weights.clone();
    for (place, term) in terms {
        let at = (place[0] - first[0]) * size[1] + place[1] - first[1];
        (weights[at], inputs[at]) = (Some(term.weight), Some(term.input));
    }
    let sum = terms.iter().map(|(_, t)| t.weight * t.input).sum();
    let channel = channel.filter(|&c| c < 1 << 20);
    SpotWindow { stage: formula.inputs[from].stage.clone(), channel, first, size, weights, inputs, sum }
}
