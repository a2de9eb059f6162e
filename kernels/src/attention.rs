//! Attention head by head: a few rows of weights at a time, which need not be kept.

use core::ops::Range;

use crate::gemm::{Activation, PANEL, Product, Rows, Start};
use crate::math::softmax;
use crate::pack::{pack_into, pack_transposed_into, packed_len};
use crate::pool::{Lost, each, parts_wanted};
use crate::window::Window;

pub mod backward;

/// One of queries, keys or values, `[batch, heads, tokens, width]`, each token's width side by side.
#[derive(Debug, Clone, Copy)]
pub struct Heads<'a> {
    /// From its first value on.
    pub data: &'a [f32],
    /// Values from one of the batch to the next.
    pub batch: usize,
    /// Values from one head to the next.
    pub head: usize,
    /// Values from one token to the next.
    pub token: usize,
}

impl<'a> Heads<'a> {
    fn of(&self, batch: usize, head: usize) -> Rows<'a> {
        Rows { data: &self.data[batch * self.batch + head * self.head..], stride: self.token }
    }
}

/// How many there are of what.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Images times windows.
    pub batch: usize,
    /// Heads of each.
    pub heads: usize,
    /// Tokens of each.
    pub tokens: usize,
    /// Values of a token in one head.
    pub width: usize,
}

/// What is added to the scores before the softmax.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bias<'a> {
    /// `[heads, tokens, tokens]`.
    pub relative: Option<&'a [f32]>,
    /// `[windows, tokens, tokens]`, for each image the same.
    pub mask: Option<&'a [f32]>,
}

/// Rows of weights that are made at once.
const BLOCK: usize = 30;
/// Rows of a tile in which most are made.
const TILE: usize = 6;

/// Heads and stretches of their tokens, in parts. Every part packs the keys or values of its head by itself, so that
/// where there are heads enough they are not cut.
#[derive(Clone, Copy)]
struct Parts {
    s: Shape,
    /// Tokens of a part, whole tiles.
    each: usize,
}

impl Parts {
    fn new(s: Shape) -> Self {
        let pieces = parts_wanted().div_ceil(s.batch * s.heads).min(s.tokens.div_ceil(BLOCK));
        Self { s, each: s.tokens.div_ceil(pieces.max(1)).next_multiple_of(TILE) }
    }

    fn count(&self) -> usize {
        self.s.batch * self.s.heads * self.s.tokens.div_ceil(self.each)
    }

    /// Batch, head and tokens.
    fn part(&self, part: usize) -> (usize, usize, Range<usize>) {
        let pieces = self.s.tokens.div_ceil(self.each);
        let (head, from) = (part / pieces, part % pieces * self.each);
        (head / self.s.heads, head % self.s.heads, from..self.s.tokens.min(from + self.each))
    }

    /// Multiplications of one product.
    fn cost(&self) -> usize {
        self.s.batch * self.s.heads * self.s.tokens * self.s.tokens * self.s.width
    }
}

/// `softmax(scale q k^T + bias)`, `[batch, heads, tokens, tokens]`.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When a slice is too short.
pub fn weights(
    s: Shape,
    (q, k): (Heads<'_>, Heads<'_>),
    scale: f32,
    bias: Bias<'_>,
    out: &mut [f32],
) -> Result<(), Lost> {
    let (n, parts) = (s.tokens, Parts::new(s));
    let out = Window::new(out, (s.batch * s.heads * n, n), n);
    each(parts.count(), packed_len(s.width, n), parts.cost(), move |part, keys| {
        let (batch, head, tokens) = parts.part(part);
        pack_transposed_into(k.of(batch, head), (n, s.width), scale, keys);
        for first in tokens.clone().step_by(BLOCK) {
            let rows = first..tokens.end.min(first + BLOCK);
            let above = (batch * s.heads + head) * n;
            // SAFETY: every part has heads or tokens of its own.
            let out = unsafe { out.part(above + rows.start..above + rows.end, 0..n) };
            scores(s, q.of(batch, head), keys, (batch, head, first), bias, out);
        }
    })
}

