//! Gradients of a linear layer, by the products that its value is computed with.

use super::LEAST;
use crate::gemm::{Activation, PANEL, Product, Rows, STEP, Start};
use crate::math::add;
use crate::pack::{pack_into, packed_len, transpose_into};
use crate::pool::{Grid, Lost, computed, each};
use crate::window::Window;

/// Rows that are summed over at once.
const STRETCH: usize = 128;
/// Panels of input that stay in the caches while the columns of the gradient pass.
const MOST: usize = 32;

/// `by_output weight`: the gradient `[rows, in]` of one `[rows, out]`, by a layer's `weight [out, in]`.
///
/// # Errors
/// When a helper was lost; then the gradient is not whole.
///
/// # Panics
/// When a slice is too short.
pub fn input_gradient(
    by_output: &[f32],
    weight: &[f32],
    (rows, columns, k): (usize, usize, usize),
    by_input: &mut [f32],
) -> Result<(), Lost> {
    assert!(by_output.len() == rows * columns && weight.len() == columns * k, "a layer's operands");
    let packed = computed(packed_len(columns, k), |packed| {
        pack_into(Rows { data: weight, stride: k }, (columns, k), packed);
        Ok(())
    });
    let packed = &packed[..];
    let grid = Grid::new((rows, STEP), k.div_ceil(PANEL), (LEAST, usize::MAX));
    let out = Window::new(by_input, (rows, k), k);
    each(grid.parts(), 0, rows * columns * k, move |part, _| {
        let (rows, panels) = grid.part(part);
        let covered = panels.start * PANEL..k.min(panels.end * PANEL);
        let product = Product {
            m: rows.len(),
            k: columns,
            n: covered.len(),
            a: Rows { data: &by_output[rows.start * columns..], stride: columns },
            b: &packed[panels.start * PANEL * columns..],
            b_stride: PANEL * columns,
            start: Start::Zero,
            activation: Activation::None,
        };
        // SAFETY: every part has rows and columns of its own.
        product.write(unsafe { out.part(rows, covered) });
    })
}

/// `by_output^T x`: the gradient `[out, in]` by the weight, of one `[rows, out]`; `x [rows, in]`.
///
/// # Errors
/// When a helper was lost; then the gradient is not whole.
///
/// # Panics
/// When a slice is too short.
pub fn weight_gradient(
    by_output: &[f32],
    x: &[f32],
    (rows, columns, k): (usize, usize, usize),
    by_weight: &mut [f32],
) -> Result<(), Lost> {
    assert!(by_output.len() == rows * columns && x.len() == rows * k, "a layer's operands");
    by_weight.fill(0.0);
    let grid = Grid::new((columns, STEP), k.div_ceil(PANEL), (LEAST, MOST));
    let stretch = STRETCH.min(rows);
    let out = Window::new(by_weight, (columns, k), k);
    let (turned, packed) = (grid.high() * stretch, grid.wide() * PANEL * stretch);
    each(grid.parts(), turned + packed, rows * columns * k, move |part, scratch| {
        let (outputs, panels) = grid.part(part);
        let covered = panels.start * PANEL..k.min(panels.end * PANEL);
        let (turned, packed) = scratch.split_at_mut(turned);
        // SAFETY: every part has rows and columns of its own.
        let out = unsafe { out.part(outputs.clone(), covered.clone()) };
        for from in (0..rows).step_by(stretch) {
            let depth = stretch.min(rows - from);
            let gradients = Rows { data: &by_output[from * columns + outputs.start..], stride: columns };
            transpose_into(gradients, (depth, outputs.len()), turned);
            let packed = &mut packed[..panels.len() * PANEL * depth];
            pack_into(Rows { data: &x[from * k + covered.start..], stride: k }, (depth, covered.len()), packed);
            let product = Product {
                m: outputs.len(),
                k: depth,
                n: covered.len(),
                a: Rows { data: turned, stride: depth },
                b: packed,
                b_stride: PANEL * depth,
                start: Start::Sum,
                activation: Activation::None,
            };
            product.write(out);
        }
    })
}

/// The sum of rows of so many columns: the gradient by a bias.
pub fn bias_gradient(by_output: &[f32], columns: usize) -> Vec<f32> {
    let mut sums = vec![0.0; columns];
    let mut stretch = vec![0.0; columns];
    // In two steps, so that a sum over thousands of rows loses little.
    for rows in by_output.chunks(STRETCH * columns) {
        stretch.fill(0.0);
        rows.chunks_exact(columns).for_each(|row| add(&mut stretch, row));
        add(&mut sums, &stretch);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, noise};

    #[test]
    fn gradients_are_products() {
        for (rows, columns, k) in [(1, 3, 5), (7, 13, 9), (130, 21, 34), (300, 40, 300)] {
            let (x, weight, by_output) = (noise(rows * k), noise(columns * k), noise(rows * columns));
            let at = |values: &[f32], i: usize| f64::from(values[i]);
            let sum = |n: usize, f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>();
            let mut got = vec![f32::NAN; rows * k];
            input_gradient(&by_output, &weight, (rows, columns, k), &mut got).unwrap();
            let by_input = |i: usize| {
                let (row, column) = (i / k, i % k);
                sum(columns, &|o| at(&by_output, row * columns + o) * at(&weight, o * k + column))
            };
            close(&got, &(0..rows * k).map(by_input).collect::<Vec<_>>());
            let mut got = vec![f32::NAN; columns * k];
            weight_gradient(&by_output, &x, (rows, columns, k), &mut got).unwrap();
            let by_weight = |i: usize| {
                let (out, column) = (i / k, i % k);
                sum(rows, &|r| at(&by_output, r * columns + out) * at(&x, r * k + column))
            };
            close(&got, &(0..columns * k).map(by_weight).collect::<Vec<_>>());
            let by_bias: Vec<f64> = (0..columns).map(|o| sum(rows, &|r| at(&by_output, r * columns + o))).collect();
            close(&bias_gradient(&by_output, columns), &by_bias);
        }
    }
}
