//! The stages in which `tests/reference/train_small.py` trained each network that ships, as its card and
//! `tests/reference/README.md` tell them.

use serde_json::{Value, json};
use vitrine::train::Data;

use super::cifar::cifar;
use super::data::Result;
use super::mnist::mnist;
use super::teacher::Teacher;

/// Batches of 128 in an epoch of CIFAR-10.
const EPOCH: f64 = 390.0;
/// Epochs of DINO's last stage.
const LAST: f64 = 5.4;

/// One run of several.
pub struct Stage {
    /// Its description.
    pub spec: Value,
    /// From whom it learns besides the labels.
    pub teacher: Option<Teacher>,
    /// What it begins with.
    pub begins: Begins,
}

/// What a stage begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// The weights of the one before, if there is one, narrowed where those are wider.
    Previous,
    /// The encoder of the wide MAE.
    Encoder,
}

/// A network from its first stage to its last.
pub struct Recipe {
    /// In the catalogue.
    pub id: &'static str,
    /// What it learns from.
    pub data: fn() -> Result<Data>,
    /// One after another.
    pub stages: Vec<Stage>,
    /// Whether its class token is whitened at the end.
    pub whitened: bool,
}

/// The recipe of a catalogue id. Where a wider network was narrowed, no card says the rate that followed, but for Swin's:
/// half of the first is taken.
pub fn named(id: &str) -> Option<Recipe> {
    use Teacher::{Resnet20, Resnet56};
    let alexnet = json!({ "optimizer": "adamw", "decay": 0.01 });
    let dropping = json!({ "optimizer": "adamw", "decay": 0.01, "dropped": 0.2 });
    let sgd = json!({});
    let vit = json!({ "optimizer": "adamw", "decay": 0.05 });
    let omitting = json!({ "optimizer": "adamw", "decay": 0.05, "patchDrop": 0.5 });
    let swin = json!({ "optimizer": "adamw", "decay": 0.05, "clip": 1.0 });
    let mnist_of = |id, name| Some(Recipe { id, data: mnist, stages: vec![digits(name)], whitened: false });
    let cifar10 = |id, stages| Some(Recipe { id, data: cifar, stages, whitened: false });
    match id {
        "lenet5_mnist" => mnist_of("lenet5_mnist", "lenet5"),
        "fcnn_mnist" => mnist_of("fcnn_mnist", "fcnn"),
        "alexnet_cifar10" => cifar10(
            "alexnet_cifar10",
            vec![
                classes("alexnet_cifar10-wide", 7.26, 1e-3, Some(Resnet20), &alexnet),
                classes("alexnet_cifar10", 3.78, 5e-4, Some(Resnet20), &alexnet),
                classes("alexnet_cifar10", 20.0, 1e-3, Some(Resnet56), &dropping),
            ],
        ),
        "vgg_bn_cifar10" => cifar10(
            "vgg_bn_cifar10",
            vec![
                classes("vgg_bn_cifar10-wide", 8.0, 0.05, None, &sgd),
                classes("vgg_bn_cifar10", 7.42, 0.025, Some(Resnet20), &sgd),
                classes("vgg_bn_cifar10", 11.0, 0.02, Some(Resnet56), &sgd),
                classes("vgg_bn_cifar10", 28.0, 0.04, Some(Resnet56), &sgd),
            ],
        ),
        "resnet20_cifar10" => cifar10(
            "resnet20_cifar10",
            vec![
                classes("resnet20_cifar10", 10.0, 0.2, None, &sgd),
                classes("resnet20_cifar10", 14.0, 0.04, Some(Resnet56), &sgd),
            ],
        ),
        "vit_cifar10" => cifar10(
            "vit_cifar10",
            vec![
                classes("vit_cifar10-wide", 6.0, 1e-3, Some(Resnet20), &vit),
                classes("vit_cifar10", 5.58, 5e-4, Some(Resnet20), &vit),
                classes("vit_cifar10", 15.3, 1e-3, Some(Resnet56), &omitting),
                classes("vit_cifar10", 3.0, 4e-4, Some(Resnet56), &vit),
            ],
        ),
        "swin_cifar10" => cifar10(
            "swin_cifar10",
            vec![
                classes("swin_cifar10-wide", 8.77, 1.5e-3, Some(Resnet20), &swin),
                classes("swin_cifar10", 7.93, 8e-4, Some(Resnet20), &swin),
                classes("swin_cifar10", 13.59, 1e-3, Some(Resnet56), &swin),
                classes("swin_cifar10", 23.59, 1e-3, Some(Resnet56), &swin),
            ],
        ),
        "mae_vit_cifar10" => cifar10(
            "mae_vit_cifar10",
            vec![masked("mae_vit_cifar10-wide", 2.34, 1.5e-3), masked("mae_vit_cifar10", 5.78, 7.5e-4)],
        ),
        "dino_vit_cifar10" => Some(Recipe {
            id: "dino_vit_cifar10",
            data: cifar,
            stages: vec![
                Stage { begins: Begins::Encoder, ..distilled("dino_vit_cifar10-wide", 6.13, 1e-3, &json!({})) },
                distilled("dino_vit_cifar10", 10.33, 7e-4, &json!({ "momentum": 0.99 })),
                distilled("dino_vit_cifar10", LAST, 8e-4, &json!({ "momentum": 0.99, "patchDrop": 0.5 })),
            ],
            whitened: true,
        }),
        _ => None,
    }
}

/// Five epochs of all digits.
fn digits(network: &str) -> Stage {
    let spec = json!({
        "experiment": "digits", "networks": [network], "images": 60_000, "steps": 2_340, "batch": 128, "rate": 0.05,
        "decay": 5e-4, "smoothing": 0.05, "shift": 0, "checkpoint": 100, "test": 468,
    });
    Stage { spec, teacher: None, begins: Begins::Previous }
}

/// A network that names classes.
fn classes(network: &str, epochs: f64, rate: f64, teacher: Option<Teacher>, more: &Value) -> Stage {
    let mut spec = json!({
        "experiment": "shipped", "networks": [network], "images": 50_000, "rate": rate,
        "smoothing": if teacher.is_some() { 0.0 } else { 0.05 }, "teacher": teacher.map(Teacher::described),
    });
    lasting(&mut spec, epochs);
    also(&mut spec, more);
    Stage { spec, teacher, begins: Begins::Previous }
}

/// DINO, its head begun anew.
fn distilled(network: &str, epochs: f64, rate: f64, more: &Value) -> Stage {
    let mut spec = json!({
        "experiment": "dino", "network": network, "images": 50_000, "batch": 128, "rate": rate, "clip": 3.0,
    });
    lasting(&mut spec, epochs);
    also(&mut spec, more);
    Stage { spec, teacher: None, begins: Begins::Previous }
}

/// An MAE.
fn masked(network: &str, epochs: f64, rate: f64) -> Stage {
    let mut spec = json!({
        "experiment": "mae", "network": network, "images": 50_000, "batch": 128, "rate": rate, "clip": 1.0,
    });
    lasting(&mut spec, epochs);
    Stage { spec, teacher: None, begins: Begins::Previous }
}

fn also(spec: &mut Value, more: &Value) {
    more.as_object().into_iter().flatten().for_each(|(key, value)| spec[key] = value.clone());
}

/// So many epochs, tested and kept after each.
fn lasting(spec: &mut Value, epochs: f64) {
    spec["steps"] = json!((epochs * EPOCH).round() as u64);
    spec["checkpoint"] = json!(EPOCH as u64);
    spec["test"] = json!(EPOCH as u64);
}
