//! What several modules of tests share: seeded networks, recorded references and how numbers are compared.

pub mod checkpoints;

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use burn::tensor::{Device, Tensor};
use serde_json::Value;
use vitrine::catalogue;
use vitrine::checkpoint::Loader;
use vitrine::error::Code;
use vitrine::models::Architecture;
use vitrine::network::{Network, read};
use vitrine::weights::Header;

/// max |a - b| over max |b|.
pub const TOLERANCE: f64 = 1e-3;

/// The CPU answers at once: nothing is ever waited for.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the CPU made a caller wait"),
    }
}

/// A file of `tests/reference`.
pub fn reference(path: &str) -> PathBuf {
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap());
    manifest.parent().unwrap().join("tests/reference").join(path)
}

/// What PyTorch gave, of `tests/reference/expected`.
pub fn expected(name: &str) -> Value {
    let text = std::fs::read_to_string(reference(&format!("expected/{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A network with seeded parameters, loaded as a download would bring it, a tensor at a time.
pub fn seeded_network(
    tensors: &[(String, Vec<usize>)],
    architecture: Option<Box<dyn Architecture>>,
    half: bool,
) -> Network {
    let (mut offset, mut entries) = (0, serde_json::Map::new());
    let (dtype, size) = if half { ("F16", 2) } else { ("F32", 4) };
    for (key, shape) in tensors {
        let end = offset + size * shape.iter().product::<usize>();
        entries.insert(key.clone(), serde_json::json!({"dtype": dtype, "shape": shape, "data_offsets": [offset, end]}));
        offset = end;
    }
    let header = Header::parse(Value::Object(entries).to_string().as_bytes(), None).unwrap();
    let mut loader = Loader::new(header, architecture, &Device::flex(), false).unwrap();
    for (key, shape) in tensors {
        let values = seeded::parameter(key, shape, "");
        let bytes: Vec<u8> = if half {
            values.iter().flat_map(|&v| half::f16::from_f32(v).to_le_bytes()).collect()
        } else {
            values.iter().flat_map(|v| v.to_le_bytes()).collect()
        };
        loader.push(&bytes).unwrap();
    }
    loader.finish().unwrap()
}

/// A network of the catalogue with seeded parameters.
pub fn load(id: &str) -> Network {
    seeded_architecture((catalogue::find(id).unwrap().architecture)())
}

/// A network with seeded parameters, of its own architecture.
pub fn seeded_architecture(architecture: Box<dyn Architecture>) -> Network {
    let graph = architecture.graph(architecture.input().size).unwrap();
    let tensors: Vec<_> = graph.params.iter().map(|p| (p.key.clone(), p.shape.clone())).collect();
    seeded_network(&tensors, Some(architecture), false)
}

/// Numbers and shape of a seeded image for a network.
pub fn picture(network: &Network, name: &str) -> (Vec<f32>, [usize; 4]) {
    let input = network.input();
    (seeded::image(name, input.size, input.channels), [1, input.channels, input.size, input.size])
}

pub fn image(network: &Network, name: &str) -> Tensor<4> {
    let (data, shape) = picture(network, name);
    network.tensor(data, &shape).unwrap()
}

pub fn answer(network: &Network, image: Tensor<4>) -> Vec<f32> {
    now(read(network.view().forward(image))).unwrap().data
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

pub fn assert_close(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}: length");
    // Where zero is expected, zero is no error.
    let largest = want.iter().fold(f64::MIN_POSITIVE, |m, v| m.max(v.abs()));
    let error = got.iter().zip(want).fold(0.0f64, |m, (a, b)| m.max((a - b).abs())) / largest;
    println!("{what}: relative error {error:.1e}");
    assert!(error <= tolerance, "{what}: relative error {error}");
}

pub fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| f64::from(v)).collect()
}

pub fn code<T>(result: vitrine::error::Result<T>) -> Code {
    result.err().expect("this must be an error").code
}
