//! Winograd's F(2x2, 3x3) (Lavin and Gray, arXiv:1509.09308): four outputs of a 3x3 convolution of step 1 by sixteen
//! multiplications in place of thirty-six. Each of the sixteen is a product of matrices over all tiles of the map.
//!
//! The kernels are transformed at every call, a few percent of the time, so that no second copy of them is kept.

use core::ops::Range;

use crate::conv::{Ending, Shape};
use crate::gemm::{Activation, PANEL, Product, Rows, STEP, Start};
use crate::pool::{Grid, Lost, computed, each, stretches};
use crate::simd::{F4, transposed};
use crate::window::Window;

/// Multiplications of a tile.
const TAPS: usize = 16;
/// Values of a kernel.
const KERNEL: usize = 9;
/// Tiles that are transformed at once.
const QUAD: usize = 4;
/// Floats of transformed input that stay in the second-level cache.
const BLOCK: usize = 128 * 1024;
/// Fewer panels than these are not worth reading the kernels for.
const LEAST: usize = 4;

/// Whether a convolution is of this kind and large enough for the transforms to pay.
pub fn suits(s: &Shape) -> bool {
    let (h, w) = s.size();
    s.kernel == 3 && s.stride == 1 && s.groups == 1 && s.channels >= 16 && s.out >= 16 && h.min(w) > 8
}

/// How the map is cut into tiles.
#[derive(Clone, Copy)]
struct Tiles {
    /// Tiles of a row, a multiple of four: what reaches beyond the map is computed and dropped.
    across: usize,
    /// Rows of tiles.
    down: usize,
    /// Rows and columns of the padded input.
    size: (usize, usize),
}

impl Tiles {
    fn new(s: &Shape) -> Self {
        let (h, w) = s.size();
        let (across, down) = (w.div_ceil(2).next_multiple_of(QUAD), h.div_ceil(2));
        // Four tiles are read as twelve columns.
        Self { across, down, size: (2 * down + 2, 2 * across + 4) }
    }

    fn count(&self) -> usize {
        self.across * self.down
    }

    /// Row and column of a tile's first output, which is that of its first input in the padded image too.
    fn corner(&self, tile: usize) -> (usize, usize) {
        (tile / self.across * 2, tile % self.across * 2)
    }
}

/// As [`crate::conv::conv2d`], for what [`suits`].
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When a slice has not the length that `shape` asks for.
pub fn conv2d(s: &Shape, input: &[f32], weight: &[f32], ending: Ending<'_>, out: &mut [f32]) -> Result<(), Lost> {
    assert!(s.kernel == 3 && s.stride == 1 && s.groups == 1, "a convolution of this kind");
    let batch = s.batch(input, out);
    assert!(weight.len() == s.out * s.channels * 9 && ending.bias.is_none_or(|b| b.len() == s.out), "its weights");
    let tiles = Tiles::new(s);
    let (padded, kernels) = (pad(s, &tiles, input), transform_kernels(weight, s.channels));
    let (s, padded, kernels) = (*s, &padded[..], &kernels[..]);
    let most = (BLOCK / (TAPS * s.channels) / PANEL).max(2);
    let grid = Grid::of_many(batch, (s.out, STEP), tiles.count().div_ceil(PANEL), (LEAST, most));
    let block = grid.wide() * PANEL;
    let (pixels, size) = (s.out_len() / s.out, tiles.size.0 * tiles.size.1);
    let out = Window::new(out, (batch * s.out, pixels), pixels);
    let (inputs, outputs) = (TAPS * s.channels * block, TAPS * grid.high() * block);
    let cost = batch * s.out * s.channels * tiles.count() * TAPS;
    each(batch * grid.parts(), inputs + outputs, cost, move |part, scratch| {
        let (image, above) = (part / grid.parts(), part / grid.parts() * s.out);
        let (channels, panels) = grid.part(part % grid.parts());
        let padded = &padded[image * s.channels * size..][..s.channels * size];
        let first = panels.start * PANEL;
        let n = tiles.count().min(panels.end * PANEL) - first;
        let (columns, products) = scratch.split_at_mut(inputs);
        transform_input(&s, &tiles, padded, (first, n, block), columns);
        for tap in 0..TAPS {
            let product = Product {
                m: channels.len(),
                k: s.channels,
                n,
                a: Rows {
                    data: &kernels[(tap * s.out + channels.start) * s.channels..][..channels.len() * s.channels],
                    stride: s.channels,
                },
                b: &columns[tap * s.channels * block..][..s.channels * block],
                b_stride: PANEL * s.channels,
                start: Start::Zero,
                activation: Activation::None,
            };
            let to = &mut products[tap * channels.len() * block..][..channels.len() * block];
            product.write(Window::new(to, (channels.len(), n), block));
        }
        // SAFETY: every part has channels of its own, or tiles, which write to pixels of their own.
        let out = unsafe { out.part(above + channels.start..above + channels.end, 0..pixels) };
        let ending = ending.of(image, s.out * pixels);
        transform_output((&s, channels.start), &tiles, products, (first, n, block), ending, out);
    })
}

