//! The kernels of `vitrine-kernels` on the CPU backend's tensors.

use burn::backend::Flex;
use burn::tensor::{DType, Tensor, TensorData};
use burn_flex::FlexTensor;
use vitrine_kernels::attention::{self, Bias, Heads};
use vitrine_kernels::conv::{self, Ending};
use vitrine_kernels::cut::{self, Cut};
use vitrine_kernels::gemm::{Activation, Rows};
use vitrine_kernels::pool::computed;
use vitrine_kernels::window::Window;
use vitrine_kernels::{linear as dense, math, max_pool as pooling};

#[cfg(feature = "train")]
use super::gradients;

/// Where a gradient is followed, the kernel with its backward pass; builds that do not train are smaller without, and leave
/// it to Burn's operations.
macro_rules! with_gradients {
    ($followed:expr => $kernel:expr) => {
        #[cfg(feature = "train")]
        if $followed {
            return $kernel;
        }
    };
}

/// Whether nothing is fused into a layer.
#[cfg(feature = "train")]
fn ends_there(residual: Option<&Tensor<4>>, activation: Activation) -> bool {
    residual.is_none() && activation == Activation::None
}

/// The tensor's memory, if it is the CPU's and nothing follows its gradient.
fn view<const D: usize>(x: &Tensor<D>) -> Option<FlexTensor> {
    if x.is_autodiff() {
        return None;
    }
    x.clone().try_into_primitive::<Flex>().ok().filter(|x| x.dtype() == DType::F32)
}

/// The same in the order of its dimensions, copied where it lies otherwise.
fn dense_view<const D: usize>(x: &Tensor<D>) -> Option<FlexTensor> {
    let x = view(x)?;
    Some(if x.layout().contiguous_offsets().is_some() { x } else { x.to_contiguous() })
}

/// The values of a tensor that lies in the order of its dimensions.
#[expect(clippy::expect_used, reason = "`dense_view` and `to_contiguous` hand out nothing else")]
pub(super) fn values(x: &FlexTensor) -> &[f32] {
    let (from, to) = x.layout().contiguous_offsets().expect("it was laid out so");
    &x.storage::<f32>()[from..to]
}

fn tensor<const D: usize>(data: Vec<f32>, shape: [usize; D], like: &Tensor<4>) -> Tensor<D> {
    Tensor::from_data(TensorData::new(data, shape), &like.device())
}

/// The same of a tensor that may be missing.
fn optional<const D: usize>(x: Option<&Tensor<D>>) -> Option<Option<FlexTensor>> {
    match x {
        Some(x) => dense_view(x).map(Some),
        None => Some(None),
    }
}

/// `activation(x W^T + b + residual)` with the weights as they were stored.
pub fn linear(
    x: &Tensor<4>,
    weight: &[Tensor<2>],
    bias: Option<&Tensor<1>>,
    residual: Option<&Tensor<4>>,
    activation: Activation,
) -> Option<Tensor<4>> {
    let [a, b, n, _] = x.dims();
    with_gradients!(
        weight.len() == 1 && (x.is_autodiff() || weight[0].is_autodiff()) && ends_there(residual, activation)
            => gradients::linear(x, &weight[0], bias)
    );
    let (input, bias, residual) = (dense_view(x)?, optional(bias)?, optional(residual)?);
    let blocks: Vec<FlexTensor> =
        weight.iter().map(|block| view(block).and_then(|block| stored_rows(&block))).collect::<Option<_>>()?;
    let columns: usize = blocks.iter().map(|b| b.layout().shape()[0]).sum();
    let out = linear_rows(&input, &blocks, bias.as_ref(), residual.as_ref(), activation);
    Some(tensor(out, [a, b, n, columns], x))
}

