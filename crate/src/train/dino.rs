//! DINO from scratch (sections 3.1 and 5.3 of the paper): a student learns what a teacher, the moving average of its
//! own past, says of other views of the same image; centering and sharpening keep both from collapsing.

use burn::tensor::{Device, Tensor, activation};

use super::data::{Crop, Set};
use super::learner::{Learner, numbers};
use super::leaves::Leaves;
use super::loss;
use super::report::{Column, Measure, StepMetrics};
use super::spec::{Spec, Switches};
use crate::error::{Code, Error, Result};
use crate::models::{Architecture, dino, vit};
use crate::nn::{Graph, Param, Parameters, Role};
use crate::random::Random;

/// Section 3.1: the student's temperature.
const STUDENT_TEMPERATURE: f64 = 0.1;
/// What a teacher that is not sharpened has for a temperature.
const UNSHARPENED: f64 = 1.0;
/// How much of the centre a step keeps (equation 4).
const CENTRE_MOMENTUM: f64 = 0.9;
const GLOBAL: usize = 32;
const LOCAL: usize = 16;
const GLOBAL_VIEWS: usize = 2;
const LOCAL_VIEWS: usize = 2;
/// Shares of the image's area that crops cover.
const GLOBAL_AREA: (f64, f64) = (0.4, 1.0);
const LOCAL_AREA: (f64, f64) = (0.1, 0.4);

/// Widths of the projection head: hidden, bottleneck and prototypes.
pub const HEAD: [usize; 3] = [128, 64, 256];

/// The backbone, without a head of its own.
pub fn architecture(spec: &Spec) -> Box<dyn Architecture> {
    let width = spec.width.unwrap_or(64);
    let config = vit::Config { width, depth: 2, heads: (width / 32).max(1), mlp: 2 * width, ..vit::Config::cifar() };
    Box::new(dino::Config(config.headless()))
}

/// The projection head's parameters, beside those of the backbone: three layers with GELU between, whose output is
/// brought to length one, and prototypes of length one (the official `DINOHead`, `norm_last_layer`).
pub fn head(width: usize) -> Vec<Param> {
    let [hidden, bottleneck, prototypes] = HEAD;
    let matrix = |key: &str, out: usize, inputs: usize| Param {
        key: format!("head.{key}.weight"),
        shape: vec![out, inputs],
        role: Role::Matrix,
    };
    let bias = |key: &str, out: usize| Param { key: format!("head.{key}.bias"), shape: vec![out], role: Role::Vector };
    vec![
        matrix("mlp.0", hidden, width),
        bias("mlp.0", hidden),
        matrix("mlp.2", hidden, hidden),
        bias("mlp.2", hidden),
        matrix("mlp.4", bottleneck, hidden),
        bias("mlp.4", bottleneck),
        matrix("last_layer", prototypes, bottleneck),
    ]
}

fn unit(x: Tensor<4>) -> Tensor<4> {
    let length = (x.clone().square().sum_dim(3) + 1e-12).sqrt();
    x / length
}

