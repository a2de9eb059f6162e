//! DINO from scratch (sections 3.1 and 5.3 of the paper): a student learns what a teacher, the moving average of its
//! own past, says of other views of the same image; centering and sharpening keep both from collapsing.

mod head;
mod views;

use burn::tensor::{Device, Tensor};

use self::head::Head;
use self::views::{GLOBAL, LOCAL, LOCAL_SIDE, Views};
use super::data::Set;
use super::learner::{Learner, numbers};
use super::leaves::Leaves;
use super::report::{Column, Measure, StepMetrics};
use super::spec::{Spec, Switches};
use super::{loss, patches, shipped};
use crate::error::{Code, Error, Result};
use crate::models::{Architecture, dino, vit};
use crate::nn::Param;
use crate::random::Random;

/// Section 3.1: the student's temperature.
const STUDENT_TEMPERATURE: f64 = 0.1;
/// What a teacher that is not sharpened has for a temperature.
const UNSHARPENED: f64 = 1.0;
/// The share of itself that the teacher keeps, where nothing is said.
const MOMENTUM: f64 = 0.98;
/// How much of the centre a step keeps (equation 4).
const CENTRE_MOMENTUM: f64 = 0.9;

/// What the page's small DINO and the network that ships have otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Of student and teacher.
    pub backbone: dino::Config,
    /// Behind the backbone.
    pub head: Head,
    /// What both see.
    pub views: Views,
    /// The share of the run in which the prototypes stay as they begin (`freeze_last_layer`).
    frozen: f64,
    /// Whether the teacher's momentum rises to one by half a cosine (section 3.1).
    rising: bool,
}

/// That of a run.
pub fn form(spec: &Spec) -> Form {
    if let Some(backbone) = spec.network.as_deref().and_then(shipped::dino) {
        return Form { backbone, head: head::SHIPPED, views: views::SHIPPED, frozen: 0.05, rising: true };
    }
    let width = spec.width.unwrap_or(64);
    let config = vit::Config { width, depth: 2, heads: (width / 32).max(1), mlp: 2 * width, ..vit::Config::cifar() };
    let backbone = dino::Config(config.headless());
    Form { backbone, head: head::SMALL, views: views::PLAIN, frozen: 0.0, rising: false }
}

/// The backbone, without a head of its own.
pub fn architecture(spec: &Spec) -> Box<dyn Architecture> {
    Box::new(form(spec).backbone)
}

/// The head's parameters, beside those of a backbone of a width.
pub fn beside(spec: &Spec) -> fn(usize) -> Vec<Param> {
    if form(spec).head == head::SHIPPED {
        |width| head::SHIPPED.params(width)
    } else {
        |width| head::SMALL.params(width)
    }
}

/// Whether a parameter begins anew where the backbone goes on learning: the head's.
pub fn begins_anew(key: &str) -> bool {
    key.starts_with("head.")
}

/// What is measured in each step.
pub fn columns() -> Vec<Column> {
    let of = |network: &str, what| Column { network: network.to_owned(), what };
    vec![
        of("student", Measure::Loss),
        of("student", Measure::Divergence),
        of("teacher", Measure::Entropy),
        of("teacher", Measure::Agreement),
        of("teacher", Measure::Distance),
    ]
}

fn stacked(outputs: Tensor<4>, views: usize) -> Tensor<4> {
    let [all, _, _, k] = outputs.dims();
    outputs.reshape([views, all / views, 1, k])
}

/// The teacher's temperature under these switches.
fn temperature(switches: &Switches) -> f64 {
    if switches.sharpening == Some(false) { UNSHARPENED } else { switches.temperature.unwrap_or(0.04) }
}

/// A vector of which the teacher keeps this share.
fn moved(old: Tensor<1>, new: Tensor<1>, momentum: f64) -> Tensor<1> {
    old * momentum + new * (1.0 - momentum)
}