/// The rows of a linear layer whose weight lies in blocks `[rows, in]`.
pub(super) fn linear_rows(
    input: &FlexTensor,
    blocks: &[FlexTensor],
    bias: Option<&FlexTensor>,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> Vec<f32> {
    let k = blocks[0].layout().shape()[1];
    let columns: usize = blocks.iter().map(|b| b.layout().shape()[0]).sum();
    let rows = values(input).len() / k;
    computed(rows * columns, |out| {
        let mut first = 0;
        for block in blocks {
            let width = block.layout().shape()[0];
            let bias = bias.map(|b| &values(b)[first..first + width]);
            let residual = residual.map(|r| Rows { data: &values(r)[first..], stride: columns });
            let window = Window::new(&mut out[first..], (rows, width), columns);
            let ending = dense::Ending { bias, residual, activation };
            dense::linear((values(input), k), values(block), ending, window)?;
            first += width;
        }
        Ok(())
    })
}

/// A block `[in, rows]` of a weight as the rows `[rows, in]` that it is a view of.
pub(super) fn stored_rows(block: &FlexTensor) -> Option<FlexTensor> {
    let layout = block.layout().transpose(0, 1);
    layout.contiguous_offsets().is_some().then(|| block.clone().with_layout(layout))
}

/// Square convolution of `[b, c, h, w]`; `residual`, of the output's shape, is added before the activation.
pub fn conv2d(
    x: &Tensor<4>,
    kernel: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    settings: (usize, usize, usize),
    residual: Option<&Tensor<4>>,
    activation: Activation,
) -> Option<Tensor<4>> {
    with_gradients!(
        (x.is_autodiff() || kernel.is_autodiff()) && ends_there(residual, activation)
            => gradients::conv2d(x, kernel, bias, settings)
    );
    let shape = conv_shape(x.dims(), kernel.dims(), settings);
    let (input, kernel) = (dense_view(x)?, dense_view(kernel)?);
    let (bias, residual) = (optional(bias)?, optional(residual)?);
    let out = convolved(&shape, &input, &kernel, bias.as_ref(), residual.as_ref(), activation);
    let (h, w) = shape.size();
    Some(tensor(out, [x.dims()[0], shape.out, h, w], x))
}

/// What a convolution does to each image.
pub(super) fn conv_shape(
    [_, channels, height, width]: [usize; 4],
    [out, _, kernel, _]: [usize; 4],
    (stride, padding, groups): (usize, usize, usize),
) -> conv::Shape {
    conv::Shape { channels, height, width, out, kernel, stride, padding, groups }
}

/// The convolutions of a batch.
pub(super) fn convolved(
    shape: &conv::Shape,
    input: &FlexTensor,
    kernel: &FlexTensor,
    bias: Option<&FlexTensor>,
    residual: Option<&FlexTensor>,
    activation: Activation,
) -> Vec<f32> {
    let ending = Ending { bias: bias.map(values), residual: residual.map(values), activation };
    let input = values(input);
    computed(input.len() / shape.in_len() * shape.out_len(), |out| {
        conv::conv2d(shape, input, values(kernel), ending, out)
    })
}

/// Exact GELU.
pub fn gelu(x: &Tensor<4>) -> Option<Tensor<4>> {
    with_gradients!(x.is_autodiff() => gradients::gelu(x));
    let input = dense_view(x)?;
    let data = values(&input);
    Some(tensor(computed(data.len(), |out| math::gelu_into(data, out)), x.dims(), x))
}

/// Over the last dimension.
pub fn layer_norm(x: &Tensor<4>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Option<Tensor<4>> {
    with_gradients!(x.is_autodiff() || weight.is_autodiff() => gradients::layer_norm(x, weight, bias, eps));
    normalized(x, (weight, bias), eps, None).map(|out| tensor(out, x.dims(), x))
}

/// The same of maps `[b, h, w, c]` that are cut into windows, `[b windows, 1, n, c]`.
pub fn windows_normalized(
    x: &Tensor<4>,
    (weight, bias): (&Tensor<1>, &Tensor<1>),
    eps: f64,
    cut: Cut,
) -> Option<Tensor<4>> {
    normalized(x, (weight, bias), eps, Some(cut)).map(|out| tensor(out, cut_shape(x, cut), x))
}

fn normalized(x: &Tensor<4>, (weight, bias): (&Tensor<1>, &Tensor<1>), eps: f64, cut: Option<Cut>) -> Option<Vec<f32>> {
    let (input, weight, bias) = (dense_view(x)?, dense_view(weight)?, dense_view(bias)?);
    let affine = (values(&weight), values(&bias));
    Some(computed(values(&input).len(), |out| math::layer_norm(values(&input), affine, eps as f32, cut, out)))
}

/// What maps become that are cut into windows.
pub(super) fn cut_shape(x: &Tensor<4>, cut: Cut) -> [usize; 4] {
    let [b, h, w, c] = x.dims();
    let tokens = cut.side * cut.side;
    [b * h * w / tokens, 1, tokens, c]
}

/// Maps `[b, h, w, c]` as windows, `[b windows, 1, n, c]`.
pub fn windows(x: &Tensor<4>, cut: Cut) -> Option<Tensor<4>> {
    with_gradients!(x.is_autodiff() => gradients::windows(x, cut));
    let (input, c) = (dense_view(x)?, x.dims()[3]);
    let out = computed(values(&input).len(), |out| cut::windows(values(&input), c, cut, out));
    Some(tensor(out, cut_shape(x, cut), x))
}

/// Windows as maps again, to which `shortcut` is added.
pub fn maps(x: &Tensor<4>, cut: Cut, shortcut: Option<&Tensor<4>>) -> Option<Tensor<4>> {
    with_gradients!(x.is_autodiff() => gradients::maps(x, cut, shortcut));
    let (input, shortcut, [windows, _, tokens, c]) = (dense_view(x)?, optional(shortcut)?, x.dims());
    let out =
        computed(values(&input).len(), |out| cut::maps(values(&input), c, cut, shortcut.as_ref().map(values), out));
    let maps = windows * tokens / (cut.height * cut.width);
    Some(tensor(out, [maps, cut.height, cut.width, c], x))
}

/// Two by two neighbours side by side, column by column: `[b, h, w, c] -> [b, h/2, w/2, 4c]`.
pub fn neighbours(x: &Tensor<4>) -> Option<Tensor<4>> {
    let (input, [b, h, w, c]) = (dense_view(x)?, x.dims());
    let out = computed(values(&input).len(), |out| cut::neighbours(values(&input), (w, c), out));
    Some(tensor(out, [b, h / 2, w / 2, 4 * c], x))
}

/// Patches as rows: `[b, c, h, w] -> [b, 1, n, c p p]`.
pub fn patches(x: &Tensor<4>, side: usize) -> Option<Tensor<4>> {
    let (input, [b, c, h, w]) = (dense_view(x)?, x.dims());
    let (rows, row) = (h / side * (w / side), c * side * side);
    let out = computed(b * rows * row, |out| cut::patches(values(&input), [c, h, w], side, out));
    Some(tensor(out, [b, 1, rows, row], x))
}

/// The largest value of each window of `[b, c, h, w]`.
pub fn max_pool(x: &Tensor<4>, (kernel, stride, padding): (usize, usize, usize)) -> Option<Tensor<4>> {
    let (input, [b, c, height, width]) = (dense_view(x)?, x.dims());
    let shape = pooling::Shape { height, width, kernel, stride, padding };
    let (h, w) = shape.size();
    let out = computed(b * c * h * w, |out| pooling::max_pool(&shape, values(&input), out));
    Some(tensor(out, [b, c, h, w], x))
}

/// Queries, keys or values where they lie, each token's channels side by side.
pub(super) fn heads(x: &FlexTensor) -> Option<Heads<'_>> {
    let &[batch, head, token, 1] = x.layout().strides() else { return None };
    let step = |n: isize| usize::try_from(n).ok();
    let data = &x.storage::<f32>()[x.layout().start_offset()..];
    Some(Heads { data, batch: step(batch)?, head: step(head)?, token: step(token)? })
}

pub(super) fn attention_shape(x: &Tensor<4>) -> attention::Shape {
    let [batch, heads, tokens, width] = x.dims();
    attention::Shape { batch, heads, tokens, width }
}

/// Biases of attention's scores while they are read.
pub(super) struct Biases(pub(super) Option<FlexTensor>, pub(super) Option<FlexTensor>);

impl Biases {
    fn new(relative: Option<&Tensor<4>>, mask: Option<&Tensor<4>>) -> Option<Self> {
        Some(Self(optional(relative)?, optional(mask)?))
    }

    pub(super) fn get(&self) -> Bias<'_> {
        Bias { relative: self.0.as_ref().map(values), mask: self.1.as_ref().map(values) }
    }
}

