//! The builder in which models state themselves: methods named as the modules of torch, paths as in the checkpoints.

mod state;

pub use state::Builder;

use super::graph::{Kind, NodeId, Role};
use crate::ops::{
    Activation, AdaptiveAvgPool, Add, AddPosition, Attend, AttentionWeights, AvgPool, BatchNorm, ChannelConv,
    ClassToken, ClassTokenWithPosition, Conv2d, CropMap, DropClassToken, DropTokens, Dropout, Flatten, Gate,
    GatherVisible, Gelu, GlobalAvgPool, GroupNorm, InsertMaskTokens, Join, Joined, LayerNorm, LayerScale, Linear,
    LocalResponseNorm, LogitScale, MaxPool, MeanTokens, MergeNeighbours, PadChannels, PadMap, Patchify, Pointwise,
    PositionBias, PositionNetwork, QkvBias, RegisterTokens, Relu, Resample, Roll, SelectToken, Smooth, SplitHeads,
    SwiGlu, Tanh, TokensToMap, UnitLength, WindowMask, WindowPartition, WindowReverse,
};

/// The settings of a convolution (`torch.nn.Conv2d`).
#[derive(Debug, Clone, Copy)]
pub struct Conv {
    /// Output channels.
    pub out: usize,
    /// Side of the square kernel.
    pub kernel: usize,
    /// Step between positions.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
    /// Independent groups of channels.
    pub groups: usize,
    /// Whether the checkpoint holds a bias.
    pub bias: bool,
}

/// What an embedding of positions holds.
#[derive(Debug, Clone, Copy)]
pub struct Positions {
    /// All of its rows.
    pub rows: usize,
    /// Leading rows that are no place of the grid: those of class tokens and registers.
    pub front: usize,
    /// Leading rows that are left out here.
    pub skip: usize,
    /// How the grid is brought to an image of another size.
    pub resample: Resample,
}

impl Conv {
    /// A convolution of stride 1 without padding, in one group, with bias.
    pub fn new(out: usize, kernel: usize) -> Self {
        Self { out, kernel, stride: 1, padding: 0, groups: 1, bias: true }
    }

    /// With this stride.
    pub fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// With this padding.
    pub fn padding(self, padding: usize) -> Self {
        Self { padding, ..self }
    }

    /// In this many groups.
    pub fn groups(self, groups: usize) -> Self {
        Self { groups, ..self }
    }

    /// Without bias, as before a batch norm.
    pub fn no_bias(self) -> Self {
        Self { bias: false, ..self }
    }
}

/// The operations, each by the name that torch, timm or the paper has for it.
impl Builder {
    /// `torch.nn.Conv2d` on `[b, c, h, w]`.
    pub fn conv2d(&mut self, name: &str, x: NodeId, c: Conv) -> NodeId {
        let per_group = self.dim(x, 1).checked_div(c.groups).unwrap_or(0);
        let kernel = [c.out, per_group, c.kernel, c.kernel];
        let weight = self.param(&format!("{name}.weight"), &kernel, Role::Kernel);
        let bias = c.bias.then(|| self.param(&format!("{name}.bias"), &[c.out], Role::Vector));
        let op = Conv2d { weight, bias, stride: c.stride, padding: c.padding, groups: c.groups };
        self.named(name, Kind::Conv, op, &[x])
    }

    /// `torch.nn.BatchNorm2d` in evaluation mode, epsilon 1e-5.
    pub fn batch_norm(&mut self, name: &str, x: NodeId) -> NodeId {
        let channels = self.dim(x, 1);
        let mut vector = |part: &str| self.param(&format!("{name}.{part}"), &[channels], Role::Vector);
        let (weight, bias) = (vector("weight"), vector("bias"));
        let (mean, var) = (vector("running_mean"), vector("running_var"));
        self.named(name, Kind::Norm, BatchNorm { weight, bias, mean, var, eps: 1e-5 }, &[x])
    }

    /// `torch.nn.ReLU`.
    pub fn relu(&mut self, name: &str, x: NodeId) -> NodeId {
        self.named(name, Kind::Activation, Relu, &[x])
    }

