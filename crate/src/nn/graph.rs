//! A network as data: each node says what it computes, from what, with which parameters and to which shape.

/// Index of a node in [`Graph::nodes`]; nodes are stored in the order in which they are computed.
pub type NodeId = usize;

/// Index of a parameter in [`Graph::params`].
pub type ParamId = usize;

/// How a parameter is used, which decides its form on the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `[n]`: biases, norm scales, running statistics.
    Vector,
    /// `[out, in]` of a linear layer, or a kernel used as one (`[out, in, kh, kw]` is read as `[out, in * kh * kw]`).
    Matrix,
    /// `[out, in / groups, kh, kw]` of a convolution.
    Kernel,
    /// `[1, n, channels]`: class token, mask token, position embedding.
    Tokens,
    /// `[(2w - 1)^2, heads]`: Swin's relative position bias.
    RelativeBias,
}

/// One checkpoint entry that the network needs.
#[derive(Debug, Clone)]
pub struct Param {
    /// The checkpoint's key.
    pub key: String,
    /// The shape stored in the checkpoint.
    pub shape: Vec<usize>,
    /// What it is used as.
    pub role: Role,
}

/// The attention mask of shifted windows: which token pairs of a window came from apart in the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowMask {
    /// Rows of the (padded) feature map.
    pub height: usize,
    /// Columns of the (padded) feature map.
    pub width: usize,
    /// Window side.
    pub window: usize,
    /// Rows and columns by which the map was rolled.
    pub shift: usize,
}

impl WindowMask {
    /// The part of the map, before it was rolled, that a token of a window came from: tokens of different parts do not
    /// see each other.
    pub fn region(&self, window: usize, token: usize) -> usize {
        let part = |i: usize, size: usize| match i {
            i if i < size - self.window => 0,
            i if i < size - self.shift => 1,
            _ => 2,
        };
        let across = self.width / self.window;
        let (top, left) = (window / across * self.window, window % across * self.window);
        3 * part(top + token / self.window, self.height) + part(left + token % self.window, self.width)
    }
}

/// What a node computes. Shapes in the comments are those of [`Node::shape`].
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// The image, `[1, channels, height, width]`, already normalized.
    Input,
    /// `[b, c, h, w] -> [b, out, h', w']`, output size `floor((n + 2 padding - kernel) / stride) + 1`.
    Conv2d { weight: ParamId, bias: Option<ParamId>, stride: usize, padding: usize, groups: usize },
    /// Per channel `(x - mean) / sqrt(var + eps) * weight + bias`, with the running statistics.
    BatchNorm { weight: ParamId, bias: ParamId, mean: ParamId, var: ParamId, eps: f64 },
    /// `max(x, 0)`.
    Relu,
    /// `x * Phi(x)`, the exact form with erf.
    Gelu,
    /// Largest value of each window.
    MaxPool { kernel: usize, stride: usize, padding: usize },
    /// Mean over `size x size` cells of nearly equal extent (torch's adaptive_avg_pool2d).
    AdaptiveAvgPool { size: usize },
    /// `[b, c, h, w] -> [b, c]`, mean over space.
    GlobalAvgPool,
    /// `x / (k + alpha / size * sum of squares over size neighbouring channels)^beta`, as torch divides alpha by size.
    LocalResponseNorm { size: usize, alpha: f64, beta: f64, k: f64 },
    /// The identity when a network answers; a random mask when a run asks for stochastic passes.
    Dropout { p: f64 },
    /// `[b, ...] -> [b, n]`.
    Flatten,
    /// `x W^T + b` over the last dimension.
    Linear { weight: ParamId, bias: Option<ParamId> },
    /// Over the last dimension.
    LayerNorm { weight: ParamId, bias: ParamId, eps: f64 },
    /// `[b, c, h, w] -> [b, n, c * p * p]`: each patch as a row, in the order (c, y, x) of a convolution's kernel.
    Patchify { patch: usize },
    /// `[b, n, c] -> [b, side, side, c]`.
    TokensToMap { side: usize },
    /// `[b, n, c] -> [b, n + 1, c]`: the class token in front.
    ClassToken { token: ParamId },
    /// Adds the position embedding; `skip` leading rows of it are left out.
    AddPosition { position: ParamId, skip: usize },
    /// Adds row 0 of the position embedding to the class token before it is put in front (MAE).
    ClassTokenWithPosition { token: ParamId, position: ParamId },
    /// `[b, n, of * c] -> [b, heads, n, c / heads]`: part `part` of a fused projection, split into heads.
    SplitHeads { part: usize, of: usize, heads: usize },
    /// `softmax(scale q k^T + bias + mask)`, `[b, heads, n, n]`.
    AttentionWeights { scale: f64, relative_bias: Option<ParamId>, mask: Option<WindowMask> },
    /// Weights times values, heads joined again: `[b, n, c]`.
    Attend,
    /// Rolls rows and columns of `[b, h, w, c]` towards the origin by `shift` (negative: back).
    Roll { shift: isize },
    /// `[b, h, w, c] -> [b * windows, window^2, c]`.
    WindowPartition { window: usize },
    /// The inverse: `[b * windows, window^2, c] -> [b, h, w, c]`.
    WindowReverse { window: usize, height: usize, width: usize },
    /// `[b, h, w, c] -> [b, h/2, w/2, 4c]`, neighbours in timm's order (0,0) (1,0) (0,1) (1,1).
    MergeNeighbours,
    /// Mean over all positions of `[b, h, w, c]` or `[b, n, c]`: `[b, c]`.
    MeanTokens,
    /// `[b, n, c] -> [b, c]`.
    SelectToken { index: usize },
    /// `[b, n, c] -> [b, n - 1, c]`.
    DropClassToken,
    /// Sum of both inputs.
    Add,
    /// The `visible` patches that a run's mask keeps, in the order of their noise (MAE).
    GatherVisible { visible: usize },
    /// Mask tokens in place of the hidden patches, all in image order again, the class token kept (MAE).
    InsertMaskTokens { token: ParamId, patches: usize },
}

