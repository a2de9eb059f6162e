//! Sums.

use burn::tensor::Tensor;

use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, both, single};
use super::{Cell, Derivation, Operation, Pending, two};
use crate::nn::{Change, Context, Param, ParamId};

/// The sum of a branch (input 0) and its shortcut (input 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Add;

impl Add {
    /// What the branch and the shortcut count for: where both are off, the branch stays.
    fn weights(changes: &[Change], node: usize) -> [f64; 2] {
        match [Change::DropBranch(node), Change::DropShortcut(node)].map(|change| changes.contains(&change)) {
            [_, true] => [1.0, 0.0],
            [true, false] => [0.0, 1.0],
            [false, false] => [1.0, 1.0],
        }
    }
}

impl Operation for Add {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        match both(inputs)? {
            [branch, shortcut] if branch == shortcut => Ok(branch.clone()),
            [a, b] => Err(format!("a branch of {:?} cannot be added to a shortcut of {:?}", a.shape, b.shape)),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let (branch, shortcut) = two(inputs);
        match Self::weights(cx.changes(), cx.node) {
            [_, 0.0] => branch,
            [0.0, _] => shortcut,
            _ => branch + shortcut,
        }
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::Blocks(vec![(0, single(cell)), (1, single(cell))])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        let weights = Self::weights(cell.changes, cell.site.node);
        Box::pin(cell.weighted(Derivation::new("add", "branch + shortcut"), move |input, _| weights[input]))
    }
}
