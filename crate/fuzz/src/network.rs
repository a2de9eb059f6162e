//! Bytes as a checkpoint that is nearly one of the bundled networks': which one, and what is changed. What is opened
//! answers once.

use burn::tensor::Device;
use serde_json::{Map, Value, json};
use vitrine::catalogue::{CATALOGUE, Entry};
use vitrine::checkpoint::Files;
use vitrine::error::{Code, Error, Result};
use vitrine::models::facts::Facts;
use vitrine::network::Network;

/// Key and shape of each tensor of a file.
pub type Tensors = Vec<(String, Vec<usize>)>;

/// Widths at which groups, heads, windows and strides stop fitting.
pub const ODD: [usize; 20] = [0, 1, 2, 3, 5, 7, 9, 12, 13, 16, 17, 31, 33, 48, 63, 64, 65, 100, 127, 255];
/// What is looked for are faults, not the time that large layers take.
const MOST_ELEMENTS: usize = 1_500_000;
const MOST_MULTIPLY_ADDS: u64 = 200_000_000;
const BYTES: usize = 4;

/// How a checkpoint ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was opened, and answered.
    Answered,
    /// It was refused in words.
    Refused,
    /// It is larger than what is tried here.
    TooLarge,
}

/// # Panics
///
/// Where a network is opened that cannot answer, or refused with no better reason than that something is wrong.
pub fn run(input: &[u8]) {
    let [which, changes @ ..] = input else { return };
    let bundled: Vec<&Entry> = bundled().collect();
    let mut tensors = tensors(bundled[usize::from(*which) % bundled.len()]);
    for change in changes.chunks_exact(BYTES).take(4) {
        alter(&mut tensors, [change[0], change[1], change[2], change[3]].map(usize::from));
        if tensors.is_empty() {
            return;
        }
    }
    open(&tensors);
}

/// The networks that ship with the page: small enough to be computed often.
pub fn bundled() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().filter(|entry| entry.shipped > 0)
}

/// The tensors that a network states.
pub fn tensors(entry: &Entry) -> Tensors {
    let architecture = (entry.architecture)();
    let graph = architecture.graph(architecture.input().size).expect("the catalogue's networks are sound");
    graph.params.into_iter().map(|param| (param.key, param.shape)).collect()
}

/// Every dimension of one size becomes another, in all tensors: a whole network of odd widths.
pub fn widen(tensors: &mut Tensors, from: usize, to: usize) {
    tensors.iter_mut().flat_map(|(_, shape)| shape).filter(|size| **size == from).for_each(|size| *size = to);
}

/// The different sizes of a network's dimensions, in order.
pub fn widths(tensors: &Tensors) -> Vec<usize> {
    let sizes: std::collections::BTreeSet<usize> = tensors.iter().flat_map(|(_, shape)| shape).copied().collect();
    sizes.into_iter().collect()
}

fn alter(tensors: &mut Tensors, [kind, a, b, c]: [usize; BYTES]) {
    let size = if c.is_multiple_of(2) { ODD[b % ODD.len()] } else { b };
    let at = (a * 256 + c) % tensors.len();
    match kind % 8 {
        0 | 1 => {
            let widths = widths(tensors);
            widen(tensors, widths[a % widths.len()], size);
        }
        2 => {
            let shape = &mut tensors[at].1;
            if let Some(last) = shape.len().checked_sub(1) {
                shape[kind / 8 % (last + 1)] = size;
            }
        }
        3 => match b % 3 {
            0 => tensors[at].1.push(1),
            1 => tensors[at].1.reverse(),
            _ => drop(tensors[at].1.pop()),
        },
        4 => drop(tensors.drain(at..(at + 1 + b % 5).min(tensors.len()))),
        5 => tensors[at].0 = renumbered(&tensors[at].0, b),
        6 => {
            let (key, shape) = tensors[at].clone();
            tensors.push((renumbered(&key, b), shape));
        }
        _ => tensors.iter_mut().for_each(|(key, _)| *key = format!("{}{key}", ["module.", "model.", "x."][b % 3])),
    }
}

/// The key with another number where it has one.
fn renumbered(key: &str, by: usize) -> String {
    let parts = key.split('.').map(|part| match part.parse::<usize>() {
        Ok(number) => number.saturating_add([1, 7, 1000, usize::MAX / 2][by % 4]).to_string(),
        Err(_) => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join(".")
}

/// Opens a file of these tensors, and has the network answer.
///
/// # Panics
///
/// As [`run`] does.
pub fn open(tensors: &Tensors) -> End {
    let elements = |shape: &Vec<usize>| shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
    let sum = tensors.iter().try_fold(0usize, |sum, (_, shape)| sum.checked_add(elements(shape)?));
    if sum.is_none_or(|sum| sum > MOST_ELEMENTS) {
        return End::TooLarge;
    }
    match load(tensors) {
        Err(error) => refused(&error),
        Ok(network) => answered(&network),
    }
}

fn refused(error: &Error) -> End {
    assert!(matches!(error.code, Code::UnsupportedCheckpoint | Code::Truncated), "{error}");
    assert!(error.message.len() > 20, "{error}");
    End::Refused
}

fn answered(network: &Network) -> End {
    let work: u64 = (0..network.graph().nodes.len()).map(|node| network.graph().multiply_adds(node)).sum();
    if work > MOST_MULTIPLY_ADDS {
        return End::TooLarge;
    }
    let input = network.input();
    let zeros = vec![0.0; input.channels * input.size * input.size];
    let image = network.tensor(zeros, &[1, input.channels, input.size, input.size]);
    let image = image.unwrap_or_else(|error| panic!("{} is opened: {error}", network.architecture().title()));
    let output = network.view().forward(image);
    assert!(output.into_data().num_elements() > 0, "{} answers nothing", network.architecture().title());
    End::Answered
}

/// A float32 safetensors file of these tensors as it streams in, its values small and its variances positive.
fn load(tensors: &Tensors) -> Result<Network> {
    let (mut end, mut entries, mut data) = (0, Map::new(), Vec::<u8>::new());
    for (key, shape) in tensors {
        let count: usize = shape.iter().product();
        let start = end;
        end += 4 * count;
        entries.insert(key.clone(), json!({"dtype": "F32", "shape": shape, "data_offsets": [start, end]}));
        let value = |i: usize| if key.ends_with("running_var") { 1.0f32 } else { (i % 7) as f32 / 50.0 - 0.06 };
        data.extend((0..count).flat_map(|i| value(i).to_le_bytes()));
    }
    // Entries of one name would be one.
    if entries.len() < tensors.len() {
        return Err(Error::new(Code::UnsupportedCheckpoint, "a key that stands for two tensors cannot be written"));
    }
    let header = Value::Object(entries).to_string().into_bytes();
    let file = [&(header.len() as u64).to_le_bytes()[..], &header, &data].concat();
    let mut files = Files::new(None, Facts::none(), 1, Device::flex(), false);
    files.begin(0, Some(file.len() as u64));
    file.chunks(1 << 16).try_for_each(|piece| files.push(piece))?;
    Ok(files.finish()?.0)
}
