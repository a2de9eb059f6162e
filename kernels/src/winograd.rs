//! Winograd's F(2x2, 3x3) (Lavin and Gray, arXiv:1509.09308): four outputs of a 3x3 convolution of step 1 by sixteen
//! multiplications in place of thirty-six. Each of the sixteen is a product of matrices over all tiles of the map.
//!
//! The kernels are transformed at every call, a few percent of the time, so that no second copy of them is kept.

use crate::conv::{Ending, Shape};
use crate::gemm::{Activation, PANEL, Product, Rows, Start};
use crate::simd::F4;

/// Multiplications of a tile.
const TAPS: usize = 16;
/// Tiles that are transformed at once.
const QUAD: usize = 4;
/// Floats of transformed input that stay in the second-level cache.
const BLOCK: usize = 128 * 1024;

/// Whether a convolution is of this kind and large enough for the transforms to pay.
pub fn suits(s: &Shape) -> bool {
    let (h, w) = s.size();
    s.kernel == 3 && s.stride == 1 && s.groups == 1 && s.channels >= 16 && s.out >= 16 && h.min(w) > 8
}

/// How the map is cut into tiles.
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
/// # Panics
/// When a slice has not the length that `shape` asks for.
pub fn conv2d(s: &Shape, input: &[f32], weight: &[f32], ending: Ending<'_>, out: &mut [f32]) {
    assert!(s.kernel == 3 && s.stride == 1 && s.groups == 1, "a convolution of this kind");
    assert!(input.len() == s.channels * s.height * s.width && out.len() == s.out_len(), "maps of this shape");
    assert!(weight.len() == s.out * s.channels * 9 && ending.bias.is_none_or(|b| b.len() == s.out), "its weights");
    let tiles = Tiles::new(s);
    let padded = pad(s, &tiles, input);
    let kernels = transform_kernels(weight);
    let each = s.out * s.channels;
    let block = (BLOCK / (TAPS * s.channels) / PANEL).max(2) * PANEL;
    let block = block.min(tiles.count().next_multiple_of(PANEL));
    let mut columns = vec![0.0; TAPS * s.channels * block];
    let mut products = vec![0.0; TAPS * s.out * block];
    for first in (0..tiles.count()).step_by(block) {
        let n = block.min(tiles.count() - first);
        transform_input(s, &tiles, &padded, (first, n, block), &mut columns);
        for tap in 0..TAPS {
            let product = Product {
                m: s.out,
                k: s.channels,
                n,
                a: Rows { data: &kernels[tap * each..][..each], stride: s.channels },
                b: &columns[tap * s.channels * block..][..s.channels * block],
                b_stride: PANEL * s.channels,
                start: Start::Zero,
                activation: Activation::None,
            };
            product.write(&mut products[tap * s.out * block..][..s.out * block], block);
        }
        transform_output(s, &tiles, &products, (first, n, block), ending, out);
    }
}

fn pad(s: &Shape, tiles: &Tiles, input: &[f32]) -> Vec<f32> {
    let (high, wide) = tiles.size;
    let mut padded = vec![0.0; s.channels * high * wide];
    for (i, row) in input.chunks_exact(s.width).enumerate() {
        let (channel, y) = (i / s.height, i % s.height);
        padded[(channel * high + y + s.padding) * wide + s.padding..][..s.width].copy_from_slice(row);
    }
    padded
}

/// `G g G^T` of every kernel: `[16][out][channels]`.
fn transform_kernels(weight: &[f32]) -> Vec<f32> {
    let each = weight.len() / 9;
    let mut out = vec![0.0; TAPS * each];
    let expand = |[a, b, c]: [f32; 3]| [a, 0.5 * (a + b + c), 0.5 * (a - b + c), c];
    for (i, g) in weight.chunks_exact(9).enumerate() {
        let columns: [[f32; 4]; 3] = core::array::from_fn(|x| expand([g[x], g[3 + x], g[6 + x]]));
        for y in 0..4 {
            let row = expand([columns[0][y], columns[1][y], columns[2][y]]);
            for (x, value) in row.into_iter().enumerate() {
                out[(4 * y + x) * each + i] = value;
            }
        }
    }
    out
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

/// `A^T m A` of the block's tiles, and the ending, into the map.
fn transform_output(
    s: &Shape,
    tiles: &Tiles,
    products: &[f32],
    (first, n, block): (usize, usize, usize),
    ending: Ending<'_>,
    out: &mut [f32],
) {
    let (h, w) = s.size();
    for channel in 0..s.out {
        let bias = F4::splat(ending.bias.map_or(0.0, |b| b[channel]));
        for tile in (0..n).step_by(QUAD) {
            let (y, x) = tiles.corner(first + tile);
            let rows: [[F4; 2]; 4] = core::array::from_fn(|row| {
                reduce(core::array::from_fn(|column| {
                    let at = ((4 * row + column) * s.out + channel) * block + tile;
                    // SAFETY: the slice has four floats from there on.
                    unsafe { F4::load(products[at..at + QUAD].as_ptr()) }
                }))
            });
            let [left, right]: [[F4; 2]; 2] = core::array::from_fn(|x| reduce(rows.map(|row| row[x])));
            for (dy, (left, right)) in left.into_iter().zip(right).enumerate().take(h - y) {
                let values = left.add(bias).interleave(right.add(bias));
                let at = (channel * h + y + dy) * w + x;
                finish(values, w.saturating_sub(x).min(2 * QUAD), at, ending, out);
            }
        }
    }
}

/// One dimension of `A^T m`.
#[inline(always)]
fn reduce([a, b, c, d]: [F4; 4]) -> [F4; 2] {
    [a.add(b).add(c), b.sub(c).sub(d)]
}

/// The first `count` of eight values of a row: residual, activation, store.
#[inline(always)]
fn finish(values: [F4; 2], count: usize, at: usize, ending: Ending<'_>, out: &mut [f32]) {
    let mut row = [0.0f32; 2 * QUAD];
    let zero = F4::splat(0.0);
    let whole = count == row.len();
    for (half, mut value) in values.into_iter().enumerate() {
        if whole && let Some(residual) = ending.residual {
            // SAFETY: the slice has four floats from there on.
            value = value.add(unsafe { F4::load(residual[at + QUAD * half..][..QUAD].as_ptr()) });
        }
        if whole && ending.activation == Activation::Relu {
            value = value.max(zero);
        }
        let to = if whole { &mut out[at + QUAD * half..][..QUAD] } else { &mut row[QUAD * half..][..QUAD] };
        // SAFETY: the slice has four floats.
        unsafe { value.store(to.as_mut_ptr()) };
    }
    if whole {
        return;
    }
    for (i, value) in row.into_iter().take(count).enumerate() {
        let value = value + ending.residual.map_or(0.0, |r| r[at + i]);
        out[at + i] = if ending.activation == Activation::Relu && value < 0.0 { 0.0 } else { value };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::tests::plain;
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
            conv2d(&s, &input, &weight, none, &mut got);
            close(&got, &want);
            let all = Ending { bias: Some(&bias), residual: Some(&residual), activation: Activation::Relu };
            conv2d(&s, &input, &weight, all, &mut got);
            let pixels = got.len() / out;
            let with = |(i, v): (usize, &f64)| (v + f64::from(bias[i / pixels]) + f64::from(residual[i])).max(0.0);
            close(&got, &want.iter().enumerate().map(with).collect::<Vec<_>>());
        }
    }
}
