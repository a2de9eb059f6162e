use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::str::FromStr;

use half::{bf16, f16};
use serde_json::Value;

use crate::parameter;

/// A checkpoint's entries in the order of the file: key and shape.
pub type Manifest = Vec<(String, Vec<usize>)>;

/// How numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// float32.
    F32,
    /// float16.
    F16,
    /// bfloat16.
    BF16,
}

impl Dtype {
    fn name(self) -> &'static str {
        match self {
            Dtype::F32 => "F32",
            Dtype::F16 => "F16",
            Dtype::BF16 => "BF16",
        }
    }

    fn size(self) -> usize {
        if self == Dtype::F32 { 4 } else { 2 }
    }

    fn encode(self, values: &[f32]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(values.len() * self.size());
        for &value in values {
            match self {
                Dtype::F32 => bytes.extend(value.to_le_bytes()),
                Dtype::F16 => bytes.extend(f16::from_f32(value).to_le_bytes()),
                Dtype::BF16 => bytes.extend(bf16::from_f32(value).to_le_bytes()),
            }
        }
        bytes
    }
}

impl FromStr for Dtype {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name.to_ascii_lowercase().as_str() {
            "f32" => Ok(Dtype::F32),
            "f16" => Ok(Dtype::F16),
            "bf16" => Ok(Dtype::BF16),
            _ => Err(format!("{name} is none of f32, f16, bf16")),
        }
    }
}

/// Reads one of `tests/reference/manifests/*.json`: the key layout of an official checkpoint.
///
/// # Errors
///
/// Where it cannot be read, or lists no tensors.
pub fn manifest(path: impl AsRef<Path>) -> io::Result<Manifest> {
    let path = path.as_ref();
    let text =
        std::fs::read_to_string(path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
    let json: Value = serde_json::from_str(&text)?;
    json["tensors"]
        .as_array()
        .and_then(|tensors| tensors.iter().map(entry).collect())
        .ok_or_else(|| invalid(format!("{} lists no tensors", path.display())))
}

fn entry(tensor: &Value) -> Option<(String, Vec<usize>)> {
    let key = tensor[0].as_str()?.to_owned();
    let shape = tensor[1].as_array()?;
    let shape = shape.iter().map(|n| n.as_u64().map(|n| n as usize));
    Some((key, shape.collect::<Option<_>>()?))
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// Writes the seeded checkpoint of a manifest, one tensor in memory at a time.
///
/// # Errors
///
/// Where the file cannot be written.
pub fn write_safetensors(out: impl AsRef<Path>, manifest: &Manifest, seed: &str, dtype: Dtype) -> io::Result<()> {
    let header = header(manifest, dtype);
    let mut file = BufWriter::new(File::create(out)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(&header)?;
    for (key, shape) in manifest {
        file.write_all(&dtype.encode(&parameter(key, shape, seed)))?;
    }
    file.flush()
}

/// The JSON as Python's `json.dumps` writes it, padded with spaces to a multiple of eight bytes.
fn header(manifest: &Manifest, dtype: Dtype) -> Vec<u8> {
    let mut start = 0;
    let mut entries = Vec::new();
    for (key, shape) in manifest {
        let end = start + dtype.size() * shape.iter().product::<usize>();
        let shape = shape.iter().map(usize::to_string).collect::<Vec<_>>();
        entries.push(format!(
            "{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{start},{end}]}}",
            Value::from(key.as_str()),
            dtype.name(),
            shape.join(","),
        ));
        start = end;
    }
    let mut bytes = format!("{{{}}}", entries.join(",")).into_bytes();
    bytes.resize(bytes.len().next_multiple_of(8), b' ');
    bytes
}
