//! The CPU's kernels where a gradient is followed: operations of burn's autodiff with backward passes of their own.

use std::fmt;
use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, BackendTypes, Flex};
use burn::tensor::{DType, Tensor, TensorData};
use burn_flex::FlexTensor;
use vitrine_kernels::attention::{self, Heads, backward as of_attention};
use vitrine_kernels::conv::backward::{InputGradient, add_weight_gradient, suits};
use vitrine_kernels::cut::{self, Cut};
use vitrine_kernels::gemm::Activation;
use vitrine_kernels::linear::backward as dense;
use vitrine_kernels::math::{self, backward};
use vitrine_kernels::pool::computed;
use vitrine_kernels::{batch_norm, conv};

use super::cpu;

/// A tensor that autodiff knows, whether its gradient is wanted or not.
type Tracked = <Autodiff<Flex> as BackendTypes>::FloatTensorPrimitive;

/// Gradients by some inputs, of those that are wanted, from that by the output.
type Pass<const N: usize> = dyn Fn(FlexTensor, [bool; N]) -> [Option<FlexTensor>; N] + Send + Sync;

/// A backward pass with all that it goes by.
struct State<const N: usize>(Arc<Pass<N>>);

impl<const N: usize> Clone for State<N> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<const N: usize> fmt::Debug for State<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a backward pass to {N} inputs")
    }
}

#[derive(Debug)]
struct Operation<const N: usize>;

impl<const N: usize> Backward<Flex, N> for Operation<N> {
    type State = State<N>;

