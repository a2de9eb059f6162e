//! The operations on tensors. Every value is a `Tensor<4>`: `[b, c, h, w]` or `[b, h, w, c]` for maps, `[b, 1, n, c]` for
//! tokens, `[b, 1, 1, c]` for vectors, `[b, heads, n, d]` for heads. One rank for all keeps the executor free of cases.

use burn::tensor::activation;
use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};

use super::graph::WindowMask;

/// Square convolution of `[b, c, h, w]`.
pub fn conv2d(
    x: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
    (stride, padding, groups): (usize, usize, usize),
) -> Tensor<4> {
    module::conv2d(x, kernel, bias, ConvOptions::new([stride; 2], [padding; 2], [1, 1], groups))
}

/// `max(x, 0)`. On the GPU a clamp is one kernel in place where `relu` is two with a mask.
pub fn relu(x: Tensor<4>, gpu: bool) -> Tensor<4> {
    if gpu && !x.is_autodiff() { x.clamp(0.0, f32::INFINITY) } else { activation::relu(x) }
}

/// Exact GELU.
pub fn gelu(x: Tensor<4>) -> Tensor<4> {
    activation::gelu(x)
}

/// Largest value of each window.
pub fn max_pool(x: Tensor<4>, kernel: usize, stride: usize, padding: usize) -> Tensor<4> {
    module::max_pool2d(x, MaxPoolOptions::new([kernel; 2]).with_stride([stride; 2]).with_padding([padding; 2]))
}

/// Mean over `size x size` cells; the identity when the map has that size already.
pub fn adaptive_avg_pool(x: Tensor<4>, size: usize) -> Tensor<4> {
    let [_, _, h, w] = x.dims();
    if (h, w) == (size, size) { x } else { module::adaptive_avg_pool2d(x, [size; 2]) }
}

/// Mean over space: `[b, 1, 1, c]`.
pub fn global_avg_pool(x: Tensor<4>) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    x.reshape([b, c, 1, h * w]).mean_dim(3).reshape([b, 1, 1, c])
}

/// torch.nn.LocalResponseNorm: the window reaches `size / 2` channels down and `(size - 1) / 2` up.
pub fn local_response_norm(x: Tensor<4>, size: usize, alpha: f64, beta: f64, k: f64) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let device = x.device();
    let zeros = |channels| Tensor::<4>::zeros([b, channels, h, w], &device);
    let squares = Tensor::cat(vec![zeros(size / 2), x.clone().square(), zeros((size - 1) / 2)], 1);
    let sum = (0..size).map(|i| squares.clone().narrow(1, i, c)).reduce(|a, b| a + b).expect("size is at least one");
    x / (sum * (alpha / size as f64) + k).powf_scalar(beta)
}

/// Zeroes a share `p` at random and scales the rest, as in training.
pub fn dropout(x: Tensor<4>, p: f64) -> Tensor<4> {
    let keep = Tensor::<4>::random(x.dims(), Distribution::Bernoulli(1.0 - p), &x.device());
    x * keep / (1.0 - p)
}

/// `[b, 1, 1, n]`.
pub fn flatten(x: Tensor<4>) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    x.reshape([b, 1, 1, c * h * w])
}

/// `x W^T + b`; `weight` holds blocks `[in, rows]`, since one matrix may exceed what a GPU binds at once.
pub fn linear(x: Tensor<4>, weight: &[Tensor<2>], bias: Option<Tensor<1>>) -> Tensor<4> {
    let [a, b, n, c] = x.dims();
    let rows = x.reshape([a * b * n, c]);
    let parts: Vec<Tensor<2>> = weight.iter().map(|w| rows.clone().matmul(w.clone())).collect();
    let y = if parts.len() == 1 { parts.into_iter().next().expect("one part") } else { Tensor::cat(parts, 1) };
    let out = y.dims()[1];
    let y = match bias {
        Some(bias) => y + bias.reshape([1, out]),
        None => y,
    };
    y.reshape([a, b, n, out])
}

/// Over the last dimension.
pub fn layer_norm(x: Tensor<4>, weight: Tensor<1>, bias: Tensor<1>, eps: f64) -> Tensor<4> {
    module::layer_norm(x, weight, Some(bias), eps)
}

/// `[b, c, h, w] -> [b, 1, n, c p p]`.
pub fn patchify(x: Tensor<4>, p: usize) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let (rows, cols) = (h / p, w / p);
    x.reshape([b, c, rows, p, cols, p]).permute([0, 2, 4, 1, 3, 5]).reshape([b, 1, rows * cols, c * p * p])
}

/// `[b, 1, n, c] -> [b, side, side, c]`.
pub fn tokens_to_map(x: Tensor<4>, side: usize) -> Tensor<4> {
    let [b, _, _, c] = x.dims();
    x.reshape([b, side, side, c])
}

/// One token in front of the others.
pub fn prepend(x: Tensor<4>, token: Tensor<4>) -> Tensor<4> {
    let [b, _, _, c] = x.dims();
    Tensor::cat(vec![token.expand([b, 1, 1, c]), x], 2)
}

/// `[b, 1, n, of c] -> [b, heads, n, d]`.
pub fn split_heads(x: Tensor<4>, part: usize, of: usize, heads: usize) -> Tensor<4> {
    let [b, _, n, c] = x.dims();
    let c = c / of;
    x.narrow(3, part * c, c).reshape([b, n, heads, c / heads]).swap_dims(1, 2)
}

