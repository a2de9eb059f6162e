//! Operations that only move numbers: where a cell's number was before.

use super::{Place, four};
use crate::nn::{Feed, Graph, NodeId, Op};

/// The place that a cell of an operation that only moves numbers is a copy of.
pub(super) fn copy_of(graph: &Graph, feed: &Feed, node: NodeId, [b, x, y, c]: Place) -> Option<Place> {
    let [_, _, rows, cols] = four(&graph.nodes[*graph.nodes[node].inputs.first()?].shape);
    let (height, width, channels) = (four(&graph.nodes[graph.nodes[node].inputs[0]].shape)[1], rows, cols);
    match graph.nodes[node].op {
        Op::Dropout { .. } => Some([b, x, y, c]),
        Op::Flatten => Some([0, c / (rows * cols), c / cols % rows, c % cols]),
        Op::Patchify { patch } => {
            let across = cols / patch;
            let (top, left) = (y / across * patch, y % across * patch);
            Some([b, c / (patch * patch), top + c / patch % patch, left + c % patch])
        }
        Op::TokensToMap { side } => Some([b, 0, x * side + y, c]),
        Op::SplitHeads { part, of, heads } => {
            let all = cols / of;
            Some([b, 0, y, part * all + x * (all / heads) + c])
        }
        Op::Roll { shift } => {
            let back = |i: usize, n: usize| (i as isize + shift).rem_euclid(n as isize) as usize;
            Some([b, back(x, height), back(y, width), c])
        }
        Op::WindowPartition { window } => {
            let across = width / window;
            Some([0, b / across * window + y / window, b % across * window + y % window, c])
        }
        Op::WindowReverse { window, width, .. } => {
            let index = (x / window) * (width / window) + y / window;
            Some([index, 0, x % window * window + y % window, c])
        }
        Op::MergeNeighbours => {
            let neighbour = c / channels;
            Some([b, 2 * x + neighbour % 2, 2 * y + neighbour / 2, c % channels])
        }
        Op::SelectToken { index } => Some([b, 0, index, c]),
        Op::DropClassToken => Some([b, x, y + 1, c]),
        Op::GatherVisible { .. } => Some([b, x, *feed.keep.get(y)?, c]),
        Op::ClassToken { .. } | Op::ClassTokenWithPosition { .. } => Some([b, x, y.checked_sub(1)?, c]),
        Op::InsertMaskTokens { .. } if y == 0 => Some([b, x, 0, c]),
        Op::InsertMaskTokens { .. } => {
            let place = *feed.restore.get(y - 1)?;
            (place < feed.keep.len()).then_some([b, x, place + 1, c])
        }
        _ => None,
    }
}

/// Follows a number that has no name back to where it has one.
pub(super) fn origin(graph: &Graph, feed: &Feed, node: NodeId, place: Place) -> (NodeId, Place) {
    let named = node == 0 || graph.stages.iter().any(|s| s.node == node);
    match copy_of(graph, feed, node, place).filter(|_| !named) {
        Some(place) => origin(graph, feed, graph.nodes[node].inputs[0], place),
        None => (node, place),
    }
}