/// What holds in a step.
pub struct Now<'a> {
    form: &'a Form,
    switches: Switches,
    /// Whether prototypes stay as they are.
    frozen: bool,
    /// The share of patches that the student does not see in global views, and where they are drawn from.
    omitted: Option<(f64, Random)>,
}

impl<'a> Now<'a> {
    /// A step of a run.
    pub fn of(form: &'a Form, spec: &Spec, step: usize) -> Self {
        let (progress, mut switches) = (progress(spec, step), spec.at(step));
        if form.rising {
            let left = 1.0 - switches.momentum.unwrap_or(MOMENTUM);
            let share = (1.0 + libm::cos(std::f64::consts::PI * progress)) / 2.0;
            switches.momentum = Some(1.0 - left * share);
        }
        let random = || Random::stream(spec.seed, "patches", step as u64);
        let omitted = patches::omitted(spec, step).map(|share| (share, random()));
        Self { form, switches, frozen: progress < form.frozen, omitted }
    }
}

fn progress(spec: &Spec, step: usize) -> f64 {
    step as f64 / spec.steps as f64
}

/// Student and teacher in one step; `centre` moves too.
///
/// # Errors
///
/// Those of stating the network at the size of its views.
pub fn step(
    learners: &mut [Learner],
    centre: &mut Tensor<1>,
    set: &Set,
    spec: &Spec,
    (step, rate, watch): (usize, f64, bool),
    device: &Device,
) -> Result<StepMetrics> {
    let form = form(spec);
    learn(learners, centre, crops(set, spec, step, device), Now::of(&form, spec, step), (rate, watch))
}

/// The global and the local views of a step.
pub fn crops(set: &Set, spec: &Spec, step: usize, device: &Device) -> [Tensor<4>; 2] {
    let indices = set.indices(spec.seed, step, spec.batch);
    let mut random = Random::stream(spec.seed, "crops", step as u64);
    form(spec).views.of(set, &indices, progress(spec, step), &mut random, device)
}

/// The same on given views: of the images the first global one of each, then the second, and so the local ones.
///
/// # Errors
///
/// Those of stating the network at the size of its views.
pub fn learn(
    learners: &mut [Learner],
    centre: &mut Tensor<1>,
    [global, local]: [Tensor<4>; 2],
    mut now: Now<'_>,
    (rate, watch): (f64, bool),
) -> Result<StepMetrics> {
    let [student, teacher] = learners else {
        return Err(Error::new(Code::Internal, "a run of DINO has a student and a teacher"));
    };
    let switches = now.switches;
    let params = teacher.frozen_parameters();
    let features = teacher.predict(&teacher.graph_at(global.dims()[2])?, &params, global.clone());
    let outputs = stacked(now.form.head.project(&params, &teacher.graph, features, false), GLOBAL);
    let k = outputs.dims()[3];
    let shift = (switches.centering != Some(false)).then(|| centre.clone().reshape([1, 1, 1, k]));
    let targets = loss::teacher_distribution(outputs.clone(), shift, temperature(&switches));

    let leaves = student.leaves();
    let answers = student_views(student, &leaves, [global, local], &mut now)?;
    let loss = loss::distillation(answers, &targets, STUDENT_TEMPERATURE);
    let squares = student.learn(&loss, &leaves, rate, watch);

    let momentum = switches.momentum.unwrap_or(MOMENTUM);
    teacher.weights = moved(teacher.weights.clone(), student.weights.clone(), momentum);
    let mean = outputs.mean_dim(0).mean_dim(1).reshape([k]);
    *centre = moved(centre.clone(), mean, CENTRE_MOMENTUM);

    let loss = loss.inner();
    let [entropy, agreement] = judged(&targets);
    // Cross-entropy is entropy and divergence; the loss is the first.
    let divergence = loss.clone() - entropy.clone() * (k as f64).ln();
    let apart = (teacher.weights.clone() - student.weights.clone()).square().sum().sqrt();
    let distance = apart / student.weights.clone().square().sum().sqrt();
    Ok(StepMetrics { values: vec![loss, divergence, entropy, agreement, distance], squares: vec![squares, vec![]] })
}

