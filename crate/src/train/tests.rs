//! Training against PyTorch (`tests/reference/train_steps.py`), and every loss against numerical differences.
//!
//! On the CPU; with `VITRINE_DEVICE=wgpu`, in a build with the feature `webgpu`, on this machine's GPU.

use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value;

use super::learner::{Learner, Manner, Moment};
use super::leaves::{Start, flat, initial};
use super::optimize::Optimizer;
use super::save;
use super::spec::Spec;
use super::{dino, experiment, loss, mae};
use crate::checkpoint::Loader;
use crate::models::mae::PatchMask;
use crate::models::{Architecture, lenet, resnet, vit};
use crate::nn::Mode;
use crate::weights::{Header, header_length};

const BATCH: usize = 4;
const STEPS: usize = 2;
const TOLERANCE: f64 = 1e-3;
/// Likewise on a GPU, whose exponentials, roots and quotients have a few last places of their own: AdamW's first step
/// goes the whole rate by the sign of a gradient, also of one that is hardly more than rounding, and the second step is
/// of other weights. On software Vulkan (lavapipe) first moments lay up to 1.3e-3 apart, second ones up to 2.5e-3.
const TOLERANCE_ON_GPU: f64 = 3e-3;

/// The device, and whether it is a GPU.
fn place() -> &'static (Device, bool) {
    static PLACE: OnceLock<(Device, bool)> = OnceLock::new();
    PLACE.get_or_init(|| match std::env::var("VITRINE_DEVICE").as_deref() {
        Ok("wgpu") => (wgpu(), true),
        _ => (Device::flex(), false),
    })
}

#[cfg(feature = "webgpu")]
fn wgpu() -> Device {
    Device::wgpu_options().init().expect("a GPU")
}

#[cfg(not(feature = "webgpu"))]
fn wgpu() -> Device {
    panic!("this build computes on the CPU alone; it takes --features webgpu")
}

fn tolerance() -> f64 {
    if place().1 { TOLERANCE_ON_GPU } else { TOLERANCE }
}

/// The CPU answers at once: nothing is ever waited for. A GPU is.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => return value,
            Poll::Pending => assert!(place().1, "the CPU made a caller wait"),
        }
        std::thread::yield_now();
    }
}

fn expected(name: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/reference/train_steps.json");
    let all: Value = serde_json::from_str(&std::fs::read_to_string(path).expect(path)).expect("JSON");
    all[name].clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
}

fn images(size: usize, channels: usize, start: usize, count: usize) -> Tensor<4> {
    let data: Vec<f32> =
        (start..start + count).flat_map(|i| seeded::image(&format!("train:{i}"), size, channels)).collect();
    Tensor::from_data(TensorData::new(data, [count, channels, size, size]), &place().0)
}

fn labels() -> Vec<usize> {
    (0..BATCH).map(|i| 3 * i % 10).collect()
}

fn manner(optimizer: Optimizer) -> Manner {
    let decay = if optimizer == Optimizer::Sgd { 5e-4 } else { 0.05 };
    Manner {
        optimizer,
        decay,
        start: Start::Truncated,
        fixed: |_| false,
        beside: |_| vec![],
        clip: None,
        mode: Mode::Training,
    }
}

fn rate(optimizer: Optimizer) -> f64 {
    if optimizer == Optimizer::Sgd { 0.05 } else { 1e-3 }
}

/// A network with seeded weights, and the moment that it starts from.
fn learner(name: &str, architecture: Box<dyn Architecture>, manner: Manner) -> (Learner, Moment) {
    let mut learner = Learner::new(name, architecture, manner, 0, (&place().0, place().1)).expect("a network");
    let begun = initial(&learner.graph, manner, 0);
    let value = |(p, begun): (&crate::nn::Param, &Vec<f32>)| match (manner.fixed)(&p.key) {
        true => begun.clone(),
        false => seeded::parameter(&p.key, &p.shape, name),
    };
    let values: Vec<Vec<f32>> = learner.graph.params.iter().zip(&begun).map(value).collect();
    let (weights, buffers) = learner.plan.gather(&values);
    let moments = vec![vec![0.0; weights.len()]; manner.optimizer.moments()];
    let moment = Moment { weights, buffers, moments, steps: 0 };
    learner.restore(&moment);
    (learner, moment)
}

/// The largest difference, as a share of the largest expected number.
fn difference(ours: &[f64], theirs: &[f64]) -> f64 {
    let scale = theirs.iter().fold(0.0f64, |m, v| m.max(v.abs())).max(1e-30);
    ours.iter().zip(theirs).fold(0.0f64, |m, (a, b)| m.max((a - b).abs())) / scale
}