/// `weights v`, heads side by side: `[batch, tokens, heads width]`.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When a slice is too short.
pub fn attend(s: Shape, weights: &[f32], v: Heads<'_>, out: &mut [f32]) -> Result<(), Lost> {
    let (n, parts) = (s.tokens, Parts::new(s));
    let out = side_by_side(s, out);
    each(parts.count(), packed_len(n, s.width), parts.cost(), move |part, values| {
        let (batch, head, tokens) = parts.part(part);
        pack_into(v.of(batch, head), (n, s.width), &mut values[..packed_len(n, s.width)]);
        let weights = Rows { data: &weights[((batch * s.heads + head) * n + tokens.start) * n..], stride: n };
        // SAFETY: every part has heads or tokens of its own.
        unsafe { gather(s, (weights, tokens.len()), values, (batch, head, tokens.start), out) };
    })
}

/// Both, without keeping the weights: to the last bit what they give one after the other.
///
/// # Errors
/// When a helper was lost; then the output is not whole.
///
/// # Panics
/// When a slice is too short.
pub fn attention(
    s: Shape,
    (q, k, v): (Heads<'_>, Heads<'_>, Heads<'_>),
    scale: f32,
    bias: Bias<'_>,
    out: &mut [f32],
) -> Result<(), Lost> {
    let (n, parts) = (s.tokens, Parts::new(s));
    let (keys, values) = (packed_len(s.width, n), packed_len(n, s.width));
    // Rows of whole panels, so that no tile of the scores is cut; what is beyond the tokens nobody reads.
    let wide = n.next_multiple_of(PANEL);
    let out = side_by_side(s, out);
    each(parts.count(), keys + values + BLOCK * wide, 2 * parts.cost(), move |part, scratch| {
        let (keys, rest) = scratch.split_at_mut(keys);
        let (values, rows) = rest.split_at_mut(values);
        let (batch, head, tokens) = parts.part(part);
        pack_transposed_into(k.of(batch, head), (n, s.width), scale, keys);
        pack_into(v.of(batch, head), (n, s.width), values);
        for first in tokens.clone().step_by(BLOCK) {
            let m = BLOCK.min(tokens.end - first);
            let window = Window::new(rows, (m, wide), wide);
            scores(s, q.of(batch, head), keys, (batch, head, first), bias, window);
            // SAFETY: every part has heads or tokens of its own.
            unsafe { gather(s, (Rows { data: rows, stride: wide }, m), values, (batch, head, first), out) };
        }
    })
}

/// `[batch tokens, heads width]`.
fn side_by_side(s: Shape, out: &mut [f32]) -> Window<'_> {
    let all = s.heads * s.width;
    Window::new(out, (s.batch * s.tokens, all), all)
}

/// Some rows of weights, from token `first` on, at the beginning of the window's. A wider window has whole panels: there
/// is no key beyond the tokens, so that nothing is seen of it.
fn scores(
    s: Shape,
    q: Rows<'_>,
    keys: &[f32],
    (batch, head, first): (usize, usize, usize),
    bias: Bias<'_>,
    mut out: Window<'_>,
) {
    let (m, n) = out.size();
    let (tokens, k) = (s.tokens, s.width);
    let relative = bias.relative.map(|b| &b[(head * tokens + first) * tokens..]);
    let mask = bias.mask.map(|m| &m[(batch % (m.len() / (tokens * tokens)) * tokens + first) * tokens..]);
    for r in 0..m {
        let row = out.row(r, 0..tokens);
        match (relative.map(|b| &b[r * tokens..][..tokens]), mask.map(|m| &m[r * tokens..][..tokens])) {
            (Some(a), Some(b)) => row.iter_mut().zip(a).zip(b).for_each(|((o, a), b)| *o = a + b),
            (Some(a), None) | (None, Some(a)) => row.copy_from_slice(a),
            (None, None) => {}
        }
    }
    let start = if relative.or(mask).is_some() { Start::Sum } else { Start::Zero };
    let a = Rows { data: &q.data[first * q.stride..], ..q };
    Product { m, k, n, a, b: keys, b_stride: PANEL * k, start, activation: Activation::None }.write(out);
    for r in 0..m {
        let row = out.row(r, 0..n);
        row[tokens..].fill(f32::NEG_INFINITY);
        softmax(row);
    }
}

