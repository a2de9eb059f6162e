//! What describes a run: data alone, so that the same description gives the same weights.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::optimize::Optimizer;
use super::shipped;
use crate::error::{Code, Error, Result};

/// What is learned, and to see what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Experiment {
    /// LeNet-5 against a fully connected network on digits.
    Digits,
    /// A small AlexNet with ReLU against one with tanh, with dropout or without.
    Activation,
    /// A plain convolutional network against a residual one, at several depths.
    Residual,
    /// MAE from scratch, at one or several mask ratios.
    Mae,
    /// DINO from scratch, student and teacher.
    Dino,
    /// A linear layer on a finished network's features of photos that the visitor sorts into groups.
    Probe,
    /// The small ResNet goes on learning, from photos that the visitor sorts into groups.
    FineTune,
    /// A network that ships with the page, as it was trained: natively on all images, and from a teacher.
    Shipped,
}

/// A group of the visitor's photos.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name, by which the network then names photos.
    pub name: String,
    /// How many photos it has.
    pub images: usize,
}

/// A trained network from which another learns besides the labels (Hinton et al. 2015); its answers are given beside
/// the description.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Teacher {
    /// Which.
    pub name: String,
    /// How much of the loss it gives.
    pub share: f64,
    /// By which both answers are divided before they are compared.
    pub temperature: f64,
}

impl Experiment {
    /// Whether it learns from photos that are given beside its description.
    pub fn learns_photos(self) -> bool {
        matches!(self, Self::Probe | Self::FineTune)
    }
}

/// What can be changed while a run is under way; an experiment has those that its defaults name.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields)]
pub struct Switches {
    /// The highest rate of the schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Images are shifted by up to this many pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shift: Option<usize>,
    /// Half of the images are mirrored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flip: Option<bool>,
    /// Plain networks have skip connections from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortcuts: Option<bool>,
    /// Half of the hidden units of the fully connected layers are dropped in each step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropout: Option<bool>,
    /// The share of patches that the network "mae" hides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask: Option<f64>,
    /// The teacher's temperature, where it is sharpened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The share of itself that the teacher keeps in a step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub momentum: Option<f64>,
    /// The centre is subtracted from the teacher's output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centering: Option<bool>,
    /// The teacher's temperature is below the student's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharpening: Option<bool>,
}

impl Switches {
    /// These, where they say something, else those of `now`.
    fn over(&self, now: &Self) -> Self {
        Self {
            rate: self.rate.or(now.rate),
            shift: self.shift.or(now.shift),
            flip: self.flip.or(now.flip),
            shortcuts: self.shortcuts.or(now.shortcuts),
            dropout: self.dropout.or(now.dropout),
            mask: self.mask.or(now.mask),
            temperature: self.temperature.or(now.temperature),
            momentum: self.momentum.or(now.momentum),
            centering: self.centering.or(now.centering),
            sharpening: self.sharpening.or(now.sharpening),
        }
    }
}

/// A switch thrown: from this step on, what `switches` names is so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Thrown {
    /// After this many steps.
    pub step: usize,
    /// What changes.
    #[serde(flatten)]
    pub switches: Switches,
}

/// A run, described.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "RunSpec", optional_fields))]
pub struct Spec {
    /// Which experiment.
    pub experiment: Experiment,
    /// Of everything that is drawn: the first weights, the order of images, their changes.
    pub seed: u64,
    /// Steps over which the rate falls to zero.
    pub steps: usize,
    /// Images in a step.
    pub batch: usize,
    /// The networks, all of which see the same images.
    pub networks: Vec<String>,
    /// Images to learn from, as many of each class as of the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<usize>,
    /// The visitor's photos, which are given beside the description.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<_>"))]
    pub groups: Vec<Group>,
    /// SHA-256 of these photos as they are learned from; known once they were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<String>,
    /// A catalogue id, or a family: whose features a probe reads, whose weights are tuned, as which an MAE or DINO is
    /// built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Numbers that describe each photo to a probe; known once they were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<usize>,
    /// Pixels per side to which images are reduced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<usize>,
    /// Channels of the first layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    /// How gradients move weights.
    pub optimizer: Optimizer,
    /// Weight decay of matrices and kernels.
    pub decay: f64,
    /// Share of the steps over which the rate rises.
    pub warmup: f64,
    /// Share of a uniform distribution in each target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smoothing: Option<f32>,
    /// From whom it learns besides the labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teacher: Option<Teacher>,
    /// Share of the fully connected layers' inputs that training drops, in place of the network's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<f64>,
    /// Share of a ViT's patches that a step leaves out, in the first three quarters of the run (timm's `patch_drop_rate`).
    #[serde(default, rename = "patchDrop", skip_serializing_if = "Option::is_none")]
    pub patch_drop: Option<f64>,
    /// Length to which longer gradients are cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip: Option<f64>,
    /// Steps between checkpoints, at first: where 64 MB do not hold them, every other is dropped.
    pub checkpoint: usize,
    /// Steps between tests on images that are not learned from.
    pub test: usize,
    /// What can be changed, at the start.
    #[serde(flatten)]
    pub switches: Switches,
    /// What was changed when.
    pub set: Vec<Thrown>,
}

