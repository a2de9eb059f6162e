//! Swin Transformer: Hierarchical Vision Transformer using Shifted Windows, Liu et al., ICCV 2021, arXiv:2103.14030.
//!
//! Keys as in timm's `swin_*`, with patch merging at the start of a stage; checkpoints from before that move, and the
//! authors' own, hold it at the end of the stage before.

use super::facts::{ACTIVATION, Activation, Facts};
use super::{Architecture, Input, Keys, agreement};
use crate::error::Result;
use crate::nn::{Builder, Graph, Kind, NodeId, WindowMask};

/// One stage of figure 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Number of blocks; every other one shifts its windows.
    pub blocks: usize,
    /// Attention heads.
    pub heads: usize,
}

/// Everything that tells one Swin from another.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Pixels per side.
    pub size: usize,
    /// Colour channels of the input.
    pub channels: usize,
    /// Pixels per side of a patch.
    pub patch: usize,
    /// Channels of the first stage (C), doubled by each merging.
    pub width: usize,
    /// The stages.
    pub layers: Vec<Layer>,
    /// Window side in tokens (M).
    pub window: usize,
    /// How many times wider the middle of an MLP is than its ends (alpha of section 3.3).
    pub mlp_ratio: usize,
    /// Length of the answer.
    pub classes: Option<usize>,
    /// Of the layer norms of blocks, and of the last.
    pub eps: f64,
    /// Where windows do not divide a map: whether it is padded before it is shifted (torchvision, transformers) or
    /// after (timm).
    pub pad_first: bool,
}

const EPS: f64 = 1e-5;

impl Config {
    /// T and S of section 3.3 on 224 pixels: C = 96, 18 blocks in the third stage of S.
    pub fn imagenet(width: usize, blocks: [usize; 4]) -> Self {
        let layer = |i: usize| Layer { blocks: blocks[i], heads: (width / 32) << i };
        Self {
            size: 224,
            patch: 4,
            width,
            layers: (0..4).map(layer).collect(),
            window: 7,
            mlp_ratio: 4,
            classes: Some(1000),
            channels: 3,
            eps: EPS,
            pad_first: false,
        }
    }

    /// The small one, at 32 pixels.
    pub fn cifar() -> Self {
        let layers = [2, 4, 8].map(|heads| Layer { blocks: 2, heads }).to_vec();
        Self {
            size: 32,
            channels: 3,
            patch: 2,
            width: 48,
            layers,
            window: 4,
            mlp_ratio: 2,
            classes: Some(10),
            eps: EPS,
            pad_first: false,
        }
    }

    /// Reads the sizes from a checkpoint's keys and shapes. Without a configuration the image is taken to be the one
    /// that the last stage's window covers.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a configuration names what is not supported, or is not of these weights.
    pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Self>> {
        let Some(config) = Self::sizes(keys) else { return Ok(None) };
        facts.only_arguments(&[
            "img_size",
            "patch_size",
            "window_size",
            "embed_dim",
            "depths",
            "num_heads",
            "mlp_ratio",
            "act_layer",
            "global_pool",
            "strict_img_size",
        ])?;
        if let Some(name) = facts.timm().filter(|name| !name.starts_with("swin_")) {
            return Err(facts.refuse(format!("{name} is not supported")));
        }
        let activation = facts.activation(ACTIVATION, Activation::Gelu)?;
        if activation != Activation::Gelu {
            return Err(facts.refuse(format!("a Swin with {} is not supported", activation.title())));
        }
        if facts.flag(&["use_absolute_embeddings"]) == Some(true) {
            return Err(facts.refuse("absolute position embeddings are not supported"));
        }
        if let Some(pool) = facts.text(&["global_pool"]).filter(|pool| *pool != "avg") {
            return Err(facts.refuse(format!("global_pool = \"{pool}\" is not supported")));
        }
        let eps = facts.number(&["layer_norm_eps"]).unwrap_or(EPS);
        let words = format!("images of {0} x {0} pixels, GELU's exact form, average pooling", config.size);
        let size = facts.or_assume(facts.image_size()?, config.size, words);
        if config.classes.is_none() {
            facts.headless()?;
        }
        let found = Self { size, eps, pad_first: facts.foreign_keys, ..config };
        agreement::of_swin(&found, facts)?;
        Ok(Some(found))
    }

    fn sizes(keys: &Keys) -> Option<Self> {
        let &[width, channels, patch, _] = keys.shape("patch_embed.proj.weight")? else { return None };
        let table = |l: usize| keys.shape(&format!("layers.{l}.blocks.0.attn.relative_position_bias_table"));
        let layer = |l: usize| {
            let heads = *table(l)?.get(1)?;
            Some(Layer { blocks: keys.count(&format!("layers.{l}.blocks."), ".attn.qkv.weight"), heads })
        };
        let layers: Vec<Layer> = (0..).map_while(layer).collect();
        let window = table(0)?.first()?.isqrt().div_ceil(2);
        let size = window.checked_mul(patch)?.checked_shl(layers.len().saturating_sub(1) as u32)?;
        let classes = keys.dim("head.fc.weight", 0).or(keys.dim("head.weight", 0));
        let mlp_ratio = keys.dim("layers.0.blocks.0.mlp.fc1.weight", 0)? / width.max(1);
        Some(Self { size, channels, patch, width, layers, window, mlp_ratio, classes, eps: EPS, pad_first: false })
    }
}

