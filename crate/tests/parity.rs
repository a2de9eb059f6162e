//! Every architecture against its PyTorch implementation: outputs, stages, attention rows, masks and reconstructions of
//! `tests/reference/reference.py` on seeded checkpoints, to a relative error of 1e-3 (max |a - b| over max |b|).

use serde_json::Value;
use vitrine::catalogue;
use vitrine::models::mae::PatchMask;
use vitrine::network::{Network, Values, read};

use crate::common::{TOLERANCE, assert_close, expected, now, numbers, reference, seeded_network};

/// The seeded checkpoint in the official layout.
fn load(model: &str, id: Option<&str>, half: bool) -> Network {
    let manifest = seeded::manifest(reference(&format!("manifests/{model}.json"))).unwrap();
    seeded_network(&manifest, id.map(|id| (catalogue::find(id).unwrap().architecture)()), half)
}

/// Shape, mean, deviation and 16 values of a tensor, as `reference.py` records them.
fn assert_stats(what: &str, got: &Values, want: &Value) {
    let shape: Vec<usize> = numbers(&want["shape"]).iter().map(|&n| n as usize).collect();
    assert_eq!(got.shape, shape, "{what}: shape");
    let at = numbers(&want["at"]);
    let values: Vec<f64> = at.iter().map(|&i| f64::from(got.data[i as usize])).collect();
    assert_close(what, &values, &numbers(&want["values"]), TOLERANCE);
    let n = got.data.len() as f64;
    let mean = got.data.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let deviation = (got.data.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let want = [want["mean"].as_f64().unwrap(), want["std"].as_f64().unwrap()];
    assert_close(&format!("{what}: mean and deviation"), &[mean, deviation], &want, TOLERANCE);
}

fn observe(network: &Network, image: &[f32], names: &[String]) -> Vec<Values> {
    let nodes = network.nodes(names).unwrap();
    let image = network.tensor(image.to_vec(), &[1, 3, 224, 224]).unwrap();
    let values = network.view().capture(image, &nodes).into_iter().zip(&nodes);
    values.map(|(v, &n)| Values { shape: network.outer_shape(n, &v), ..now(read(v)).unwrap() }).collect()
}

fn output(network: &Network, image: &[f32]) -> Vec<f64> {
    let image = network.tensor(image.to_vec(), &[1, 3, 224, 224]).unwrap();
    now(read(network.view().forward(image))).unwrap().data.iter().map(|&v| f64::from(v)).collect()
}

fn check(model: &str) {
    // Sizes read from keys and shapes alone, as `engine.open` does; the catalogue's must say the same.
    let network = load(model, None, false);
    let entry = (catalogue::find(model).unwrap().architecture)();
    // Who trained a network without a head leaves no trace in its keys.
    assert_eq!(network.architecture().title(), entry.title().trim_start_matches("DINO "));
    let want = expected(model);
    let image = seeded::image(model, 224, 3);
    assert_close(model, &output(&network, &image), &numbers(&want["output"]), TOLERANCE);
    let stages = want["stages"].as_object().unwrap();
    let names: Vec<String> = stages.keys().cloned().collect();
    for (name, got) in names.iter().zip(observe(&network, &image, &names)) {
        assert_stats(&format!("{model} {name}"), &got, &stages[name]);
    }
    if let Some(row) = want.get("last_attention_cls_row") {
        check_attention(model, &network, &image, row);
    }
}

/// The class token's row of the last attention, mean over heads.
fn check_attention(model: &str, network: &Network, image: &[f32], want: &Value) {
    let got = observe(network, image, &["blocks.11.attn.attn_drop".to_owned()]).remove(0);
    let [_, heads, n, _] = got.shape[..] else { panic!("attention has four dimensions") };
    let row = |h: usize| &got.data[h * n * n + 1..h * n * n + n];
    let mean: Vec<f64> =
        (0..n - 1).map(|i| (0..heads).map(|h| f64::from(row(h)[i])).sum::<f64>() / heads as f64).collect();
    assert_close(&format!("{model} attention"), &mean, &numbers(&want["head_mean"]), TOLERANCE);
}

#[test]
fn alexnet() {
    check("alexnet");
}

#[test]
fn vgg11() {
    check("vgg11");
}

#[test]
fn vgg16() {
    check("vgg16");
}

#[test]
fn resnet18() {
    check("resnet18");
}

#[test]
fn resnet50() {
    check("resnet50");
}

#[test]
fn vit_tiny() {
    check("vit_tiny_patch16_224");
}

#[test]
fn vit_base() {
    check("vit_base_patch16_224");
}

#[test]
fn swin_tiny() {
    check("swin_tiny_patch4_window7_224");
}

#[test]
fn dino_small() {
    check("dino_vit_small_patch16_224");
}

#[test]
fn mae_base() {
    let network = load("mae_vit_base", None, false);
    let want = expected("mae_vit_base");
    let noise: Vec<f32> = seeded::uniform("noise:mae_vit_base", 196).iter().map(|u| (u + 1.0) / 2.0).collect();
    let image = network.tensor(seeded::image("mae_vit_base", 224, 3), &[1, 3, 224, 224]).unwrap();
    let got = now(network.view().reconstruct(image, &PatchMask::from_noise(&noise, 49))).unwrap();
    let mask: Vec<f64> = got.mask.iter().map(|&m| f64::from(m)).collect();
    assert_eq!(mask, numbers(&want["mask"]));
    assert_stats("mae_vit_base reconstruction", &got.prediction, &want["reconstruction"]);
    assert_close("mae_vit_base loss", &[f64::from(got.loss)], &[want["loss"].as_f64().unwrap()], TOLERANCE);
}

/// Half the download must answer the same.
#[test]
fn float16_checkpoints_agree() {
    for model in ["resnet18", "vit_tiny_patch16_224", "swin_tiny_patch4_window7_224"] {
        let network = load(model, Some(model), true);
        let got = output(&network, &seeded::image(model, 224, 3));
        assert_close(&format!("{model} float16"), &got, &numbers(&expected(model)["output"]), 1e-2);
    }
}

/// Keys and shapes of a small network of the catalogue, its MLPs `hidden` wide.
fn small_vit(hidden: usize) -> Vec<(String, Vec<usize>)> {
    let graph = (catalogue::find("vit_cifar10").unwrap().architecture)().graph(32).unwrap();
    let width = |key: &str, shape: &[usize]| match () {
        () if key.contains("mlp.fc1.weight") => vec![hidden, shape[1]],
        () if key.contains("mlp.fc1.bias") => vec![hidden],
        () if key.contains("mlp.fc2.weight") => vec![shape[0], hidden],
        () => shape.to_vec(),
    };
    graph.params.iter().map(|p| (p.key.clone(), width(&p.key, &p.shape))).collect()
}

#[test]
fn hidden_widths_are_the_files_and_nothing_else_is() {
    let asked = || Some((catalogue::find("vit_cifar10").unwrap().architecture)());
    let wide = seeded_network(&small_vit(512), asked(), false);
    assert_eq!(wide.graph().parameters(), 1_205_898);
    let header = |tensors: &[(String, Vec<usize>)]| {
        let (mut offset, mut entries) = (0, serde_json::Map::new());
        for (key, shape) in tensors {
            let end = offset + 4 * shape.iter().product::<usize>();
            let entry = serde_json::json!({"dtype": "F32", "shape": shape, "data_offsets": [offset, end]});
            entries.insert(key.clone(), entry);
            offset = end;
        }
        vitrine::weights::Header::parse(Value::Object(entries).to_string().as_bytes(), None).unwrap()
    };
    let shallow: Vec<_> = small_vit(256).into_iter().filter(|(key, _)| !key.starts_with("blocks.5.")).collect();
    let uneven: Vec<_> = small_vit(512)
        .into_iter()
        .map(|(key, shape)| if key == "blocks.3.mlp.fc1.bias" { (key, vec![256]) } else { (key, shape) })
        .collect();
    for tensors in [shallow, uneven] {
        let device = burn::tensor::Device::flex();
        let refused = vitrine::checkpoint::Loader::new(header(&tensors), asked(), &device, false).err().unwrap();
        assert_eq!(refused.code, vitrine::error::Code::UnsupportedCheckpoint);
    }
}
