//! `cargo xtask package DIR`: the engine as an npm package, with its worker, wasm modules, small networks and types.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::{build, tools};

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let (mut out, mut fresh) = (None, true);
    while let Some(arg) = args.next()? {
        match arg {
            Long("no-build") => fresh = false,
            Value(folder) if out.is_none() => out = Some(PathBuf::from(folder)),
            _ => return Err(arg.unexpected().into()),
        }
    }
    let Some(out) = out else { bail!("cargo xtask package DIR") };
    if fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty", out.display());
    }
    if fresh {
        build::all()?;
    }
    tools::require_bundler()?;
    fs::create_dir_all(&out)?;
    let out = out.canonicalize()?;
    let package = out.join("package");
    tools::run(tools::command("node").arg("xtask/package.mjs").arg(&package))?;
    tools::run(tools::npm()?.current_dir(&package).args(["pack", "--pack-destination"]).arg(&out))?;
    println!("the package is in {}", out.display());
    Ok(())
}
