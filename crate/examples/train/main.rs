//! `cargo xtask train EXPERIMENT|ID|degradation|collapse [--seeds N] [--device cpu|wgpu] [--out DIR] [FIELD=VALUE...]`: the
//! experiments of the page natively, and the networks that ship, by their ids. A run that was interrupted goes on from its last checkpoint when the same command
//! is given again.

mod axes;
mod cifar;
mod data;
mod kept;
mod mnist;
mod narrow;
mod package;
mod place;
mod recipe;
mod run;
mod stages;
mod study;
mod teacher;
mod tensors;
mod whiten;

use std::path::PathBuf;

use data::{Result, data, repository};
use place::Place;
use run::{Measures, Watch, train};
use serde_json::{Map, Value, json};
use vitrine::train::Spec;

const USAGE: &str =
    "cargo xtask train EXPERIMENT|ID|degradation|collapse [--seeds N] [--device cpu|wgpu] [--out DIR] [FIELD=VALUE...]";

struct Options {
    name: String,
    fields: Map<String, Value>,
    seeds: Option<u64>,
    place: Place,
}

fn options() -> Result<Options> {
    let mut args = std::env::args().skip(1);
    let name = args.next().ok_or(USAGE)?;
    let (mut fields, mut seeds, mut out) = (Map::new(), None, repository("target/training"));
    let mut device = "cpu".to_owned();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seeds" => seeds = Some(args.next().ok_or("--seeds takes a number")?.parse()?),
            "--device" => device = args.next().ok_or("--device takes cpu or wgpu")?,
            "--out" => out = PathBuf::from(args.next().ok_or("--out takes a folder")?),
            _ => {
                let (key, value) = arg.split_once('=').ok_or(USAGE)?;
                fields.insert(key.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| json!(value)));
            }
        }
    }
    Ok(Options { name, fields, seeds, place: Place::new(&device, out)? })
}

fn main() -> Result<()> {
    let Options { name, fields, seeds, place } = options()?;
    vitrine_kernels::strip::install_native();
    match study::named(&name) {
        Some(study) => study.run(&fields, seeds.unwrap_or(study::SEEDS), &place),
        None => experiment(&name, &fields, seeds, &place),
    }
}

/// The description of a run, as `base` has it but for `fields`.
fn described(base: Value, fields: &Map<String, Value>) -> Result<Spec> {
    let mut all = base.as_object().cloned().unwrap_or_default();
    all.extend(fields.clone());
    Ok(Spec::parse(&Value::from(all).to_string())?)
}

fn experiment(name: &str, fields: &Map<String, Value>, seeds: Option<u64>, place: &Place) -> Result<()> {
    let recipe = stages::named(name);
    let mut fields = fields.clone();
    let mut results = vec![];
    for seed in 0..seeds.unwrap_or(1) {
        if seeds.is_some() {
            fields.insert("seed".to_owned(), json!(seed));
        }
        let seed = fields.get("seed").and_then(Value::as_u64).unwrap_or(0);
        let last = match &recipe {
            Some(recipe) => Some(recipe.run(&fields, place)?),
            None => {
                let spec = described(json!({ "experiment": name }), &fields)?;
                let data = data(&spec)?;
                train(spec, data, place, Watch::default())?.pop_last().map(|(_, last)| last)
            }
        };
        results.extend(last.map(|last| (seed, last)));
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
