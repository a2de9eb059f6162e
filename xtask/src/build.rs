//! One crate, three wasm builds, each fetched only where it will be used: a small one for the CPU, the same with
//! training, and a larger one with WebGPU, which trains too.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use wasm_bindgen_cli_support::Bindgen;

use crate::compress::{beside, brotli, gzip};
use crate::page;
use crate::stamp::{Stamp, prerequisites};
use crate::tools::{self, WASM_TARGET, cargo, require_wasm_target, root, run, target_directory};

/// What decides how the crate is compiled, beside its own sources.
const MANIFESTS: [&str; 6] =
    ["Cargo.toml", "Cargo.lock", "crate/Cargo.toml", "kernels/Cargo.toml", "rust-toolchain.toml", ".cargo/config.toml"];
const FLAGS: [&str; 3] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS"];
/// What writes `pkg/` from the compiled module.
const THIS_PROGRAM: &str = concat!(include_str!("build.rs"), include_str!("compress.rs"));

pub struct Variant {
    pub name: &'static str,
    features: &'static [&'static str],
    /// At most, in bytes.
    gzip: usize,
    /// The same with Brotli, where it is quick enough for every build: the WebGPU engine takes half a minute, and has
    /// it in a site only.
    brotli: Option<usize>,
}

pub const CPU: Variant =
    Variant { name: "cpu", features: &["--no-default-features"], gzip: 1_000_000, brotli: Some(720_000) };
/// Fetched when an experiment begins on the CPU.
pub const TRAIN: Variant = Variant { name: "train", features: &[], gzip: 1_060_000, brotli: Some(750_000) };
pub const WEBGPU: Variant =
    Variant { name: "webgpu", features: &["--features", "webgpu"], gzip: 4_000_000, brotli: None };

pub const VARIANTS: [Variant; 2] = [CPU, WEBGPU];

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let (mut cpu, mut webgpu) = (true, true);
    while let Some(arg) = args.next()? {
        match arg {
            Long("cpu-only") => webgpu = false,
            Long("gpu-only") => cpu = false,
            _ => return Err(arg.unexpected().into()),
        }
    }
    let chosen = [(cpu, CPU), (cpu, TRAIN), (webgpu, WEBGPU)];
    for (_, variant) in chosen.iter().filter(|(wanted, _)| *wanted) {
        build(variant)?;
    }
    page::build()
}

/// All that a site fetches.
pub fn all() -> Result<()> {
    build(&CPU)?;
    build(&TRAIN)?;
    build(&WEBGPU)?;
    page::build()
}

/// Writes `pkg/NAME/` where its sources have changed, and fails when it is too large.
pub fn build(variant: &Variant) -> Result<()> {
    let folder = root().join("pkg").join(variant.name);
    let stamp = folder.join(".stamp");
    let settings = settings(variant)?;
    if !(is_complete(&folder) && Stamp::is_current(&stamp, &settings)) {
        let began = SystemTime::now();
        let (wasm, sources) = compile(variant)?;
        bindgen(&wasm, &folder)?;
        let glue = folder.join("vitrine.js");
        let mut text = without_docs(&fs::read_to_string(&glue)?);
        if [CPU.name, TRAIN.name].contains(&variant.name) {
            text = on_any_memory(text)?;
        }
        fs::write(&glue, text)?;
        let module = folder.join("vitrine_bg.wasm");
        gzip(&module)?;
        if variant.brotli.is_some() {
            brotli(&module)?;
        }
        Stamp::new(sources, &settings)?.write(&stamp, began)?;
    }
    check_size(variant, &folder)
}

/// Everything but the sources that the outcome of a build depends on.
fn settings(variant: &Variant) -> Result<String> {
    let compiler = tools::output(tools::command("rustc").arg("-vV"))?;
    let flags = FLAGS.map(std::env::var_os);
    Ok(format!("{} {flags:?} {compiler} {THIS_PROGRAM}", variant.features.join(" ")))
}