fn defaults(experiment: Experiment) -> Value {
    match experiment {
        Experiment::Digits => json!({
            "experiment": "digits", "seed": 0, "steps": 1200, "batch": 32, "rate": 0.03, "networks": ["lenet5", "fcnn"],
            "images": 5000, "optimizer": "sgd", "decay": 2e-3, "warmup": 0.1, "smoothing": 0.0, "checkpoint": 20, "test": 100,
            "shift": 1, "set": [],
        }),
        Experiment::Activation => json!({
            "experiment": "activation", "seed": 0, "steps": 400, "batch": 64, "rate": 0.02, "networks": ["relu", "tanh"],
            "images": 2000, "side": 16, "optimizer": "sgd", "decay": 5e-4, "warmup": 0.05, "smoothing": 0.0, "checkpoint": 20,
            "test": 50, "shift": 0, "flip": false, "dropout": false, "set": [],
        }),
        // At twice the rate a network this small stays at the mean of all images for more than 160 steps.
        Experiment::Mae => json!({
            "experiment": "mae", "seed": 0, "steps": 400, "batch": 32, "rate": 1e-3, "networks": ["mae"], "images": 5000,
            "network": null, "width": 64, "optimizer": "adamw", "decay": 0.05, "warmup": 0.1, "clip": null, "checkpoint": 20,
            "test": 50, "shift": 4, "flip": true, "mask": 0.75, "set": [],
        }),
        Experiment::Dino => json!({
            "experiment": "dino", "seed": 0, "steps": 300, "batch": 32, "rate": 1e-3, "networks": ["student", "teacher"],
            "images": 2000, "network": null, "width": 64, "optimizer": "adamw", "decay": 0.04, "warmup": 0.1,
            "patchDrop": null, "clip": null, "checkpoint": 20, "test": 50,
            "temperature": 0.04, "momentum": 0.98, "centering": true, "sharpening": true, "set": [],
        }),
        Experiment::Residual => json!({
            "experiment": "residual", "seed": 0, "steps": 300, "batch": 32, "rate": 0.1,
            "networks": ["plain-8", "plain-20", "residual-8", "residual-20"], "images": 500, "side": 16, "width": 8,
            "optimizer": "sgd", "decay": 1e-4, "warmup": 0.05, "smoothing": 0.0, "checkpoint": 20, "test": 50, "shift": 0,
            "flip": false, "shortcuts": false, "set": [],
        }),
        Experiment::Probe => json!({
            "experiment": "probe", "seed": 0, "steps": 200, "batch": 256, "rate": 1.0, "networks": ["probe"], "groups": [],
            "photos": null, "network": null, "features": null, "optimizer": "sgd", "decay": 1e-3, "warmup": 0.05,
            "smoothing": 0.0, "checkpoint": 10, "test": 10, "set": [],
        }),
        Experiment::FineTune => json!({
            "experiment": "fine-tune", "seed": 0, "steps": 60, "batch": 16, "rate": 0.01, "networks": ["resnet20"], "groups": [],
            "photos": null, "network": "resnet20_cifar10", "optimizer": "sgd", "decay": 5e-4, "warmup": 0.1, "smoothing": 0.0,
            "checkpoint": 5, "test": 5, "shift": 4, "flip": true, "set": [],
        }),
        Experiment::Shipped => json!({
            "experiment": "shipped", "seed": 0, "steps": 390, "batch": 128, "rate": 0.05, "networks": ["vgg_bn_cifar10"],
            "images": 5000, "optimizer": "sgd", "decay": 5e-4, "warmup": 0.1, "smoothing": 0.05, "teacher": null,
            "dropped": null, "patchDrop": null, "clip": null, "checkpoint": 39, "test": 390, "shift": 4, "flip": true, "set": [],
        }),
    }
}

/// Groups that photos can be sorted into.
const GROUPS: std::ops::RangeInclusive<usize> = 2..=5;
/// Photos of a group: one to learn from and one to be tested on, and no more than a visitor waits for.
const PHOTOS: std::ops::RangeInclusive<usize> = 2..=200;

/// More would leave nobody waiting for the end.
const MOST_STEPS: usize = 1_000_000;

fn bad(message: impl Into<String>) -> Error {
    Error::new(Code::BadInput, message)
}

