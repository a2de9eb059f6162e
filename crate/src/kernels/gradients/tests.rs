//! The kernels answer where a gradient is followed, and values and gradients are those of Burn's operations.

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, activation, module};
use vitrine_kernels::cut::Cut;

use super::*;

fn random<const D: usize>(shape: [usize; D]) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), &Device::flex())
}

fn leaf<const D: usize>(shape: [usize; D]) -> Tensor<D> {
    random(shape).autodiff().require_grad()
}

/// The same numbers for every tensor of a shape.
fn steps_like(x: &Tensor<4>) -> Tensor<4> {
    let shape = x.dims();
    let steps = Tensor::arange(0..shape.iter().product::<usize>() as i64, &Device::flex()).float();
    (steps * 1.7).sin().reshape(shape).autodiff()
}

fn close<const D: usize>(ours: Tensor<D>, theirs: Tensor<D>) {
    let largest = |x: Tensor<D>| x.abs().max().into_scalar::<f32>();
    assert!(largest(ours - theirs.clone()) < 1e-4 * largest(theirs));
}

/// The gradient by one leaf, after the values were held against each other.
fn same<const D: usize>(kernel: Option<Tensor<4>>, burn: Tensor<4>, leaf: &Tensor<D>) {
    let kernel = kernel.expect("a kernel with a backward pass");
    close(kernel.clone().inner(), burn.clone().inner());
    let gradient = |y: Tensor<4>| leaf.grad(&y.square().sum().backward()).expect("a gradient");
    close(gradient(kernel), gradient(burn));
}

/// For each leaf both are computed anew, since a gradient is taken out of its graph.
macro_rules! same {
    ($kernel:expr, $burn:expr, [$($leaf:expr),+]) => {
        $(same($kernel, $burn, &$leaf);)+
    };
}

#[test]
fn convolutions() {
    let (x, kernel, bias) = (leaf([2, 6, 9, 10]), leaf([8, 3, 3, 3]), leaf([8]));
    let options = || ConvOptions::new([2; 2], [1; 2], [1; 2], 2);
    same!(
        conv2d(&x, &kernel, Some(&bias), (2, 1, 2)),
        module::conv2d(x.clone(), kernel.clone(), Some(bias.clone()), options()),
        [x, kernel, bias]
    );
}

#[test]
fn linear_layers() {
    let (x, stored, bias) = (leaf([2, 1, 5, 12]), leaf([7, 12]), leaf([7]));
    let weight = || stored.clone().transpose();
    let product = || x.clone().reshape([10, 12]).matmul(weight()).reshape([2, 1, 5, 7]);
    same!(linear(&x, &weight(), None), product(), [x, stored]);
    same!(linear(&x, &weight(), Some(&bias)), product() + bias.clone().reshape([1, 1, 1, 7]), [x, stored, bias]);
}

#[test]
fn activations_and_norms() {
    let (x, weight, bias) = (leaf([2, 1, 5, 12]), leaf([12]), leaf([12]));
    same!(gelu(&x), activation::gelu(x.clone()), [x]);
    same!(
        layer_norm(&x, &weight, &bias, 1e-5),
        module::layer_norm(x.clone(), weight.clone(), Some(bias.clone()), 1e-5),
        [x, weight, bias]
    );
    let (x, weight, bias) = (leaf([3, 4, 5, 6]), leaf([4]), leaf([4]));
    // The square of what is normalized has the same sum whatever the input is, so that it is taken of half of it.
    let half = |y: Tensor<4>| y.narrow(0, 0, 2);
    same!(
        batch_norm_train(&x, &weight, &bias, 1e-5).map(|normed| half(normed.output)),
        half(module::batch_norm_train(x.clone(), weight.clone(), bias.clone(), 1e-5).output),
        [x, weight, bias]
    );
}

#[test]
fn attention_in_its_two_steps() {
    const HEADS: usize = 3;
    let (batch, tokens, width, scale) = (4, 5, 8, 0.4);
    let qkv = leaf([batch, 1, tokens, 3 * HEADS * width]);
    let heads = || qkv.clone().reshape([batch, tokens, 3 * HEADS, width]);
    let part = |part: usize| heads().narrow(2, part * HEADS, HEADS).swap_dims(1, 2);
    let (relative, mask) = (leaf([1, HEADS, tokens, tokens]), random([2, 1, tokens, tokens]));
    let scores = || (part(0) * scale).matmul(part(1).swap_dims(2, 3));
    same!(attention_weights((&part(0), &part(1)), scale, None, None), activation::softmax(scores(), 3), [qkv]);
    same!(
        attention_weights((&part(0), &part(1)), scale, Some(&relative), Some(&mask)),
        activation::softmax(scores() + relative.clone() + mask.clone().autodiff().repeat_dim(0, 2), 3),
        [qkv, relative]
    );
    let weights = leaf([batch, HEADS, tokens, tokens]);
    same!(
        attend(&weights, &part(2)),
        weights.clone().matmul(part(2)).swap_dims(1, 2).reshape([batch, 1, tokens, HEADS * width]),
        [weights, qkv]
    );
}

#[test]
fn windows_and_maps() {
    let (cut, c) = (Cut { height: 4, width: 6, side: 2, shift: 1 }, 5);
    let (down, across, inside) = (cut.height / cut.side, cut.width / cut.side, cut.side * cut.side);
    // Each cell counts for something else, so that one in another's place is seen.
    let weighed = |y: Tensor<4>| y.clone() * steps_like(&y);

    let x = leaf([2, cut.height, cut.width, c]);
    let rolled = || x.clone().roll(&[-1, -1], &[1, 2]).reshape([2, down, cut.side, across, cut.side, c]);
    let cut_up = || rolled().permute([0, 1, 3, 2, 4, 5]).reshape([2 * down * across, 1, inside, c]);
    same!(windows(&x, cut).map(weighed), weighed(cut_up()), [x]);

    let (tokens, shortcut) = (leaf([2 * down * across, 1, inside, c]), leaf([2, cut.height, cut.width, c]));
    let pieces = || tokens.clone().reshape([2, down, across, cut.side, cut.side, c]).permute([0, 1, 3, 2, 4, 5]);
    let whole = || pieces().reshape([2, cut.height, cut.width, c]).roll(&[1, 1], &[1, 2]);
    same!(maps(&tokens, cut, None).map(weighed), weighed(whole()), [tokens]);
    same!(maps(&tokens, cut, Some(&shortcut)).map(weighed), weighed(whole() + shortcut.clone()), [tokens, shortcut]);
}
