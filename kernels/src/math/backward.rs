//! Gradients of GELU and of layer norm.

use super::{EXP, GELU, Numbers, Pair, exp, multiply, multiply_add};
use crate::pool::{Lost, each, stretches};
use crate::simd::F4;
use crate::window::Window;

/// One over the root of two pi.
const OVER_ROOT_OF_TAU: f32 = 0.398_942_3;

/// `Phi(x) + x phi(x)`, the derivative of the exact GELU.
#[inline(always)]
fn slope(x: Pair, of: &Numbers, powers: &Numbers) -> Pair {
    let half = [of.get(0); 2];
    let z = x.map(|x| x.mul(of.get(1)).max(of.get(2)).min(of.get(3)));
    let square = multiply(z, z);
    let (above, below) = (multiply(z, of.polynomial(square, 4, 11)), of.polynomial(square, 11, 16));
    let share = multiply_add(half, [above[0].div(below[0]), above[1].div(below[1])], half);
    let density = exp(x.map(|x| x.mul(x).mul(F4::splat(-0.5))), powers).map(|e| e.mul(F4::splat(OVER_ROOT_OF_TAU)));
    multiply_add(x, density, share)
}

/// The gradient by GELU's input.
///
/// # Errors
/// When a helper was lost; then the gradient is not whole.
///
/// # Panics
/// When the lengths differ.
pub fn gelu_gradient(x: &[f32], by_output: &[f32], by_input: &mut [f32]) -> Result<(), Lost> {
    let n = x.len();
    assert!(by_output.len() == n && by_input.len() == n, "of one length");
    let out = Window::new(by_input, (1, n), n);
    let (parts, stretch) = stretches(n);
    // One takes as long as about forty multiplications.
    each(parts, 0, 40 * n, move |part, _| {
        let own = stretch(part);
        // SAFETY: every part has values of its own.
        let mut out = unsafe { out.part(0..1, own.clone()) };
        let given = x[own.clone()].chunks(8).zip(by_output[own.clone()].chunks(8));
        let (of, powers) = (Numbers::new(&GELU), Numbers::new(&EXP));
        for ((x, g), out) in given.zip(out.row(0, 0..own.len()).chunks_mut(8)) {
            let eight = |values: &[f32]| {
                let mut eight = [0.0f32; 8];
                eight[..values.len()].copy_from_slice(values);
                // SAFETY: there are eight floats.
                unsafe { [F4::load(eight.as_ptr()), F4::load(eight.as_ptr().add(4))] }
            };
            let [low, high] = multiply(eight(g), slope(eight(x), &of, &powers));
            let mut eight = [0.0f32; 8];
            // SAFETY: there are eight floats.
            unsafe {
                low.store(eight.as_mut_ptr());
                high.store(eight.as_mut_ptr().add(4));
            }
            out.copy_from_slice(&eight[..out.len()]);
        }
    })
}

/// Gradients by a layer norm's weight and bias, of rows as wide as the weight; that by its input is written.
///
/// # Panics
/// When the lengths differ.
pub fn layer_norm_gradients(
    x: &[f32],
    by_output: &[f32],
    weight: &[f32],
    eps: f32,
    by_input: &mut [f32],
) -> (Vec<f32>, Vec<f32>) {
    let c = weight.len();
    assert!(x.len().is_multiple_of(c) && x.len() == by_output.len() && x.len() == by_input.len(), "rows of {c} values");
    let (mut by_weight, mut by_bias) = (vec![0.0; c], vec![0.0; c]);
    let (mut normed, mut weighed) = (vec![0.0f32; c], vec![0.0f32; c]);
    for ((x, g), out) in x.chunks_exact(c).zip(by_output.chunks_exact(c)).zip(by_input.chunks_exact_mut(c)) {
        let mean = sum(x) / c as f32;
        normed.iter_mut().zip(x).for_each(|(n, x)| *n = x - mean);
        let factor = 1.0 / (dot(&normed, &normed) / c as f32 + eps).sqrt();
        normed.iter_mut().for_each(|n| *n *= factor);
        weighed.iter_mut().zip(g).zip(weight).for_each(|((to, g), w)| *to = g * w);
        let (average, along) = (sum(&weighed) / c as f32, dot(&weighed, &normed) / c as f32);
        for ((out, weighed), n) in out.iter_mut().zip(&weighed).zip(&normed) {
            *out = factor * (weighed - average - n * along);
        }
        by_weight.iter_mut().zip(g).zip(&normed).for_each(|((to, g), n)| *to += g * n);
        by_bias.iter_mut().zip(g).for_each(|(to, g)| *to += g);
    }
    (by_weight, by_bias)
}

