//! Where a value's positions come from: one step back through an operation, and the patch that each token stands for.

use crate::nn::{Feed, Graph, Layout, NodeId, Op};

use super::{Place, four};

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

/// The position of a number.
pub fn position(graph: &Graph, node: NodeId, [b, x, y, c]: Place) -> usize {
    let [_, _, rows, cols] = four(&graph.nodes[node].shape);
    match graph.nodes[node].layout {
        Layout::Nchw => y * cols + c,
        Layout::Nhwc => x * rows + y,
        Layout::Tokens | Layout::Heads => b * rows + y,
        Layout::Vector => 0,
    }
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

/// Calls `found` with every position of input number `input` that position `at` of `node` is computed from.
pub fn sources(graph: &Graph, feed: &Feed, node: NodeId, input: usize, at: usize, found: &mut dyn FnMut(usize)) {
    let from = graph.nodes[node].inputs[input];
    let size = |n: NodeId| map_size(graph, n).unwrap_or((1, 1));
    let ((_, columns), (rows, cols)) = (size(node), size(from));
    let (y, x) = (at / columns, at % columns);
    let mut rect = |ys: std::ops::Range<usize>, xs: std::ops::Range<usize>| {
        ys.for_each(|y| xs.clone().for_each(|x| found(y * cols + x)));
    };
    let window = |kernel: usize, stride: usize, padding: usize, at: usize, n: usize| {
        let start = at * stride;
        start.saturating_sub(padding)..(start + kernel).saturating_sub(padding).min(n)
    };
    match graph.nodes[node].op {
        Op::Conv2d { weight, stride, padding, .. } => {
            let kernel = graph.params[weight].shape[2];
            rect(window(kernel, stride, padding, y, rows), window(kernel, stride, padding, x, cols));
        }
        Op::MaxPool { kernel, stride, padding } => {
            rect(window(kernel, stride, padding, y, rows), window(kernel, stride, padding, x, cols));
        }
        Op::AdaptiveAvgPool { size } => {
            let cell = |i: usize, n: usize| i * n / size..((i + 1) * n).div_ceil(size);
            rect(cell(y, rows), cell(x, cols));
        }
        Op::GlobalAvgPool | Op::Flatten | Op::MeanTokens => (0..positions(graph, from)).for_each(found),
        Op::Patchify { patch } => {
            let across = cols / patch;
            let (y, x) = (at / across * patch, at % across * patch);
            rect(y..y + patch, x..x + patch);
        }
        Op::ClassToken { .. } | Op::ClassTokenWithPosition { .. } => {
            if at > 0 {
                found(at - 1);
            }
        }
        Op::AttentionWeights { .. } if input == 1 => keys(graph, node, at, found),
        Op::Attend if input == 1 => keys(graph, graph.nodes[node].inputs[0], at, found),
        Op::Roll { shift } => {
            let back = |i: usize, n: usize| (i as isize + shift).rem_euclid(n as isize) as usize;
            found(back(y, rows) * cols + back(x, cols));
        }
        Op::WindowPartition { window } => {
            let (w, t, across) = (at / (window * window), at % (window * window), cols / window);
            found((w / across * window + t / window) * cols + w % across * window + t % window);
        }
        Op::WindowReverse { window, .. } => {
            let across = columns / window;
            found(((y / window) * across + x / window) * window * window + y % window * window + x % window);
        }
        Op::MergeNeighbours => rect(2 * y..2 * y + 2, 2 * x..2 * x + 2),
        Op::SelectToken { index } => found(index),
        Op::DropClassToken => found(at + 1),
        Op::GatherVisible { .. } => {
            if let Some(&patch) = feed.keep.get(at) {
                found(patch);
            }
        }
        Op::InsertMaskTokens { .. } => match at.checked_sub(1) {
            None => found(0),
            Some(patch) => {
                if let Some(&place) = feed.restore.get(patch).filter(|&&place| place < feed.keep.len()) {
                    found(place + 1);
                }
            }
        },
        _ => found(at),
    }
}

/// The keys that a query attends to: the tokens of its window, those that the shift's mask hides left out.
fn keys(graph: &Graph, weights: NodeId, query: usize, found: &mut dyn FnMut(usize)) {
    let n = graph.nodes[weights].shape[2];
    let (window, token) = (query / n, query % n);
    let Op::AttentionWeights { mask, .. } = graph.nodes[weights].op else { return };
    let sees = |key: usize| mask.is_none_or(|m| m.region(window, token) == m.region(window, key));
    (0..n).filter(|&key| sees(key)).for_each(|key| found(window * n + key));
}

/// The patch that each token of a value stands for, row by row in a grid; the class token stands for none.
pub struct Homes {
    /// Rows of the grid.
    pub height: usize,
    /// Columns of the grid.
    pub width: usize,
    /// For each position its place in the grid.
    pub of: Vec<Option<usize>>,
}

/// Follows tokens back to where they were patches. `None` where a value has no tokens.
pub fn homes(graph: &Graph, feed: &Feed, node: NodeId) -> Option<Homes> {
    let from = *graph.nodes[node].inputs.last()?;
    let count = positions(graph, node);
    match graph.nodes[node].op {
        Op::Patchify { patch } => {
            let (rows, cols) = map_size(graph, from)?;
            Some(Homes { height: rows / patch, width: cols / patch, of: (0..count).map(Some).collect() })
        }
        Op::MergeNeighbours => {
            let (height, width) = map_size(graph, node)?;
            Some(Homes { height, width, of: (0..count).map(Some).collect() })
        }
        Op::InsertMaskTokens { patches, .. } => {
            let side = patches.isqrt();
            let of = (0..count).map(|i| i.checked_sub(1)).collect();
            Some(Homes { height: side, width: side, of })
        }
        // Weights and their sum lie as their queries do.
        Op::AttentionWeights { .. } | Op::Attend => homes(graph, feed, graph.nodes[node].inputs[0]),
        _ if graph.nodes[node].layout == Layout::Nchw || graph.nodes[node].layout == Layout::Vector => None,
        _ => {
            let inner = homes(graph, feed, from)?;
            let input = graph.nodes[node].inputs.len() - 1;
            let home = |at: usize| {
                let mut source = None;
                sources(graph, feed, node, input, at, &mut |p| source = Some(p));
                inner.of.get(source?).copied().flatten()
            };
            Some(Homes { of: (0..count).map(home).collect(), ..inner })
        }
    }
}
