//! `cargo xtask site DIR`: what a static host needs and nothing else, each file that shrinks also as `.gz` and `.br`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::compress::{brotli, gzip};
use crate::{build, tools};

/// The page and all that it fetches, in the repository's root as in a site's.
pub const PUBLISHED: [&str; 7] =
    ["index.html", "manifest.webmanifest", "sw.js", "www", "pkg", "LICENSE-MIT", "LICENSE-APACHE"];
const COMPRESSED: [&str; 9] = ["html", "webmanifest", "css", "js", "mjs", "json", "svg", "wasm", "txt"];

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let Some(Value(out)) = args.next()? else {
        bail!("cargo xtask site DIR");
    };
    let out = PathBuf::from(out);
    if fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty", out.display());
    }
    build::all()?;
    fs::create_dir_all(&out)?;
    for name in PUBLISHED {
        copy(&tools::root().join(name), &out.join(name)).with_context(|| name.to_owned())?;
    }
    println!("the site is in {}", out.display());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            if !name.to_string_lossy().starts_with('.') {
                copy(&from.join(&name), &to.join(&name))?;
            }
        }
        return Ok(());
    }
    let extension = from.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if matches!(extension, "gz" | "br") {
        return Ok(());
    }
    fs::copy(from, to)?;
    if COMPRESSED.contains(&extension) {
        gzip(to)?;
        brotli(to)?;
    }
    Ok(())
}
