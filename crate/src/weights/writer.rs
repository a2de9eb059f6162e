//! Safetensors files as they are written.

use serde_json::{Map, Value, json};

/// A file in the making: its header, and the bytes behind it.
#[derive(Debug, Default)]
pub struct Writer {
    header: Map<String, Value>,
    data: Vec<u8>,
}

impl Writer {
    /// Facts about the file.
    pub fn metadata(&mut self, facts: &[(&str, String)]) {
        let facts: Map<String, Value> = facts.iter().map(|(k, v)| ((*k).to_owned(), v.clone().into())).collect();
        self.header.insert("__metadata__".to_owned(), facts.into());
    }

    /// A tensor of float32.
    pub fn float32(&mut self, key: &str, shape: &[usize], values: &[f32]) {
        self.entry(key, "F32", shape, values.iter().flat_map(|v| v.to_le_bytes()));
    }

    /// A single whole number. To be written before all others, so that everything is aligned.
    pub fn int64(&mut self, key: &str, value: i64) {
        self.entry(key, "I64", &[], value.to_le_bytes());
    }

    fn entry(&mut self, key: &str, dtype: &str, shape: &[usize], bytes: impl IntoIterator<Item = u8>) {
        let from = self.data.len();
        self.data.extend(bytes);
        let range = [from, self.data.len()];
        self.header.insert(key.to_owned(), json!({ "dtype": dtype, "shape": shape, "data_offsets": range }));
    }

    /// The whole file.
    pub fn finish(self) -> Vec<u8> {
        let mut json = Value::Object(self.header).to_string().into_bytes();
        json.resize(json.len().next_multiple_of(8), b' ');
        [&(json.len() as u64).to_le_bytes()[..], &json, &self.data].concat()
    }
}
