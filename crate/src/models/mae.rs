//! Masked Autoencoders Are Scalable Vision Learners, He et al., CVPR 2022, arXiv:2111.06377.
//!
//! Keys as in transformers' `ViTMAEForPreTraining`, of version 5 and of those before it.

use std::any::Any;

use super::facts::{ACTIVATION, Activation, Facts, HEADS};
use super::{Architecture, Input, Keys, agreement};
use crate::error::{Code, Error, Result};
use crate::nn::{Builder, Graph, Kind, NodeId, Positions};
use crate::ops::Resample;
use crate::random::Random;

/// Encoder or decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Width of a token.
    pub width: usize,
    /// Number of blocks.
    pub depth: usize,
    /// Attention heads.
    pub heads: usize,
    /// Width inside the MLP.
    pub mlp: usize,
}

/// Everything that tells one MAE from another.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Pixels per side.
    pub size: usize,
    /// Patches on a side of the grid that the position embeddings were learned for.
    pub grid: usize,
    /// Pixels per side of a patch.
    pub patch: usize,
    /// Colour channels.
    pub channels: usize,
    /// The ViT that sees the visible patches alone.
    pub encoder: Part,
    /// The lighter one that sees all.
    pub decoder: Part,
    /// Whether the target is each patch's pixels normalized by their own mean and deviation (table 1d).
    pub norm_pix_loss: bool,
    /// Of the layer norms: 1e-12 in transformers, 1e-6 in the authors' own.
    pub eps: f64,
    /// The share of patches that is hidden where nothing else is asked for.
    pub mask_ratio: f64,
    /// How positions are brought to an image of another size.
    pub resample: Resample,
}

const EPS: f64 = 1e-12;
/// Section 4.1: the share of patches hidden.
pub const MASK_RATIO: f64 = 0.75;
/// What a file may ask to be masked, so that none can exhaust the memory before it is refused.
const MOST_PATCHES: usize = 1 << 16;

/// Which patches are visible, as the reference implementation draws it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchMask {
    /// Visible patches, lowest noise first.
    pub keep: Vec<usize>,
    /// Place of each patch among visible patches followed by hidden ones.
    pub restore: Vec<usize>,
}

impl PatchMask {
    /// The `visible` patches of lowest noise stay (section 3, "sorted noise").
    pub fn from_noise(noise: &[f32], visible: usize) -> Self {
        let mut order: Vec<usize> = (0..noise.len()).collect();
        order.sort_by(|&a, &b| noise[a].total_cmp(&noise[b]));
        Self::from_order(&order, visible)
    }

    /// A drawn mask: `true` hides a patch.
    pub fn from_hidden(hidden: &[bool]) -> Self {
        let (hide, keep): (Vec<usize>, Vec<usize>) = (0..hidden.len()).partition(|&i| hidden[i]);
        let visible = keep.len();
        Self::from_order(&[keep, hide].concat(), visible)
    }

    /// As many of `patches` as are to stay `visible`, drawn at random; equal for equal seeds.
    pub fn random(patches: usize, visible: usize, seed: u64) -> Self {
        let mut hidden = vec![false; patches];
        let order = Random::new(seed).permutation(patches);
        order.into_iter().take(patches - visible.min(patches)).for_each(|patch| hidden[patch] = true);
        Self::from_hidden(&hidden)
    }

    /// A fixed mask that scatters the `visible` ones of `patches`, for when none is given.
    pub fn scattered(patches: usize, visible: usize) -> Self {
        // Multiples of a number without common factor.
        let step = (patches / 2 + 1..).find(|s| gcd(*s, patches) == 1).unwrap_or(1);
        let noise: Vec<f32> = (0..patches).map(|i| (i * step % patches) as f32).collect();
        Self::from_noise(&noise, visible)
    }

    /// None of `patches` hidden.
    pub fn all_visible(patches: usize) -> Self {
        let order: Vec<usize> = (0..patches).collect();
        Self { keep: order.clone(), restore: order }
    }

