//! Checkpoints in the layouts of timm, torchvision, transformers and of authors' own files, as
//! `tests/reference/layouts.py` made them with the real constructors: equal to PyTorch below 1e-3, or refused by name.

use serde_json::{Value, json};
use vitrine::error::{Code, Error};
use vitrine::models::facts::Facts;
use vitrine::network::Network;

use crate::common::checkpoints::{answer, cases, open, safetensors, tensors};
use crate::common::{TOLERANCE, assert_close, numbers, wide};

fn check(name: &str, case: &Value, opened: Result<(Network, Facts), Error>) {
    match (&case["refused"], opened) {
        (Value::String(words), Err(error)) => {
            assert_eq!(error.code, Code::UnsupportedCheckpoint, "{name}");
            assert!(error.message.contains(words), "{name}: {}", error.message);
        }
        (Value::String(_), Ok(_)) => panic!("{name} is not refused"),
        (_, Err(error)) => panic!("{name}: {error}"),
        (_, Ok((network, facts))) => {
            let own = case["size"].as_u64().unwrap() as usize;
            assert_close(name, &wide(&answer(&network, case, own)), &numbers(&case["output"]), TOLERANCE);
            for (size, output) in case["sizes"].as_object().into_iter().flatten() {
                let what = format!("{name} at {size} pixels");
                let got = answer(&network, case, size.parse().unwrap());
                assert_close(&what, &wide(&got), &numbers(output), TOLERANCE);
            }
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
fn a_part_of_another_network_is_not_taken_for_one() {
    let cases = cases();
    for name in ["timm_mixer", "timm_convnext", "timm_xcit", "timm_beit"] {
        let opened = open(&[safetensors(&tensors(&cases[name]))], &Value::Null);
        assert_eq!(opened.err().map(|e| e.code), Some(Code::UnsupportedCheckpoint), "{name}");
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
