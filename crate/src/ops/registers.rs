//! Tokens that are no patch's and no class's: registers (Darcet et al., Vision Transformers Need Registers, ICLR 2024,
//! arXiv:2309.16588), and what becomes of several tokens at the end: joined or averaged answers.

use burn::tensor::Tensor;

use super::formula::number;
use super::spec::{Geometry, Index, Layout, Provenance, Site, TensorSpec, both, of_tokens, single, token_rows};
use super::{Cell, Derivation, Operation, Pending, one, two};
use crate::nn::{Context, Param, ParamId};

/// Learned tokens in front of the others: `[b, n, c] -> [b, n + rows, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisterTokens {
    /// `[1, rows, channels]`.
    pub tokens: ParamId,
    /// How many there are.
    pub rows: usize,
}

impl Operation for RegisterTokens {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        let rows = token_rows(params, self.tokens, channels)?;
        if rows != self.rows {
            return Err(format!("there are {rows} tokens, not {}", self.rows));
        }
        Ok(TensorSpec::tokens(windows, tokens + rows, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.tokens]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let [b, _, _, c] = x.dims();
        Tensor::cat(vec![cx.params().tokens(self.tokens).expand([b, 1, self.rows, c]), x], 2)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, [b, x, token, c]: Index) -> Provenance {
        match token.checked_sub(self.rows) {
            Some(token) => Provenance::Copy([b, x, token, c]),
            None => Provenance::Learned,
        }
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        let [_, _, token, c] = cell.index;
        if token >= self.rows {
            return cell.copy();
        }
        Box::pin(async move {
            let mut derivation = Derivation::new("learned", "a learned number");
            derivation.bias = number(&cell.params.tokens(self.tokens), [0, 0, token, c]).await?;
            Ok(derivation)
        })
    }
}

/// All tokens but the first `count`: `[b, n, c] -> [b, n - count, c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DropTokens {
    /// How many are left out.
    pub count: usize,
}

impl Operation for DropTokens {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        match of_tokens(inputs)? {
            [windows, tokens, channels] if tokens > self.count => {
                Ok(TensorSpec::tokens(windows, tokens - self.count, channels))
            }
            [_, tokens, _] => Err(format!("of {tokens} tokens none is left without {}", self.count)),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        let n = x.dims()[2];
        x.narrow(2, self.count, n - self.count)
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, [b, x, token, c]: Index) -> Provenance {
        Provenance::Copy([b, x, token + self.count, c])
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        cell.copy()
    }
}

/// Two vectors as one: `[b, m], [b, n] -> [b, m + n]`, or their mean, `[b, n]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// One after the other.
    Concatenated,
    /// Their mean.
    Averaged,
}

/// The two answers of a network as one (DeiT's heads; DINOv2's class token and mean).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    /// How.
    pub how: Joined,
}

impl Operation for Join {
    fn output(&self, inputs: &[TensorSpec], _: &[Param]) -> Result<TensorSpec, String> {
        let [first, second] = both(inputs)?;
        match (self.how, first.layout, second.layout, &first.shape[..], &second.shape[..]) {
            (Joined::Concatenated, Layout::Vector, Layout::Vector, &[1, m], &[1, n]) => Ok(TensorSpec::vector(m + n)),
            (Joined::Averaged, Layout::Vector, Layout::Vector, &[1, m], &[1, n]) if m == n => Ok(TensorSpec::vector(m)),
            _ => Err(format!("it takes two vectors, not {:?} and {:?}", first.shape, second.shape)),
        }
    }

    fn params(&self) -> Vec<ParamId> {
        vec![]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, _: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let (first, second) = two(inputs);
        match self.how {
            Joined::Concatenated => Tensor::cat(vec![first, second], 3),
            Joined::Averaged => (first + second) * 0.5,
        }
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Whole
    }

    fn provenance(&self, site: &Site<'_>, [b, x, y, c]: Index) -> Provenance {
        let first = site.input(0)[3];
        match (self.how, c.checked_sub(first)) {
            (Joined::Averaged, _) => Provenance::Blocks(vec![(0, single([b, x, y, c])), (1, single([b, x, y, c]))]),
            (Joined::Concatenated, Some(c)) => Provenance::Blocks(vec![(1, single([b, x, y, c]))]),
            (Joined::Concatenated, None) => Provenance::Blocks(vec![(0, single([b, x, y, c]))]),
        }
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        let (weight, derivation) = match self.how {
            Joined::Concatenated => (1.0, Derivation::new("copy", "the same number")),
            Joined::Averaged => (0.5, Derivation::new("mean of both", "the mean of both")),
        };
        Box::pin(cell.weighted(derivation, move |_, _| weight))
    }
}
