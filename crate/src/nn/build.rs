//! The builder in which models state themselves: methods named as the modules of torch, paths as in the checkpoints.

use super::graph::{Graph, Kind, Layout, Node, NodeId, Op, Param, ParamId, Role, Stage, WindowMask};

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

/// Writes a [`Graph`]. Node 0 is the input image.
pub struct Builder {
    graph: Graph,
    path: Vec<String>,
}

impl Builder {
    /// A graph on one image of `[1, channels, height, width]`.
    pub fn new(channels: usize, height: usize, width: usize) -> Self {
        let input =
            Node { op: Op::Input, inputs: vec![], shape: vec![1, channels, height, width], layout: Layout::Nchw };
        let graph = Graph { nodes: vec![input], params: vec![], stages: vec![], output: 0 };
        Self { graph, path: vec![] }
    }

    /// The input image.
    pub fn input(&self) -> NodeId {
        0
    }

    /// The shape of a node.
    pub fn shape(&self, node: NodeId) -> &[usize] {
        &self.graph.nodes[node].shape
    }

    /// States a module under `name`; what it returns goes by the module's own path.
    pub fn module(&mut self, name: &str, kind: Kind, body: impl FnOnce(&mut Self) -> NodeId) -> NodeId {
        self.path.push(name.to_owned());
        let node = body(self);
        let name = self.path.join(".");
        self.path.pop();
        self.graph.stages.push(Stage { name, kind, node });
        node
    }

    /// Ends the graph.
    pub fn finish(mut self, output: NodeId) -> Graph {
        self.graph.output = output;
        self.graph
    }

    fn key(&self, name: &str) -> String {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        path.join(".")
    }

    fn param(&mut self, name: &str, shape: &[usize], role: Role) -> ParamId {
        let key = self.key(name);
        self.graph.params.push(Param { key, shape: shape.to_vec(), role });
        self.graph.params.len() - 1
    }

    fn node(&mut self, op: Op, inputs: &[NodeId], shape: &[usize]) -> NodeId {
        let layout = match (shape.len(), &op) {
            (2, _) => Layout::Vector,
            (3, _) => Layout::Tokens,
            (_, Op::SplitHeads { .. } | Op::AttentionWeights { .. }) => Layout::Heads,
            (_, Op::TokensToMap { .. } | Op::WindowReverse { .. }) => Layout::Nhwc,
            _ => self.graph.nodes[inputs[0]].layout,
        };
        self.graph.nodes.push(Node { op, inputs: inputs.to_vec(), shape: shape.to_vec(), layout });
        self.graph.nodes.len() - 1
    }

    /// A node that keeps its input's shape, named `name` below the current path.
    fn same(&mut self, name: &str, kind: Kind, op: Op, x: NodeId) -> NodeId {
        let shape = self.shape(x).to_vec();
        self.named(name, kind, op, &[x], &shape)
    }

    fn named(&mut self, name: &str, kind: Kind, op: Op, inputs: &[NodeId], shape: &[usize]) -> NodeId {
        let node = self.node(op, inputs, shape);
        let name = self.key(name);
        self.graph.stages.push(Stage { name, kind, node });
        node
    }

    /// `torch.nn.Conv2d` on `[b, c, h, w]`.
    pub fn conv2d(&mut self, name: &str, x: NodeId, c: Conv) -> NodeId {
        let [_, channels, h, w] = self.shape4(x);
        let kernel = [c.out, channels / c.groups, c.kernel, c.kernel];
        let weight = self.param(&format!("{name}.weight"), &kernel, Role::Kernel);
        let bias = c.bias.then(|| self.param(&format!("{name}.bias"), &[c.out], Role::Vector));
        let size = |n: usize| (n + 2 * c.padding).saturating_sub(c.kernel) / c.stride + 1;
        let op = Op::Conv2d { weight, bias, stride: c.stride, padding: c.padding, groups: c.groups };
        self.named(name, Kind::Conv, op, &[x], &[1, c.out, size(h), size(w)])
    }

