//! The native trainer and the page train alike: both are held to one set of weights after 200 steps of LeNet-5, here
//! and in `tests/browser/train.test.mjs`.

#[path = "../examples/train/data.rs"]
mod data;

use burn::tensor::Device;
use serde_json::Value;
use vitrine::train::{Run, Spec};
use vitrine::weights::{Header, TensorStream, header_length};

use crate::common::{TOLERANCE, now};

#[test]
fn after_200_steps_the_weights_are_those_that_the_page_has_too() {
    let path = data::repository("tests/reference/digits_200.json");
    let expected: Value = serde_json::from_slice(&std::fs::read(path).expect("the reference")).expect("JSON");
    let spec = Spec::parse(&expected["spec"].to_string()).expect("a run");
    let steps = spec.steps;
    let images = data::data(&spec).expect("the sheets of the page");
    let mut run = now(Run::new(spec, images, &Device::flex(), false)).expect("a run");
    now(run.advance(steps)).expect("its steps");

    let file = run.save(steps, Some("lenet5")).expect("its weights");
    let (json, bytes) = file[8..].split_at(header_length(&file).expect("a header"));
    let header = Header::parse(json, Some(file.len() as u64)).expect("a header");
    let mut values = vec![vec![]; header.tensors.len()];
    let mut stream = TensorStream::new(&header).expect("a stream");
    let mut take = |tensor: usize, _: usize, piece: Vec<f32>| {
        values[tensor].extend(piece);
        Ok(())
    };
    stream.push(bytes, &mut take).expect("all of it");
    let entries = expected["entries"].as_object().expect("entries");
    let mut worst = 0.0f64;
    for (key, entry) in entries {
        let tensor = header.tensors.iter().position(|t| t.name == *key).expect(key);
        let list = |name: &str| entry[name].as_array().expect(name).iter().map(|v| v.as_f64().expect("a number"));
        for (at, theirs) in list("at").zip(list("values")) {
            let apart = (f64::from(values[tensor][at as usize]) - theirs).abs();
            worst = worst.max(apart / entry["largest"].as_f64().expect("a number"));
        }
    }
    println!("{worst:.1e} of a layer's largest weight apart");
    assert!(entries.len() == 10 && worst < TOLERANCE, "{worst:.1e}");
}

/// A short run of an experiment on the page's own images.
fn short(described: &str) -> Run {
    let spec = Spec::parse(described).expect("a run");
    let images = data::data(&spec).expect("the sheets of the page");
    now(Run::new(spec, images, &Device::flex(), false)).expect("a run")
}

