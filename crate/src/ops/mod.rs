//! The operations that networks are made of.
//!
//! An operation is a struct with its settings that implements [`Operation`], beside the function on tensors that
//! computes it, and a line in the list below. Everything else (the builder's shapes, counts, the executor, receptive
//! fields, token grids, formulas) asks the trait, so that the compiler tells what a new operation still lacks.
//!
//! Every value is a `Tensor<4>` on the device: `[b, c, h, w]` or `[b, h, w, c]` for maps, `[b, 1, n, c]` for tokens,
//! `[b, 1, 1, c]` for vectors, `[b, heads, n, d]` for heads. One rank for all keeps the executor free of cases.

mod activation;
mod arithmetic;
mod attention;
mod avg_pool;
mod channels;
mod convolution;
mod cosine;
mod dropout;
mod formula;
mod glu;
mod input;
mod layer_scale;
mod linear;
mod masking;
mod normalization;
mod padding;
mod pointwise;
mod pooling;
mod position;
mod position_bias;
mod registers;
mod reshape;
mod spec;
mod tokens;
mod windows;

pub use activation::{Gelu, Relu, Tanh};
pub use arithmetic::Add;
pub use attention::{Attend, AttentionWeights, SplitHeads};
pub use avg_pool::AvgPool;
pub use channels::{ChannelConv, Gate, GroupNorm, PadChannels};
pub use convolution::Conv2d;
pub use cosine::{LogitScale, QkvBias, UnitLength};
pub use dropout::Dropout;
pub use formula::{Cell, Derivation, Pending, Term};
pub use glu::SwiGlu;
pub use input::Input;
pub use layer_scale::LayerScale;
pub use linear::Linear;
pub use masking::{GatherVisible, InsertMaskTokens};
pub use normalization::{BatchNorm, LayerNorm, LocalResponseNorm};
pub use padding::{CropMap, PadMap};
pub use pointwise::{Activation, Pointwise, Smooth};
pub use pooling::{AdaptiveAvgPool, GlobalAvgPool, MaxPool, MeanTokens};
pub use position::{AddPosition, ClassTokenWithPosition, Resample};
pub use position_bias::{PositionBias, PositionNetwork};
pub use registers::{DropTokens, Join, Joined, RegisterTokens};
pub use reshape::{Flatten, TokensToMap};
pub use spec::{Block, Geometry, Index, Layout, Provenance, Site, TensorSpec, four, indices, single};
pub use tokens::{ClassToken, DropClassToken, Patchify, SelectToken};
pub use windows::{MergeNeighbours, Roll, WindowMask, WindowPartition, WindowReverse};
pub(crate) use windows::{maps_rolled_back, rolled_windows};

use burn::tensor::Tensor;

use crate::nn::{Context, Param, ParamId};

/// What there is to know of one operation. No method has a default: what an operation forgets to say does not compile.
pub trait Operation {
    /// Shape and layout of the result for one image, from those of the inputs; `params` are the graph's.
    ///
    /// # Errors
    ///
    /// What does not fit, in words that follow "conv1: ".
    fn output(&self, inputs: &[TensorSpec], params: &[Param]) -> Result<TensorSpec, String>;

    /// The parameters that it reads.
    fn params(&self) -> Vec<ParamId>;

