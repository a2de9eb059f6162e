//! Gradients of attention: of its weights by queries, keys and relative positions, of what is attended to by the weights
//! and the values. Gradients of heads lie as `[batch, heads, tokens, width]`.

use super::{Heads, Shape};
use crate::gemm::{Activation, PANEL, Product, Rows, Start};
use crate::math::backward::dot;
use crate::pack::{pack_into, pack_transposed_into, packed_len, transpose_into};
use crate::pool::{Lost, each};
use crate::window::Window;

impl Shape {
    /// Values of queries, keys or values.
    pub fn len_of_heads(&self) -> usize {
        self.batch * self.heads * self.tokens * self.width
    }

    /// Values of the weights.
    pub fn len_of_weights(&self) -> usize {
        self.batch * self.heads * self.tokens * self.tokens
    }

    fn cost(&self) -> usize {
        2 * self.len_of_weights() * self.width
    }
}

/// `C = A B`, whole.
fn product((m, k, n): (usize, usize, usize), a: Rows<'_>, b: &[f32], out: Window<'_>) {
    Product { m, k, n, a, b, b_stride: PANEL * k, start: Start::Zero, activation: Activation::None }.write(out);
}

/// Gradients by the weights and by the values, of one by what is attended to, `[batch, tokens, heads width]`.
///
/// # Errors
/// When a helper was lost; then the gradients are not whole.
///
/// # Panics
/// When a slice is too short.
pub fn attend_gradients(
    s: Shape,
    weights: &[f32],
    v: Heads<'_>,
    by_output: &[f32],
    (by_weights, by_values): (&mut [f32], &mut [f32]),
) -> Result<(), Lost> {
    let (n, d) = (s.tokens, s.width);
    assert!(weights.len() == s.len_of_weights() && by_output.len() == s.len_of_heads(), "attention's operands");
    let heads = s.batch * s.heads;
    let by_weights = Window::new(by_weights, (heads * n, n), n);
    let by_values = Window::new(by_values, (heads * n, d), d);
    let (values, gradients) = (packed_len(d, n), packed_len(n, d));
    each(heads, values + gradients + n * n, s.cost(), move |part, scratch| {
        let (values, rest) = scratch.split_at_mut(values);
        let (gradients, turned) = rest.split_at_mut(gradients);
        let (batch, head) = (part / s.heads, part % s.heads);
        let own = part * n..(part + 1) * n;
        let g = Rows { data: &by_output[(batch * n * s.heads + head) * d..], stride: s.heads * d };
        // SAFETY: every part has a head of its own.
        let (by_weights, by_values) =
            unsafe { (by_weights.part(own.clone(), 0..n), by_values.part(own.clone(), 0..d)) };
        pack_transposed_into(v.of(batch, head), (n, d), 1.0, values);
        product((n, d, n), g, values, by_weights);
        pack_into(g, (n, d), gradients);
        transpose_into(Rows { data: &weights[part * n * n..], stride: n }, (n, n), turned);
        product((n, n, d), Rows { data: turned, stride: n }, gradients, by_values);
    })
}

/// The gradient by the scores, before they are scaled, of one by the weights that their softmax is.
///
/// # Errors
/// When a helper was lost; then the gradient is not whole.
///
/// # Panics
/// When the lengths differ.
pub fn softmax_gradient(n: usize, weights: &[f32], by_weights: &[f32], by_scores: &mut [f32]) -> Result<(), Lost> {
    assert!(weights.len() == by_weights.len() && weights.len() == by_scores.len(), "of one length");
    let rows = weights.len() / n;
    let out = Window::new(by_scores, (rows, n), n);
    let (parts, stretch) = crate::pool::stretches(rows);
    each(parts, 0, 4 * weights.len(), move |part, _| {
        for row in stretch(part) {
            let (weights, g) = (&weights[row * n..][..n], &by_weights[row * n..][..n]);
            let mean = dot(weights, g);
            // SAFETY: every part has rows of its own.
            let mut out = unsafe { out.part(row..row + 1, 0..n) };
            out.row(0, 0..n).iter_mut().zip(weights).zip(g).for_each(|((to, p), g)| *to = p * (g - mean));
        }
    })
}

/// Gradients by queries and keys, of one by the scores `scale q k^T`.
///
/// # Errors
/// When a helper was lost; then the gradients are not whole.
///
/// # Panics
/// When a slice is too short.
pub fn score_gradients(
    s: Shape,
    (q, k): (Heads<'_>, Heads<'_>),
    scale: f32,
    by_scores: &[f32],
    (by_queries, by_keys): (&mut [f32], &mut [f32]),
) -> Result<(), Lost> {
    let (n, d) = (s.tokens, s.width);
    assert!(by_scores.len() == s.len_of_weights(), "attention's operands");
    let heads = s.batch * s.heads;
    let by_queries = Window::new(by_queries, (heads * n, d), d);
    let by_keys = Window::new(by_keys, (heads * n, d), d);
    let packed = packed_len(n, d);
    each(heads, packed + n * n, s.cost(), move |part, scratch| {
        let (packed, turned) = scratch.split_at_mut(packed);
        let (batch, head) = (part / s.heads, part % s.heads);
        let own = part * n..(part + 1) * n;
        let scores = Rows { data: &by_scores[part * n * n..], stride: n };
        // SAFETY: every part has a head of its own.
        let (mut by_queries, mut by_keys) =
            unsafe { (by_queries.part(own.clone(), 0..d), by_keys.part(own.clone(), 0..d)) };
        pack_into(k.of(batch, head), (n, d), packed);
        product((n, n, d), scores, packed, by_queries);
        pack_into(q.of(batch, head), (n, d), packed);
        transpose_into(scores, (n, n), turned);
        product((n, n, d), Rows { data: turned, stride: n }, packed, by_keys);
        by_queries.whole().iter_mut().chain(by_keys.whole()).for_each(|x| *x *= scale);
    })
}

