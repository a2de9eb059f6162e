//! The theoretical receptive field: which pixels a cell can depend on, from the graph alone (no weights, no photo).

use serde::Serialize;

use crate::network::View;
use crate::nn::{Graph, Kind, Layout, NodeId};
use crate::ops::{Geometry, Index, Site, four};

use super::positions::{map_size, position, positions, sources};

/// A rectangle in pixels of the network's input, or in cells of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
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

impl Rect {
    /// The rectangle around both.
    fn around(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Self { x, y, width: right - x, height: bottom - y }
    }
}

/// The positions of each of some nodes, at most `node` itself, that a cell can depend on.
pub(super) fn reached(graph: &Graph, node: NodeId, cell: Index, wanted: &[NodeId]) -> Vec<Vec<bool>> {
    let mut masks: Vec<Option<Vec<bool>>> = vec![None; node + 1];
    let mut first = vec![false; positions(graph, node)];
    first[position(graph, node, cell)] = true;
    masks[node] = Some(first);
    let mut found: Vec<Vec<bool>> = wanted.iter().map(|&id| vec![false; positions(graph, id)]).collect();
    for id in (0..=node).rev() {
        let Some(mask) = masks[id].take() else { continue };
        for &from in &graph.nodes[id].inputs {
            masks[from].get_or_insert_with(|| vec![false; positions(graph, from)]);
        }
        let site = Site { graph, node: id };
        for (at, _) in mask.iter().enumerate().filter(|(_, m)| **m && id > 0) {
            sources(&site, at, &mut |input, from| {
                if let Some(mask) = &mut masks[graph.nodes[id].inputs[input]] {
                    mask[from] = true;
                }
            });
        }
        wanted.iter().zip(&mut found).filter(|(w, _)| **w == id).for_each(|(_, found)| found.clone_from(&mask));
    }
    found
}

/// For every node the rectangle of pixels that each of its positions can depend on; `None` where there are none, as for
/// a class token before any attention.
fn fields(graph: &Graph) -> Vec<Vec<Option<Rect>>> {
    let (_, columns) = map_size(graph, 0).unwrap_or((1, 1));
    let pixel = |at: usize| Some(Rect { x: at % columns, y: at / columns, width: 1, height: 1 });
    let mut all: Vec<Vec<Option<Rect>>> = vec![(0..positions(graph, 0)).map(pixel).collect()];
    for node in 1..graph.nodes.len() {
        let site = Site { graph, node };
        let field = |at: usize| {
            let mut seen: Option<Rect> = None;
            sources(&site, at, &mut |input, from| {
                let part = all[graph.nodes[node].inputs[input]][from];
                seen = match (seen, part) {
                    (Some(a), Some(b)) => Some(a.around(b)),
                    (a, b) => a.or(b),
                };
            });
            seen
        };
        let fields = (0..positions(graph, node)).map(field).collect();
        all.push(fields);
    }
    all
}

/// The rectangle around the places that are set; `None` when there are none, as for a class token before any attention.
pub(super) fn bounds(places: &[bool], columns: usize) -> Option<Rect> {
    let set = || places.iter().enumerate().filter(|(_, p)| **p).map(|(i, _)| (i / columns, i % columns));
    let (top, bottom) = (set().map(|p| p.0).min()?, set().map(|p| p.0).max()?);
    let (left, right) = (set().map(|p| p.1).min()?, set().map(|p| p.1).max()?);
    Some(Rect { x: left, y: top, width: right - left + 1, height: bottom - top + 1 })
}

/// Field and jump of every node; the field is `None` once attention or a mean has made it a matter of position.
fn arithmetic(graph: &Graph) -> Vec<(Option<usize>, f64)> {
    let mut all: Vec<(Option<usize>, f64)> = vec![];
    for (id, node) in graph.nodes.iter().enumerate() {
        let inputs = node.inputs.iter().map(|&i| all[i]);
        let joined = inputs.reduce(|a, b| (a.0.zip(b.0).map(|(a, b)| a.max(b)), a.1)).unwrap_or((Some(1), 1.0));
        let (field, jump) = joined;
        all.push(match node.op.geometry(&Site { graph, node: id }) {
            Geometry::Window { kernel, stride } => {
                (field.map(|f| f + ((kernel - 1) as f64 * jump).round() as usize), jump * stride)
            }
            Geometry::Whole => (None, jump),
            Geometry::Same | Geometry::PatchGrid { .. } => (field, jump),
        });
    }
    all
}

impl View<'_> {
    /// How the receptive field grows with depth (theory alone): a point for each stage whose cells lie in a grid.
    pub fn receptive_curve(&self) -> Vec<CurvePoint<'_>> {
        let graph = self.graph();
        let (sizes, fields) = (arithmetic(graph), fields(graph));
        let point = |stage: &'_ crate::nn::Stage| {
            let node = stage.node;
            let seen = fields[node][position(graph, node, centre(graph, node))];
            let field = sizes[node].0.unwrap_or_else(|| seen.map_or(0, |b| b.width.max(b.height)));
            (field, sizes[node].1, seen)
        };
        let stages = graph.stages.iter().filter(|stage| in_grid(graph, stage.node));
        stages
            .map(|stage| {
                let (field, jump, seen) = point(stage);
                CurvePoint { name: &stage.name, kind: stage.kind, field, jump, seen }
            })
            .collect()
    }
}

/// Maps, and tokens that are not cut into windows.
fn in_grid(graph: &Graph, node: NodeId) -> bool {
    let shape = &graph.nodes[node].shape;
    map_size(graph, node).is_some() || (graph.nodes[node].layout == Layout::Tokens && shape[0] == 1)
}

fn centre(graph: &Graph, node: NodeId) -> Index {
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
