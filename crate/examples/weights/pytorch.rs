//! What `torch.save` wrote, as safetensors has it. The pickle inside is parsed, never run.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use pytorch_reader::{DType, PytorchReader, Tensor};
use serde_json::{Map, Value, json};
use vitrine::weights::Header;

use super::Result;

/// Under which training scripts keep the weights beside optimizers and epochs.
const WRAPPERS: [&str; 2] = ["model.", "state_dict."];

/// A zip archive, or a pickle of protocol 2 or later.
pub fn is_pytorch(file: &Path) -> Result<bool> {
    let mut start = Vec::new();
    File::open(file)?.take(8).read_to_end(&mut start)?;
    // The eight bytes that a safetensors file starts with hold a length below 2^32.
    let long = start.get(4..8).is_some_and(|high| high != [0; 4]);
    Ok(long && (start.starts_with(b"PK\x03\x04") || start.starts_with(b"\x80")))
}

/// The header of the tensors, and their bytes in its order.
pub fn read(file: &Path) -> Result<(Header, Vec<u8>)> {
    let tensors = unwrapped(PytorchReader::new(file)?.into_tensors());
    let (mut entries, mut data) = (Map::new(), Vec::new());
    for (name, tensor) in &tensors {
        let start = data.len();
        data.extend(tensor.read()?);
        let about =
            json!({"dtype": dtype(tensor.dtype()), "shape": tensor.shape(), "data_offsets": [start, data.len()]});
        entries.insert(name.clone(), about);
    }
    let json = Value::Object(entries).to_string().into_bytes();
    let size = 8 + json.len() + data.len();
    Ok((Header::parse(&json, Some(size as u64))?, data))
}

/// The tensors by key; of a checkpoint with wrapped weights only those, without the wrapper.
fn unwrapped(tensors: impl IntoIterator<Item = (String, Tensor)>) -> BTreeMap<String, Tensor> {
    let all: BTreeMap<String, Tensor> = tensors.into_iter().collect();
    let wrapper = WRAPPERS.iter().find(|wrapper| all.keys().any(|key| key.starts_with(**wrapper)));
    match wrapper {
        Some(wrapper) => {
            all.into_iter().filter_map(|(key, t)| Some((key.strip_prefix(wrapper)?.to_owned(), t))).collect()
        }
        None => all,
    }
}

fn dtype(of: DType) -> &'static str {
    match of {
        DType::F64 => "F64",
        DType::F32 => "F32",
        DType::F16 => "F16",
        DType::BF16 => "BF16",
        DType::I64 => "I64",
        DType::I32 => "I32",
        DType::I16 => "I16",
        DType::I8 => "I8",
        DType::U64 => "U64",
        DType::U32 => "U32",
        DType::U16 => "U16",
        DType::U8 => "U8",
        DType::Bool => "BOOL",
    }
}
