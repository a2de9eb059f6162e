//! What an image of another size costs: the same network, stated for that size.

use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::bad;
use crate::error::Result;
use crate::network::View;
use crate::nn::{Graph, Op, Run};
use crate::random::Random;

/// Which size.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CostArgs {
    /// Pixels per side.
    pub size: usize,
}

/// The work that one image of a size takes.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// Pixels per side.
    pub size: usize,
    /// Tokens of the first block, the class token counted; 0 for a network without attention.
    pub tokens: usize,
    /// Of the whole network.
    pub multiply_adds: u64,
    /// Of comparing queries with keys, and of summing values.
    pub attention: u64,
}

/// Which images and windows.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AttentionCostArgs {
    /// Pixels per side of each image.
    pub sizes: Vec<usize>,
    /// Pixels per side of a patch.
    pub patch: usize,
    /// Channels of a token (C).
    pub width: usize,
    /// Tokens per side of a window (M).
    pub window: usize,
}

/// What one layer of attention costs by the formulas of the Swin paper, section 3.2, in multiply-adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AttentionCost {
    /// Pixels per side.
    pub size: usize,
    /// h w of the formulas.
    pub tokens: u64,
    /// Equation 1: 4 h w C^2 + 2 (h w)^2 C.
    pub global: u64,
    /// Equation 2: 4 h w C^2 + 2 M^2 h w C.
    pub windowed: u64,
}

/// Equations 1 and 2 of the Swin paper for images of several sizes.
///
/// # Errors
///
/// `BadInput` where a size is no multiple of the patch, or a number is 0 or beyond what these formulas are asked for.
pub fn attention_cost(args: &AttentionCostArgs) -> Result<Vec<AttentionCost>> {
    let AttentionCostArgs { sizes, patch, width, window } = args;
    let sane = |n: &usize| (1..=1 << 13).contains(n);
    let fits =
        [patch, width, window].into_iter().chain(sizes).all(sane) && sizes.iter().all(|s| s.is_multiple_of(*patch));
    if !fits {
        return Err(bad("sizes must be multiples of the patch, and every number from 1 to 8192"));
    }
    let (c, m) = (*width as u64, *window as u64);
    let cost = |&size: &usize| {
        let tokens = ((size / patch) as u64).pow(2);
        let projections = 4 * tokens * c * c;
        let (global, windowed) = (projections + 2 * tokens * tokens * c, projections + 2 * m * m * tokens * c);
        AttentionCost { size, tokens, global, windowed }
    };
    Ok(sizes.iter().map(cost).collect())
}

impl View<'_> {
    /// Counts the work on an image of the graph's size.
    pub fn cost(&self, graph: &Graph) -> Cost {
        let attention = |n: &usize| matches!(graph.nodes[*n].op, Op::AttentionWeights(_) | Op::Attend(_));
        let sum = |nodes: &mut dyn Iterator<Item = usize>| nodes.map(|n| graph.multiply_adds(n)).sum();
        let all = 0..graph.nodes.len();
        let first = graph.nodes.iter().find(|n| matches!(n.op, Op::AttentionWeights(_)));
        // Windows come one after the other: each holds its share of the tokens.
        let tokens = first.map_or(0, |n| n.shape[0] * n.shape[2]);
        Cost {
            size: graph.nodes[0].shape[2],
            tokens,
            multiply_adds: sum(&mut all.clone()),
            attention: sum(&mut all.filter(attention)),
        }
    }

    /// Noise of the graph's size: how long a run takes does not depend on what it sees.
    pub fn noise(&self, graph: &Graph) -> Tensor<4> {
        let shape = graph.nodes[0].shape.clone();
        let data = Random::new(1).uniform(shape.iter().product(), 1.0);
        Tensor::from_data(TensorData::new(data, shape), self.params().device())
    }

    /// The answer of the whole network, whatever is switched off: changes belong to the nodes of its own graph.
    pub fn forward_at(&self, graph: &Graph, image: Tensor<4>) -> Tensor<4> {
        Run::new(graph, self.params()).output(image)
    }
}
