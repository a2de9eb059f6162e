//! An Image is Worth 16x16 Words, Dosovitskiy et al., ICLR 2021, arXiv:2010.11929.
//!
//! Keys and LayerNorm epsilon (1e-6) as in timm's `vit_*`; DeiT's without distillation token are the same network.

use super::{Architecture, Input, Keys};
use crate::error::Result;
use crate::nn::{Builder, Graph, Kind, NodeId};

/// Everything that tells one ViT from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Pixels per side.
    pub size: usize,
    /// Colour channels of the input.
    pub channels: usize,
    /// Pixels per side of a patch.
    pub patch: usize,
    /// Width of a token (D in the paper).
    pub width: usize,
    /// Number of blocks (L).
    pub depth: usize,
    /// Attention heads.
    pub heads: usize,
    /// Width inside the MLP.
    pub mlp: usize,
    /// Length of the answer; `None` where the class token itself is the answer.
    pub classes: Option<usize>,
}

const EPS: f64 = 1e-6;

impl Config {
    /// Ti, S, B and L of table 1 (and DeiT's): 64 channels a head, an MLP four times as wide, 224 pixels.
    pub fn imagenet(width: usize, depth: usize, patch: usize) -> Self {
        let (heads, mlp) = (width / 64, 4 * width);
        Self { size: 224, channels: 3, patch, width, depth, heads, mlp, classes: Some(1000) }
    }

    /// The small one, at 32 pixels.
    pub fn cifar() -> Self {
        Self { size: 32, channels: 3, patch: 4, width: 128, depth: 6, heads: 4, mlp: 256, classes: Some(10) }
    }

    /// Without its head, as DINO trains it.
    pub fn headless(self) -> Self {
        Self { classes: None, ..self }
    }

    /// Reads the sizes from a checkpoint's keys and shapes. The number of heads leaves no trace there: 64 channels a
    /// head in networks of the paper's widths, 32 in narrower ones.
    pub fn detect(keys: &Keys) -> Option<Self> {
        let &[width, channels, patch, _] = keys.shape("patch_embed.proj.weight")? else { return None };
        let positions = keys.dim("pos_embed", 1)?;
        let grid = positions.saturating_sub(1).isqrt();
        let per_head = if width >= 192 { 64 } else { 32 };
        Some(Self {
            size: grid * patch,
            channels,
            patch,
            width,
            depth: keys.count("blocks.", ".attn.qkv.weight"),
            heads: (width / per_head).max(1),
            mlp: keys.dim("blocks.0.mlp.fc1.weight", 0)?,
            classes: keys.dim("head.weight", 0),
        })
    }

    /// "B/16": the paper's short name, by width and depth.
    pub fn short_name(&self) -> String {
        let size = match (self.width, self.depth) {
            (192, _) => "Ti",
            (384, _) => "S",
            (768, 12) => "B",
            (1024, 24) => "L",
            (1280, 32) => "H",
            _ => "small",
        };
        format!("{size}/{}", self.patch)
    }

    /// States the network (equations 1 to 4).
    pub fn state(&self, size: usize) -> Result<Graph> {
        let mut g = Builder::new(self.channels, size, size);
        let mut x = g.module("patch_embed", Kind::Embedding, |g| {
            let rows = g.patchify(g.input(), self.patch);
            g.linear_stored_as("proj", rows, &[self.width, self.channels, self.patch, self.patch])
        });
        x = g.class_token("cls_token", x);
        x = g.add_position("pos_embed", x, (self.size / self.patch).pow(2) + 1, 0);
        for i in 0..self.depth {
            x = g.module(&format!("blocks.{i}"), Kind::Block, |g| self.block(g, x));
        }
        x = g.layer_norm("norm", x, EPS);
        x = g.select_token("fc_norm", x, 0);
        if let Some(classes) = self.classes {
            x = g.linear("head", x, classes);
        }
        g.finish(x)
    }

    /// Equations 2 and 3: pre-norm attention and MLP, each with a skip connection.
    fn block(&self, g: &mut Builder, x: NodeId) -> NodeId {
        let y = g.layer_norm("norm1", x, EPS);
        let y = g.module("attn", Kind::Attention, |g| self.attention(g, y));
        let x = g.add("add1", y, x);
        let y = g.layer_norm("norm2", x, EPS);
        let y = g.module("mlp", Kind::Mlp, |g| {
            let y = g.linear("fc1", y, self.mlp);
            let y = g.gelu("act", y);
            g.linear("fc2", y, self.width)
        });
        g.add("add2", y, x)
    }

    /// Appendix A. `attn_drop` is where timm holds the attention weights.
    fn attention(&self, g: &mut Builder, x: NodeId) -> NodeId {
        let qkv = g.linear("qkv", x, 3 * self.width);
        let q = g.split_heads("q", qkv, (0, 3), self.heads);
        let k = g.split_heads("k", qkv, (1, 3), self.heads);
        let v = g.split_heads("v", qkv, (2, 3), self.heads);
        let weights = g.attention_weights("attn_drop", q, k);
        let x = g.attend("norm", weights, v);
        g.linear("proj", x, self.width)
    }
}

impl Architecture for Config {
    fn family(&self) -> &'static str {
        "vit"
    }

    fn title(&self) -> String {
        format!("ViT-{}", self.short_name())
    }

    fn input(&self) -> Input {
        Input { size: self.size, channels: self.channels }
    }

    fn graph(&self, size: usize) -> Result<Graph> {
        self.state(size)
    }
}
