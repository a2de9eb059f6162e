//! What if a part were missing: channels, heads, shortcuts, branches, tokens and positions switched off, other patches
//! hidden.

use serde::Deserialize;

use crate::error::{Code, Error, Result};
use crate::models::mae::PatchMask;
use crate::network::{Network, View};
use crate::nn::{Change, Layout, NodeId, Op, ParamId};
use crate::ops::AddPosition;

use super::bad;
use crate::random::Random;

/// One part to switch off.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Off {
    /// Name of a stage; "" for "mask", which is of the whole network.
    pub stage: String,
    /// "zero": its whole value. "channel" `index`. "head" `index` of attention weights. "token" `index` (0: the class
    /// token). "shortcut": a residual sum keeps its branch alone. "branch": it keeps its shortcut alone. "position":
    /// the embedding is not added. "shuffle": each patch gets the embedding of another place, drawn by seed `index`; a
    /// class token keeps its own. "mask": a masked autoencoder hides the patches `hidden`, not those of its fixed mask.
    pub what: String,
    /// Which channel, head or token; for "shuffle", which order (0 if missing).
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    pub index: Option<usize>,
    /// For "mask": the patches that are hidden, counted row by row; the others are seen.
    #[serde(default)]
    #[cfg_attr(test, ts(optional = nullable))]
    pub hidden: Option<Vec<usize>>,
}

impl Network {
    /// The network with these parts switched off.
    ///
    /// A convolution with a batch norm is switched off after the norm, where a silent channel is silent.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage or a kind of change, `BadInput` where the stage has no such part.
    pub fn with(&self, off: &[Off]) -> Result<View<'_>> {
        let whole = self.view();
        let (masks, parts): (Vec<&Off>, Vec<&Off>) = off.iter().partition(|off| off.what == "mask");
        let view = self.changed(parts.into_iter().map(|off| whole.change(off)).collect::<Result<_>>()?);
        match masks[..] {
            [] => Ok(view),
            [mask] => {
                let mask = whole.mask_of(mask)?;
                let graph = whole.masked_config()?.masked_graph(&mask)?;
                Ok(view.masked(mask, graph))
            }
            _ => Err(bad("a call has one mask")),
        }
    }
}

impl View<'_> {
    fn mask_of(&self, off: &Off) -> Result<PatchMask> {
        let patches = self.masked_config()?.patches();
        if !off.stage.is_empty() {
            return Err(bad(format!("a mask is of the whole network, not of {}", off.stage)));
        }
        let mut mask = vec![false; patches];
        for &patch in off.hidden.as_ref().ok_or_else(|| bad("which patches? Those that are hidden are missing"))? {
            *mask.get_mut(patch).ok_or_else(|| bad(format!("there are {patches} patches, no patch {patch}")))? = true;
        }
        Ok(PatchMask::from_hidden(&mask))
    }

    fn change(&self, off: &Off) -> Result<Change> {
        let stated = self.stage_node(&off.stage)?;
        let norm = match self.graph().nodes[stated].op {
            Op::Conv2d(_) => self.graph().batch_norm_of(stated),
            _ => None,
        };
        let node = norm.unwrap_or(stated);
        let n = &self.graph().nodes[node];
        let last = n.shape.len() - 1;
        let index = |what: &str, count: usize| match off.index {
            Some(index) if index < count => Ok(index),
            Some(index) => Err(bad(format!("{} has {count} {what}s, no {what} {index}", off.stage))),
            None => Err(bad(format!("which {what}? The index is missing"))),
        };
        let without = |what: &str| bad(format!("{} has no {what}", off.stage));
        match off.what.as_str() {
            "zero" => Ok(Change::Zero(node)),
            "channel" if n.layout == Layout::Nchw => Ok(Change::ZeroChannel(node, index("channel", n.shape[1])?)),
            "channel" => Ok(Change::ZeroChannel(node, index("channel", n.shape[last])?)),
            "head" if matches!(n.op, Op::AttentionWeights(_)) => Ok(Change::ZeroHead(node, index("head", n.shape[1])?)),
            "head" => {
                let node = self.only_part(&off.stage, |op| matches!(op, Op::AttentionWeights(_)));
                let node = node.ok_or_else(|| without("attention heads of its own"))?;
                Ok(Change::ZeroHead(node, index("head", self.graph().nodes[node].shape[1])?))
            }
            "token" if n.layout == Layout::Tokens => Ok(Change::ZeroToken(node, index("token", n.shape[1])?)),
            "token" => Err(without("tokens")),
            "shortcut" => Ok(Change::DropShortcut(self.sum(stated).ok_or_else(|| without("residual sum"))?)),
            "branch" => Ok(Change::DropBranch(self.sum(stated).ok_or_else(|| without("residual sum"))?)),
            "position" if matches!(n.op, Op::AddPosition(_)) => Ok(Change::SkipPosition(node)),
            "shuffle" if let Op::AddPosition(AddPosition { position, skip, .. }) = n.op => {
                Ok(Change::ShufflePosition(node, self.shuffled(position, skip, off.index.unwrap_or(0) as u64)))
            }
            "position" | "shuffle" => Err(without("position embedding")),
            other => {
                let known = "zero, channel, head, token, shortcut, branch, position, shuffle, mask";
                Err(Error::new(Code::NotFound, format!("\"{other}\" cannot be switched off: {known}")))
            }
        }
    }

    /// The rows of a position embedding, those of the patches in another order.
    fn shuffled(&self, position: ParamId, skip: usize, seed: u64) -> Vec<usize> {
        let rows = self.graph().params[position].shape[1];
        let first = skip.max(rows - rows.isqrt().pow(2));
        let patches = Random::new(seed).permutation(rows - first);
        (0..first).chain(patches.into_iter().map(|p| first + p)).collect()
    }

    /// The residual sum of a stage: itself, or what its last activation reads.
    fn sum(&self, node: NodeId) -> Option<NodeId> {
        let nodes = &self.graph().nodes;
        let before = || nodes[node].inputs.first().copied().filter(|_| matches!(nodes[node].op, Op::Relu(_)));
        [Some(node), before()].into_iter().flatten().find(|&n| matches!(nodes[n].op, Op::Add(_)))
    }

    /// The one part of a module whose operation is of a kind.
    fn only_part(&self, module: &str, is: impl Fn(&Op) -> bool) -> Option<NodeId> {
        let prefix = format!("{module}.");
        let stages = self.graph().stages.iter().filter(|s| s.name.starts_with(&prefix));
        let mut found = stages.map(|s| s.node).filter(|&n| is(&self.graph().nodes[n].op));
        found.next().filter(|first| found.all(|other| other == *first))
    }
}