    fn backward(self, ops: Ops<State<N>, N>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let by_output = gradients.consume::<Flex>(&ops.node);
        let wanted = ops.parents.each_ref().map(Option::is_some);
        for (parent, gradient) in ops.parents.iter().zip((ops.state.0)(by_output, wanted)) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

/// The tensor as autodiff knows it, if it is the CPU's.
fn tracked<const D: usize>(x: &Tensor<D>) -> Option<Tracked> {
    let x = x.clone().autodiff().try_into_primitive::<Autodiff<Flex>>().ok()?;
    (x.primitive().dtype() == DType::F32).then_some(x)
}

/// `value`, computed from some inputs, to which gradients flow by `pass`.
fn follow<const N: usize, const D: usize>(
    inputs: [&Tracked; N],
    value: FlexTensor,
    pass: impl Fn(FlexTensor, [bool; N]) -> [Option<FlexTensor>; N] + Send + Sync + 'static,
) -> Tensor<D> {
    let prepared = Operation::<N>.prepare::<NoCheckpointing>(inputs.map(Tracked::node)).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<Flex>>(match prepared {
        OpsKind::Tracked(prepared) => prepared.finish(State(Arc::new(pass)), value),
        OpsKind::UnTracked(prepared) => prepared.finish(value),
    })
}

fn made<const D: usize>(data: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(data, shape))
}

/// The values of one that is not wanted are not computed.
fn if_wanted<const D: usize>(wanted: bool, shape: [usize; D], compute: impl Fn() -> Vec<f32>) -> Option<FlexTensor> {
    wanted.then(|| made(compute(), shape))
}

/// As [`super::conv2d`], without residual or activation.
pub fn conv2d(
    x: &Tensor<4>,
    kernel: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    settings: (usize, usize, usize),
) -> Option<Tensor<4>> {
    let shape = cpu::conv_shape(x.dims(), kernel.dims(), settings);
    if !suits(&shape) {
        return None;
    }
    let ((h, w), batch) = (shape.size(), x.dims()[0]);
    let (x, kernel) = (tracked(x)?, tracked(kernel)?);
    let (input, weight) = (x.primitive().to_contiguous(), kernel.primitive().to_contiguous());
    let value = |bias: Option<&FlexTensor>| {
        made(cpu::convolved(&shape, &input, &weight, bias, None, Activation::None), [batch, shape.out, h, w])
    };
    let pass = {
        let (input, weight) = (input.clone(), weight.clone());
        move |by_output: &FlexTensor, [by_input, by_weight]: [bool; 2]| {
            [
                if_wanted(by_input, dims(&input), || conv_input_gradient(&shape, &weight, by_output)),
                if_wanted(by_weight, dims(&weight), || conv_weight_gradient(&shape, &input, by_output)),
            ]
        }
    };
    let Some(bias) = bias else {
        return Some(follow([&x, &kernel], value(None), move |g, wanted| pass(&g.to_contiguous(), wanted)));
    };
    let bias = tracked(bias)?;
    let value = value(Some(&bias.primitive().to_contiguous()));
    Some(follow([&x, &kernel, &bias], value, move |g, [by_input, by_weight, by_bias]| {
        let g = g.to_contiguous();
        let [by_input, by_weight] = pass(&g, [by_input, by_weight]);
        [by_input, by_weight, if_wanted(by_bias, [shape.out], || channel_sums(&g))]
    }))
}

/// The dimensions of a tensor of four.
fn dims(x: &FlexTensor) -> [usize; 4] {
    x.layout().shape().dims()
}

fn conv_input_gradient(shape: &conv::Shape, weight: &FlexTensor, by_output: &FlexTensor) -> Vec<f32> {
    let by_output = cpu::values(by_output);
    let (len, out_len) = (shape.channels * shape.height * shape.width, shape.out_len());
    let gradient = InputGradient::new(shape, cpu::values(weight));
    computed(by_output.len() / out_len * len, |out| {
        let images = by_output.chunks_exact(out_len).zip(out.chunks_exact_mut(len));
        images.into_iter().try_for_each(|(by_output, by_input)| gradient.write(by_output, by_input))
    })
}

fn conv_weight_gradient(shape: &conv::Shape, input: &FlexTensor, by_output: &FlexTensor) -> Vec<f32> {
    let (input, by_output) = (cpu::values(input), cpu::values(by_output));
    let len = shape.channels * shape.height * shape.width;
    computed(shape.out * shape.channels / shape.groups * shape.kernel * shape.kernel, |out| {
        out.fill(0.0);
        let mut images = input.chunks_exact(len).zip(by_output.chunks_exact(shape.out_len()));
        images.try_for_each(|(image, by_output)| add_weight_gradient(shape, image, by_output, out))
    })
}

/// The sum over images and pixels of each channel.
fn channel_sums(x: &FlexTensor) -> Vec<f32> {
    let [_, channels, height, width] = dims(x);
    let mut sums = vec![0.0; channels];
    for (i, map) in cpu::values(x).chunks_exact(height * width).enumerate() {
        sums[i % channels] += map.iter().sum::<f32>();
    }
    sums
}

/// `x W^T + b` over the last dimension, with one weight `[in, out]`, a view of what is stored.
pub fn linear(x: &Tensor<4>, weight: &Tensor<2>, bias: Option<&Tensor<1>>) -> Option<Tensor<4>> {
    let [a, b, n, k] = x.dims();
    let (rows, columns) = (a * b * n, weight.dims()[1]);
    let (x, weight) = (tracked(x)?, tracked(weight)?);
    let (input, stored) = (x.primitive().to_contiguous(), cpu::stored_rows(weight.primitive())?);
    let value = |bias: Option<&FlexTensor>| {
        let value = cpu::linear_rows(&input, std::slice::from_ref(&stored), bias, None, Activation::None);
        made(value, [a, b, n, columns])
    };
    let pass = {
        let (input, stored, sizes) = (input.clone(), stored.clone(), (rows, columns, k));
        move |g: &[f32], [by_input, by_weight]: [bool; 2]| {
            let by_input = if_wanted(by_input, [a, b, n, k], || {
                computed(rows * k, |out| dense::input_gradient(g, cpu::values(&stored), sizes, out))
            });
            let by_weight = if_wanted(by_weight, [columns, k], || {
                computed(columns * k, |out| dense::weight_gradient(g, cpu::values(&input), sizes, out))
            });
            [by_input, by_weight.map(|g| g.transpose(0, 1))]
        }
    };
    let Some(bias) = bias else {
        return Some(follow([&x, &weight], value(None), move |g, wanted| {
            pass(cpu::values(&g.to_contiguous()), wanted)
        }));
    };
    let bias = tracked(bias)?;
    let value = value(Some(&bias.primitive().to_contiguous()));
    Some(follow([&x, &weight, &bias], value, move |g, [by_input, by_weight, by_bias]| {
        let g = g.to_contiguous();
        let g = cpu::values(&g);
        let [by_input, by_weight] = pass(g, [by_input, by_weight]);
        [by_input, by_weight, if_wanted(by_bias, [columns], || dense::bias_gradient(g, columns))]
    }))
}

/// What a batch norm gives in training.
pub struct BatchNormed {
    /// `[b, c, h, w]`.
    pub output: Tensor<4>,
    /// `[c]`, through which no gradient flows.
    pub mean: Tensor<1>,
    /// `[c]`, biased; no gradient flows through it either.
    pub variance: Tensor<1>,
}

/// Batch norm with the statistics of the batch.
pub fn batch_norm_train(x: &Tensor<4>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Option<BatchNormed> {
    let (dims @ [batch, channels, height, width], eps) = (x.dims(), eps as f32);
    let shape = batch_norm::Shape { batch, channels, pixels: height * width };
    let (x, weight, bias) = (tracked(x)?, tracked(weight)?, tracked(bias)?);
    let input = x.primitive().to_contiguous();
    let (scale, shift) = (weight.primitive().to_contiguous(), bias.primitive().to_contiguous());
    let (mean, variance) = batch_norm::statistics(shape, cpu::values(&input));
    let value = computed(cpu::values(&input).len(), |out| {
        let affine = (cpu::values(&scale), cpu::values(&shift));
        batch_norm::normalize(shape, cpu::values(&input), affine, (&mean, &variance), eps, out)
    });
    let plain = |values: &Vec<f32>| {
        let primitive = made(values.clone(), [channels]);
        Tensor::<1>::from_primitive::<Flex>(primitive)
    };
    let (its_mean, its_variance) = (plain(&mean), plain(&variance));
    let output = follow([&x, &weight, &bias], made(value, dims), move |g, [by_input, by_weight, by_bias]| {
        let g = g.to_contiguous();
        let given = (cpu::values(&input), cpu::values(&g));
        let gradients = batch_norm::Gradients::new(shape, given, cpu::values(&scale), (&mean, &variance), eps);
        [
            if_wanted(by_input, dims, || computed(given.0.len(), |out| gradients.write_input(shape, given, out))),
            if_wanted(by_weight, [channels], || gradients.by_weight.clone()),
            if_wanted(by_bias, [channels], || gradients.by_bias.clone()),
        ]
    });
    Some(BatchNormed { output, mean: its_mean, variance: its_variance })
}

/// Exact GELU.
pub fn gelu(x: &Tensor<4>) -> Option<Tensor<4>> {
    let dims = x.dims();
    let x = tracked(x)?;
    let input = x.primitive().to_contiguous();
    let value = computed(cpu::values(&input).len(), |out| math::gelu_into(cpu::values(&input), out));
    Some(follow([&x], made(value, dims), move |g, [wanted]| {
        let (g, x) = (g.to_contiguous(), cpu::values(&input));
        let gradient = || computed(x.len(), |out| backward::gelu_gradient(x, cpu::values(&g), out));
        [if_wanted(wanted, dims, gradient)]
    }))
}

/// Layer norm over the last dimension.
pub fn layer_norm(x: &Tensor<4>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Option<Tensor<4>> {
    let (dims, c, eps) = (x.dims(), weight.dims(), eps as f32);
    let (x, weight, bias) = (tracked(x)?, tracked(weight)?, tracked(bias)?);
    let input = x.primitive().to_contiguous();
    let (scale, shift) = (weight.primitive().to_contiguous(), bias.primitive().to_contiguous());
    let value = computed(cpu::values(&input).len(), |out| {
        math::layer_norm(cpu::values(&input), (cpu::values(&scale), cpu::values(&shift)), eps, None, out)
    });
    Some(follow([&x, &weight, &bias], made(value, dims), move |g, wanted| {
        let (g, x) = (g.to_contiguous(), cpu::values(&input));
        let mut by_input = vec![0.0; x.len()];
        let (by_weight, by_bias) =
            backward::layer_norm_gradients(x, cpu::values(&g), cpu::values(&scale), eps, &mut by_input);
        let all = [made(by_input, dims), made(by_weight, c), made(by_bias, c)];
        let mut wanted = wanted.into_iter();
        all.map(|gradient| wanted.next().unwrap_or(false).then_some(gradient))
    }))
}

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
        let by_scores = computed(weights.len(), |out| of_attention::softmax_gradient(n, weights, cpu::values(&g), out));
        let both = computed(2 * shape.len_of_heads(), |out| {
            let given = (queries.heads(), keys.heads());
            of_attention::score_gradients(shape, given, scale, &by_scores, out.split_at_mut(shape.len_of_heads()))
        });
        let both = made(both, [2, b, h, n, shape.width]);
        let part = |at| both.narrow(0, at, 1).reshape(dims.into());
        [
            by_queries.then(|| part(0)),
            by_keys.then(|| part(1)),
            if_wanted(by_bias, [1, h, n, n], || of_attention::relative_gradient(shape, &by_scores)),
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
            of_attention::attend_gradients(shape, cpu::values(&shares), its.heads(), cpu::values(&g), out)
        });
        let for_values = both.split_off(shape.len_of_weights());
        [by_weights.then(|| made(both, [b, h, n, n])), by_values.then(|| made(for_values, dims))]
    }))
}

