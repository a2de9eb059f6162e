//! What one run cannot tell: an effect over several seeds, as a table for `docs/training.md` and the page
//! (`www/train/ten-seeds.json`).

use std::path::Path;

use serde_json::{Map, Value, json};
use vitrine::train::Spec;

use super::data::{Result, data, repository};
use super::run::{EVERY, History, train, write};
use super::{described, markdown};

/// Seeds of the table that the page shows.
pub const SEEDS: u64 = 10;
const KEPT: &str = "www/train/ten-seeds.json";

/// When a switch is thrown against a collapse, and how long it then has.
const COLLAPSED: usize = 100;
const CURED: usize = 200;

/// One number of a run.
struct Column {
    /// The run, of those of a study.
    run: usize,
    name: &'static str,
    network: &'static str,
    what: &'static str,
    /// The mean over the last [`EVERY`] of so many steps; of all, where it is not said.
    step: Option<usize>,
}

/// What has to hold of a row of numbers.
struct Claim {
    says: &'static str,
    holds: fn(&[f32]) -> bool,
}

/// An effect, and how it is seen.
pub struct Study {
    name: &'static str,
    runs: Vec<Value>,
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
    let column = |network| Column { run: 0, name: network, network, what: "loss", step: None };
    Study {
        name: "degradation",
        runs: vec![json!({ "experiment": "residual", "networks": networks })],
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

/// Caron et al. 2021 (DINO), section 5.3: collapse without sharpening and without centering, and what comes of giving
/// each back.
fn collapse() -> Study {
    let base = json!({ "experiment": "dino", "steps": CURED, "test": CURED });
    let run = |lacking: &str, other: &str| {
        let cure = Map::from_iter([("step".to_owned(), json!(COLLAPSED)), (lacking.to_owned(), json!(true))]);
        let mut run = base.clone();
        run[lacking] = json!(false);
        run[other] = json!(true);
        run["set"] = json!([cure]);
        run
    };
    let column = |run, name, what, step| Column { run, name, network: "teacher", what, step };
    Study {
        name: "collapse",
        runs: vec![run("sharpening", "centering"), run("centering", "sharpening")],
        columns: vec![
            column(0, "entropy without sharpening", "entropy", Some(COLLAPSED)),
            column(0, "with it again", "entropy", None),
            column(1, "entropy without centering", "entropy", Some(COLLAPSED)),
            column(1, "agreement without centering", "agreement", Some(COLLAPSED)),
            column(1, "entropy with it again", "entropy", None),
            column(1, "agreement with it again", "agreement", None),
        ],
        claims: vec![
            Claim { says: "without sharpening the entropy is above 0.95 of its maximum", holds: |row| row[0] > 0.95 },
            Claim { says: "with sharpening again it is below 0.95", holds: |row| row[1] < 0.95 },
            Claim {
                says: "without centering the entropy is below 0.05 and all images agree",
                holds: |row| row[2] < 0.05 && row[3] > 0.999,
            },
            Claim {
                says: "with centering again the entropy is above 0.05 and images no longer agree",
                holds: |row| row[4] > 0.05 && row[5] < 0.5,
            },
        ],
    }
}

impl Study {
    /// Every run for every seed; the table, and how often each claim held.
    pub fn run(&self, fields: &Map<String, Value>, seeds: u64, out: &Path) -> Result<()> {
        let (mut rows, mut specs) = (vec![], vec![]);
        for seed in 0..seeds {
            let mut fields = fields.clone();
            fields.insert("seed".to_owned(), json!(seed));
            let mut histories = vec![];
            for run in &self.runs {
                let spec = described(run.clone(), &fields)?;
                specs.push(spec.clone());
                let data = data(&spec)?;
                histories.push(train(spec, data, out)?);
            }
            rows.push(self.columns.iter().map(|column| column.of(&histories)).collect::<Result<Vec<f32>>>()?);
        }
        specs.truncate(self.runs.len());
        let held = self.show(&rows);
        // The page's table is of the usual description, and whole.
        if seeds == SEEDS && fields.is_empty() { self.keep(&rows, &held, &specs) } else { Ok(()) }
    }

    /// Prints the table, and gives how often each claim held.
    fn show(&self, rows: &[Vec<f32>]) -> Vec<usize> {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.to_owned()).collect();
        let cells = |row: &Vec<f32>| row.iter().map(|v| format!("{v:.3}")).collect();
        markdown(&names, (0..).zip(rows.iter().map(cells)));
        let count = |Claim { says, holds }: &Claim| {
            let held = rows.iter().filter(|row| holds(row)).count();
            println!("{held} of {} seeds: {says}", rows.len());
            held
        };
        self.claims.iter().map(count).collect()
    }

    /// Into the file that the page reads, beside what other studies left there.
    fn keep(&self, rows: &[Vec<f32>], held: &[usize], specs: &[Spec]) -> Result<()> {
        let path = repository(KEPT);
        let mut all: Map<String, Value> = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(_) => Map::new(),
        };
        let rounded = |v: &f32| (f64::from(*v) * 1000.0).round() / 1000.0;
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(rounded).collect()).collect();
        let study = json!({ "specs": specs, "over": EVERY, "held": held, "rows": rows });
        all.insert(self.name.to_owned(), study);
        write(&path, format!("{}\n", serde_json::to_string_pretty(&all)?).as_bytes())
    }
}

impl Column {
    fn of(&self, histories: &[History]) -> Result<f32> {
        let history = &histories[self.run];
        let measures = match self.step {
            Some(step) => history.get(&step),
            None => history.last_key_value().map(|(_, measures)| measures),
        };
        let value = measures.and_then(|all| all.get(self.network)?.get(self.what)).copied();
        value.ok_or_else(|| format!("the run did not measure {} of {}", self.what, self.network).into())
    }
}