/// Some rows of weights times the values, into their place in `[batch tokens, heads width]`.
///
/// # Safety
/// Nobody else may write there meanwhile.
unsafe fn gather(
    s: Shape,
    (weights, m): (Rows<'_>, usize),
    values: &[f32],
    (batch, head, first): (usize, usize, usize),
    out: Window<'_>,
) {
    let (k, n) = (s.tokens, s.width);
    let (start, activation) = (Start::Zero, Activation::None);
    let product = Product { m, k, n, a: weights, b: values, b_stride: PANEL * k, start, activation };
    let row = batch * s.tokens + first;
    // SAFETY: the caller's.
    product.write(unsafe { out.part(row..row + m, head * n..(head + 1) * n) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, noise};

    #[test]
    fn attention_is_its_definition() {
        for (batch, heads, n, d, windows) in [(1, 3, 197, 64, 0), (4, 2, 49, 32, 2), (2, 1, 5, 3, 0)] {
            let s = Shape { batch, heads, tokens: n, width: d };
            // Queries, keys and values as one projection gives them: [batch, tokens, 3, heads, width].
            let qkv = noise(batch * n * 3 * heads * d);
            let part = |i: usize| {
                let data = &qkv[i * heads * d..];
                Heads { data, batch: n * 3 * heads * d, head: d, token: 3 * heads * d }
            };
            let (relative, mask) = (noise(heads * n * n), noise(windows * n * n));
            let bias =
                if windows == 0 { Bias::default() } else { Bias { relative: Some(&relative), mask: Some(&mask) } };
            let at = |i: usize, b: usize, h: usize, t: usize, e: usize| {
                f64::from(qkv[((b * n + t) * 3 + i) * heads * d + h * d + e])
            };
            let (mut want, mut want_out) = (vec![], vec![0.0; batch * n * heads * d]);
            for (b, h, t) in (0..batch).flat_map(|b| (0..heads).flat_map(move |h| (0..n).map(move |t| (b, h, t)))) {
                let score = |u: usize| {
                    let added = if windows == 0 {
                        0.0
                    } else {
                        f64::from(relative[(h * n + t) * n + u]) + f64::from(mask[(b % windows * n + t) * n + u])
                    };
                    (0..d).map(|e| at(0, b, h, t, e) * at(1, b, h, u, e)).sum::<f64>() * 0.3 + added
                };
                let powers: Vec<f64> = (0..n).map(|u| score(u).exp()).collect();
                let sum: f64 = powers.iter().sum();
                for e in 0..d {
                    want_out[(b * n + t) * heads * d + h * d + e] =
                        (0..n).map(|u| powers[u] / sum * at(2, b, h, u, e)).sum();
                }
                want.extend(powers.iter().map(|p| p / sum));
            }
            let mut got = vec![f32::NAN; batch * heads * n * n];
            weights(s, (part(0), part(1)), 0.3, bias, &mut got).unwrap();
            close(&got, &want);
            let mut out = vec![f32::NAN; want_out.len()];
            attend(s, &got, part(2), &mut out).unwrap();
            close(&out, &want_out);
            out.fill(f32::NAN);
            attention(s, (part(0), part(1), part(2)), 0.3, bias, &mut out).unwrap();
            close(&out, &want_out);
        }
    }
}
