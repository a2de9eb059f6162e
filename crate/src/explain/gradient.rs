//! The measured receptive field: the gradient of one number inside the network with respect to the image
//! (Luo, Li, Urtasun, Zemel, "Understanding the Effective Receptive Field", NIPS 2016).

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::network::{Values, View, read};
use crate::nn::{Layout, NodeId};
use crate::ops::single;

use super::field::{Rect, bounds, reached};
use super::positions::{map_size, token_grid};

/// Which cell.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ReceptiveFieldArgs"))]
#[serde(deny_unknown_fields)]
pub struct FieldArgs {
    /// Name of a stage.
    pub stage: String,
    /// Index into its shape without the leading one: `[channel, row, column]`, `[token, channel]`, ...
    pub cell: Vec<usize>,
    /// Names of stages on the way from the image to the cell, to be told what of them the cell depends on.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub through: Vec<String>,
}

/// What a cell depends on.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReceptiveField {
    /// `[channels, height, width]`: the cell's derivative by every number of the image.
    #[serde(skip)]
    pub gradient: Values,
    /// `[height, width]`: its absolute value, summed over channels.
    #[serde(skip)]
    pub map: Values,
    /// The rectangle around all pixels that the cell can depend on; `None` when there are none.
    #[serde(rename = "box")]
    pub bounds: Option<Rect>,
    /// How many pixels it can depend on.
    pub pixels: usize,
    /// Side of a square of as many pixels as answer with at least 4.55 % of the strongest's gradient: the effective
    /// field (section 3 of the paper, two standard deviations).
    pub effective: f32,
    /// The number in the cell.
    pub value: f32,
    /// For each stage of `through` what of it the cell depends on.
    #[serde(skip)]
    pub stages: Vec<StageField>,
}

/// What of one stage a cell depends on.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageField {
    /// Its name.
    pub stage: String,
    /// `[rows, columns]`: the absolute value of the cell's derivative by the numbers of each place, summed over
    /// channels; `[0, 0]` where numbers lie nowhere on the image, or come after the cell.
    #[serde(skip)]
    pub map: Values,
    /// The rectangle, in cells of the stage, around all that the cell can depend on; `None` where there are none.
    #[serde(rename = "box")]
    pub bounds: Option<Rect>,
    /// For each channel the absolute value of the derivative, summed over places.
    pub shares: Vec<f32>,
}

impl StageField {
    /// Of a stage that comes after the cell.
    fn none(stage: &str) -> Self {
        Self { stage: stage.to_owned(), map: Values { data: vec![], shape: vec![0, 0] }, bounds: None, shares: vec![] }
    }
}

/// What lies beyond two standard deviations of a normal distribution.
const FAINT: f32 = 0.0455;

impl View<'_> {
    /// The gradient of a cell with respect to `image` `[1, channels, height, width]`, over its theoretical field, and
    /// to the stages that lie between.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for a cell that does not exist.
    pub async fn receptive_field(&self, image: Tensor<4>, args: &FieldArgs) -> Result<ReceptiveField> {
        let node = self.stage_node(&args.stage)?;
        let index = self.index(node, &args.cell)?;
        let between = self.nodes(&args.through)?;
        let before: Vec<NodeId> = between.iter().copied().filter(|id| *id < node).collect();
        let [_, channels, height, width] = image.dims();
        let image = image.narrow(0, 0, 1);
        let zeros = image.zeros_like();
        let input = image.autodiff().require_grad();
        let (given, leaves) = self.traced(input.clone(), &before);
        let value = self.run(self.graph()).value_from(given, node).slice(single(index));
        let gradients = if value.is_tracked() { Some(value.backward()) } else { None };
        let value = read(value.inner()).await?.data[0];
        let gradient = gradients.as_ref().and_then(|all| input.grad(all)).unwrap_or(zeros);
        let gradient = read(gradient).await?.data;
        let plane = height * width;
        let map: Vec<f32> = (0..plane).map(|i| (0..channels).map(|c| gradient[c * plane + i].abs()).sum()).collect();
        let strongest = map.iter().copied().fold(0.0, f32::max);
        let answering = map.iter().filter(|v| **v > 0.0 && **v >= FAINT * strongest).count();
        let wanted: Vec<NodeId> = std::iter::once(0).chain(between.iter().copied()).collect();
        let reached = reached(self.graph(), node, index, &wanted);
        let mut stages = vec![];
        for ((stage, id), places) in args.through.iter().zip(&between).zip(&reached[1..]) {
            stages.push(match leaves.iter().find(|leaf| leaf.node == *id) {
                Some(leaf) => self.stage_field(stage, *id, leaf.gradient(gradients.as_ref()), places).await?,
                None => StageField::none(stage),
            });
        }
        Ok(ReceptiveField {
            gradient: Values { data: gradient, shape: vec![channels, height, width] },
            map: Values { data: map, shape: vec![height, width] },
            bounds: bounds(&reached[0], width),
            pixels: reached[0].iter().filter(|p| **p).count(),
            effective: (answering as f32).sqrt(),
            value,
            stages,
        })
    }

    /// `places`: the positions of the stage's value that the cell can depend on.
    async fn stage_field(&self, stage: &str, node: NodeId, gradient: Tensor<4>, places: &[bool]) -> Result<StageField> {
        let strength = gradient.abs();
        let shares = read(self.by_channel(node, strength.clone())).await?.data;
        let by_place = match self.graph().nodes[node].layout {
            Layout::Nchw => strength.narrow(0, 0, 1).sum_dim(1),
            Layout::Nhwc => strength.narrow(0, 0, 1).sum_dim(3),
            // Of all windows and heads.
            _ => strength.sum_dim(1).sum_dim(3),
        };
        let data = read(by_place).await?.data;
        let (map, set, [rows, columns]) = match (map_size(self.graph(), node), token_grid(self.graph(), node)) {
            (Some((rows, columns)), _) => (data, places.to_vec(), [rows, columns]),
            (None, Some(grid)) => {
                let set = grid.scatter(places.iter().map(|&place| f32::from(u8::from(place))));
                (grid.scatter(data), set.iter().map(|&place| place > 0.0).collect(), [grid.height, grid.width])
            }
            (None, None) => (vec![], vec![], [0, 0]),
        };
        Ok(StageField {
            stage: stage.to_owned(),
            map: Values { data: map, shape: vec![rows, columns] },
            bounds: bounds(&set, columns.max(1)),
            shares,
        })
    }
}
