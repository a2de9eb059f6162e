//! Linear layers over the weights as they are stored, `[out, in]`: the rows of the input become the panels, and the
//! product is written transposed, so that no weight is ever laid out anew or held twice.

use core::ops::Range;

use crate::gemm::{Activation, PANEL, Product, Rows, STEP, Start};
use crate::math::add;
use crate::pack::pack_transposed_into;
use crate::pool::{Grid, Lost, each, stretches};
use crate::simd::F4;
use crate::window::Window;

pub mod backward;

/// Floats of packed input that stay in the second-level cache while the weights pass.
const BLOCK: usize = 48 * 1024;
/// With so few rows the weights are read once from memory whatever is done, and packing does not pay.
const FEW: usize = 3;
/// Fewer panels than these are not worth reading the weights for.
const LEAST: usize = 3;

/// What comes after the products.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// One for each column.
    pub bias: Option<&'a [f32]>,
    /// Rows as those of the output, which are added before the activation.
    pub residual: Option<Rows<'a>>,
    /// The activation.
    pub activation: Activation,
}

/// `activation(x weight^T + bias + residual)`: `x [rows, in]`, `weight [columns, in]`, into a window `[rows, columns]`, so
/// that a weight in several pieces fills its columns piece by piece.
///
/// # Errors
/// When a helper was lost; then the window is not whole.
///
/// # Panics
/// When a slice is too short.
pub fn linear((x, k): (&[f32], usize), weight: &[f32], ending: Ending<'_>, out: Window<'_>) -> Result<(), Lost> {
    let (rows, columns) = (x.len() / k, weight.len() / k);
    assert!(x.len() == rows * k && weight.len() == columns * k, "whole rows");
    assert!(ending.bias.is_none_or(|b| b.len() == columns), "a value for each column");
    assert!(out.size() == (rows, columns), "an output of this size");
    let cost = rows * columns * k;
    if rows <= FEW {
        let (parts, stretch) = stretches(columns);
        return each(parts, 0, cost, move |part, _| {
            let columns = stretch(part);
            let ending = ending.of(columns.clone());
            // SAFETY: every part has columns of its own.
            let mut out = unsafe { out.part(0..rows, columns.clone()) };
            let weight = &weight[columns.start * k..columns.end * k];
            for (i, x) in x.chunks_exact(k).enumerate() {
                vector(x, weight, ending.bias, out.row(i, 0..columns.len()));
            }
            ending.finish(0..rows, &mut out);
        });
    }
    let grid = Grid::new((columns, STEP), rows.div_ceil(PANEL), (LEAST, (BLOCK / k / PANEL).max(1)));
    each(grid.parts(), grid.wide() * PANEL * k, cost, move |part, packed| {
        let (columns, panels) = grid.part(part);
        let tokens = panels.start * PANEL..rows.min(panels.end * PANEL);
        let (m, n) = (columns.len(), tokens.len());
        pack_transposed_into(Rows { data: &x[tokens.start * k..], stride: k }, (n, k), 1.0, packed);
        let a = Rows { data: &weight[columns.start * k..columns.end * k], stride: k };
        let ending = ending.of(columns.clone());
        let start = ending.bias.map_or(Start::Zero, Start::Rows);
        let activation = if ending.residual.is_none() { ending.activation } else { Activation::None };
        let product = Product { m, k, n, a, b: packed, b_stride: PANEL * k, start, activation };
        // SAFETY: every part has rows and columns of its own.
        let mut out = unsafe { out.part(tokens.clone(), columns) };
        product.write_transposed(out);
        if ending.residual.is_some() {
            ending.finish(tokens, &mut out);
        }
    })
}

impl<'a> Ending<'a> {
    /// That of some columns.
    fn of(&self, columns: Range<usize>) -> Self {
        let residual = self.residual.map(|r| Rows { data: &r.data[columns.start..], ..r });
        Self { bias: self.bias.map(|b| &b[columns]), residual, ..*self }
    }

