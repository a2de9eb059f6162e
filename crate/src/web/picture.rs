//! `Network`: what the living picture is drawn from.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::prelude::*;

use super::error::to_js;
use super::explain::parsed;
use super::network::{Network, dims};
use super::values::{floats, shape as js_shape};
use crate::error::Result;

type Js<T> = std::result::Result<T, JsValue>;

#[wasm_bindgen]
impl Network {
    /// JSON `{ items, skips }`: where everything stands in the picture of this network.
    pub fn layout(&self, _args: String, _off: String) -> String {
        serde_json::to_string(&self.inner.layout()).expect("a layout holds nothing that JSON cannot")
    }

    /// `[{ stage, data, shape: [tiles, rows, columns], channels, count, grid, low, high }]` of `{ stages }`.
    pub async fn tiles(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let found = self.view(&off)?.tiles(&data, &dims(&shape), &parsed(&args)?).await?;
            let object = |tiles: &crate::explain::StageTiles| {
                let facts = serde_json::to_string(tiles).expect("tiles hold nothing that JSON cannot");
                let object = JSON::parse(&facts).expect("it is JSON");
                // Setting a property of a plain object cannot fail.
                let _ = Reflect::set(&object, &"data".into(), &floats(&tiles.values.data));
                let _ = Reflect::set(&object, &"shape".into(), &js_shape(&tiles.values.shape));
                object
            };
            Ok(found.iter().map(object).collect::<Array>().into())
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ index, stages: [{ stage, shares }] }` of `{ stages, index }`: what each map adds to a class's score.
    pub async fn contributions(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            let found = self.view(&off)?.contributions(image, &args).await?;
            Ok(serde_json::to_string(&found).expect("shares hold nothing that JSON cannot"))
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ cell, formula, windows, count, rest }` of `{ stage, channel, row, column, query, windows }`: how a number of
    /// the picture comes about.
    pub async fn spot(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            let found = self.view(&off)?.spot(image, &args).await?;
            Ok(serde_json::to_string(&found).expect("a spot holds nothing that JSON cannot"))
        };
        run().await.map_err(to_js)
    }
}
