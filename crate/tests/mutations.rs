//! Thousands of changes of keys, shapes and configurations: none may be answered wrongly in silence. Each is refused
//! with a reason, or answered as PyTorch answers it, or what is assumed about it is said.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use vitrine::error::{Code, Error};
use vitrine::models::Input;
use vitrine::models::facts::Facts;
use vitrine::network::Network;

use crate::common::checkpoints::{Entry, answer, cases, open, safetensors, tensors};
use crate::common::{TOLERANCE, numbers, reference, wide};

/// Changes of keys and shapes.
const CHANGES: u64 = 1200;

/// What became of a changed checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Refused,
    Equal,
    Said,
    Silent,
}

/// Whether the first numbers of an answer, and how many there are, are those.
fn equal(got: &[f32], want: &[f64], length: usize) -> bool {
    let largest = want.iter().fold(f64::MIN_POSITIVE, |m, v| m.max(v.abs()));
    got.len() == length && wide(got).iter().zip(want).all(|(a, b)| (a - b).abs() <= TOLERANCE * largest)
}

/// A refusal that tells a person what is the matter.
fn refused(error: &Error) -> Outcome {
    let reason = matches!(error.code, Code::UnsupportedCheckpoint | Code::Truncated) && error.message.len() > 20;
    if reason { Outcome::Refused } else { Outcome::Silent }
}

/// Takes outcomes in, prints how many there are of each, and fails with those that are silent.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<Outcome, usize>,
    silent: Vec<String>,
}

impl Tally {
    fn take(&mut self, title: impl FnOnce() -> String, outcome: Outcome) {
        *self.counts.entry(outcome).or_default() += 1;
        if outcome == Outcome::Silent {
            self.silent.push(title());
        }
    }

    fn of(&self, outcome: Outcome) -> usize {
        self.counts.get(&outcome).copied().unwrap_or(0)
    }

    fn end(&self) {
        println!("{:?}", self.counts);
        assert!(self.silent.is_empty(), "{} wrong in silence:\n{}", self.silent.len(), self.silent.join("\n"));
    }
}

/// The configuration with some of its settings in place of its own.
fn with(config: &Value, set: &Map<String, Value>) -> Value {
    let mut config = config.clone();
    set.iter().for_each(|(key, value)| config[key] = value.clone());
    config
}

#[test]
fn another_configuration_is_answered_as_pytorch_does_or_refused() {
    let cases = cases();
    let text = std::fs::read_to_string(reference("variants.json")).unwrap();
    let variants: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut files: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let mut tally = Tally::default();
    for variant in &variants {
        let name = variant["of"].as_str().unwrap();
        let case = &cases[name];
        let file = files.entry(name).or_insert_with(|| safetensors(&tensors(case)));
        let config = with(&case["config"], variant["set"].as_object().unwrap());
        let outcome = match open(std::slice::from_ref(file), &config) {
            Err(error) => refused(&error),
            Ok((network, facts)) => as_pytorch(&network, &facts, case, variant),
        };
        tally.take(|| format!("{name} with {}", variant["set"]), outcome);
    }
    assert!(variants.len() > 1500 && tally.of(Outcome::Equal) > variants.len() / 5, "{:?}", tally.counts);
    tally.end();
}

fn as_pytorch(network: &Network, facts: &Facts, case: &Value, variant: &Value) -> Outcome {
    let size = variant["size"].as_u64().unwrap() as usize;
    // Of some networks no configuration tells the size of images.
    let sized = ["image_size", "img_size", "model_args"].iter().any(|key| !case["config"][key].is_null());
    let right = variant["refused"].is_null() && (!sized || network.input().size == size) && {
        let length = variant["length"].as_u64().unwrap() as usize;
        equal(&answer(network, case, size), &numbers(&variant["output"]), length)
    };
    match (right, facts.assumed().is_empty()) {
        (true, _) => Outcome::Equal,
        (false, false) => Outcome::Said,
        (false, true) => Outcome::Silent,
    }
}

/// Numbers from a seed, one after the other.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// The tensor with its values again and again, or cut, to another shape.
fn reshaped((name, _, values): &Entry, shape: Vec<usize>) -> Entry {
    let count = shape.iter().product();
    (name.clone(), shape, values.iter().copied().cycle().take(count).collect())
}

/// The first number of a name, such as a block's, made another.
fn renumbered(name: &str, add: usize) -> String {
    let start = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    let digits = name[start..].chars().take_while(char::is_ascii_digit).count();
    let number: usize = name[start..start + digits].parse().unwrap_or(0);
    format!("{}{}{}", &name[..start], number + add, &name[start + digits..])
}