/// `softmax(scale q k^T + bias + mask)`, `[b, heads, n, n]`.
pub fn attention_weights(
    (q, k): (&Tensor<4>, &Tensor<4>),
    scale: f64,
    bias: Option<&Tensor<4>>,
    mask: Option<&Tensor<4>>,
) -> Option<Tensor<4>> {
    with_gradients!(
        q.is_autodiff() || k.is_autodiff() || bias.is_some_and(Tensor::is_autodiff)
            => gradients::attention_weights((q, k), scale, bias, mask)
    );
    let (shape, biases) = (attention_shape(q), Biases::new(bias, mask)?);
    let (queries, keys) = (view(q)?, view(k)?);
    let [b, h, n, _] = q.dims();
    let parts = (heads(&queries)?, heads(&keys)?);
    let out = computed(b * h * n * n, |out| attention::weights(shape, parts, scale as f32, biases.get(), out));
    Some(tensor(out, [b, h, n, n], q))
}

/// `[b, heads, n, n] x [b, heads, n, d] -> [b, 1, n, heads d]`.
pub fn attend(weights: &Tensor<4>, v: &Tensor<4>) -> Option<Tensor<4>> {
    with_gradients!(weights.is_autodiff() || v.is_autodiff() => gradients::attend(weights, v));
    let (weights, value) = (dense_view(weights)?, view(v)?);
    let [b, h, n, d] = v.dims();
    let (shape, parts) = (attention_shape(v), heads(&value)?);
    let out = computed(b * n * h * d, |out| attention::attend(shape, values(&weights), parts, out));
    Some(tensor(out, [b, 1, n, h * d], v))
}

/// Both at once, where nobody looks at the weights.
pub fn attention(
    (q, k, v): (&Tensor<4>, &Tensor<4>, &Tensor<4>),
    scale: f64,
    bias: Option<&Tensor<4>>,
    mask: Option<&Tensor<4>>,
) -> Option<Tensor<4>> {
    let (shape, biases) = (attention_shape(q), Biases::new(bias, mask)?);
    let (queries, keys, value) = (view(q)?, view(k)?, view(v)?);
    let [b, h, n, d] = v.dims();
    let parts = (heads(&queries)?, heads(&keys)?, heads(&value)?);
    let out = computed(b * n * h * d, |out| attention::attention(shape, parts, scale as f32, biases.get(), out));
    Some(tensor(out, [b, 1, n, h * d], v))
}
