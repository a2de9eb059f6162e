//! `cargo xtask accuracy` and `weights`: examples of the crate, so that xtask itself builds without the engine.

use anyhow::Result;

use crate::tools;

/// An official checkpoint in float16, beside the page; one that is there already stays.
pub fn bring(id: &str) -> Result<()> {
    if tools::root().join(format!("www/weights/{id}.safetensors")).exists() {
        return Ok(());
    }
    let words = ["run", "--quiet", "--package", "vitrine", "--example", "weights", "--", id, "--dtype", "f16"];
    tools::run(tools::cargo().args(words))
}

/// What the example prints, and how it ended, is the answer.
pub fn run(example: &str, mut args: lexopt::Parser) -> Result<()> {
    let mut cargo = tools::cargo();
    cargo.args(["run", "--quiet", "--package", "vitrine", "--example", example, "--"]).args(args.raw_args()?);
    // Paths among the words are meant from where the command was given.
    cargo.current_dir(std::env::current_dir()?);
    if !cargo.status()?.success() {
        std::process::exit(1);
    }
    Ok(())
}
