//! The checkpoints of `tests/reference/layouts.json`, as files in memory.

use burn::tensor::Device;
use serde_json::{Map, Value, json};
use vitrine::checkpoint::Files;
use vitrine::error::Error;
use vitrine::models::facts::Facts;
use vitrine::models::mae::{Config, PatchMask};
use vitrine::network::{Network, read};

use super::{now, numbers, reference};

/// A tensor of a file: its name there, shape and values.
pub type Entry = (String, Vec<usize>, Vec<f32>);

/// All of them, by name.
pub fn cases() -> Map<String, Value> {
    let text = std::fs::read_to_string(reference("layouts.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The tensors of a case: name in the file, shape and values.
pub fn tensors(case: &Value) -> Vec<Entry> {
    let prefix = case["prefix"].as_str().unwrap();
    let named = case["tensors"].as_array().unwrap().iter().map(|entry| {
        let key = entry[0].as_str().unwrap();
        let shape: Vec<usize> = numbers(&entry[1]).iter().map(|&n| n as usize).collect();
        let values = seeded::parameter(key, &shape, "");
        (format!("{prefix}{key}"), shape, values)
    });
    let extra = case["extra"].as_array().unwrap().iter().map(|name| {
        let name = name.as_str().unwrap().to_owned();
        (name, vec![2, 2], vec![0.5; 4])
    });
    named.chain(extra).collect()
}

/// A safetensors file of them.
pub fn safetensors(tensors: &[Entry]) -> Vec<u8> {
    let (mut end, mut entries, mut data) = (0, Map::new(), vec![]);
    for (name, shape, values) in tensors {
        let start = end;
        end += 4 * values.len();
        entries.insert(name.clone(), json!({"dtype": "F32", "shape": shape, "data_offsets": [start, end]}));
        data.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    }
    let header = Value::Object(entries).to_string().into_bytes();
    [&(header.len() as u64).to_le_bytes()[..], &header, &data].concat()
}

/// Opens the files of one checkpoint beside a configuration.
pub fn open(files: &[Vec<u8>], config: &Value) -> Result<(Network, Facts), Error> {
    let facts = if config.is_null() { Facts::none() } else { Facts::parse(&config.to_string())? };
    let mut loader = Files::new(None, facts, files.len(), Device::flex(), false);
    if files.len() > 1 {
        for (i, file) in files.iter().enumerate() {
            loader.begin(i, Some(file.len() as u64));
            let mut pieces = file.chunks(1000);
            while !loader.has_header() {
                loader.push(pieces.next().unwrap())?;
            }
        }
    }
    for (i, file) in files.iter().enumerate() {
        loader.begin(i, Some(file.len() as u64));
        file.chunks(4096).try_for_each(|piece| loader.push(piece))?;
    }
    loader.finish()
}

/// The answer for the case's image at `size` pixels a side: of an MAE its loss, and what it predicts.
pub fn answer(network: &Network, case: &Value, size: usize) -> Vec<f32> {
    let channels = case["channels"].as_u64().unwrap() as usize;
    let scale = case["scale"].as_f64().unwrap_or(1.0) as f32;
    let data = seeded::image("layouts", size, channels).into_iter().map(|v| v * scale).collect();
    let shape = [1, channels, size, size];
    let network = network.at(size).unwrap();
    let image = network.tensor(data, &shape).unwrap();
    let Some(masked) = Config::of(network.architecture()).map(|config| config.at(size).unwrap()) else {
        return now(read(network.view().forward(image))).unwrap().data;
    };
    let noise: Vec<f32> = seeded::uniform("noise:layouts", masked.patches()).iter().map(|v| (v + 1.0) / 2.0).collect();
    let made = now(network.view().reconstruct(image, &PatchMask::from_noise(&noise, masked.visible()))).unwrap();
    std::iter::once(made.loss).chain(made.prediction.data).collect()
}
