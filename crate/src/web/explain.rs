//! `Network`: explanations. With an image a method takes its data and shape before the arguments, which are JSON; what
//! is switched off for the call comes last, as of `Network::ablate`.

use js_sys::{Array, JSON, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::error::to_js;
use super::network::{Network, dims};
use super::values::{floats, now, object, shape as js_shape, tensor};
use crate::error::{Code, Error, Result};
use crate::explain::{CostArgs, LargeProduct, attention_cost, gradient_depth, neighbours};
use crate::json::{text as json, value};
use crate::network::{Values, read};

/// Short runs are repeated for so long: the browser makes its code faster while it runs.
const ENOUGH_MS: f64 = 250.0;

type Js<T> = std::result::Result<T, JsValue>;

pub(super) fn parsed<T: DeserializeOwned>(args: &str) -> Result<T> {
    let args = if matches!(args, "" | "null" | "undefined") { "{}" } else { args };
    serde_json::from_str(args).map_err(|e| Error::new(Code::BadInput, format!("the arguments do not fit: {e}")))
}

/// Facts as a plain object, with tensors beside them.
#[expect(clippy::expect_used, reason = "what serde writes is JSON")]
pub(super) fn with(facts: &impl Serialize, entries: &[(&str, JsValue)]) -> JsValue {
    let object = JSON::parse(&json(facts)).expect("what serde writes is JSON");
    for (key, value) in entries {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object
}

/// The same with one tensor's data and shape among the facts.
pub(super) fn with_map(facts: &impl Serialize, map: &Values) -> JsValue {
    with(facts, &[("data", floats(&map.data)), ("shape", js_shape(&map.shape))])
}

/// The median of the runs that fit in a moment, in milliseconds, and of at least `least`, after one that is not
/// counted.
pub(super) async fn median_time<T>(least: usize, run: impl AsyncFn() -> Result<T>) -> Result<f64> {
    let mut times: Vec<f64> = vec![];
    let mut warm = false;
    while times.len() < least || times.iter().sum::<f64>() < ENOUGH_MS {
        let begun = now();
        run().await?;
        // A clock that stands still, as some browsers' does for privacy, must not keep this going.
        let took = (now() - begun).max(0.1);
        if std::mem::replace(&mut warm, true) {
            times.push(took);
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

impl Network {
    /// JSON of answers with the classes' names in them.
    fn labelled(&self, facts: &impl Serialize) -> String {
        let mut value = value(facts);
        label(&mut value, &self.labels);
        value.to_string()
    }
}

/// Beside every "index" the "label" that it means.
fn label(value: &mut serde_json::Value, labels: &[String]) {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(|v| label(v, labels)),
        serde_json::Value::Object(map) => {
            let name = map.get("index").and_then(serde_json::Value::as_u64).and_then(|i| labels.get(i as usize));
            if let Some(name) = name.cloned() {
                map.insert("label".to_owned(), name.into());
            }
            map.values_mut().for_each(|v| label(v, labels));
        }
        _ => {}
    }
}

#[wasm_bindgen]
impl Network {
    /// `{ gradient, map, box, pixels, effective, value, stages: [{ stage, data, shape, box, shares }] }` of
    /// `{ stage, cell, through }`.
    #[wasm_bindgen(js_name = receptiveField)]
    pub async fn receptive_field(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            let field = self.view(&off)?.receptive_field(image, &args).await?;
            let stages: Array = field.stages.iter().map(|stage| with_map(stage, &stage.map)).collect();
            let tensors =
                [("gradient", tensor(&field.gradient)), ("map", tensor(&field.map)), ("stages", stages.into())];
            Ok(with(&field, &tensors))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape: [channels, height, width], rows, columns, low, high }` of `{ stage, side, head }`: every channel
    /// as a small map, with the bounds of the whole ones.
    pub async fn maps(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let maps = self.view(&off)?.maps(&data, &dims(&shape), &parsed(&args)?).await?;
            Ok(with_map(&maps, &maps.small))
        };
        run().await.map_err(to_js)
    }

    /// `{ taught, paper }` of `{ stage }`: a normalization after its pooling, and before it.
    #[wasm_bindgen(js_name = normOrders)]
    pub async fn norm_orders(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let image = self.inner.tensor(data, &dims(&shape))?;
            let orders = self.view(&off)?.orders(image, &parsed(&args)?).await?;
            Ok(object(&[("taught", tensor(&orders.taught)), ("paper", tensor(&orders.paper))]))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape: [heads, height, width], class_token }` of `{ block, query }`: where one query looks, head by
    /// head.
    #[wasm_bindgen(js_name = attentionHeads)]
    pub async fn attention_heads(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let found = self.view(&off)?.attention_heads(&data, &dims(&shape), &parsed(&args)?).await?;
            Ok(with_map(&found, &found.maps))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape, table, cells }` of `{ block, head, query }`: what is added to the scores of one query.
    #[wasm_bindgen(js_name = relativeBias)]
    pub async fn relative_bias(&self, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let bias = self.view(&off)?.relative_bias(&parsed(&args)?).await?;
            let map = with_map(&bias, &bias.map);
            // Setting a property of a plain object cannot fail.
            let _ = Reflect::set(&map, &"table".into(), &tensor(&bias.table));
            Ok(map)
        };
        run().await.map_err(to_js)
    }

    /// JSON `[{ size, tokens, global, windowed }]` of `{ sizes, patch, width, window }`: equations 1 and 2 of Swin.
    #[wasm_bindgen(js_name = attentionCost)]
    pub fn attention_cost(&self, args: String, _off: String) -> Js<String> {
        parsed(&args).and_then(|args| attention_cost(&args)).map(|costs| json(&costs)).map_err(to_js)
    }

    /// JSON `[{ name, kind, field, jump, seen }]`.
    #[wasm_bindgen(js_name = receptiveCurve)]
    pub fn receptive_curve(&self, _args: String, off: String) -> Js<String> {
        self.view(&off).map(|view| json(&view.receptive_curve())).map_err(to_js)
    }

    /// `{ data, shape, stage, block, blocks, heads, query, class_token, window, cells, entropy }` of
    /// `{ block, head, query }`.
    pub async fn attention(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            let map = self.view(&off)?.attention(image, &args).await?;
            Ok(with_map(&map, &map.map))
        };
        run().await.map_err(to_js)
    }

    /// JSON `[{ stage, entropy, distance }]`, a block each, a number for each head.
    #[wasm_bindgen(js_name = attentionStats)]
    pub async fn attention_stats(&self, data: Vec<f32>, shape: Vec<u32>, _args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let image = self.inner.tensor(data, &dims(&shape))?;
            Ok(json(&self.view(&off)?.attention_stats(image).await?))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape }`: the class token's rollout over all blocks.
    pub async fn rollout(&self, data: Vec<f32>, shape: Vec<u32>, _args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let image = self.inner.tensor(data, &dims(&shape))?;
            Ok(tensor(&self.view(&off)?.rollout(image).await?))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape: [patches, images, height, width] }`: cosines of the first image's patches with all patches,
    /// without the mean of them all.
    pub async fn similarity(&self, data: Vec<f32>, shape: Vec<u32>, _args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let images = self.inner.tensor(data, &dims(&shape))?;
            Ok(tensor(&self.view(&off)?.similarity(images).await?))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape: [3, height, width], shares }`: patches along their three principal components.
    pub async fn pca(&self, data: Vec<f32>, shape: Vec<u32>, _args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let image = self.inner.tensor(data, &dims(&shape))?;
            let colours = self.view(&off)?.pca(image).await?;
            Ok(with_map(&colours, &colours.coordinates))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape: [patches, height, width] }`: cosines of the patches' position embeddings.
    #[wasm_bindgen(js_name = positionSimilarity)]
    pub async fn position_similarity(&self, _args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> { Ok(tensor(&self.view(&off)?.position_similarity().await?)) };
        run().await.map_err(to_js)
    }

    /// JSON of the numbers that describe a photo, before any class is named.
    pub async fn features(&self, data: Vec<f32>, shape: Vec<u32>, _args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let image = self.inner.tensor(data, &dims(&shape))?;
            Ok(json(&self.view(&off)?.features(image).await?))
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ nearest: [{ photo, similarity, votes }], shares, group }` of `{ features, groups, query, k }`.
    pub fn neighbours(&self, args: String, _off: String) -> Js<String> {
        parsed(&args).and_then(|args| neighbours(&args)).map(|found| json(&found)).map_err(to_js)
    }

    /// JSON `{ student, teacher, cross_entropy, entropy, gradient, centre_of, half_life }` of
    /// `{ outputs, temperature, centering, momentum }`.
    #[wasm_bindgen(js_name = dinoLoss)]
    pub fn dino_loss(&self, args: String, off: String) -> Js<String> {
        let run = || -> Result<String> { Ok(json(&self.view(&off)?.dino_loss(&parsed(&args)?)?)) };
        run().map_err(to_js)
    }

    /// `{ data, shape, signed, method, index, probability, stage }` of `{ method, index, stage, grid }`.
    #[wasm_bindgen(js_name = explainClass)]
    pub async fn explain_class(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            let map = self.view(&off)?.explain_class(image, &args).await?;
            let result = with_map(&map, &map.map);
            // Setting a property of a plain object cannot fail.
            let _ = Reflect::set(&result, &"signed".into(), &map.signed.as_ref().map_or(JsValue::NULL, tensor));
            Ok(result)
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ rows: [{ stage, top: [{ index, label, probability }] }], omitted: [{ stage, reason }] }` of `{ k }`.
    #[wasm_bindgen(js_name = logitLens)]
    pub async fn logit_lens(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            Ok(self.labelled(&self.view(&off)?.logit_lens(image, &args).await?))
        };
        run().await.map_err(to_js)
    }

    /// JSON of one cell's formula, of `{ stage, cell }`.
    pub async fn cell(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            Ok(json(&self.view(&off)?.cell(image, &args).await?))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape: [out, in, height, width] }` of a convolution's kernels, of `{ stage }`.
    pub async fn filters(&self, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> { Ok(tensor(&self.view(&off)?.filters(&parsed(&args)?).await?)) };
        run().await.map_err(to_js)
    }

    /// JSON `[{ stage, ms }]`: a second forward pass, timed step by step.
    #[wasm_bindgen(js_name = stageTimes)]
    pub async fn stage_times(&self, data: Vec<f32>, shape: Vec<u32>, _args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let image = self.inner.tensor(data, &dims(&shape))?;
            Ok(json(&self.view(&off)?.stage_times(image, now).await?))
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ side, product, stages, kinds }` of `{ passes }`: multiply-adds a second, beside those of a large product.
    pub async fn throughput(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            let product = LargeProduct::new(self.inner.params())?;
            let ms = median_time(3, async || product.run().await).await?;
            Ok(json(&self.view(&off)?.throughput(image, &args, (&product, ms), now).await?))
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ passes: [[{ index, label, probability }]], mean: [{ index, label, probability, deviation }] }` of
    /// `{ passes, k }`.
    #[wasm_bindgen(js_name = dropoutPasses)]
    pub async fn dropout_passes(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            Ok(self.labelled(&self.view(&off)?.dropout_passes(image, &args).await?))
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ gradients, ratio, loss }` of a fresh network, of `{ kind, depth, activation, gain, norm }`; this network
    /// lends its device alone.
    #[wasm_bindgen(js_name = gradientDepth)]
    pub async fn gradient_depth(&self, args: String, _off: String) -> Js<String> {
        let run = async || -> Result<String> {
            Ok(json(&gradient_depth(self.inner.params().device(), &parsed(&args)?).await?))
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ size, tokens, multiplyAdds, attention, ms }` of one run on an image of another size, of `{ size }`: the
    /// median of those that fit in a moment, after one that is not counted.
    #[wasm_bindgen(js_name = costAt)]
    pub async fn cost_at(&self, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let view = self.view(&off)?;
            let CostArgs { size } = parsed(&args)?;
            let graph = view.graph_at(size)?;
            let image = view.noise(&graph);
            // Reading the answer waits for the device.
            let ms = median_time(1, async || read(view.forward_at(&graph, image.clone())).await).await?;
            let mut facts = value(&view.cost(&graph));
            facts["ms"] = ms.into();
            Ok(facts.to_string())
        };
        run().await.map_err(to_js)
    }
}
