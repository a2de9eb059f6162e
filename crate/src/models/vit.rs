//! An Image is Worth 16x16 Words, Dosovitskiy et al., ICLR 2021, arXiv:2010.11929.
//!
//! Keys and LayerNorm epsilon (1e-6) as in timm's `vit_*`; DeiT's without distillation token are the same network.

use super::facts::{ACTIVATION, Activation, Facts, HEADS};
use super::{Architecture, Input, Keys, agreement};
use crate::error::Result;
use crate::nn::{Builder, Graph, Kind, NodeId, Positions};
use crate::ops::{Joined, Resample};

/// What of the tokens becomes the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// The class token.
    Token,
    /// The mean of the patches.
    Average,
    /// The class token, and the mean of the patches after it (DINOv2's classifiers).
    Both,
}

/// Everything that tells one ViT from another.
#[derive(Debug, Clone, PartialEq)]
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
    /// What the head reads.
    pub pool: Pool,
    /// Whether there is a class token.
    pub class_token: bool,
    /// Whether there is a token of distillation beside it, and a head for it (DeiT).
    pub distilled: bool,
    /// Whether the answer is the mean of what both of these tokens say.
    pub distilled_answer: bool,
    /// Tokens that stand for nothing (DINOv2 with registers).
    pub registers: usize,
    /// Tokens in front of the patches that have a position too; DeiT-3's have none.
    pub placed: usize,
    /// Whether what each branch adds is scaled.
    pub layer_scale: bool,
    /// Whether the MLP is gated: SwiGLU.
    pub gated: bool,
    /// A norm before the first block (CLIP).
    pub norm_pre: bool,
    /// A norm after the pooling in place of the one before it (MAE's fine-tuned networks).
    pub fc_norm: bool,
    /// Whether queries, keys and values have biases.
    pub qkv_bias: bool,
    /// Whether queries and keys are normalized.
    pub qk_norm: bool,
    /// Whether the patches' projection has a bias.
    pub patch_bias: bool,
    /// Of the layer norms.
    pub eps: f64,
    /// Inside the MLP.
    pub activation: Activation,
    /// How positions are brought to an image of another size.
    pub resample: Resample,
}

/// timm's.
const EPS: f64 = 1e-6;

impl Config {
    /// Of these sizes, in the paper's form: a class token, GELU, biases everywhere, heads of 64 channels, an MLP four
    /// times as wide.
    fn plain(size: usize, patch: usize, width: usize, depth: usize) -> Self {
        Self {
            size,
            channels: 3,
            patch,
            width,
            depth,
            heads: width / 64,
            mlp: 4 * width,
            classes: Some(1000),
            pool: Pool::Token,
            class_token: true,
            distilled: false,
            distilled_answer: false,
            registers: 0,
            placed: 1,
            layer_scale: false,
            gated: false,
            norm_pre: false,
            fc_norm: false,
            qkv_bias: true,
            qk_norm: false,
            patch_bias: true,
            eps: EPS,
            activation: Activation::Gelu,
            resample: Resample::Timm,
        }
    }

    /// Ti, S, B and L of table 1 (and DeiT's): 64 channels a head, an MLP four times as wide, 224 pixels.
    pub fn imagenet(width: usize, depth: usize, patch: usize) -> Self {
        Self::plain(224, patch, width, depth)
    }

    /// The small one, at 32 pixels.
    pub fn cifar() -> Self {
        Self { heads: 4, mlp: 256, classes: Some(10), ..Self::plain(32, 4, 128, 6) }
    }

    /// Without its head, as DINO trains it.
    pub fn headless(self) -> Self {
        Self { classes: None, ..self }
    }

