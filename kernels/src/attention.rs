//! Attention head by head: a few rows of weights at a time, which need not be kept.

use crate::gemm::{Activation, PANEL, Product, ROWS, Rows, Start, pack_into, pack_transposed_into, packed_len};
use crate::math::softmax;

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
const BLOCK: usize = 5 * ROWS;

/// `softmax(scale q k^T + bias)`, `[batch, heads, tokens, tokens]`.
///
/// # Panics
/// When a slice is too short.
pub fn weights(s: Shape, (q, k): (Heads<'_>, Heads<'_>), scale: f32, bias: Bias<'_>, out: &mut [f32]) {
    let n = s.tokens;
    let mut keys = vec![0.0; packed_len(s.width, n)];
    for (i, out) in out.chunks_exact_mut(n * n).enumerate().take(s.batch * s.heads) {
        let (batch, head) = (i / s.heads, i % s.heads);
        pack_transposed_into(k.of(batch, head), (n, s.width), scale, &mut keys);
        for (block, out) in out.chunks_mut(BLOCK * n).enumerate() {
            scores(s, q.of(batch, head), &keys, (batch, head, block * BLOCK), bias, out);
        }
    }
}

/// `weights v`, heads side by side: `[batch, tokens, heads width]`.
///
/// # Panics
/// When a slice is too short.
pub fn attend(s: Shape, weights: &[f32], v: Heads<'_>, out: &mut [f32]) {
    let n = s.tokens;
    let mut values = vec![0.0; packed_len(n, s.width)];
    for (i, weights) in weights.chunks_exact(n * n).enumerate().take(s.batch * s.heads) {
        let (batch, head) = (i / s.heads, i % s.heads);
        pack_into(v.of(batch, head), (n, s.width), &mut values);
        gather(s, weights, &values, (batch, head, 0), out);
    }
}

/// Both, without keeping the weights: to the last bit what they give one after the other.
///
/// # Panics
/// When a slice is too short.
pub fn attention(s: Shape, (q, k, v): (Heads<'_>, Heads<'_>, Heads<'_>), scale: f32, bias: Bias<'_>, out: &mut [f32]) {
    let n = s.tokens;
    let mut keys = vec![0.0; packed_len(s.width, n)];
    let mut values = vec![0.0; packed_len(n, s.width)];
    let mut rows = vec![0.0; BLOCK * n];
    for (batch, head) in (0..s.batch).flat_map(|b| (0..s.heads).map(move |h| (b, h))) {
        pack_transposed_into(k.of(batch, head), (n, s.width), scale, &mut keys);
        pack_into(v.of(batch, head), (n, s.width), &mut values);
        for first in (0..n).step_by(BLOCK) {
            let rows = &mut rows[..BLOCK.min(n - first) * n];
            scores(s, q.of(batch, head), &keys, (batch, head, first), bias, rows);
            gather(s, rows, &values, (batch, head, first), out);
        }
    }
}

/// Some rows of weights, from token `first` on.
fn scores(
    s: Shape,
    q: Rows<'_>,
    keys: &[f32],
    (batch, head, first): (usize, usize, usize),
    bias: Bias<'_>,
    out: &mut [f32],
) {
    let n = s.tokens;
    let here = first * n..first * n + out.len();
    let relative = bias.relative.map(|b| &b[head * n * n..][here.clone()]);
    let mask = bias.mask.map(|m| &m[batch % (m.len() / (n * n)) * n * n..][here]);
    match (relative, mask) {
        (Some(a), Some(b)) => out.iter_mut().zip(a).zip(b).for_each(|((o, a), b)| *o = a + b),
        (Some(a), None) | (None, Some(a)) => out.copy_from_slice(a),
        (None, None) => {}
    }
    let start = if relative.or(mask).is_some() { Start::Sum } else { Start::Zero };
    let a = Rows { data: &q.data[first * q.stride..], ..q };
    let (m, k, b_stride) = (out.len() / n, s.width, PANEL * s.width);
    Product { m, k, n, a, b: keys, b_stride, start, activation: Activation::None }.write(out, n);
    out.chunks_exact_mut(n).for_each(softmax);
}

/// Some rows of weights times the values, into their place in `[batch, tokens, heads width]`.
fn gather(s: Shape, weights: &[f32], values: &[f32], (batch, head, first): (usize, usize, usize), out: &mut [f32]) {
    let (k, all) = (s.tokens, s.heads * s.width);
    let (m, a, b_stride) = (weights.len() / k, Rows { data: weights, stride: k }, PANEL * k);
    let product =
        Product { m, k, n: s.width, a, b: values, b_stride, start: Start::Zero, activation: Activation::None };
    product.write(&mut out[(batch * s.tokens + first) * all + head * s.width..], all);
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
            weights(s, (part(0), part(1)), 0.3, bias, &mut got);
            close(&got, &want);
            let mut out = vec![f32::NAN; want_out.len()];
            attend(s, &got, part(2), &mut out);
            close(&out, &want_out);
            out.fill(f32::NAN);
            attention(s, (part(0), part(1), part(2)), 0.3, bias, &mut out);
            close(&out, &want_out);
        }
    }
}