    /// `torch.nn.BatchNorm2d` in evaluation mode, epsilon 1e-5.
    pub fn batch_norm(&mut self, name: &str, x: NodeId) -> NodeId {
        let channels = self.shape(x)[1];
        let mut vector = |part: &str| self.param(&format!("{name}.{part}"), &[channels], Role::Vector);
        let (weight, bias) = (vector("weight"), vector("bias"));
        let (mean, var) = (vector("running_mean"), vector("running_var"));
        self.same(name, Kind::Norm, Op::BatchNorm { weight, bias, mean, var, eps: 1e-5 }, x)
    }

    /// `torch.nn.ReLU`.
    pub fn relu(&mut self, name: &str, x: NodeId) -> NodeId {
        self.same(name, Kind::Activation, Op::Relu, x)
    }

    /// `torch.nn.GELU`, the exact form.
    pub fn gelu(&mut self, name: &str, x: NodeId) -> NodeId {
        self.same(name, Kind::Activation, Op::Gelu, x)
    }

    /// `torch.nn.MaxPool2d`.
    pub fn max_pool(&mut self, name: &str, x: NodeId, kernel: usize, stride: usize, padding: usize) -> NodeId {
        let [_, c, h, w] = self.shape4(x);
        let size = |n: usize| (n + 2 * padding).saturating_sub(kernel) / stride + 1;
        let op = Op::MaxPool { kernel, stride, padding };
        self.named(name, Kind::Pool, op, &[x], &[1, c, size(h), size(w)])
    }

    /// `torch.nn.AdaptiveAvgPool2d(size)`.
    pub fn adaptive_avg_pool(&mut self, name: &str, x: NodeId, size: usize) -> NodeId {
        let c = self.shape(x)[1];
        self.named(name, Kind::Pool, Op::AdaptiveAvgPool { size }, &[x], &[1, c, size, size])
    }

    /// `torch.nn.AdaptiveAvgPool2d(1)` and flatten: `[b, c]`.
    pub fn global_avg_pool(&mut self, name: &str, x: NodeId) -> NodeId {
        let c = self.shape(x)[1];
        self.named(name, Kind::Pool, Op::GlobalAvgPool, &[x], &[1, c])
    }

    /// `torch.nn.LocalResponseNorm(size, alpha, beta, k)`.
    pub fn local_response_norm(
        &mut self,
        name: &str,
        x: NodeId,
        (size, alpha, beta, k): (usize, f64, f64, f64),
    ) -> NodeId {
        self.same(name, Kind::Norm, Op::LocalResponseNorm { size, alpha, beta, k }, x)
    }

    /// `torch.nn.Dropout(p)`.
    pub fn dropout(&mut self, name: &str, x: NodeId, p: f64) -> NodeId {
        self.same(name, Kind::Dropout, Op::Dropout { p }, x)
    }

    /// `torch.flatten(x, 1)`.
    pub fn flatten(&mut self, x: NodeId) -> NodeId {
        let n = self.shape(x)[1..].iter().product();
        self.node(Op::Flatten, &[x], &[1, n])
    }

    /// `torch.nn.Linear` over the last dimension.
    pub fn linear(&mut self, name: &str, x: NodeId, out: usize) -> NodeId {
        let inputs = *self.shape(x).last().expect("a linear layer's input has dimensions");
        self.linear_stored_as(name, x, &[out, inputs])
    }

    /// A linear layer whose weight the checkpoint stores as a convolution's kernel `[out, c, kh, kw]`.
    pub fn linear_stored_as(&mut self, name: &str, x: NodeId, stored: &[usize]) -> NodeId {
        let weight = self.param(&format!("{name}.weight"), stored, Role::Matrix);
        let bias = self.param(&format!("{name}.bias"), &stored[..1], Role::Vector);
        let mut shape = self.shape(x).to_vec();
        *shape.last_mut().expect("a linear layer's input has dimensions") = stored[0];
        self.named(name, Kind::Linear, Op::Linear { weight, bias: Some(bias) }, &[x], &shape)
    }