impl Spec {
    /// From what a caller says, JSON: what is left out takes the experiment's default.
    ///
    /// # Errors
    ///
    /// `BadInput` for an experiment, a field or a network that there is none of, or a number out of range; the message
    /// names it.
    #[expect(clippy::expect_used, reason = "the defaults are written as an object")]
    pub fn parse(json: &str) -> Result<Self> {
        let said: Map<String, Value> =
            serde_json::from_str(json).map_err(|e| bad(format!("a run must be described by a JSON object ({e})")))?;
        let experiment = said.get("experiment").cloned().unwrap_or(Value::Null);
        let experiment: Experiment = serde_json::from_value(experiment).map_err(|_| {
            bad("a run must name its experiment: digits, activation, residual, mae, dino, probe, fine-tune or shipped")
        })?;
        let mut all = defaults(experiment);
        let fields = all.as_object_mut().expect("the defaults are an object");
        for (key, value) in said {
            match fields.get_mut(&key) {
                Some(field) => *field = value,
                None => return Err(bad(format!("this experiment has no {key:?}; it has {}", names(fields)))),
            }
        }
        let spec: Self =
            serde_json::from_value(all).map_err(|e| bad(format!("the description of this run is not valid: {e}")))?;
        spec.check()?;
        Ok(spec)
    }

    fn check(&self) -> Result<()> {
        let within = |name: &str, value: f64, low: f64, high: f64| {
            let fits = (low..=high).contains(&value);
            if fits { Ok(()) } else { Err(bad(format!("{name} must be between {low} and {high}, not {value}"))) }
        };
        within("steps", self.steps as f64, 1.0, MOST_STEPS as f64)?;
        within("batch", self.batch as f64, 2.0, 1024.0)?;
        within("images", self.images.unwrap_or(2) as f64, 2.0, 1e5)?;
        within("features", self.features.unwrap_or(1) as f64, 1.0, 65_536.0)?;
        within("decay", self.decay, 0.0, 1.0)?;
        within("warmup", self.warmup, 0.0, 0.9)?;
        within("smoothing", f64::from(self.smoothing.unwrap_or(0.0)), 0.0, 0.9)?;
        within("checkpoint", self.checkpoint as f64, 1.0, MOST_STEPS as f64)?;
        within("test", self.test as f64, 1.0, MOST_STEPS as f64)?;
        within("dropped", self.dropped.unwrap_or(0.0), 0.0, 0.9)?;
        within("patchDrop", self.patch_drop.unwrap_or(0.0), 0.0, 0.9)?;
        within("clip", self.clip.unwrap_or(1.0), 1e-3, 1e3)?;
        if let Some(Teacher { share, temperature, .. }) = &self.teacher {
            within("the teacher's share", *share, 0.0, 1.0)?;
            within("the teacher's temperature", *temperature, 0.1, 100.0)?;
        }
        within("width", self.width.unwrap_or(8) as f64, 2.0, 256.0)?;
        if !matches!(self.side, None | Some(8 | 16 | 32)) {
            return Err(bad("side must be 8, 16 or 32"));
        }
        if self.experiment == Experiment::Dino && self.networks != ["student", "teacher"] {
            return Err(bad("a DINO run needs the networks student and teacher"));
        }
        if !self.width.is_none_or(|width| width.is_multiple_of(if self.is_transformer() { 32 } else { 2 })) {
            return Err(bad("width must be a multiple of 32 for transformers and of 2 otherwise"));
        }
        if self.experiment.learns_photos() {
            self.check_groups()?;
        }
        if self.experiment == Experiment::Shipped && self.networks.len() != 1 {
            return Err(bad("a run of what ships takes one network"));
        }
        if self.experiment == Experiment::Mae && self.network.as_deref().is_some_and(|id| shipped::mae(id).is_none()) {
            return Err(bad("an MAE is built as mae_vit_cifar10, or as no network of the table"));
        }
        if self.experiment == Experiment::Dino && self.network.as_deref().is_some_and(|id| shipped::dino(id).is_none())
        {
            return Err(bad("DINO is built as dino_vit_cifar10, or as no network of the table"));
        }
        if self.patch_drop.is_some() && !self.has_patches() {
            return Err(bad("patches can be left out of vit_cifar10 and dino_vit_cifar10 alone"));
        }
        if self.networks.is_empty() || self.networks.len() > 8 {
            return Err(bad("a run takes one to eight networks"));
        }
        for switches in std::iter::once(&self.switches).chain(self.set.iter().map(|t| &t.switches)) {
            within("rate", switches.rate.unwrap_or(0.1), 1e-7, 100.0)?;
            within("shift", switches.shift.unwrap_or(0) as f64, 0.0, 16.0)?;
            within("mask", switches.mask.unwrap_or(0.5), 0.05, 0.95)?;
            within("temperature", switches.temperature.unwrap_or(0.1), 1e-3, 10.0)?;
            within("momentum", switches.momentum.unwrap_or(0.9), 0.0, 1.0)?;
        }
        self.set.iter().try_for_each(|thrown| self.knows(&thrown.switches))
    }

