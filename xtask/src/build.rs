//! One crate, two wasm builds: a small one for the CPU and a larger one with WebGPU, fetched only where it will be used.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use lexopt::prelude::*;
use wasm_bindgen_cli_support::Bindgen;

use crate::tools::{WASM_TARGET, cargo, require_wasm_target, root, run, target_directory};

pub struct Variant {
    pub name: &'static str,
    features: &'static [&'static str],
    /// Gzipped, in bytes.
    limit: usize,
}

pub const CPU: Variant = Variant { name: "cpu", features: &[], limit: 900_000 };
pub const WEBGPU: Variant = Variant { name: "webgpu", features: &["--features", "webgpu"], limit: 4_000_000 };

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let (mut cpu, mut webgpu) = (true, true);
    while let Some(arg) = args.next()? {
        match arg {
            Long("cpu-only") => webgpu = false,
            Long("gpu-only") => cpu = false,
            _ => return Err(arg.unexpected().into()),
        }
    }
    let chosen = [(cpu, CPU), (webgpu, WEBGPU)];
    for (_, variant) in chosen.iter().filter(|(wanted, _)| *wanted) {
        build(variant)?;
    }
    Ok(())
}

pub fn both() -> Result<()> {
    build(&CPU)?;
    build(&WEBGPU)
}

/// Compiles one variant, writes `pkg/NAME/` when its wasm changed, and fails when it is too large.
pub fn build(variant: &Variant) -> Result<()> {
    let wasm = compile(variant)?;
    let folder = root().join("pkg").join(variant.name);
    let stamp = stamp(&wasm)?;
    if fs::read_to_string(folder.join(".stamp")).is_ok_and(|old| old == stamp) && is_complete(&folder) {
        return check_size(variant, &folder);
    }
    bindgen(&wasm, &folder)?;
    compress(&folder.join("vitrine_bg.wasm"))?;
    fs::write(folder.join(".stamp"), stamp)?;
    check_size(variant, &folder)
}

fn compile(variant: &Variant) -> Result<PathBuf> {
    require_wasm_target()?;
    println!("building the {} engine", variant.name);
    let package = ["build", "--package", "vitrine", "--lib", "--profile", "wasm", "--target", WASM_TARGET];
    run(cargo().args(package).args(variant.features))?;
    Ok(target_directory()?.join(WASM_TARGET).join("wasm/vitrine.wasm"))
}

fn bindgen(wasm: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).web(true)?.typescript(true).out_name("vitrine");
    bindgen.remove_name_section(true).remove_producers_section(true).generate(folder)
}

fn is_complete(folder: &Path) -> bool {
    ["vitrine.js", "vitrine.d.ts", "vitrine_bg.wasm", "vitrine_bg.wasm.gz"]
        .iter()
        .all(|file| folder.join(file).exists())
}

/// Changes whenever the compiled module or the program that writes `pkg/` does.
fn stamp(wasm: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(wasm).with_context(|| wasm.display().to_string())?.hash(&mut hasher);
    Ok(format!("{} {:016x}", env!("CARGO_PKG_VERSION"), hasher.finish()))
}

/// Writes `FILE.gz` beside a file, for servers that hand out precompressed files.
pub fn compress(file: &Path) -> Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".gz");
    let mut encoder = GzEncoder::new(fs::File::create(name)?, Compression::best());
    encoder.write_all(&fs::read(file)?)?;
    encoder.finish()?;
    Ok(())
}

fn check_size(variant: &Variant, folder: &Path) -> Result<()> {
    let size = |file: &str| fs::metadata(folder.join(file)).map(|m| m.len() as usize);
    let (raw, gzipped) = (size("vitrine_bg.wasm")?, size("vitrine_bg.wasm.gz")?);
    let sizes = format!("pkg/{}/vitrine_bg.wasm: {raw} bytes, {gzipped} gzipped", variant.name);
    if gzipped > variant.limit {
        bail!("{sizes}, which is more than the {} allowed", variant.limit);
    }
    println!("{sizes} (at most {})", variant.limit);
    Ok(())
}
