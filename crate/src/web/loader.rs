//! `Loader`: a checkpoint's bytes in, a network out.

use wasm_bindgen::prelude::*;

use super::Runtime;
use super::error::to_js;
use super::network::Network;
use crate::checkpoint::Files;
use crate::models::facts::Facts;
use crate::{catalogue, error};

/// Takes a checkpoint's files as they download.
#[wasm_bindgen]
pub struct Loader {
    inner: Files,
    entry: Option<&'static catalogue::Entry>,
}

#[wasm_bindgen]
impl Loader {
    /// For the network of a catalogue id, or for the one that the keys and shapes of `files` files tell of. `config` is
    /// the JSON of timm's or transformers' `config.json`, with transformers' `preprocessor_config` in it.
    #[wasm_bindgen(constructor)]
    pub fn new(runtime: &Runtime, id: Option<String>, config: Option<String>, files: usize) -> Result<Loader, JsValue> {
        let build = || -> error::Result<Loader> {
            let entry = id.as_deref().map(catalogue::find).transpose()?;
            let facts = match (&config, entry) {
                (Some(config), _) => Facts::parse(config)?,
                (None, Some(_)) => Facts::catalogued(),
                (None, None) => Facts::none(),
            };
            let asked = entry.map(|e| (e.architecture)());
            Ok(Loader { inner: Files::new(asked, facts, files, runtime.device.clone(), runtime.gpu), entry })
        };
        build().map_err(to_js)
    }

    /// A file begins, at its first byte; `size` is that of the whole of it, where known.
    pub fn begin(&mut self, file: usize, size: Option<f64>) {
        self.inner.begin(file, size.map(|n| n as u64));
    }

    /// Whether the header of the file that was begun last is known.
    pub fn has_header(&self) -> bool {
        self.inner.has_header()
    }

    /// The next bytes of the file that was begun last.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), JsValue> {
        self.inner.push(chunk).map_err(to_js)
    }

    /// The network, once every byte was pushed.
    pub async fn finish(self) -> Result<Network, JsValue> {
        let (network, facts) = self.inner.finish().map_err(to_js)?;
        Network::new(network, self.entry, facts).map_err(to_js)
    }
}
