//! What one run cannot tell: an effect over several seeds, as a table for `docs/training.md` and the page
//! (`www/train/ten-seeds.json`).

use serde_json::{Map, Value, json};
use vitrine::train::Spec;

use super::data::{Result, data};
use super::place::Place;
use super::run::{Answer, History, Measures, Watch, train};
use super::{described, kept, markdown};

/// Seeds of the table that the page shows.
pub const SEEDS: u64 = 10;

/// One number of a run: a mean over the steps between two of its reports.
struct Column {
    /// The run, of those of a study.
    run: usize,
    name: &'static str,
    network: &'static str,
    what: &'static str,
    when: When,
}

#[derive(Clone, Copy)]
enum When {
    /// When it was answered; where it was not, at its end.
    Seen,
    End,
}

/// A run that is the same for every seed, and how it is looked at.
struct Seeded {
    spec: Value,
    watch: Watch,
}

impl Seeded {
    /// It, with a seed, and what it measured.
    fn of_seed(&self, seed: u64, fields: &Map<String, Value>, place: &Place) -> Result<(Spec, History)> {
        let mut fields = fields.clone();
        fields.insert("seed".to_owned(), json!(seed));
        let spec = described(self.spec.clone(), &fields)?;
        let data = data(&spec)?;
        Ok((spec.clone(), train(spec, data, place, self.watch)?))
    }
}

/// What has to hold of a row of numbers.
struct Claim {
    says: &'static str,
    holds: fn(&[f32]) -> bool,
}

/// An effect, and how it is seen.
pub struct Study {
    name: &'static str,
    runs: Vec<Seeded>,
    columns: Vec<Column>,
    claims: Vec<Claim>,
}

/// The study of a name.
pub fn named(name: &str) -> Option<Study> {
    match name {
        "degradation" => Some(degradation()),
        "collapse" => Some(collapse()),
        _ => None,
    }
}

/// He et al. 2015 (ResNet), figure 6: training loss of shallower and deeper networks, plain and residual.
fn degradation() -> Study {
    let networks = ["plain-8", "plain-20", "residual-8", "residual-20"];
    let column = |network| Column { run: 0, name: network, network, what: "loss", when: When::End };
    Study {
        name: "degradation",
        runs: vec![Seeded { spec: json!({ "experiment": "residual", "networks": networks }), watch: Watch::default() }],
        columns: networks.map(column).into(),
        claims: vec![
            Claim { says: "the deeper plain network ends above the shallower one", holds: |row| row[1] > row[0] },
            Claim {
                says: "the deeper residual network ends no higher than the shallower",
                holds: |row| row[3] <= row[2],
            },
        ],
    }
}

/// A number of the teacher, where it was measured.
fn teacher(measures: &Measures, what: &str) -> f32 {
    measures.get("teacher").and_then(|all| all.get(what)).copied().unwrap_or(f32::NAN)
}

/// Collapse to uniform answers: each says nothing.
fn uniform(entropy: f32) -> bool {
    entropy > 0.95
}

/// Collapse to one dimension: every answer names one and the same prototype, and that alone.
fn one(entropy: f32, agreement: f32) -> bool {
    entropy < 0.05 && agreement > 0.999
}

/// Neither: answers say something, and not the same of all images.
fn cured(entropy: f32, agreement: f32) -> bool {
    (0.05..0.95).contains(&entropy) && agreement < 0.9
}

