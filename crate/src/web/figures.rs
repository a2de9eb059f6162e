//! `Network` and plain arithmetic: what figures draw beyond the explanations of one photo. As in `explain`, an image's
//! data and shape come before the arguments, which are JSON, and what is switched off comes last.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::error::to_js;
use super::explain::{median_time, parsed, with, with_map};
use super::network::{Network, dims};
use crate::error::{Code, Error, Result};
use crate::explain::{convolution_size, patches, read_out, stacked_convolutions};
use crate::json::{text as json, value};
use crate::network::read;

type Js<T> = std::result::Result<T, JsValue>;

/// Arithmetic without a network, by name and JSON arguments: `convolutionSize` of `{ input, kernel, stride, padding }`,
/// `stackedConvolutions` of `{ count, kernel, channels }`, `patches` of `{ size, patch }`. Answers with JSON.
#[wasm_bindgen]
pub fn arithmetic(name: &str, args: &str) -> Js<String> {
    let run = || -> Result<String> {
        Ok(match name {
            "convolutionSize" => json(&convolution_size(&parsed(args)?)?),
            "stackedConvolutions" => json(&stacked_convolutions(&parsed(args)?)?),
            "patches" => json(&patches(&parsed(args)?)?),
            _ => return Err(Error::new(Code::NotFound, format!("there is no arithmetic named {name}"))),
        })
    };
    run().map_err(to_js)
}

#[wasm_bindgen]
impl Network {
    /// `{ data, shape: [rows, columns], stage, heads, window, shift, rows, columns, groups, reads, strongest }` of
    /// `{ block, head, query }`: Swin's windows over the photo and what one patch reads.
    #[wasm_bindgen(js_name = windowAttention)]
    pub async fn window_attention(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let found = self.view(&off)?.window_attention(&data, &dims(&shape), &parsed(&args)?).await?;
            Ok(with_map(&found, &found.map))
        };
        run().await.map_err(to_js)
    }

    /// `{ data, shape: [heads, rows, columns], masks, kept }` of `{ mass }`: what the class token reads in the last
    /// block.
    #[wasm_bindgen(js_name = classHeads)]
    pub async fn class_heads(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let found = self.view(&off)?.class_heads(&data, &dims(&shape), &parsed(&args)?).await?;
            let result = with_map(&found, &found.maps);
            // Setting a property of a plain object cannot fail.
            let _ = js_sys::Reflect::set(&result, &"masks".into(), &Uint8Array::from(found.masks.as_slice()));
            Ok(result)
        };
        run().await.map_err(to_js)
    }

    /// JSON: how many of the grey pictures `[n, 1, height, width]` (0 to 255) are read rightly, of `{ labels, shift }`.
    #[wasm_bindgen(js_name = rightAfterShift)]
    pub async fn right_after_shift(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let right = self.view(&off)?.right_after_shift(&data, &dims(&shape), &self.pipeline, &args).await?;
            Ok(right.to_string())
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ right, of }`: how many of the features `[n, width]` are named rightly by the others, of `{ labels, k }`.
    #[wasm_bindgen(js_name = readOut)]
    pub fn read_out(&self, data: Vec<f32>, shape: Vec<u32>, args: String, _off: String) -> Js<String> {
        parsed(&args).and_then(|args| read_out(&data, &dims(&shape), &args)).map(|found| json(&found)).map_err(to_js)
    }

    /// `{ mask }`, a byte for each patch, 1 where it is hidden, of `{ ratio, seed }`.
    #[wasm_bindgen(js_name = randomMask)]
    pub fn random_mask(&self, args: String, off: String) -> Js<JsValue> {
        let run = || -> Result<Vec<u8>> { self.view(&off)?.random_mask(&parsed(&args)?) };
        let mask = run().map_err(to_js)?;
        Ok(with(&serde_json::Map::new(), &[("mask", Uint8Array::from(mask.as_slice()).into())]))
    }

    /// JSON `{ hidden, patches, multiplyAdds, ms }` of `{ ratio }`: an MAE's encoder alone, with a share of patches
    /// hidden.
    #[wasm_bindgen(js_name = encoderCost)]
    pub async fn encoder_cost(&self, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let view = self.view(&off)?;
            let encoder = view.masked_encoder(&parsed(&args)?)?;
            let image = view.noise(encoder.graph());
            // The browser makes its code faster while it runs: the first of several sizes must not pay for all.
            let ms = median_time(5, async || {
                // Reading one number waits for the device.
                let tokens = view.encode(&encoder, image.clone());
                read(tokens.slice([0..1, 0..1, 0..1, 0..1])).await
            });
            let mut facts = value(&encoder.cost());
            facts["ms"] = ms.await?.into();
            Ok(facts.to_string())
        };
        run().await.map_err(to_js)
    }
}
