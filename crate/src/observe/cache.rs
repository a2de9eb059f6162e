//! What is drawn of a stage, and no more: parts of its value, and all of its channels as small maps. The value itself
//! stays on the device, so that the next part of it costs no second forward pass.

use std::cell::RefCell;
use std::ops::Range;

use burn::tensor::{Tensor, module};
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::models::mae::PatchMask;
use crate::network::{Values, View, read};
use crate::nn::{Change, Layout, NodeId};

/// For each dimension of a stage's shape the first index and the one after the last; all of it where there is none.
pub type Ranges = Vec<Option<[usize; 2]>>;

/// Which maps.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MapsArgs {
    /// Name of a stage.
    pub stage: String,
    /// Cells on the longer side that a small map has at most.
    #[serde(default = "usual_side")]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub side: usize,
    /// Which head's, of queries, keys and values.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub head: usize,
}

fn usual_side() -> usize {
    64
}

/// All channels of a stage.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "SmallMaps"))]
pub struct Maps {
    /// `[channels, height, width]`: means over equal parts of each map, or the maps themselves where they are small.
    #[serde(skip)]
    pub small: Values,
    /// Rows of the whole map.
    pub rows: usize,
    /// Columns of the whole map.
    pub columns: usize,
    /// The smallest value of each whole map.
    pub low: Vec<f32>,
    /// The largest value of each whole map.
    pub high: Vec<f32>,
}

/// Numbers that values kept on the device may have together (64 MB).
const KEPT: usize = 1 << 24;

/// Values of stages for the photo that was looked at last.
#[derive(Default)]
pub struct ActivationCache(RefCell<Photo>);

#[derive(Default)]
struct Photo {
    image: Vec<f32>,
    changes: Vec<Change>,
    mask: Option<PatchMask>,
    /// The one asked for last comes last.
    values: Vec<(NodeId, Tensor<4>)>,
}

impl View<'_> {
    /// The values of nodes for one normalized image `[1, channels, size, size]`, computed where they are not kept.
    ///
    /// # Errors
    ///
    /// `BadInput` where the numbers are no image for this network.
    pub fn activations(&self, image: &[f32], shape: &[usize], nodes: &[NodeId]) -> Result<Vec<Tensor<4>>> {
        let mut photo = self.cache.0.borrow_mut();
        if photo.image != image || photo.changes != self.changes || photo.mask.as_ref() != self.mask() {
            let mask = self.mask().cloned();
            *photo = Photo { image: image.to_vec(), changes: self.changes.clone(), mask, values: vec![] };
        }
        let missing: Vec<NodeId> =
            nodes.iter().copied().filter(|n| photo.values.iter().all(|(kept, _)| kept != n)).collect();
        if !missing.is_empty() {
            let captured = self.capture(self.tensor(image.to_vec(), shape)?, &missing);
            photo.values.extend(missing.into_iter().zip(captured));
        }
        // What is asked for now goes to the end: the front is forgotten first.
        let mut found = vec![];
        for node in nodes {
            if let Some(at) = photo.values.iter().position(|(kept, _)| kept == node) {
                let value = photo.values.remove(at);
                found.push(value.1.clone());
                photo.values.push(value);
            }
        }
        photo.shrink();
        Ok(found)
    }

    /// A part of a node's value; `ranges` has an entry for each dimension of the stage's shape.
    ///
    /// # Errors
    ///
    /// `BadInput` where a range is empty or reaches beyond the stage.
    pub async fn part(&self, node: NodeId, value: Tensor<4>, ranges: &Ranges) -> Result<Values> {
        let shape = self.outer_shape(node, &value);
        let bounds = bounds(&shape, ranges)?;
        let outer = bounds.iter().map(ExactSizeIterator::len).collect();
        let part = match bounds.as_slice() {
            [b, c] => value.slice([b.clone(), 0..1, 0..1, c.clone()]),
            [b, n, c] => value.slice([b.clone(), 0..1, n.clone(), c.clone()]),
            [b, x, y, c] => value.slice([b.clone(), x.clone(), y.clone(), c.clone()]),
            _ => return Err(Error::new(Code::Internal, "a value has two to four dimensions")),
        };
        Ok(Values { data: read(part).await?.data, shape: outer })
    }

    /// All channels of a stage as small maps, with the bounds of the whole ones.
    ///
    /// # Errors
    ///
    /// `NotFound` for a stage, `BadInput` for one whose cells do not lie on the photo.
    pub async fn maps(&self, image: &[f32], shape: &[usize], args: &MapsArgs) -> Result<Maps> {
        let node = self.nodes(std::slice::from_ref(&args.stage))?[0];
        let value = self.activations(image, shape, &[node])?.remove(0);
        let whole = self.channels_first(node, value, args)?;
        let [_, channels, rows, columns] = whole.dims();
        let most = rows.max(columns).div_ceil(args.side.max(1));
        let (h, w) = (rows.div_ceil(most), columns.div_ceil(most));
        let flat = whole.clone().reshape([1, 1, channels, rows * columns]);
        let low = read(flat.clone().min_dim(3)).await?.data;
        let high = read(flat.max_dim(3)).await?.data;
        let small = if most > 1 { module::adaptive_avg_pool2d(whole, [h, w]) } else { whole };
        let small = Values { data: read(small).await?.data, shape: vec![channels, h, w] };
        Ok(Maps { small, rows, columns, low, high })
    }

    /// `[1, channels, height, width]`: tokens laid out as the photo's patches, a class token left out.
    fn channels_first(&self, node: NodeId, value: Tensor<4>, args: &MapsArgs) -> Result<Tensor<4>> {
        let one = value.narrow(0, 0, 1);
        let tokens = match self.graph().nodes[node].layout {
            Layout::Nchw => return Ok(one),
            Layout::Nhwc => return Ok(one.permute([0, 3, 1, 2])),
            Layout::Vector => return Err(bad(format!("{} is not a map", args.stage))),
            Layout::Tokens => one,
            Layout::Heads if args.head >= one.dims()[1] => {
                return Err(bad(format!("{} has {} heads, no head {}", args.stage, one.dims()[1], args.head)));
            }
            Layout::Heads => one.narrow(1, args.head, 1),
        };
        let [_, _, n, channels] = tokens.dims();
        let Some([rows, columns]) = super::grid(self.graph(), node) else {
            return Err(bad(format!("the {n} tokens of {} do not cover the photo", args.stage)));
        };
        let cells = rows * columns;
        Ok(tokens.narrow(2, n - cells, cells).reshape([1, rows, columns, channels]).permute([0, 3, 1, 2]))
    }
}