/// Caron et al. 2021 (DINO), section 5.3: collapse without sharpening and without centering. What was lacking is given
/// back as soon as the collapse is seen, since features that stay collapsed become alike themselves.
fn collapse() -> Study {
    // With a slower or a sharper teacher, or in larger batches, images did not come to agree within a hundred steps.
    let base = json!({
        "experiment": "dino", "steps": 1000, "batch": 4, "rate": 4e-4, "warmup": 0.05, "momentum": 0.9,
        "temperature": 0.07, "test": 1000,
    });
    let without = |switch: &'static str, seen: fn(&Measures) -> bool| {
        let mut spec = base.clone();
        spec[switch] = json!(false);
        Seeded { spec, watch: Watch { every: 10, answer: Some(Answer { seen, switch, more: 50 }) } }
    };
    let column = |run, name, what, when| Column { run, name, network: "teacher", what, when };
    Study {
        name: "collapse",
        runs: vec![
            without("sharpening", |now| uniform(teacher(now, "entropy"))),
            without("centering", |now| one(teacher(now, "entropy"), teacher(now, "agreement"))),
        ],
        columns: vec![
            column(0, "entropy without sharpening", "entropy", When::Seen),
            column(0, "with it again", "entropy", When::End),
            column(0, "agreement", "agreement", When::End),
            column(1, "entropy without centering", "entropy", When::Seen),
            column(1, "agreement", "agreement", When::Seen),
            column(1, "entropy with it again", "entropy", When::End),
            column(1, "agreement", "agreement", When::End),
        ],
        claims: vec![
            Claim { says: "without sharpening answers become uniform", holds: |row| uniform(row[0]) },
            Claim { says: "with sharpening again they are not", holds: |row| cured(row[1], row[2]) },
            Claim { says: "without centering all answers become one", holds: |row| one(row[3], row[4]) },
            Claim { says: "with centering again they are not", holds: |row| cured(row[5], row[6]) },
        ],
    }
}

/// As tables have it.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

impl Study {
    /// Every run for every seed; the table, and how often each claim held.
    pub fn run(&self, fields: &Map<String, Value>, seeds: u64, place: &Place) -> Result<()> {
        let (mut rows, mut answered, mut specs) = (vec![], vec![], vec![]);
        for seed in 0..seeds {
            let mut histories = vec![];
            for run in &self.runs {
                let (spec, history) = run.of_seed(seed, fields, place)?;
                specs.push(spec);
                histories.push(history);
            }
            rows.push(self.row(&histories)?);
            let steps = self.runs.iter().zip(&histories).map(|(run, history)| run.watch.answered(history));
            answered.push(steps.collect());
        }
        specs.truncate(self.runs.len());
        let held = self.show(&rows);
        // The page's table is of the usual description, and whole.
        if seeds != SEEDS || !fields.is_empty() {
            return Ok(());
        }
        kept::keep(self.name, self.kept(&rows, &answered, &held, &specs))
    }

    fn row(&self, histories: &[History]) -> Result<Vec<f32>> {
        let value = |column: &Column| column.of(&histories[column.run], self.runs[column.run].watch);
        self.columns.iter().map(value).collect()
    }

    /// Prints the table, and gives how often each claim held.
    fn show(&self, rows: &[Vec<f32>]) -> Vec<usize> {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.to_owned()).collect();
        let cells = |row: &Vec<f32>| row.iter().map(|v| format!("{:.3}", rounded(*v))).collect();
        markdown(&names, (0..).zip(rows.iter().map(cells)));
        let count = |Claim { says, holds }: &Claim| {
            let held = rows.iter().filter(|row| holds(row)).count();
            println!("{held} of {} seeds: {says}", rows.len());
            held
        };
        self.claims.iter().map(count).collect()
    }

    /// As the file has it that the page reads.
    fn kept(&self, rows: &[Vec<f32>], answered: &[Vec<Option<usize>>], held: &[usize], specs: &[Spec]) -> Value {
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|v| rounded(*v)).collect()).collect();
        let Watch { every, answer } = self.runs[0].watch;
        let mut study = json!({ "specs": specs, "over": every, "held": held, "rows": rows });
        if let Some(Answer { more, .. }) = answer {
            study["answered"] = json!(answered);
            study["more"] = json!(more);
        }
        study
    }
}

impl Column {
    fn of(&self, history: &History, watch: Watch) -> Result<f32> {
        let seen = watch.answered(history).filter(|_| matches!(self.when, When::Seen));
        let measures = match seen {
            Some(step) => history.get(&step),
            None => history.last_key_value().map(|(_, measures)| measures),
        };
        let value = measures.and_then(|all| all.get(self.network)?.get(self.what)).copied();
        value.ok_or_else(|| format!("the run did not measure {} of {}", self.what, self.network).into())
    }
}
