//! exp and erf on four lanes, and what softmax and GELU make of them.

use crate::pool::{Lost, each, stretches};
use crate::simd::F4;
use crate::window::Window;

/// 1.5 * 2^23: adding it rounds to whole numbers.
const MAGIC: f32 = 12_582_912.0;

/// The polynomial with these coefficients, the highest power first.
#[inline(always)]
fn polynomial<const N: usize>(x: F4, coefficients: [f32; N]) -> F4 {
    let mut sum = F4::splat(coefficients[0]);
    for &c in &coefficients[1..] {
        sum = sum.mul_add(x, F4::splat(c));
    }
    sum
}

/// e to the power of each, within 2 units in the last place; results below the smallest normal number are zero or
/// nearly. After Cephes' `expf`: x = n ln 2 + r, e^x = 2^n e^r.
#[inline(always)]
pub fn exp(x: F4) -> F4 {
    let x = x.max(F4::splat(-87.0)).min(F4::splat(88.0));
    let magic = x.mul_add(F4::splat(core::f32::consts::LOG2_E), F4::splat(MAGIC));
    let n = magic.sub(F4::splat(MAGIC));
    // ln 2 in two parts, the first of which has few enough bits to be multiplied exactly.
    let r = n.mul_add(F4::splat(-0.693_359_4), x);
    let r = n.mul_add(F4::splat(2.121_944_4e-4), r);
    let p = polynomial(r, [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5]);
    let e = r.mul(r).mul_add(p, r).add(F4::splat(1.0));
    e.mul(magic.exp2_of_magic())
}

/// The polynomial of x^2 by which x is multiplied in [`erf`], the highest power first.
pub const ERF_ABOVE: [f32; 7] =
    [-2.726_142_3e-10, 2.770_681_4e-8, -2.101_024e-6, -5.692_506_4e-5, -7.349_906_3e-4, -2.954_6e-3, -1.609_603_3e-2];

/// The one by which it is divided.
pub const ERF_BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];

/// The error function, within 2e-7: an odd rational function between -4 and 4 (as in Eigen), beyond which it is 1.
#[inline(always)]
pub fn erf(x: F4) -> F4 {
    let x = x.max(F4::splat(-4.0)).min(F4::splat(4.0));
    let square = x.mul(x);
    x.mul(polynomial(square, ERF_ABOVE)).div(polynomial(square, ERF_BELOW))
}

/// `x Phi(x)`, the exact GELU.
#[inline(always)]
pub fn gelu4(x: F4) -> F4 {
    let half = x.mul(F4::splat(0.5));
    half.mul_add(erf(x.mul(F4::splat(core::f32::consts::FRAC_1_SQRT_2))), half)
}

/// Applies `f` to four values at a time; the last ones are filled up with zeros.
#[inline(always)]
pub(crate) fn map(values: &mut [f32], f: impl Fn(F4) -> F4) {
    let mut chunks = values.chunks_exact_mut(4);
    for chunk in &mut chunks {
        // SAFETY: a chunk is four floats.
        unsafe { f(F4::load(chunk.as_ptr())).store(chunk.as_mut_ptr()) }
    }
    let rest = chunks.into_remainder();
    let mut last = [0.0; 4];
    last[..rest.len()].copy_from_slice(rest);
    // SAFETY: as above.
    let done = unsafe { f(F4::load(last.as_ptr())) }.to_array();
    rest.copy_from_slice(&done[..rest.len()]);
}

/// Exact GELU in place.
pub fn gelu(values: &mut [f32]) {
    map(values, gelu4);
}

/// The same of one slice into another, by all cores.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When the lengths differ.
pub fn gelu_into(x: &[f32], out: &mut [f32]) -> Result<(), Lost> {
    let n = x.len();
    let out = Window::new(out, (1, n), n);
    let (parts, stretch) = stretches(n);
    // One takes as long as about twenty-five multiplications.
    each(parts, 0, 25 * n, move |part, _| {
        // SAFETY: every part has values of its own.
        let mut out = unsafe { out.part(0..1, stretch(part)) };
        let own = out.row(0, 0..stretch(part).len());
        own.copy_from_slice(&x[stretch(part)]);
        gelu(own);
    })
}

