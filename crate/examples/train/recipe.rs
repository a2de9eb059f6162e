//! The small networks that ship, from their data to their weights.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use vitrine::catalogue;
use vitrine::train::{Data, Spec};

use super::cifar::cifar;
use super::data::Result;
use super::described;
use super::narrow::narrowed;
use super::place::Place;
use super::run::{Measures, Watch, folder_of, train, write};
use super::stages::{Begins, Recipe, Stage, named};
use super::teacher::{self, Teacher};
use super::tensors::{Tensors, encoder, pretrained, read};
use super::whiten::whitened;

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

    /// One of them, counted from 0; `before` is what the one before wrote.
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
            (Begins::Previous, None) => Ok(None),
            (Begins::Previous, Some(before)) => {
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
