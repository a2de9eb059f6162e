//! A run: networks that learn step by step, can be halted, rewound and forked, and come out the same for the same
//! description.

mod anatomy;

use std::borrow::Cow;

use burn::tensor::{Device, Tensor};

use super::checkpoints::{Checkpoint, Checkpoints};
use super::data::{Images, Set};
use super::experiment::{self, pipeline};
use super::learner::{Learner, Moment, frozen, numbers};
use super::leaves::flat;
use super::pretrained::Pretrained;
use super::probe::{Guess, Neighbours, Standard};
use super::report::{Computes, Gradient, Measure, Report, State, StepMetrics, means};
use super::spec::Spec;
use super::{classify, optimize, save};
use crate::error::{Code, Error, Result};
use crate::image::Pipeline;
use crate::network::Network;
use crate::nn::Role;
use crate::random::Random;

pub use anatomy::{Anatomy, Forward, Stepped};

/// What a run learns from, and is tested on.
#[derive(Debug, Clone)]
pub struct Data {
    /// Images to learn from.
    pub train: Images,
    /// Images that are never learned from.
    pub test: Images,
    /// What a network that goes on learning has learned before.
    pub pretrained: Option<Pretrained>,
    /// A teacher's answers to `train`, one after another.
    pub taught: Option<Vec<f32>>,
    /// The scale of both, where they are features.
    pub standard: Option<Standard>,
    /// Which of the visitor's photos, as they were given, are in `test`.
    pub held: Vec<usize>,
}

impl Data {
    /// Of images that ship with the page.
    pub fn new(train: Images, test: Images) -> Self {
        Self { train, test, pretrained: None, taught: None, standard: None, held: vec![] }
    }
}

/// Networks under way.
pub struct Run {
    spec: Spec,
    device: Device,
    gpu: bool,
    train: Set,
    test: Set,
    pretrained: Option<Pretrained>,
    standard: Option<Standard>,
    held: Vec<usize>,
    learners: Vec<Learner>,
    /// What the experiment keeps between steps beside its networks.
    extra: Tensor<1>,
    step: usize,
    checkpoints: Checkpoints,
    pending: Vec<StepMetrics>,
    tested: Vec<Option<f32>>,
    failed: Option<String>,
}

impl Run {
    /// A run before its first step.
    ///
    /// # Errors
    ///
    /// `BadInput` where the description asks for a network that there is none of.
    pub async fn new(spec: Spec, data: Data, device: &Device, gpu: bool) -> Result<Self> {
        let side = |images: Images| match spec.side {
            Some(side) => images.reduced(side),
            None => images,
        };
        let normalized = |images: Images| Set::new(side(images), &pipeline(&spec));
        let chosen = match spec.images {
            Some(count) => data.train.first_of_each(count),
            None => data.train,
        };
        let wanted = spec.teacher.as_ref().map(|_| chosen.count() * chosen.classes.len());
        if data.taught.as_ref().map(Vec::len) != wanted {
            return Err(Error::new(Code::BadInput, "the teacher's answers are not of these images"));
        }
        let mut train = normalized(chosen);
        train.taught = data.taught;
        let test = normalized(data.test);
        let mut run = Self {
            learners: vec![],
            extra: flat(vec![], device),
            step: 0,
            checkpoints: Checkpoints::new(spec.checkpoint),
            pending: vec![],
            tested: vec![],
            failed: None,
            device: device.clone(),
            gpu,
            train,
            test,
            pretrained: data.pretrained,
            standard: data.standard,
            held: data.held,
            spec,
        };
        run.begin(0)?;
        run.keep().await?;
        Ok(run)
    }

    /// Networks as they are stated after `step` steps, at their start.
    fn begin(&mut self, step: usize) -> Result<()> {
        let (spec, place) = (&self.spec, (&self.device, self.gpu));
        let (switches, manner) = (spec.before(step), experiment::manner(spec));
        let learners = spec.networks.iter().map(|name| {
            let architecture = experiment::architecture(spec, name, &switches)?;
            let mut learner = Learner::new(name, architecture, manner, spec.seed, place)?;
            if let Some(pretrained) = &self.pretrained {
                learner.take_over(pretrained, &|key| classify::begins_anew(spec, key), spec.seed)?;
            }
            Ok(learner)
        });
        self.learners = learners.collect::<Result<_>>()?;
        self.extra = flat(vec![0.0; experiment::extra(spec)], &self.device);
        self.tested = vec![None; self.learners.len()];
        Ok(())
    }

