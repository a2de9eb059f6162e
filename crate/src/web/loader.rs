//! `Loader`: a checkpoint's bytes in, a network out.

use wasm_bindgen::prelude::*;

use super::Runtime;
use super::error::to_js;
use super::network::Network;
use crate::checkpoint;
use crate::weights::Header;
use crate::{catalogue, error};

/// Takes a checkpoint as it downloads.
#[wasm_bindgen]
pub struct Loader {
    inner: checkpoint::Loader,
    entry: Option<&'static catalogue::Entry>,
    data_size: f64,
}

#[wasm_bindgen]
impl Loader {
    /// For the network of a catalogue id, or for the one that the header's keys and shapes tell of.
    #[wasm_bindgen(constructor)]
    pub fn new(
        runtime: &Runtime,
        id: Option<String>,
        header: &[u8],
        file_size: Option<f64>,
    ) -> Result<Loader, JsValue> {
        let build = || -> error::Result<Loader> {
            let entry = id.as_deref().map(catalogue::find).transpose()?;
            let header = Header::parse(header, file_size.map(|n| n as u64))?;
            let architecture = entry.map(|e| (e.architecture)());
            let inner = checkpoint::Loader::new(header, architecture, &runtime.device, runtime.gpu)?;
            let data_size = inner.data_size() as f64;
            Ok(Loader { inner, entry, data_size })
        };
        build().map_err(to_js)
    }

    /// Bytes that follow the header.
    #[wasm_bindgen(getter)]
    pub fn data_size(&self) -> f64 {
        self.data_size
    }

    /// The next bytes after the header.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), JsValue> {
        self.inner.push(chunk).map_err(to_js)
    }

    /// The network, once every byte was pushed.
    pub async fn finish(self) -> Result<Network, JsValue> {
        let network = self.inner.finish().map_err(to_js)?;
        Ok(Network::new(network, self.entry))
    }
}
