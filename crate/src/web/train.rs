//! `Training`: the calls of the contract's `Run`.

use wasm_bindgen::prelude::*;

use super::Runtime;
use super::error::to_js;
use super::network::Network;
use crate::error::{Code, Error, Result};
use crate::train::{self, Card, Data, Pretrained, Run, Spec};

type Answer<T> = std::result::Result<T, JsValue>;

/// JSON of what a described run needs before it begins ([`train::Needs`]).
#[wasm_bindgen]
pub fn training_needs(spec: &str) -> Answer<String> {
    let spec = Spec::parse(spec).map_err(to_js)?;
    Ok(crate::json::text(&train::Needs::of(spec)))
}

/// The visitor's photos, sorted into groups.
#[wasm_bindgen]
pub struct Photos {
    inner: train::Photos,
}

#[wasm_bindgen]
impl Photos {
    /// Those of a described run (JSON).
    #[wasm_bindgen(constructor)]
    pub fn new(spec: &str) -> Answer<Photos> {
        let inner = Spec::parse(spec).and_then(train::Photos::new).map_err(to_js)?;
        Ok(Photos { inner })
    }

    /// A decoded photo of a group, RGBA.
    pub fn add(&mut self, group: usize, rgba: &[u8], width: usize, height: usize) -> Answer<()> {
        self.inner.add(group, rgba, [width, height]).map_err(to_js)
    }

    /// A network's features of a photo of a group.
    pub fn add_features(&mut self, group: usize, features: &[f32]) -> Answer<()> {
        self.inner.add_features(group, features).map_err(to_js)
    }
}

/// Labelled images.
#[wasm_bindgen]
pub struct Images {
    inner: train::Images,
}

#[wasm_bindgen]
impl Images {
    /// The tiles of a sheet, RGBA pixels; `card` is the JSON beside it.
    pub fn of_sheet(rgba: &[u8], width: usize, card: &str, channels: usize) -> Answer<Images> {
        let card: Result<Card> = serde_json::from_str(card)
            .map_err(|e| Error::new(Code::BadInput, format!("the card of this sheet cannot be read: {e}")));
        let inner = card.and_then(|card| train::Images::of_sheet(rgba, width, card, channels)).map_err(to_js)?;
        Ok(Images { inner })
    }
}

/// A run under way.
#[wasm_bindgen]
pub struct Training {
    inner: Run,
}

#[wasm_bindgen]
impl Training {
    /// A described run (JSON) before its first step, or where `resume`, what `export` gave, was.
    pub async fn begin(
        runtime: &Runtime,
        spec: String,
        train: Images,
        test: Images,
        resume: Option<Vec<u8>>,
    ) -> Answer<Training> {
        let begin = async || -> Result<Run> {
            let data = Data::new(train.inner, test.inner);
            let mut run = Run::new(Spec::parse(&spec)?, data, &runtime.device, runtime.gpu).await?;
            resume.iter().try_for_each(|bytes| run.resume(bytes))?;
            Ok(run)
        };
        begin().await.map(|inner| Training { inner }).map_err(to_js)
    }

    /// A described run of the visitor's photos; `weights` is the whole safetensors file of the network that goes on
    /// learning.
    pub async fn of_photos(
        runtime: &Runtime,
        photos: Photos,
        weights: Option<Vec<u8>>,
        resume: Option<Vec<u8>>,
    ) -> Answer<Training> {
        let begin = async || -> Result<Run> {
            let (spec, data) = photos.inner.finish()?;
            let pretrained = weights.as_deref().map(Pretrained::of_bytes).transpose()?;
            let mut run = Run::new(spec, Data { pretrained, ..data }, &runtime.device, runtime.gpu).await?;
            resume.iter().try_for_each(|bytes| run.resume(bytes))?;
            Ok(run)
        };
        begin().await.map(|inner| Training { inner }).map_err(to_js)
    }

    /// JSON of what a probe, as it was after `step` steps, says of a photo's features:
    /// `{ top: [{ index, label, probability }], neighbours: { shares, group, nearest: [{ photo, similarity }] } }`.
    pub fn guess(&self, step: usize, features: &[f32]) -> Answer<String> {
        let guess = self.inner.guess(step, features).map_err(to_js)?;
        Ok(crate::json::text(&guess))
    }

    /// JSON of what it is now ([`train::State`]).
    pub fn about(&self) -> String {
        crate::json::text(&self.inner.state())
    }

    /// Takes so many steps; JSON of what they measured ([`train::Report`]).
    pub async fn advance(&mut self, steps: usize) -> Answer<String> {
        let report = self.inner.advance(steps).await.map_err(to_js)?;
        Ok(crate::json::text(&report))
    }

    /// Takes one step; JSON of what it was for one weight of a layer ([`train::Stepped`]).
    pub async fn step_through(&mut self, network: Option<String>, key: Option<String>) -> Answer<String> {
        let stepped = self.inner.step_through(network.as_deref(), key.as_deref()).await.map_err(to_js)?;
        Ok(crate::json::text(&stepped))
    }

    /// Throws switches (JSON) now.
    pub fn set(&mut self, switches: &str) -> Answer<()> {
        self.inner.set(switches).map_err(to_js)
    }

    /// Makes a checkpoint of this moment.
    pub async fn keep(&mut self) -> Answer<()> {
        self.inner.keep().await.map_err(to_js)
    }

    /// A network at a checkpoint.
    pub async fn at(&self, step: usize, network: Option<String>) -> Answer<Network> {
        let inner = self.inner.at(step, network.as_deref()).map_err(to_js)?;
        Ok(Network::trained(inner, self.inner.pipeline(), self.inner.classes()))
    }

    /// Another run that goes on from a checkpoint with switches (JSON) thrown there.
    pub fn fork(&self, step: usize, switches: &str) -> Answer<Training> {
        self.inner.fork(step, switches).map(|inner| Training { inner }).map_err(to_js)
    }

    /// A network at a checkpoint as a safetensors file.
    pub fn save(&self, step: usize, network: Option<String>) -> Answer<Vec<u8>> {
        self.inner.save(step, network.as_deref()).map_err(to_js)
    }

    /// A checkpoint as `begin` takes it.
    pub fn export(&self, step: usize) -> Answer<Vec<u8>> {
        self.inner.export(step).map_err(to_js)
    }

    /// SHA-256 of all weights.
    pub async fn hash(&self) -> Answer<String> {
        self.inner.hash().await.map_err(to_js)
    }
}
