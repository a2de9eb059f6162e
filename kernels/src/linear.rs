//! Linear layers over the weights as they are stored, `[out, in]`: the rows of the input become the panels, and the
//! product is written transposed, so that no weight is ever laid out anew or held twice.

use crate::gemm::{Activation, PANEL, Product, Rows, STEP, Start};
use crate::pack::pack_transposed_into;
use crate::pool::{Grid, Lost, each, stretches};
use crate::simd::F4;
use crate::window::Window;

/// Floats of packed input that stay in the second-level cache while the weights pass.
const BLOCK: usize = 48 * 1024;
/// With so few rows the weights are read once from memory whatever is done, and packing does not pay.
const FEW: usize = 3;
/// Fewer panels than these are not worth reading the weights for.
const LEAST: usize = 3;

/// `activation(x weight^T + bias)`: `x [rows, in]`, `weight [columns, in]`, into a window `[rows, columns]`, so that a
/// weight in several pieces fills its columns piece by piece.
///
/// # Errors
/// When a helper was lost; then the window is not whole.
///
/// # Panics
/// When a slice is too short.
pub fn linear(
    (x, k): (&[f32], usize),
    weight: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
    out: Window<'_>,
) -> Result<(), Lost> {
    let (rows, columns) = (x.len() / k, weight.len() / k);
    assert!(x.len() == rows * k && weight.len() == columns * k, "whole rows");
    assert!(bias.is_none_or(|b| b.len() == columns) && out.size() == (rows, columns), "a value for each column");
    let cost = rows * columns * k;
    if rows <= FEW {
        let (parts, stretch) = stretches(columns);
        return each(parts, 0, cost, move |part, _| {
            let columns = stretch(part);
            // SAFETY: every part has columns of its own.
            let mut out = unsafe { out.part(0..rows, columns.clone()) };
            let (weight, bias) = (&weight[columns.start * k..columns.end * k], bias.map(|b| &b[columns]));
            for (i, x) in x.chunks_exact(k).enumerate() {
                let columns = 0..weight.len() / k;
                vector(x, weight, bias, activation, out.row(i, columns));
            }
        });
    }
    let grid = Grid::new((columns, STEP), rows.div_ceil(PANEL), (LEAST, (BLOCK / k / PANEL).max(1)));
    each(grid.parts(), grid.wide() * PANEL * k, cost, move |part, packed| {
        let (columns, panels) = grid.part(part);
        let tokens = panels.start * PANEL..rows.min(panels.end * PANEL);
        let (m, n) = (columns.len(), tokens.len());
        pack_transposed_into(Rows { data: &x[tokens.start * k..], stride: k }, (n, k), 1.0, packed);
        let a = Rows { data: &weight[columns.start * k..columns.end * k], stride: k };
        let start = bias.map_or(Start::Zero, |b| Start::Rows(&b[columns.clone()]));
        let product = Product { m, k, n, a, b: packed, b_stride: PANEL * k, start, activation };
        // SAFETY: every part has rows and columns of its own.
        product.write_transposed(unsafe { out.part(tokens, columns) });
    })
}

/// The layer of a single vector: a dot product with each row of the weight.
fn vector(x: &[f32], weight: &[f32], bias: Option<&[f32]>, activation: Activation, out: &mut [f32]) {
    for (i, (row, out)) in weight.chunks_exact(x.len()).zip(out.iter_mut()).enumerate() {
        *out = dot(x, row) + bias.map_or(0.0, |b| b[i]);
    }
    match activation {
        Activation::None => {}
        Activation::Relu => crate::math::relu(out),
        Activation::Gelu => crate::math::gelu(out),
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
            let fill = |weight: &[f32], bias: &[f32], first: usize, activation, out: &mut [f32]| {
                let window = Window::new(&mut out[first..], (rows, bias.len()), columns);
                linear((&x, k), weight, Some(bias), activation, window).unwrap();
            };
            fill(low, &bias[..cut], 0, Activation::Relu, &mut out);
            fill(high, &bias[cut..], cut, Activation::Relu, &mut out);
            close(&out, &want);
            let mut plain = vec![f32::NAN; rows * columns];
            fill(&weight, &bias, 0, Activation::None, &mut plain);
            crate::math::gelu(&mut plain);
            fill(&weight, &bias, 0, Activation::Gelu, &mut out);
            close(&out, &plain.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        }
    }
}
