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

/// The GPU that the drivers offer first; they may have nothing but software to offer, so its name is printed.
#[cfg(feature = "webgpu")]
fn wgpu() -> Result<Device> {
    use burn::tensor::wgpu::WgpuInitError;
    let (device, setup) = Device::wgpu_options().init_with_setup().map_err(|error| match error {
        WgpuInitError::AdapterUnavailable { .. } => {
            "there is no GPU to train on: no driver here offers one to Vulkan, Metal, Direct3D or OpenGL".to_owned()
        }
        other => format!("there is no GPU to train on: {other}"),
    })?;
    let info = setup.adapter.get_info();
    println!("computing on {} ({:?}, {:?})", info.name, info.device_type, info.backend);
    Ok(device)
}

#[cfg(not(feature = "webgpu"))]
fn wgpu() -> Result<Device> {
    Err("this build computes on the CPU alone; cargo xtask train builds another for --device wgpu".into())
}