    /// A linear layer without bias (Swin's `reduction`).
    pub fn linear_no_bias(&mut self, name: &str, x: NodeId, out: usize) -> NodeId {
        let mut shape = self.shape(x).to_vec();
        let inputs = shape.pop().expect("a linear layer's input has dimensions");
        shape.push(out);
        let weight = self.param(&format!("{name}.weight"), &[out, inputs], Role::Matrix);
        self.named(name, Kind::Linear, Op::Linear { weight, bias: None }, &[x], &shape)
    }

    /// `torch.nn.LayerNorm` over the last dimension.
    pub fn layer_norm(&mut self, name: &str, x: NodeId, eps: f64) -> NodeId {
        let c = *self.shape(x).last().expect("a layer norm's input has dimensions");
        let weight = self.param(&format!("{name}.weight"), &[c], Role::Vector);
        let bias = self.param(&format!("{name}.bias"), &[c], Role::Vector);
        self.same(name, Kind::Norm, Op::LayerNorm { weight, bias, eps }, x)
    }

    /// Non-overlapping patches as rows, `[b, c, h, w] -> [b, n, c * p * p]` (ViT section 3.1).
    pub fn patchify(&mut self, x: NodeId, patch: usize) -> NodeId {
        let [_, c, h, w] = self.shape4(x);
        let n = (h / patch) * (w / patch);
        self.node(Op::Patchify { patch }, &[x], &[1, n, c * patch * patch])
    }

    /// `[b, n, c] -> [b, side, side, c]`.
    pub fn tokens_to_map(&mut self, x: NodeId) -> NodeId {
        let (n, c) = (self.shape(x)[1], self.shape(x)[2]);
        let side = n.isqrt();
        self.node(Op::TokensToMap { side }, &[x], &[1, side, side, c])
    }

    /// The class token in front of the patches.
    pub fn class_token(&mut self, name: &str, x: NodeId) -> NodeId {
        let (n, c) = (self.shape(x)[1], self.shape(x)[2]);
        let token = self.param(name, &[1, 1, c], Role::Tokens);
        self.named(name, Kind::Embedding, Op::ClassToken { token }, &[x], &[1, n + 1, c])
    }

    /// A learned or fixed embedding of `rows` positions, of which the first `skip` are left out here.
    pub fn add_position(&mut self, name: &str, x: NodeId, rows: usize, skip: usize) -> NodeId {
        let c = self.shape(x)[2];
        let position = self.param(name, &[1, rows, c], Role::Tokens);
        self.same(name, Kind::Embedding, Op::AddPosition { position, skip }, x)
    }

    /// MAE's class token: its position is added to it before it is put in front of the visible patches.
    pub fn class_token_with_position(&mut self, name: &str, x: NodeId, position: &str) -> NodeId {
        let (n, c) = (self.shape(x)[1], self.shape(x)[2]);
        let token = self.param(name, &[1, 1, c], Role::Tokens);
        let key = self.key(position);
        let position = self.graph.params.iter().position(|p| p.key == key).expect("the position embedding comes first");
        let op = Op::ClassTokenWithPosition { token, position };
        self.named(name, Kind::Embedding, op, &[x], &[1, n + 1, c])
    }

    /// Part `part` of a projection fused from `of`, split into heads: `[b, heads, n, d]`.
    pub fn split_heads(&mut self, name: &str, x: NodeId, (part, of): (usize, usize), heads: usize) -> NodeId {
        let &[b, n, c] = self.shape(x) else { panic!("heads are split from [b, n, c]") };
        let op = Op::SplitHeads { part, of, heads };
        self.named(name, Kind::Reshape, op, &[x], &[b, heads, n, c / of / heads])
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
        let heads = self.shape(q)[1];
        let table = [(2 * window - 1).pow(2), heads];
        let bias = self.param("relative_position_bias_table", &table, Role::RelativeBias);
        self.attention(name, q, k, Some(bias), mask)
    }

    fn attention(
        &mut self,
        name: &str,
        q: NodeId,
        k: NodeId,
        relative_bias: Option<ParamId>,
        mask: Option<WindowMask>,
    ) -> NodeId {
        let [b, heads, n, d] = self.shape4(q);
        let op = Op::AttentionWeights { scale: (d as f64).powf(-0.5), relative_bias, mask };
        self.named(name, Kind::AttentionWeights, op, &[q, k], &[b, heads, n, n])
    }