    fn from_order(order: &[usize], visible: usize) -> Self {
        let mut restore = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, &patch)| restore[patch] = place);
        Self { keep: order[..visible].to_vec(), restore }
    }

    /// 1 where a patch is hidden, as the reference implementation returns it.
    pub fn hidden(&self) -> Vec<u8> {
        self.restore.iter().map(|&place| u8::from(place >= self.keep.len())).collect()
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Config {
    /// ViT-B of the paper, its decoder 8 blocks deep and 512 wide.
    pub fn base() -> Self {
        Self {
            size: 224,
            grid: 14,
            patch: 16,
            channels: 3,
            encoder: Part { width: 768, depth: 12, heads: 12, mlp: 3072 },
            decoder: Part { width: 512, depth: 8, heads: 16, mlp: 2048 },
            norm_pix_loss: true,
            eps: EPS,
            mask_ratio: MASK_RATIO,
            resample: Resample::Transformers,
        }
    }

    /// The small one, at 32 pixels.
    pub fn cifar() -> Self {
        Self {
            size: 32,
            grid: 8,
            patch: 4,
            channels: 3,
            encoder: Part { width: 128, depth: 6, heads: 4, mlp: 256 },
            decoder: Part { width: 96, depth: 3, heads: 4, mlp: 192 },
            norm_pix_loss: false,
            eps: EPS,
            mask_ratio: MASK_RATIO,
            resample: Resample::Transformers,
        }
    }

    /// Reads the sizes from a checkpoint's keys and shapes. Neither heads nor the loss's target leave a trace there:
    /// the paper's widths have 64 channels a head (32 in the decoder), narrower networks four heads.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a configuration names what is not supported.
    pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Self>> {
        let Some(sizes) = Self::sizes(keys) else { return Ok(None) };
        let (width, decoder_width) = (sizes.encoder.width, sizes.decoder.width);
        let guess = match width {
            1280 => (16, 16),
            192.. => (width / 64, (decoder_width / 32).max(1)),
            _ => (4, 4),
        };
        let encoder = Part { heads: facts.heads(HEADS, width, guess.0)?, ..sizes.encoder };
        let decoder_heads = &["decoder_num_attention_heads", "decoder_num_heads"];
        let told = facts.count(decoder_heads).or(facts.transformers().then_some(16));
        let words = format!("{} attention heads in the decoder", guess.1);
        let heads = facts.or_assume(told, guess.1, words);
        if heads == 0 || !decoder_width.is_multiple_of(heads) {
            return Err(
                facts.refuse(format!("{decoder_width} channels cannot be shared by {heads} heads of the decoder"))
            );
        }
        let activation = facts.activation(ACTIVATION, Activation::Gelu)?;
        if activation != Activation::Gelu {
            return Err(facts.refuse(format!("an MAE with {} is not supported", activation.title())));
        }
        let told = facts.flag(&["norm_pix_loss"]).or(facts.transformers().then_some(false));
        let norm_pix_loss = facts.or_assume(
            told,
            width >= 192,
            if width >= 192 { "a loss on normalized pixels" } else { "a loss on pixels as they are" },
        );
        let eps = facts.epsilon(1e-6);
        let size = square(facts, sizes.size, sizes.patch)?;
        let decoder = Part { heads, ..sizes.decoder };
        let mask_ratio = facts.number(&["mask_ratio"]).unwrap_or(MASK_RATIO);
        if !(0.01..0.99).contains(&mask_ratio) {
            return Err(facts.refuse(format!("mask_ratio = {mask_ratio} leaves nothing to see, or nothing to guess")));
        }
        let resample = if facts.transformers_keys { Resample::Transformers } else { Resample::Timm };
        let found = Self { size, encoder, decoder, norm_pix_loss, eps, mask_ratio, resample, ..sizes };
        agreement::of_mae(&found, facts)?;
        Ok(Some(found))
    }

    fn sizes(keys: &Keys) -> Option<Self> {
        let &[width, channels, patch, _] = keys.shape("vit.embeddings.patch_embeddings.projection.weight")? else {
            return None;
        };
        let positions = keys.dim("vit.embeddings.position_embeddings", 1)?;
        let decoder_width = keys.dim("decoder.decoder_embed.weight", 0)?;
        let part = |prefix: &str, width: usize| {
            let depth = keys.count(prefix, ".attention.q_proj.weight");
            Some(Part { width, depth, heads: 1, mlp: keys.dim(&format!("{prefix}0.mlp.fc1.weight"), 0)? })
        };
        Some(Self {
            size: positions.saturating_sub(1).isqrt() * patch,
            grid: positions.saturating_sub(1).isqrt(),
            patch,
            channels,
            encoder: part("vit.layers.", width)?,
            decoder: part("decoder.decoder_layers.", decoder_width)?,
            norm_pix_loss: false,
            eps: EPS,
            mask_ratio: MASK_RATIO,
            resample: Resample::Transformers,
        })
    }

    /// The same on images of `size` pixels a side, its position embeddings resampled.
    ///
    /// # Errors
    ///
    /// `BadInput` where patches do not divide the size.
    pub fn at(&self, size: usize) -> Result<Self> {
        if size == 0 || !size.is_multiple_of(self.patch.max(1)) {
            let message = format!("patches of {} pixels do not divide {size}", self.patch);
            return Err(Error::new(Code::BadInput, message));
        }
        Ok(Self { size, ..self.clone() })
    }

    /// Patches of the image.
    pub fn patches(&self) -> usize {
        (self.size / self.patch.max(1)).pow(2)
    }

    /// Patches that the default ratio leaves visible.
    pub fn visible(&self) -> usize {
        (self.patches() as f64 * (1.0 - self.mask_ratio)) as usize
    }

    /// The mask where none is asked for: drawn once, as much visible as the paper leaves.
    pub fn own_mask(&self) -> PatchMask {
        PatchMask::random(self.patches(), self.visible(), 1)
    }

    /// The architecture as an MAE, where it is one.
    pub fn of(architecture: &dyn Architecture) -> Option<&Self> {
        (architecture as &dyn Any).downcast_ref()
    }

    /// The network with some patches hidden: `[b, patches, patch^2 * channels]`, pixels of a patch in the order (y, x,
    /// channel).
    ///
    /// # Errors
    ///
    /// `BadInput` where the mask leaves nothing to see or is of another number of patches, and what stating a network
    /// refuses.
    pub fn masked_graph(&self, mask: &PatchMask) -> Result<Graph> {
        if mask.restore.len() != self.patches() || mask.keep.is_empty() {
            let message = format!("a mask has {} entries of which at least one is visible", self.patches());
            return Err(Error::new(Code::BadInput, message));
        }
        let pixels = self.patch * self.patch * self.channels;
        let mut g = Builder::new(self.channels, self.size, self.size);
        let x = g.module("vit", Kind::Layer, |g| self.encode(g, mask));
        let x = g.module("decoder", Kind::Layer, |g| {
            let x = g.linear("decoder_embed", x, self.decoder.width);
            let x = g.insert_mask_tokens("mask_token", x, &mask.restore);
            let x = g.add_position("decoder_pos_embed", x, self.decoder_positions());
            let x = (0..self.decoder.depth)
                .fold(x, |x, i| block(g, &format!("decoder_layers.{i}"), x, self.decoder, self.eps));
            let x = g.layer_norm("decoder_norm", x, self.eps);
            let x = g.linear("decoder_pred", x, pixels);
            g.drop_class_token(x)
        });
        g.finish(x)
    }

    fn positions(&self, skip: usize) -> Positions {
        Positions { rows: self.grid * self.grid + 1, front: 1, skip, resample: self.resample }
    }

    fn decoder_positions(&self) -> Positions {
        let own = self.positions(0);
        match self.resample {
            Resample::Transformers => Positions { resample: Resample::Row, ..own },
            _ => own,
        }
    }

    /// Section 3: the encoder never sees a mask token.
    fn encode(&self, g: &mut Builder, mask: &PatchMask) -> NodeId {
        let width = self.encoder.width;
        let x = g.module("embeddings", Kind::Embedding, |g| {
            let x = g.module("patch_embeddings", Kind::Embedding, |g| {
                let rows = g.patchify(g.input(), self.patch);
                g.linear_stored_as("projection", rows, &[width, self.channels, self.patch, self.patch])
            });
            let x = g.add_position("position_embeddings", x, self.positions(1));
            let x = g.gather_visible("visible", x, &mask.keep);
            g.class_token_with_position("cls_token", x, "position_embeddings")
        });
        let x = (0..self.encoder.depth).fold(x, |x, i| block(g, &format!("layers.{i}"), x, self.encoder, self.eps));
        g.layer_norm("layernorm", x, self.eps)
    }
}

fn block(g: &mut Builder, name: &str, x: NodeId, part: Part, eps: f64) -> NodeId {
    g.module(name, Kind::Block, |g| {
        let y = g.layer_norm("layernorm_before", x, eps);
        let y = g.module("attention", Kind::Attention, |g| {
            let heads = |g: &mut Builder, n: &str| {
                let y = g.linear(&format!("{n}_proj"), y, part.width);
                g.split_heads(n, y, (0, 1), part.heads)
            };
            let (q, k, v) = (heads(g, "q"), heads(g, "k"), heads(g, "v"));
            let weights = g.attention_weights("dropout", q, k);
            let y = g.attend("heads", weights, v);
            g.linear("o_proj", y, part.width)
        });
        let x = g.add("add1", y, x);
        let y = g.layer_norm("layernorm_after", x, eps);
        let y = g.module("mlp", Kind::Mlp, |g| {
            let y = g.linear("fc1", y, part.mlp);
            let y = g.gelu("act", y);
            g.linear("fc2", y, part.width)
        });
        g.add("add2", y, x)
    })
}

/// The side of the image that the position embedding covers, where the configuration does not say that it is another.
fn square(facts: &mut Facts, size: usize, patch: usize) -> Result<usize> {
    match facts.image_size()? {
        Some(told) if told / patch.max(1) * patch == size && told != size => {
            facts.assume(format!(
                "images of {size} pixels, where the configuration has {told}: patches do not divide it"
            ));
            Ok(size)
        }
        Some(told) if told != size => {
            Err(facts.refuse(format!("images of {told} pixels do not have the positions of {size}")))
        }
        told => {
            let side = size / patch.max(1);
            Ok(facts.or_assume(told, size, format!("a square grid of {side} x {side} patches")))
        }
    }
}

impl Architecture for Config {
    fn family(&self) -> &'static str {
        "mae"
    }

    fn title(&self) -> String {
        let name = match (self.encoder.width, self.encoder.depth) {
            (768, 12) => "B",
            (1024, 24) => "L",
            (1280, 32) => "H",
            _ => "small",
        };
        format!("MAE ViT-{name}/{}", self.patch)
    }

    fn input(&self) -> Input {
        Input { size: self.size, channels: self.channels }
    }

    /// With its own mask.
    fn graph(&self, size: usize) -> Result<Graph> {
        if size != self.size {
            return self.at(size)?.graph(size);
        }
        let patches = self.patches();
        if patches > MOST_PATCHES {
            let message = format!("an MAE of {patches} patches is not supported");
            return Err(Error::new(Code::UnsupportedCheckpoint, message));
        }
        self.masked_graph(&self.own_mask())
    }
}

