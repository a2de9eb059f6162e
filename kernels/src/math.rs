//! exp and erf on four lanes, and what softmax and GELU make of them.

use crate::cut::Cut;
use crate::pool::{Lost, each, stretches};
use crate::simd::F4;
use crate::window::Window;

pub mod backward;

/// 1.5 * 2^23: adding it rounds to whole numbers. And 127, which exponents are stored with.
const MAGIC: f32 = 12_582_912.0 + 127.0;

/// Numbers that formulas need, in all four lanes of each. They are read from memory, since V8 makes a constant anew by four
/// instructions wherever it is used.
struct Numbers(*const f32);

impl Numbers {
    /// Which these are, the compiler must not see: it would make them constants again.
    #[inline(always)]
    fn new<const N: usize>(numbers: &'static [f32; N]) -> Self {
        Self(core::hint::black_box(numbers).as_ptr())
    }

    #[inline(always)]
    fn get(&self, i: usize) -> F4 {
        // SAFETY: the formulas ask for what their own table has.
        unsafe { F4::load_splat(self.0.add(i)) }
    }

    /// The polynomials of both whose coefficients stand from `first` to before `end`, the highest power first.
    #[inline(always)]
    fn polynomial(&self, x: Pair, first: usize, end: usize) -> Pair {
        (first + 1..end).fold([self.get(first); 2], |sum, i| multiply_add(sum, x, [self.get(i); 2]))
    }
}

/// Eight values as the formulas take them: step by step, so that a processor always has two chains to work at.
type Pair = [F4; 2];

#[inline(always)]
fn multiply_add(x: Pair, y: Pair, z: Pair) -> Pair {
    [x[0].mul_add(y[0], z[0]), x[1].mul_add(y[1], z[1])]
}

#[inline(always)]
fn multiply(x: Pair, y: Pair) -> Pair {
    [x[0].mul(y[0]), x[1].mul(y[1])]
}

/// What [`exp`] is made of: the range, log2 e, the number that rounds, -ln 2 in two parts, the first of which has few
/// enough bits to be multiplied exactly, the polynomial, 1, and below what a softmax's powers are [`NEGLIGIBLE`].
static EXP: [f32; 14] = [
    -87.0,
    88.0,
    core::f32::consts::LOG2_E,
    MAGIC,
    -0.693_359_4,
    2.121_944_4e-4,
    1.987_569_1e-4,
    1.398_199_9e-3,
    8.333_452e-3,
    4.166_579_6e-2,
    1.666_666_5e-1,
    0.5,
    1.0,
    NEGLIGIBLE,
];

/// How far a score lies below the largest whose weight is zero. It would be less than 2e-28, far below a sum's last place,
/// and what it is multiplied by would no longer be a normal number, at which a processor takes a hundred times as long: in
/// shifted windows, between tokens that came from apart (-100), a quarter of Swin-T's time.
const NEGLIGIBLE: f32 = -64.0;

/// e to the power of each, within 2 units in the last place; results below the smallest normal number are zero or
/// nearly. After Cephes' `expf`: x = n ln 2 + r, e^x = 2^n e^r.
#[inline(always)]
fn exp(x: Pair, of: &Numbers) -> Pair {
    let x = x.map(|x| x.max(of.get(0)).min(of.get(1)));
    let magic = multiply_add(x, [of.get(2); 2], [of.get(3); 2]);
    let n = magic.map(|magic| magic.sub(of.get(3)));
    let r = multiply_add(n, [of.get(5); 2], multiply_add(n, [of.get(4); 2], x));
    let e = multiply_add(multiply(r, r), of.polynomial(r, 6, 12), r).map(|e| e.add(of.get(12)));
    multiply(e, magic.map(F4::exp2_of_magic))
}

/// The polynomial of x^2 by which x is multiplied in the error function, the highest power first.
pub const ERF_ABOVE: [f32; 7] =
    [-2.726_142_3e-10, 2.770_681_4e-8, -2.101_024e-6, -5.692_506_4e-5, -7.349_906_3e-4, -2.954_6e-3, -1.609_603_3e-2];