    /// Weights times values, heads joined: `[b, n, heads * d]`.
    pub fn attend(&mut self, name: &str, weights: NodeId, v: NodeId) -> NodeId {
        let [b, heads, n, d] = self.shape4(v);
        self.named(name, Kind::Reshape, Op::Attend, &[weights, v], &[b, n, heads * d])
    }

    /// `torch.roll` of rows and columns by `-shift`.
    pub fn roll(&mut self, name: &str, x: NodeId, shift: isize) -> NodeId {
        self.same(name, Kind::Reshape, Op::Roll { shift }, x)
    }

    /// Windows as batches: `[b, h, w, c] -> [b * windows, window^2, c]`.
    pub fn window_partition(&mut self, name: &str, x: NodeId, window: usize) -> NodeId {
        let [_, h, w, c] = self.shape4(x);
        let windows = (h / window) * (w / window);
        let op = Op::WindowPartition { window };
        self.named(name, Kind::Reshape, op, &[x], &[windows, window * window, c])
    }

    /// The inverse of [`Self::window_partition`].
    pub fn window_reverse(&mut self, name: &str, x: NodeId, window: usize, (height, width): (usize, usize)) -> NodeId {
        let c = self.shape(x)[2];
        let op = Op::WindowReverse { window, height, width };
        self.named(name, Kind::Reshape, op, &[x], &[1, height, width, c])
    }

    /// Two by two neighbours side by side: `[b, h, w, c] -> [b, h/2, w/2, 4c]`.
    pub fn merge_neighbours(&mut self, name: &str, x: NodeId) -> NodeId {
        let [_, h, w, c] = self.shape4(x);
        self.named(name, Kind::Reshape, Op::MergeNeighbours, &[x], &[1, h / 2, w / 2, 4 * c])
    }

    /// Mean over all positions: `[b, c]`.
    pub fn mean_tokens(&mut self, name: &str, x: NodeId) -> NodeId {
        let c = *self.shape(x).last().expect("tokens have channels");
        self.named(name, Kind::Pool, Op::MeanTokens, &[x], &[1, c])
    }

    /// One token: `[b, n, c] -> [b, c]`.
    pub fn select_token(&mut self, name: &str, x: NodeId, index: usize) -> NodeId {
        let c = self.shape(x)[2];
        self.named(name, Kind::Reshape, Op::SelectToken { index }, &[x], &[1, c])
    }

    /// All tokens but the class token.
    pub fn drop_class_token(&mut self, x: NodeId) -> NodeId {
        let (n, c) = (self.shape(x)[1], self.shape(x)[2]);
        self.node(Op::DropClassToken, &[x], &[1, n - 1, c])
    }

    /// The sum of a branch and its shortcut.
    pub fn add(&mut self, name: &str, branch: NodeId, shortcut: NodeId) -> NodeId {
        let shape = self.shape(branch).to_vec();
        self.named(name, Kind::Add, Op::Add, &[branch, shortcut], &shape)
    }

    /// MAE: the visible patches alone.
    pub fn gather_visible(&mut self, name: &str, x: NodeId, visible: usize) -> NodeId {
        let c = self.shape(x)[2];
        self.named(name, Kind::Reshape, Op::GatherVisible { visible }, &[x], &[1, visible, c])
    }

    /// MAE: mask tokens where patches were hidden.
    pub fn insert_mask_tokens(&mut self, name: &str, x: NodeId, patches: usize) -> NodeId {
        let c = self.shape(x)[2];
        let token = self.param(name, &[1, 1, c], Role::Tokens);
        let op = Op::InsertMaskTokens { token, patches };
        self.named(name, Kind::Embedding, op, &[x], &[1, patches + 1, c])
    }

    fn shape4(&self, x: NodeId) -> [usize; 4] {
        self.shape(x).try_into().expect("the operation takes four dimensions")
    }
}
