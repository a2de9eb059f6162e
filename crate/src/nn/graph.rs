//! A network as data: each node says what it computes, from what, with which parameters and to which shape.

use crate::ops::{Layout, Op, Site, TensorSpec};

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

impl Param {
    /// Whether it is a running statistic of a batch norm: measured, not learned.
    pub fn is_statistic(&self) -> bool {
        self.key.ends_with("running_mean") || self.key.ends_with("running_var")
    }
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
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "StageKind"))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A convolution.
    Conv,
    /// A normalization.
    Norm,
    /// An activation function.
    Activation,
    /// A pooling.
    Pool,
    /// A fully connected layer.
    Linear,
    /// Patches or positions as vectors.
    Embedding,
    /// Attention weights `[b, heads, n, n]`.
    AttentionWeights,
    /// The output of an attention module.
    Attention,
    /// The feed-forward part of a transformer's block.
    Mlp,
    /// A sum: where a residual connection ends.
    Add,
    /// The same numbers in another order.
    Reshape,
    /// Dropout: the identity when a network answers.
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
        let is_norm = matches!(self.nodes[first].op, Op::BatchNorm(_));
        (is_norm && readers.next().is_none()).then_some(first)
    }
}

impl Node {
    /// Shape and layout of the result.
    pub fn spec(&self) -> TensorSpec {
        TensorSpec { shape: self.shape.clone(), layout: self.layout }
    }
}

/// Parameters and multiply-adds, counted from the stated graph.
impl Graph {
    /// Number of learned values; a batch norm's running statistics are measured, not learned, as torch counts them.
    pub fn parameters(&self) -> usize {
        (0..self.params.len()).map(|id| self.learned(id)).sum()
    }

    /// Learned values that one node reads.
    pub fn parameters_of(&self, node: NodeId) -> usize {
        self.nodes[node].op.params().into_iter().map(|id| self.learned(id)).sum()
    }

    fn learned(&self, id: ParamId) -> usize {
        let param = &self.params[id];
        if param.is_statistic() { 0 } else { param.shape.iter().product() }
    }

    /// Multiply-adds of all nodes for one image.
    pub fn total_multiply_adds(&self) -> u64 {
        (0..self.nodes.len()).map(|node| self.multiply_adds(node)).sum()
    }

    /// Multiply-adds of one node for one image. 32 bits, as in a browser, would not hold large ones.
    pub fn multiply_adds(&self, node: NodeId) -> u64 {
        self.nodes[node].op.multiply_adds(&Site { graph: self, node })
    }
}