fn pad(s: &Shape, tiles: &Tiles, input: &[f32]) -> Vec<f32> {
    let (s, (high, wide)) = (*s, tiles.size);
    let channels = input.len() / (s.height * s.width);
    computed(channels * high * wide, |padded| {
        let out = Window::new(padded, (channels, high * wide), high * wide);
        let (parts, stretch) = stretches(channels);
        // Copying a value takes as long as about two multiplications.
        each(parts, 0, 2 * input.len(), move |part, _| {
            for channel in stretch(part) {
                // SAFETY: every part has channels of its own.
                let mut out = unsafe { out.part(channel..channel + 1, 0..high * wide) };
                out.row(0, 0..high * wide).fill(0.0);
                let map = &input[channel * s.height * s.width..][..s.height * s.width];
                for (y, row) in map.chunks_exact(s.width).enumerate() {
                    let first = (y + s.padding) * wide + s.padding;
                    out.row(0, first..first + s.width).copy_from_slice(row);
                }
            }
        })
    })
}

/// `G g G^T` of every kernel: `[16][out][channels]`.
fn transform_kernels(weight: &[f32], channels: usize) -> Vec<f32> {
    let count = weight.len() / KERNEL;
    computed(TAPS * count, |kernels| {
        let out = Window::new(kernels, (TAPS, count), count);
        let (parts, stretch) = stretches(count / channels);
        // A kernel's transform takes about as long as ten multiplications.
        each(parts, 0, 10 * count, move |part, _| {
            let outputs = stretch(part);
            let own = outputs.start * channels..outputs.end * channels;
            let weight = &weight[own.start * KERNEL..own.end * KERNEL];
            // SAFETY: every part has kernels of its own.
            let mut out = unsafe { out.part(0..TAPS, own) };
            let (fours, rest) = weight.as_chunks::<{ QUAD * KERNEL }>();
            for (i, four) in fours.iter().enumerate() {
                transform_four(four, QUAD * i..QUAD * (i + 1), &mut out);
            }
            if !rest.is_empty() {
                let mut four = [0.0; QUAD * KERNEL];
                four[..rest.len()].copy_from_slice(rest);
                transform_four(&four, QUAD * fours.len()..weight.len() / KERNEL, &mut out);
            }
        })
    })
}

