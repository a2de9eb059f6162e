//! `cargo xtask types`: what crosses the wasm boundary as TypeScript, into `www/engine/generated.d.ts`.

use anyhow::Result;

use crate::tools;

/// A unit test of the crate knows the types: told so, it writes what it otherwise compares.
pub fn main(mut args: lexopt::Parser) -> Result<()> {
    if let Some(arg) = args.next()? {
        return Err(arg.unexpected().into());
    }
    let words = ["test", "--quiet", "--package", "vitrine", "--lib", "typescript"];
    tools::run(tools::cargo().args(words).env("VITRINE_WRITE_TYPES", "1"))
}
