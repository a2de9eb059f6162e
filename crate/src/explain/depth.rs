//! How the loss's gradient fares on its way back through fresh, random networks of 3x3 convolutions (Glorot and Bengio,
//! AISTATS 2010; He et al., ICCV 2015 and CVPR 2016). Nothing is trained: this is the first step of training.

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, activation, module};
use serde::{Deserialize, Serialize};

use super::bad;
use crate::error::Result;
use crate::network::read;
use crate::random::Random;

/// What follows what from layer to layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "DepthKind"))]
#[serde(rename_all = "lowercase")]
pub enum Stack {
    /// One convolution after the other.
    Plain,
    /// After the first, two convolutions a block, with a skip around them (He et al., figure 2).
    Residual,
}

/// What follows every convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "DepthActivation"))]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// `max(x, 0)`.
    Relu,
    /// Hyperbolic tangent.
    Tanh,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
}

/// One fresh network.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "GradientDepthArgs"))]
#[serde(deny_unknown_fields)]
pub struct DepthArgs {
    /// Plain or residual.
    pub kind: Stack,
    /// Layers with weights: all convolutions and the linear layer at the end.
    pub depth: usize,
    /// What follows every convolution.
    pub activation: Activation,
    /// Variance of the weights times their fan-in: 2 is He's, 1 LeCun's.
    pub gain: f64,
    /// Whether each convolution is followed by batch normalization, with the statistics of the batch.
    pub norm: bool,
}

/// What came back.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "GradientDepth"))]
pub struct Depth {
    /// Root mean square of the loss's gradient with respect to each convolution's output (after its activation), from
    /// the first to the last.
    pub gradients: Vec<f64>,
    /// The first of them over the last.
    pub ratio: f64,
    /// The loss, cross-entropy of ten classes drawn at random.
    pub loss: f64,
}

const DEPTHS: std::ops::RangeInclusive<usize> = 4..=110;
const GAINS: std::ops::RangeInclusive<f64> = 0.05..=16.0;
const EPS: f64 = 1e-5;

/// The size of everything: enough channels that two draws of weights agree, few enough for the CPU.
#[derive(Debug, Clone, Copy)]
struct Size {
    images: usize,
    side: usize,
    channels: usize,
    classes: usize,
}

const SIZE: Size = Size { images: 2, side: 16, channels: 24, classes: 10 };

/// Builds a network, sends a batch of noise through it and the loss back.
///
/// # Errors
///
/// `BadInput` for a depth or a gain out of range, or blocks that do not come out even.
pub async fn gradient_depth(device: &Device, args: &DepthArgs) -> Result<Depth> {
    if !DEPTHS.contains(&args.depth) {
        return Err(bad(format!(
            "the depth must be {} to {} layers, not {}",
            DEPTHS.start(),
            DEPTHS.end(),
            args.depth
        )));
    }
    if args.kind == Stack::Residual && args.depth % 2 == 1 {
        return Err(bad(format!(
            "the depth must be even (blocks of two, a first and a last layer), not {}",
            args.depth
        )));
    }
    if !GAINS.contains(&args.gain) {
        return Err(bad(format!("the gain must be from {} to {}, not {}", GAINS.start(), GAINS.end(), args.gain)));
    }
    let fresh = Fresh::new(args, SIZE, device);
    let nothing = vec![0.0; fresh.cells()];
    let probes: Vec<Tensor<4>> =
        fresh.kernels.iter().map(|_| fresh.map(nothing.clone(), device).autodiff().require_grad()).collect();
    let loss = fresh.loss(&probes);
    let grads = loss.backward();
    let of = |p: &Tensor<4>| p.grad(&grads).unwrap_or_else(|| p.clone().inner().zeros_like());
    let all = read(Tensor::cat(probes.iter().map(of).collect(), 0)).await?.data;
    let gradients: Vec<f64> = all.chunks_exact(fresh.cells()).map(root_mean_square).collect();
    let loss = f64::from(read(loss.inner()).await?.data[0]);
    let ratio = gradients[0] / gradients[gradients.len() - 1];
    Ok(Depth { gradients, ratio, loss })
}

