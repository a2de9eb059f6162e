//! The Rust generator equals the Python one. `recorded.json` is made by `record.py` beside it.

use seeded::{Dtype, image, manifest, parameter, uniform, write_safetensors};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn recorded() -> Value {
    serde_json::from_str(include_str!("../recorded.json")).expect("recorded.json is JSON")
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn shape(entry: &Value) -> Vec<usize> {
    let dims = entry["shape"].as_array().expect("a shape");
    dims.iter().map(|n| n.as_u64().expect("a size") as usize).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|n| n.as_f64().expect("a number")).collect()
}

fn scratch(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("vitrine-seeded-{}-{name}", std::process::id()))
}

#[test]
fn uniform_values_are_the_same() {
    let ours: Vec<f64> = uniform("x", 8).into_iter().map(f64::from).collect();
    assert_eq!(ours, numbers(&recorded()["uniform"]));
}

#[test]
fn every_kind_of_parameter_is_the_same() {
    for entry in recorded()["parameters"].as_array().expect("a list") {
        let key = entry["key"].as_str().expect("a key");
        let ours = sha256(&bytes(&parameter(key, &shape(entry), "a")));
        assert_eq!(ours, entry["sha256"], "{key}");
    }
}

#[test]
fn an_image_is_the_same_to_a_millionth() {
    let expected = &recorded()["image"];
    let ours = image("resnet18", 224, 3);
    for (at, value) in numbers(&expected["at"]).into_iter().zip(numbers(&expected["values"])) {
        let difference = (f64::from(ours[at as usize]) - value).abs();
        assert!(difference < 1e-6, "value {at} differs by {difference}");
    }
    let sum: f64 = ours.iter().map(|v| f64::from(*v)).sum();
    let absolute: f64 = ours.iter().map(|v| f64::from(v.abs())).sum();
    assert!((sum - expected["sum"].as_f64().expect("a sum")).abs() < 0.05);
    assert!((absolute - expected["absolute"].as_f64().expect("a sum")).abs() < 0.05);
}

#[test]
fn a_checkpoint_is_the_same_file() {
    let (list, out) = (scratch("manifest.json"), scratch("f32.safetensors"));
    let tensors: Vec<Value> = recorded()["parameters"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| Value::from(vec![entry["key"].clone(), entry["shape"].clone()]))
        .collect();
    let json = serde_json::json!({ "tensors": tensors });
    std::fs::write(&list, json.to_string()).expect("a scratch file");
    let entries = manifest(&list).expect("a manifest");
    write_safetensors(&out, &entries, "a", Dtype::F32).expect("a checkpoint");
    assert_eq!(sha256(&std::fs::read(&out).expect("the checkpoint")), recorded()["file"]);
    for path in [list, out] {
        std::fs::remove_file(path).expect("a scratch file");
    }
}

#[test]
fn half_precision_rounds_as_numpy_does() {
    let out = scratch("f16.safetensors");
    let entries = vec![("scale".to_owned(), vec![1000])];
    write_safetensors(&out, &entries, "", Dtype::F16).expect("a checkpoint");
    let file = std::fs::read(&out).expect("the checkpoint");
    let header = u64::from_le_bytes(file[..8].try_into().expect("eight bytes")) as usize;
    let expected: Vec<u8> =
        parameter("scale", &[1000], "").iter().flat_map(|v| half::f16::from_f32(*v).to_le_bytes()).collect();
    assert_eq!(file[8 + header..], expected);
    let rounded: Vec<u8> = uniform("x", 1000).iter().flat_map(|v| half::f16::from_f32(*v).to_le_bytes()).collect();
    assert_eq!(sha256(&rounded), recorded()["float16"]);
    std::fs::remove_file(out).expect("a scratch file");
}

#[test]
fn a_missing_manifest_is_named() {
    let error = manifest("no/such/manifest.json").expect_err("an error");
    assert!(error.to_string().contains("no/such/manifest.json"));
}
