//! `Network`: what the living picture is drawn from.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::error::to_js;
use super::explain::{parsed, with_map};
use super::network::{Network, dims};
use crate::error::Result;
use crate::json::text as json;

type Js<T> = std::result::Result<T, JsValue>;

#[wasm_bindgen]
impl Network {
    /// JSON `{ items, skips }`: where everything stands in the picture of this network.
    pub fn layout(&self, _args: String, off: String) -> Js<String> {
        self.view(&off).map(|view| json(&view.layout())).map_err(to_js)
    }

    /// `[{ stage, data, shape: [tiles, rows, columns], channels, count, grid, low, high }]` of `{ stages }`.
    pub async fn tiles(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<JsValue> {
        let run = async || -> Result<JsValue> {
            let found = self.view(&off)?.tiles(&data, &dims(&shape), &parsed(&args)?).await?;
            Ok(found.iter().map(|tiles| with_map(tiles, &tiles.values)).collect::<Array>().into())
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ index, stages: [{ stage, shares }] }` of `{ stages, index }`: what each map adds to a class's score.
    pub async fn contributions(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            let found = self.view(&off)?.contributions(image, &args).await?;
            Ok(json(&found))
        };
        run().await.map_err(to_js)
    }

    /// JSON `{ cell, formula, windows, count, rest }` of `{ stage, channel, row, column, query, windows }`: how a
    /// number of the picture comes about.
    pub async fn spot(&self, data: Vec<f32>, shape: Vec<u32>, args: String, off: String) -> Js<String> {
        let run = async || -> Result<String> {
            let args = parsed(&args)?;
            let image = self.inner.tensor(data, &dims(&shape))?;
            let found = self.view(&off)?.spot(image, &args).await?;
            Ok(json(&found))
        };
        run().await.map_err(to_js)
    }
}