fn root_mean_square(values: &[f32]) -> f64 {
    (values.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

/// A network that has just been drawn, with what it is shown.
struct Fresh {
    args: DepthArgs,
    size: Size,
    image: Tensor<4>,
    kernels: Vec<Tensor<4>>,
    /// `[1, 1, cells of one image, classes]`.
    head: Tensor<4>,
    /// One-hot, `[1, 1, images, classes]`.
    labels: Tensor<4>,
}

impl Fresh {
    fn new(args: &DepthArgs, size: Size, device: &Device) -> Self {
        const COLOURS: usize = 3;
        let Size { images, side, channels, classes } = size;
        // One seed for all: a change of gain scales the same weights, and the shallow networks begin like the deep.
        let mut random = Random::new(1);
        let tensor = |data: Vec<f32>, shape: [usize; 4]| Tensor::<4>::from_data(TensorData::new(data, shape), device);
        let image = tensor(random.uniform(images * COLOURS * side * side, 1.0), [images, COLOURS, side, side]);
        let mut labels = vec![0.0; images * classes];
        random
            .permutation(classes)
            .iter()
            .take(images)
            .enumerate()
            .for_each(|(i, class)| labels[i * classes + class] = 1.0);
        let inputs = channels * side * side;
        let head = tensor(random.uniform(inputs * classes, 1.0 / inputs as f64), [1, 1, inputs, classes]);
        let mut kernel = |from: usize| {
            let fan_in = 9 * from;
            tensor(random.uniform(channels * fan_in, args.gain / fan_in as f64), [channels, from, 3, 3])
        };
        let kernels = (1..args.depth).map(|layer| kernel(if layer == 1 { COLOURS } else { channels })).collect();
        Self { args: args.clone(), size, image, kernels, head, labels: tensor(labels, [1, 1, images, classes]) }
    }

    /// How many numbers one layer puts out.
    fn cells(&self) -> usize {
        self.size.images * self.size.channels * self.size.side.pow(2)
    }

    fn map(&self, data: Vec<f32>, device: &Device) -> Tensor<4> {
        let Size { images, side, channels, .. } = self.size;
        Tensor::from_data(TensorData::new(data, [images, channels, side, side]), device)
    }

    /// The loss with one of `probes` added to each layer's output: where they are zero it is the network's own, and its
    /// gradient with respect to a probe is the gradient with respect to that output.
    fn loss(&self, probes: &[Tensor<4>]) -> Tensor<4> {
        let [images, ..] = self.image.dims();
        let (mut x, mut skipped) = (self.image.clone().autodiff(), None);
        for (layer, (kernel, probe)) in self.kernels.iter().zip(probes).enumerate() {
            let (opens, closes) = (layer % 2 == 1, layer > 0 && layer % 2 == 0);
            if self.args.kind == Stack::Residual && opens {
                skipped = Some(x.clone());
            }
            let mut sum =
                module::conv2d(x, kernel.clone().autodiff(), None, ConvOptions::new([1; 2], [1; 2], [1; 2], 1));
            if self.args.norm {
                sum = batch_norm(sum);
            }
            if let Some(skipped) = skipped.take_if(|_| closes) {
                sum = sum + skipped;
            }
            x = self.activate(sum) + probe.clone();
        }
        let answer = x.reshape([1, 1, images as i32, -1]).matmul(self.head.clone().autodiff());
        let surprise = -activation::log_softmax(answer, 3) * self.labels.clone().autodiff();
        surprise.sum().div_scalar(images as f32).reshape([1, 1, 1, 1])
    }

    fn activate(&self, x: Tensor<4>) -> Tensor<4> {
        match self.args.activation {
            Activation::Relu => activation::relu(x),
            Activation::Tanh => activation::tanh(x),
            Activation::Sigmoid => activation::sigmoid(x),
        }
    }
}

/// With the mean and variance of the batch, as in training (Ioffe and Szegedy, ICML 2015).
fn batch_norm(x: Tensor<4>) -> Tensor<4> {
    let mean = |x: Tensor<4>| x.mean_dim(3).mean_dim(2).mean_dim(0);
    let centred = x.clone() - mean(x);
    let variance = mean(centred.clone().square());
    centred / (variance + EPS).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    /// The CPU answers at once: nothing is ever waited for.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("the CPU made a caller wait"),
        }
    }

    fn args(kind: Stack, depth: usize, activation: Activation, gain: f64, norm: bool) -> DepthArgs {
        DepthArgs { kind, depth, activation, gain, norm }
    }

    fn ratio(kind: Stack, depth: usize, activation: Activation, gain: f64, norm: bool) -> f64 {
        let fresh = now(gradient_depth(&Device::flex(), &args(kind, depth, activation, gain, norm))).unwrap();
        assert_eq!(fresh.gradients.len(), depth - 1);
        println!("{kind:?} {depth} {activation:?} {gain} {norm}: {:.2e}", fresh.ratio);
        fresh.ratio
    }

    /// Every number of one layer's gradient against the loss with that number moved.
    #[test]
    fn gradients_are_those_of_finite_differences() {
        let size = Size { images: 2, side: 4, channels: 3, classes: 4 };
        for kind in [Stack::Plain, Stack::Residual] {
            let fresh = Fresh::new(&args(kind, 4, Activation::Tanh, 2.0, true), size, &Device::flex());
            let loss = |layer: usize, at: usize, by: f32| {
                let probe = |l: usize| {
                    let mut data = vec![0.0; fresh.cells()];
                    data[at] = if l == layer { by } else { 0.0 };
                    fresh.map(data, &Device::flex()).autodiff().require_grad()
                };
                let probes: Vec<_> = (0..3).map(probe).collect();
                let loss = fresh.loss(&probes);
                let grads = loss.backward();
                let gradient = now(read(probes[layer].grad(&grads).unwrap())).unwrap().data[at];
                (f64::from(now(read(loss.inner())).unwrap().data[0]), f64::from(gradient))
            };
            for layer in 0..3 {
                for at in (0..fresh.cells()).step_by(7) {
                    let (step, (_, gradient)) = (1e-2, loss(layer, at, 0.0));
                    let slope = (loss(layer, at, step).0 - loss(layer, at, -step).0) / (2.0 * f64::from(step));
                    assert!((slope - gradient).abs() < 2e-4, "{kind:?} layer {layer} at {at}: {slope} {gradient}");
                }
            }
        }
    }

    #[test]
    fn activations_and_gains_do_as_theory_says() {
        use Activation::{Relu, Sigmoid, Tanh};
        let plain = |depth, activation, gain| ratio(Stack::Plain, depth, activation, gain, false);
        assert!((0.2..5.0).contains(&plain(20, Relu, 2.0)));
        assert!((0.05..1.0).contains(&plain(20, Tanh, 1.0)));
        assert!((1e-14..1e-10).contains(&plain(20, Sigmoid, 1.0)));
        // ReLU keeps its pattern when weights are scaled, so each layer multiplies by the square root of the gain,
        // exactly as long as the answers are too small to turn the loss's own gradient.
        let (low, middle, high) = (plain(56, Relu, 1.0), plain(56, Relu, 1.5), plain(56, Relu, 3.0));
        assert!((middle / low / 1.5f64.powf(27.0) - 1.0).abs() < 1e-3, "{middle} {low}");
        assert!((0.5..2.0).contains(&(high / low / 3.0f64.powf(27.0))), "{high} {low}");
    }

    #[test]
    fn with_batch_norm_plain_gradients_grow_and_skips_hold_them() {
        let ratio = |kind, depth| ratio(kind, depth, Activation::Relu, 2.0, true);
        // Yang et al., ICLR 2019: 1.21 a layer for wide ones.
        assert!((1e3..1e6).contains(&ratio(Stack::Plain, 56)));
        assert!((1.0..100.0).contains(&ratio(Stack::Residual, 56)));
    }

    #[test]
    fn what_cannot_be_built_is_an_error() {
        for (kind, depth, gain) in [(Stack::Plain, 3, 2.0), (Stack::Residual, 9, 2.0), (Stack::Plain, 8, f64::NAN)] {
            assert!(now(gradient_depth(&Device::flex(), &args(kind, depth, Activation::Relu, gain, true))).is_err());
        }
    }
}