    /// Reads the sizes from a checkpoint's keys and shapes. The number of heads leaves no trace there: 64 channels a
    /// head in networks of the paper's widths, 32 in narrower ones.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a configuration names what is not supported, or is not of these weights.
    pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Self>> {
        let Some(sizes) = Self::sizes(keys) else { return Ok(None) };
        check_arguments(facts)?;
        let name = facts.timm().unwrap_or_default().to_owned();
        let guess = match sizes.width {
            1280 | 1408 => 16,
            width @ 192.. => width / 64,
            width => (width / 32).max(1),
        };
        let heads = facts.heads(HEADS, sizes.width, guess)?;
        let usual = if name.contains("quickgelu") { Activation::QuickGelu } else { Activation::Gelu };
        let activation = facts.activation(ACTIVATION, usual)?;
        let clip = name.contains("_clip") || (name.is_empty() && sizes.norm_pre);
        let eps = facts.epsilon(if clip { 1e-5 } else { EPS });
        let pool = sizes.pooling(facts)?;
        let Some((size, placed)) = sizes.grid(keys, facts)? else { return Ok(None) };
        if sizes.classes.is_none() {
            facts.headless()?;
        }
        // Of their networks with registers antialiased, as timm's.
        let plain = facts.transformers_keys && sizes.registers == 0;
        let resample = if plain { Resample::Transformers } else { Resample::Timm };
        if facts.text(&["model_type"]) == Some("vit_mae") && facts.number(&["mask_ratio"]) != Some(0.0) {
            facts.assume("no patch is hidden from the encoder");
        }
        let found = Self { size, heads, activation, eps, pool, placed, resample, ..sizes };
        agreement::of_vit(&found, facts)?;
        Ok(Some(found.distillation(keys, facts)))
    }

    /// What becomes of a distillation token without a head of its own: transformers reads the class token alone, timm
    /// the mean.
    fn distillation(self, keys: &Keys, facts: &Facts) -> Self {
        let alone = self.distilled && facts.transformers_keys && !keys.has("head_dist.weight");
        Self { distilled_answer: self.distilled && !alone, ..self }
    }

    /// What keys and shapes tell.
    fn sizes(keys: &Keys) -> Option<Self> {
        let &[width, channels, patch, _] = keys.shape("patch_embed.proj.weight")? else { return None };
        let depth = keys.count("blocks.", ".attn.qkv.weight");
        let mlp = keys.dim("blocks.0.mlp.fc1.weight", 0)?;
        let double = keys.dim("head.weight", 1).is_some_and(|inputs| inputs == 2 * width);
        Some(Self {
            channels,
            mlp,
            gated: keys.dim("blocks.0.mlp.fc2.weight", 1).is_some_and(|inner| mlp == 2 * inner),
            distilled: keys.has("dist_token"),
            registers: keys.dim("reg_token", 1).unwrap_or(0),
            layer_scale: keys.has("blocks.0.ls1.gamma"),
            pool: if double { Pool::Both } else { Pool::Token },
            classes: keys.dim("head.weight", 0),
            class_token: keys.has("cls_token"),
            norm_pre: keys.has("norm_pre.weight"),
            fc_norm: keys.has("fc_norm.weight"),
            qkv_bias: keys.has("blocks.0.attn.qkv.bias"),
            qk_norm: keys.has("blocks.0.attn.q_norm.weight"),
            // Only CLIP, which norms them before the first block, does without.
            patch_bias: keys.has("patch_embed.proj.bias") || !keys.has("norm_pre.weight"),
            ..Self::plain(0, patch, width, depth)
        })
    }

    fn pooling(&self, facts: &mut Facts) -> Result<Pool> {
        if self.pool == Pool::Both {
            return Ok(Pool::Both);
        }
        let told = match facts.text(&["global_pool"]) {
            Some("token") => Some(Pool::Token),
            Some("avg") => Some(Pool::Average),
            Some(other) => return Err(facts.refuse(format!("global_pool = \"{other}\" is not supported"))),
            None => None,
        };
        // A norm after the pooling is what averages have; without a class token nothing else is left.
        if self.fc_norm || !self.class_token {
            return Ok(told.unwrap_or(Pool::Average));
        }
        Ok(facts.or_assume(told, Pool::Token, "class token pooling"))
    }