/// A step that is told on one weight moves the run as any other does; the gradient is the loss's slope there, and what is
/// said of forward and update is what the weights before and after say.
#[test]
fn a_step_told_on_one_weight_is_a_step_as_any_other() {
    for (described, key) in [
        (r#"{ "experiment": "digits", "images": 40, "batch": 8 }"#, "conv2.weight"),
        (r#"{ "experiment": "digits", "images": 40, "batch": 8 }"#, "fc2.weight"),
        (r#"{ "experiment": "activation", "images": 40, "batch": 8 }"#, "features.0.weight"),
        (r#"{ "experiment": "residual", "images": 40, "batch": 8, "networks": ["residual-8"] }"#, "fc.weight"),
        (r#"{ "experiment": "mae", "images": 40, "batch": 8, "mask": 0.5 }"#, "decoder.decoder_pred.weight"),
        (r#"{ "experiment": "dino", "images": 40, "batch": 4 }"#, "head.mlp.0.weight"),
    ] {
        let (mut told, mut taken) = (short(described), short(described));
        now(told.advance(2)).expect("steps");
        now(taken.advance(2)).expect("steps");
        let stepped = now(told.step_through(None, Some(key))).expect("a step");
        let report = now(taken.advance(1)).expect("a step");
        let name = format!("{described}, {key}");
        assert_eq!(now(told.hash()).expect("a hash"), now(taken.hash()).expect("a hash"), "{name}");
        assert_eq!((stepped.report.step, stepped.report.loss), (report.step, report.loss), "{name}");
        let seen = stepped.weight;
        let close = |a: f32, b: f32, within: f32| (a - b).abs() <= within * b.abs().max(1e-3);
        assert_eq!(seen.key, key);
        assert!(seen.layers.contains(&seen.key) && seen.curve.len() == 7, "{name}");
        assert!(close(seen.slope, seen.gradient, 0.1), "{name}: slope {}, gradient {}", seen.slope, seen.gradient);
        assert!(close(seen.before - seen.rate as f32 * seen.direction, seen.after, 1e-4), "{name}");
        assert!(seen.after != seen.before && seen.loss_after != seen.loss, "{name}");
        match &seen.forward {
            Some(forward) => assert_eq!(forward.product, forward.input * seen.before, "{name}"),
            None => assert!(key.starts_with("head."), "{name}"),
        }
        // Going on after it is going on after any step.
        now(told.advance(1)).expect("a step");
        now(taken.advance(1)).expect("a step");
        assert_eq!(now(told.hash()).expect("a hash"), now(taken.hash()).expect("a hash"), "{name}");
    }
}

/// What a weight of the first layer reads and adds to: computed here from the image and the kernel themselves.
#[test]
fn what_a_weight_does_in_its_layer_is_what_the_kernel_makes_of_the_image() {
    let described = r#"{ "experiment": "digits", "images": 40, "batch": 8, "networks": ["fcnn"], "shift": 0 }"#;
    let mut run = short(described);
    let network = run.at(0, None).expect("the network");
    let seen = now(run.step_through(None, None)).expect("a step").weight;
    let forward = seen.forward.expect("a linear layer");
    assert_eq!((seen.at.len(), forward.terms, forward.cell), (2, 32 * 32, None));
    // The input of a fully connected network is the image itself.
    assert_eq!(seen.weights % forward.terms, 0);
    assert!(network.graph().params.iter().any(|param| param.key == seen.key && param.shape[1] == forward.terms));
    let refused = |network: Option<&str>, key: Option<&str>| {
        let mut run = short(described);
        now(run.step_through(network, key)).expect_err("it is refused").message
    };
    assert!(refused(Some("lenet5"), None).contains("fcnn"));
    assert!(refused(None, Some("conv9")).contains("fc1.weight"));
}

/// The DINO that ships has a head, views and a schedule of its own: prototypes stay for a twentieth of the run, and
/// three quarters of it leave patches out.
#[test]
fn the_dino_that_ships_is_trained_in_its_own_form() {
    let described = r#"{ "experiment": "dino", "network": "dino_vit_cifar10", "images": 40, "batch": 4, "steps": 20,
        "patchDrop": 0.5, "clip": 3.0 }"#;
    let mut run = short(described);
    let gradient = |run: &mut Run| {
        now(run.step_through(Some("student"), Some("head.last_layer.weight"))).expect("a step").weight.gradient
    };
    assert_eq!(gradient(&mut run), 0.0, "prototypes are frozen");
    assert_ne!(gradient(&mut run), 0.0, "prototypes learn");
    let (mut some, mut all) = (short(described), short(&described.replace("0.5", "0.0")));
    now(some.advance(2)).expect("steps");
    now(all.advance(2)).expect("steps");
    assert_ne!(now(some.hash()).expect("a hash"), now(all.hash()).expect("a hash"), "patches are left out");
    // All patches, at 32 pixels in place of 24.
    now(run.advance(14)).expect("steps");
    let report = now(run.advance(4)).expect("steps");
    assert!(report.networks["student"].means.values().all(|mean| mean.is_some_and(f32::is_finite)));
    let file = run.save(20, Some("teacher")).expect("its weights");
    let header = Header::parse(&file[8..8 + header_length(&file).expect("a header")], None).expect("a header");
    let numbers: usize = header.tensors.iter().map(|t| t.elements()).sum();
    assert_eq!(numbers, 809_856, "the backbone that ships, without the head");
    let refused = |json: &str| Spec::parse(json).expect_err("it is refused").message;
    assert!(refused(r#"{ "experiment": "dino", "network": "resnet18" }"#).contains("dino_vit_cifar10"));
    assert!(refused(r#"{ "experiment": "dino", "patchDrop": 0.5 }"#).contains("patches"));
    assert!(refused(r#"{ "experiment": "shipped", "patchDrop": 0.5 }"#).contains("patches"));
}
