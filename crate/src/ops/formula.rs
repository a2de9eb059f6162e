//! A cell's formula as the operations state it: weighted terms, what is added, and what else the rule names.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use burn::tensor::Tensor;

use super::{Block, Index, Provenance, Site, indices, single};
use crate::error::Result;
use crate::nn::{Change, Parameters, read};

/// A formula that waits for numbers from the device.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Result<Derivation>> + 'a>>;

/// A product of the sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// What the input's number is multiplied by.
    pub weight: f64,
    /// The input's number.
    pub value: f64,
    /// Which input it is from.
    pub input: usize,
    /// Where it lies there.
    pub index: Index,
}

/// How a cell's number comes about.
#[derive(Debug, Clone, Default)]
pub struct Derivation {
    /// The operation.
    pub op: &'static str,
    /// The formula in words of `sum`, `bias` and `facts`.
    pub rule: &'static str,
    /// The terms of the sum.
    pub terms: Vec<Term>,
    /// What is added to the sum.
    pub bias: f64,
    /// What else the rule names.
    pub facts: BTreeMap<&'static str, f64>,
    /// The result, where it is not the sum and the bias.
    pub result: Option<f64>,
}

impl Derivation {
    /// An operation's formula without terms as yet.
    pub(super) fn new(op: &'static str, rule: &'static str) -> Self {
        Self { op, rule, ..Self::default() }
    }

    /// The sum of all terms.
    pub fn sum(&self) -> f64 {
        self.terms.iter().map(|t| t.weight * t.value).sum()
    }

    /// The number in the cell.
    pub fn value(&self) -> f64 {
        self.result.unwrap_or_else(|| self.sum() + self.bias)
    }
}

/// One cell of a node's value, with the operands.
pub struct Cell<'a> {
    /// The operation.
    pub site: Site<'a>,
    /// Where the cell lies.
    pub index: Index,
    /// The values of the node's inputs.
    pub inputs: &'a [Tensor<4>],
    /// The network's parameters.
    pub params: &'a Parameters,
    /// What is switched off.
    pub changes: &'a [Change],
}

impl Cell<'_> {
    /// Where the cell's number comes from.
    pub fn provenance(&self) -> Provenance {
        self.site.graph.nodes[self.site.node].op.provenance(&self.site, self.index)
    }

    /// A derivation whose terms are all cells that the cell is computed from, each with the weight that `weight` says
    /// of its input and index.
    pub(super) async fn weighted(
        &self,
        mut derivation: Derivation,
        weight: impl Fn(usize, Index) -> f64,
    ) -> Result<Derivation> {
        for (input, block) in self.provenance().blocks() {
            derivation.terms.extend(self.terms(input, block, &weight).await?);
        }
        Ok(derivation)
    }

    /// A block of one input as terms.
    pub(super) async fn terms(
        &self,
        input: usize,
        block: Block,
        weight: &impl Fn(usize, Index) -> f64,
    ) -> Result<Vec<Term>> {
        let values = numbers(&self.inputs[input], block.clone()).await?;
        let term = |(index, value)| Term { weight: weight(input, index), value, input, index };
        Ok(indices(&block).zip(values).map(term).collect())
    }

    /// The mean of all cells that it is computed from.
    pub(super) async fn mean(&self) -> Result<Derivation> {
        let mut derivation = self.weighted(Derivation::new("average pool", "the mean"), |_, _| 0.0).await?;
        let share = 1.0 / derivation.terms.len() as f64;
        derivation.terms.iter_mut().for_each(|t| t.weight = share);
        Ok(derivation)
    }

    /// The same number in another place.
    pub(super) fn copy(&self) -> Pending<'_> {
        Box::pin(self.weighted(Derivation::new("copy", "the same number"), |_, _| 1.0))
    }

    /// A number of some learned tokens, `[1, 1, 1, c]` each, in the cell's channel: the sum of them.
    pub(super) async fn learned(&self, tokens: Vec<Tensor<4>>) -> Result<Derivation> {
        let mut derivation = Derivation::new("learned", "a learned number");
        for token in tokens {
            derivation.bias += number(&token, [0, 0, 0, self.index[3]]).await?;
        }
        Ok(derivation)
    }
}

/// The numbers of a block.
pub(super) async fn numbers(tensor: &Tensor<4>, block: Block) -> Result<Vec<f64>> {
    Ok(read(tensor.clone().slice(block)).await?.data.into_iter().map(f64::from).collect())
}

/// One number.
pub(super) async fn number(tensor: &Tensor<4>, index: Index) -> Result<f64> {
    Ok(numbers(tensor, single(index)).await?.first().copied().unwrap_or(f64::NAN))
}

/// One number of a vector.
pub(super) async fn entry(vector: Tensor<1>, index: usize) -> Result<f64> {
    number(&vector.narrow(0, index, 1).reshape([1, 1, 1, 1]), [0; 4]).await
}
