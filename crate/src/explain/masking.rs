//! MAE: which patches are hidden, what the encoder saves by not seeing them, and how wrong each one's guess is.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::bad;
use crate::error::Result;
use crate::models::mae::Config;
use crate::network::{Values, View};
use crate::nn::{Graph, NodeId, Run};
use crate::ops::PatchMask;
use crate::random::Random;

/// Which random mask.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskArgs {
    /// The share of patches to hide, 0 to 1; one patch always stays.
    pub ratio: f64,
    /// Another number, another choice.
    #[serde(default)]
    pub seed: u64,
}

/// What the encoder does for a share of patches hidden.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EncoderCost {
    /// Patches hidden.
    pub hidden: usize,
    /// Patches of the image.
    pub patches: usize,
    /// Of the encoder for one image; patches are embedded before they are hidden, as in the reference implementation.
    pub multiply_adds: u64,
}

/// The encoder of an MAE for one number of visible patches.
pub struct Encoder {
    graph: Graph,
    mask: PatchMask,
    node: NodeId,
    hidden: usize,
}

impl View<'_> {
    fn masked_config(&self) -> Result<&Config> {
        self.architecture().masked().ok_or_else(|| bad(format!("{} hides no patches", self.architecture().title())))
    }

    /// A mask as [`PatchMask::hidden`] gives it, 1 for a hidden patch, drawn at random; equal for equal arguments.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network that is no MAE or a ratio outside 0 to 1.
    pub fn random_mask(&self, args: &MaskArgs) -> Result<Vec<u8>> {
        let patches = self.masked_config()?.patches();
        let hidden = hidden_of(patches, args.ratio)?;
        let mut mask = vec![0; patches];
        Random::new(args.seed).permutation(patches).into_iter().take(hidden).for_each(|patch| mask[patch] = 1);
        Ok(mask)
    }

    /// The encoder with a share of the patches hidden (section 3 of the paper: it sees the visible ones alone).
    ///
    /// # Errors
    ///
    /// As [`Self::random_mask`].
    pub fn masked_encoder(&self, args: &MaskArgs) -> Result<Encoder> {
        let config = self.masked_config()?;
        let hidden: Vec<bool> = self.random_mask(args)?.iter().map(|m| *m == 1).collect();
        let mask = PatchMask::from_hidden(&hidden);
        let graph = config.masked_graph(mask.keep.len())?;
        let node = graph.stage("vit").ok_or_else(|| bad("this MAE states no encoder"))?.node;
        let hidden = hidden.iter().filter(|h| **h).count();
        Ok(Encoder { graph, mask, node, hidden })
    }

    /// The tokens `[b, 1 + visible, width]` that the encoder alone makes of an image; nothing is switched off.
    pub fn encode(&self, encoder: &Encoder, image: Tensor<4>) -> Tensor<4> {
        let Encoder { graph, mask, node, .. } = encoder;
        let run = Run { mask: Some(mask), ..Run::new(graph, self.params()) };
        run.run(vec![(0, image)], &[*node]).remove(node).expect("the node was asked for")
    }
}

impl Encoder {
    /// Its work for one image.
    pub fn cost(&self) -> EncoderCost {
        let multiply_adds = (0..=self.node).map(|node| self.graph.multiply_adds(node)).sum();
        EncoderCost { hidden: self.hidden, patches: self.mask.restore.len(), multiply_adds }
    }

    /// How it computes, decoder included.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
}

/// A share of patches as a number of them; the encoder sees at least one.
fn hidden_of(patches: usize, ratio: f64) -> Result<usize> {
    if !(0.0..=1.0).contains(&ratio) {
        return Err(bad(format!("the share of hidden patches is from 0 to 1, not {ratio}")));
    }
    Ok(((patches as f64 * ratio).round() as usize).min(patches - 1))
}

/// The error of each hidden patch, `[rows, columns]`: the root of the mean squared difference over its pixels and colours,
/// as a share of full brightness; 0 for a visible patch. `given` and `made` are images `[channels, size, size]`,
/// normalized with the deviations `std`.
pub fn patch_errors(config: &Config, given: &[f32], made: &[f32], mask: &[u8], std: &[f32]) -> Values {
    let pixels = config.patch * config.patch * config.channels;
    let (given, made) = (config.patch_pixels(given), config.patch_pixels(made));
    let error = |(patch, &hidden): (usize, &u8)| {
        let all = patch * pixels..(patch + 1) * pixels;
        let pairs = given[all.clone()].iter().zip(&made[all]).enumerate();
        let squares = pairs.map(|(i, (a, b))| f64::from((a - b) * std[i % config.channels]).powi(2));
        if hidden == 0 { 0.0 } else { (squares.sum::<f64>() / pixels as f64).sqrt() as f32 }
    };
    let side = config.size / config.patch;
    Values { data: mask.iter().enumerate().map(error).collect(), shape: vec![side, side] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_patch_always_stays() {
        assert_eq!(hidden_of(64, 0.75).unwrap(), 48);
        assert_eq!((hidden_of(64, 0.0).unwrap(), hidden_of(64, 1.0).unwrap()), (0, 63));
        assert!(hidden_of(64, 1.1).is_err() && hidden_of(64, f64::NAN).is_err());
    }

    /// Two patches by two: one hidden and wrong by half the deviation everywhere, one hidden and wrong in one colour.
    #[test]
    fn errors_have_units() {
        let config = Config { size: 4, patch: 2, ..Config::cifar() };
        let given = vec![0.0; 3 * 16];
        let mut made = given.clone();
        for channel in 0..3 {
            for at in [0, 1, 4, 5] {
                made[channel * 16 + at] = 0.5;
            }
        }
        // The second patch's green, and the third patch, which is visible.
        [2, 3, 6, 7].into_iter().for_each(|at| made[16 + at] = 1.0);
        made[8] = 9.0;
        let errors = patch_errors(&config, &given, &made, &[1, 1, 0, 1], &[0.2, 0.2, 0.2]);
        assert_eq!(errors.shape, [2, 2]);
        let want = [0.1, (0.2f32 * 0.2 / 3.0).sqrt(), 0.0, 0.0];
        assert!(errors.data.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-6), "{errors:?}");
    }
}
