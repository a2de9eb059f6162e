//! WebGPU's kernels. Each function answers `None` for what it does not suit: Burn's operations compute that.

use burn::tensor::Tensor;
use burn_cubecl::tensor::CubeTensor;
use vitrine_kernels::gemm::Activation;

use super::product::{Ending, Image, Product, Sizes, Strides};
use super::rows::{Activate, LayerNorm, Padded, Softmax};
use super::wgsl::{dense, empty, fits, is_software, launch, tensor, view};

/// Rows and columns that a thread computes. Software reads memory a value at a time, so that it gains by larger tiles;
/// hardware wants many threads.
pub(super) fn tile(x: &CubeTensor, rows: usize) -> [usize; 2] {
    match (rows, is_software(x)) {
        (1, _) => [1, 4],
        (_, true) => [8, 8],
        (_, false) => [4, 4],
    }
}

/// A tensor that may be missing, in the order of its dimensions.
fn dense_option<const D: usize>(x: Option<&Tensor<D>>) -> Option<Option<CubeTensor>> {
    match x {
        Some(x) => dense(x).map(Some),
        None => Some(None),
    }
}

/// The number that tells of an activation and of the matrices that are there.
fn told(activation: Activation, matrices: &[(Ending, &Option<CubeTensor>)]) -> u32 {
    let activation = match activation {
        Activation::None => 0,
        Activation::Relu => Ending::Relu as u32,
        Activation::Gelu => Ending::Gelu as u32,
    };
    matrices.iter().filter(|(_, matrix)| matrix.is_some()).fold(activation, |ends, &(ending, _)| ends | ending as u32)
}

/// The matrix, or another that is bound in its place and never read.
fn or_any<'a>(matrix: &'a Option<CubeTensor>, any: &'a CubeTensor) -> &'a CubeTensor {
    matrix.as_ref().unwrap_or(any)
}

/// `activation(x W^T + b + residual)` with the weights as they were stored.
pub fn linear(
    x: &Tensor<4>,
    weight: &[Tensor<2>],
    bias: Option<&Tensor<1>>,
    residual: Option<&Tensor<4>>,
    activation: Activation,
) -> Option<Tensor<4>> {
    let [a, b, n, k] = x.dims();
    let rows = a * b * n;
    let blocks: Vec<CubeTensor> = weight.iter().map(stored_rows).collect::<Option<_>>()?;
    let widths: Vec<usize> = weight.iter().map(|block| block.dims()[1]).collect();
    let columns: usize = widths.iter().sum();
    let shape = [a, b, n, columns];
    if k % 4 != 0 || rows == 0 || residual.is_some_and(|residual| residual.dims() != shape) {
        return None;
    }
    let input = dense(x)?;
    let (bias, residual) = (dense_option(bias)?, dense_option(residual)?);
    let tile = tile(&input, rows);
    let whole = widths.iter().all(|width| width % 4 == 0);
    let product = Product::linear(tile, whole);
    let along = |row: usize| Strides { row, batch: 0, head: 0 };
    let sizes = |width: usize, first: usize| Sizes {
        rows,
        columns: width,
        depth: k,
        batch: 1,
        heads: 1,
        left: along(k),
        right: along(k),
        out: along(columns),
        first,
        scale: 1.0,
        windows: 1,
        image: Image::default(),
        ends: told(activation, &[(Ending::Bias, &bias), (Ending::Residual, &residual)]),
    };
    if !widths.iter().all(|&width| fits::<Product>(sizes(width, 0).threads(tile))) {
        return None;
    }
    let out = empty(&input, shape);
    let mut first = 0;
    for (block, width) in blocks.iter().zip(widths) {
        let sizes = sizes(width, first);
        let reads = [&input, block, or_any(&bias, &input), or_any(&residual, &input)];
        launch(product, &reads, &out, &sizes.numbers(), sizes.threads(tile));
        first += width;
    }
    Some(tensor(out))
}

