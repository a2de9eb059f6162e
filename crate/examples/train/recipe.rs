//! The small networks that ship, from their data to their weights: the stages in which `tests/reference/train_small.py`
//! trained each, as its cards and `tests/reference/README.md` tell them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use vitrine::catalogue;
use vitrine::train::{Data, Spec};

use super::cifar::cifar;
use super::data::Result;
use super::mnist::mnist;
use super::place::Place;
use super::run::{Measures, Watch, folder_of, train, write};
use super::teacher::{self, Teacher};
use super::{described, narrow};

/// Batches of 128 in an epoch of CIFAR-10.
const EPOCH: f64 = 390.0;

/// One run of several, each of which begins with the weights of the one before, narrowed where those are wider.
struct Stage {
    spec: Value,
    teacher: Option<Teacher>,
}

/// A network from its first stage to its last.
pub struct Recipe {
    id: &'static str,
    data: fn() -> Result<Data>,
    stages: Vec<Stage>,
}

/// The recipe of a catalogue id. Where a wider network was narrowed, no card says the rate that followed, but for Swin's:
/// half of the first is taken.
pub fn named(id: &str) -> Option<Recipe> {
    use Teacher::{Resnet20, Resnet56};
    let alexnet = json!({ "optimizer": "adamw", "decay": 0.01 });
    let dropping = json!({ "optimizer": "adamw", "decay": 0.01, "dropped": 0.2 });
    let sgd = json!({});
    let vit = json!({ "optimizer": "adamw", "decay": 0.05 });
    let swin = json!({ "optimizer": "adamw", "decay": 0.05, "clip": 1.0 });
    let cifar10 = |id, stages| Some(Recipe { id, data: cifar, stages });
    match id {
        "lenet5_mnist" => Some(Recipe { id: "lenet5_mnist", data: mnist, stages: vec![digits("lenet5")] }),
        "fcnn_mnist" => Some(Recipe { id: "fcnn_mnist", data: mnist, stages: vec![digits("fcnn")] }),
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
        _ => None,
    }
}

/// Five epochs of all digits.
fn digits(network: &str) -> Stage {
    let spec = json!({
        "experiment": "digits", "networks": [network], "images": 60_000, "steps": 2_340, "batch": 128, "rate": 0.05,
        "decay": 5e-4, "smoothing": 0.05, "shift": 0, "checkpoint": 100, "test": 468,
    });
    Stage { spec, teacher: None }
}

/// A network that names classes.
fn classes(network: &str, epochs: f64, rate: f64, teacher: Option<Teacher>, more: &Value) -> Stage {
    let mut spec = json!({
        "experiment": "shipped", "networks": [network], "images": 50_000, "rate": rate,
        "smoothing": if teacher.is_some() { 0.0 } else { 0.05 }, "teacher": teacher.map(Teacher::described),
    });
    lasting(&mut spec, epochs);
    more.as_object().into_iter().flatten().for_each(|(key, value)| spec[key] = value.clone());
    Stage { spec, teacher }
}

/// An MAE.
fn masked(network: &str, epochs: f64, rate: f64) -> Stage {
    let mut spec = json!({
        "experiment": "mae", "network": network, "images": 50_000, "batch": 128, "rate": rate, "clip": 1.0,
    });
    lasting(&mut spec, epochs);
    Stage { spec, teacher: None }
}

/// So many epochs, tested and kept after each.
fn lasting(spec: &mut Value, epochs: f64) {
    spec["steps"] = json!((epochs * EPOCH).round() as u64);
    spec["checkpoint"] = json!(EPOCH as u64);
    spec["test"] = json!(EPOCH as u64);
}

/// What is left of it for its card.
#[derive(serde::Serialize)]
struct Card<'a> {
    id: &'a str,
    /// What its runs were described as.
    stages: &'a [Spec],
    /// Accuracy on the test images; an MAE's loss there.
    test: Option<f32>,
}

impl Recipe {
    /// Every stage of it; what the last one measured in the end, for each network.
    pub fn run(&self, fields: &Map<String, Value>, place: &Place) -> Result<Measures> {
        let data = (self.data)()?;
        let (mut weights, mut specs, mut measures) = (None, vec![], Measures::new());
        for number in 0..self.stages.len() {
            let (spec, file, last) = self.stage(number, weights.as_deref(), &data, fields, place)?;
            (weights, measures) = (Some(file), last);
            specs.push(spec);
        }
        let weights = weights.ok_or("the recipe has no stage")?;
        let test = measures.values().find_map(|of| of.get("test").copied());
        let card = Card { id: self.id, stages: &specs, test };
        let finished = place.out.join(format!("{}.safetensors", self.id));
        write(&finished, &fs::read(weights)?)?;
        write(&finished.with_extension("json"), serde_json::to_string_pretty(&card)?.as_bytes())?;
        println!("{}", finished.display());
        Ok(measures)
    }

    /// One stage: its description, its weights and what it measured in the end.
    fn stage(
        &self,
        number: usize,
        before: Option<&Path>,
        data: &Data,
        fields: &Map<String, Value>,
        place: &Place,
    ) -> Result<(Spec, PathBuf, Measures)> {
        let Stage { spec, teacher } = &self.stages[number];
        println!("{}, stage {} of {}", self.id, number + 1, self.stages.len());
        let spec = described(spec.clone(), fields)?;
        let mut data = data.clone();
        // A trial with fewer images is also tested on no more.
        if let Some(images) = spec.images.filter(|&images| images < data.train.count()) {
            (data.train, data.test) = (data.train.first_of_each(images), data.test.first_of_each(images));
        }
        if let Some(teacher) = *teacher {
            let checkpoint = taught_by(teacher, fields, place)?;
            data.taught = Some(teacher::answers(teacher, &checkpoint, &data.train, &place.out.join("teachers"))?);
        }
        if let Some(before) = before {
            let architecture = (catalogue::find(self.id)?.architecture)();
            let graph = architecture.graph(architecture.input().size)?;
            data.pretrained = Some(narrow::pretrained(&fs::read(before)?, &graph)?);
        }
        let place = place.within(&format!("{}/stage-{}", self.id, number + 1));
        let network = spec.networks[0].clone();
        let folder = folder_of(&spec, Watch::default(), &place.out);
        let last = train(spec.clone(), data, &place, Watch::default())?.pop_last().ok_or("the run has no step")?;
        Ok((spec, folder.join(format!("{network}.safetensors")), last.1))
    }
}

/// A teacher's checkpoint, fetched or trained first.
fn taught_by(teacher: Teacher, fields: &Map<String, Value>, place: &Place) -> Result<PathBuf> {
    match teacher {
        Teacher::Resnet56 => teacher::resnet56(&place.out.join("teachers")),
        Teacher::Resnet20 => {
            let recipe = named("resnet20_cifar10").ok_or("there is no recipe of resnet20_cifar10")?;
            Ok(recipe.stage(0, None, &cifar()?, fields, place)?.1)
        }
    }
}