/// Four kernels into as many of some columns as these are.
#[inline(always)]
fn transform_four(weight: &[f32; QUAD * KERNEL], columns: Range<usize>, out: &mut Window<'_>) {
    let half = F4::splat(0.5);
    let expand = |[a, b, c]: [F4; 3]| [a, half.mul(a.add(b).add(c)), half.mul(a.sub(b).add(c)), c];
    // Values `first` to `first + 3` of each kernel, as one vector for each value.
    let values = |first: usize| {
        // SAFETY: each kernel has nine values.
        transposed(core::array::from_fn(|k| unsafe { F4::load(weight[k * KERNEL + first..][..QUAD].as_ptr()) }))
    };
    let ([a, b, c, d], [e, f, g, h], [.., i]) = (values(0), values(4), values(5));
    let across = [[a, d, g], [b, e, h], [c, f, i]].map(expand);
    for y in 0..4 {
        for (x, value) in expand(across.map(|column| column[y])).into_iter().enumerate() {
            let mut four = [0.0; QUAD];
            // SAFETY: there are four floats.
            unsafe { value.store(four.as_mut_ptr()) };
            let to = out.row(4 * y + x, columns.clone());
            match to.first_chunk_mut::<QUAD>() {
                Some(to) => *to = four,
                None => to.copy_from_slice(&four[..to.len()]),
            }
        }
    }
}

/// `B^T d B` of `n` tiles from `first` on, as panels `[16][n / 8][channels][8]`.
fn transform_input(
    s: &Shape,
    tiles: &Tiles,
    padded: &[f32],
    (first, n, block): (usize, usize, usize),
    columns: &mut [f32],
) {
    let (high, wide) = tiles.size;
    for tile in (0..n).step_by(QUAD) {
        let (y, x) = tiles.corner(first + tile);
        let to = tile / PANEL * PANEL * s.channels + tile % PANEL;
        for channel in 0..s.channels {
            let from = &padded[channel * high * wide + y * wide + x..][..3 * wide + 12];
            let rows: [[F4; 4]; 4] = core::array::from_fn(|r| {
                // SAFETY: four rows of twelve columns lie in `from`.
                let [a, b, c] = core::array::from_fn(|q| unsafe { F4::load(from.as_ptr().add(r * wide + 4 * q)) });
                // Column i of four tiles, each of which begins two columns after the one before.
                let (evens, odds) = ([a.evens(b), b.evens(c)], [a.odds(b), b.odds(c)]);
                combine([evens[0], odds[0], shifted(evens), shifted(odds)])
            });
            let transformed: [[F4; 4]; 4] = core::array::from_fn(|x| combine(rows.map(|row| row[x])));
            for (column, taps) in transformed.into_iter().enumerate() {
                for (row, tap) in taps.into_iter().enumerate() {
                    let at = (4 * row + column) * s.channels * block + to + channel * PANEL;
                    // SAFETY: the slice has four floats from there on.
                    unsafe { tap.store(columns[at..at + QUAD].as_mut_ptr()) };
                }
            }
        }
    }
}

/// Lanes 1 to 3 of the first and the third of the second: `b` holds lanes 2 to 5 of what `a` begins.
#[inline(always)]
fn shifted([a, b]: [F4; 2]) -> F4 {
    // a = 0 1 2 3, b = 2 3 4 5: 1 3, 2 4 -> 1 2 3 4.
    let (odd, even) = (a.odds(b), b.evens(b));
    let [low, _] = odd.interleave(even);
    low
}

/// One dimension of `B^T d`.
#[inline(always)]
fn combine([a, b, c, d]: [F4; 4]) -> [F4; 4] {
    [a.sub(c), b.add(c), c.sub(b), b.sub(d)]
}

