//! `Network`: the calls of the contract's `Model`.

use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use super::error::to_js;
use super::explain::parsed;
use super::values::{floats, now, object, pixels, shape, tensor};
use crate::catalogue::{Entry, Labels};
use crate::checkpoint::read_bank;
use crate::error::{Code, Error, Result};
use crate::explain::Off;
use crate::image::{Pipeline, preprocess};
use crate::json::text as json;
use crate::models::facts::{Facts, Origin};
use crate::models::{Capability, capabilities, class_methods, patch_grid};
use crate::network::{self, Values, View, read};
use crate::nn::softmax;
use crate::observe::{self, Ranges};
use crate::preprocessing;

/// A network on the device.
#[wasm_bindgen]
pub struct Network {
    pub(super) inner: network::Network,
    entry: Option<&'static Entry>,
    pub(super) pipeline: Pipeline,
    pub(super) labels: Vec<String>,
    /// What was assumed for want of a configuration, in words.
    assumptions: Vec<String>,
}

impl Network {
    pub(super) fn new(inner: network::Network, entry: Option<&'static Entry>, mut facts: Facts) -> Result<Self> {
        let answers = inner.graph().nodes[inner.graph().output].shape.last().copied().unwrap_or(0);
        let pipeline = match entry {
            Some(entry) => entry.pipeline,
            None => preprocessing::pipeline(inner.input(), &mut facts)?,
        };
        let owned = |names: Vec<&str>| names.into_iter().map(String::from).collect();
        let labels = match entry {
            Some(entry) => owned(entry.labels.names()),
            None if !has_logits(&inner) => vec![],
            None => facts.labels(answers).unwrap_or_else(|| labels(answers, &mut facts)),
        };
        let assumptions = facts.assumed().to_vec();
        Ok(Self { inner, entry, pipeline, labels, assumptions })
    }

    /// A network of a run, which takes photos as the run took its images.
    #[cfg(feature = "train")]
    pub(super) fn trained(inner: network::Network, pipeline: Pipeline, labels: Vec<String>) -> Self {
        // Features and pixels are not classes.
        let labels = if has_logits(&inner) { labels } else { vec![] };
        Self { inner, entry: None, pipeline, labels, assumptions: vec![] }
    }

    fn title(&self) -> String {
        self.inner.architecture().title()
    }

    /// The network with what `off` (JSON: `[{ stage, what, index }]`) says switched off.
    pub(super) fn view(&self, off: &str) -> Result<View<'_>> {
        let off: Vec<Off> = if off.is_empty() { vec![] } else { parsed(off)? };
        self.inner.with(&off)
    }

    async fn answer(&self, data: Vec<f32>, dims: Vec<usize>, off: &str) -> Result<(Values, [f64; 2])> {
        let view = self.view(off)?;
        let image = self.inner.tensor(data, &dims)?;
        let start = now();
        let output = view.forward(image);
        let outer = view.outer_shape(view.graph().output, &output);
        // Reading one number waits for the device, so that what follows is the reading alone.
        let sliced = output.clone().slice([0..1, 0..1, 0..1, 0..1]);
        read(sliced).await?;
        let computed = now();
        let values = Values { shape: outer, ..read(output).await? };
        Ok((values, [computed - start, now() - computed]))
    }
}

pub(super) fn dims(shape: &[u32]) -> Vec<usize> {
    shape.iter().map(|&n| n as usize).collect()
}

#[wasm_bindgen]
impl Network {
    /// The same network on images of `size` pixels a side, with the same parameters: what it is asked is asked there.
    pub fn at(&self, size: usize) -> std::result::Result<Self, JsValue> {
        let inner = self.inner.at(size).map_err(to_js)?;
        let (labels, assumptions) = (self.labels.clone(), self.assumptions.clone());
        Ok(Self { inner, entry: self.entry, pipeline: self.pipeline.at(size), labels, assumptions })
    }