/// The sum over the batch of one by the scores: the gradient `[heads, tokens, tokens]` by relative positions.
pub fn relative_gradient(s: Shape, by_scores: &[f32]) -> Vec<f32> {
    let mut sums = vec![0.0; s.heads * s.tokens * s.tokens];
    by_scores.chunks_exact(sums.len()).for_each(|scores| crate::math::add(&mut sums, scores));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{close, noise};

    const S: Shape = Shape { batch: 2, heads: 3, tokens: 11, width: 10 };
    const SCALE: f64 = 0.3;

    /// Scores of q and k, their softmax, and what is attended to, of one head.
    fn plain(q: &[f64], k: &[f64], v: &[f64], relative: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (n, d) = (S.tokens, S.width);
        let mut weights = vec![];
        for (i, q) in q.chunks(d).enumerate() {
            let score = |(j, k): (usize, &[f64])| {
                (SCALE * q.iter().zip(k).map(|(q, k)| q * k).sum::<f64>() + relative[i * n + j]).exp()
            };
            let powers: Vec<f64> = k.chunks(d).enumerate().map(score).collect();
            let sum: f64 = powers.iter().sum();
            weights.extend(powers.iter().map(|p| p / sum));
        }
        let attended = |w: &[f64], c: usize| w.iter().enumerate().map(|(j, w)| w * v[j * d + c]).sum::<f64>();
        let out = weights.chunks(n).flat_map(|w| (0..d).map(move |c| attended(w, c))).collect();
        (weights, out)
    }

    #[test]
    fn gradients_of_attention() {
        let (n, d) = (S.tokens, S.width);
        let qkv: [Vec<f32>; 3] = [0, 1, 2].map(|i| noise(S.len_of_heads() + i)[i..].to_vec());
        let relative = noise(S.heads * n * n);
        // By what is attended to, as it lies: tokens, then heads.
        let by_output = noise(S.len_of_heads() + 5)[5..].to_vec();
        let heads = |data| Heads { data, batch: S.heads * n * d, head: n * d, token: d };
        let wide = |values: &[f32]| values.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
        let of = |values: &[f32], head: usize| wide(&values[head * n * d..][..n * d]);
        let bias = |head: usize| wide(&relative[head % S.heads * n * n..][..n * n]);
        let gradient = |head: usize, i: usize| {
            let (batch, h) = (head / S.heads, head % S.heads);
            f64::from(by_output[((batch * n + i / d) * S.heads + h) * d + i % d])
        };
        let loss = |head: usize, given: &[Vec<f64>; 4]| -> f64 {
            let (_, out) = plain(&given[0], &given[1], &given[2], &given[3]);
            out.iter().enumerate().map(|(i, y)| y * gradient(head, i)).sum()
        };
        let all = |head: usize| [of(&qkv[0], head), of(&qkv[1], head), of(&qkv[2], head), bias(head)];
        let weights: Vec<f32> = (0..S.batch * S.heads)
            .flat_map(|head| {
                let [q, k, v, relative] = all(head);
                plain(&q, &k, &v, &relative).0
            })
            .map(|w| w as f32)
            .collect();

        let nan = |len: usize| vec![f32::NAN; len];
        let (mut by_weights, mut by_values) = (nan(weights.len()), nan(by_output.len()));
        attend_gradients(S, &weights, heads(&qkv[2]), &by_output, (&mut by_weights, &mut by_values)).unwrap();
        let mut by_scores = nan(weights.len());
        softmax_gradient(n, &weights, &by_weights, &mut by_scores).unwrap();
        let (mut by_queries, mut by_keys) = (nan(by_output.len()), nan(by_output.len()));
        let given = (heads(&qkv[0]), heads(&qkv[1]));
        score_gradients(S, given, SCALE as f32, &by_scores, (&mut by_queries, &mut by_keys)).unwrap();
        let by_relative = relative_gradient(S, &by_scores);

        let slope = |head: usize, of: usize, i: usize| {
            let at = |by: f64| {
                let mut given = all(head);
                given[of][i] += by;
                loss(head, &given)
            };
            (at(1e-5) - at(-1e-5)) / 2e-5
        };
        for (of, got) in [by_queries, by_keys, by_values].iter().enumerate() {
            close(got, &(0..got.len()).map(|i| slope(i / (n * d), of, i % (n * d))).collect::<Vec<_>>());
        }
        let summed = |i: usize| {
            let (h, at) = (i / (n * n), i % (n * n));
            (0..S.batch).map(|b| slope(b * S.heads + h, 3, at)).sum::<f64>()
        };
        close(&by_relative, &(0..by_relative.len()).map(summed).collect::<Vec<_>>());
    }
}
