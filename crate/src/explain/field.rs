//! The theoretical receptive field: which pixels a cell can depend on, from the graph alone (no weights, no photo).

use serde::Serialize;

use crate::network::Network;
use crate::nn::{Feed, Graph, Kind, Layout, NodeId, Op};

use super::places::{map_size, position, positions, sources};
use super::{Place, four};

/// A rectangle in pixels of the network's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rect {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// How far one stage sees.
#[derive(Debug, Clone, Serialize)]
pub struct CurvePoint<'a> {
    /// The stage.
    pub name: &'a str,
    /// What it is.
    pub kind: Kind,
    /// Side of a cell's field in pixels. For convolutions and pools this is the textbook sum of `(kernel - 1) * jump`,
    /// which may exceed the image; after attention it is what the central cell sees of the image.
    pub field: usize,
    /// Pixels between neighbouring cells.
    pub jump: f64,
    /// What the central cell sees of the image.
    pub seen: Option<Rect>,
}

/// The pixels, row by row, that a cell can depend on.
pub(super) fn pixels(graph: &Graph, feed: &Feed, node: NodeId, place: Place) -> Vec<bool> {
    let mut masks: Vec<Option<Vec<bool>>> = vec![None; node + 1];
    let mut first = vec![false; positions(graph, node)];
    first[position(graph, node, place)] = true;
    masks[node] = Some(first);
    for id in (1..=node).rev() {
        let Some(mask) = masks[id].take() else { continue };
        for (input, &from) in graph.nodes[id].inputs.iter().enumerate() {
            let into = masks[from].get_or_insert_with(|| vec![false; positions(graph, from)]);
            let set = mask.iter().enumerate().filter(|(_, m)| **m);
            set.for_each(|(at, _)| sources(graph, feed, id, input, at, &mut |p| into[p] = true));
        }
    }
    masks[0].take().unwrap_or_else(|| vec![false; positions(graph, 0)])
}

/// The rectangle around the pixels that are set; `None` when there are none, as for a class token before any attention.
pub(super) fn bounds(pixels: &[bool], columns: usize) -> Option<Rect> {
    let set = || pixels.iter().enumerate().filter(|(_, p)| **p).map(|(i, _)| (i / columns, i % columns));
    let (top, bottom) = (set().map(|p| p.0).min()?, set().map(|p| p.0).max()?);
    let (left, right) = (set().map(|p| p.1).min()?, set().map(|p| p.1).max()?);
    Some(Rect { x: left, y: top, width: right - left + 1, height: bottom - top + 1 })
}

/// Field and jump of every node; the field is `None` once attention or a mean has made it a matter of position.
fn arithmetic(graph: &Graph) -> Vec<(Option<usize>, f64)> {
    let mut all: Vec<(Option<usize>, f64)> = vec![];
    for node in &graph.nodes {
        let inputs = node.inputs.iter().map(|&i| all[i]);
        let joined = inputs.reduce(|a, b| (a.0.zip(b.0).map(|(a, b)| a.max(b)), a.1)).unwrap_or((Some(1), 1.0));
        let (field, jump) = joined;
        let widened = |kernel: usize| field.map(|f| f + ((kernel - 1) as f64 * jump).round() as usize);
        all.push(match node.op {
            Op::Conv2d { weight, stride, .. } => (widened(graph.params[weight].shape[2]), jump * stride as f64),
            Op::MaxPool { kernel, stride, .. } => (widened(kernel), jump * stride as f64),
            Op::Patchify { patch } => (widened(patch), jump * patch as f64),
            Op::MergeNeighbours => (widened(2), jump * 2.0),
            Op::AdaptiveAvgPool { size } => {
                let n = graph.nodes[node.inputs[0]].shape[2];
                (widened(n.div_ceil(size)), jump * n as f64 / size as f64)
            }
            Op::AttentionWeights { .. } | Op::Attend | Op::GlobalAvgPool | Op::MeanTokens | Op::Flatten => (None, jump),
            _ => (field, jump),
        });
    }
    all
}

/// Whether a node's cell sees what the same cell of its only input sees.
fn keeps_positions(op: &Op) -> bool {
    matches!(
        op,
        Op::BatchNorm { .. }
            | Op::Relu
            | Op::Gelu
            | Op::LocalResponseNorm { .. }
            | Op::Dropout { .. }
            | Op::Linear { .. }
            | Op::LayerNorm { .. }
            | Op::AddPosition { .. }
    )
}

impl Network {
    /// How the receptive field grows with depth (theory alone): a point for each stage whose cells lie in a grid.
    pub fn receptive_curve(&self) -> Vec<CurvePoint<'_>> {
        let (graph, feed) = (self.graph(), self.feed());
        let columns = graph.nodes[0].shape[3];
        let sizes = arithmetic(graph);
        let mut seen: Vec<Option<Option<Rect>>> = vec![None; graph.nodes.len()];
        let mut points = vec![];
        for stage in &graph.stages {
            let node = stage.node;
            if !in_grid(graph, node) {
                continue;
            }
            let found = see(graph, &feed, node, columns, &mut seen);
            let field = match sizes[node].0 {
                Some(field) => field,
                None => found.map_or(0, |b| b.width.max(b.height)),
            };
            points.push(CurvePoint { name: &stage.name, kind: stage.kind, field, jump: sizes[node].1, seen: found });
        }
        points
    }
}

fn see(graph: &Graph, feed: &Feed, node: NodeId, columns: usize, known: &mut [Option<Option<Rect>>]) -> Option<Rect> {
    if let Some(found) = known[node] {
        return found;
    }
    let found = if keeps_positions(&graph.nodes[node].op) && in_grid(graph, graph.nodes[node].inputs[0]) {
        see(graph, feed, graph.nodes[node].inputs[0], columns, known)
    } else {
        bounds(&pixels(graph, feed, node, centre(graph, node)), columns)
    };
    known[node] = Some(found);
    found
}

/// Maps, and tokens that are not cut into windows.
fn in_grid(graph: &Graph, node: NodeId) -> bool {
    let shape = &graph.nodes[node].shape;
    map_size(graph, node).is_some() || (graph.nodes[node].layout == Layout::Tokens && shape[0] == 1)
}

fn centre(graph: &Graph, node: NodeId) -> Place {
    let [_, x, y, c] = four(&graph.nodes[node].shape);
    match graph.nodes[node].layout {
        Layout::Nchw => [0, 0, y / 2, c / 2],
        Layout::Nhwc => [0, x / 2, y / 2, 0],
        // The patch in the middle of the grid, behind a class token where the count is one more than a square.
        _ => {
            let class = y - y.isqrt().pow(2);
            let side = y.isqrt();
            let middle = if class > 1 { y / 2 } else { class + (side / 2) * side + side / 2 };
            [0, 0, middle, 0]
        }
    }
}