/// Changes names.
fn other_keys(random: &mut Random, tensors: &mut Vec<Entry>) -> String {
    let at = random.below(tensors.len());
    let name = tensors[at].0.clone();
    match random.below(9) {
        0 => {
            let end = (at + 1 + random.below(5)).min(tensors.len());
            tensors.drain(at..end);
            format!("without {name} and {} more", end - at - 1)
        }
        1 => {
            tensors[at].0 = renumbered(&name, random.pick(&[1, 7, 1000]));
            format!("{name} as {}", tensors[at].0)
        }
        2 => {
            let copy = (renumbered(&name, random.pick(&[1, 7, 1000])), tensors[at].1.clone(), tensors[at].2.clone());
            let title = format!("{name} as {} too", copy.0);
            tensors.push(copy);
            title
        }
        3 => {
            let prefix = random.pick(&["module.", "net.", "model.", "some.thing.", "_orig_mod.", "ema."]);
            tensors.iter_mut().for_each(|tensor| tensor.0.insert_str(0, prefix));
            format!("behind {prefix}")
        }
        4 => {
            tensors.truncate(at + 1);
            format!("up to {name}")
        }
        5 => {
            tensors.drain(..at);
            format!("from {name} on")
        }
        6 => {
            tensors[at].0 = name.replace("weight", "weights").replace("bias", "offset");
            format!("{name} as {}", tensors[at].0)
        }
        7 => {
            let prefix = random.pick(&["ema.", "student.", "head2.", "aux_classifier."]);
            let (copies, value) = (tensors.clone(), random.pick(&[0.0, 0.5]));
            let copies = copies.into_iter().skip(at).take(1 + random.below(3));
            tensors.extend(copies.map(|(name, shape, values)| {
                (format!("{prefix}{name}"), shape, values.iter().map(|_| value).collect::<Vec<f32>>())
            }));
            format!("{name} and more behind {prefix} too")
        }
        _ => {
            let part = name.rsplit_once('.').map_or(&*name, |(_, part)| part).to_owned();
            let kind = name.split('.').rev().nth(1).unwrap_or_default().to_owned();
            let end = format!("{kind}.{part}");
            tensors.retain(|(name, ..)| !name.ends_with(&end));
            format!("without any {end}")
        }
    }
}

/// Changes shapes.
fn other_shapes(random: &mut Random, tensors: &mut [Entry]) -> String {
    const ODD: [usize; 12] = [1, 2, 3, 5, 7, 8, 12, 16, 31, 33, 64, 100];
    let at = random.below(tensors.len());
    let mut shape = tensors[at].1.clone();
    match random.below(5) {
        0 => shape.push(1),
        1 if shape.len() > 1 => drop(shape.remove(0)),
        2 => shape.reverse(),
        3 => shape = vec![shape.iter().product()],
        _ => {
            let dim = random.below(shape.len());
            shape[dim] = random.pick(&ODD);
        }
    }
    let title = format!("{} {:?} instead of {:?}", tensors[at].0, shape, tensors[at].1);
    tensors[at] = reshaped(&tensors[at], shape);
    title
}

#[test]
fn other_keys_and_shapes_are_refused_or_change_nothing_or_are_said() {
    let cases = cases();
    // Wide ones take long and tell no more.
    let small =
        |case: &&Value| case["refused"].is_null() && tensors(case).iter().map(|t| t.2.len()).sum::<usize>() < 400_000;
    let cases: Vec<(&String, &Value)> = cases.iter().filter(|(_, case)| small(case)).collect();
    let opened: Vec<(Vec<Entry>, Vec<f32>, Facts, Input)> = cases
        .iter()
        .map(|(_, case)| {
            let tensors = tensors(case);
            let (network, facts) = open(&[safetensors(&tensors)], &case["config"]).unwrap();
            (tensors, answer(&network, case, network.input().size), facts, network.input())
        })
        .collect();
    let mut tally = Tally::default();
    for seed in 0..CHANGES {
        let mut random = Random(seed * 7919 + 1);
        let which = random.below(cases.len());
        let ((name, case), (whole, usual, facts, input)) = (cases[which], &opened[which]);
        let mut changed = whole.clone();
        let title = if random.below(5) < 3 {
            other_keys(&mut random, &mut changed)
        } else {
            other_shapes(&mut random, &mut changed)
        };
        let outcome = match open(&[safetensors(&changed)], &case["config"]) {
            Err(error) => refused(&error),
            Ok((network, now)) => {
                let same = network.input() == *input && {
                    let got = answer(&network, case, network.input().size);
                    equal(&got, &wide(usual), usual.len())
                };
                let said = now.assumed().iter().any(|words| !facts.assumed().contains(words));
                if same {
                    Outcome::Equal
                } else if said {
                    Outcome::Said
                } else {
                    Outcome::Silent
                }
            }
        };
        tally.take(|| format!("{seed}: {name}, {title}"), outcome);
    }
    assert!(tally.of(Outcome::Equal) > 60 && tally.of(Outcome::Refused) > 600, "{:?}", tally.counts);
    tally.end();
}