/// What every entry changed by, and what the optimizer remembers of it.
fn check(what: &str, learner: &Learner, before: &Moment, entries: &Value) {
    let after = now(learner.moment()).expect("a moment");
    let moment = |entry: &Value, i: usize| entry["moments"].get(i).map(numbers).unwrap_or_default();
    let largest = |values: &[f64]| values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let scale = entries.as_object().expect("entries").values().map(|e| largest(&moment(e, 0))).fold(0.0f64, f64::max);
    let mut worst = 0.0f64;
    for (id, param) in learner.graph.params.iter().enumerate() {
        let entry = &entries[&param.key];
        assert!(entry.is_object(), "{what}: PyTorch has no {}", param.key);
        let first = moment(entry, 0);
        // A gradient that is zero but for rounding (of keys' biases) says nothing, and Adam makes a whole step of it.
        if !first.is_empty() && largest(&first) < 1e-5 * scale {
            continue;
        }
        let at: Vec<usize> = numbers(&entry["at"]).into_iter().map(|i| i as usize).collect();
        let of = |m: &Moment| learner.plan.of(id, &m.weights, &m.buffers).to_vec();
        let change: Vec<f64> = of(&after).iter().zip(of(before)).map(|(a, b)| f64::from(a - b)).collect();
        let pick = |values: &[f64]| at.iter().map(|&i| values[i]).collect::<Vec<f64>>();
        let theirs = numbers(&entry["change"]);
        // Differences of 32-bit numbers have their rounding.
        let rounding = largest(&of(before).iter().map(|&v| f64::from(v)).collect::<Vec<_>>()) * 1e-7;
        let error = difference(&pick(&change), &theirs) - rounding / largest(&theirs).max(1e-30);
        worst = worst.max(error);
        assert!(error < tolerance(), "{what} {}: {error:.1e} of the largest change", param.key);
        for (i, ours) in after.moments.iter().enumerate().filter(|_| !first.is_empty()) {
            let ours: Vec<f64> = learner.plan.of(id, ours, &[]).iter().map(|&v| f64::from(v)).collect();
            let error = difference(&pick(&ours), &moment(entry, i));
            worst = worst.max(error);
            assert!(error < tolerance(), "{what} {}: {error:.1e} of the largest moment {i}", param.key);
        }
    }
    println!("{what}: {worst:.1e}");
}

fn check_losses(what: &str, ours: &[f64], expected: &Value) {
    let theirs = numbers(&expected["losses"]);
    assert!(difference(ours, &theirs) < tolerance(), "{what}: losses {ours:?}, in PyTorch {theirs:?}");
}

fn value(loss: &Tensor<1>) -> f64 {
    f64::from(loss.clone().inner().into_scalar::<f32>())
}

fn supervised(name: &str, architecture: Box<dyn Architecture>, x: Tensor<4>, optimizer: Optimizer) {
    let (mut learner, before) = learner(name, architecture, manner(optimizer));
    let mut losses = vec![];
    for _ in 0..STEPS {
        let leaves = learner.leaves();
        let params = leaves.parameters(&learner.graph, learner.gpu());
        let answer = learner.predict(&learner.graph, &params, x.clone());
        let loss = loss::cross_entropy(answer, &labels(), 0.0);
        losses.push(value(&loss));
        learner.learn(&loss, &leaves, rate(optimizer), false);
    }
    let expected = expected(name);
    check_losses(name, &losses, &expected);
    check(name, &learner, &before, &expected["entries"]);
}

#[test]
fn steps_of_lenet_are_those_of_pytorch() {
    supervised("lenet5", Box::new(lenet::Config::lenet5()), images(32, 1, 0, BATCH), Optimizer::Sgd);
}

#[test]
fn steps_of_a_residual_network_are_those_of_pytorch_with_its_running_statistics() {
    let config = resnet::Config::cifar(1).narrowed(8, 16, false);
    supervised("residual", Box::new(config), images(16, 3, 0, BATCH), Optimizer::Sgd);
}

