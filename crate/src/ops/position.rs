//! Position embeddings, at another resolution too (ViT section 3.2).

use burn::tensor::{Tensor, TensorData};

use super::formula::number;
use super::spec::{Geometry, Index, Provenance, Site, TensorSpec, of_tokens, single, token_rows};
use super::tokens::{gather_tokens, prepend, prepended};
use super::{Cell, Derivation, Operation, Pending, one};
use crate::nn::{Change, Context, Param, ParamId, Parameters};

/// How a grid of embeddings is brought to another resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resample {
    /// timm's `resample_abs_pos_embed`: bicubic, antialiased.
    Timm,
    /// transformers' `interpolate_pos_encoding`: bicubic as torch does it without antialiasing.
    Transformers,
    /// That of transformers' MAE decoder, which takes the whole grid for one row.
    Row,
}

/// Adds the position embedding to tokens, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddPosition {
    /// `[1, rows, channels]`.
    pub position: ParamId,
    /// Leading rows that are no place of the grid: those of class tokens and registers.
    pub front: usize,
    /// Leading rows that are left out.
    pub skip: usize,
    /// How the grid is brought to another number of tokens.
    pub resample: Resample,
}

impl AddPosition {
    /// Adds the rows of `position` `[1, 1, rows, c]`, the first `skip` left out, to tokens `[b, 1, n, c]`; for another
    /// number of tokens the grid is resampled.
    pub fn add(&self, x: Tensor<4>, position: Tensor<4>) -> Tensor<4> {
        let tokens = x.dims()[2];
        x + self.of_tokens(position, tokens)
    }

    /// What is added to `n` tokens, `[1, 1, n, c]`.
    pub(crate) fn of_tokens(&self, position: Tensor<4>, n: usize) -> Tensor<4> {
        let [_, _, rows, c] = position.dims();
        let Self { front, skip, .. } = *self;
        if n + skip == rows {
            return position.narrow(2, skip, n);
        }
        // What is no place keeps its own row: only the grid is resampled.
        let (old, new) = ((rows - front).isqrt(), (n + skip - front).isqrt());
        let matrix = TensorData::new(self.resample.matrix(old, new), [1, 1, new * new, old * old]);
        let matrix = Tensor::<4>::from_data(matrix, &position.device().inner());
        let grid = matrix.matmul(position.clone().narrow(2, front, rows - front));
        let kept = (front > skip).then(|| position.narrow(2, skip, front - skip));
        let all = match kept {
            Some(kept) => Tensor::cat(vec![kept, grid], 2),
            None => grid,
        };
        all.reshape([1, 1, n, c])
    }
}

impl AddPosition {
    /// The embedding, `[1, 1, rows, c]`, shuffled where it is to be.
    fn rows(&self, params: &Parameters, changes: &[Change], node: usize) -> Tensor<4> {
        let rows = params.tokens(self.position);
        match Self::order(changes, node) {
            Some(order) => gather_tokens(rows, order),
            None => rows,
        }
    }

    /// The order of the rows, where they are shuffled.
    fn order(changes: &[Change], node: usize) -> Option<&[usize]> {
        changes.iter().find_map(|change| match change {
            Change::ShufflePosition(n, order) if *n == node => Some(&order[..]),
            _ => None,
        })
    }
}

impl Operation for AddPosition {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        let rows = token_rows(params, self.position, channels)?;
        let square = |n: usize| n > 0 && n.isqrt().pow(2) == n;
        let grids = [rows, tokens + self.skip].map(|n| n.checked_sub(self.front).is_some_and(square));
        let resampled = self.skip <= self.front && grids == [true; 2];
        if tokens + self.skip != rows && !resampled {
            return Err(format!("its {rows} positions do not fit {tokens} tokens"));
        }
        Ok(TensorSpec::tokens(windows, tokens, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.position]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = one(inputs);
        if cx.changes().contains(&Change::SkipPosition(cx.node)) {
            return x;
        }
        self.add(x, self.rows(cx.params(), cx.changes(), cx.node))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        Provenance::block(single(cell))
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        Box::pin(async move {
            let ([_, _, token, c], node) = (cell.index, cell.site.node);
            let mut derivation = Derivation::new("position", "x + the embedding of the position");
            if !cell.changes.contains(&Change::SkipPosition(node)) {
                let rows = self.rows(cell.params, cell.changes, node);
                let added = self.of_tokens(rows, cell.site.input(0)[2]);
                derivation.bias = number(&added, [0, 0, token, c]).await?;
            }
            cell.weighted(derivation, |_, _| 1.0).await
        })
    }
}