    /// `torch.nn.Tanh`.
    pub fn tanh(&mut self, name: &str, x: NodeId) -> NodeId {
        self.named(name, Kind::Activation, Tanh, &[x])
    }

    /// `torch.nn.GELU`, the exact form.
    pub fn gelu(&mut self, name: &str, x: NodeId) -> NodeId {
        self.named(name, Kind::Activation, Gelu, &[x])
    }

    /// The activation of that name.
    pub fn activation(&mut self, name: &str, x: NodeId, kind: Activation) -> NodeId {
        let function = match kind {
            Activation::Relu => return self.relu(name, x),
            Activation::Gelu => return self.gelu(name, x),
            Activation::GeluTanh => Smooth::GeluTanh,
            Activation::QuickGelu => Smooth::QuickGelu,
            Activation::Silu => Smooth::Silu,
            Activation::Tanh => Smooth::Tanh,
        };
        self.named(name, Kind::Activation, Pointwise { function }, &[x])
    }

    /// timm's `LayerScale`: `gamma` below `name`.
    pub fn layer_scale(&mut self, name: &str, x: NodeId) -> NodeId {
        let channels = self.width(x);
        let gamma = self.param(&format!("{name}.gamma"), &[channels], Role::Vector);
        self.named(name, Kind::Norm, LayerScale { gamma }, &[x])
    }

    /// The gate of a gated MLP.
    pub fn swiglu(&mut self, name: &str, x: NodeId) -> NodeId {
        self.named(name, Kind::Activation, SwiGlu, &[x])
    }

    /// Learned tokens in front of the others.
    pub fn register_tokens(&mut self, name: &str, x: NodeId, rows: usize) -> NodeId {
        let channels = self.width(x);
        let tokens = self.param(name, &[1, rows, channels], Role::Tokens);
        self.named(name, Kind::Embedding, RegisterTokens { tokens, rows }, &[x])
    }

    /// All tokens but the first ones.
    pub fn drop_tokens(&mut self, x: NodeId, count: usize) -> NodeId {
        self.node("patches", DropTokens { count }, &[x])
    }

    /// Two vectors as one.
    pub fn join(&mut self, name: &str, first: NodeId, second: NodeId, how: Joined) -> NodeId {
        self.named(name, Kind::Reshape, Join { how }, &[first, second])
    }

    /// `torch.nn.AvgPool2d(size, size, ceil_mode=True, count_include_pad=False)`.
    pub fn avg_pool(&mut self, name: &str, x: NodeId, size: usize) -> NodeId {
        self.named(name, Kind::Pool, AvgPool { size }, &[x])
    }

    /// Each channel of a map times the sigmoid of its number in a vector.
    pub fn gate(&mut self, name: &str, x: NodeId, gate: NodeId) -> NodeId {
        self.named(name, Kind::Activation, Gate, &[x, gate])
    }

    /// `torch.nn.Conv1d(1, 1, kernel)` along the channels of a vector, without bias.
    pub fn channel_conv(&mut self, name: &str, x: NodeId, kernel: usize) -> NodeId {
        let weight = self.param(&format!("{name}.weight"), &[1, 1, kernel], Role::Vector);
        self.named(name, Kind::Conv, ChannelConv { weight }, &[x])
    }

    /// `torch.nn.GroupNorm`, epsilon 1e-5.
    pub fn group_norm(&mut self, name: &str, x: NodeId, groups: usize) -> NodeId {
        let channels = self.dim(x, 1);
        let weight = self.param(&format!("{name}.weight"), &[channels], Role::Vector);
        let bias = self.param(&format!("{name}.bias"), &[channels], Role::Vector);
        self.named(name, Kind::Norm, GroupNorm { weight, bias, groups, eps: 1e-5 }, &[x])
    }

    /// The shortcut without parameters: every `stride`-th cell, channels of zeros around.
    pub fn pad_channels(&mut self, name: &str, x: NodeId, stride: usize, padding: usize) -> NodeId {
        self.named(name, Kind::Reshape, PadChannels { stride, padding }, &[x])
    }

