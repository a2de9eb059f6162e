//! What a finished network has learned, as another begins with it.

use std::collections::BTreeMap;

use crate::error::{Code, Error, Result};
use crate::weights::{Header, TensorStream, header_length};

/// The tensors of a whole safetensors file, by their keys.
#[derive(Debug, Clone)]
pub struct Pretrained(BTreeMap<String, Vec<f32>>);

impl Pretrained {
    /// From the file's bytes.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` or `Truncated` where they are no such file.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self> {
        let length = header_length(bytes)?;
        let broken = || Error::new(Code::Truncated, "the initial weights are cut short");
        let (json, data) = bytes.get(8..).and_then(|b| b.split_at_checked(length)).ok_or_else(broken)?;
        let header = Header::parse(json, Some(bytes.len() as u64))?;
        let mut values = BTreeMap::<String, Vec<f32>>::new();
        let mut stream = TensorStream::new(&header)?;
        stream.push(data, &mut |tensor, _, piece| {
            values.entry(header.tensors[tensor].name.clone()).or_default().extend(piece);
            Ok(())
        })?;
        stream.finish()?;
        Ok(Self(values))
    }

    /// Of values by their keys.
    pub fn of_values(values: BTreeMap<String, Vec<f32>>) -> Self {
        Self(values)
    }

    /// The `count` numbers of a parameter.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where it is not there, or has another size.
    pub fn parameter(&self, key: &str, count: usize) -> Result<&[f32]> {
        let found = self.0.get(key).filter(|values| values.len() == count);
        let message = || format!("the initial weights have no {key} of {count} numbers");
        found.map(Vec::as_slice).ok_or_else(|| Error::new(Code::UnsupportedCheckpoint, message()))
    }
}
