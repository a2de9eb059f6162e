//! `cargo xtask accuracy` and `weights`: examples of the crate, so that xtask itself builds without the engine.

use std::ffi::OsString;

use anyhow::Result;

use crate::{build, tools};

/// An official checkpoint in float16, beside the page; one that is there already stays.
pub fn bring(id: &str) -> Result<()> {
    if tools::root().join(format!("www/weights/{id}.safetensors")).exists() {
        return Ok(());
    }
    let words = ["run", "--quiet", "--package", "vitrine", "--example", "weights", "--", id, "--dtype", "f16"];
    tools::run(tools::cargo().args(words))
}

/// glibc asks the system for each large tensor anew and gives it back at once, a tenth of a transformer's step; told so, it
/// keeps what it has.
const KEEPING_MEMORY: &[(&str, &str)] =
    &[("MALLOC_MMAP_THRESHOLD_", "1073741824"), ("MALLOC_TRIM_THRESHOLD_", "17179869184")];

/// `cargo xtask train`: natively, or with `--exact` by the wasm build that the page trains with.
pub fn train(mut args: lexopt::Parser) -> Result<()> {
    let words: Vec<OsString> = args.raw_args()?.collect();
    if !words.iter().any(|word| word == "--exact") {
        // Only a GPU needs the larger build.
        let gpu = words.iter().any(|word| word == "wgpu");
        let features: &[&str] = if gpu { &["--features", "webgpu"] } else { &[] };
        return run_with("train", &[&["--release"], features].concat(), KEEPING_MEMORY, words);
    }
    build::build(&build::TRAIN)?;
    // Of ReLU against tanh more than one run is compared.
    let compared = words.first().is_some_and(|name| name == "saturation");
    let script = if compared { "xtask/saturation.mjs" } else { "xtask/train.mjs" };
    let rest = words.iter().skip(usize::from(compared)).filter(|word| *word != "--exact");
    tools::run(tools::command("node").arg(tools::root().join(script)).args(rest))
}

/// What the example prints, and how it ended, is the answer.
pub fn run(example: &str, words: impl IntoIterator<Item = OsString>) -> Result<()> {
    run_with(example, &[], &[], words)
}

/// The same, of a build with some options, in an environment with some variables.
fn run_with(
    example: &str,
    options: &[&str],
    variables: &[(&str, &str)],
    words: impl IntoIterator<Item = OsString>,
) -> Result<()> {
    let mut cargo = tools::cargo();
    let package = ["run", "--quiet", "--package", "vitrine", "--example", example];
    cargo.args(package).args(options).arg("--").args(words).envs(variables.iter().copied());
    // Paths among the words are meant from where the command was given.
    cargo.current_dir(std::env::current_dir()?);
    if !cargo.status()?.success() {
        std::process::exit(1);
    }
    Ok(())
}