    /// `torch.nn.MaxPool2d`.
    pub fn max_pool(&mut self, name: &str, x: NodeId, kernel: usize, stride: usize, padding: usize) -> NodeId {
        self.named(name, Kind::Pool, MaxPool { kernel, stride, padding }, &[x])
    }

    /// `torch.nn.AdaptiveAvgPool2d(size)`.
    pub fn adaptive_avg_pool(&mut self, name: &str, x: NodeId, size: usize) -> NodeId {
        self.named(name, Kind::Pool, AdaptiveAvgPool { size }, &[x])
    }

    /// `torch.nn.AdaptiveAvgPool2d(1)` and flatten: `[b, c]`.
    pub fn global_avg_pool(&mut self, name: &str, x: NodeId) -> NodeId {
        self.named(name, Kind::Pool, GlobalAvgPool, &[x])
    }

    /// `torch.nn.LocalResponseNorm(size, alpha, beta, k)`.
    pub fn local_response_norm(
        &mut self,
        name: &str,
        x: NodeId,
        (size, alpha, beta, k): (usize, f64, f64, f64),
    ) -> NodeId {
        self.named(name, Kind::Norm, LocalResponseNorm { size, alpha, beta, k }, &[x])
    }

    /// `torch.nn.Dropout(p)`.
    pub fn dropout(&mut self, name: &str, x: NodeId, p: f64) -> NodeId {
        self.named(name, Kind::Dropout, Dropout { p }, &[x])
    }

    /// `torch.flatten(x, 1)`.
    pub fn flatten(&mut self, x: NodeId) -> NodeId {
        self.node("flatten", Flatten, &[x])
    }

    /// `torch.nn.Linear` over the last dimension.
    pub fn linear(&mut self, name: &str, x: NodeId, out: usize) -> NodeId {
        let inputs = self.width(x);
        self.linear_stored_as(name, x, &[out, inputs])
    }

    /// A linear layer whose weight the checkpoint stores as a convolution's kernel `[out, c, kh, kw]`.
    pub fn linear_stored_as(&mut self, name: &str, x: NodeId, stored: &[usize]) -> NodeId {
        let weight = self.param(&format!("{name}.weight"), stored, Role::Matrix);
        let bias = self.param(&format!("{name}.bias"), &stored[..1], Role::Vector);
        self.named(name, Kind::Linear, Linear { weight, bias: Some(bias) }, &[x])
    }

    /// The same without bias (the patches of CLIP).
    pub fn linear_stored_as_no_bias(&mut self, name: &str, x: NodeId, stored: &[usize]) -> NodeId {
        let weight = self.param(&format!("{name}.weight"), stored, Role::Matrix);
        self.named(name, Kind::Linear, Linear { weight, bias: None }, &[x])
    }

    /// A linear layer without bias (Swin's `reduction`).
    pub fn linear_no_bias(&mut self, name: &str, x: NodeId, out: usize) -> NodeId {
        let inputs = self.width(x);
        let weight = self.param(&format!("{name}.weight"), &[out, inputs], Role::Matrix);
        self.named(name, Kind::Linear, Linear { weight, bias: None }, &[x])
    }

    /// `torch.nn.LayerNorm` over the last dimension.
    pub fn layer_norm(&mut self, name: &str, x: NodeId, eps: f64) -> NodeId {
        let channels = self.width(x);
        let weight = self.param(&format!("{name}.weight"), &[channels], Role::Vector);
        let bias = self.param(&format!("{name}.bias"), &[channels], Role::Vector);
        self.named(name, Kind::Norm, LayerNorm { weight, bias, eps }, &[x])
    }

    /// Non-overlapping patches as rows, `[b, c, h, w] -> [b, n, c * p * p]` (ViT section 3.1).
    pub fn patchify(&mut self, x: NodeId, patch: usize) -> NodeId {
        self.node("patches", Patchify { patch }, &[x])
    }

    /// `[b, n, c] -> [b, side, side, c]`.
    pub fn tokens_to_map(&mut self, x: NodeId) -> NodeId {
        let side = self.dim(x, 1).isqrt();
        self.node("map", TokensToMap { side }, &[x])
    }

