//! Masked Autoencoders Are Scalable Vision Learners, He et al., CVPR 2022, arXiv:2111.06377.
//!
//! Keys as in transformers' `ViTMAEForPreTraining`, of version 5 and of those before it.

use super::{Architecture, Input, Keys, is_buffer};
use crate::error::Result;
use crate::nn::{Builder, Graph, Kind, NodeId};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Pixels per side.
    pub size: usize,
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
}

const EPS: f64 = 1e-12;
/// Section 4.1: the share of patches hidden.
pub const MASK_RATIO: f64 = 0.75;

impl Config {
    /// ViT-B of the paper, its decoder 8 blocks deep and 512 wide.
    pub fn base() -> Self {
        Self {
            size: 224,
            patch: 16,
            channels: 3,
            encoder: Part { width: 768, depth: 12, heads: 12, mlp: 3072 },
            decoder: Part { width: 512, depth: 8, heads: 16, mlp: 2048 },
            norm_pix_loss: true,
        }
    }

    /// The small one, at 32 pixels.
    pub fn cifar() -> Self {
        Self {
            size: 32,
            patch: 4,
            channels: 3,
            encoder: Part { width: 128, depth: 6, heads: 4, mlp: 256 },
            decoder: Part { width: 96, depth: 3, heads: 4, mlp: 192 },
            norm_pix_loss: false,
        }
    }

    /// Reads the sizes from a checkpoint's keys and shapes. The numbers of heads leave no trace there: the paper's
    /// widths have 64 channels a head (32 in the decoder), narrower networks four heads.
    pub fn detect(keys: &Keys) -> Option<Self> {
        let &[width, channels, patch, _] = keys.shape("vit.embeddings.patch_embeddings.projection.weight")? else {
            return None;
        };
        let positions = keys.dim("vit.embeddings.position_embeddings", 1)?;
        let decoder_width = keys.dim("decoder.decoder_embed.weight", 0)?;
        let canonical: Keys = Keys::new(keys.iter().filter_map(|(k, s)| Some((canonical(k)?, s.to_vec()))));
        let part = |prefix: &str, width: usize, heads: usize| {
            let depth = canonical.count(prefix, ".attention.q_proj.weight");
            Some(Part { width, depth, heads, mlp: canonical.dim(&format!("{prefix}0.mlp.fc1.weight"), 0)? })
        };
        let heads = if width >= 192 { (width / 64, decoder_width / 32) } else { (4, 4) };
        Some(Self {
            size: positions.saturating_sub(1).isqrt() * patch,
            patch,
            channels,
            encoder: part("vit.layers.", width, heads.0)?,
            decoder: part("decoder.decoder_layers.", decoder_width, heads.1)?,
            norm_pix_loss: width >= 192,
        })
    }

    /// Patches of the image.
    pub fn patches(&self) -> usize {
        (self.size / self.patch).pow(2)
    }

    /// Patches that the default ratio leaves visible.
    pub fn visible(&self) -> usize {
        (self.patches() as f64 * (1.0 - MASK_RATIO)) as usize
    }

    /// The network with this many patches visible: `[b, patches, patch^2 * channels]`, pixels of a patch in the order
    /// (y, x, channel).
    pub fn masked_graph(&self, visible: usize) -> Result<Graph> {
        let (n, pixels) = (self.patches(), self.patch * self.patch * self.channels);
        let mut g = Builder::new(self.channels, self.size, self.size);
        let x = g.module("vit", Kind::Layer, |g| self.encode(g, visible));
        let x = g.module("decoder", Kind::Layer, |g| {
            let x = g.linear("decoder_embed", x, self.decoder.width);
            let x = g.insert_mask_tokens("mask_token", x, n);
            let x = g.add_position("decoder_pos_embed", x, n + 1, 0);
            let x = (0..self.decoder.depth).fold(x, |x, i| block(g, &format!("decoder_layers.{i}"), x, self.decoder));
            let x = g.layer_norm("decoder_norm", x, EPS);
            let x = g.linear("decoder_pred", x, pixels);
            g.drop_class_token(x)
        });
        g.finish(x)
    }

    /// Section 3: the encoder never sees a mask token.
    fn encode(&self, g: &mut Builder, visible: usize) -> NodeId {
        let width = self.encoder.width;
        let x = g.module("embeddings", Kind::Embedding, |g| {
            let x = g.module("patch_embeddings", Kind::Embedding, |g| {
                let rows = g.patchify(g.input(), self.patch);
                g.linear_stored_as("projection", rows, &[width, self.channels, self.patch, self.patch])
            });
            let x = g.add_position("position_embeddings", x, self.patches() + 1, 1);
            let x = g.gather_visible("visible", x, visible);
            g.class_token_with_position("cls_token", x, "position_embeddings")
        });
        let x = (0..self.encoder.depth).fold(x, |x, i| block(g, &format!("layers.{i}"), x, self.encoder));
        g.layer_norm("layernorm", x, EPS)
    }
}

fn block(g: &mut Builder, name: &str, x: NodeId, part: Part) -> NodeId {
    g.module(name, Kind::Block, |g| {
        let y = g.layer_norm("layernorm_before", x, EPS);
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
        let y = g.layer_norm("layernorm_after", x, EPS);
        let y = g.module("mlp", Kind::Mlp, |g| {
            let y = g.linear("fc1", y, part.mlp);
            let y = g.gelu("act", y);
            g.linear("fc2", y, part.width)
        });
        g.add("add2", y, x)
    })
}

/// The names of transformers 5 for those of the versions before it.
fn canonical(key: &str) -> Option<String> {
    const RENAMED: [(&str, &str); 7] = [
        ("vit.encoder.layer.", "vit.layers."),
        (".attention.attention.query.", ".attention.q_proj."),
        (".attention.attention.key.", ".attention.k_proj."),
        (".attention.attention.value.", ".attention.v_proj."),
        (".attention.output.dense.", ".attention.o_proj."),
        (".intermediate.dense.", ".mlp.fc1."),
        (".output.dense.", ".mlp.fc2."),
    ];
    (!is_buffer(key)).then(|| RENAMED.iter().fold(key.to_owned(), |key, (old, new)| key.replace(old, new)))
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

    fn graph(&self, _size: usize) -> Result<Graph> {
        self.masked_graph(self.visible())
    }

    fn canonical_key(&self, key: &str, _: &Keys) -> Option<String> {
        canonical(key)
    }

    fn masked(&self) -> Option<&Config> {
        Some(self)
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
    fn keys_of_both_versions_are_one() {
        let old = "vit.encoder.layer.3.attention.attention.query.weight";
        assert_eq!(canonical(old).as_deref(), Some("vit.layers.3.attention.q_proj.weight"));
        let old = "decoder.decoder_layers.0.attention.output.dense.bias";
        assert_eq!(canonical(old).as_deref(), Some("decoder.decoder_layers.0.attention.o_proj.bias"));
        let old = "vit.encoder.layer.3.output.dense.bias";
        assert_eq!(canonical(old).as_deref(), Some("vit.layers.3.mlp.fc2.bias"));
    }
}