/// How the numbers of a value lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// `[b, channels, height, width]`.
    Nchw,
    /// `[b, height, width, channels]`.
    Nhwc,
    /// `[b, tokens, channels]`.
    Tokens,
    /// `[b, heads, tokens, channels or tokens]`.
    Heads,
    /// `[b, channels]`.
    Vector,
}

/// One step of the computation.
#[derive(Debug, Clone)]
pub struct Node {
    /// What is computed.
    pub op: Op,
    /// From which nodes.
    pub inputs: Vec<NodeId>,
    /// Shape of the result for one image (leading dimension 1, or the number of windows).
    pub shape: Vec<usize>,
    /// What the dimensions of the shape are.
    pub layout: Layout,
}

/// What a named stage is, for whoever draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Conv,
    Norm,
    Activation,
    Pool,
    Linear,
    Embedding,
    /// Attention weights `[b, heads, n, n]`.
    AttentionWeights,
    /// The output of an attention module.
    Attention,
    Mlp,
    Add,
    Reshape,
    Dropout,
    /// A residual or transformer block.
    Block,
    /// A group of blocks.
    Layer,
    /// What the network answers.
    Output,
}

/// A named intermediate tensor.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Module path as in the checkpoint's keys.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it is computed.
    pub node: NodeId,
}

/// A network: nodes in the order of computation, the parameters they need and the names they go by.
#[derive(Debug, Clone)]
pub struct Graph {
    /// In order of computation; node 0 is the input.
    pub nodes: Vec<Node>,
    /// In order of first use.
    pub params: Vec<Param>,
    /// In order of computation; a module comes after its parts.
    pub stages: Vec<Stage>,
    /// The node whose value the network answers.
    pub output: NodeId,
}

impl Graph {
    /// The stage of a name.
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|s| s.name == name)
    }

    /// Number of nodes that read each node's value.
    pub fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.nodes.len()];
        self.nodes.iter().flat_map(|n| &n.inputs).for_each(|&i| uses[i] += 1);
        uses
    }

    /// The batch norm that alone reads this convolution, so that both can be computed as one.
    pub fn batch_norm_of(&self, conv: NodeId) -> Option<NodeId> {
        let mut readers = (conv + 1..self.nodes.len()).filter(|&n| self.nodes[n].inputs.contains(&conv));
        let first = readers.next()?;
        let is_norm = matches!(self.nodes[first].op, Op::BatchNorm { .. });
        (is_norm && readers.next().is_none()).then_some(first)
    }
}

impl Op {
    /// The parameters that the operation reads.
    pub fn params(&self) -> Vec<ParamId> {
        match *self {
            Op::Conv2d { weight, bias, .. } | Op::Linear { weight, bias } => {
                std::iter::once(weight).chain(bias).collect()
            }
            Op::BatchNorm { weight, bias, mean, var, .. } => vec![weight, bias, mean, var],
            Op::LayerNorm { weight, bias, .. } => vec![weight, bias],
            Op::ClassToken { token } | Op::InsertMaskTokens { token, .. } => vec![token],
            Op::AddPosition { position, .. } => vec![position],
            Op::ClassTokenWithPosition { token, position } => vec![token, position],
            Op::AttentionWeights { relative_bias, .. } => relative_bias.into_iter().collect(),
            _ => vec![],
        }
    }
}
