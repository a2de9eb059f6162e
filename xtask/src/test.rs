//! `cargo xtask test`: every test there is, and one line with the sum at the end.

use std::process::Command;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::build::{self, CPU, WEBGPU};
use crate::tally::Tally;
use crate::tools::{self, WASM_TARGET, cargo, command};

const PACKAGES: [&str; 6] = ["--package", "vitrine", "--package", "seeded", "--package", "xtask"];

struct Options {
    fast: bool,
    filter: Option<String>,
}

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let mut options = Options { fast: false, filter: None };
    while let Some(arg) = args.next()? {
        match arg {
            Long("fast") => options.fast = true,
            Value(text) if options.filter.is_none() => options.filter = Some(text.string()?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    let sum = all(&options);
    println!("{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed > 0 || sum.passed == 0 {
        std::process::exit(1);
    }
    Ok(())
}

/// Every part runs, also after one that failed; a part that others need only ends those.
fn all(options: &Options) -> Tally {
    let mut sum = Tally::default();
    if options.filter.is_none() {
        sum.add(lints(options));
    }
    sum.add(part("Rust tests", || rust_tests(options)));
    let built = builds(options);
    sum.add(built);
    if options.filter.is_none() {
        sum.add(part("JavaScript types", type_check));
        sum.add(part("texts and data", || node_tests(&mut command("node"), "tests/unit", options)));
    }
    if built.failed == 0 {
        sum.add(browser_tests(options));
    } else {
        println!("The browser tests need the builds that failed; they did not run.");
    }
    sum
}

/// What goes wrong outside a test counts as one failed, with its reason printed.
fn part(title: &str, run: impl FnOnce() -> Result<Tally>) -> Tally {
    println!("\n== {title}");
    run().unwrap_or_else(|error| {
        println!("{title}: {error:#}");
        Tally::check(false)
    })
}

fn check(title: &str, command: &mut Command) -> Tally {
    part(title, || tools::run(command).map(|()| Tally::check(true)))
}

fn lints(options: &Options) -> Tally {
    let deny = ["--", "-D", "warnings"];
    let mut sum = check("formatting", cargo().args(["fmt", "--all", "--check"]));
    sum.add(check("lints", cargo().args(["clippy", "--workspace", "--all-targets"]).args(deny)));
    if !options.fast {
        let wasm = ["clippy", "--package", "vitrine", "--lib", "--target", WASM_TARGET, "--features", "webgpu"];
        sum.add(check("lints of the wasm build", cargo().args(wasm).args(deny)));
    }
    sum
}

fn rust_tests(options: &Options) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut tests = cargo();
    tests.args(["test", "--no-fail-fast"]).args(PACKAGES).args(&options.filter);
    let status = tools::run_watched(&mut tests, |line| tally.read_cargo(line))?;
    Ok(tally.ended(status.success()))
}

fn builds(options: &Options) -> Tally {
    let mut sum = Tally::default();
    for variant in [CPU, WEBGPU].iter().take(if options.fast { 1 } else { 2 }) {
        let title = format!("build and size of the {} engine", variant.name);
        sum.add(part(&title, || build::build(variant).map(|()| Tally::check(true))));
    }
    sum
}

fn type_check() -> Result<Tally> {
    tools::require_node_modules()?;
    tools::run(command("node").args(["node_modules/typescript/bin/tsc", "--project", "tsconfig.json"]))?;
    Ok(Tally::check(true))
}

/// Each suite in a browser with software WebGPU and in one without any adapter.
fn browser_tests(options: &Options) -> Tally {
    let mut sum = Tally::default();
    let backends = ["cpu", "webgpu"];
    for backend in backends.iter().take(if options.fast { 1 } else { 2 }) {
        sum.add(part(&format!("the page in Chromium, {backend}"), || browser_suite(backend, options)));
    }
    sum
}

fn browser_suite(backend: &str, options: &Options) -> Result<Tally> {
    tools::require_node_modules()?;
    let chromium = tools::require_chromium()?;
    let mut node = command("node");
    node.env("CHROMIUM", chromium).env("VITRINE_BACKEND", backend);
    node.env("VITRINE_XTASK", std::env::current_exe()?);
    node_tests(&mut node, "tests/browser", options)
}

fn node_tests(node: &mut Command, folder: &str, options: &Options) -> Result<Tally> {
    let suites = suites(folder)?;
    if suites.is_empty() {
        bail!("{folder} holds no *.test.mjs");
    }
    node.args([
        "--test",
        "--test-concurrency=1",
        "--test-reporter=spec",
        "--test-timeout=1800000",
        "--test-force-exit",
    ]);
    if let Some(filter) = &options.filter {
        node.arg(format!("--test-name-pattern={filter}"));
    }
    let mut tally = Tally::default();
    let status = tools::run_watched(node.args(suites), |line| tally.read_node(line))?;
    Ok(tally.ended(status.success()))
}

fn suites(folder: &str) -> Result<Vec<String>> {
    let mut suites = Vec::new();
    for entry in std::fs::read_dir(tools::root().join(folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            suites.push(format!("{folder}/{name}"));
        }
    }
    suites.sort();
    Ok(suites)
}