impl Architecture for Config {
    fn family(&self) -> &'static str {
        "swin"
    }

    fn title(&self) -> String {
        let name = match (self.width, self.layers.iter().map(|l| l.blocks).sum::<usize>()) {
            (96, 12) => "T",
            (96, 24) => "S",
            (128, 24) => "B",
            (192, 24) => "L",
            _ => "small",
        };
        format!("Swin-{name}")
    }

    fn input(&self) -> Input {
        Input { size: self.size, channels: self.channels }
    }

    fn graph(&self, size: usize) -> Result<Graph> {
        let mut g = Builder::new(self.channels, size, size);
        let mut x = g.module("patch_embed", Kind::Embedding, |g| {
            let rows = g.patchify(g.input(), self.patch);
            let x = g.linear_stored_as("proj", rows, &[self.width, self.channels, self.patch, self.patch]);
            let x = g.tokens_to_map(x);
            g.layer_norm("norm", x, EPS)
        });
        for (i, layer) in self.layers.iter().enumerate() {
            x = g.module(&format!("layers.{i}"), Kind::Layer, |g| {
                let x = if i > 0 { merging(g, x) } else { x };
                (0..layer.blocks).fold(x, |x, b| {
                    g.module(&format!("blocks.{b}"), Kind::Block, |g| self.block(g, x, layer.heads, b % 2 == 1))
                })
            });
        }
        x = g.layer_norm("norm", x, self.eps);
        x = g.module("head", Kind::Layer, |g| {
            let x = g.mean_tokens("global_pool", x);
            match self.classes {
                Some(classes) => g.linear("fc", x, classes),
                None => x,
            }
        });
        g.finish(x)
    }

    fn canonical_key(&self, key: &str, keys: &Keys) -> String {
        if let Some(part) = key.strip_prefix("head.").filter(|p| !p.starts_with("fc.")) {
            return format!("head.fc.{part}");
        }
        let before_the_move = keys.has("layers.0.downsample.reduction.weight");
        let merging = key.strip_prefix("layers.").and_then(|k| k.split_once(".downsample."));
        let next = |layer: &str| layer.parse().ok().map(|layer: usize| layer + 1);
        match merging.and_then(|(layer, part)| Some((next(layer)?, part))) {
            Some((layer, part)) if before_the_move => format!("layers.{layer}.downsample.{part}"),
            _ => key.to_owned(),
        }
    }
}

impl Config {
    /// Equation 3: (shifted) window attention and MLP, each pre-norm with a skip connection.
    fn block(&self, g: &mut Builder, x: NodeId, heads: usize, odd: bool) -> NodeId {
        let [height, width, c] = [1, 2, 3].map(|dim| g.dim(x, dim));
        // Where one window covers the map there is nothing to shift.
        let window = self.window.min(height).min(width);
        let shift = if odd && window < height.min(width) { self.window / 2 } else { 0 };
        let padded = [height, width].map(|n| n.next_multiple_of(window.max(1)));
        let y = g.layer_norm("norm1", x, self.eps);
        let pad = |g: &mut Builder, y| match padded == [height, width] {
            true => y,
            false => g.pad_map("pad", y, (padded[0], padded[1])),
        };
        let roll = |g: &mut Builder, y| if shift > 0 { g.roll("shift", y, shift as isize) } else { y };
        let y = if self.pad_first { pad(g, y) } else { roll(g, y) };
        let y = if self.pad_first { roll(g, y) } else { pad(g, y) };
        let y = g.window_partition("windows", y, window);
        let mask = (shift > 0).then_some(WindowMask { height: padded[0], width: padded[1], window, shift });
        let y = g.module("attn", Kind::Attention, |g| attention(g, y, heads, window, mask));
        let y = g.window_reverse("reverse", y, window, (padded[0], padded[1]));
        let crop = |g: &mut Builder, y| match padded == [height, width] {
            true => y,
            false => g.crop_map("crop", y, (height, width)),
        };
        let back = |g: &mut Builder, y| if shift > 0 { g.roll("unshift", y, -(shift as isize)) } else { y };
        let y = if self.pad_first { back(g, y) } else { crop(g, y) };
        let y = if self.pad_first { crop(g, y) } else { back(g, y) };
        let x = g.add("add1", y, x);
        let y = g.layer_norm("norm2", x, self.eps);
        let y = g.module("mlp", Kind::Mlp, |g| {
            let y = g.linear("fc1", y, self.mlp_ratio * c);
            let y = g.gelu("act", y);
            g.linear("fc2", y, c)
        });
        g.add("add2", y, x)
    }
}

/// Equation 4 within each window.
fn attention(g: &mut Builder, x: NodeId, heads: usize, window: usize, mask: Option<WindowMask>) -> NodeId {
    let c = g.width(x);
    let qkv = g.linear("qkv", x, 3 * c);
    let q = g.split_heads("q", qkv, (0, 3), heads);
    let k = g.split_heads("k", qkv, (1, 3), heads);
    let v = g.split_heads("v", qkv, (2, 3), heads);
    let weights = g.window_attention_weights("attn_drop", (q, k), window, mask);
    let x = g.attend("heads", weights, v);
    g.linear("proj", x, c)
}

/// Patch merging: 2x2 neighbours side by side, normalized, projected to twice the channels.
fn merging(g: &mut Builder, x: NodeId) -> NodeId {
    let c = g.width(x);
    g.module("downsample", Kind::Reshape, |g| {
        let (height, width) = (g.dim(x, 1), g.dim(x, 2));
        let even = (height.next_multiple_of(2), width.next_multiple_of(2));
        let x = if even == (height, width) { x } else { g.pad_map("pad", x, even) };
        let x = g.merge_neighbours("merge", x);
        let x = g.layer_norm("norm", x, EPS);
        g.linear_no_bias("reduction", x, 2 * c)
    })
}
