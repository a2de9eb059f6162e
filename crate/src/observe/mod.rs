//! What a network states about itself, as JavaScript sees it: stages with kinds, shapes, parameters and multiply-adds.

mod cache;
mod info;

pub use cache::{ActivationCache, Maps, MapsArgs, Ranges};
pub use info::{Converted, ModelInfo};

use serde::Serialize;

use crate::nn::{Graph, Kind, Layout, NodeId};

/// A named intermediate tensor and what computes it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Stage"))]
pub struct StageInfo<'a> {
    /// Module path as in the checkpoint's keys.
    pub name: &'a str,
    /// What it is.
    pub kind: Kind,
    /// Its shape for one image.
    pub shape: &'a [usize],
    /// What the dimensions are.
    pub layout: Layout,
    /// Rows and columns of the cells that cover the photo, a class token left out; `None` where they do not cover it.
    pub grid: Option<[usize; 2]>,
    /// Learned values of this module and its parts.
    pub parameters: usize,
    /// Multiply-adds of this module and its parts, for one image.
    pub multiply_adds: u64,
    /// The stages whose values it reads: the drawing's arrows.
    pub from: Vec<&'a str>,
}

/// All stages of a network, in order of computation; a module comes after its parts.
pub fn stages(graph: &Graph) -> Vec<StageInfo<'_>> {
    let first = first_nodes(graph);
    let stages = graph.stages.iter().zip(&first).map(|(stage, &start)| {
        let part_of = start..=stage.node;
        let node = &graph.nodes[stage.node];
        StageInfo {
            name: &stage.name,
            kind: stage.kind,
            shape: &node.shape,
            layout: node.layout,
            grid: grid(graph, stage.node),
            parameters: part_of.clone().map(|n| graph.parameters_of(n)).sum(),
            multiply_adds: part_of.clone().map(|n| graph.multiply_adds(n)).sum(),
            from: sources(graph, start, stage.node),
        }
    });
    stages.collect()
}

/// Rows and columns of a node's cells on the photo. Tokens lie as the first ones did, which were the photo's patches.
pub(crate) fn grid(graph: &Graph, node: NodeId) -> Option<[usize; 2]> {
    let node = &graph.nodes[node];
    match (node.layout, &node.shape[..]) {
        (Layout::Nchw, &[1, _, rows, columns]) | (Layout::Nhwc, &[1, rows, columns, _]) => Some([rows, columns]),
        (Layout::Tokens, &[1, n, _]) | (Layout::Heads, &[1, _, n, _]) => {
            let mut stages = graph.stages.iter().map(|s| &graph.nodes[s.node]);
            let patches = stages.find(|node| node.layout == Layout::Tokens).map_or(n, |first| first.shape[1]);
            let side = patches.isqrt();
            matches!(n.checked_sub(side * side), Some(0 | 1)).then_some([side, side])
        }
        _ => None,
    }
}

/// The first node of each stage: where the first of its parts begins, or after whatever comes before a plain operation.
pub(crate) fn first_nodes(graph: &Graph) -> Vec<NodeId> {
    let mut first: Vec<NodeId> = graph.stages.iter().map(|s| s.node).collect();
    for (i, stage) in graph.stages.iter().enumerate() {
        let prefix = format!("{}.", stage.name);
        let parts = graph.stages[..i].iter().zip(&first).filter(|(s, _)| s.name.starts_with(&prefix));
        if let Some(start) = parts.map(|(_, &f)| f).min() {
            first[i] = start;
        }
    }
    first
}

/// Names of the values that nodes `start..=end` read from before them; a value under several names goes by the last.
fn sources(graph: &Graph, start: NodeId, end: NodeId) -> Vec<&str> {
    let mut inputs: Vec<NodeId> =
        graph.nodes[start..=end].iter().flat_map(|n| n.inputs.iter().copied()).filter(|&i| i < start).collect();
    inputs.sort_unstable();
    inputs.dedup();
    inputs.into_iter().filter_map(|i| named_at_or_before(graph, i)).collect()
}

/// The name of a node, or of the nearest one that it was reshaped from.
fn named_at_or_before(graph: &Graph, node: NodeId) -> Option<&str> {
    let stage = graph.stages.iter().rev().find(|s| s.node == node);
    match stage {
        Some(stage) => Some(&stage.name),
        None => named_at_or_before(graph, *graph.nodes[node].inputs.first()?),
    }
}