/// A block `[in, rows]` of a weight, if it is a view of rows `[rows, in]`.
fn stored_rows(block: &Tensor<2>) -> Option<CubeTensor> {
    let inputs = block.dims()[0];
    view(block).filter(|block| block.meta.strides()[..] == [1, inputs])
}

/// `[b, c, h, w]` with its channels side by side, and zeros after them up to a multiple of four.
fn channels_last(x: &Tensor<4>) -> Option<CubeTensor> {
    let x = x.clone().permute([0, 2, 3, 1]);
    let [b, height, width, channels] = x.dims();
    if channels.is_multiple_of(4) {
        return dense(&x);
    }
    let input = view(&x)?;
    let &[batch, row, pixel, channel] = &input.meta.strides()[..] else { return None };
    let (pixels, fours) = (height * width, channels.div_ceil(4));
    if row != width * pixel || !fits::<Padded>([pixels, fours, b]) {
        return None;
    }
    let out = empty(&input, [b, height, width, 4 * fours]);
    let numbers = [pixels, channels, batch, pixel, channel].map(|n| n as u32);
    launch(Padded, &[&input], &out, &numbers, [pixels, fours, b]);
    Some(out)
}

/// Square convolution of `[b, c, h, w]`; `residual`, of the output's shape, is added before the activation. Values lie
/// with their channels side by side, as Burn's own convolutions leave them and `Parameters` holds kernels.
pub fn conv2d(
    x: &Tensor<4>,
    kernel: &Tensor<4>,
    bias: Option<&Tensor<1>>,
    (stride, padding, groups): (usize, usize, usize),
    residual: Option<&Tensor<4>>,
    activation: Activation,
) -> Option<Tensor<4>> {
    let ([b, channels, height, width], [columns, _, side, _]) = (x.dims(), kernel.dims());
    if groups != 1 || columns % 4 != 0 || activation == Activation::Gelu {
        return None;
    }
    let c = channels.next_multiple_of(4);
    let (input, kernel) = (channels_last(x)?, channels_last(kernel)?);
    let residual = match residual {
        Some(residual) => Some(channels_last(residual)?),
        None => None,
    };
    let bias = dense_option(bias)?;
    let [down, across] = [height, width].map(|size| (size + 2 * padding - side) / stride + 1);
    let (rows, depth) = (down * across, side * side * c);
    let tile = tile(&input, rows);
    let product = Product::convolution(tile);
    let sizes = Sizes {
        rows,
        columns,
        depth,
        batch: b,
        heads: 1,
        left: Strides { row: 0, batch: height * width * c, head: 0 },
        right: Strides { row: depth, batch: 0, head: 0 },
        out: Strides { row: columns, batch: rows * columns, head: 0 },
        first: 0,
        scale: 1.0,
        windows: 1,
        image: Image { height, width, channels: c, kernel: side, stride, padding, across },
        ends: told(activation, &[(Ending::Bias, &bias), (Ending::Residual, &residual)]),
    };
    if !fits::<Product>(sizes.threads(tile)) {
        return None;
    }
    let out = empty(&input, [b, down, across, columns]);
    let reads = [&input, &kernel, or_any(&bias, &input), or_any(&residual, &input)];
    launch(product, &reads, &out, &sizes.numbers(), sizes.threads(tile));
    Some(tensor::<4>(out).permute([0, 3, 1, 2]))
}

/// Queries, keys or values where they lie, if each token's channels are side by side and begin at multiples of four.
fn heads(x: &Tensor<4>) -> Option<(CubeTensor, Strides)> {
    let channels = x.dims()[3];
    let x = view(x)?;
    let &[batch, head, row, 1] = &x.meta.strides()[..] else { return None };
    let suits = [batch, head, row, channels].iter().all(|n| n % 4 == 0);
    suits.then_some((x, Strides { row, batch, head }))
}