    /// JSON of what the network is.
    pub fn info(&self) -> String {
        let architecture = self.inner.architecture();
        let graph = self.inner.graph();
        json(&observe::ModelInfo {
            id: self.entry.map_or(architecture.family(), |e| e.id),
            family: architecture.family(),
            title: self.title(),
            parameters: graph.parameters(),
            multiply_adds: graph.total_multiply_adds(),
            input: self.inner.input(),
            sizes: self.inner.sizes(),
            labels: &self.labels,
            capabilities: capabilities(graph),
            class_methods: class_methods(graph),
            grid: patch_grid(graph),
            mean: self.pipeline.mean,
            std: self.pipeline.std,
            assumptions: &self.assumptions,
            converted: self.inner.metadata().get("converted_from").zip(self.inner.dtype).map(converted),
            licence: self.entry.map(|e| e.licence),
        })
    }

    /// JSON of the stages, in order of computation.
    pub fn stages(&self) -> String {
        json(&observe::stages(self.inner.graph()))
    }

    /// Resizes, crops and normalizes RGBA pixels.
    pub fn preprocess(&self, rgba: &[u8], width: usize, height: usize) -> std::result::Result<JsValue, JsValue> {
        let p = preprocess(rgba, width, height, &self.pipeline).map_err(to_js)?;
        let side = JsValue::from_f64(p.size as f64);
        let crop = object(&[("data", pixels(&p.crop_rgb)), ("width", side.clone()), ("height", side)]);
        let [x, y, w, h] = p.source_box.map(JsValue::from_f64);
        let source = object(&[("x", x), ("y", y), ("width", w), ("height", h)]);
        let dims = shape(&[1, self.pipeline.channels, p.size, p.size]);
        Ok(object(&[("data", floats(&p.data)), ("shape", dims), ("crop", crop), ("box", source)]))
    }

    /// How many changes `off` makes, once it is known to fit.
    pub fn ablate(&self, off: &str) -> std::result::Result<usize, JsValue> {
        self.view(off).map(|view| view.count()).map_err(to_js)
    }