    /// The class token in front of the patches.
    pub fn class_token(&mut self, name: &str, x: NodeId) -> NodeId {
        let channels = self.width(x);
        let token = self.param(name, &[1, 1, channels], Role::Tokens);
        self.named(name, Kind::Embedding, ClassToken { token }, &[x])
    }

    /// A learned or fixed embedding of positions.
    pub fn add_position(&mut self, name: &str, x: NodeId, positions: Positions) -> NodeId {
        let Positions { rows, front, skip, resample } = positions;
        let channels = self.width(x);
        let position = self.param(name, &[1, rows, channels], Role::Tokens);
        self.named(name, Kind::Embedding, AddPosition { position, front, skip, resample }, &[x])
    }

    /// MAE's class token: its position is added to it before it is put in front of the visible patches.
    pub fn class_token_with_position(&mut self, name: &str, x: NodeId, position: &str) -> NodeId {
        let channels = self.width(x);
        let token = self.param(name, &[1, 1, channels], Role::Tokens);
        let position = self.stated(position);
        self.named(name, Kind::Embedding, ClassTokenWithPosition { token, position }, &[x])
    }

    /// Part `part` of a projection fused from `of`, split into heads: `[b, heads, n, d]`.
    pub fn split_heads(&mut self, name: &str, x: NodeId, (part, of): (usize, usize), heads: usize) -> NodeId {
        self.named(name, Kind::Reshape, SplitHeads { part, of, heads }, &[x])
    }

    /// `softmax(q k^T / sqrt(d))`, `[b, heads, n, n]`.
    pub fn attention_weights(&mut self, name: &str, q: NodeId, k: NodeId) -> NodeId {
        self.attention(name, q, k, None, None)
    }

    /// The same with Swin's relative position bias and, in shifted windows, the mask.
    pub fn window_attention_weights(
        &mut self,
        name: &str,
        (q, k): (NodeId, NodeId),
        window: usize,
        mask: Option<WindowMask>,
    ) -> NodeId {
        let table = [(2 * window).saturating_sub(1).saturating_pow(2), self.dim(q, 1)];
        let bias = self.param("relative_position_bias_table", &table, Role::RelativeBias);
        self.attention(name, q, k, Some(PositionBias::Table(bias)), mask)
    }

    /// The biases `q_bias` and `v_bias` of queries and values that lie beside the keys, `[b, n, 3 c]`.
    pub fn qkv_bias(&mut self, name: &str, x: NodeId) -> NodeId {
        let channels = [self.width(x) / 3];
        let query = self.param("q_bias", &channels, Role::Vector);
        let value = self.param("v_bias", &channels, Role::Vector);
        self.named(name, Kind::Linear, QkvBias { query, value }, &[x])
    }

    /// `torch.nn.functional.normalize` of each head's vectors.
    pub fn unit_length(&mut self, name: &str, x: NodeId) -> NodeId {
        self.named(name, Kind::Norm, UnitLength, &[x])
    }

    /// Each head times its `logit_scale`, stored as a logarithm.
    pub fn logit_scale(&mut self, name: &str, x: NodeId) -> NodeId {
        let logarithm = self.param("logit_scale", &[self.dim(x, 1), 1, 1], Role::Vector);
        self.named(name, Kind::Norm, LogitScale { logarithm }, &[x])
    }

    /// `softmax(q k^T + bias)` of scaled cosines, the bias of a network `cpb_mlp` with so many hidden numbers; its
    /// distances are measured by windows of `trained` tokens a side.
    pub fn cosine_attention_weights(
        &mut self,
        name: &str,
        (q, k): (NodeId, NodeId),
        (window, trained, hidden): (usize, usize, usize),
        mask: Option<WindowMask>,
    ) -> NodeId {
        let first = self.param("cpb_mlp.0.weight", &[hidden, 2], Role::Matrix);
        let bias = self.param("cpb_mlp.0.bias", &[hidden], Role::Vector);
        let second = self.param("cpb_mlp.2.weight", &[self.dim(q, 1), hidden], Role::Matrix);
        let bias = PositionBias::Network(PositionNetwork { first, bias, second, window, trained });
        let weights = AttentionWeights { scale: 1.0, relative_bias: Some(bias), mask };
        self.named(name, Kind::AttentionWeights, weights, &[q, k])
    }