/// `softmax(scale q k^T + bias + mask)`, `[b, heads, n, n]`; `bias` is `[1, heads, n, n]`, `mask` `[windows, 1, n, n]`.
pub fn attention_weights(
    (q, k): (&Tensor<4>, &Tensor<4>),
    scale: f64,
    bias: Option<&Tensor<4>>,
    mask: Option<&Tensor<4>>,
) -> Option<Tensor<4>> {
    let [b, h, n, d] = q.dims();
    let ((queries, left), (keys, right)) = (heads(q)?, heads(k)?);
    let windows = mask.map_or(1, |mask| mask.dims()[0]);
    let (bias, mask) = (dense_option(bias)?, dense_option(mask)?);
    let tile = tile(&queries, n);
    let product = Product::scores(tile, n);
    let sizes = Sizes {
        rows: n,
        columns: n,
        depth: d,
        batch: b,
        heads: h,
        left,
        right,
        out: Strides { row: n, batch: h * n * n, head: n * n },
        first: 0,
        scale: scale as f32,
        windows,
        image: Image::default(),
        ends: told(Activation::None, &[(Ending::Relative, &bias), (Ending::Mask, &mask)]),
    };
    let rows = b * h * n;
    if !fits::<Product>(sizes.threads(tile)) || !fits::<Softmax>([rows, 1, 1]) {
        return None;
    }
    let out = empty(&queries, [b, h, n, n]);
    let reads = [&queries, &keys, or_any(&bias, &queries), or_any(&mask, &queries)];
    launch(product, &reads, &out, &sizes.numbers(), sizes.threads(tile));
    launch(Softmax, &[], &out, &[rows as u32, n as u32], [rows, 1, 1]);
    Some(tensor(out))
}

/// `[b, heads, n, n] x [b, heads, n, d] -> [b, 1, n, heads d]`.
pub fn attend(weights: &Tensor<4>, v: &Tensor<4>) -> Option<Tensor<4>> {
    let [b, h, n, d] = v.dims();
    let (values, right) = heads(v)?;
    let weights = dense(weights)?;
    let tile = tile(&values, n);
    let product = Product::values(tile, n);
    let sizes = Sizes {
        rows: n,
        columns: d,
        depth: n,
        batch: b,
        heads: h,
        left: Strides { row: n, batch: h * n * n, head: n * n },
        right,
        out: Strides { row: h * d, batch: n * h * d, head: d },
        first: 0,
        scale: 1.0,
        windows: 1,
        image: Image::default(),
        ends: 0,
    };
    if !fits::<Product>(sizes.threads(tile)) {
        return None;
    }
    let out = empty(&values, [b, 1, n, h * d]);
    launch(product, &[&weights, &values], &out, &sizes.numbers(), sizes.threads(tile));
    Some(tensor(out))
}

/// Over the last dimension.
pub fn layer_norm(x: &Tensor<4>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Option<Tensor<4>> {
    let [a, b, n, c] = x.dims();
    let rows = a * b * n;
    if c % 4 != 0 || !fits::<LayerNorm>([rows, 1, 1]) {
        return None;
    }
    let (input, weight, bias) = (dense(x)?, dense(weight)?, dense(bias)?);
    let out = empty(&input, x.dims());
    let numbers = [rows as u32, (c / 4) as u32, (eps as f32).to_bits()];
    launch(LayerNorm, &[&input, &weight, &bias], &out, &numbers, [rows, 1, 1]);
    Some(tensor(out))
}

/// Exact GELU.
pub fn gelu(x: &Tensor<4>) -> Option<Tensor<4>> {
    let count = x.dims().iter().product::<usize>();
    let fours = count / 4;
    if count % 4 != 0 || !fits::<Activate>([fours, 1, 1]) {
        return None;
    }
    let input = dense(x)?;
    let out = empty(&input, x.dims());
    launch(Activate(Activation::Gelu), &[&input], &out, &[fours as u32], [fours, 1, 1]);
    Some(tensor(out))
}
