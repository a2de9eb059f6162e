//! `cargo xtask test`: every test there is, and one line with the sum at the end.

use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::build::{self, TRAIN, VARIANTS, Variant};
use crate::page;
use crate::tally::Tally;
use crate::tools::{self, WASM_TARGET, cargo, command};

const PACKAGES: [&str; 8] =
    ["--package", "vitrine", "--package", "vitrine-kernels", "--package", "seeded", "--package", "xtask"];
/// What `--smoke` runs in the browser: the contract's main path, and the page up to its first answer.
const SMOKE: [(&str, Option<&str>); 2] =
    [("tests/browser/engine.test.mjs", None), ("tests/browser/page.test.mjs", Some("a first visit"))];

/// The suites that ask nothing which only Chromium's protocol can tell.
const FIREFOX_SUITES: [&str; 5] = [
    "tests/browser/engine.test.mjs",
    "tests/browser/wrong-calls.test.mjs",
    "tests/browser/bad-input.test.mjs",
    "tests/browser/traps.test.mjs",
    "tests/browser/page.test.mjs",
];

#[derive(Default)]
struct Options {
    /// Without WebGPU and the lints of its build.
    fast: bool,
    /// What a pull request hears about first.
    smoke: bool,
    /// The browser suites of this number out of so many; what is not a browser's goes with the first.
    shard: Option<(usize, usize)>,
    filter: Option<String>,
}

impl Options {
    fn is_first_shard(&self) -> bool {
        self.shard.is_none_or(|(number, _)| number == 1)
    }

    fn variants(&self) -> &'static [Variant] {
        if self.fast || self.smoke { &VARIANTS[..1] } else { &VARIANTS }
    }
}

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("fast") => options.fast = true,
            Long("smoke") => options.smoke = true,
            Long("shard") => options.shard = Some(shard(&args.value()?.string()?)?),
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

/// `2/3`: the second of three.
fn shard(text: &str) -> Result<(usize, usize)> {
    let numbers = text.split_once('/').and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
    match numbers {
        Some((number, count)) if (1..=count).contains(&number) => Ok((number, count)),
        _ => bail!("--shard takes a number and a count, such as 1/2"),
    }
}

/// Every part runs, also after one that failed; a part that others need only ends those.
fn all(options: &Options) -> Tally {
    let mut sum = Tally::default();
    if options.is_first_shard() {
        sum.add(without_browser(options));
    }
    let built = builds(options);
    sum.add(built);
    if built.failed == 0 {
        sum.add(browser_tests(options));
    } else {
        println!("The browser tests need the builds that failed; they did not run.");
    }
    sum
}

fn without_browser(options: &Options) -> Tally {
    let mut sum = Tally::default();
    if options.filter.is_none() {
        sum.add(lints(options));
        sum.add(part("JavaScript types", type_check));
        sum.add(part("texts and data", || node_tests(&mut command("node"), suites("tests/unit")?, None)));
    }
    sum.add(part("Rust tests", || rust_tests(options)));
    sum
}

/// What goes wrong outside a test counts as one failed, with its reason printed.
fn part(title: &str, run: impl FnOnce() -> Result<Tally>) -> Tally {
    println!("\n== {title}");
    let began = Instant::now();
    let tally = run().unwrap_or_else(|error| {
        println!("{title}: {error:#}");
        Tally::check(false)
    });
    println!("== {title}: {} passed, {} failed, {} s", tally.passed, tally.failed, began.elapsed().as_secs());
    tally
}

fn check(title: &str, command: &mut Command) -> Tally {
    part(title, || tools::run(command).map(|()| Tally::check(true)))
}

fn lints(options: &Options) -> Tally {
    let deny = ["--", "-D", "warnings"];
    let mut sum = check("formatting", cargo().args(["fmt", "--all", "--check"]));
    sum.add(part("formatting and lints of JavaScript and CSS", biome));
    sum.add(check("lints", cargo().args(["clippy", "--workspace", "--all-targets"]).args(deny)));
    if !options.fast && !options.smoke {
        let wasm = ["clippy", "--package", "vitrine", "--lib", "--target", WASM_TARGET, "--features", "webgpu"];
        sum.add(check("lints of the wasm build", cargo().args(wasm).args(deny)));
    }
    sum
}

fn biome() -> Result<Tally> {
    tools::require_node_modules()?;
    tools::run(command("node").args(["node_modules/@biomejs/biome/bin/biome", "ci", "."]))?;
    Ok(Tally::check(true))
}