    fn attention(
        &mut self,
        name: &str,
        q: NodeId,
        k: NodeId,
        relative_bias: Option<PositionBias>,
        mask: Option<WindowMask>,
    ) -> NodeId {
        let scale = (self.width(q) as f64).powf(-0.5);
        self.named(name, Kind::AttentionWeights, AttentionWeights { scale, relative_bias, mask }, &[q, k])
    }

    /// Weights times values, heads joined: `[b, n, heads * d]`.
    pub fn attend(&mut self, name: &str, weights: NodeId, v: NodeId) -> NodeId {
        self.named(name, Kind::Reshape, Attend, &[weights, v])
    }

    /// `torch.roll` of rows and columns by `-shift`.
    pub fn roll(&mut self, name: &str, x: NodeId, shift: isize) -> NodeId {
        self.named(name, Kind::Reshape, Roll { shift }, &[x])
    }

    /// Zeros below and to the right, up to this many rows and columns of `[b, h, w, c]`.
    pub fn pad_map(&mut self, name: &str, x: NodeId, (rows, columns): (usize, usize)) -> NodeId {
        self.named(name, Kind::Reshape, PadMap { rows, columns }, &[x])
    }

    /// The first rows and columns of `[b, h, w, c]`.
    pub fn crop_map(&mut self, name: &str, x: NodeId, (rows, columns): (usize, usize)) -> NodeId {
        self.named(name, Kind::Reshape, CropMap { rows, columns }, &[x])
    }

    /// Windows as batches: `[b, h, w, c] -> [b * windows, window^2, c]`.
    pub fn window_partition(&mut self, name: &str, x: NodeId, window: usize) -> NodeId {
        self.named(name, Kind::Reshape, WindowPartition { window }, &[x])
    }

    /// The inverse of [`Self::window_partition`].
    pub fn window_reverse(&mut self, name: &str, x: NodeId, window: usize, (height, width): (usize, usize)) -> NodeId {
        self.named(name, Kind::Reshape, WindowReverse { window, height, width }, &[x])
    }

    /// Two by two neighbours side by side: `[b, h, w, c] -> [b, h/2, w/2, 4c]`.
    pub fn merge_neighbours(&mut self, name: &str, x: NodeId) -> NodeId {
        self.named(name, Kind::Reshape, MergeNeighbours, &[x])
    }

    /// Mean over all positions: `[b, c]`.
    pub fn mean_tokens(&mut self, name: &str, x: NodeId) -> NodeId {
        self.named(name, Kind::Pool, MeanTokens, &[x])
    }

    /// One token: `[b, n, c] -> [b, c]`.
    pub fn select_token(&mut self, name: &str, x: NodeId, index: usize) -> NodeId {
        self.named(name, Kind::Reshape, SelectToken { index }, &[x])
    }

    /// All tokens but the class token.
    pub fn drop_class_token(&mut self, x: NodeId) -> NodeId {
        self.node("patches", DropClassToken, &[x])
    }

    /// The sum of a branch and its shortcut.
    pub fn add(&mut self, name: &str, branch: NodeId, shortcut: NodeId) -> NodeId {
        self.named(name, Kind::Add, Add, &[branch, shortcut])
    }

    /// MAE: the visible patches alone.
    pub fn gather_visible(&mut self, name: &str, x: NodeId, keep: &[usize]) -> NodeId {
        self.named(name, Kind::Reshape, GatherVisible { keep: keep.to_vec() }, &[x])
    }

    /// MAE: mask tokens where patches were hidden.
    pub fn insert_mask_tokens(&mut self, name: &str, x: NodeId, restore: &[usize]) -> NodeId {
        let channels = self.width(x);
        let token = self.param(name, &[1, 1, channels], Role::Tokens);
        self.named(name, Kind::Embedding, InsertMaskTokens { token, restore: restore.to_vec() }, &[x])
    }
}