impl Photo {
    /// Forgets what was looked at longest ago.
    fn shrink(&mut self) {
        let numbers = |value: &Tensor<4>| value.dims().iter().product::<usize>();
        while self.values.len() > 1 && self.values.iter().map(|(_, value)| numbers(value)).sum::<usize>() > KEPT {
            self.values.remove(0);
        }
    }
}

fn bounds(shape: &[usize], ranges: &Ranges) -> Result<Vec<Range<usize>>> {
    let fits = ranges.len() == shape.len()
        && ranges.iter().zip(shape).all(|(range, n)| range.is_none_or(|[from, to]| from < to && to <= *n));
    if !fits {
        return Err(bad(format!("ranges {ranges:?} do not fit a stage of {shape:?}")));
    }
    Ok(ranges.iter().zip(shape).map(|(range, &n)| range.map_or(0..n, |[from, to]| from..to)).collect())
}

fn bad(message: String) -> Error {
    Error::new(Code::BadInput, message)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::catalogue;
    use crate::checkpoint::Loader;
    use crate::network::Network;
    use crate::weights::Header;

    /// LeNet-5 with all its parameters zero.
    fn lenet() -> Network {
        let architecture = (catalogue::find("lenet5_mnist").unwrap().architecture)();
        let (mut offset, mut entries) = (0, serde_json::Map::new());
        for param in &architecture.graph(32).unwrap().params {
            let end = offset + 4 * param.shape.iter().product::<usize>();
            let entry = serde_json::json!({"dtype": "F32", "shape": param.shape, "data_offsets": [offset, end]});
            entries.insert(param.key.clone(), entry);
            offset = end;
        }
        let header = Header::parse(serde_json::Value::Object(entries).to_string().as_bytes(), None).unwrap();
        let mut loader = Loader::new(header, Some(architecture), &Device::flex(), false).unwrap();
        loader.push(&vec![0; offset]).unwrap();
        loader.finish().unwrap()
    }

    #[test]
    fn what_is_kept_is_not_computed_again() {
        let network = lenet();
        let shape = [1, 1, 32, 32];
        let [a, b]: [NodeId; 2] = network.nodes(&["conv1".to_owned(), "conv2".to_owned()]).unwrap().try_into().unwrap();
        let photo = vec![0.5; 1024];
        let first = network.view().activations(&photo, &shape, &[a]).unwrap().remove(0);
        // A mark that no computation would leave.
        network.cache.0.borrow_mut().values[0].1 = first + 7.0;
        network.view().activations(&photo, &shape, &[b]).unwrap();
        let sum = |value: Tensor<4>| value.mean().into_scalar::<f32>();
        assert!((sum(network.view().activations(&photo, &shape, &[a]).unwrap().remove(0)) - 7.0).abs() < 1e-6);
        let kept = || network.cache.0.borrow().values.iter().map(|(node, _)| *node).collect::<Vec<_>>();
        assert_eq!(kept(), [b, a], "what was asked for last is forgotten last");
        let other = network.view().activations(&vec![0.25; 1024], &shape, &[a]).unwrap().remove(0);
        assert_eq!((sum(other), kept()), (0.0, vec![a]));
    }

    #[test]
    fn what_is_too_much_is_forgotten_from_the_front() {
        let device = Device::flex();
        let value = |n: usize| Tensor::zeros([1, 1, 1, n], &device);
        let values = vec![(1, value(KEPT / 2)), (2, value(KEPT / 2)), (3, value(KEPT / 2))];
        let mut photo = Photo { values, ..Photo::default() };
        photo.shrink();
        assert_eq!(photo.values.iter().map(|(node, _)| *node).collect::<Vec<_>>(), [2, 3]);
    }
}