/// `max(x, 0)` in place.
pub fn relu(values: &mut [f32]) {
    map(values, |x| x.max(F4::splat(0.0)));
}

/// Sums four at a time what `f` gives.
#[inline(always)]
fn total(values: &[f32], f: impl Fn(F4) -> F4, one: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [F4::splat(0.0); 2];
    let mut chunks = values.chunks_exact(8);
    for chunk in &mut chunks {
        // SAFETY: a chunk is eight floats.
        let (a, b) = unsafe { (F4::load(chunk.as_ptr()), F4::load(chunk.as_ptr().add(4))) };
        sums = [sums[0].add(f(a)), sums[1].add(f(b))];
    }
    sums[0].add(sums[1]).sum() + chunks.remainder().iter().map(|&x| one(x)).sum::<f32>()
}

/// Softmax of a row, in place.
pub fn softmax(row: &mut [f32]) {
    let factor = 1.0 / exp_row(row);
    scale(row, factor);
}

/// Multiplies every value, in place.
fn scale(row: &mut [f32], factor: f32) {
    let factor = F4::splat(factor);
    map(row, |x| x.mul(factor));
}

/// e to the power of what each value lies below the largest, in place, and the sum of these.
fn exp_row(row: &mut [f32]) -> f32 {
    let mut largest = F4::splat(f32::NEG_INFINITY);
    let mut chunks = row.chunks_exact(4);
    for chunk in &mut chunks {
        // SAFETY: a chunk is four floats.
        largest = largest.max(unsafe { F4::load(chunk.as_ptr()) });
    }
    // NaN must reach the sum, so the comparison may drop it here.
    let largest = chunks.remainder().iter().copied().fold(largest.largest(), f32::max);
    let shift = F4::splat(-largest);
    let mut sums = [F4::splat(0.0); 2];
    let mut chunks = row.chunks_exact_mut(8);
    for chunk in &mut chunks {
        // SAFETY: a chunk is eight floats.
        unsafe {
            let (a, b) = (F4::load(chunk.as_ptr()), F4::load(chunk.as_ptr().add(4)));
            let (a, b) = (exp(a.add(shift)), exp(b.add(shift)));
            a.store(chunk.as_mut_ptr());
            b.store(chunk.as_mut_ptr().add(4));
            sums = [sums[0].add(a), sums[1].add(b)];
        }
    }
    let rest = chunks.into_remainder();
    map(rest, |x| exp(x.add(shift)));
    sums[0].add(sums[1]).sum() + rest.iter().sum::<f32>()
}

/// Layer normalization of each row of `c` values into `out`: `(x - mean) / sqrt(var + eps) * weight + bias`.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When the lengths do not fit together.
pub fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], eps: f32, out: &mut [f32]) -> Result<(), Lost> {
    let c = weight.len();
    assert!(bias.len() == c && x.len() == out.len() && x.len().is_multiple_of(c), "rows of {c} values");
    let out = Window::new(out, (x.len() / c, c), c);
    let (parts, stretch) = stretches(x.len() / c);
    // A value takes as long as about ten multiplications.
    each(parts, 0, 10 * x.len(), move |part, _| {
        // SAFETY: every part has rows of its own.
        let mut out = unsafe { out.part(stretch(part), 0..c) };
        for (row, out) in x.chunks_exact(c).skip(stretch(part).start).zip(out.whole().chunks_exact_mut(c)) {
            let mean = total(row, |x| x, |x| x) / c as f32;
            let mean4 = F4::splat(mean);
            let square = |x: F4| x.sub(mean4).mul(x.sub(mean4));
            let variance = total(row, square, |x| (x - mean) * (x - mean)) / c as f32;
            let factor = 1.0 / (variance + eps).sqrt();
            normalize(row, (mean, factor), weight, bias, out);
        }
    })
}

