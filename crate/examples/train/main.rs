//! `cargo xtask train EXPERIMENT|lenet5_mnist [--seeds N] [--out DIR] [FIELD=VALUE...]`: the experiments of the page,
//! natively. A run that was interrupted goes on from its last checkpoint when the same command is given again.

mod data;
mod mnist;

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use burn::tensor::Device;
use data::{Result, data, repository};
use serde_json::{Map, Value, json};
use vitrine::train::{Data, Report, Run, Spec};
use vitrine::weights::Sha256;

const USAGE: &str = "cargo xtask train EXPERIMENT|lenet5_mnist [--seeds N] [--out DIR] [FIELD=VALUE...]";
/// Steps between lines.
const EVERY: usize = 25;
const BAR: usize = 24;

struct Options {
    fields: Map<String, Value>,
    seeds: Option<u64>,
    out: PathBuf,
    /// All of MNIST in place of the page's 5,000 digits.
    whole: bool,
}

fn options() -> Result<Options> {
    let mut args = std::env::args().skip(1);
    let name = args.next().ok_or(USAGE)?;
    let whole = name == "lenet5_mnist";
    let mut fields = if whole { lenet5_mnist() } else { Map::from_iter([("experiment".to_owned(), json!(name))]) };
    let (mut seeds, mut out) = (None, repository("target/training"));
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seeds" => seeds = Some(args.next().ok_or("--seeds takes a number")?.parse()?),
            "--out" => out = PathBuf::from(args.next().ok_or("--out takes a folder")?),
            _ => {
                let (key, value) = arg.split_once('=').ok_or(USAGE)?;
                fields.insert(key.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| json!(value)));
            }
        }
    }
    Ok(Options { fields, seeds, out, whole })
}

/// Five epochs of all digits, as `tests/reference/train_small.py` trains them.
fn lenet5_mnist() -> Map<String, Value> {
    let described = json!({
        "experiment": "digits", "networks": ["lenet5"], "images": 60_000, "steps": 2_340, "batch": 128, "rate": 0.05,
        "smoothing": 0.05, "checkpoint": 100, "test": 468,
    });
    described.as_object().cloned().unwrap_or_default()
}

fn main() -> Result<()> {
    let Options { mut fields, seeds, out, whole } = options()?;
    let mut results = vec![];
    for seed in 0..seeds.unwrap_or(1) {
        if seeds.is_some() {
            fields.insert("seed".to_owned(), json!(seed));
        }
        let spec = Spec::parse(&Value::from(fields.clone()).to_string())?;
        let data = if whole { mnist::mnist()? } else { data(&spec)? };
        results.push((spec.seed, train(spec, data, &out)?));
    }
    table(&results);
    Ok(())
}

/// The last measured value of each network's measures.
type Last = BTreeMap<String, BTreeMap<String, f32>>;

fn train(spec: Spec, data: Data, out: &Path) -> Result<Last> {
    let steps = spec.steps;
    let folder = out.join(folder_name(&spec));
    std::fs::create_dir_all(&folder)?;
    println!("{}\n{}", folder.display(), spec.json());
    let mut run = now(Run::new(spec, data, &Device::flex(), false))?;
    let (checkpoint, card) = (folder.join("run.checkpoint"), folder.join("run.json"));
    let mut last: Last = match std::fs::read(&card) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => Last::new(),
    };
    if let Ok(bytes) = std::fs::read(&checkpoint) {
        run.resume(&bytes)?;
        println!("going on from step {}", run.step());
    }
    let (begun, before) = (Instant::now(), run.step());
    while run.step() < steps {
        let report = now(run.advance(EVERY.min(steps - run.step())))?;
        keep(&mut last, &report);
        show(&report, steps, begun.elapsed().as_secs_f64() / (report.step - before) as f64);
        if let Some(reason) = report.failed {
            return Err(reason.into());
        }
        if report.step == steps || report.step.is_multiple_of(4 * EVERY) {
            now(run.keep())?;
            write(&card, serde_json::to_string_pretty(&last)?.as_bytes())?;
            write(&checkpoint, &run.export(run.step())?)?;
        }
    }
    for network in run.networks() {
        write(&folder.join(format!("{network}.safetensors")), &run.save(steps, Some(&network))?)?;
    }
    println!("SHA-256 of all weights: {}", now(run.hash())?);
    Ok(last)
}

/// One folder for each description.
fn folder_name(spec: &Spec) -> String {
    let mut hash = Sha256::new();
    hash.update(spec.json().as_bytes());
    let experiment = serde_json::to_value(spec.experiment).unwrap_or_default();
    format!("{}-{}-{}", experiment.as_str().unwrap_or_default(), spec.seed, &hash.hex()[..8])
}

/// Whole, or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, bytes)?;
    Ok(std::fs::rename(part, path)?)
}

fn keep(last: &mut Last, report: &Report) {
    for (name, network) in &report.networks {
        let measures = last.entry(name.clone()).or_default();
        network.means.iter().for_each(|(what, mean)| {
            measures.insert(what.to_string(), mean.unwrap_or(f32::NAN));
        });
        network.test.iter().for_each(|test| {
            measures.insert("test".to_owned(), *test);
        });
    }
}

fn show(report: &Report, steps: usize, seconds_a_step: f64) {
    let done = report.step * BAR / steps;
    let left = (steps - report.step) as f64 * seconds_a_step;
    print!("[{}{}] {}/{steps} {left:.0} s left", "#".repeat(done), "-".repeat(BAR - done), report.step);
    for (name, network) in &report.networks {
        print!("  {name}");
        network.means.iter().for_each(|(what, mean)| print!(" {what} {:.3}", mean.unwrap_or(f32::NAN)));
        network.test.iter().for_each(|test| print!(" test {test:.4}"));
    }
    // On a terminal a line takes the place of the one before, but for those with a test.
    let tested = report.networks.values().any(|n| n.test.is_some());
    if std::io::stdout().is_terminal() && !tested { print!("\x1b[K\r") } else { println!() }
}

/// What each seed came to, a row each.
fn table(results: &[(u64, Last)]) {
    let Some((_, first)) = results.first() else { return };
    let columns: Vec<(&String, &String)> =
        first.iter().flat_map(|(n, m)| m.keys().map(move |what| (n, what))).collect();
    let names: Vec<String> = columns.iter().map(|(network, what)| format!("{network} {what}")).collect();
    println!("| seed | {} |\n|{}", names.join(" | "), " --- |".repeat(names.len() + 1));
    for (seed, last) in results {
        let value = |(network, what): &(&String, &String)| last.get(*network).and_then(|m| m.get(*what)).copied();
        let cells = columns.iter().map(|c| value(c).map_or_else(String::new, |v| format!("{v:.3}")));
        println!("| {seed} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}

/// The CPU answers at once: nothing is ever waited for.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the CPU made a caller wait"),
    }
}