/// The student's answers to all views, the global ones first: `[views, b, 1, k]`.
///
/// # Errors
///
/// Those of stating the network at the size of its views.
fn student_views(
    student: &Learner,
    leaves: &Leaves,
    [global, local]: [Tensor<4>; 2],
    now: &mut Now<'_>,
) -> Result<Tensor<4>> {
    let Now { form, frozen, omitted, .. } = now;
    let params = leaves.parameters(&student.graph, student.gpu());
    let local_graph = student.graph_at(LOCAL_SIDE)?;
    let global = match omitted {
        Some((share, random)) => patches::answer(student, leaves, &form.backbone.0, global, (*share, random))?,
        None => student.predict(&student.graph_at(global.dims()[2])?, &params, global),
    };
    let local = student.predict(&local_graph, &leaves.parameters(&local_graph, student.gpu()), local);
    // A batch norm sees views of one kind at a time, as the official head does.
    let kinds = if form.head.is_normed() { vec![global, local] } else { vec![Tensor::cat(vec![global, local], 0)] };
    let answers = kinds.into_iter().map(|features| form.head.project(&params, &student.graph, features, *frozen));
    Ok(stacked(Tensor::cat(answers.collect(), 0), GLOBAL + LOCAL))
}

/// Of the teacher's distributions `[views, b, 1, k]`: their mean entropy as a share of the largest possible, and the
/// share of images that agree on the prototype which most of them name.
fn judged(targets: &Tensor<4>) -> [Tensor<1>; 2] {
    let [views, b, _, k] = targets.dims();
    let count = (views * b) as f64;
    let logs = targets.clone().clamp_min(1e-30).log();
    let entropy = (targets.clone() * logs).sum().neg() / (count * (k as f64).ln());
    let best = targets.clone().max_dim(3);
    let named = targets.clone().greater_equal(best).float().reshape([views * b, k]).sum_dim(0);
    [entropy, named.max() / count]
}

/// The share of held-out images that the 20 nearest of labelled training images name rightly by a network's features.
///
/// # Errors
///
/// `DeviceLost` when the device does not answer.
pub async fn neighbours(learner: &Learner, train: &Set, test: &Set, device: &Device) -> Result<f32> {
    const BANK: usize = 500;
    const ASKED: usize = 200;
    const AT_ONCE: usize = 100;
    let features = async |set: &Set, count: usize| -> Result<(Vec<f32>, Vec<usize>)> {
        let all: Vec<usize> = (0..set.images.count().min(count)).collect();
        let mut features = vec![];
        for part in all.chunks(AT_ONCE) {
            let answer = learner.evaluate(set.batch(part, device));
            let n: usize = answer.dims().iter().product();
            features.extend(numbers(answer.reshape([n])).await?);
        }
        Ok((features, set.labels(&all)))
    };
    let ((bank, labels), (asked, truth)) = (features(train, BANK).await?, features(test, ASKED).await?);
    let width = bank.len() / labels.len().max(1);
    let length = |row: &[f32]| row.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let unit = bank.chunks_exact(width).flat_map(|row| row.iter().map(|v| v / length(row)).collect::<Vec<f32>>());
    let bank = dino::Bank { features: unit.collect(), labels, classes: train.images.classes.len() };
    let named = |row: &[f32]| {
        let votes = bank.classify(row);
        (0..votes.len()).max_by(|&a, &b| votes[a].total_cmp(&votes[b])).unwrap_or(0)
    };
    let right = asked.chunks_exact(width).zip(&truth).filter(|(row, label)| named(row) == **label).count();
    Ok(right as f32 / truth.len().max(1) as f32)
}