/// The head's answer `[b, 1, 1, prototypes]` to features `[b, 1, 1, width]`; its parameters are the last of the
/// graph's.
fn project(params: &Parameters, graph: &Graph, features: Tensor<4>) -> Tensor<4> {
    let first = graph.params.len() - 7;
    let matrix = |i: usize| params.matrix(first + i)[0].clone().unsqueeze::<4>();
    let linear = |x: Tensor<4>, i: usize| {
        let bias = params.vector(first + i + 1);
        let n = bias.dims()[0];
        let b = x.dims()[0];
        let inputs = x.dims()[3];
        (x.reshape([1, 1, b, inputs]).matmul(matrix(i)) + bias.reshape([1, 1, 1, n])).reshape([b, 1, 1, n])
    };
    let x = activation::gelu(linear(features, 0));
    let x = activation::gelu(linear(x, 2));
    let x = unit(linear(x, 4));
    let [b, _, _, bottleneck] = x.dims();
    // Each prototype, a column here, at length one.
    let prototypes = matrix(6);
    let length = (prototypes.clone().square().sum_dim(2) + 1e-12).sqrt();
    let k = prototypes.dims()[3];
    x.reshape([1, 1, b, bottleneck]).matmul(prototypes / length).reshape([b, 1, 1, k])
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

/// Crops of a batch's images, the views of one kind one after another.
fn views(set: &Set, indices: &[usize], count: usize, area: (f64, f64), random: &mut Random) -> Vec<Crop> {
    let side = set.side() as f64;
    let mut crop = |&image: &usize| {
        let size = side * random.between(area.0, area.1).sqrt();
        let (x, y) = (random.between(0.0, side - size), random.between(0.0, side - size));
        Crop { image, x, y, side: size, flip: random.below(2) == 1 }
    };
    (0..count).flat_map(|_| indices.iter().map(&mut crop).collect::<Vec<_>>()).collect()
}

fn stacked(outputs: Tensor<4>, views: usize) -> Tensor<4> {
    let [all, _, _, k] = outputs.dims();
    outputs.reshape([views, all / views, 1, k])
}

/// The teacher's temperature under these switches.
fn temperature(switches: &Switches) -> f64 {
    if switches.sharpening == Some(false) { UNSHARPENED } else { switches.temperature.unwrap_or(0.04) }
}

/// The share of itself that the teacher keeps of a vector.
fn moved(old: Tensor<1>, new: Tensor<1>, momentum: f64) -> Tensor<1> {
    old * momentum + new * (1.0 - momentum)
}

/// Student and teacher in one step; `centre` moves too.
///
/// # Errors
///
/// Those of stating the network at the size of local crops.
pub fn step(
    learners: &mut [Learner],
    centre: &mut Tensor<1>,
    set: &Set,
    spec: &Spec,
    (step, rate, watch): (usize, f64, bool),
    device: &Device,
) -> Result<StepMetrics> {
    learn(learners, centre, crops(set, spec, step, device), &spec.at(step), (rate, watch))
}

/// The global and the local views of a step.
pub fn crops(set: &Set, spec: &Spec, step: usize, device: &Device) -> [Tensor<4>; 2] {
    let indices = set.indices(spec.seed, step, spec.batch);
    let mut random = Random::stream(spec.seed, "crops", step as u64);
    let global = set.crops(&views(set, &indices, GLOBAL_VIEWS, GLOBAL_AREA, &mut random), GLOBAL, device);
    let local = set.crops(&views(set, &indices, LOCAL_VIEWS, LOCAL_AREA, &mut random), LOCAL, device);
    [global, local]
}

/// The same on given views: of the images the first global one of each, then the second, and so the local ones.
///
/// # Errors
///
/// Those of stating the network at the size of local crops.
pub fn learn(
    learners: &mut [Learner],
    centre: &mut Tensor<1>,
    [global, local]: [Tensor<4>; 2],
    switches: &Switches,
    (rate, watch): (f64, bool),
) -> Result<StepMetrics> {
    let [student, teacher] = learners else {
        return Err(Error::new(Code::Internal, "a run of DINO has a student and a teacher"));
    };
    let params = teacher.frozen_parameters();
    let features = teacher.predict(&teacher.graph, &params, global.clone());
    let outputs = stacked(project(&params, &teacher.graph, features), GLOBAL_VIEWS);
    let k = outputs.dims()[3];
    let shift = (switches.centering != Some(false)).then(|| centre.clone().reshape([1, 1, 1, k]));
    let targets = loss::teacher_distribution(outputs.clone(), shift, temperature(switches));

    let leaves = student.leaves();
    let answers = student_views(student, &leaves, global, local)?;
    let loss = loss::distillation(answers, &targets, STUDENT_TEMPERATURE);
    let squares = student.learn(&loss, &leaves, rate, watch);

    let momentum = switches.momentum.unwrap_or(0.98);
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
/// Those of stating the network at the size of local crops.
fn student_views(student: &Learner, leaves: &Leaves, global: Tensor<4>, local: Tensor<4>) -> Result<Tensor<4>> {
    let params = leaves.parameters(&student.graph, student.gpu());
    let small = student.graph_at(LOCAL)?;
    let globals = student.predict(&student.graph, &params, global);
    let locals = student.predict(&small, &leaves.parameters(&small, student.gpu()), local);
    let all = Tensor::cat(vec![globals, locals], 0);
    Ok(stacked(project(&params, &student.graph, all), GLOBAL_VIEWS + LOCAL_VIEWS))
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