    /// The answer for a normalized image, with the milliseconds that it took. `off` as of [`Self::ablate`]: what is
    /// switched off for this call.
    pub async fn forward(&self, data: Vec<f32>, shape: Vec<u32>, off: String) -> std::result::Result<JsValue, JsValue> {
        let (values, [forward, read]) = self.answer(data, dims(&shape), &off).await.map_err(to_js)?;
        let result = tensor(&values);
        let ms = object(&[("forward", forward.into()), ("read", read.into())]);
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&result, &"ms".into(), &ms);
        Ok(result)
    }

    /// The `k` most probable classes of one answer, as JSON. Features are classified by their neighbours in the bank.
    pub fn top(&self, logits: &[f32], k: usize) -> std::result::Result<String, JsValue> {
        let probabilities = match &self.inner.bank {
            Some(bank) => bank.classify(logits),
            None if self.labels.is_empty() => {
                let message = format!("{} answers with features, not with classes", self.title());
                return Err(to_js(Error::new(Code::BadInput, message)));
            }
            None => softmax(logits),
        };
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
        let row = |&i: &usize| serde_json::json!({ "index": i, "label": self.labels.get(i), "probability": probabilities[i] });
        Ok(serde_json::Value::from(order.iter().take(k).map(row).collect::<Vec<_>>()).to_string())
    }

    /// Whether `top` names classes.
    pub fn has_classes(&self) -> bool {
        self.inner.bank.is_some() || (!self.labels.is_empty() && has_logits(&self.inner))
    }

    /// Gives a network without a head a bank of labelled features (a whole safetensors file).
    pub fn set_bank(&mut self, bytes: &[u8]) -> std::result::Result<(), JsValue> {
        self.inner.bank = Some(Rc::new(read_bank(bytes, self.labels.len()).map_err(to_js)?));
        Ok(())
    }

    /// The values of stages by name, or the parts of them that `ranges` (JSON: `{ name: [[from, to] | null] }`) tells.
    pub async fn observe(
        &self,
        data: Vec<f32>,
        shape: Vec<u32>,
        names: Vec<String>,
        ranges: String,
        off: String,
    ) -> std::result::Result<JsValue, JsValue> {
        let run = async || -> Result<JsValue> {
            let view = self.view(&off)?;
            let nodes = view.nodes(&names)?;
            let ranges: BTreeMap<String, Ranges> = parsed(&ranges)?;
            let result = Object::new();
            if ranges.is_empty() {
                let values = view.capture(view.tensor(data, &dims(&shape))?, &nodes);
                for ((name, &node), value) in names.iter().zip(&nodes).zip(values) {
                    let shape = view.outer_shape(node, &value);
                    let values = Values { shape, ..read(value).await? };
                    // Setting a property of a plain object cannot fail.
                    let _ = Reflect::set(&result, &name.into(), &tensor(&values));
                }
                return Ok(result.into());
            }
            let values = view.activations(&data, &dims(&shape), &nodes)?;
            for ((name, &node), value) in names.iter().zip(&nodes).zip(values) {
                let all = vec![None; view.outer_shape(node, &value).len()];
                let values = view.part(node, value, ranges.get(name).unwrap_or(&all)).await?;
                // Setting a property of a plain object cannot fail.
                let _ = Reflect::set(&result, &name.into(), &tensor(&values));
            }
            Ok(result.into())
        };
        run().await.map_err(to_js)
    }

    /// MAE: hides patches by noise (the lowest stay) or by a drawn mask (1 hides), and predicts their pixels.
    pub async fn reconstruct(
        &self,
        data: Vec<f32>,
        shape: Vec<u32>,
        noise: Option<Vec<f32>>,
        mask: Option<Vec<u8>>,
        off: String,
    ) -> std::result::Result<JsValue, JsValue> {
        let run = async || -> Result<JsValue> {
            let view = self.view(&off)?;
            let mask = view.patch_mask(noise.as_deref(), mask.as_deref())?;
            let image = view.tensor(data.clone(), &dims(&shape))?;
            let r = view.reconstruct(image, &mask).await?;
            let errors = view.patch_errors(&data, &r, &self.pipeline.std)?;
            let result = tensor(&r.prediction);
            let mask = js_sys::Uint8Array::from(r.mask.as_slice());
            for (key, value) in [
                ("mask", mask.into()),
                ("loss", r.loss.into()),
                ("image", tensor(&r.image)),
                ("pixels", self.picture(&r.image)),
                ("errors", tensor(&errors)),
            ] {
                // Setting a property of a plain object cannot fail.
                let _ = Reflect::set(&result, &key.into(), &value);
            }
            Ok(result)
        };
        run().await.map_err(to_js)
    }
}

impl Network {
    /// `{ data: Uint8ClampedArray, width, height }` of a normalized image.
    fn picture(&self, image: &Values) -> JsValue {
        let side = JsValue::from_f64(self.inner.input().size as f64);
        object(&[("data", pixels(&self.pipeline.pixels(&image.data))), ("width", side.clone()), ("height", side)])
    }
}

fn converted<'a>((from, dtype): (&'a String, &'a str)) -> observe::Converted<'a> {
    observe::Converted { from, dtype }
}

/// Whether its answer has a number for each class.
fn has_logits(network: &network::Network) -> bool {
    capabilities(network.graph()).contains(&Capability::Logits)
}

/// Names of classes that no configuration names: ImageNet's where there are as many, else numbers.
fn labels(answers: usize, facts: &mut Facts) -> Vec<String> {
    if answers == 1000 {
        if !matches!(facts.origin(), Origin::Timm(_)) {
            facts.assume("the classes of ImageNet-1K in their usual order");
        }
        return Labels::Imagenet.names().into_iter().map(String::from).collect();
    }
    facts.note("classes without names");
    (0..answers).map(|i| format!("class {i}")).collect()
}