    /// Multiply-adds for one image; a multiplication and an addition count as one. Convolutions, linear layers and
    /// attention count; normalizations and activations do not, as in the papers' tables.
    fn multiply_adds(&self, site: &Site<'_>) -> u64;

    /// Computes the result.
    fn forward(&self, cx: &Context<'_>, inputs: Vec<Tensor<4>>) -> Tensor<4>;

    /// How the result's positions lie over those of the first input: the arithmetic of receptive fields.
    fn geometry(&self, site: &Site<'_>) -> Geometry;

    /// The cells of the inputs that one cell of the result is computed from: those and no others.
    fn provenance(&self, site: &Site<'_>, cell: Index) -> Provenance;

    /// How one cell's number comes about, with the numbers.
    fn formula<'a>(&'a self, cell: &'a Cell<'a>) -> Pending<'a>;
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// What a node computes.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Op {
            $($(#[$doc])* $name($name)),+
        }

        impl Op {
            /// The names of all operations.
            pub const NAMES: &[&str] = &[$(stringify!($name)),+];

            /// The name of this one.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Op::$name(_) => stringify!($name)),+
                }
            }
        }

        impl std::ops::Deref for Op {
            type Target = dyn Operation;

            fn deref(&self) -> &Self::Target {
                match self {
                    $(Op::$name(operation) => operation),+
                }
            }
        }

        $(impl From<$name> for Op {
            fn from(operation: $name) -> Self {
                Op::$name(operation)
            }
        })+
    };
}

operations! {
    /// The image, `[1, channels, height, width]`, already normalized.
    Input,
    /// `[b, c, h, w] -> [b, out, h', w']`.
    Conv2d,
    /// Per channel `(x - mean) / sqrt(var + eps) * weight + bias`.
    BatchNorm,
    /// `max(x, 0)`.
    Relu,
    /// `tanh(x)`.
    Tanh,
    /// `x * Phi(x)`, the exact form with erf.
    Gelu,
    /// The largest value of each window.
    MaxPool,
    /// The mean over `size x size` parts of a map (torch's `adaptive_avg_pool2d`).
    AdaptiveAvgPool,
    /// `[b, c, h, w] -> [b, c]`, the mean over space.
    GlobalAvgPool,
    /// `x / (k + alpha / size * sum of squares over size neighbouring channels)^beta`.
    LocalResponseNorm,
    /// The identity when a network answers, a random mask in training and in stochastic passes.
    Dropout,
    /// `[b, ...] -> [b, n]`.
    Flatten,
    /// `x W^T + b` over the last dimension.
    Linear,
    /// Normalization over the last dimension.
    LayerNorm,
    /// `[b, c, h, w] -> [b, n, c * p * p]`: each patch as a row.
    Patchify,
    /// `[b, n, c] -> [b, side, side, c]`.
    TokensToMap,
    /// `[b, n, c] -> [b, n + 1, c]`: the class token in front.
    ClassToken,
    /// Adds the position embedding.
    AddPosition,
    /// The class token with its position in front (MAE).
    ClassTokenWithPosition,
    /// `[b, n, of * c] -> [b, heads, n, c / heads]`.
    SplitHeads,
    /// `softmax(scale q k^T + bias + mask)`, `[b, heads, n, n]`.
    AttentionWeights,
    /// Weights times values, heads joined again: `[b, n, c]`.
    Attend,
    /// A cyclic shift of the rows and columns of `[b, h, w, c]`.
    Roll,
    /// `[b, h, w, c] -> [b * windows, window^2, c]`.
    WindowPartition,
    /// `[b * windows, window^2, c] -> [b, h, w, c]`.
    WindowReverse,
    /// `[b, h, w, c] -> [b, h/2, w/2, 4c]`.
    MergeNeighbours,
    /// The mean over all positions of `[b, h, w, c]` or `[b, n, c]`: `[b, c]`.
    MeanTokens,
    /// `[b, n, c] -> [b, c]`.
    SelectToken,
    /// `[b, n, c] -> [b, n - 1, c]`.
    DropClassToken,
    /// The sum of both inputs.
    Add,
    /// The patches that stay visible (MAE).
    GatherVisible,
    /// A smooth activation: QuickGELU, SiLU, tanh, GELU by tanh.
    Pointwise,
    /// Each channel times a learned number.
    LayerScale,
    /// `[b, n, 2 c] -> [b, n, c]`, `silu(first) * second`.
    SwiGlu,
    /// `[b, n, c] -> [b, n + rows, c]`: learned tokens in front.
    RegisterTokens,
    /// `[b, n, c] -> [b, n - count, c]`.
    DropTokens,
    /// Two vectors as one.
    Join,
    /// The mean of each window.
    AvgPool,
    /// Each channel of a map times the sigmoid of its gate.
    Gate,
    /// A convolution along the channels of a vector.
    ChannelConv,
    /// Normalization over groups of channels.
    GroupNorm,
    /// The biases of queries and values.
    QkvBias,
    /// Vectors divided by their length.
    UnitLength,
    /// Each head times a learned number.
    LogitScale,
    /// `[b, h, w, c] -> [b, rows, columns, c]`, zeros below and to the right.
    PadMap,
    /// `[b, h, w, c] -> [b, rows, columns, c]`, the first rows and columns.
    CropMap,
    /// Every other cell, with channels of zeros around.
    PadChannels,
    /// Mask tokens in place of the hidden patches (MAE).
    InsertMaskTokens,
}

/// The one input of an operation that has one.
#[expect(clippy::expect_used, reason = "the number of inputs is data of the graph; `output` refused any other")]
fn one(inputs: Vec<Tensor<4>>) -> Tensor<4> {
    inputs.into_iter().next().expect("the operation has an input")
}

/// Both inputs of an operation that has two.
#[expect(clippy::expect_used, reason = "the number of inputs is data of the graph; `output` refused any other")]
fn two(inputs: Vec<Tensor<4>>) -> (Tensor<4>, Tensor<4>) {
    let mut inputs = inputs.into_iter();
    let mut next = || inputs.next().expect("the operation has two inputs");
    (next(), next())
}