/// `softmax(scale q k^T + bias + mask)`; a mask has one entry for each window of an image.
pub fn attention_weights(
    q: Tensor<4>,
    k: Tensor<4>,
    scale: f64,
    bias: Option<Tensor<4>>,
    mask: Option<Tensor<4>>,
) -> Tensor<4> {
    let mut scores = (q * scale).matmul(k.swap_dims(2, 3));
    if let Some(bias) = bias {
        scores = scores + bias;
    }
    if let Some(mask) = mask {
        let [b, heads, n, _] = scores.dims();
        let windows = mask.dims()[0];
        let mask = mask.reshape([1, windows, 1, n, n]);
        scores = (scores.reshape([b / windows, windows, heads, n, n]) + mask).reshape([b, heads, n, n]);
    }
    activation::softmax(scores, 3)
}

/// `[b, heads, n, n] x [b, heads, n, d] -> [b, 1, n, heads d]`.
pub fn attend(weights: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
    let [b, heads, n, d] = v.dims();
    weights.matmul(v).swap_dims(1, 2).reshape([b, 1, n, heads * d])
}

/// Rolls rows and columns towards the origin by `shift`.
pub fn roll(x: Tensor<4>, shift: isize) -> Tensor<4> {
    let [_, h, w, _] = x.dims();
    let x = roll_dim(x, 1, shift.rem_euclid(h as isize) as usize, h);
    roll_dim(x, 2, shift.rem_euclid(w as isize) as usize, w)
}

fn roll_dim(x: Tensor<4>, dim: usize, shift: usize, n: usize) -> Tensor<4> {
    if shift == 0 {
        return x;
    }
    Tensor::cat(vec![x.clone().narrow(dim, shift, n - shift), x.narrow(dim, 0, shift)], dim)
}

/// `[b, h, w, c] -> [b windows, 1, w w, c]`.
pub fn window_partition(x: Tensor<4>, window: usize) -> Tensor<4> {
    let [b, h, w, c] = x.dims();
    let (rows, cols) = (h / window, w / window);
    x.reshape([b, rows, window, cols, window, c]).permute([0, 1, 3, 2, 4, 5]).reshape([
        b * rows * cols,
        1,
        window * window,
        c,
    ])
}

/// `[b windows, 1, w w, c] -> [b, h, w, c]`.
pub fn window_reverse(x: Tensor<4>, window: usize, height: usize, width: usize) -> Tensor<4> {
    let [windows, _, _, c] = x.dims();
    let (rows, cols) = (height / window, width / window);
    x.reshape([windows / (rows * cols), rows, cols, window, window, c]).permute([0, 1, 3, 2, 4, 5]).reshape([
        windows / (rows * cols),
        height,
        width,
        c,
    ])
}

/// timm's PatchMerging: `[b, h, w, c] -> [b, h/2, w/2, 4c]`.
pub fn merge_neighbours(x: Tensor<4>) -> Tensor<4> {
    let [b, h, w, c] = x.dims();
    x.reshape([b, h / 2, 2, w / 2, 2, c]).permute([0, 1, 3, 4, 2, 5]).reshape([b, h / 2, w / 2, 4 * c])
}

/// Mean over all positions: `[b, 1, 1, c]`.
pub fn mean_tokens(x: Tensor<4>) -> Tensor<4> {
    let [b, h, w, c] = x.dims();
    x.reshape([b, 1, h * w, c]).mean_dim(2)
}

/// Tokens by index along the sequence.
pub fn gather_tokens(x: Tensor<4>, indices: &[usize]) -> Tensor<4> {
    let ids: Vec<i32> = indices.iter().map(|&i| i as i32).collect();
    let ids = Tensor::<1, Int>::from_data(TensorData::new(ids, [indices.len()]), &x.device().inner());
    x.select(2, ids)
}

/// Visible tokens and mask tokens in image order, the class token in front.
pub fn insert_mask_tokens(x: Tensor<4>, token: Tensor<4>, restore: &[usize]) -> Tensor<4> {
    let [b, _, n, c] = x.dims();
    let hidden = restore.len() + 1 - n;
    let class = x.clone().narrow(2, 0, 1);
    let mut patches = x.narrow(2, 1, n - 1);
    if hidden > 0 {
        patches = Tensor::cat(vec![patches, token.expand([b, 1, hidden, c])], 2);
    }
    Tensor::cat(vec![class, gather_tokens(patches, restore)], 2)
}

/// Swin's mask, `[windows, 1, n, n]`: -100 between tokens that the cyclic shift brought together from apart.
pub fn window_mask(m: WindowMask, device: &Device) -> Tensor<4> {
    let (data, windows, n) = window_mask_values(m);
    Tensor::from_data(TensorData::new(data, [windows, 1, n, n]), device)
}

/// The values of [`window_mask`], the number of windows and of tokens in one.
pub fn window_mask_values(m: WindowMask) -> (Vec<f32>, usize, usize) {
    let (rows, cols, n) = (m.height / m.window, m.width / m.window, m.window * m.window);
    let mut data = Vec::with_capacity(rows * cols * n * n);
    for window in 0..rows * cols {
        let apart = |(a, b): (usize, usize)| m.region(window, a) != m.region(window, b);
        let pairs = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
        data.extend(pairs.map(|pair| if apart(pair) { -100.0 } else { 0.0 }));
    }
    (data, rows * cols, n)
}
