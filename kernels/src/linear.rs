//! Linear layers over the weights as they are stored, `[out, in]`: the rows of the input become the panels, and the
//! product is written transposed, so that no weight is ever laid out anew or held twice.

use crate::gemm::{Activation, PANEL, Product, Rows, Start, pack_transposed_into};
use crate::simd::F4;

/// Floats of packed input that stay in the second-level cache while the weights pass.
const BLOCK: usize = 48 * 1024;
/// With so few rows the weights are read once from memory whatever is done, and packing does not pay.
const FEW: usize = 3;

/// `activation(x weight^T + bias)`: `x [rows, in]`, `weight [columns, in]`, into `out` at rows `stride` apart, so that
/// a weight in several pieces fills its columns piece by piece.
///
/// # Panics
/// When a slice is too short.
pub fn linear(
    (x, k): (&[f32], usize),
    weight: &[f32],
    bias: Option<&[f32]>,
    activation: Activation,
    (out, stride): (&mut [f32], usize),
) {
    let (rows, columns) = (x.len() / k, weight.len() / k);
    assert!(x.len() == rows * k && weight.len() == columns * k, "whole rows");
    assert!(bias.is_none_or(|b| b.len() == columns), "one bias for each column");
    if rows <= FEW {
        for (x, out) in x.chunks_exact(k).zip(out.chunks_mut(stride)) {
            vector(x, weight, bias, activation, &mut out[..columns]);
        }
        return;
    }
    let start = bias.map_or(Start::Zero, Start::Rows);
    let block = (BLOCK / k / PANEL).max(1) * PANEL;
    let mut packed = vec![0.0; block.min(rows.next_multiple_of(PANEL)) * k];
    for first in (0..rows).step_by(block) {
        let n = block.min(rows - first);
        pack_transposed_into(Rows { data: &x[first * k..], stride: k }, (n, k), 1.0, &mut packed);
        let a = Rows { data: weight, stride: k };
        let product = Product { m: columns, k, n, a, b: &packed, b_stride: PANEL * k, start, activation };
        product.write_transposed(&mut out[first * stride..], stride);
    }
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
            linear((&x, k), low, Some(&bias[..cut]), Activation::Relu, (&mut out, columns));
            linear((&x, k), high, Some(&bias[cut..]), Activation::Relu, (&mut out[cut..], columns));
            close(&out, &want);
            let mut plain = vec![f32::NAN; rows * columns];
            linear((&x, k), &weight, Some(&bias), Activation::None, (&mut plain, columns));
            crate::math::gelu(&mut plain);
            linear((&x, k), &weight, Some(&bias), Activation::Gelu, (&mut out, columns));
            close(&out, &plain.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        }
    }
}
