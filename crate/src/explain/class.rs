//! Why this class: which parts of the photo an answer rests on.

use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::models::ClassMethod;
use crate::network::{Values, View, read};
use crate::nn::{Layout, NodeId, Op};

use super::{bad, largest};

/// Which class, by which method.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ExplainClassArgs", optional_fields = nullable))]
#[serde(default, deny_unknown_fields)]
pub struct ClassArgs {
    /// "cam", "gradcam", "attention" or "occlusion"; "gradcam" where none is given.
    #[cfg_attr(test, ts(optional = nullable, as = "Option<ClassMethod>"))]
    pub method: Option<String>,
    /// The class; the most probable where none is given.
    pub index: Option<usize>,
    /// Grad-CAM: the stage whose map is weighted; the last one with a map where none is given.
    pub stage: Option<String>,
    /// Occlusion: patches on a side, 8 where none is given.
    pub grid: Option<usize>,
}

/// A map of what speaks for a class.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ClassMap {
    /// `[height, width]`, not rescaled. Occlusion: how much the probability falls when the patch is grey.
    #[serde(skip)]
    pub map: Values,
    /// CAM and Grad-CAM before negative values are cut off: what speaks against the class.
    #[serde(skip)]
    pub signed: Option<Values>,
    /// The method that was used: Grad-CAM stands in for "attention" where there is no class token.
    pub method: ClassMethod,
    /// The class.
    pub index: usize,
    /// Its probability on the whole photo.
    pub probability: f32,
    /// The stage that the map was computed on.
    pub stage: Option<String>,
}

/// A node's value, the class logit's gradient with respect to it, and the answer.
struct Tail {
    value: Values,
    gradient: Values,
    answer: Vec<f32>,
    index: usize,
}

/// Images at a time, which bounds the memory that occlusion takes.
const BATCH: usize = 8;

