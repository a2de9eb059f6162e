//! The kernels of `vitrine-kernels` on the CPU backend's tensors.

use burn::backend::Flex;
use burn::tensor::{DType, Tensor, TensorData};
use burn_flex::FlexTensor;
use vitrine_kernels::attention::{self, Bias, Heads};
use vitrine_kernels::conv::{self, Ending};
use vitrine_kernels::gemm::Activation;
use vitrine_kernels::pool::computed;
use vitrine_kernels::window::Window;
use vitrine_kernels::{linear as dense, math};

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
#[expect(clippy::expect_used, reason = "`view` and `dense_view` hand out nothing else")]
fn values(x: &FlexTensor) -> &[f32] {
    let (from, to) = x.layout().contiguous_offsets().expect("it was laid out so");
    &x.storage::<f32>()[from..to]
}

fn tensor<const D: usize>(data: Vec<f32>, shape: [usize; D], like: &Tensor<4>) -> Tensor<D> {
    Tensor::from_data(TensorData::new(data, shape), &like.device())
}

/// `activation(x W^T + b)` with the weights as they were stored; a residual is for others to add.
pub fn linear(
    x: &Tensor<4>,
    weight: &[Tensor<2>],
    bias: Option<&Tensor<1>>,
    residual: Option<&Tensor<4>>,
    then: Activation,
) -> Option<Tensor<4>> {
    if residual.is_some() {
        return None;
    }
    let [a, b, n, k] = x.dims();
    let input = dense_view(x)?;
    let bias = match bias {
        Some(bias) => Some(dense_view(bias)?),
        None => None,
    };
    let blocks: Vec<FlexTensor> = weight.iter().map(stored_rows).collect::<Option<_>>()?;
    let columns: usize = blocks.iter().map(|b| b.layout().shape()[0]).sum();
    let rows = a * b * n;
    let out = computed(rows * columns, |out| {
        let mut first = 0;
        for block in &blocks {
            let width = block.layout().shape()[0];
            let bias = bias.as_ref().map(|b| &values(b)[first..first + width]);
            let window = Window::new(&mut out[first..], (rows, width), columns);
            dense::linear((values(&input), k), values(block), bias, then, window)?;
            first += width;
        }
        Ok(())
    });
    Some(tensor(out, [a, b, n, columns], x))
}

/// A block `[in, rows]` of a weight as the rows `[rows, in]` that it is a view of.
fn stored_rows(block: &Tensor<2>) -> Option<FlexTensor> {
    let block = view(block)?;
    let layout = block.layout().transpose(0, 1);
    layout.contiguous_offsets().is_some().then(|| block.with_layout(layout))
}

/// Square convolution of `[b, c, h, w]`; `residual`, of the output's shape, is added before the activation.
pub fn conv2d(
    x: &Tensor<4>,
    kernel: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    (stride, padding, groups): (usize, usize, usize),
    residual: Option<&Tensor<4>>,
    activation: Activation,
) -> Option<Tensor<4>> {
    let [batch, channels, height, width] = x.dims();
    let [out, _, side, _] = kernel.dims();
    let shape = conv::Shape { channels, height, width, out, kernel: side, stride, padding, groups };
    let (input, kernel) = (dense_view(x)?, dense_view(kernel)?);
    let bias = match bias {
        Some(bias) => Some(dense_view(bias)?),
        None => None,
    };
    let residual = match residual {
        Some(residual) => Some(dense_view(residual)?),
        None => None,
    };
    let ((h, w), len) = (shape.size(), shape.out_len());
    let result = computed(batch * len, |result| {
        let images = values(&input).chunks_exact(channels * height * width);
        for (i, (image, map)) in images.zip(result.chunks_exact_mut(len)).enumerate() {
            let residual = residual.as_ref().map(|r| &values(r)[i * len..(i + 1) * len]);
            let ending = Ending { bias: bias.as_ref().map(values), residual, activation };
            conv::conv2d(&shape, image, values(&kernel), ending, map)?;
        }
        Ok(())
    });
    Some(tensor(result, [batch, out, h, w], x))
}

/// Exact GELU.
pub fn gelu(x: &Tensor<4>) -> Option<Tensor<4>> {
    let input = dense_view(x)?;
    let data = values(&input);
    Some(tensor(computed(data.len(), |out| math::gelu_into(data, out)), x.dims(), x))
}

/// Over the last dimension.
pub fn layer_norm(x: &Tensor<4>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Option<Tensor<4>> {
    let (input, weight, bias) = (dense_view(x)?, dense_view(weight)?, dense_view(bias)?);
    let out = computed(values(&input).len(), |out| {
        math::layer_norm(values(&input), values(&weight), values(&bias), eps as f32, out)
    });
    Some(tensor(out, x.dims(), x))
}

/// Queries, keys or values where they lie, each token's channels side by side.
fn heads(x: &FlexTensor) -> Option<Heads<'_>> {
    let &[batch, head, token, 1] = x.layout().strides() else { return None };
    let step = |n: isize| usize::try_from(n).ok();
    let data = &x.storage::<f32>()[x.layout().start_offset()..];
    Some(Heads { data, batch: step(batch)?, head: step(head)?, token: step(token)? })
}

fn attention_shape(x: &Tensor<4>) -> attention::Shape {
    let [batch, heads, tokens, width] = x.dims();
    attention::Shape { batch, heads, tokens, width }
}

/// Biases of attention's scores while they are read.
struct Biases(Option<FlexTensor>, Option<FlexTensor>);

impl Biases {
    fn new(relative: Option<&Tensor<4>>, mask: Option<&Tensor<4>>) -> Option<Self> {
        let view = |t: Option<&Tensor<4>>| match t {
            Some(t) => dense_view(t).map(Some),
            None => Some(None),
        };
        Some(Self(view(relative)?, view(mask)?))
    }

    fn get(&self) -> Bias<'_> {
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
    let (shape, biases) = (attention_shape(q), Biases::new(bias, mask)?);
    let (queries, keys) = (view(q)?, view(k)?);
    let [b, h, n, _] = q.dims();
    let parts = (heads(&queries)?, heads(&keys)?);
    let out = computed(b * h * n * n, |out| attention::weights(shape, parts, scale as f32, biases.get(), out));
    Some(tensor(out, [b, h, n, n], q))
}

/// `[b, heads, n, n] x [b, heads, n, d] -> [b, 1, n, heads d]`.
pub fn attend(weights: &Tensor<4>, v: &Tensor<4>) -> Option<Tensor<4>> {
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
