//! The projection head, which is learned beside the backbone and which no checkpoint holds.

use burn::tensor::{Tensor, activation};

use crate::nn::{Graph, Param, Parameters, Role};

/// Three layers with GELU between, whose output is brought to length one, and prototypes of length one (the official
/// `DINOHead`, `norm_last_layer`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    hidden: usize,
    bottleneck: usize,
    /// Length of its answer.
    pub prototypes: usize,
    /// Whether each layer has a batch norm in place of a bias (`use_bn_in_head`), without weights of its own: both
    /// networks see a batch's own mean and variance. Without it the answers of a young network barely differ.
    normed: bool,
}

/// That of the page's small DINO.
pub const SMALL: Head = Head { hidden: 128, bottleneck: 64, prototypes: 256, normed: false };
/// That of the network that ships (`tests/reference/train_small.py`).
pub const SHIPPED: Head = Head { hidden: 512, bottleneck: 128, prototypes: 1024, normed: true };

/// As torch's.
const NORM_EPS: f64 = 1e-5;

/// A tensor along the last axis at length one.
fn unit(x: Tensor<4>, axis: usize) -> Tensor<4> {
    let length = (x.clone().square().sum_dim(axis) + 1e-12).sqrt();
    x / length
}

/// Features `[1, 1, b, width]` with mean zero and variance one over the batch.
fn normed(x: Tensor<4>) -> Tensor<4> {
    let x = x.clone() - x.mean_dim(2);
    let variance = x.clone().square().mean_dim(2);
    x / (variance + NORM_EPS).sqrt()
}

impl Head {
    /// Names of its layers, as the official head numbers them with norms and without.
    fn layers(&self) -> [&'static str; 3] {
        if self.normed { ["mlp.0", "mlp.3", "mlp.6"] } else { ["mlp.0", "mlp.2", "mlp.4"] }
    }

    /// Whether a batch's answers depend on one another.
    pub fn is_normed(&self) -> bool {
        self.normed
    }

    /// Its parameters, beside those of a backbone of this width.
    pub fn params(&self, width: usize) -> Vec<Param> {
        let Self { hidden, bottleneck, prototypes, normed } = *self;
        let param = |key: &str, shape: Vec<usize>, role| Param { key: format!("head.{key}"), shape, role };
        let sizes = [(hidden, width), (hidden, hidden), (bottleneck, hidden)];
        let layers = self.layers().into_iter().zip(sizes).flat_map(|(layer, (out, inputs))| {
            let matrix = param(&format!("{layer}.weight"), vec![out, inputs], Role::Matrix);
            let bias = (!normed).then(|| param(&format!("{layer}.bias"), vec![out], Role::Vector));
            std::iter::once(matrix).chain(bias)
        });
        let last = param("last_layer.weight", vec![prototypes, bottleneck], Role::Matrix);
        layers.chain([last]).collect()
    }

    /// Its answer `[b, 1, 1, prototypes]` to features `[b, 1, 1, width]`; its parameters are the last of the graph's.
    /// Where the prototypes are `frozen`, no gradient comes to them.
    pub fn project(&self, params: &Parameters, graph: &Graph, features: Tensor<4>, frozen: bool) -> Tensor<4> {
        let each = if self.normed { 1 } else { 2 };
        let first = graph.params.len() - 3 * each - 1;
        let matrix = |i: usize| params.matrix(first + i)[0].clone().unsqueeze::<4>();
        let layer = |x: Tensor<4>, i: usize| {
            let x = x.matmul(matrix(each * i));
            if self.normed {
                return normed(x);
            }
            let bias = params.vector(first + each * i + 1);
            let n = bias.dims()[0];
            x + bias.reshape([1, 1, 1, n])
        };
        let [b, _, _, width] = features.dims();
        let x = activation::gelu(layer(features.reshape([1, 1, b, width]), 0));
        let x = unit(layer(activation::gelu(layer(x, 1)), 2), 3);
        let prototypes = matrix(3 * each);
        let prototypes = if frozen { prototypes.inner() } else { prototypes };
        // Each prototype is a column here.
        x.matmul(unit(prototypes, 2)).reshape([b, 1, 1, self.prototypes])
    }
}