fn sum(values: &[f32]) -> f32 {
    super::total(values, |x| x, |x| x)
}

/// The sum of the products of two rows.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [F4::splat(0.0); 2];
    let (eights, rest) = a.as_chunks::<8>();
    let (others, others_rest) = b.as_chunks::<8>();
    for (a, b) in eights.iter().zip(others) {
        for (half, sum) in sums.iter_mut().enumerate() {
            // SAFETY: both are eight floats.
            *sum = unsafe { F4::load(a.as_ptr().add(4 * half)).mul_add(F4::load(b.as_ptr().add(4 * half)), *sum) };
        }
    }
    sums[0].add(sums[1]).sum() + rest.iter().zip(others_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, noise};

    #[test]
    fn the_slope_of_gelu() {
        let x: Vec<f32> = noise(403).iter().map(|x| 7.0 * x).collect();
        let (by_output, mut got) = (noise(404)[1..].to_vec(), vec![f32::NAN; 403]);
        gelu_gradient(&x, &by_output, &mut got).unwrap();
        let value = |x: f64| {
            let mut values = [x as f32];
            crate::math::gelu(&mut values);
            f64::from(values[0])
        };
        for ((x, g), got) in x.iter().zip(&by_output).zip(&got) {
            let (x, h) = (f64::from(*x), 0.01);
            let want = (value(x + h) - value(x - h)) / (2.0 * h) * f64::from(*g);
            assert!((f64::from(*got) - want).abs() < 1e-4, "at {x} it is {want}, not {got}");
        }
        let (mut ends, far) = ([f32::NAN; 3], [0.0, 30.0, -30.0]);
        gelu_gradient(&far, &[1.0; 3], &mut ends).unwrap();
        assert!((ends[0] - 0.5).abs() < 1e-6 && (ends[1] - 1.0).abs() < 1e-6 && ends[2].abs() < 1e-6);
    }

    #[test]
    fn gradients_of_layer_norm() {
        let (rows, c, eps) = (5, 21, 1e-3f64);
        let (x, weight, by_output) = (noise(rows * c), noise(c), noise(rows * c + 1)[1..].to_vec());
        let loss = |x: &[f64], weight: &[f64], bias: &[f64]| -> f64 {
            x.chunks(c)
                .zip(by_output.chunks(c))
                .map(|(x, g)| {
                    let mean = x.iter().sum::<f64>() / c as f64;
                    let deviation = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / c as f64 + eps).sqrt();
                    (0..c).map(|i| ((x[i] - mean) / deviation * weight[i] + bias[i]) * f64::from(g[i])).sum::<f64>()
                })
                .sum()
        };
        let wide = |values: &[f32]| values.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
        let mut by_input = vec![f32::NAN; rows * c];
        let (by_weight, by_bias) = layer_norm_gradients(&x, &by_output, &weight, eps as f32, &mut by_input);
        let given = [wide(&x), wide(&weight), vec![0.0; c]];
        for (of, got) in [by_input, by_weight, by_bias].iter().enumerate() {
            let at = |i: usize, by: f64| {
                let mut given = given.clone();
                given[of][i] += by;
                loss(&given[0], &given[1], &given[2])
            };
            close(got, &(0..got.len()).map(|i| (at(i, 1e-5) - at(i, -1e-5)) / 2e-5).collect::<Vec<_>>());
        }
    }
}
