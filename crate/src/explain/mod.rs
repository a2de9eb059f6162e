//! Explanations: what a network's inside says of one photo, each computed by the one executor on the stated graph.
//!
//! Every function is a method of [`View`], the network as one call sees it, in the file of its name, but for
//! `gradient_depth`, which draws networks of its own. A `cell` is an index into a stage's shape without
//! its leading one; what does not fit is answered by an error, never by a panic.

mod ablate;
mod arithmetic;
mod attention;
mod cell;
mod class;
mod class_heads;
mod contributions;
mod cost;
mod depth;
mod distill;
mod field;
mod filters;
mod gradient;
mod layout;
mod lens;
mod likeness;
mod lrn;
mod masking;
mod pca;
mod positions;
mod read_out;
mod reconstruct;
mod shifted;
mod spot;
mod throughput;
mod tiles;
mod times;
mod traced;
mod windows;

pub use ablate::Off;
pub use arithmetic::{
    ConvolutionArgs, ConvolutionSize, Patches, PatchesArgs, StackArgs, Stacked, convolution_size, patches,
    stacked_convolutions,
};
pub use attention::{AttentionArgs, AttentionMap, AttentionWindow, BlockAttention, HeadMaps, HeadsArgs, RelativeBias};
pub use cell::{CellArgs, Formula, Region, Term};
pub use class::{ClassArgs, ClassMap};
pub use class_heads::{ClassHeads, ClassHeadsArgs};
pub use contributions::{ContributionArgs, Contributions, StageShares};
pub use cost::{AttentionCost, AttentionCostArgs, Cost, CostArgs, attention_cost};
pub use depth::{Activation, Depth, DepthArgs, Stack, gradient_depth};
pub use distill::{DistillArgs, Distilled};
pub use field::{CurvePoint, Rect};
pub use filters::FilterArgs;
pub use gradient::{FieldArgs, ReceptiveField, StageField};
pub use layout::{Item, Scene, Skip, Tiles, Windows};
pub use lens::{Answer, DropoutArgs, Lens, LensArgs, LensRow, Omitted, Passes, Spread};
pub use likeness::{Neighbour, NeighbourArgs, Neighbours, PatchColours, neighbours};
pub use lrn::{OrderArgs, Orders};
pub use masking::{Encoder, EncoderCost, MaskArgs};
pub use read_out::{ReadOut, ReadOutArgs, read_out};
pub use reconstruct::Reconstruction;
pub use shifted::ShiftArgs;
pub use spot::{Spot, SpotArgs, SpotWindow};
pub use throughput::{KindWork, LargeProduct, StageWork, Throughput, ThroughputArgs, Work};
pub use tiles::{StageTiles, TilesArgs, Wanted};
pub use times::StageTime;
pub use windows::{WindowArgs, WindowAttention};

use burn::tensor::Tensor;

use crate::error::{Code, Error, Result};
use crate::network::View;
use crate::nn::{Graph, NodeId, softmax};
use crate::ops::{Index, four};

fn bad(message: impl Into<String>) -> Error {
    Error::new(Code::BadInput, message)
}

/// An index on the device as one into the node's shape, a leading one left out.
fn cell_of(graph: &Graph, node: NodeId, index: Index) -> Vec<usize> {
    let shape = &graph.nodes[node].shape;
    let [b, x, y, c] = index;
    let all = match shape.len() {
        2 => vec![b, c],
        3 => vec![b, y, c],
        _ => vec![b, x, y, c],
    };
    if shape[0] == 1 { all[1..].to_vec() } else { all }
}

impl View<'_> {
    fn stage_node(&self, name: &str) -> Result<NodeId> {
        Ok(self.nodes(&[name.to_owned()])?[0])
    }

    /// The name of a node, the outermost where it has several.
    fn stage_name(&self, node: NodeId) -> Option<&str> {
        self.graph().stages.iter().rev().find(|s| s.node == node).map(|s| s.name.as_str())
    }

    /// An index into a stage's shape, a leading one left out, as one on the device.
    fn index(&self, node: NodeId, cell: &[usize]) -> Result<Index> {
        let shape = &self.graph().nodes[node].shape;
        let full: Vec<usize> = if shape[0] == 1 && cell.len() + 1 == shape.len() {
            std::iter::once(0).chain(cell.iter().copied()).collect()
        } else {
            cell.to_vec()
        };
        if full.len() != shape.len() || full.iter().zip(shape).any(|(i, n)| i >= n) {
            let inner = if shape[0] == 1 { &shape[1..] } else { &shape[..] };
            return Err(bad(format!("a cell of this stage is an index into {inner:?}, not {cell:?}")));
        }
        Ok(match full[..] {
            [b, c] => [b, 0, 0, c],
            [b, n, c] => [b, 0, n, c],
            _ => four(&full),
        })
    }

    /// The shares of the classes in an answer: softmax, or the votes of the bank's nearest neighbours.
    fn probabilities(&self, answer: &[f32]) -> Result<Vec<f32>> {
        if let Some(bank) = &self.bank {
            return Ok(bank.classify(answer));
        }
        self.has_logits()?;
        Ok(softmax(answer))
    }

    fn has_logits(&self) -> Result<()> {
        let answers = self.answers_with_classes();
        let message = || bad(format!("{} answers with features, not with classes", self.architecture().title()));
        answers.then_some(()).ok_or_else(message)
    }

    /// The values that nodes after `leaf` read from `leaf` and before.
    fn cut(&self, image: Tensor<4>, leaf: NodeId) -> Vec<(NodeId, Tensor<4>)> {
        let read = self.read_after(leaf);
        let values = self.capture(image, &read);
        read.into_iter().zip(values).collect()
    }

    /// A captured value as a run takes it: a convolution that computes its batch norm too is captured without it.
    fn as_given(&self, node: NodeId, value: Tensor<4>) -> Tensor<4> {
        match self.params().norm_in(self.graph(), node) {
            Some(norm) => value * norm.scale.clone() + norm.shift.clone(),
            None => value,
        }
    }
}

fn largest(values: &[f32]) -> usize {
    (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or(0)
}
