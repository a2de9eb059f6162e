//! What can be asked of a network, read from its stated graph: a view asks for a capability, never for a network's
//! name.

use serde::Serialize;

use crate::nn::{Graph, Kind, Layout, Op};
use crate::ops::Patchify;

/// One thing that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// Its answer is a logit for each class.
    Logits,
    /// Its answer is a vector of features, without classes of its own.
    Features,
    /// `reconstruct`: hidden patches are guessed.
    Reconstruct,
    /// It holds convolutions, whose kernels can be looked at.
    Convolution,
    /// `receptiveField` of cells that lie on the photo.
    ReceptiveField,
    /// `attentionHeads`: blocks that look over the whole photo.
    AttentionHeads,
    /// `attentionStats`: entropy and distance of every head.
    AttentionStats,
    /// `windowAttention`: blocks that look within windows.
    Windows,
    /// `rollout` and `classHeads`: a class token that looks over the whole photo.
    ClassToken,
    /// `positionSimilarity`: position embeddings that were learned.
    PositionSimilarity,
    /// `logitLens`: its classifier can be applied to earlier stages.
    LogitLens,
}

/// How the evidence for a class is found: the methods of `explainClass`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ClassMethod {
    /// Class activation maps (Zhou et al., CVPR 2016).
    Cam,
    /// Grad-CAM (Selvaraju et al., ICCV 2017).
    Gradcam,
    /// Gradient-weighted attention of the last block (after Chefer, Gur, Wolf, ICCV 2021).
    Attention,
    /// Occlusion (Zeiler and Fergus, ECCV 2014).
    Occlusion,
}

impl ClassMethod {
    /// The method of a name, as the answers spell it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "cam" => Some(Self::Cam),
            "gradcam" => Some(Self::Gradcam),
            "attention" => Some(Self::Attention),
            "occlusion" => Some(Self::Occlusion),
            _ => None,
        }
    }
}

/// The capabilities of a network, in the order above.
pub fn capabilities(graph: &Graph) -> Vec<Capability> {
    use Capability as C;
    let any = |holds: fn(&Op) -> bool| graph.nodes.iter().any(|node| holds(&node.op));
    let answer = &graph.nodes[graph.output];
    // What part of the photo a cell is made of then depends on which patches are hidden.
    let hides = any(|op| matches!(op, Op::GatherVisible(_)));
    let attention: Vec<_> = graph.nodes.iter().filter(|n| matches!(n.op, Op::AttentionWeights(_))).collect();
    let whole = !attention.is_empty() && attention.iter().all(|n| n.shape[0] == 1);
    let linear = matches!(answer.op, Op::Linear(_));
    let logits = linear || matches!(answer.op, Op::Join(_));
    let class_token = any(|op| matches!(op, Op::ClassToken(_)));
    let on_photo = |kind: Kind| matches!(kind, Kind::Conv | Kind::Pool | Kind::Block);
    let spatial = graph.stages.iter().any(|s| on_photo(s.kind) && graph.nodes[s.node].shape.len() > 2);
    let facts = [
        (C::Logits, logits),
        (C::Features, answer.layout == Layout::Vector && !logits),
        (C::Reconstruct, any(|op| matches!(op, Op::InsertMaskTokens(_)))),
        (C::Convolution, any(|op| matches!(op, Op::Conv2d(_)))),
        (C::ReceptiveField, spatial && !hides),
        (C::AttentionHeads, whole),
        (C::AttentionStats, !attention.is_empty() && !hides),
        (C::Windows, any(|op| matches!(op, Op::WindowPartition(_)))),
        (C::ClassToken, class_token && whole && !hides),
        (C::PositionSimilarity, any(|op| matches!(op, Op::AddPosition(_))) && !hides),
        (C::LogitLens, linear),
    ];
    facts.into_iter().filter(|(_, holds)| *holds).map(|(capability, _)| capability).collect()
}

/// The methods of `explainClass` that fit a network, the usual one first.
pub fn class_methods(graph: &Graph) -> Vec<ClassMethod> {
    use ClassMethod::{Attention, Cam, Gradcam, Occlusion};
    let output = &graph.nodes[graph.output];
    let logits = matches!(output.op, Op::Linear(_));
    if output.layout != Layout::Vector {
        return vec![];
    }
    let any = |holds: fn(&Op) -> bool| graph.nodes.iter().any(|node| holds(&node.op));
    // Where neighbours vote for classes there is no logit whose gradient could be taken.
    match () {
        () if !logits => vec![Occlusion],
        () if any(|op| matches!(op, Op::ClassToken(_))) => vec![Attention, Occlusion],
        // Where no class token looks over the photo, what attention found is weighted as a map.
        () if any(|op| matches!(op, Op::AttentionWeights(_))) => vec![Gradcam, Occlusion],
        () if !any(|op| matches!(op, Op::Conv2d(_))) => vec![Occlusion],
        // CAM needs a classifier that reads the mean of each last map and nothing else.
        () if matches!(graph.nodes[output.inputs[0]].op, Op::GlobalAvgPool(_)) => vec![Gradcam, Cam, Occlusion],
        () => vec![Gradcam, Occlusion],
    }
}

/// Rows and columns of the patches that a network cuts its image into; `None` where it cuts none.
pub fn patch_grid(graph: &Graph) -> Option<[usize; 2]> {
    graph.nodes.iter().find_map(|node| match node.op {
        Op::Patchify(Patchify { patch }) => {
            let shape = &graph.nodes[node.inputs[0]].shape;
            Some([shape[2] / patch, shape[3] / patch])
        }
        _ => None,
    })
}
