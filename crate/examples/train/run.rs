//! One run from its description to its weights, gone on with where it was interrupted.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use vitrine::train::{Data, Report, Run, Spec};
use vitrine::weights::Sha256;

use super::data::Result;
use super::place::Place;

/// Steps that a report is the mean of, where nothing else is said.
pub const EVERY: usize = 25;
const BAR: usize = 24;

/// Each network's measures: means over the steps since the report before.
pub type Measures = BTreeMap<String, BTreeMap<String, f32>>;
/// They by step.
pub type History = BTreeMap<usize, Measures>;

/// A switch that is thrown as soon as something is seen.
#[derive(Clone, Copy)]
pub struct Answer {
    /// What is looked for in the measures.
    pub seen: fn(&Measures) -> bool,
    /// The switch, which is then on.
    pub switch: &'static str,
    /// After so many steps more the run is over.
    pub more: usize,
}

impl Answer {
    fn json(&self) -> String {
        format!(r#"{{ "{}": true }}"#, self.switch)
    }
}

/// How a run is looked at.
#[derive(Clone, Copy)]
pub struct Watch {
    /// Steps between reports, which are means over them.
    pub every: usize,
    /// What is done about what they say.
    pub answer: Option<Answer>,
}

impl Default for Watch {
    fn default() -> Self {
        Self { every: EVERY, answer: None }
    }
}

impl Watch {
    /// The step at which a run that was measured so was answered.
    pub fn answered(&self, history: &History) -> Option<usize> {
        let seen = self.answer?.seen;
        history.iter().find(|(_, measures)| seen(measures)).map(|(step, _)| *step)
    }

    /// The step at which it is over.
    fn end(&self, spec: &Spec, history: &History) -> usize {
        let more = self.answer.map_or(0, |answer| answer.more);
        self.answered(history).map_or(spec.steps, |step| step + more)
    }

    /// Its description, what was done about its measures included.
    fn described(&self, spec: Spec, history: &History) -> Result<Spec> {
        match (self.answer, self.answered(history)) {
            (Some(answer), Some(step)) => Ok(spec.with(step, &answer.json())?),
            _ => Ok(spec),
        }
    }
}

/// Trains what `spec` describes, and writes weights, measures and a checkpoint into a folder of its own in the place's.
pub fn train(spec: Spec, data: Data, place: &Place, watch: Watch) -> Result<History> {
    let folder = folder_of(&spec, watch, &place.out);
    std::fs::create_dir_all(&folder)?;
    println!("{}\n{}", folder.display(), spec.json());
    let (checkpoint, card) = (folder.join("run.checkpoint"), folder.join("run.json"));
    let kept = std::fs::read(&checkpoint).ok();
    let mut history = match &kept {
        Some(_) => serde_json::from_slice(&std::fs::read(&card)?)?,
        None => History::new(),
    };
    let mut run = now(Run::new(watch.described(spec, &history)?, data, &place.device, place.gpu))?;
    if let Some(bytes) = kept {
        run.resume(&bytes)?;
        println!("going on from step {}", run.step());
    }
    let (begun, before) = (Instant::now(), run.step());
    let mut end = watch.end(run.spec(), &history);
    while run.step() < end {
        let report = now(run.advance((watch.every - run.step() % watch.every).min(end - run.step())))?;
        show(&report, end, begun.elapsed().as_secs_f64() / (report.step - before) as f64);
        history.insert(report.step, measures(&report));
        if let Some(reason) = report.failed {
            return Err(reason.into());
        }
        // Measures first: where the command ends between the two, these steps are measured once more, to the same.
        now(run.keep())?;
        if let Some(answer) = watch.answer.filter(|_| watch.answered(&history) == Some(run.step())) {
            run.set(&answer.json())?;
            end = watch.end(run.spec(), &history);
        }
        write(&card, serde_json::to_string_pretty(&history)?.as_bytes())?;
        write(&checkpoint, &run.export(run.step())?)?;
    }
    for network in run.networks() {
        write(&folder.join(format!("{network}.safetensors")), &run.save(run.step(), Some(&network))?)?;
    }
    println!("SHA-256 of all weights: {}", now(run.hash())?);
    Ok(history)
}

/// One folder in `out` for each description, and for what is done about what is seen.
pub fn folder_of(spec: &Spec, watch: Watch, out: &Path) -> PathBuf {
    let mut hash = Sha256::new();
    hash.update(spec.json().as_bytes());
    let experiment = serde_json::to_value(spec.experiment).unwrap_or_default();
    let name = format!("{}-{}-{}", experiment.as_str().unwrap_or_default(), spec.seed, &hash.hex()[..8]);
    out.join(match watch.answer {
        Some(Answer { switch, more, .. }) => format!("{name}-{switch}-{}-{more}", watch.every),
        None => name,
    })
}

/// Whole, or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, bytes)?;
    Ok(std::fs::rename(part, path)?)
}

fn measures(report: &Report) -> Measures {
    let of = |network: &vitrine::train::Measured| {
        // JSON has no word for what is no finite number.
        let means = network.means.iter().filter_map(|(what, mean)| Some((what.to_string(), (*mean)?)));
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

/// Wakes the thread that waits.
struct Caller(Thread);

impl Wake for Caller {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// What a device answers: the CPU at once, a GPU when it has come to it.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Caller(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
