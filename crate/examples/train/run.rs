//! One run from its description to its weights, gone on with where it was interrupted.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use burn::tensor::Device;
use vitrine::train::{Data, Report, Run, Spec};
use vitrine::weights::Sha256;

use super::data::Result;

/// Steps that a report is the mean of.
pub const EVERY: usize = 25;
const BAR: usize = 24;

/// Each network's measures: means over the [`EVERY`] steps before.
pub type Measures = BTreeMap<String, BTreeMap<String, f32>>;
/// They by step.
pub type History = BTreeMap<usize, Measures>;

/// Trains what `spec` describes, and writes weights, measures and a checkpoint into a folder of its own in `out`.
pub fn train(spec: Spec, data: Data, out: &Path) -> Result<History> {
    let steps = spec.steps;
    let folder = out.join(folder_name(&spec));
    std::fs::create_dir_all(&folder)?;
    println!("{}\n{}", folder.display(), spec.json());
    let mut run = now(Run::new(spec, data, &Device::flex(), false))?;
    let (checkpoint, card) = (folder.join("run.checkpoint"), folder.join("run.json"));
    let mut history = History::new();
    if let (Ok(bytes), Ok(said)) = (std::fs::read(&checkpoint), std::fs::read(&card)) {
        run.resume(&bytes)?;
        history = serde_json::from_slice(&said)?;
        println!("going on from step {}", run.step());
    }
    let (begun, before) = (Instant::now(), run.step());
    while run.step() < steps {
        let report = now(run.advance((EVERY - run.step() % EVERY).min(steps - run.step())))?;
        show(&report, steps, begun.elapsed().as_secs_f64() / (report.step - before) as f64);
        history.insert(report.step, measures(&report));
        if let Some(reason) = report.failed {
            return Err(reason.into());
        }
        if report.step == steps || report.step.is_multiple_of(4 * EVERY) {
            now(run.keep())?;
            write(&card, serde_json::to_string_pretty(&history)?.as_bytes())?;
            write(&checkpoint, &run.export(run.step())?)?;
        }
    }
    for network in run.networks() {
        write(&folder.join(format!("{network}.safetensors")), &run.save(steps, Some(&network))?)?;
    }
    println!("SHA-256 of all weights: {}", now(run.hash())?);
    Ok(history)
}

/// One folder for each description.
fn folder_name(spec: &Spec) -> String {
    let mut hash = Sha256::new();
    hash.update(spec.json().as_bytes());
    let experiment = serde_json::to_value(spec.experiment).unwrap_or_default();
    format!("{}-{}-{}", experiment.as_str().unwrap_or_default(), spec.seed, &hash.hex()[..8])
}

/// Whole, or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, bytes)?;
    Ok(std::fs::rename(part, path)?)
}

fn measures(report: &Report) -> Measures {
    let of = |network: &vitrine::train::Measured| {
        let means = network.means.iter().map(|(what, mean)| (what.to_string(), mean.unwrap_or(f32::NAN)));
        means.chain(network.test.map(|test| ("test".to_owned(), test))).collect()
    };
    report.networks.iter().map(|(name, network)| (name.clone(), of(network))).collect()
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

/// The CPU answers at once: nothing is ever waited for.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the CPU made a caller wait"),
    }
}
