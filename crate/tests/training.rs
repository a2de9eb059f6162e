//! The native trainer and the page train alike: both are held to one set of weights after 200 steps of LeNet-5, here
//! and in
//! `tests/browser/train.test.mjs`.

#[path = "../examples/train/data.rs"]
mod data;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use burn::tensor::Device;
use serde_json::Value;
use vitrine::train::{Run, Spec};
use vitrine::weights::{Header, TensorStream, header_length};

/// Of a layer's largest weight.
const TOLERANCE: f64 = 1e-3;

/// The CPU answers at once: nothing is ever waited for.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the CPU made a caller wait"),
    }
}

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