#[test]
fn the_fine_tuned_network_is_pytorchs_and_its_file_has_the_entries_and_the_answer_that_pytorch_has() {
    let spec = r#"{ "experiment": "fine-tune", "groups": [{ "name": "a", "images": 2 }, { "name": "b", "images": 2 },
        { "name": "c", "images": 2 }] }"#;
    let spec = Spec::parse(spec).expect("a run");
    let network = || experiment::architecture(&spec, "resnet20", &spec.at(0)).expect("the small ResNet");
    let (mut learner, before) = learner("fine_tune", network(), experiment::manner(&spec));
    let (x, mut losses) = (images(32, 3, 0, BATCH), vec![]);
    for _ in 0..STEPS {
        let leaves = learner.leaves();
        let answer = learner.predict(&learner.graph, &leaves.parameters(&learner.graph, learner.gpu()), x.clone());
        let loss = loss::cross_entropy(answer, &[0, 1, 2, 0], 0.0);
        losses.push(value(&loss));
        learner.learn(&loss, &leaves, 1e-3, false);
    }
    let expected = expected("fine_tune");
    check_losses("fine_tune", &losses, &expected);
    check("fine_tune", &learner, &before, &expected["entries"]);

    let file = save::safetensors(&learner.graph, &learner.plan, &now(learner.moment()).expect("a moment"), &[]);
    let (json, data) = file[8..].split_at(header_length(&file).expect("a header"));
    let header = Header::parse(json, Some(file.len() as u64)).expect("a header");
    let mut keys: Vec<&str> = header.tensors.iter().map(|t| t.name.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(serde_json::json!(keys), expected["keys"]);
    let mut loader = Loader::new(header.clone(), None, &place().0, place().1).expect("a network of its own keys");
    loader.push(data).expect("all of its bytes");
    let logits = all(loader.finish().expect("a network").view().forward(images(32, 3, 50, 1)));
    let error = difference(&logits, &numbers(&expected["logits"]));
    assert!(error < 1e-4, "logits {logits:?}, in PyTorch {}", expected["logits"]);
}

#[test]
fn steps_of_a_vit_are_those_of_pytorch() {
    let config = vit::Config { width: 32, depth: 2, heads: 1, mlp: 64, ..vit::Config::cifar() };
    supervised("vit", Box::new(config), images(32, 3, 0, BATCH), Optimizer::Adamw);
}

