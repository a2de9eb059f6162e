//! `cargo xtask train EXPERIMENT|lenet5_mnist|degradation|collapse [--seeds N] [--out DIR] [FIELD=VALUE...]`: the
//! experiments of the page, natively. A run that was interrupted goes on from its last checkpoint when the same command
//! is given again.

mod data;
mod kept;
mod mnist;
mod run;
mod study;

use std::path::PathBuf;

use data::{Result, data, repository};
use run::{Measures, Watch, train};
use serde_json::{Map, Value, json};
use vitrine::train::Spec;

const USAGE: &str =
    "cargo xtask train EXPERIMENT|lenet5_mnist|degradation|collapse [--seeds N] [--out DIR] [FIELD=VALUE...]";

struct Options {
    name: String,
    fields: Map<String, Value>,
    seeds: Option<u64>,
    out: PathBuf,
}

fn options() -> Result<Options> {
    let mut args = std::env::args().skip(1);
    let name = args.next().ok_or(USAGE)?;
    let (mut fields, mut seeds, mut out) = (Map::new(), None, repository("target/training"));
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
    Ok(Options { name, fields, seeds, out })
}

fn main() -> Result<()> {
    let Options { name, fields, seeds, out } = options()?;
    match study::named(&name) {
        Some(study) => study.run(&fields, seeds.unwrap_or(study::SEEDS), &out),
        None => experiment(&name, &fields, seeds, &out),
    }
}

/// The description of a run, as `base` has it but for `fields`.
fn described(base: Value, fields: &Map<String, Value>) -> Result<Spec> {
    let mut all = base.as_object().cloned().unwrap_or_default();
    all.extend(fields.clone());
    Ok(Spec::parse(&Value::from(all).to_string())?)
}

/// Five epochs of all digits, as `tests/reference/train_small.py` trains them.
fn lenet5_mnist() -> Value {
    json!({
        "experiment": "digits", "networks": ["lenet5"], "images": 60_000, "steps": 2_340, "batch": 128, "rate": 0.05,
        "smoothing": 0.05, "checkpoint": 100, "test": 468,
    })
}

fn experiment(name: &str, fields: &Map<String, Value>, seeds: Option<u64>, out: &std::path::Path) -> Result<()> {
    // All of MNIST in place of the page's 5,000 digits.
    let whole = name == "lenet5_mnist";
    let base = if whole { lenet5_mnist() } else { json!({ "experiment": name }) };
    let mut fields = fields.clone();
    let mut results = vec![];
    for seed in 0..seeds.unwrap_or(1) {
        if seeds.is_some() {
            fields.insert("seed".to_owned(), json!(seed));
        }
        let spec = described(base.clone(), &fields)?;
        let data = if whole { mnist::mnist()? } else { data(&spec)? };
        let seed = spec.seed;
        results.extend(train(spec, data, out, Watch::default())?.pop_last().map(|(_, last)| (seed, last)));
    }
    table(&results);
    Ok(())
}

/// What each seed came to, a row each.
fn table(results: &[(u64, Measures)]) {
    let Some((_, first)) = results.first() else { return };
    let columns: Vec<(&String, &String)> =
        first.iter().flat_map(|(n, m)| m.keys().map(move |what| (n, what))).collect();
    let names: Vec<String> = columns.iter().map(|(network, what)| format!("{network} {what}")).collect();
    let rows = results.iter().map(|(seed, last)| {
        let value = |(network, what): &(&String, &String)| last.get(*network).and_then(|m| m.get(*what)).copied();
        let cells = columns.iter().map(|c| value(c).map_or_else(String::new, |v| format!("{v:.3}")));
        (*seed, cells.collect::<Vec<_>>())
    });
    markdown(&names, rows);
}

/// A table as `docs/training.md` has it.
fn markdown(names: &[String], rows: impl Iterator<Item = (u64, Vec<String>)>) {
    println!("| seed | {} |\n|{}", names.join(" | "), " --- |".repeat(names.len() + 1));
    rows.for_each(|(seed, cells)| println!("| {seed} | {} |", cells.join(" | ")));
}
