//! One cell's formula with the actual numbers: what it multiplies, adds or picks, from where, recomputed from its
//! terms.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::network::{View, read};
use crate::nn::{Change, NodeId};
use crate::ops::{Cell, Derivation, Index, Provenance, Site, indices, single};

use super::cell_of;

/// Which cell.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CellArgs {
    /// Name of a stage.
    pub stage: String,
    /// Index into its shape without the leading one.
    pub cell: Vec<usize>,
}

/// A product of the sum.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Term {
    /// What the input is multiplied by.
    pub weight: f64,
    /// The input's number.
    pub input: f64,
    /// Which of `inputs` it is from.
    pub from: usize,
    /// Where it lies there.
    pub index: Vec<usize>,
}

/// The part of a value that a cell reads.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Region {
    /// The stage; "input" is the image; `None` where the value has no name.
    pub stage: Option<String>,
    /// The first index of each dimension.
    pub first: Vec<usize>,
    /// The last index of each dimension.
    pub last: Vec<usize>,
}

/// How a cell's number comes about: `f(sum of weight * input, bias)`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Formula {
    /// The operation.
    pub op: &'static str,
    /// The formula in words of `sum`, `bias` and `facts`.
    pub rule: &'static str,
    /// The number in the cell.
    pub value: f32,
    /// The same from the terms.
    pub recomputed: f64,
    /// The sum of all terms.
    pub sum: f64,
    /// What is added to it.
    pub bias: f64,
    /// The terms that weigh most.
    pub terms: Vec<Term>,
    /// How many there are.
    pub count: usize,
    /// What else the rule names.
    pub facts: BTreeMap<&'static str, f64>,
    /// What the cell reads.
    pub inputs: Vec<Region>,
    /// Whether something is switched off here, so that `value` is not what the rule says.
    pub changed: bool,
}

const SHOWN: usize = 64;

impl View<'_> {
    /// The formula of one cell of a stage for `image` `[1, channels, height, width]`.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for a cell that does not exist.
    pub async fn cell(&self, image: Tensor<4>, args: &CellArgs) -> Result<Formula> {
        self.cell_with(image, args, SHOWN).await
    }

    /// The same with as many of the terms as are asked for.
    pub(super) async fn cell_with(&self, image: Tensor<4>, args: &CellArgs, most: usize) -> Result<Formula> {
        let node = self.stage_node(&args.stage)?;
        let index = self.index(node, &args.cell)?;
        let graph = self.graph();
        let mut wanted = vec![node];
        wanted.extend(&graph.nodes[node].inputs);
        let mut inputs = self.capture(image.narrow(0, 0, 1), &wanted);
        let value = read(inputs.remove(0).slice(single(index))).await?.data[0];
        let site = Site { graph, node };
        let cell = Cell { site, index, inputs: &inputs, params: self.params(), changes: &self.changes };
        let derivation = graph.nodes[node].op.formula(&cell).await?;
        Ok(self.formula(&cell, value, derivation, most))
    }

    fn formula(&self, cell: &Cell<'_>, value: f32, mut derivation: Derivation, most: usize) -> Formula {
        let (graph, node) = (self.graph(), cell.site.node);
        let (sum, recomputed) = (derivation.sum(), derivation.value());
        derivation.terms.sort_by(|a, b| (b.weight * b.value).abs().total_cmp(&(a.weight * a.value).abs()));
        let named = |input: usize, index: Index| origin(&cell.site.before(input), index);
        // All that the cell reads, the input of the terms first: a learned number reads none.
        let mut reads = cell.provenance().blocks();
        let of_terms = derivation.terms.first().map(|t| t.input);
        reads.sort_by_key(|(input, _)| (Some(*input) != of_terms, *input));
        let mut inputs: Vec<(usize, Region)> = vec![];
        for (input, block) in &reads {
            for index in indices(block) {
                let (from, index) = named(*input, index);
                let index = cell_of(graph, from, index);
                match inputs.last_mut().filter(|(of, _)| of == input) {
                    Some((_, region)) => region.include(&index),
                    None => {
                        let stage = if from == 0 { Some("input") } else { self.stage_name(from) }.map(str::to_owned);
                        inputs.push((*input, Region { stage, first: index.clone(), last: index }));
                    }
                }
            }
        }
        let term = |term: &crate::ops::Term| {
            let (from, index) = named(term.input, term.index);
            let region = inputs.iter().position(|(input, _)| *input == term.input).unwrap_or(0);
            Term { weight: term.weight, input: term.value, from: region, index: cell_of(graph, from, index) }
        };
        Formula {
            op: derivation.op,
            rule: derivation.rule,
            value,
            recomputed,
            sum,
            bias: derivation.bias,
            terms: derivation.terms.iter().take(most).map(term).collect(),
            count: derivation.terms.len(),
            facts: derivation.facts,
            inputs: inputs.into_iter().map(|(_, region)| region).collect(),
            changed: self.changes.iter().any(|c| touches(c, node)),
        }
    }
}

impl Region {
    /// Grows so that it holds an index.
    fn include(&mut self, index: &[usize]) {
        self.first.iter_mut().zip(index).for_each(|(f, i)| *f = (*f).min(*i));
        self.last.iter_mut().zip(index).for_each(|(l, i)| *l = (*l).max(*i));
    }
}

/// Follows a number that has no name back to where it has one.
fn origin(site: &Site<'_>, index: Index) -> (NodeId, Index) {
    let (graph, node) = (site.graph, site.node);
    let named = node == 0 || graph.stages.iter().any(|s| s.node == node);
    if named {
        return (node, index);
    }
    match graph.nodes[node].op.provenance(site, index) {
        Provenance::Copy(index) => origin(&site.before(0), index),
        _ => (node, index),
    }
}

fn touches(change: &Change, node: NodeId) -> bool {
    let (Change::Zero(n)
    | Change::ZeroChannel(n, _)
    | Change::ZeroHead(n, _)
    | Change::ZeroToken(n, _)
    | Change::SkipPosition(n)
    | Change::ShufflePosition(n, _)
    | Change::DropShortcut(n)
    | Change::DropBranch(n)) = change;
    *n == node
}
