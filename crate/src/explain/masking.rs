//! MAE: which patches are hidden, and what the encoder saves by not seeing them. Another network has nothing of this.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::bad;
use crate::error::Result;
use crate::models::mae::{Config, PatchMask};
use crate::network::View;
use crate::nn::{Graph, NodeId, Run};

/// Which random mask.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "MaskArgs"))]
#[serde(deny_unknown_fields)]
pub struct MaskArgs {
    /// The share of patches to hide, 0 to 1; one patch always stays.
    pub ratio: f64,
    /// Another number, another choice.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub seed: u64,
}

/// What the encoder does for a share of patches hidden.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EncoderCost {
    /// Patches hidden.
    pub hidden: usize,
    /// Patches of the image.
    pub patches: usize,
    /// Of the encoder for one image; patches are embedded before they are hidden, as in the reference implementation.
    pub multiply_adds: u64,
}

/// The encoder of an MAE with some patches hidden.
pub struct Encoder {
    pub(super) graph: Graph,
    /// Its last node.
    pub(super) node: NodeId,
    mask: PatchMask,
}

impl View<'_> {
    pub(super) fn masked_config(&self) -> Result<Config> {
        let hides_none = || bad(format!("{} hides no patches", self.architecture().title()));
        Config::of(self.architecture()).ok_or_else(hides_none)?.at(self.input().size)
    }

    /// An MAE's encoder with nothing hidden, as it is used after its training (section 4.1 of the paper); `None` for
    /// any other network.
    pub(super) fn whole_encoder(&self) -> Result<Option<Encoder>> {
        if Config::of(self.architecture()).is_none() {
            return Ok(None);
        }
        let config = self.masked_config()?;
        encoder(&config, PatchMask::all_visible(config.patches())).map(Some)
    }

    /// A mask as [`PatchMask::hidden`] gives it, 1 for a hidden patch, drawn at random; equal for equal arguments.
    ///
    /// # Errors
    ///
    /// `BadInput` for a network that is no MAE or a ratio outside 0 to 1.
    pub fn random_mask(&self, args: &MaskArgs) -> Result<Vec<u8>> {
        let patches = self.masked_config()?.patches();
        let hidden = hidden_of(patches, args.ratio)?;
        Ok(PatchMask::random(patches, patches - hidden, args.seed).hidden())
    }

    /// The encoder with a share of the patches hidden (section 3 of the paper: it sees the visible ones alone).
    ///
    /// # Errors
    ///
    /// As [`Self::random_mask`].
    pub fn masked_encoder(&self, args: &MaskArgs) -> Result<Encoder> {
        let config = self.masked_config()?;
        let hidden: Vec<bool> = self.random_mask(args)?.iter().map(|m| *m == 1).collect();
        encoder(&config, PatchMask::from_hidden(&hidden))
    }

    /// The tokens `[b, 1 + visible, width]` that the encoder alone makes of an image; nothing is switched off.
    pub fn encode(&self, encoder: &Encoder, image: Tensor<4>) -> Tensor<4> {
        Run::new(&encoder.graph, self.params()).value(image, encoder.node)
    }
}

impl Encoder {
    /// Its work for one image.
    pub fn cost(&self) -> EncoderCost {
        let patches = self.mask.restore.len();
        let multiply_adds = (0..=self.node).map(|node| self.graph.multiply_adds(node)).sum();
        EncoderCost { hidden: patches - self.mask.keep.len(), patches, multiply_adds }
    }

    /// How it computes, decoder included.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
}

fn encoder(config: &Config, mask: PatchMask) -> Result<Encoder> {
    let graph = config.masked_graph(&mask)?;
    let node = graph.stage("vit").ok_or_else(|| bad("this MAE has no encoder"))?.node;
    Ok(Encoder { graph, node, mask })
}

/// A share of patches as a number of them; the encoder sees at least one.
fn hidden_of(patches: usize, ratio: f64) -> Result<usize> {
    if !(0.0..=1.0).contains(&ratio) {
        return Err(bad(format!("the share of hidden patches must be from 0 to 1, not {ratio}")));
    }
    Ok(((patches as f64 * ratio).round() as usize).min(patches - 1))
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
}