/// The class token with row 0 of the position embedding added, in front of the visible patches (MAE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassTokenWithPosition {
    /// `[1, 1, channels]`.
    pub token: ParamId,
    /// `[1, rows, channels]`.
    pub position: ParamId,
}

impl Operation for ClassTokenWithPosition {
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String> {
        let [windows, tokens, channels] = of_tokens(inputs)?;
        token_rows(params, self.token, channels)?;
        token_rows(params, self.position, channels)?;
        Ok(TensorSpec::tokens(windows, tokens + 1, channels))
    }

    fn params(&self) -> Vec<ParamId> {
        vec![self.token, self.position]
    }

    fn multiply_adds(&self, _: &Site<'_>) -> u64 {
        0
    }

    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let params = cx.params();
        prepend(one(inputs), params.tokens(self.token) + params.tokens(self.position).narrow(2, 0, 1))
    }

    fn geometry(&self, _: &Site<'_>) -> Geometry {
        Geometry::Same
    }

    fn provenance(&self, _: &Site<'_>, cell: Index) -> Provenance {
        prepended(cell)
    }

    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a> {
        match cell.provenance() {
            Provenance::Learned => {
                let params = cell.params;
                Box::pin(cell.learned(vec![params.tokens(self.token), params.tokens(self.position)]))
            }
            _ => cell.copy(),
        }
    }
}

impl Resample {
    /// The matrix `[new^2, old^2]` (row-major) that resamples a square grid of embeddings.
    pub fn matrix(self, old: usize, new: usize) -> Vec<f32> {
        let line = match self {
            Self::Timm => antialiased(old, new),
            Self::Transformers => plain(old, new),
            Self::Row => return plain(old * old, new * new),
        };
        let mut matrix = Vec::with_capacity(new * new * old * old);
        for y in 0..new {
            for x in 0..new {
                matrix.extend((0..old * old).map(|i| line[y * old + i / old] * line[x * old + i % old]));
            }
        }
        matrix
    }
}

/// One axis, `[new, old]`: `F.interpolate(mode="bicubic", antialias=True)`, whose cubic has a = -0.5.
fn antialiased(old: usize, new: usize) -> Vec<f32> {
    let scale = old as f64 / new as f64;
    let stretch = scale.max(1.0);
    let mut line = Vec::with_capacity(new * old);
    for i in 0..new {
        let center = scale * (i as f64 + 0.5);
        let weights: Vec<f64> = (0..old).map(|j| cubic((j as f64 + 0.5 - center) / stretch, -0.5)).collect();
        let sum: f64 = weights.iter().sum();
        line.extend(weights.iter().map(|w| (w / sum) as f32));
    }
    line
}

/// The same without antialiasing: four neighbours of the place, those beyond the edge being the edge's, and a = -0.75.
fn plain(old: usize, new: usize) -> Vec<f32> {
    let scale = old as f64 / new as f64;
    let mut line = vec![0.0f32; new * old];
    for i in 0..new {
        let center = scale * (i as f64 + 0.5) - 0.5;
        for tap in -1..=2 {
            let place = center.floor() + f64::from(tap);
            let j = place.clamp(0.0, (old - 1) as f64) as usize;
            line[i * old + j] += cubic(place - center, -0.75) as f32;
        }
    }
    line
}

/// The cubic convolution kernel of Keys (1981).
fn cubic(x: f64, a: f64) -> f64 {
    match x.abs() {
        x if x < 1.0 => ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0,
        x if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * a,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_size_is_the_identity() {
        for resample in [Resample::Timm, Resample::Transformers] {
            for (i, w) in resample.matrix(3, 3).iter().enumerate() {
                let expected = if i / 9 == i % 9 { 1.0 } else { 0.0 };
                assert!((w - expected).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn rows_sum_to_one() {
        for resample in [Resample::Timm, Resample::Transformers] {
            for row in resample.matrix(14, 24).chunks(196) {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            }
        }
    }
}