    fn restore(&mut self, checkpoint: &Checkpoint) {
        self.learners.iter_mut().zip(&checkpoint.networks).for_each(|(learner, moment)| learner.restore(moment));
        self.extra = flat(checkpoint.extra.clone(), &self.device);
        self.step = checkpoint.step;
    }

    /// What it is now.
    pub fn state(&self) -> State<'_> {
        State {
            spec: &self.spec,
            networks: self.networks(),
            step: self.step,
            checkpoints: self.checkpoints(),
            held: &self.held,
            device: self.computes(),
        }
    }

    fn computes(&self) -> Computes {
        if self.gpu { Computes::Webgpu } else { Computes::Cpu }
    }

    /// Its whole description.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Names of its networks.
    pub fn networks(&self) -> Vec<String> {
        self.learners.iter().map(|l| l.name.clone()).collect()
    }

    /// Steps taken.
    pub fn step(&self) -> usize {
        self.step
    }

    /// Steps at which there is a checkpoint.
    pub fn checkpoints(&self) -> Vec<usize> {
        self.checkpoints.steps()
    }

    /// Throws a switch now (JSON of [`super::spec::Switches`]); the description says so from then on.
    ///
    /// # Errors
    ///
    /// `BadInput` for a switch that the experiment does not have.
    pub fn set(&mut self, switches: &str) -> Result<()> {
        self.spec = self.spec.with(self.step, switches)?;
        Ok(())
    }

    /// Takes up to `count` steps and tells what they measured.
    ///
    /// # Errors
    ///
    /// `BadInput` when the run has failed, `DeviceLost` when the device does not answer.
    pub async fn advance(&mut self, count: usize) -> Result<Report> {
        self.check_alive()?;
        for i in 0..count {
            self.take_step(i + 1 == count).await?;
        }
        self.report().await
    }

    fn check_alive(&self) -> Result<()> {
        self.failed.as_ref().map_or(Ok(()), |reason| Err(Error::new(Code::BadInput, reason.clone())))
    }

    /// What dropout drops in the step that is due: burn draws it.
    fn seed_dropout(&self) {
        self.device.seed(Random::stream(self.spec.seed, "dropout", self.step as u64).bits());
    }

    async fn take_step(&mut self, watch: bool) -> Result<()> {
        self.throw_switches().await?;
        self.seed_dropout();
        let now = (self.step, self.rate(), watch);
        let (learners, extra) = (&mut self.learners, &mut self.extra);
        let seen = experiment::step(learners, extra, &self.train, &self.spec, now, &self.device)?;
        self.pending.push(seen);
        self.step += 1;
        if self.checkpoints.due(self.step) {
            self.keep().await?;
        }
        if self.step.is_multiple_of(self.spec.test) || self.step == self.spec.steps {
            self.take_test().await?;
        }
        Ok(())
    }

    fn rate(&self) -> f64 {
        let base = self.spec.at(self.step).rate.unwrap_or(0.0);
        optimize::rate(base, self.spec.warmup, self.step, self.spec.steps)
    }

    /// Networks whose architecture a switch has just changed go on with it.
    async fn throw_switches(&mut self) -> Result<()> {
        let (before, now) = (self.spec.before(self.step), self.spec.at(self.step));
        if before.shortcuts == now.shortcuts && before.dropout == now.dropout {
            return Ok(());
        }
        for learner in &mut self.learners {
            let architecture = experiment::architecture(&self.spec, &learner.name, &now)?;
            learner.become_another(architecture, self.spec.seed).await?;
        }
        Ok(())
    }

    async fn take_test(&mut self) -> Result<()> {
        let (sets, last) = ((&self.train, &self.test), self.step - 1);
        for (learner, tested) in self.learners.iter().zip(&mut self.tested) {
            *tested = Some(experiment::test(learner, sets, &self.spec, last, &self.device).await?);
        }
        Ok(())
    }

    /// What was measured since the report before.
    async fn report(&mut self) -> Result<Report> {
        let pending = std::mem::take(&mut self.pending);
        let mut networks = means(&experiment::columns(&self.spec), &pending).await?;
        for (i, learner) in self.learners.iter().enumerate() {
            let measured = networks.entry(learner.name.clone()).or_default();
            measured.test = self.tested[i].take();
            if let Some(neighbours) = self.neighbours() {
                measured.means.insert(Measure::Neighbours, Some(neighbours.accuracy(&self.test.images)));
            }
            if let Some(squares) = pending.last().and_then(|seen| seen.squares.get(i)) {
                measured.gradients = gradients(learner, squares).await?;
            }
        }
        let losses = networks.values().filter_map(|network| network.means.get(&Measure::Loss));
        let losses: Vec<f32> = losses.map(|loss| loss.unwrap_or(f32::NAN)).collect();
        let loss = losses.iter().sum::<f32>() / losses.len().max(1) as f32;
        if !loss.is_finite() {
            self.failed = Some(format!(
                "At step {} the loss is no longer a number: the weights have grown without bound. A rate below {} helps.",
                self.step,
                self.spec.at(self.step).rate.unwrap_or(0.0)
            ));
        }
        let last = self.step.saturating_sub(1);
        let base = self.spec.at(last).rate.unwrap_or(0.0);
        let rate = optimize::rate(base, self.spec.warmup, last, self.spec.steps);
        let (checkpoints, device, failed) = (self.checkpoints(), self.computes(), self.failed.clone());
        Ok(Report { step: self.step, loss, rate, networks, checkpoints, device, failed })
    }

    /// Makes a checkpoint of this moment, where there is none.
    ///
    /// # Errors
    ///
    /// `DeviceLost` when the device does not answer.
    pub async fn keep(&mut self) -> Result<()> {
        if self.checkpoints.at(self.step).is_none() {
            let now = self.now().await?;
            self.checkpoints.put(now);
        }
        Ok(())
    }

    async fn now(&self) -> Result<Checkpoint> {
        let mut networks = vec![];
        for learner in &self.learners {
            networks.push(learner.moment().await?);
        }
        Ok(Checkpoint { step: self.step, networks, extra: numbers(self.extra.clone()).await? })
    }

    /// A checkpoint as bytes, from which [`Self::resume`] goes on.
    ///
    /// # Errors
    ///
    /// `NotFound` for a step without a checkpoint.
    pub fn export(&self, step: usize) -> Result<Vec<u8>> {
        Ok(self.checkpoint(step)?.bytes_of())
    }

    /// Goes to a checkpoint that a run of the same description made.
    ///
    /// # Errors
    ///
    /// `Truncated` where the bytes break off, `BadInput` where they are of other networks.
    pub fn resume(&mut self, bytes: &[u8]) -> Result<()> {
        let checkpoint = Checkpoint::of_bytes(bytes)?;
        self.begin(checkpoint.step)?;
        let fits = checkpoint.networks.len() == self.learners.len()
            && checkpoint.extra.len() == experiment::extra(&self.spec)
            && self.learners.iter().zip(&checkpoint.networks).all(|(learner, moment)| learner.fits(moment));
        if !fits {
            return Err(Error::new(Code::BadInput, "this checkpoint belongs to another run"));
        }
        self.restore(&checkpoint);
        self.checkpoints.put(checkpoint);
        Ok(())
    }

    /// SHA-256 of all weights, in hexadecimal digits.
    ///
    /// # Errors
    ///
    /// `DeviceLost` when the device does not answer.
    pub async fn hash(&self) -> Result<String> {
        Ok(self.now().await?.digest())
    }

    fn checkpoint(&self, step: usize) -> Result<&Checkpoint> {
        self.checkpoints.at(step).ok_or_else(|| {
            let message = format!("there is no checkpoint at step {step}; there are some at {:?}", self.checkpoints());
            Error::new(Code::NotFound, message)
        })
    }

    fn index(&self, network: Option<&str>) -> Result<usize> {
        let Some(name) = network else { return Ok(0) };
        let found = self.learners.iter().position(|l| l.name == name);
        found.ok_or_else(|| {
            let message = format!("this run has no network {name:?}; it has {}", self.networks().join(", "));
            Error::new(Code::NotFound, message)
        })
    }

    /// A network at a checkpoint, for every call that a network has; without a name the first.
    ///
    /// # Errors
    ///
    /// `NotFound` for a step without a checkpoint, or a network that the run does not have.
    pub fn at(&self, step: usize, network: Option<&str>) -> Result<Network> {
        let (checkpoint, i) = (self.checkpoint(step)?, self.index(network)?);
        let architecture = experiment::architecture(&self.spec, &self.learners[i].name, &self.spec.before(step))?;
        let moment = self.outside(&checkpoint.networks[i]);
        frozen(architecture, experiment::manner(&self.spec), &moment, (&self.device, self.gpu))
    }

    /// A moment as it is used outside the run: a probe on features as the network gives them.
    fn outside<'a>(&self, moment: &'a Moment) -> Cow<'a, Moment> {
        match &self.standard {
            Some(standard) => Cow::Owned(standard.undone(moment)),
            None => Cow::Borrowed(moment),
        }
    }

    fn neighbours(&self) -> Option<Neighbours> {
        let standard = self.standard.clone()?;
        Some(Neighbours::new(standard, &self.train.images, &self.held))
    }

    /// What a probe, as it was after `step` steps, and the nearest neighbours say of a photo's features.
    ///
    /// # Errors
    ///
    /// `BadInput` where this is no probe, or the features are of another network; `NotFound` for a step without a
    /// checkpoint.
    pub fn guess(&self, step: usize, features: &[f32]) -> Result<Guess> {
        let neighbours = self.neighbours();
        let neighbours = neighbours.ok_or_else(|| Error::new(Code::BadInput, "only a probe reads features"))?;
        neighbours.guess(&self.checkpoint(step)?.networks[0], features)
    }

    /// Which of the visitor's photos, in the order in which they were given, are tested on and not learned from.
    pub fn held(&self) -> &[usize] {
        &self.held
    }

    /// Names of the classes that the networks answer with.
    pub fn classes(&self) -> Vec<String> {
        self.train.images.classes.clone()
    }

    /// From a photo to what the networks take.
    pub fn pipeline(&self) -> Pipeline {
        pipeline(&self.spec)
    }

    /// A network at a checkpoint as a safetensors file.
    ///
    /// # Errors
    ///
    /// `NotFound` as for [`Self::at`].
    pub fn save(&self, step: usize, network: Option<&str>) -> Result<Vec<u8>> {
        let (checkpoint, i) = (self.checkpoint(step)?, self.index(network)?);
        let name = &self.learners[i].name;
        let architecture = experiment::architecture(&self.spec, name, &self.spec.before(step))?;
        let manner = experiment::manner(&self.spec);
        let plan = manner.plan(&manner.graph(&*architecture)?);
        let graph = architecture.graph(architecture.input().size)?;
        let facts = [
            ("architecture", architecture.title()),
            ("network", name.clone()),
            ("step", step.to_string()),
            ("classes", self.classes().join(",")),
            ("run", self.spec.json()),
        ];
        Ok(save::safetensors(&graph, &plan, &self.outside(&checkpoint.networks[i]), &facts))
    }

    /// Another run that goes on from a checkpoint with switches thrown there (JSON).
    ///
    /// # Errors
    ///
    /// `NotFound` for a step without a checkpoint, `BadInput` for a switch that the experiment does not have.
    pub fn fork(&self, step: usize, switches: &str) -> Result<Self> {
        let checkpoint = self.checkpoint(step)?;
        let mut checkpoints = Checkpoints::new(self.spec.checkpoint);
        self.checkpoints().iter().filter(|s| **s <= step).filter_map(|s| self.checkpoints.at(*s)).for_each(|c| {
            checkpoints.put(c.clone());
        });
        let mut run = Self {
            spec: self.spec.with(step, switches)?,
            device: self.device.clone(),
            gpu: self.gpu,
            train: self.train.clone(),
            test: self.test.clone(),
            pretrained: self.pretrained.clone(),
            standard: self.standard.clone(),
            held: self.held.clone(),
            learners: vec![],
            extra: self.extra.clone(),
            step,
            checkpoints,
            pending: vec![],
            tested: vec![],
            failed: None,
        };
        run.begin(step)?;
        run.restore(checkpoint);
        Ok(run)
    }
}

async fn gradients(learner: &Learner, squares: &[Tensor<1>]) -> Result<Vec<Gradient>> {
    if squares.is_empty() {
        return Ok(vec![]);
    }
    let squares = numbers(Tensor::cat(squares.to_vec(), 0)).await?;
    let learned = (0..learner.graph.params.len()).filter(|&id| learner.plan.is_learned(id));
    let all = learned.zip(squares).map(|(id, square)| (&learner.graph.params[id], square.sqrt()));
    let drawn = all.filter(|(param, _)| matches!(param.role, Role::Matrix | Role::Kernel));
    Ok(drawn.map(|(param, norm)| Gradient { key: param.key.clone(), norm }).collect())
}
