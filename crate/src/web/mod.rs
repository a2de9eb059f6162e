//! The wasm-bindgen surface, and nothing else: `docs/architecture.md` lists it.

mod cores;
mod error;
mod explain;
mod figures;
mod loader;
mod network;
mod picture;
mod relaxed;
#[cfg(feature = "train")]
mod train;
mod values;

use burn::tensor::Device;
use wasm_bindgen::prelude::*;

use crate::{catalogue, image, weights};

#[cfg(feature = "webgpu")]
unsafe extern "C" {
    /// What crates want done before all else, a few thousand registrations; the linker writes it.
    safe fn __wasm_call_ctors();
}

/// Does it once. Where nobody names that function, the linker has every call from JavaScript do it all over.
#[cfg(feature = "webgpu")]
#[wasm_bindgen(start)]
pub fn start() {
    __wasm_call_ctors();
}

/// JSON of the catalogue: what `engine.models()` answers, and where to load each from.
#[wasm_bindgen(js_name = catalogue)]
pub fn catalogue_json() -> String {
    catalogue::json()
}

/// Kind and size of an image file, as JSON, before the browser decodes it.
#[wasm_bindgen]
pub fn inspect_image(bytes: &[u8]) -> Result<String, JsValue> {
    let found = image::inspect(bytes).map_err(error::to_js)?;
    Ok(serde_json::json!({ "format": found.format, "width": found.width, "height": found.height }).to_string())
}

/// SHA-256 of bytes that come in pieces.
#[wasm_bindgen]
#[derive(Default)]
pub struct Sha256(weights::Sha256);

#[wasm_bindgen]
impl Sha256 {
    /// Of nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next bytes.
    pub fn update(&mut self, chunk: &[u8]) {
        self.0.update(chunk);
    }

    /// The digest of what came so far, in 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.clone().hex()
    }
}

/// A device to compute on: "cpu", "train" for the CPU with the same bits on every machine, or "webgpu".
#[wasm_bindgen]
pub struct Runtime {
    device: Device,
    gpu: bool,
}

#[wasm_bindgen]
impl Runtime {
    /// Of these names; "webgpu" only in the build that has it.
    pub async fn create(backend: String) -> Result<Runtime, JsValue> {
        match backend.as_str() {
            "webgpu" => webgpu().await,
            // What multiplies and adds in one instruction rounds as the machine does, and the same description of a run
            // has to give the same weights on any.
            "train" => Ok(Runtime { device: Device::flex(), gpu: false }),
            _ => {
                // Without it the same is computed by plain instructions.
                let _ = relaxed::install();
                Ok(Runtime { device: Device::flex(), gpu: false })
            }
        }
    }
}

#[cfg(feature = "webgpu")]
async fn webgpu() -> Result<Runtime, JsValue> {
    use crate::error::{Code, Error};
    let device = Device::wgpu_options().tasks_max(32).init_async().await;
    let device = device.map_err(|e| error::to_js(Error::new(Code::NoWebgpu, format!("{e:?}"))))?;
    Ok(Runtime { device, gpu: true })
}

#[cfg(not(feature = "webgpu"))]
async fn webgpu() -> Result<Runtime, JsValue> {
    use crate::error::{Code, Error};
    Err(error::to_js(Error::new(Code::NoWebgpu, "this build of the engine computes on the CPU alone")))
}
