//! The measured receptive field: the gradient of one number inside the network with respect to the image
//! (Luo, Li, Urtasun, Zemel, "Understanding the Effective Receptive Field", NIPS 2016).

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::network::{Values, View, read};
use crate::ops::single;

use super::field::{Rect, bounds, pixels};

/// Which cell.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ReceptiveFieldArgs"))]
#[serde(deny_unknown_fields)]
pub struct FieldArgs {
    /// Name of a stage.
    pub stage: String,
    /// Index into its shape without the leading one: `[channel, row, column]`, `[token, channel]`, ...
    pub cell: Vec<usize>,
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
}

/// What lies beyond two standard deviations of a normal distribution.
const FAINT: f32 = 0.0455;

impl View<'_> {
    /// The gradient of a cell with respect to `image` `[1, channels, height, width]`, over its theoretical field.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for a cell that does not exist.
    pub async fn receptive_field(&self, image: Tensor<4>, args: &FieldArgs) -> Result<ReceptiveField> {
        let node = self.stage_node(&args.stage)?;
        let index = self.index(node, &args.cell)?;
        let [_, channels, height, width] = image.dims();
        let image = image.narrow(0, 0, 1);
        let zeros = image.zeros_like();
        let leaf = image.autodiff().require_grad();
        let value = self.run(self.graph()).value(leaf.clone(), node).slice(single(index));
        let gradient = if value.is_tracked() { leaf.grad(&value.backward()) } else { None };
        let value = read(value.inner()).await?.data[0];
        let gradient = read(gradient.unwrap_or(zeros)).await?.data;
        let plane = height * width;
        let map: Vec<f32> = (0..plane).map(|i| (0..channels).map(|c| gradient[c * plane + i].abs()).sum()).collect();
        let strongest = map.iter().copied().fold(0.0, f32::max);
        let answering = map.iter().filter(|v| **v > 0.0 && **v >= FAINT * strongest).count();
        let field = pixels(self.graph(), node, index);
        Ok(ReceptiveField {
            gradient: Values { data: gradient, shape: vec![channels, height, width] },
            map: Values { data: map, shape: vec![height, width] },
            bounds: bounds(&field, width),
            pixels: field.iter().filter(|p| **p).count(),
            effective: (answering as f32).sqrt(),
            value,
        })
    }
}
