//! Attention in its two steps.

use burn::tensor::Tensor;
use burn_flex::FlexTensor;
use vitrine_kernels::attention::{self, Heads, backward};
use vitrine_kernels::pool::computed;

use super::{Tracked, follow, if_wanted, made, tracked};
use crate::kernels::cpu;

/// Queries, keys or values that a kernel can read where they lie.
#[derive(Clone)]
struct Projected(FlexTensor);

impl Projected {
    fn new(x: &Tracked) -> Option<Self> {
        cpu::heads(x.primitive())?;
        Some(Self(x.primitive().clone()))
    }

    #[expect(clippy::expect_used, reason = "`new` saw that they lie so")]
    fn heads(&self) -> Heads<'_> {
        cpu::heads(&self.0).expect("they lie as a kernel reads them")
    }
}

/// `softmax(scale q k^T + bias + mask)`, `[b, heads, n, n]`.
pub fn attention_weights(
    (q, k): (&Tensor<4>, &Tensor<4>),
    scale: f64,
    bias: Option<&Tensor<4>>,
    mask: Option<&Tensor<4>>,
) -> Option<Tensor<4>> {
    let (shape, dims, scale) = (cpu::attention_shape(q), q.dims(), scale as f32);
    let (b, h, n) = (shape.batch, shape.heads, shape.tokens);
    let (q, k) = (tracked(q)?, tracked(k)?);
    let (queries, keys) = (Projected::new(&q)?, Projected::new(&k)?);
    let bias = bias.map(|b| tracked(b).ok_or(())).transpose().ok()?;
    let mask = mask.map(|m| tracked(m).ok_or(())).transpose().ok()?;
    let laid = |x: &Option<Tracked>| x.as_ref().map(|x| x.primitive().to_contiguous());
    let added = cpu::Biases(laid(&bias), laid(&mask));
    let value = computed(shape.len_of_weights(), |out| {
        attention::weights(shape, (queries.heads(), keys.heads()), scale, added.get(), out)
    });
    let value = made(value, [b, h, n, n]);
    let weights = value.clone();
    let pass = move |g: FlexTensor, [by_queries, by_keys, by_bias]: [bool; 3]| {
        let (g, weights) = (g.to_contiguous(), cpu::values(&weights));
        let by_scores = computed(weights.len(), |out| backward::softmax_gradient(n, weights, cpu::values(&g), out));
        let both = computed(2 * shape.len_of_heads(), |out| {
            let given = (queries.heads(), keys.heads());
            backward::score_gradients(shape, given, scale, &by_scores, out.split_at_mut(shape.len_of_heads()))
        });
        let both = made(both, [2, b, h, n, shape.width]);
        let part = |at| both.narrow(0, at, 1).reshape(dims.into());
        [
            by_queries.then(|| part(0)),
            by_keys.then(|| part(1)),
            if_wanted(by_bias, [1, h, n, n], || backward::relative_gradient(shape, &by_scores)),
        ]
    };
    Some(match bias {
        Some(bias) => follow([&q, &k, &bias], value, pass),
        None => follow([&q, &k], value, move |g, [by_queries, by_keys]| {
            let [by_queries, by_keys, _] = pass(g, [by_queries, by_keys, false]);
            [by_queries, by_keys]
        }),
    })
}

/// `[b, heads, n, n] x [b, heads, n, d] -> [b, 1, n, heads d]`.
pub fn attend(weights: &Tensor<4>, v: &Tensor<4>) -> Option<Tensor<4>> {
    let (shape, dims) = (cpu::attention_shape(v), v.dims());
    let (b, h, n, d) = (shape.batch, shape.heads, shape.tokens, shape.width);
    let (weights, v) = (tracked(weights)?, tracked(v)?);
    let (shares, its) = (weights.primitive().to_contiguous(), Projected::new(&v)?);
    let value = computed(shape.len_of_heads(), |out| attention::attend(shape, cpu::values(&shares), its.heads(), out));
    Some(follow([&weights, &v], made(value, [b, 1, n, h * d]), move |g, [by_weights, by_values]| {
        let g = g.to_contiguous();
        let mut both = computed(shape.len_of_weights() + shape.len_of_heads(), |out| {
            let out = out.split_at_mut(shape.len_of_weights());
            backward::attend_gradients(shape, cpu::values(&shares), its.heads(), cpu::values(&g), out)
        });
        let for_values = both.split_off(shape.len_of_weights());
        [by_weights.then(|| made(both, [b, h, n, n])), by_values.then(|| made(for_values, dims))]
    }))
}