impl View<'_> {
    /// What speaks for a class in `image` `[1, channels, height, width]`:
    /// CAM (Zhou et al., CVPR 2016), Grad-CAM (Selvaraju et al., ICCV 2017), gradient-weighted attention of the last
    /// block (after Chefer, Gur, Wolf, ICCV 2021), occlusion (Zeiler and Fergus, ECCV 2014).
    ///
    /// # Errors
    ///
    /// `BadInput` for a network without classes, a class that does not exist, or a method that does not fit the
    /// network;
    /// `NotFound` for a method or stage.
    pub async fn explain_class(&self, image: Tensor<4>, args: &ClassArgs) -> Result<ClassMap> {
        let image = image.narrow(0, 0, 1);
        let name = args.method.as_deref().unwrap_or("gradcam");
        let unknown = || {
            Error::new(Code::NotFound, format!("there is no method {name}: use cam, gradcam, attention or occlusion"))
        };
        match ClassMethod::named(name).ok_or_else(unknown)? {
            ClassMethod::Cam => self.cam(image, args).await,
            ClassMethod::Gradcam => self.grad_cam(image, args).await,
            ClassMethod::Attention => self.class_attention(image, args).await,
            ClassMethod::Occlusion => self.occlusion(image, args).await,
        }
    }

    fn class_index(&self, asked: Option<usize>, scores: &[f32]) -> Result<usize> {
        match asked {
            Some(index) if index >= scores.len() => {
                Err(bad(format!("there are {} classes, no class {index}", scores.len())))
            }
            Some(index) => Ok(index),
            None => Ok(largest(scores)),
        }
    }

    /// Runs up to `leaf` without recording, the rest with it, and back from the class.
    async fn tail(&self, image: Tensor<4>, leaf: NodeId, index: Option<usize>) -> Result<Tail> {
        self.has_logits()?;
        // The leaf is the last of what is cut.
        let mut cut = self.cut(image, leaf);
        let Some((_, value)) = cut.pop() else { return Err(bad("nothing after this stage reads it")) };
        let tracked = value.clone().autodiff().require_grad();
        cut.push((leaf, tracked.clone()));
        let given = cut.into_iter().map(|(n, v)| (n, self.as_given(n, v))).collect();
        let answer = self.run(self.graph()).value_from(given, self.graph().output);
        let scores = read(answer.clone().inner()).await?.data;
        let index = self.class_index(index, &scores)?;
        let logit = answer.narrow(3, index, 1);
        let gradient = if logit.is_tracked() { tracked.grad(&logit.backward()) } else { None };
        let gradient = read(gradient.unwrap_or_else(|| value.zeros_like())).await?;
        Ok(Tail { value: read(value).await?, gradient, answer: scores, index })
    }

    /// The node that Grad-CAM weights where none is named: the last map before the classifier, or what the last
    /// attention reads where the answer is taken from a class token.
    fn last_map(&self) -> Result<NodeId> {
        let nodes = &self.graph().nodes;
        let mut node = self.graph().output;
        loop {
            let past = matches!(
                nodes[node].op,
                Op::MaxPool(_)
                    | Op::AdaptiveAvgPool(_)
                    | Op::LocalResponseNorm(_)
                    | Op::Dropout(_)
                    | Op::LayerNorm(_)
                    | Op::Input(_)
            );
            match nodes[node].layout {
                Layout::Nchw | Layout::Nhwc if !past => return Ok(node),
                Layout::Tokens => break,
                _ => {}
            }
            let Some(&before) = nodes[node].inputs.first() else {
                return Err(bad(format!("{} has no feature maps", self.architecture().title())));
            };
            node = before;
        }
        let weights = *self.attention_nodes()?.last().unwrap_or(&0);
        let heads = nodes[weights].inputs[0];
        let projection = nodes[heads].inputs[0];
        Ok(nodes[projection].inputs[0])
    }

    /// `sum_k w_k A_k`, where the answer is a linear layer on the mean of the map `A`.
    async fn cam(&self, image: Tensor<4>, args: &ClassArgs) -> Result<ClassMap> {
        self.has_logits()?;
        let nodes = &self.graph().nodes;
        let output = self.graph().output;
        let mean = nodes[output].inputs[0];
        let (Op::Linear(linear), Op::GlobalAvgPool(_) | Op::MeanTokens(_)) = (&nodes[output].op, &nodes[mean].op)
        else {
            let title = self.architecture().title();
            return Err(bad(format!(
                "CAM needs a mean over the last map before the classifier; use gradcam for {title}"
            )));
        };
        let map = nodes[mean].inputs[0];
        let mut values = self.capture(image, &[map, output]);
        let answer = read(values.remove(1)).await?.data;
        let index = self.class_index(args.index, &answer)?;
        let weights = self.params().row(linear.weight, index).await?;
        let map_values = read(values.remove(0)).await?;
        let signed = weighted(&map_values, nodes[map].layout, &weights, &[]);
        self.class_map(signed, true, ClassMethod::Cam, index, &answer, self.stage_name(map))
    }

    /// `relu(sum_k a_k A_k)` with `a_k` the mean over space of the logit's gradient.
    async fn grad_cam(&self, image: Tensor<4>, args: &ClassArgs) -> Result<ClassMap> {
        let node = match &args.stage {
            Some(stage) => self.stage_node(stage)?,
            None => self.last_map()?,
        };
        let shape = &self.graph().nodes[node].shape;
        let layout = self.graph().nodes[node].layout;
        if !matches!(layout, Layout::Nchw | Layout::Nhwc | Layout::Tokens) || shape[0] != 1 {
            return Err(bad("Grad-CAM needs a stage with a map or with one token for each patch"));
        }
        let grid = if layout == Layout::Tokens { Some(self.token_grid_of(node)?) } else { None };
        let tail = self.tail(image, node, args.index).await?;
        let channels = if layout == Layout::Nchw { tail.value.shape[1] } else { tail.value.shape[3] };
        let plane = tail.value.data.len() / channels;
        let at = |c: usize, p: usize| if layout == Layout::Nchw { c * plane + p } else { p * channels + c };
        // A class token is no part of space.
        let skip = |p: usize| grid.as_ref().is_some_and(|h| h.patch_of[p].is_none());
        let inside: Vec<usize> = (0..plane).filter(|&p| !skip(p)).collect();
        let mean = |c: usize| {
            let sum: f64 = inside.iter().map(|&p| f64::from(tail.gradient.data[at(c, p)])).sum();
            (sum / inside.len() as f64) as f32
        };
        let weights: Vec<f32> = (0..channels).map(mean).collect();
        let signed = match &grid {
            None => weighted(&tail.value, layout, &weights, &[]),
            Some(grid) => {
                let rows = weighted(&tail.value, layout, &weights, &[plane]);
                Values { data: grid.scatter(rows.data), shape: vec![grid.height, grid.width] }
            }
        };
        self.class_map(signed, true, ClassMethod::Gradcam, tail.index, &tail.answer, self.stage_name(node))
    }

    /// The class token's row of `mean over heads of relu(gradient * attention)` of the last block.
    async fn class_attention(&self, image: Tensor<4>, args: &ClassArgs) -> Result<ClassMap> {
        let node = self.attention_nodes()?.last().copied().ok_or_else(|| bad("the network has no attention"))?;
        let grid = self.token_grid_of(node)?;
        if grid.patch_of[0].is_some() {
            return self.grad_cam(image, args).await;
        }
        let tail = self.tail(image, node, args.index).await?;
        let [_, heads, n, _] = tail.value.shape[..] else { return Err(bad("not attention")) };
        let mean = |key: usize| {
            let of_head = |h: usize| (tail.value.data[h * n * n + key] * tail.gradient.data[h * n * n + key]).max(0.0);
            (0..heads).map(of_head).sum::<f32>() / heads as f32
        };
        let map = Values { data: grid.scatter((0..n).map(mean)), shape: vec![grid.height, grid.width] };
        self.class_map(map, false, ClassMethod::Attention, tail.index, &tail.answer, self.stage_name(node))
    }

    /// Slides a grey patch (0 after normalization, the mean colour) over the photo.
    async fn occlusion(&self, image: Tensor<4>, args: &ClassArgs) -> Result<ClassMap> {
        let grid = args.grid.unwrap_or(8);
        let [_, _, height, width] = image.dims();
        if !(1..=16).contains(&grid) {
            return Err(bad(format!("occlusion takes a grid of 1 to 16 patches on a side, not {grid}")));
        }
        let answer = read(self.forward(image.clone())).await?.data;
        let whole = self.probabilities(&answer)?;
        let index = self.class_index(args.index, &whole)?;
        let mut map = Vec::with_capacity(grid * grid);
        for start in (0..grid * grid).step_by(BATCH) {
            let patches = start..(start + BATCH).min(grid * grid);
            let mut mask = Vec::with_capacity(patches.len() * height * width);
            for patch in patches.clone() {
                let inside = |i: usize, n: usize, at: usize| at * grid / n == i;
                let (row, column) = (patch / grid, patch % grid);
                let pixels =
                    (0..height * width).map(|p| inside(row, height, p / width) && inside(column, width, p % width));
                mask.extend(pixels.map(|hidden| if hidden { 0.0f32 } else { 1.0 }));
            }
            let mask = TensorData::new(mask, [patches.len(), 1, height, width]);
            let mask = Tensor::<4>::from_data(mask, self.params().device());
            let answers = read(self.forward(image.clone() * mask)).await?.data;
            for answer in answers.chunks_exact(answer.len()) {
                map.push(whole[index] - self.probabilities(answer)?[index]);
            }
        }
        let map = Values { data: map, shape: vec![grid, grid] };
        Ok(ClassMap {
            map,
            signed: None,
            method: ClassMethod::Occlusion,
            index,
            probability: whole[index],
            stage: None,
        })
    }

    fn class_map(
        &self,
        signed: Values,
        cut: bool,
        method: ClassMethod,
        index: usize,
        answer: &[f32],
        stage: Option<&str>,
    ) -> Result<ClassMap> {
        let probability = self.probabilities(answer)?[index];
        let map = Values { data: signed.data.iter().map(|v| v.max(0.0)).collect(), shape: signed.shape.clone() };
        let stage = stage.map(str::to_owned);
        Ok(ClassMap { map, signed: cut.then_some(signed), method, index, probability, stage })
    }
}

/// `sum_k weights_k A_k` over the channels of a map or of tokens, `[height, width]` (or `shape` where it is given).
fn weighted(value: &Values, layout: Layout, weights: &[f32], shape: &[usize]) -> Values {
    let plane = value.data.len() / weights.len();
    let nchw = layout == Layout::Nchw;
    let at = |c: usize, p: usize| if nchw { c * plane + p } else { p * weights.len() + c };
    let sum = |p: usize| {
        weights.iter().enumerate().map(|(c, w)| f64::from(*w) * f64::from(value.data[at(c, p)])).sum::<f64>() as f32
    };
    let dims = if nchw { &value.shape[2..4] } else { &value.shape[1..3] };
    let shape = if shape.is_empty() { dims } else { shape };
    Values { data: (0..plane).map(sum).collect(), shape: shape.to_vec() }
}