fn normalize(row: &[f32], (mean, factor): (f32, f32), weight: &[f32], bias: &[f32], out: &mut [f32]) {
    let (mean4, factor4) = (F4::splat(mean), F4::splat(factor));
    let whole = row.len() / 4 * 4;
    for i in (0..whole).step_by(4) {
        // SAFETY: the four slices have the row's length, and i + 4 is at most that.
        unsafe {
            let at = |s: &[f32]| F4::load(s.as_ptr().add(i));
            let x = at(row).sub(mean4).mul(factor4);
            x.mul_add(at(weight), at(bias)).store(out.as_mut_ptr().add(i));
        }
    }
    for i in whole..row.len() {
        out[i] = (row[i] - mean) * factor * weight[i] + bias[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(n: usize, reach: f32) -> Vec<f32> {
        (0..n).map(|i| (i as f32 / (n - 1) as f32 * 2.0 - 1.0) * reach).collect()
    }

    /// Abramowitz and Stegun 7.1.6, in float64.
    fn erf_of(x: f64) -> f64 {
        if x.abs() > 6.0 {
            return x.signum();
        }
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            term *= 2.0 * x * x / f64::from(2 * n + 1);
            sum += term;
        }
        sum * 2.0 / core::f64::consts::PI.sqrt() * (-x * x).exp()
    }

    #[test]
    fn gelu_is_exact() {
        let x = values(4003, 12.0);
        let mut y = x.clone();
        gelu(&mut y);
        for (x, y) in x.iter().zip(&y) {
            let x = f64::from(*x);
            let want = x * 0.5 * (1.0 + erf_of(x / 2.0f64.sqrt()));
            assert!((f64::from(*y) - want).abs() < 1e-6, "gelu({x}) is {want}, not {y}");
        }
    }

    #[test]
    fn exp_is_within_two_units() {
        let x = values(4001, 86.0);
        let mut y = x.clone();
        map(&mut y, exp);
        for (x, y) in x.iter().zip(&y) {
            let want = f64::from(*x).exp();
            assert!((f64::from(*y) / want - 1.0).abs() < 2.5e-7, "exp({x}) is {want}, not {y}");
        }
    }

    #[test]
    fn softmax_and_layer_norm() {
        for n in [1, 3, 4, 7, 49, 197] {
            let x: Vec<f32> = (0..n).map(|i| ((i * 7919) % 101) as f32 / 9.0 - 5.0).collect();
            let mut row = x.clone();
            softmax(&mut row);
            let powers: Vec<f64> = x.iter().map(|&x| f64::from(x).exp()).collect();
            let sum: f64 = powers.iter().sum();
            row.iter().zip(&powers).for_each(|(y, p)| assert!((f64::from(*y) - p / sum).abs() < 1e-6));
            let (weight, bias) = (vec![1.5; n], vec![-0.25; n]);
            let mut out = vec![0.0; n];
            layer_norm(&x, &weight, &bias, 1e-6, &mut out).unwrap();
            let mean = x.iter().map(|&x| f64::from(x)).sum::<f64>() / n as f64;
            let variance = x.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n as f64;
            for (x, y) in x.iter().zip(&out) {
                let want = (f64::from(*x) - mean) / (variance + 1e-6).sqrt() * 1.5 - 0.25;
                assert!((f64::from(*y) - want).abs() < 1e-5, "{y} is not {want}");
            }
        }
    }

    #[test]
    fn what_is_not_a_number_stays_so() {
        let mut x = [f32::NAN, 1.0, -1.0, 2.0, f32::NAN];
        relu(&mut x);
        assert!(x[0].is_nan() && x[4].is_nan() && x[2] == 0.0);
        let mut x = [f32::NAN, 1.0, -1.0, 2.0, 0.5];
        softmax(&mut x);
        assert!(x.iter().all(|x| x.is_nan()));
        let mut x = [f32::NAN; 4];
        gelu(&mut x);
        assert!(x.iter().all(|x| x.is_nan()));
    }
}
