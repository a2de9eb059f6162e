//! The small networks that ship, from their data to their weights: the stages in which `tests/reference/train_small.py`
//! trained each, as its cards and `tests/reference/README.md` tell them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use vitrine::catalogue;
use vitrine::train::{Data, Spec};

use super::cifar::cifar;
use super::data::Result;
use super::described;
use super::mnist::mnist;
use super::narrow::narrowed;
use super::place::Place;
use super::run::{Measures, Watch, folder_of, train, write};
use super::teacher::{self, Teacher};
use super::tensors::{Tensors, encoder, pretrained, read};
use super::whiten::whitened;

/// Batches of 128 in an epoch of CIFAR-10.
const EPOCH: f64 = 390.0;
/// Epochs of DINO's last stage.
const LAST: f64 = 11.0;

/// One run of several.
struct Stage {
    spec: Value,
    teacher: Option<Teacher>,
    begins: Begins,
}

/// What a stage begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// The weights of the one before, if there is one, narrowed where those are wider.
    Going,
    /// The encoder of the wide MAE.
    Encoder,
}

/// A network from its first stage to its last.
pub struct Recipe {
    id: &'static str,
    data: fn() -> Result<Data>,
    stages: Vec<Stage>,
    whitened: bool,
}

/// The recipe of a catalogue id. Where a wider network was narrowed, no card says the rate that followed, but for Swin's:
/// half of the first is taken.
pub fn named(id: &str) -> Option<Recipe> {
    use Teacher::{Resnet20, Resnet56};
    let alexnet = json!({ "optimizer": "adamw", "decay": 0.01 });
    let dropping = json!({ "optimizer": "adamw", "decay": 0.01, "dropped": 0.2 });
    let sgd = json!({});
    let vit = json!({ "optimizer": "adamw", "decay": 0.05 });
    let omitting = json!({ "optimizer": "adamw", "decay": 0.05, "omitted": 0.5 });
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
                distilled("dino_vit_cifar10", LAST, 8e-4, &json!({ "momentum": 0.99, "omitted": 0.5 })),
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
    Stage { spec, teacher: None, begins: Begins::Going }
}

/// A network that names classes.
fn classes(network: &str, epochs: f64, rate: f64, teacher: Option<Teacher>, more: &Value) -> Stage {
    let mut spec = json!({
        "experiment": "shipped", "networks": [network], "images": 50_000, "rate": rate,
        "smoothing": if teacher.is_some() { 0.0 } else { 0.05 }, "teacher": teacher.map(Teacher::described),
    });
    lasting(&mut spec, epochs);
    also(&mut spec, more);
    Stage { spec, teacher, begins: Begins::Going }
}

/// DINO, its head begun anew.
fn distilled(network: &str, epochs: f64, rate: f64, more: &Value) -> Stage {
    let mut spec = json!({
        "experiment": "dino", "network": network, "images": 50_000, "batch": 128, "rate": rate, "clip": 3.0,
    });
    lasting(&mut spec, epochs);
    also(&mut spec, more);
    Stage { spec, teacher: None, begins: Begins::Going }
}

/// An MAE.
fn masked(network: &str, epochs: f64, rate: f64) -> Stage {
    let mut spec = json!({
        "experiment": "mae", "network": network, "images": 50_000, "batch": 128, "rate": rate, "clip": 1.0,
    });
    lasting(&mut spec, epochs);
    Stage { spec, teacher: None, begins: Begins::Going }
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

/// What is left of it for its card.
#[derive(serde::Serialize)]
struct Card<'a> {
    id: &'a str,
    /// What its runs were described as.
    stages: &'a [Spec],
    /// Accuracy on the test images; an MAE's loss there; of DINO's teacher, before it is whitened, that of 20 neighbours.
    test: Option<f32>,
}

impl Recipe {
    /// Every stage of it; what the last one measured in the end, for each network.
    pub fn run(&self, fields: &Map<String, Value>, place: &Place) -> Result<Measures> {
        let data = (self.data)()?;
        let mut ended: Option<Ended> = None;
        let mut specs = vec![];
        for number in 0..self.stages.len() {
            let before = ended.as_ref().map(|ended| ended.weights.as_path());
            let stage = self.stage(number, before, &data, fields, place)?;
            specs.push(stage.spec.clone());
            ended = Some(stage);
        }
        let Ended { spec, weights, measures } = ended.ok_or("the recipe has no stage")?;
        let test = measures.get(&network_of(&spec)).and_then(|of| of.get("test").copied());
        let mut weights = fs::read(weights)?;
        if self.whitened {
            weights = whitened(&weights, self.id, &data.train, &spec)?;
        }
        let card = Card { id: self.id, stages: &specs, test };
        let finished = place.out.join(format!("{}.safetensors", self.id));
        write(&finished, &weights)?;
        write(&finished.with_extension("json"), serde_json::to_string_pretty(&card)?.as_bytes())?;
        println!("{}", finished.display());
        Ok(measures)
    }

    fn stage(
        &self,
        number: usize,
        before: Option<&Path>,
        data: &Data,
        fields: &Map<String, Value>,
        place: &Place,
    ) -> Result<Ended> {
        let Stage { spec, teacher, begins } = &self.stages[number];
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
        data.pretrained = self.begun(*begins, before, fields, place)?.map(pretrained);
        let place = place.within(&format!("{}/stage-{}", self.id, number + 1));
        let folder = folder_of(&spec, Watch::default(), &place.out);
        let (_, measures) =
            train(spec.clone(), data, &place, Watch::default())?.pop_last().ok_or("the run has no step")?;
        let weights = folder.join(format!("{}.safetensors", network_of(&spec)));
        Ok(Ended { spec, weights, measures })
    }

    /// What a stage begins with.
    fn begun(
        &self,
        begins: Begins,
        before: Option<&Path>,
        fields: &Map<String, Value>,
        place: &Place,
    ) -> Result<Option<Tensors>> {
        match (begins, before) {
            (Begins::Encoder, _) => {
                let recipe = named("mae_vit_cifar10").ok_or("there is no recipe of mae_vit_cifar10")?;
                let trial = of_mae(fields);
                Ok(Some(encoder(&read(&fs::read(recipe.stage(0, None, &cifar()?, &trial, place)?.weights)?)?)?))
            }
            (Begins::Going, None) => Ok(None),
            (Begins::Going, Some(before)) => {
                let architecture = (catalogue::find(self.id)?.architecture)();
                let graph = architecture.graph(architecture.input().size)?;
                Ok(Some(narrowed(read(&fs::read(before)?)?, &graph)?))
            }
        }
    }
}

/// What a stage came to.
struct Ended {
    spec: Spec,
    weights: PathBuf,
    measures: Measures,
}

/// The network of a run that goes on: of DINO's two the teacher.
fn network_of(spec: &Spec) -> String {
    spec.networks.last().cloned().unwrap_or_default()
}

/// What a trial of DINO says of the MAE too.
fn of_mae(fields: &Map<String, Value>) -> Map<String, Value> {
    let both = fields.iter().filter(|(key, _)| ["seed", "steps", "images", "batch"].contains(&key.as_str()));
    both.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// A teacher's checkpoint, fetched or trained first.
fn taught_by(teacher: Teacher, fields: &Map<String, Value>, place: &Place) -> Result<PathBuf> {
    match teacher {
        Teacher::Resnet56 => teacher::resnet56(&place.out.join("teachers")),
        Teacher::Resnet20 => {
            let recipe = named("resnet20_cifar10").ok_or("there is no recipe of resnet20_cifar10")?;
            Ok(recipe.stage(0, None, &cifar()?, fields, place)?.weights)
        }
    }
}