#[test]
fn steps_of_an_mae_are_those_of_pytorch() {
    let spec = Spec::parse(r#"{ "experiment": "mae", "width": 32 }"#).expect("a run");
    let config = mae::config(&spec);
    let fixed = |key: &str| key.ends_with("position_embeddings") || key.ends_with("decoder_pos_embed");
    let manner = Manner { fixed, ..manner(Optimizer::Adamw) };
    let (mut learner, before) = learner("mae", Box::new(config.clone()), manner);
    let noise: Vec<f32> = seeded::uniform("noise:train", 64).iter().map(|v| (v + 1.0) / 2.0).collect();
    let mask = PatchMask::from_noise(&noise, 16);
    let graph = config.masked_graph(&mask).expect("a graph");
    let (x, mut losses) = (images(32, 3, 0, BATCH), vec![]);
    for _ in 0..STEPS {
        let leaves = learner.leaves();
        let prediction = learner.predict(&graph, &leaves.parameters(&graph, learner.gpu()), x.clone());
        let loss = mae::masked_loss(prediction, x.clone(), config.patch, &mask);
        losses.push(value(&loss));
        learner.learn(&loss, &leaves, 1e-3, false);
    }
    let expected = expected("mae");
    check_losses("mae", &losses, &expected);
    check("mae", &learner, &before, &expected["entries"]);
}

#[test]
fn steps_of_dino_are_those_of_pytorch_with_teacher_and_centre() {
    let spec = Spec::parse(r#"{ "experiment": "dino", "width": 32 }"#).expect("a run");
    let form = dino::form(&spec);
    let manner = Manner { beside: dino::beside(&spec), ..manner(Optimizer::Adamw) };
    let (student, before) = learner("student", dino::architecture(&spec), manner);
    let (teacher, taught) = learner("teacher", dino::architecture(&spec), manner);
    let mut both = [student, teacher];
    let mut centre = flat(vec![0.0; form.head.prototypes], &place().0);
    let views = [images(32, 3, 0, 2 * BATCH), images(16, 3, 100, 2 * BATCH)];
    let losses: Vec<f64> = (0..STEPS)
        .map(|_| {
            let now = dino::Now::of(&form, &spec, 0);
            let seen = dino::learn(&mut both, &mut centre, views.clone(), now, (1e-3, false));
            value(&seen.expect("a step").values[0])
        })
        .collect();
    let expected = expected("dino");
    check_losses("dino", &losses, &expected);
    check("dino student", &both[0], &before, &expected["entries"]);
    let after = now(both[1].moment()).expect("a moment");
    for (id, param) in both[1].graph.params.iter().enumerate() {
        let entry = &expected["teacher"][&param.key];
        let of = |m: &Moment| both[1].plan.of(id, &m.weights, &m.buffers).to_vec();
        let ours = of(&after).iter().zip(of(&taught)).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt();
        let theirs = entry["length"].as_f64().expect("a length");
        assert!((ours - theirs).abs() < TOLERANCE * theirs, "teacher {}: {ours} and {theirs}", param.key);
    }
    let ours = &all(centre)[..4];
    assert!(difference(ours, &numbers(&expected["centre"])) < TOLERANCE);
}

fn all<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    let values = tensor.into_data().try_to_vec::<f32>().expect("32-bit numbers");
    values.into_iter().map(f64::from).collect()
}

/// The gradient of `loss` by every number of `x` is the slope of small differences, to a hundredth of the steepest.
fn slopes<const D: usize>(x: &[f32], shape: [usize; D], loss: &dyn Fn(Tensor<D>) -> Tensor<1>) {
    let tensor = |x: &[f32]| Tensor::<D>::from_data(TensorData::new(x.to_vec(), shape), &place().0);
    let leaf = tensor(x).autodiff().require_grad();
    let gradient = leaf.grad(&loss(leaf.clone()).backward()).expect("the loss depends on it");
    let gradient = all(gradient);
    let steepest = gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
    for (i, gradient) in gradient.iter().enumerate() {
        let at = |by: f32| {
            let mut x = x.to_vec();
            x[i] += by;
            value(&loss(tensor(&x)))
        };
        let slope = (at(1e-2) - at(-1e-2)) / 2e-2;
        assert!((slope - gradient).abs() < 1e-2 * steepest, "{i}: {slope} and {gradient}");
    }
}

#[test]
fn the_gradient_of_cross_entropy_is_its_slope() {
    let x = seeded::uniform("cross entropy", 30);
    slopes(&x, [3, 1, 1, 10], &|x| loss::cross_entropy(x, &[1, 7, 0], 0.1));
}

#[test]
fn the_gradient_of_learning_from_a_teacher_is_its_slope_and_agreement_costs_nothing() {
    let tensor = |x: &[f32]| Tensor::<4>::from_data(TensorData::new(x.to_vec(), [3, 1, 1, 10]), &place().0);
    let teacher = seeded::uniform("a teacher's answers", 30);
    slopes(&seeded::uniform("a student's", 30), [3, 1, 1, 10], &|x| loss::taught(x, tensor(&teacher), 2.0));
    assert!(value(&loss::taught(tensor(&teacher), tensor(&teacher), 2.0)).abs() < 1e-6);
    // torch: 16 * kl_div(log_softmax([2, 0] / 4), softmax([0, 2] / 4), reduction="batchmean")
    let two = |x: [f32; 2]| Tensor::<4>::from_data(TensorData::new(x.to_vec(), [1, 1, 1, 2]), &place().0);
    let apart = value(&loss::taught(two([2.0, 0.0]), two([0.0, 2.0]), 4.0));
    assert!((apart - 16.0 * 0.5 * 0.25f64.tanh()).abs() < 1e-5, "{apart}");
}

#[test]
fn a_long_gradient_is_cut_to_its_length_and_a_short_one_stays() {
    let moved = |clip| {
        let manner = Manner { clip, decay: 0.0, ..manner(Optimizer::Sgd) };
        let (mut learner, before) = learner("lenet5", Box::new(lenet::Config::lenet5()), manner);
        let leaves = learner.leaves();
        let params = leaves.parameters(&learner.graph, learner.gpu());
        let answer = learner.predict(&learner.graph, &params, images(32, 1, 0, BATCH));
        learner.learn(&loss::cross_entropy(answer, &labels(), 0.0), &leaves, 1.0, false);
        let after = now(learner.moment()).expect("a moment");
        after.weights.iter().zip(&before.weights).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt()
    };
    // Nesterov's first step is 1.9 gradients long.
    let free = moved(None);
    assert!((moved(Some(1e3)) - free).abs() < 1e-3 * free);
    assert!((moved(Some(free / 19.0)) - free / 10.0).abs() < 1e-3 * free);
}

#[test]
fn the_gradient_of_the_masked_error_is_its_slope_and_visible_patches_have_none() {
    let x = seeded::uniform("prediction", 2 * 4 * 48);
    let mask = PatchMask::from_hidden(&[true, false, true, false]);
    let images = images(8, 3, 0, 2);
    let of = |x: Tensor<4>| mae::masked_loss(x, images.clone(), 4, &mask);
    slopes(&x, [2, 1, 4, 48], &of);
    let leaf = Tensor::<4>::from_data(TensorData::new(x, [2, 1, 4, 48]), &place().0).autodiff().require_grad();
    let gradient = leaf.grad(&of(leaf.clone()).backward()).expect("hidden patches have one");
    assert_eq!(gradient.narrow(2, 1, 1).abs().sum().into_scalar::<f32>(), 0.0);
}

#[test]
fn the_gradient_of_distillation_is_its_slope_and_the_teacher_has_none() {
    let tensor = |x: Vec<f32>, views| Tensor::<4>::from_data(TensorData::new(x, [views, 2, 1, 6]), &place().0);
    let outputs = tensor(seeded::uniform("teacher", 24), 2).autodiff().require_grad();
    let teacher = loss::teacher_distribution(outputs, None, 0.5);
    assert!(!teacher.is_tracked());
    slopes(&seeded::uniform("student", 48), [4, 2, 1, 6], &|x| loss::distillation(x, &teacher, 0.5));
}