/// `A^T m A` of the block's tiles, and the ending, into the maps of some channels, of which the first is that of the
/// products.
fn transform_output(
    (s, channel): (&Shape, usize),
    tiles: &Tiles,
    products: &[f32],
    (first, n, block): (usize, usize, usize),
    ending: Ending<'_>,
    mut out: Window<'_>,
) {
    let (h, w) = s.size();
    let (channels, pixels) = out.size();
    for row in 0..channels {
        let bias = F4::splat(ending.bias.map_or(0.0, |b| b[channel + row]));
        let ending = Ending { residual: ending.residual.map(|r| &r[(channel + row) * pixels..][..pixels]), ..ending };
        for tile in (0..n).step_by(QUAD) {
            let (y, x) = tiles.corner(first + tile);
            let rows: [[F4; 2]; 4] = core::array::from_fn(|y| {
                reduce(core::array::from_fn(|x| {
                    let at = ((4 * y + x) * channels + row) * block + tile;
                    // SAFETY: the slice has four floats from there on.
                    unsafe { F4::load(products[at..at + QUAD].as_ptr()) }
                }))
            });
            let [left, right]: [[F4; 2]; 2] = core::array::from_fn(|x| reduce(rows.map(|row| row[x])));
            for (dy, (left, right)) in left.into_iter().zip(right).enumerate().take(h - y) {
                let values = left.add(bias).interleave(right.add(bias));
                let (at, count) = ((y + dy) * w + x, w.saturating_sub(x).min(2 * QUAD));
                if count > 0 {
                    finish(values, at, ending, out.row(row, at..at + count));
                }
            }
        }
    }
}

/// One dimension of `A^T m`.
#[inline(always)]
fn reduce([a, b, c, d]: [F4; 4]) -> [F4; 2] {
    [a.add(b).add(c), b.sub(c).sub(d)]
}

/// As many of eight values of a row, `at` in its map, as there is room for: residual, activation, store.
#[inline(always)]
fn finish(values: [F4; 2], at: usize, ending: Ending<'_>, out: &mut [f32]) {
    let mut row = [0.0f32; 2 * QUAD];
    let zero = F4::splat(0.0);
    let whole = out.len() == row.len();
    for (half, mut value) in values.into_iter().enumerate() {
        if whole && let Some(residual) = ending.residual {
            // SAFETY: the slice has four floats from there on.
            value = value.add(unsafe { F4::load(residual[at + QUAD * half..][..QUAD].as_ptr()) });
        }
        if whole && ending.activation == Activation::Relu {
            value = value.max(zero);
        }
        let to = if whole { &mut out[QUAD * half..][..QUAD] } else { &mut row[QUAD * half..][..QUAD] };
        // SAFETY: the slice has four floats.
        unsafe { value.store(to.as_mut_ptr()) };
    }
    if whole {
        return;
    }
    for (i, (out, value)) in out.iter_mut().zip(row).enumerate() {
        let value = value + ending.residual.map_or(0.0, |r| r[at + i]);
        *out = if ending.activation == Activation::Relu && value < 0.0 { 0.0 } else { value };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::tests::{batches_are_their_images, plain};
    use crate::testing::{close, noise};

    #[test]
    fn maps_of_every_size() {
        for (channels, height, width, out, padding) in [
            (16, 9, 11, 16, 1),
            (20, 14, 14, 17, 1),
            (3, 28, 28, 4, 1),
            (8, 10, 13, 6, 0),
            (64, 16, 24, 5, 1),
            (5, 7, 7, 3, 2),
        ] {
            let s = Shape { channels, height, width, out, kernel: 3, stride: 1, padding, groups: 1 };
            let (input, weight) = (noise(channels * height * width), noise(out * channels * 9));
            let (bias, residual) = (noise(out), noise(s.out_len()));
            let want = plain(&s, &input, &weight);
            let mut got = vec![f32::NAN; s.out_len()];
            let none = Ending { bias: None, residual: None, activation: Activation::None };
            conv2d(&s, &input, &weight, none, &mut got).unwrap();
            close(&got, &want);
            let all = Ending { bias: Some(&bias), residual: Some(&residual), activation: Activation::Relu };
            conv2d(&s, &input, &weight, all, &mut got).unwrap();
            let pixels = got.len() / out;
            let with = |(i, v): (usize, &f64)| (v + f64::from(bias[i / pixels]) + f64::from(residual[i])).max(0.0);
            close(&got, &want.iter().enumerate().map(with).collect::<Vec<_>>());
            batches_are_their_images(&s, conv2d);
        }
    }
}
