//! Checkpoints of others into the files that the page loads: safetensors in float16 or float32.

#[path = "pytorch.rs"]
mod pytorch;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::Path;

use burn::tensor::Device;
use half::f16;
use serde_json::{Map, Value, json};
use vitrine::catalogue::Entry;
use vitrine::checkpoint::Loader;
use vitrine::error::{self, Code};
use vitrine::models::layouts;
use vitrine::weights::{Header, TensorStream, header_length};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How a converted file stores its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    F16,
    F32,
}

impl Stored {
    fn name(self) -> &'static str {
        if self == Stored::F16 { "F16" } else { "F32" }
    }

    fn size(self) -> usize {
        if self == Stored::F16 { 2 } else { 4 }
    }
}

/// A safetensors file in memory.
pub struct Checkpoint {
    header: Header,
    /// What follows the header.
    data: Vec<u8>,
}

impl Checkpoint {
    /// Reads safetensors, or what `torch.save` wrote.
    pub fn read(file: &Path) -> Result<Self> {
        let named = |e: &dyn std::fmt::Display| format!("{}: {e}", file.display());
        if let Some((header, data)) = pytorch::read(file).map_err(|e| named(&e))? {
            return Ok(Self { header, data });
        }
        let mut bytes = std::fs::read(file).map_err(|e| named(&e))?;
        let length = header_length(&bytes)?;
        let json = bytes.get(8..8 + length).ok_or("the file breaks off inside its header")?;
        let header = Header::parse(json, Some(bytes.len() as u64))?;
        bytes.drain(..8 + length);
        Ok(Self { header, data: bytes })
    }

    /// Refuses a checkpoint that is not this network's, naming what does not fit.
    pub fn check(&self, entry: &Entry) -> Result<()> {
        let mut loader = Loader::new(self.header.clone(), Some((entry.architecture)()), &Device::flex(), false)?;
        loader.push(&self.data)?;
        loader.finish()?;
        Ok(())
    }

    /// Writes the tensors that the network has parameters for, and where they come from into the metadata.
    pub fn write(&self, out: &mut impl Write, stored: Stored, source: &str) -> Result<()> {
        let tensors = &self.header.tensors;
        let named: Vec<(String, Vec<usize>)> = tensors.iter().map(|t| (t.name.clone(), t.shape.clone())).collect();
        let kept: Vec<bool> = layouts::read(&named).places.iter().map(|places| !places.is_empty()).collect();
        let header = self.converted_header(&kept, stored, source);
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(&header)?;
        let mut stream = TensorStream::with_needed(&self.header, |i| kept[i])?;
        stream.push(&self.data, &mut |tensor, _, values| {
            let name = &tensors[tensor].name;
            write_piece(out, &values, stored).map_err(|e| error::Error::new(Code::BadInput, format!("{name}: {e}")))
        })?;
        Ok(stream.finish()?)
    }

    fn converted_header(&self, kept: &[bool], stored: Stored, source: &str) -> Vec<u8> {
        let mut metadata: BTreeMap<String, String> = self.header.metadata.clone();
        metadata.insert("format".to_owned(), "pt".to_owned());
        metadata.insert("converted_from".to_owned(), source.to_owned());
        let mut entries = Map::from_iter([("__metadata__".to_owned(), json!(metadata))]);
        let mut start = 0;
        for tensor in self.header.tensors.iter().zip(kept).filter(|(_, kept)| **kept).map(|(tensor, _)| tensor) {
            let end = start + tensor.elements() * stored.size();
            let about = json!({"dtype": stored.name(), "shape": tensor.shape, "data_offsets": [start, end]});
            entries.insert(tensor.name.clone(), about);
            start = end;
        }
        let mut bytes = Value::Object(entries).to_string().into_bytes();
        bytes.resize(bytes.len().next_multiple_of(8), b' ');
        bytes
    }
}

fn write_piece(out: &mut impl Write, values: &[f32], stored: Stored) -> Result<()> {
    let bytes: Vec<u8> = match stored {
        Stored::F32 => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        Stored::F16 if values.iter().any(|&value| value.is_finite() && f16::from_f32(value).is_infinite()) => {
            return Err("its numbers are too large for float16; use --dtype f32".into());
        }
        Stored::F16 => values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect(),
    };
    Ok(out.write_all(&bytes)?)
}