impl Config {
    /// An image `[channels, size, size]` as `[patches, patch^2 * channels]`, pixels in the order (y, x, channel).
    pub fn patch_pixels(&self, image: &[f32]) -> Vec<f32> {
        self.pixel_order().map(|at| image[at]).collect()
    }

    /// The inverse of [`Self::patch_pixels`].
    pub fn image_of_patches(&self, patches: &[f32]) -> Vec<f32> {
        let mut image = vec![0.0; patches.len()];
        self.pixel_order().zip(patches).for_each(|(at, &value)| image[at] = value);
        image
    }

    /// For each number of the patches, its place in the image.
    fn pixel_order(&self) -> impl Iterator<Item = usize> + '_ {
        let (p, c, side) = (self.patch, self.channels, self.size / self.patch);
        (0..side * side * p * p * c).map(move |i| {
            let (channel, i) = (i % c, i / c);
            let (x, i) = (i % p, i / p);
            let (y, i) = (i % p, i / p);
            channel * self.size * self.size + (i / side * p + y) * self.size + i % side * p + x
        })
    }
}

/// Mean and deviation of a patch as the reference normalizes its target: unbiased variance plus 1e-6.
pub fn statistics(patch: &[f32]) -> (f32, f32) {
    let n = patch.len() as f64;
    let mean = patch.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let variance = patch.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean as f32, (variance + 1e-6).sqrt() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_and_drawing_give_the_same_mask() {
        let mask = PatchMask::from_noise(&[0.9, 0.1, 0.5, 0.2], 2);
        assert_eq!(mask.keep, [1, 3]);
        assert_eq!(mask.hidden(), [1, 0, 1, 0]);
        assert_eq!(
            PatchMask::from_hidden(&[true, false, true, false]),
            PatchMask { keep: vec![1, 3], restore: vec![2, 0, 3, 1] }
        );
    }
}
