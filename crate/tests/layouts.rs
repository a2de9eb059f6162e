//! Checkpoints in the layouts of timm, torchvision, transformers and of authors' own files, as `tests/reference/layouts.py`
//! made them with the real constructors: equal to PyTorch below 1e-3, or refused by name.

mod common;

use burn::tensor::Device;
use common::{TOLERANCE, assert_close, now, numbers, reference, wide};
use serde_json::{Map, Value, json};
use vitrine::checkpoint::Files;
use vitrine::error::{Code, Error};
use vitrine::models::facts::Facts;
use vitrine::models::mae::{Config, PatchMask};
use vitrine::network::{Network, read};

fn cases() -> Map<String, Value> {
    let text = std::fs::read_to_string(reference("layouts.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The tensors of a case: name in the file, shape and values.
fn tensors(case: &Value) -> Vec<(String, Vec<usize>, Vec<f32>)> {
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
fn safetensors(tensors: &[(String, Vec<usize>, Vec<f32>)]) -> Vec<u8> {
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

fn open(files: &[Vec<u8>], config: &Value) -> Result<(Network, Facts), Error> {
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

/// What PyTorch's case answered: of an MAE the loss, and what it predicts.
fn answer(network: &Network, case: &Value) -> Vec<f32> {
    let (size, channels) = (case["size"].as_u64().unwrap() as usize, case["channels"].as_u64().unwrap() as usize);
    let data = seeded::image("layouts", size, channels);
    let shape = [1, channels, size, size];
    let Some(masked) = Config::of(network.architecture()) else {
        return now(read(network.view().answer(data, &shape).unwrap().0)).unwrap().data;
    };
    let image = network.tensor(data, &shape).unwrap();
    let noise: Vec<f32> = seeded::uniform("noise:layouts", masked.patches()).iter().map(|v| (v + 1.0) / 2.0).collect();
    let made = now(network.view().reconstruct(image, &PatchMask::from_noise(&noise, masked.visible()))).unwrap();
    std::iter::once(made.loss).chain(made.prediction.data).collect()
}

fn check(name: &str, case: &Value, opened: Result<(Network, Facts), Error>) {
    match (&case["refused"], opened) {
        (Value::String(words), Err(error)) => {
            assert_eq!(error.code, Code::UnsupportedCheckpoint, "{name}");
            assert!(error.message.contains(words), "{name}: {}", error.message);
        }
        (Value::String(_), Ok(_)) => panic!("{name} is not refused"),
        (_, Err(error)) => panic!("{name}: {error}"),
        (_, Ok((network, facts))) => {
            assert_close(name, &wide(&answer(&network, case)), &numbers(&case["output"]), TOLERANCE);
            let full = ["architecture", "model_type"].iter().any(|key| !case["config"][key].is_null());
            assert!(!full || facts.assumed().is_empty(), "{name}: {:?}", facts.assumed());
        }
    }
}

#[test]
fn every_layout_is_equal_to_pytorch_or_refused_by_name() {
    for (name, case) in cases() {
        check(&name, &case, open(&[safetensors(&tensors(&case))], &case["config"]));
    }
}

#[test]
fn shards_are_one_checkpoint_in_any_order() {
    let cases = cases();
    for name in ["hf_vit", "tv_resnet18"] {
        let case = &cases[name];
        let mut tensors = tensors(case);
        let rest = tensors.split_off(tensors.len() / 2);
        let files = [safetensors(&rest), safetensors(&tensors)];
        check(name, case, open(&files, &case["config"]));
    }
}

#[test]
fn a_shard_is_not_taken_for_the_whole() {
    let cases = cases();
    for name in ["hf_vit", "tv_resnet18", "timm_swin", "akamaster"] {
        let Some(case) = cases.get(name) else { continue };
        let mut tensors = tensors(case);
        tensors.truncate(tensors.len() * 2 / 3);
        let error = open(&[safetensors(&tensors)], &Value::Null).err();
        assert_eq!(error.map(|e| e.code), Some(Code::UnsupportedCheckpoint), "{name}");
    }
}

#[test]
fn a_weight_stored_on_its_side_is_named() {
    let cases = cases();
    let mut tensors = tensors(&cases["timm_vit"]);
    let head = tensors.iter_mut().find(|(name, ..)| name == "head.weight").unwrap();
    head.1.reverse();
    let message = open(&[safetensors(&tensors)], &Value::Null).err().unwrap().message;
    assert!(message.starts_with("head.weight") && message.contains("transposed"), "{message}");
}

#[test]
fn a_configuration_of_something_else_is_refused_by_its_name() {
    let cases = cases();
    let file = safetensors(&tensors(&cases["hf_vit"]));
    let changes = [
        ("hidden_act", json!("mish"), "mish"),
        ("num_attention_heads", json!(5), "5 attention heads"),
        ("num_hidden_layers", json!(12), "12 blocks"),
        ("image_size", json!([16, 64]), "16 x 64"),
        ("image_size", json!(224), "224"),
        ("model_type", json!("convnext"), "convnext"),
        ("quantization_config", json!({"bits": 4}), "quantization_config"),
    ];
    for (key, value, words) in changes {
        let mut config = cases["hf_vit"]["config"].clone();
        config[key] = value;
        let message = open(std::slice::from_ref(&file), &config).err().expect(words).message;
        assert!(message.contains(words), "{key}: {message}");
    }
}

#[test]
fn without_a_configuration_what_was_assumed_is_said() {
    let cases = cases();
    let said = |name: &str| open(&[safetensors(&tensors(&cases[name]))], &Value::Null).unwrap().1.assumed().join("; ");
    let vit = said("timm_vit");
    for words in ["1 attention heads: 32 channels a head", "GELU", "class token pooling", "epsilon"] {
        assert!(vit.contains(words), "{words}: {vit}");
    }
    let resnet = said("tv_resnet18");
    for words in ["ReLU", "anti-aliased", "max pooling", "224 x 224"] {
        assert!(resnet.contains(words), "{words}: {resnet}");
    }
    assert!(said("dino_teacher").contains("teacher.backbone."));
}