/// Maps `[b, h, w, c]` as windows `[b windows, 1, n, c]`.
pub fn windows(x: &Tensor<4>, cut: Cut) -> Option<Tensor<4>> {
    let (dims, out) = (x.dims(), cpu::cut_shape(x, cut));
    let x = tracked(x)?;
    let value = cut_into_windows(&x.primitive().to_contiguous(), cut);
    Some(follow([&x], made(value, out), move |g, [wanted]| {
        let g = g.to_contiguous();
        [if_wanted(wanted, dims, || put_together(&g, cut, None))]
    }))
}

/// Windows as maps again, to which `shortcut` is added.
pub fn maps(x: &Tensor<4>, cut: Cut, shortcut: Option<&Tensor<4>>) -> Option<Tensor<4>> {
    let dims @ [windows, _, tokens, c] = x.dims();
    let out = [windows * tokens / (cut.height * cut.width), cut.height, cut.width, c];
    let x = tracked(x)?;
    let input = x.primitive().to_contiguous();
    let pass = move |g: &FlexTensor, wanted| {
        let g = g.to_contiguous();
        if_wanted(wanted, dims, || cut_into_windows(&g, cut))
    };
    let Some(shortcut) = shortcut else {
        let value = made(put_together(&input, cut, None), out);
        return Some(follow([&x], value, move |g, [wanted]| [pass(&g, wanted)]));
    };
    let shortcut = tracked(shortcut)?;
    let value = made(put_together(&input, cut, Some(&shortcut.primitive().to_contiguous())), out);
    Some(follow([&x, &shortcut], value, move |g, [by_windows, by_shortcut]| {
        [pass(&g, by_windows), by_shortcut.then_some(g)]
    }))
}

fn cut_into_windows(x: &FlexTensor, cut: Cut) -> Vec<f32> {
    let (c, x) = (dims(x)[3], cpu::values(x));
    computed(x.len(), |out| cut::windows(x, c, cut, out))
}

fn put_together(x: &FlexTensor, cut: Cut, shortcut: Option<&FlexTensor>) -> Vec<f32> {
    let (c, x) = (dims(x)[3], cpu::values(x));
    computed(x.len(), |out| cut::maps(x, c, cut, shortcut.map(cpu::values), out))
}