    /// Adds the residual's rows to those of the window, and applies the activation.
    fn finish(&self, rows: Range<usize>, out: &mut Window<'a>) {
        let (_, columns) = out.size();
        for (i, row) in rows.enumerate() {
            let out = out.row(i, 0..columns);
            if let Some(residual) = self.residual {
                add(out, &residual.data[row * residual.stride..][..columns]);
            }
            match self.activation {
                Activation::None => {}
                Activation::Relu => crate::math::relu(out),
                Activation::Gelu => crate::math::gelu(out),
            }
        }
    }
}

/// The layer of a single vector: a dot product with each row of the weight.
fn vector(x: &[f32], weight: &[f32], bias: Option<&[f32]>, out: &mut [f32]) {
    for (i, (row, out)) in weight.chunks_exact(x.len()).zip(out.iter_mut()).enumerate() {
        *out = dot(x, row) + bias.map_or(0.0, |b| b[i]);
    }
}

fn dot(x: &[f32], y: &[f32]) -> f32 {
    const STEP: usize = 16;
    let mut sums = [F4::splat(0.0); STEP / 4];
    let (mut xs, mut ys) = (x.chunks_exact(STEP), y.chunks_exact(STEP));
    for (x, y) in (&mut xs).zip(&mut ys) {
        for (i, sum) in sums.iter_mut().enumerate() {
            // SAFETY: both are 16 floats.
            unsafe { *sum = F4::load(x.as_ptr().add(4 * i)).mul_add(F4::load(y.as_ptr().add(4 * i)), *sum) };
        }
    }
    let rest: f32 = xs.remainder().iter().zip(ys.remainder()).map(|(x, y)| x * y).sum();
    sums[0].add(sums[1]).add(sums[2].add(sums[3])).sum() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, noise};

    #[test]
    fn layers_of_every_size_in_pieces() {
        for (rows, k, columns) in [(1, 33, 10), (2, 64, 5), (4, 7, 3), (49, 20, 24), (197, 48, 36), (700, 96, 11)] {
            let (x, weight, bias) = (noise(rows * k), noise(columns * k), noise(columns));
            let mut want = Vec::new();
            for (row, (column, weight)) in
                x.chunks_exact(k).flat_map(|row| weight.chunks_exact(k).enumerate().map(move |w| (row, w)))
            {
                let dot: f64 = row.iter().zip(weight).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
                want.push((dot + f64::from(bias[column])).max(0.0));
            }
            let mut out = vec![f32::NAN; rows * columns];
            let cut = columns / 2;
            let (low, high) = weight.split_at(cut * k);
            let fill =
                |weight: &[f32], bias: &[f32], first: usize, then: (Option<&[f32]>, Activation), out: &mut [f32]| {
                    let window = Window::new(&mut out[first..], (rows, bias.len()), columns);
                    let residual = then.0.map(|data| Rows { data: &data[first..], stride: columns });
                    linear((&x, k), weight, Ending { bias: Some(bias), residual, activation: then.1 }, window).unwrap();
                };
            fill(low, &bias[..cut], 0, (None, Activation::Relu), &mut out);
            fill(high, &bias[cut..], cut, (None, Activation::Relu), &mut out);
            close(&out, &want);
            let mut plain = vec![f32::NAN; rows * columns];
            fill(&weight, &bias, 0, (None, Activation::None), &mut plain);
            let residual = noise(plain.len());
            let added: Vec<f32> = plain.iter().zip(&residual).map(|(x, r)| x + r).collect();
            fill(low, &bias[..cut], 0, (Some(&residual), Activation::None), &mut out);
            fill(high, &bias[cut..], cut, (Some(&residual), Activation::None), &mut out);
            assert!(out == added, "a residual is added to what is without it");
            fill(&weight, &bias, 0, (Some(&residual), Activation::Relu), &mut out);
            assert!(out.iter().zip(&added).all(|(x, y)| *x == y.max(0.0)), "the activation comes last");
            crate::math::gelu(&mut plain);
            fill(&weight, &bias, 0, (None, Activation::Gelu), &mut out);
            close(&out, &plain.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        }
    }
}
