//! Swin Transformer: Hierarchical Vision Transformer using Shifted Windows, Liu et al., ICCV 2021, arXiv:2103.14030.
//!
//! Keys as in timm's `swin_*`, with patch merging at the start of a stage; checkpoints from before that move, and the
//! authors' own, hold it at the end of the stage before.
//!
//! Swin Transformer V2: Scaling Up Capacity and Resolution, Liu et al., CVPR 2022, arXiv:2111.09883: norms at the end of
//! a branch, cosine attention, and a position bias that a small network computes for windows of any size.

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

/// What Swin V2 has instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Second {
    /// Hidden numbers of the network that computes a position bias.
    pub hidden: usize,
    /// For each stage the windows that distances are measured by, those of the first training; 0 for its own.
    pub trained: Vec<usize>,
    /// Whether queries and values have a bias.
    pub bias: bool,
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
    /// Whether a map smaller than a window is padded to one (torchvision), not cut into smaller ones.
    pub whole_windows: bool,
    /// Where it is a Swin V2.
    pub second: Option<Second>,
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
            whole_windows: false,
            second: None,
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
            whole_windows: false,
            second: None,
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
            if config.second.is_some() { "pretrained_window_sizes" } else { "" },
            if config.second.is_some() { "qkv_bias" } else { "" },
        ])?;
        config.version(facts)?;
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
        let config = config.windows(keys, facts)?;
        let words = format!("images of {0} x {0} pixels, GELU's exact form, average pooling", config.size);
        let size = facts.or_assume(facts.image_size()?, config.size, words);
        if config.classes.is_none() {
            facts.headless()?;
        }
        let whole_windows = facts.foreign_keys && !facts.transformers_keys;
        let found = Self { size, eps, pad_first: facts.foreign_keys, whole_windows, ..config };
        agreement::of_swin(&found, facts)?;
        Ok(Some(found))
    }

    fn sizes(keys: &Keys) -> Option<Self> {
        let &[width, channels, patch, _] = keys.shape("patch_embed.proj.weight")? else { return None };
        let attention = |l: usize, part: &str| keys.shape(&format!("layers.{l}.blocks.0.attn.{part}"));
        let layer = |l: usize| {
            let heads = attention(l, "relative_position_bias_table").and_then(|table| table.get(1));
            let heads = *heads.or(attention(l, "logit_scale").and_then(|scale| scale.first()))?;
            Some(Layer { blocks: keys.count(&format!("layers.{l}.blocks."), ".attn.qkv.weight"), heads })
        };
        let layers: Vec<Layer> = (0..).map_while(layer).collect();
        let second = attention(0, "cpb_mlp.0.weight").and_then(|first| first.first()).map(|&hidden| Second {
            hidden,
            trained: vec![0; layers.len()],
            bias: attention(0, "q_bias").is_some(),
        });
        let window = match attention(0, "relative_position_bias_table") {
            Some(table) => table.first()?.isqrt().div_ceil(2),
            None => second.as_ref().map(|_| USUAL_WINDOW)?,
        };
        let size = window.checked_mul(patch)?.checked_shl(layers.len().saturating_sub(1) as u32)?;
        let classes = keys.dim("head.fc.weight", 0).or(keys.dim("head.weight", 0));
        let mlp_ratio = keys.dim("layers.0.blocks.0.mlp.fc1.weight", 0)? / width.max(1);
        Some(Self {
            size,
            channels,
            patch,
            width,
            layers,
            window,
            mlp_ratio,
            classes,
            eps: EPS,
            pad_first: false,
            whole_windows: false,
            second,
        })
    }

    /// Refuses a configuration of the other version, and of relatives.
    fn version(&self, facts: &Facts) -> Result<()> {
        let own = if self.second.is_some() { "swinv2" } else { "swin" };
        if let Some(name) = facts.timm()
            && (name.split('_').next() != Some(own) || name.starts_with("swinv2_cr") || name.starts_with("swin_s3"))
        {
            return Err(facts.refuse(format!("{name} is not supported, or the weights are not its own")));
        }
        // timm's V2 does not know what is harmless of its V1.
        if self.second.is_some() && facts.value(&["weight_init"]).is_some() {
            return Err(facts.refuse("weight_init is not supported"));
        }
        if let Some(told) = facts.model_type().filter(|told| *told != own) {
            return Err(facts.refuse(format!("the configuration is of {told}, the weights are of {own}")));
        }
        Ok(())
    }

    /// Swin V2's windows leave no trace in the weights: by the configuration, by timm's name, or by a buffer of
    /// distances that some files hold.
    fn windows(self, keys: &Keys, facts: &mut Facts) -> Result<Self> {
        let Some(second) = &self.second else { return Ok(self) };
        let name = facts.timm().unwrap_or_default().to_owned();
        let (named, named_trained) = windows_in(&name);
        let buffer = keys.dim("layers.0.blocks.0.attn.relative_coords_table", 1).map(|across| across.div_ceil(2));
        let told = match facts.counts(&["window_size"]).as_deref() {
            Some(&[height, width]) if height != width => {
                return Err(facts.refuse(format!("windows of {height} x {width} tokens are not supported")));
            }
            Some(&[side, ..]) => Some(side),
            _ => named,
        };
        if let (Some(told), Some(buffer)) = (told, buffer)
            && buffer > told
        {
            return Err(facts.refuse(format!("the configuration says windows of {told}, the weights have {buffer}")));
        }
        let words = format!("windows of {USUAL_WINDOW} x {USUAL_WINDOW} tokens, as in the first training");
        let window = facts.or_assume(told.or(buffer), USUAL_WINDOW, words);
        let trained = match (facts.counts(&["pretrained_window_sizes"]), named_trained) {
            (Some(trained), _) if trained.len() != self.layers.len() => {
                return Err(facts.refuse("pretrained_window_sizes has not one number for each stage"));
            }
            (Some(trained), _) => trained,
            (None, Some(side)) => {
                // The fourth map of the first training was half as large as its window.
                (0..self.layers.len()).map(|i| if i < 3 { side } else { side / 2 }).collect()
            }
            (None, None) => second.trained.clone(),
        };
        // Windows above 8 are twice as wide as the last map in every published one.
        let stages = self.layers.len().saturating_sub(if window > USUAL_WINDOW { 2 } else { 1 });
        let size = window.saturating_mul(self.patch).checked_shl(stages as u32).unwrap_or(0);
        let second = Some(Second { trained, ..second.clone() });
        Ok(Self { window, size, second, ..self })
    }
}