fn rust_tests(options: &Options) -> Result<Tally> {
    let all: &[&str] = if options.smoke { &["--lib", "--bins"] } else { &["--lib", "--bins", "--tests"] };
    // Asked for no kind of target, cargo also links the examples, each with the whole of Burn: clippy has checked them.
    let mut sum = cargo_test(all, options)?;
    if !options.smoke {
        sum.add(cargo_test(&["--doc"], options)?);
    }
    Ok(sum)
}

fn cargo_test(targets: &[&str], options: &Options) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut tests = cargo();
    tests.args(["test", "--no-fail-fast"]).args(PACKAGES).args(targets).args(&options.filter);
    let status = tools::run_watched(&mut tests, |line| tally.read_cargo(line))?;
    Ok(tally.ended(status.success()))
}

fn builds(options: &Options) -> Tally {
    let mut sum = Tally::default();
    for variant in options.variants().iter().chain([&TRAIN]) {
        let title = format!("build and size of the {} engine", variant.name);
        sum.add(part(&title, || build::build(variant).map(|()| Tally::check(true))));
    }
    sum.add(part("the page's bundle", || page::build().map(|()| Tally::check(true))));
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
    for variant in options.variants() {
        let title = format!("the page in Chromium, {}", variant.name);
        sum.add(part(&title, || browser_suites(variant.name, options)));
    }
    if !options.fast && !options.smoke && options.is_first_shard() {
        sum.add(firefox(options));
    }
    sum
}

/// The engine and the page in Firefox, where there is one that can be driven; it has the CPU alone.
fn firefox(options: &Options) -> Tally {
    let firefox = match tools::firefox() {
        Ok(firefox) => firefox,
        Err(reason) => {
            println!("\n== {reason:#}: its suites did not run.");
            return Tally::default();
        }
    };
    part("the engine and the page in Firefox", || {
        let mut node = browser("cpu")?;
        node.env("VITRINE_BROWSER", "firefox").env("FIREFOX", firefox);
        node_tests(&mut node, FIREFOX_SUITES.map(String::from).to_vec(), options.filter.as_deref())
    })
}

fn browser_suites(backend: &str, options: &Options) -> Result<Tally> {
    if options.smoke && options.filter.is_none() {
        let mut sum = Tally::default();
        for (suite, pattern) in SMOKE {
            sum.add(node_tests(&mut browser(backend)?, vec![suite.to_owned()], pattern)?);
        }
        return Ok(sum);
    }
    let (number, count) = options.shard.unwrap_or((1, 1));
    let suites = suites("tests/browser")?.into_iter().skip(number - 1).step_by(count).collect();
    node_tests(&mut browser(backend)?, suites, options.filter.as_deref())
}

/// Node.js, told which Chromium to start, and how.
fn browser(backend: &str) -> Result<Command> {
    tools::require_node_modules()?;
    let chromium = tools::require_chromium()?;
    println!("{}", tools::output(command(&chromium).arg("--version"))?.trim());
    let mut node = command("node");
    node.env("CHROMIUM", chromium).env("VITRINE_BACKEND", backend);
    node.env("VITRINE_XTASK", std::env::current_exe()?);
    Ok(node)
}

/// Suites at a time: a page waits for its worker, which computes on one core. What a suite calls late is many times
/// what it takes.
const AT_ONCE: &str = "--test-concurrency=2";

fn node_tests(node: &mut Command, suites: Vec<String>, pattern: Option<&str>) -> Result<Tally> {
    if suites.is_empty() {
        bail!("there is no suite to run");
    }
    node.args(["--test", AT_ONCE, "--test-reporter=spec", "--test-timeout=1800000", "--test-force-exit"]);
    node.args(pattern.map(|pattern| format!("--test-name-pattern={pattern}")));
    let mut tally = Tally::default();
    let status = tools::run_watched(node.args(suites), |line| tally.read_node(line))?;
    Ok(tally.ended(status.success()))
}

/// Every `*.test.mjs` of a folder, by name.
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

#[cfg(test)]
mod tests {
    use super::shard;

    #[test]
    fn a_shard_is_one_of_its_count() {
        assert_eq!(shard("2/3").unwrap(), (2, 3));
        for text in ["", "1", "0/2", "3/2", "a/2", "1/0", "1/2/3"] {
            assert!(shard(text).is_err(), "{text}");
        }
    }
}
