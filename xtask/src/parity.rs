//! `cargo xtask parity`: every recorded network in Chromium against PyTorch, on both backends.

use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::build::{self, CPU, WEBGPU};
use crate::tools;

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let (mut variants, mut build, mut models) = (vec![CPU, WEBGPU], true, Vec::new());
    while let Some(arg) = args.next()? {
        match arg {
            Long("cpu-only") => variants.truncate(1),
            Long("no-build") => build = false,
            Value(model) => models.push(model),
            _ => return Err(arg.unexpected().into()),
        }
    }
    tools::require_node_modules()?;
    let chromium = tools::require_chromium()?;
    let mut agree = true;
    for variant in &variants {
        if build {
            build::build(variant)?;
        }
        let mut node = tools::command("node");
        node.env("CHROMIUM", &chromium).env("VITRINE_BACKEND", variant.name);
        node.env("VITRINE_XTASK", std::env::current_exe()?);
        agree &= tools::run_watched(node.arg("tests/browser/parity.mjs").args(&models), |_| ())?.success();
    }
    if !agree {
        bail!("not every network was measured and agrees with PyTorch");
    }
    Ok(())
}