/// The one by which it is divided.
pub const ERF_BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];

/// What [`gelu_of`] is made of: a half, the root of a half, the range, both polynomials.
static GELU: [f32; 16] = {
    let mut all = [0.5, core::f32::consts::FRAC_1_SQRT_2, -4.0, 4.0, 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.];
    let mut i = 0;
    while i < ERF_ABOVE.len() {
        all[4 + i] = ERF_ABOVE[i];
        i += 1;
    }
    i = 0;
    while i < ERF_BELOW.len() {
        all[11 + i] = ERF_BELOW[i];
        i += 1;
    }
    all
};

/// `x Phi(x)`, the exact GELU. The error function in it, within 2e-7, is an odd rational function between -4 and 4 (as
/// in Eigen), beyond which it is 1.
#[inline(always)]
fn gelu_of(x: Pair, of: &Numbers) -> Pair {
    let half = x.map(|x| x.mul(of.get(0)));
    let z = x.map(|x| x.mul(of.get(1)).max(of.get(2)).min(of.get(3)));
    let square = multiply(z, z);
    let (above, below) = (multiply(z, of.polynomial(square, 4, 11)), of.polynomial(square, 11, 16));
    multiply_add(half, [above[0].div(below[0]), above[1].div(below[1])], half)
}

/// Applies `f` to eight values at a time; the last ones are filled up with `fill`.
#[inline(always)]
fn eights(values: &mut [f32], fill: f32, mut f: impl FnMut(Pair) -> Pair) {
    let mut apply = |values: &mut [f32; 8]| {
        let at = values.as_mut_ptr();
        // SAFETY: there are eight floats.
        unsafe {
            let [low, high] = f([F4::load(at), F4::load(at.add(4))]);
            low.store(at);
            high.store(at.add(4));
        }
    };
    let (chunks, rest) = values.as_chunks_mut();
    chunks.iter_mut().for_each(&mut apply);
    if !rest.is_empty() {
        let mut last = [fill; 8];
        last[..rest.len()].copy_from_slice(rest);
        apply(&mut last);
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

/// Applies `f` to each value.
#[inline(always)]
fn map(values: &mut [f32], f: impl Fn(F4) -> F4) {
    eights(values, 0.0, |pair| pair.map(&f));
}

/// Exact GELU in place.
pub fn gelu(values: &mut [f32]) {
    let of = Numbers::new(&GELU);
    eights(values, 0.0, |x| gelu_of(x, &of));
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

/// Adds one slice to another of its length.
///
/// # Panics
/// When the lengths differ.
pub(crate) fn add(to: &mut [f32], values: &[f32]) {
    assert_eq!(to.len(), values.len(), "of one length");
    let (mut tos, mut fours) = (to.chunks_exact_mut(4), values.chunks_exact(4));
    for (to, four) in (&mut tos).zip(&mut fours) {
        // SAFETY: both are four floats.
        unsafe { F4::load(to.as_ptr()).add(F4::load(four.as_ptr())).store(to.as_mut_ptr()) };
    }
    tos.into_remainder().iter_mut().zip(fours.remainder()).for_each(|(to, value)| *to += value);
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
    let (shift, of) = (F4::splat(-largest(row)), Numbers::new(&EXP));
    let mut sums = [F4::splat(0.0); 2];
    eights(row, f32::NEG_INFINITY, |x| {
        let x = x.map(|x| x.add(shift));
        let powers = exp(x, &of);
        let powers = [0, 1].map(|i| powers[i].zero_below(x[i], of.get(13)));
        sums = [sums[0].add(powers[0]), sums[1].add(powers[1])];
        powers
    });
    let factor = F4::splat(1.0 / sums[0].add(sums[1]).sum());
    map(row, |x| x.mul(factor));
}

/// The largest value; NaN is passed over.
fn largest(row: &[f32]) -> f32 {
    let (chunks, rest) = row.as_chunks::<16>();
    let (eights, rest) = rest.as_chunks::<8>();
    let mut most = [F4::splat(f32::NEG_INFINITY); 4];
    // SAFETY: `at` has four floats.
    let larger = |most: &mut F4, at: &[f32]| *most = most.max(unsafe { F4::load(at[..4].as_ptr()) });
    for chunk in chunks {
        most.iter_mut().zip(chunk.as_chunks::<4>().0).for_each(|(most, four)| larger(most, four));
    }
    for chunk in eights {
        most.iter_mut().zip(chunk.as_chunks::<4>().0).for_each(|(most, four)| larger(most, four));
    }
    let most = most[0].max(most[1]).max(most[2].max(most[3])).largest();
    rest.iter().fold(most, |most, &x| if most < x { x } else { most })
}

/// Layer normalization of each row of `c` values into `out`: `(x - mean) / sqrt(var + eps) * weight + bias`. Where the
/// rows are those of maps, they may be cut into windows meanwhile.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When the lengths do not fit together.
pub fn layer_norm(
    x: &[f32],
    (weight, bias): (&[f32], &[f32]),
    eps: f32,
    cut: Option<Cut>,
    out: &mut [f32],
) -> Result<(), Lost> {
    let c = weight.len();
    assert!(bias.len() == c && x.len() == out.len() && x.len().is_multiple_of(c), "rows of {c} values");
    let rows = x.len() / c;
    let out = Window::new(out, (rows, c), c);
    // Rows of which one part has all.
    let side = cut.map_or(1, |cut| cut.side);
    let (parts, stretch) = stretches(cut.map_or(rows, |cut| cut.rows(rows)));
    // A value takes as long as about ten multiplications.
    each(parts, 0, 10 * x.len(), move |part, _| {
        let first = stretch(part).start * side;
        // SAFETY: every part has rows of its own.
        let mut out = unsafe { out.part(first..stretch(part).end * side, 0..c) };
        let mut norm = |to: usize, from: usize| {
            let (row, out) = (&x[from * c..][..c], out.row(to - first, 0..c));
            let mean = total(row, |x| x, |x| x) / c as f32;
            let mean4 = F4::splat(mean);
            let square = |x: F4| x.sub(mean4).mul(x.sub(mean4));
            let variance = total(row, square, |x| (x - mean) * (x - mean)) / c as f32;
            let factor = 1.0 / (variance + eps).sqrt();
            normalize(row, (mean, factor), weight, bias, out);
        };
        match cut {
            Some(cut) => cut.each(stretch(part), norm),
            None => stretch(part).for_each(|row| norm(row, row)),
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
        let of = Numbers::new(&EXP);
        eights(&mut y, 0.0, |x| exp(x, &of));
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
            layer_norm(&x, (&weight, &bias), 1e-6, None, &mut out).unwrap();
            let mean = x.iter().map(|&x| f64::from(x)).sum::<f64>() / n as f64;
            let variance = x.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n as f64;
            for (x, y) in x.iter().zip(&out) {
                let want = (f64::from(*x) - mean) / (variance + 1e-6).sqrt() * 1.5 - 0.25;
                assert!((f64::from(*y) - want).abs() < 1e-5, "{y} is not {want}");
            }
        }
    }

    #[test]
    fn a_masked_score_has_no_weight() {
        let mut row: Vec<f32> = (0..49).map(|i| if i % 3 == 0 { -100.0 } else { (i % 5) as f32 }).collect();
        row[1] = f32::NEG_INFINITY;
        row[2] = 4.0 + NEGLIGIBLE;
        let masked: Vec<bool> = row.iter().map(|&x| x < 4.0 + NEGLIGIBLE).collect();
        softmax(&mut row);
        for (weight, masked) in row.iter().zip(masked) {
            assert!(if masked { *weight == 0.0 } else { *weight > 1e-30 }, "{weight}");
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