    /// The image that the position embedding covers, and how many tokens in front of it have a place too.
    fn grid(&self, keys: &Keys, facts: &mut Facts) -> Result<Option<(usize, usize)>> {
        let Some(rows) = keys.dim("pos_embed", 1) else { return Ok(None) };
        let square = |n: usize| n > 0 && n.isqrt().pow(2) == n;
        let classes = usize::from(self.class_token) + usize::from(self.distilled);
        // transformers' registers have no position, timm's may.
        let placed = [classes, classes + self.registers, 0];
        let Some(placed) = placed.into_iter().find(|&p| rows.checked_sub(p).is_some_and(square)) else {
            let message =
                format!("its {rows} positions are those of an image that is not square, which is not supported");
            return Err(facts.refuse(message));
        };
        let patches = rows - placed;
        let size = patches.isqrt().saturating_mul(self.patch);
        let told = facts.image_size()?;
        match told {
            Some(told) if told / self.patch.max(1) * self.patch == size && told != size => {
                facts.assume(format!(
                    "images of {size} pixels, where the configuration has {told}: patches do not divide it"
                ));
            }
            Some(told) if told != size => {
                let message =
                    format!("the configuration's images of {told} pixels do not have the positions of {size}");
                return Err(facts.refuse(message));
            }
            _ => {}
        }
        let side = patches.isqrt();
        facts.or_assume(
            told,
            size,
            format!("a square grid of {side} x {side} patches, images of {size} x {size} pixels"),
        );
        Ok(Some((size, placed)))
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

    /// States the network (equations 1 to 4) on images of `size` pixels per side.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where its parts do not fit each other or the size.
    pub fn state(&self, size: usize) -> Result<Graph> {
        self.stated(size, None)
    }

    /// The same with these patches alone, counted row by row, as training may leave others out (timm's `patch_drop`).
    ///
    /// # Errors
    ///
    /// Those of [`Self::state`].
    pub fn state_visible(&self, size: usize, patches: &[usize]) -> Result<Graph> {
        self.stated(size, Some(patches))
    }

    fn stated(&self, size: usize, visible: Option<&[usize]>) -> Result<Graph> {
        let mut g = Builder::new(self.channels, size, size);
        let mut x = self.embed(&mut g);
        if let Some(patches) = visible {
            let front = self.front();
            let tokens: Vec<usize> = (0..front).chain(patches.iter().map(|patch| front + patch)).collect();
            x = g.gather_visible("patch_drop", x, &tokens);
        }
        if self.norm_pre {
            x = g.layer_norm("norm_pre", x, self.eps);
        }
        for i in 0..self.depth {
            x = g.module(&format!("blocks.{i}"), Kind::Block, |g| self.block(g, x));
        }
        if !self.fc_norm {
            x = g.layer_norm("norm", x, self.eps);
        }
        let pooled = match self.pool {
            Pool::Token => g.select_token(if self.fc_norm { "pool" } else { "fc_norm" }, x, 0),
            Pool::Average => self.mean(&mut g, x),
            Pool::Both => {
                let (class, mean) = (g.select_token("class", x, 0), self.mean(&mut g, x));
                g.join("fc_norm", class, mean, Joined::Concatenated)
            }
        };
        let tokens = x;
        x = if self.fc_norm { g.layer_norm("fc_norm", pooled, self.eps) } else { pooled };
        if let Some(classes) = self.classes {
            x = g.linear("head", x, classes);
        }
        if self.distilled_answer {
            let mut other = g.select_token("dist", tokens, 1);
            if let Some(classes) = self.classes {
                other = g.linear("head_dist", other, classes);
            }
            x = g.join("mean", x, other, Joined::Averaged);
        }
        g.finish(x)
    }

    /// Equation 1: projected patches, the class token and their positions.
    fn embed(&self, g: &mut Builder) -> NodeId {
        let mut x = g.module("patch_embed", Kind::Embedding, |g| {
            let rows = g.patchify(g.input(), self.patch);
            let kernel = [self.width, self.channels, self.patch, self.patch];
            if self.patch_bias {
                g.linear_stored_as("proj", rows, &kernel)
            } else {
                g.linear_stored_as_no_bias("proj", rows, &kernel)
            }
        });
        let patches = (self.size / self.patch.max(1)).pow(2);
        let classes = usize::from(self.class_token) + usize::from(self.distilled);
        let rows = patches + self.placed;
        if self.placed == 0 {
            x = g.add_position("pos_embed", x, self.positions(rows, 0));
            x = self.add_registers(g, x);
            return self.add_classes(g, x);
        }
        if self.placed == classes && self.registers > 0 {
            // Registers stand between, without a position.
            x = g.add_position("pos_embed", x, self.positions(rows, classes));
            x = self.add_registers(g, x);
            return g.class_token_with_position("cls_token", x, "pos_embed");
        }
        x = self.add_registers(g, x);
        x = self.add_classes(g, x);
        g.add_position("pos_embed", x, self.positions(rows, 0))
    }

    fn positions(&self, rows: usize, skip: usize) -> Positions {
        Positions { rows, front: self.placed, skip, resample: self.resample }
    }

    fn add_registers(&self, g: &mut Builder, x: NodeId) -> NodeId {
        if self.registers > 0 { g.register_tokens("reg_token", x, self.registers) } else { x }
    }

    fn add_classes(&self, g: &mut Builder, x: NodeId) -> NodeId {
        let x = if self.distilled { g.register_tokens("dist_token", x, 1) } else { x };
        if self.class_token { g.class_token("cls_token", x) } else { x }
    }

    /// Tokens in front of the patches.
    fn front(&self) -> usize {
        usize::from(self.class_token) + usize::from(self.distilled) + self.registers
    }

    fn mean(&self, g: &mut Builder, x: NodeId) -> NodeId {
        let patches = match self.front() {
            0 => x,
            1 => g.drop_class_token(x),
            front => g.drop_tokens(x, front),
        };
        g.mean_tokens("pool", patches)
    }

    /// Equations 2 and 3: pre-norm attention and MLP, each with a skip connection.
    fn block(&self, g: &mut Builder, x: NodeId) -> NodeId {
        let y = g.layer_norm("norm1", x, self.eps);
        let y = g.module("attn", Kind::Attention, |g| self.attention(g, y));
        let y = if self.layer_scale { g.layer_scale("ls1", y) } else { y };
        let x = g.add("add1", y, x);
        let y = g.layer_norm("norm2", x, self.eps);
        let y = g.module("mlp", Kind::Mlp, |g| {
            let y = g.linear("fc1", y, self.mlp);
            let y = if self.gated { g.swiglu("act", y) } else { g.activation("act", y, self.activation) };
            g.linear("fc2", y, self.width)
        });
        let y = if self.layer_scale { g.layer_scale("ls2", y) } else { y };
        g.add("add2", y, x)
    }

    /// Appendix A. `attn_drop` is where timm holds the attention weights.
    fn attention(&self, g: &mut Builder, x: NodeId) -> NodeId {
        let qkv =
            if self.qkv_bias { g.linear("qkv", x, 3 * self.width) } else { g.linear_no_bias("qkv", x, 3 * self.width) };
        let mut q = g.split_heads("q", qkv, (0, 3), self.heads);
        let mut k = g.split_heads("k", qkv, (1, 3), self.heads);
        if self.qk_norm {
            q = g.layer_norm("q_norm", q, self.eps);
            k = g.layer_norm("k_norm", k, self.eps);
        }
        let v = g.split_heads("v", qkv, (2, 3), self.heads);
        let weights = g.attention_weights("attn_drop", q, k);
        let x = g.attend("norm", weights, v);
        g.linear("proj", x, self.width)
    }
}

/// Refuses what timm builds under these names with the same keys, or with keys that tell too little.
fn check_arguments(facts: &Facts) -> Result<()> {
    facts.only_arguments(&[
        "img_size",
        "patch_size",
        "embed_dim",
        "depth",
        "num_heads",
        "mlp_ratio",
        "qkv_bias",
        "qk_norm",
        "init_values",
        "class_token",
        "no_embed_class",
        "reg_tokens",
        "pre_norm",
        "fc_norm",
        "final_norm",
        "act_layer",
        "global_pool",
        "dynamic_img_size",
        "proj_bias",
        "use_fc_norm",
    ])?;
    let Some(name) = facts.timm() else { return Ok(()) };
    let known = ["vit_", "deit_", "deit3_", "flexivit_"].iter().any(|start| name.starts_with(start));
    let other =
        ["rope", "relpos", "parallel", "siglip", "xcit", "_srelpos", "_rpn", "18x2", "30x2", "_r_s", "_r26", "_r50"]
            .iter()
            .find(|word| name.contains(*word));
    match other {
        Some(word) => Err(facts.refuse(format!("a ViT of the kind \"{word}\" is not supported"))),
        None if known => Ok(()),
        None => Err(facts.refuse("this architecture is not supported")),
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