/// Tokens on a side of most published windows of Swin V2.
const USUAL_WINDOW: usize = 8;

/// The window in a name such as "swinv2_base_window12to16_192to256", and that of the first training where it differs.
fn windows_in(name: &str) -> (Option<usize>, Option<usize>) {
    let Some(part) = name.split('_').find_map(|part| part.strip_prefix("window")) else { return (None, None) };
    match part.split_once("to") {
        Some((first, last)) => (last.parse().ok(), first.parse().ok()),
        None => (part.parse().ok(), None),
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
        format!("{}-{name}", if self.second.is_some() { "Swin V2" } else { "Swin" })
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
                let x = if i > 0 { self.merging(g, x) } else { x };
                (0..layer.blocks)
                    .fold(x, |x, b| g.module(&format!("blocks.{b}"), Kind::Block, |g| self.block(g, x, i, b % 2 == 1)))
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
    /// Equation 3: (shifted) window attention and MLP, each with a skip connection; a branch has its norm in front, in
    /// V2 at its end.
    fn block(&self, g: &mut Builder, x: NodeId, stage: usize, odd: bool) -> NodeId {
        let c = g.dim(x, 3);
        let norm = |g: &mut Builder, name: &str, y, here: bool| if here { g.layer_norm(name, y, self.eps) } else { y };
        let second = self.second.is_some();
        let y = norm(g, "norm1", x, !second);
        let y = self.windowed(g, y, stage, odd);
        let y = norm(g, "norm1", y, second);
        let x = g.add("add1", y, x);
        let y = norm(g, "norm2", x, !second);
        let y = g.module("mlp", Kind::Mlp, |g| {
            let y = g.linear("fc1", y, self.mlp_ratio * c);
            let y = g.gelu("act", y);
            g.linear("fc2", y, c)
        });
        let y = norm(g, "norm2", y, second);
        g.add("add2", y, x)
    }

    /// Attention within windows of a map, shifted in every other block.
    fn windowed(&self, g: &mut Builder, y: NodeId, stage: usize, odd: bool) -> NodeId {
        let [height, width] = [1, 2].map(|dim| g.dim(y, dim));
        // Where one window covers the map there is nothing to shift.
        let window = if self.whole_windows { self.window } else { self.window.min(height).min(width) };
        let shift = if odd && window < height.min(width) { self.window / 2 } else { 0 };
        let padded = [height, width].map(|n| n.next_multiple_of(window.max(1)));
        let pad = |g: &mut Builder, y| match padded == [height, width] {
            true => y,
            false => g.pad_map("pad", y, (padded[0], padded[1])),
        };
        let roll = |g: &mut Builder, y| if shift > 0 { g.roll("shift", y, shift as isize) } else { y };
        let y = if self.pad_first { pad(g, y) } else { roll(g, y) };
        let y = if self.pad_first { roll(g, y) } else { pad(g, y) };
        let y = g.window_partition("windows", y, window);
        let mask = (shift > 0).then_some(WindowMask { height: padded[0], width: padded[1], window, shift });
        let y = g.module("attn", Kind::Attention, |g| self.attention(g, y, stage, window, mask));
        let y = g.window_reverse("reverse", y, window, (padded[0], padded[1]));
        let crop = |g: &mut Builder, y| match padded == [height, width] {
            true => y,
            false => g.crop_map("crop", y, (height, width)),
        };
        let back = |g: &mut Builder, y| if shift > 0 { g.roll("unshift", y, -(shift as isize)) } else { y };
        let y = if self.pad_first { back(g, y) } else { crop(g, y) };
        if self.pad_first { crop(g, y) } else { back(g, y) }
    }

    /// Equation 4 within each window; in V2 of cosines.
    fn attention(&self, g: &mut Builder, x: NodeId, stage: usize, window: usize, mask: Option<WindowMask>) -> NodeId {
        let c = g.width(x);
        let heads = self.layers.get(stage).map_or(0, |layer| layer.heads);
        let (weights, qkv) = match &self.second {
            None => {
                let qkv = g.linear("qkv", x, 3 * c);
                let [q, k] = [("q", 0), ("k", 1)].map(|(name, part)| g.split_heads(name, qkv, (part, 3), heads));
                (g.window_attention_weights("attn_drop", (q, k), window, mask), qkv)
            }
            Some(second) => {
                let trained = second.trained.get(stage).copied().filter(|&n| n > 0).unwrap_or(window);
                let qkv = g.linear_no_bias("qkv", x, 3 * c);
                let qkv = if second.bias { g.qkv_bias("qkv_bias", qkv) } else { qkv };
                let [q, k] = [("q", 0), ("k", 1)].map(|(name, part)| g.split_heads(name, qkv, (part, 3), heads));
                let (q, k) = (g.unit_length("q_unit", q), g.unit_length("k_unit", k));
                let q = g.logit_scale("q_scale", q);
                let network = (window, trained, second.hidden);
                (g.cosine_attention_weights("attn_drop", (q, k), network, mask), qkv)
            }
        };
        let v = g.split_heads("v", qkv, (2, 3), heads);
        let x = g.attend("heads", weights, v);
        g.linear("proj", x, c)
    }

    /// Patch merging: 2x2 neighbours side by side, normalized, projected to twice the channels; in V2 normalized
    /// afterwards.
    fn merging(&self, g: &mut Builder, x: NodeId) -> NodeId {
        let c = g.width(x);
        g.module("downsample", Kind::Reshape, |g| {
            let (height, width) = (g.dim(x, 1), g.dim(x, 2));
            let even = (height.next_multiple_of(2), width.next_multiple_of(2));
            let x = if even == (height, width) { x } else { g.pad_map("pad", x, even) };
            let x = g.merge_neighbours("merge", x);
            if self.second.is_some() {
                let x = g.linear_no_bias("reduction", x, 2 * c);
                return g.layer_norm("norm", x, EPS);
            }
            let x = g.layer_norm("norm", x, EPS);
            g.linear_no_bias("reduction", x, 2 * c)
        })
    }
}
