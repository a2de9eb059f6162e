//! Pillow's resize of 8-bit images, bit for bit: `src/libImaging/Resample.c`,
//! <https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c>.
//!
//! A horizontal pass, rounded to 8 bits, then a vertical one; weights are fixed-point numbers of [`PRECISION`] bits. Only the
//! window that is asked for is computed, and of the source only the rows that reach into it.

use super::Interpolation;

/// Fractional bits of a weight: Pillow keeps eight for the pixel and two for sums beyond 0 to 255.
const PRECISION: u32 = 32 - 8 - 2;

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
    let (Some(first), Some(last)) = (down.first(), down.last()) else { return Vec::new() };
    let needed = first.start..last.start + last.weights.len();

    let stride = columns.count * 4;
    let mut narrowed = vec![0; needed.len() * stride];
    let mut scratch = vec![0; source.width * 4];
    for (y, out) in needed.clone().zip(narrowed.chunks_exact_mut(stride)) {
        horizontal(source.row(y, &mut scratch), &across, out.as_chunks_mut().0);
    }

    let mut window = vec![0; rows.count * stride];
    let mut sums = vec![0; stride];
    for (taps, out) in down.iter().zip(window.chunks_exact_mut(stride)) {
        vertical(&narrowed[(taps.start - needed.start) * stride..], taps, &mut sums, out);
    }
    window
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

/// One row: four channels side by side are one vector of 32-bit sums.
fn horizontal(row: &[[u8; 4]], across: &[Taps], out: &mut [[u8; 4]]) {
    for (taps, out) in across.iter().zip(out) {
        let mut sums = [1i32 << (PRECISION - 1); 4];
        for (pixel, &weight) in row[taps.start..].iter().zip(&taps.weights) {
            for channel in 0..4 {
                sums[channel] += i32::from(pixel[channel]) * weight;
            }
        }
        *out = sums.map(clip8);
    }
}

/// One output row: the sum of whole input rows, each times its weight. `sums` is scratch of a row's length.
fn vertical(rows: &[u8], taps: &Taps, sums: &mut [i32], out: &mut [u8]) {
    sums.fill(1 << (PRECISION - 1));
    for (row, &weight) in rows.chunks_exact(sums.len()).zip(&taps.weights) {
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += i32::from(value) * weight;
        }
    }
    for (out, &sum) in out.iter_mut().zip(&*sums) {
        *out = clip8(sum);
    }
}

fn clip8(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}
