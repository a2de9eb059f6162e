//! Where runs compute, and where they leave what they come to.

use std::path::PathBuf;

use burn::tensor::Device;

use super::data::Result;

/// A device and a folder.
#[derive(Clone)]
pub struct Place {
    /// What computes.
    pub device: Device,
    /// Whether that is a GPU.
    pub gpu: bool,
    /// The folder.
    pub out: PathBuf,
}

impl Place {
    /// The device of a name: "cpu" or "wgpu".
    pub fn new(device: &str, out: PathBuf) -> Result<Self> {
        match device {
            "cpu" => Ok(Self { device: Device::flex(), gpu: false, out }),
            // Its weights are others than the CPU's, and neither goes on with those of the other.
            "wgpu" => Ok(Self { device: wgpu()?, gpu: true, out: out.join("wgpu") }),
            other => Err(format!("there is no device {other}; there are cpu and wgpu").into()),
        }
    }

    /// The same device, and a folder in this one.
    pub fn within(&self, folder: &str) -> Self {
        Self { out: self.out.join(folder), ..self.clone() }
    }
}

#[cfg(feature = "webgpu")]
fn wgpu() -> Result<Device> {
    Device::wgpu_options().init().map_err(|error| format!("there is no GPU to train on: {error:?}").into())
}

#[cfg(not(feature = "webgpu"))]
fn wgpu() -> Result<Device> {
    Err("this build computes on the CPU alone; cargo xtask train builds another for --device wgpu".into())
}