/// The compiled module, and every file that it was compiled from.
fn compile(variant: &Variant) -> Result<(PathBuf, std::collections::BTreeSet<PathBuf>)> {
    require_wasm_target()?;
    println!("building the {} engine", variant.name);
    let package = ["build", "--package", "vitrine", "--lib", "--profile", "wasm", "--target", WASM_TARGET];
    run(cargo().args(package).args(variant.features))?;
    let target = target_directory()?;
    let module = target.join(WASM_TARGET).join("wasm/vitrine.wasm");
    let rule = module.with_extension("d");
    let rule = fs::read_to_string(&rule).with_context(|| rule.display().to_string())?;
    let mut sources = prerequisites(&rule);
    // What a build script wrote was made from the others, in this build.
    sources.retain(|path| !path.starts_with(&target));
    sources.extend(MANIFESTS.map(|name| root().join(name)).into_iter().filter(|path| path.exists()));
    Ok((module, sources))
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

/// The glue without the comments that say what functions take: the declarations beside it say so too, and no visitor
/// downloads them.
fn without_docs(glue: &str) -> String {
    let mut inside = false;
    let code = glue.lines().filter(|line| {
        inside |= line.trim_start().starts_with("/**");
        let comment = inside;
        inside &= !line.trim_end().ends_with("*/");
        !comment
    });
    code.map(|line| format!("{line}\n")).collect()
}

/// The glue for a memory that may be shared (`www/engine/shared-memory.js`), as wasm-bindgen writes it for builds with
/// threads: views are of the memory as it is now, since a shared one grows without detaching them, and what the
/// browser takes from no shared memory is copied first.
fn on_any_memory(mut glue: String) -> Result<String> {
    for kind in ["Float32", "Uint32", "Uint8"] {
        let cached = format!("cached{kind}ArrayMemory0");
        let same = format!("{cached}.buffer !== wasm.memory.buffer");
        replace(&mut glue, &format!("{cached}.byteLength === 0"), &same)?;
    }
    for (from, to) in SHARED {
        replace(&mut glue, from, to)?;
    }
    Ok(glue)
}

/// In the glue: a text read, a text written, and random numbers.
const SHARED: [(&str, &str); 4] = [
    (
        "decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len))",
        "decodeText(getUint8ArrayMemory0().slice(ptr, ptr + len))",
    ),
    (
        "cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
        "cachedDataViewMemory0.buffer !== wasm.memory.buffer",
    ),
    ("if (!('encodeInto' in cachedTextEncoder)) {", "{"),
    (
        "globalThis.crypto.getRandomValues(getArrayU8FromWasm0(arg0, arg1));",
        "getArrayU8FromWasm0(arg0, arg1).set(globalThis.crypto.getRandomValues(new Uint8Array(arg1)));",
    ),
];

fn replace(text: &mut String, from: &str, to: &str) -> Result<()> {
    if !text.contains(from) {
        bail!("wasm-bindgen writes something else than {from}");
    }
    *text = text.replace(from, to);
    Ok(())
}

fn is_complete(folder: &Path) -> bool {
    ["vitrine.js", "vitrine.d.ts", "vitrine_bg.wasm", "vitrine_bg.wasm.gz"]
        .iter()
        .all(|file| folder.join(file).exists())
}

fn check_size(variant: &Variant, folder: &Path) -> Result<()> {
    let module = folder.join("vitrine_bg.wasm");
    let size = |path: &Path| fs::metadata(path).map(|data| data.len() as usize);
    let mut text = format!("pkg/{}/vitrine_bg.wasm: {} bytes", variant.name, size(&module)?);
    let limits = [("gzipped", "gz", Some(variant.gzip)), ("with Brotli", "br", variant.brotli)];
    let mut fits = true;
    for (how, suffix, limit) in limits.into_iter().filter_map(|(how, suffix, limit)| Some((how, suffix, limit?))) {
        let size = size(&beside(&module, suffix)).with_context(|| format!("{} {how}", module.display()))?;
        text += &format!(", {size} {how} (at most {limit})");
        fits &= size <= limit;
    }
    if !fits {
        bail!("the {} engine is too large: {text}", variant.name);
    }
    println!("{text}");
    Ok(())
}