    fn check_groups(&self) -> Result<()> {
        if !GROUPS.contains(&self.groups.len()) {
            let message = format!("photos are sorted into two to five groups, not into {}", self.groups.len());
            return Err(bad(message));
        }
        for (i, Group { name, images }) in self.groups.iter().enumerate() {
            if name.trim().is_empty() || self.groups[..i].iter().any(|other| other.name == *name) {
                return Err(bad(format!("every group needs a name of its own, but group {} is named {name:?}", i + 1)));
            }
            if !PHOTOS.contains(images) {
                let (least, most) = (PHOTOS.start(), PHOTOS.end());
                return Err(bad(format!("the group {name:?} has {images} photos; a group takes {least} to {most}")));
            }
        }
        let network = match self.experiment {
            Experiment::FineTune => "resnet20_cifar10",
            _ => return Ok(()),
        };
        let known = self.network.as_deref() == Some(network);
        if known { Ok(()) } else { Err(bad(format!("only {network} can be fine-tuned"))) }
    }

    /// Whether it trains a ViT that ships.
    fn has_patches(&self) -> bool {
        match self.experiment {
            Experiment::Dino => self.network.is_some(),
            _ => shipped::vit(&self.networks[0]).is_some(),
        }
    }

    fn is_transformer(&self) -> bool {
        matches!(self.experiment, Experiment::Mae | Experiment::Dino)
    }

    /// Whether the experiment has what `switches` name.
    fn knows(&self, switches: &Switches) -> Result<()> {
        let asked = crate::json::value(switches);
        let own = crate::json::value(&self.switches);
        let missing =
            asked.as_object().into_iter().flatten().map(|(name, _)| name).find(|name| own.get(name).is_none());
        match missing {
            Some(name) => Err(bad(format!("this experiment has no switch {name:?}"))),
            None => Ok(()),
        }
    }

    /// The same with a switch thrown after `step` steps (JSON).
    ///
    /// # Errors
    ///
    /// `BadInput` for a switch that the experiment does not have.
    pub fn with(&self, step: usize, switches: &str) -> Result<Self> {
        let switches: Switches = serde_json::from_str(switches)
            .map_err(|e| bad(format!("this cannot be switched while a run is under way: {e}")))?;
        let mut spec = self.clone();
        spec.set.retain(|thrown| thrown.step <= step);
        spec.set.push(Thrown { step, switches });
        spec.check()?;
        Ok(spec)
    }

    /// What holds when `step` steps have been taken and the next is due.
    pub fn at(&self, step: usize) -> Switches {
        self.fold(&|thrown| thrown <= step)
    }

    /// What held in the last of `step` steps.
    pub fn before(&self, step: usize) -> Switches {
        self.fold(&|thrown| thrown < step)
    }

    fn fold(&self, holds: &dyn Fn(usize) -> bool) -> Switches {
        let thrown = self.set.iter().filter(|thrown| holds(thrown.step));
        thrown.fold(self.switches, |now, Thrown { switches, .. }| switches.over(&now))
    }

    /// As JSON, from which [`Self::parse`] makes the same.
    pub fn json(&self) -> String {
        crate::json::text(self)
    }
}

fn names(fields: &Map<String, Value>) -> String {
    fields.keys().cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_takes_the_default_and_all_of_it_says_the_same_again() {
        let spec = Spec::parse(r#"{ "experiment": "residual", "seed": 3 }"#).expect("a run");
        assert_eq!((spec.seed, spec.batch), (3, 32));
        assert_eq!(Spec::parse(&spec.json()).expect("the same run"), spec);
    }

    #[test]
    fn what_there_is_none_of_is_named() {
        let message = |json: &str| Spec::parse(json).expect_err("it is refused").message;
        assert!(message(r#"{ "experiment": "digits", "width": 3 }"#).contains("width"));
        assert!(message(r#"{ "experiment": "digits", "rate": -1 }"#).contains("rate"));
        assert!(message(r#"{ "experiment": "dreams" }"#).contains("digits"));
    }

    #[test]
    fn a_switch_holds_from_its_step_on_and_takes_the_place_of_later_ones() {
        let spec = Spec::parse(r#"{ "experiment": "residual" }"#).expect("a run");
        let late = spec.with(40, r#"{ "shortcuts": true }"#).expect("a switch");
        assert_eq!((late.at(39).shortcuts, late.at(40).shortcuts), (Some(false), Some(true)));
        assert_eq!(late.before(40).shortcuts, Some(false));
        let early = late.with(10, r#"{ "rate": 0.3 }"#).expect("a switch");
        assert_eq!((early.at(50).shortcuts, early.at(50).rate), (Some(false), Some(0.3)));
        assert!(spec.with(1, r#"{ "dropout": true }"#).is_err());
    }
}
