//! Pillow's resize of 8-bit images, bit for bit: `src/libImaging/Resample.c`,
//! <https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c>.
//!
//! One pass along each direction, the first one rounded to 8 bits; weights are fixed-point numbers of [`PRECISION`]
//! bits. Only the window that is asked for is computed, from the rows and columns of the source that reach into it.

use std::ops::Range;

use super::Interpolation;

/// Fractional bits of a weight: Pillow keeps eight for the pixel and two for sums beyond 0 to 255.
const PRECISION: u32 = 32 - 8 - 2;
/// What every sum starts with, so that dropping the fraction rounds.
const HALF: i32 = 1 << (PRECISION - 1);

/// The source, and how its pixels are read.
pub(super) struct Rgba<'a> {
    pub pixels: &'a [u8],
    pub width: usize,
    pub height: usize,
    /// Read as luma in all three channels.
    pub gray: bool,
}

/// One direction of a resize from `input` to `output` pixels, of which `count` from `first` on are wanted.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    pub input: usize,
    pub output: usize,
    pub first: usize,
    pub count: usize,
}

/// Resizes the source and gives the wanted window as rows of RGBX, `rows.count * columns.count * 4` bytes.
pub(super) fn resample(source: &Rgba, columns: Axis, rows: Axis, filter: Interpolation) -> Vec<u8> {
    debug_assert_eq!((columns.input, rows.input), (source.width, source.height));
    let (across, down) = (weights(columns, filter), weights(rows, filter));
    let mut scratch = vec![0; source.width * 4];
    let stride = columns.count * 4;
    let mut window = vec![0; rows.count * stride];

    if vertical_first(columns, rows) {
        let needed = reach(&across);
        let mut sums = vec![0; needed.len() * 4];
        let mut shortened = vec![0; needed.len() * 4];
        for (taps, out) in down.iter().zip(window.chunks_exact_mut(stride)) {
            sums.fill(HALF);
            for (y, &weight) in (taps.start..).zip(&taps.weights) {
                add(&mut sums, source.row(y, &mut scratch)[needed.clone()].as_flattened(), weight);
            }
            settle(&sums, &mut shortened);
            horizontal(shortened.as_chunks().0, needed.start, &across, out.as_chunks_mut().0);
        }
    } else {
        let needed = reach(&down);
        let mut narrowed = vec![0; needed.len() * stride];
        for (y, out) in needed.clone().zip(narrowed.chunks_exact_mut(stride)) {
            horizontal(source.row(y, &mut scratch), 0, &across, out.as_chunks_mut().0);
        }
        let mut sums = vec![0; stride];
        for (taps, out) in down.iter().zip(window.chunks_exact_mut(stride)) {
            sums.fill(HALF);
            let rows = narrowed[(taps.start - needed.start) * stride..].chunks_exact(stride);
            for (row, &weight) in rows.zip(&taps.weights) {
                add(&mut sums, row, weight);
            }
            settle(&sums, out);
        }
    }
    window
}

/// Which pass comes first decides what is rounded. Pillow up to 12 always took the horizontal one; 13, which made the
/// references, takes the vertical one where it removes more than twice as much
/// (<https://github.com/python-pillow/Pillow/pull/9549>; the condition was found by comparing 5,800 resizes with
/// 13.0.0).
fn vertical_first(columns: Axis, rows: Axis) -> bool {
    rows.output < rows.input && rows.input - rows.output > 2 * columns.input.saturating_sub(columns.output)
}

impl<'a> Rgba<'a> {
    /// Row `y` as opaque RGBX, made in `scratch` where the source's own bytes are not that.
    fn row<'b>(&self, y: usize, scratch: &'b mut [u8]) -> &'b [[u8; 4]]
    where
        'a: 'b,
    {
        let row = self.pixels[y * self.width * 4..][..self.width * 4].as_chunks::<4>().0;
        let opaque = row.iter().fold(255, |all, pixel| all & pixel[3]) == 255;
        if opaque && !self.gray {
            return row;
        }
        let out = scratch.as_chunks_mut::<4>().0;
        for (to, &[r, g, b, a]) in out.iter_mut().zip(row) {
            let on_white = |c: u8| ((u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a)) + 127) / 255) as u8;
            let [r, g, b] = [r, g, b].map(on_white);
            *to = if self.gray { [luma(r, g, b); 4] } else { [r, g, b, 255] };
        }
        out
    }
}

/// Pillow's `convert("L")`: ITU-R 601-2 luma in 16-bit fixed point.
fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((u32::from(r) * 19595 + u32::from(g) * 38470 + u32::from(b) * 7471 + 0x8000) >> 16) as u8
}

/// What one output pixel is made of: the input pixels from `start` on, each times its weight.
struct Taps {
    start: usize,
    weights: Vec<i32>,
}

/// The input pixels that any of the output pixels needs; both ends grow from one to the next.
fn reach(taps: &[Taps]) -> Range<usize> {
    match taps {
        [first, .., last] => first.start..last.start + last.weights.len(),
        [only] => only.start..only.start + only.weights.len(),
        [] => 0..0,
    }
}

/// Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc`, in the same order of floating point operations.
fn weights(axis: Axis, filter: Interpolation) -> Vec<Taps> {
    let scale = axis.input as f64 / axis.output as f64;
    let widened = scale.max(1.0);
    let support = widened * if filter == Interpolation::Bilinear { 1.0 } else { 2.0 };
    let inverse = 1.0 / widened;
    (axis.first..axis.first + axis.count)
        .map(|out| {
            let center = (out as f64 + 0.5) * scale;
            // A cast rounds toward zero, and a negative number to 0.
            let start = (center - support + 0.5) as usize;
            let end = ((center + support + 0.5) as usize).min(axis.input);
            let raw = (start..end).map(|x| {
                let distance = ((x as f64 - center + 0.5) * inverse).abs();
                match filter {
                    Interpolation::Bilinear => bilinear(distance),
                    Interpolation::Bicubic => bicubic(distance),
                }
            });
            let raw: Vec<f64> = raw.collect();
            let mut sum = 0.0;
            raw.iter().for_each(|w| sum += w);
            let fixed = |w: f64| {
                let scaled = if sum != 0.0 { w / sum } else { w } * f64::from(1 << PRECISION);
                (scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i32
            };
            Taps { start, weights: raw.into_iter().map(fixed).collect() }
        })
        .collect()
}

fn bilinear(x: f64) -> f64 {
    if x < 1.0 { 1.0 - x } else { 0.0 }
}

fn bicubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

/// One row, which begins with the source's column `begin`: four channels side by side are one vector of 32-bit sums.
fn horizontal(row: &[[u8; 4]], begin: usize, across: &[Taps], out: &mut [[u8; 4]]) {
    for (taps, out) in across.iter().zip(out) {
        let mut sums = [HALF; 4];
        for (pixel, &weight) in row[taps.start - begin..].iter().zip(&taps.weights) {
            for channel in 0..4 {
                sums[channel] += i32::from(pixel[channel]) * weight;
            }
        }
        *out = sums.map(clip8);
    }
}

/// Adds a whole row, times its weight, to the sums of an output row.
fn add(sums: &mut [i32], row: &[u8], weight: i32) {
    for (sum, &value) in sums.iter_mut().zip(row) {
        *sum += i32::from(value) * weight;
    }
}

/// Rounds the sums of an output row to its pixels.
fn settle(sums: &[i32], out: &mut [u8]) {
    for (out, &sum) in out.iter_mut().zip(sums) {
        *out = clip8(sum);
    }
}

fn clip8(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}
