//! Positions: pixels of maps and tokens of sequences, whatever their channels; where they come from, one step back
//! through an operation; and the patch that each token stands for. All of it follows from the operations' provenance of
//! cells.

use crate::nn::{Graph, Layout, NodeId};
use crate::ops::{Block, Geometry, Index, Provenance, Site, four};

/// Number of positions of a value: pixels, tokens (of all windows), or one.
pub fn positions(graph: &Graph, node: NodeId) -> usize {
    let [b, x, y, c] = four(&graph.nodes[node].shape);
    match graph.nodes[node].layout {
        Layout::Nchw => y * c,
        Layout::Nhwc => x * y,
        Layout::Tokens | Layout::Heads => b * y,
        Layout::Vector => 1,
    }
}

/// The position of a cell.
pub fn position(graph: &Graph, node: NodeId, [b, x, y, c]: Index) -> usize {
    let [_, _, rows, cols] = four(&graph.nodes[node].shape);
    match graph.nodes[node].layout {
        Layout::Nchw => y * cols + c,
        Layout::Nhwc => x * rows + y,
        Layout::Tokens | Layout::Heads => b * rows + y,
        Layout::Vector => 0,
    }
}

/// The cell of a position in one channel.
fn cell(graph: &Graph, node: NodeId, at: usize, channel: usize) -> Index {
    let [_, _, rows, cols] = four(&graph.nodes[node].shape);
    match graph.nodes[node].layout {
        Layout::Nchw => [0, channel, at / cols, at % cols],
        Layout::Nhwc => [0, at / rows, at % rows, channel],
        Layout::Tokens | Layout::Heads => [at / rows, 0, at % rows, channel],
        Layout::Vector => [0, 0, 0, channel],
    }
}

/// The positions of a block of cells.
fn positions_of(graph: &Graph, node: NodeId, [b, x, y, c]: Block, found: &mut dyn FnMut(usize)) {
    let (rows, cols) = match graph.nodes[node].layout {
        Layout::Nchw => (y, c),
        Layout::Nhwc => (x, y),
        Layout::Tokens | Layout::Heads => (b, y),
        Layout::Vector => return found(0),
    };
    let [_, _, height, width] = four(&graph.nodes[node].shape);
    let across = if graph.nodes[node].layout == Layout::Nchw { width } else { height };
    rows.for_each(|r| cols.clone().for_each(|c| found(r * across + c)));
}

/// Rows and columns of a map.
pub fn map_size(graph: &Graph, node: NodeId) -> Option<(usize, usize)> {
    let [_, x, y, c] = four(&graph.nodes[node].shape);
    match graph.nodes[node].layout {
        Layout::Nchw => Some((y, c)),
        Layout::Nhwc => Some((x, y)),
        _ => None,
    }
}

/// Calls `found` with the number of an input and a position of it, for all that position `at` of a node is computed
/// from; some more than once.
pub fn sources(site: &Site<'_>, at: usize, found: &mut dyn FnMut(usize, usize)) {
    let (graph, node) = (site.graph, site.node);
    let (op, inputs) = (&graph.nodes[node].op, &graph.nodes[node].inputs);
    let copied = |channel: usize| match op.provenance(site, cell(graph, node, at, channel)) {
        Provenance::Copy(from) => Ok(position(graph, inputs[0], from)),
        other => Err(other),
    };
    match copied(0) {
        // The channels of a patch, of merged neighbours, of a flattened map lay apart.
        Ok(_) if matches!(op.geometry(site), Geometry::Window { .. } | Geometry::Whole) => {
            let channels = site.shape()[3];
            (0..channels).filter_map(|channel| copied(channel).ok()).for_each(|from| found(0, from));
        }
        Ok(from) => found(0, from),
        Err(other) => {
            for (input, block) in other.blocks() {
                positions_of(graph, inputs[input], block, &mut |from| found(input, from));
            }
        }
    }
}

/// The patch that each token of a value stands for, row by row in a grid; a class token stands for none.
pub struct TokenGrid {
    /// Rows of the grid.
    pub height: usize,
    /// Columns of the grid.
    pub width: usize,
    /// For each position the patch that it stands for.
    pub patch_of: Vec<Option<usize>>,
}

impl TokenGrid {
    /// Numbers given by position, as a map of the patches; 0 where no token stands for a patch.
    pub fn scatter(&self, values: impl IntoIterator<Item = f32>) -> Vec<f32> {
        let mut map = vec![0.0; self.height * self.width];
        for (patch, value) in self.patch_of.iter().zip(values) {
            patch.iter().for_each(|&p| map[p] = value);
        }
        map
    }
}

/// Follows tokens back to where they were patches. `None` where a value has no tokens.
pub fn token_grid(graph: &Graph, node: NodeId) -> Option<TokenGrid> {
    let site = Site { graph, node };
    let count = positions(graph, node);
    let from = *graph.nodes[node].inputs.first()?;
    if matches!(graph.nodes[node].layout, Layout::Nchw | Layout::Vector) {
        return None;
    }
    match graph.nodes[node].op.geometry(&site) {
        Geometry::Window { stride, .. } => {
            let (rows, cols) = map_size(graph, from)?;
            let parts = |n: usize| (n as f64 / stride) as usize;
            Some(TokenGrid { height: parts(rows), width: parts(cols), patch_of: (0..count).map(Some).collect() })
        }
        Geometry::PatchGrid { side, leading } => {
            let patch_of = (0..count).map(|i| i.checked_sub(leading)).collect();
            Some(TokenGrid { height: side, width: side, patch_of })
        }
        // Weights and their sum lie as their queries do, and a value as the first input of its operation.
        Geometry::Same | Geometry::Whole => {
            let inner = token_grid(graph, from)?;
            let patch = |at: usize| {
                let blocks = graph.nodes[node].op.provenance(&site, cell(graph, node, at, 0)).blocks();
                let (_, block) = blocks.into_iter().find(|(input, _)| *input == 0)?;
                let source = position(graph, from, block.map(|range| range.start));
                inner.patch_of.get(source).copied().flatten()
            };
            Some(TokenGrid { patch_of: (0..count).map(patch).collect(), ..inner })
        }
    }
}
