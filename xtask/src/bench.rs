//! `cargo xtask bench`: the CPU engine, or with `--webgpu` that on a software adapter, against onnxruntime-web and
//! LiteRT.js in Chromium, and by itself.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::build::{self, CPU, TRAIN, WEBGPU};
use crate::tools;

/// What the arguments are is for `tests/bench/run.mjs` to say; `--no-build` and `--webgpu` are taken out here.
pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let mut words: Vec<_> = args.raw_args()?.collect();
    let mut taken = |option: &str| {
        let count = words.len();
        words.retain(|word| word != option);
        words.len() < count
    };
    let (built, webgpu) = (taken("--no-build"), taken("--webgpu"));
    let variant = if webgpu { WEBGPU } else { CPU };
    if !built {
        build::build(&variant)?;
        // Training computes on the CPU, and is timed with it.
        if !webgpu {
            build::build(&TRAIN)?;
        }
    }
    tools::require_node_modules()?;
    let chromium = tools::require_chromium()?;
    let folder = tools::root().join("tests/bench");
    if !folder.join("node_modules").exists() {
        let mut npm = tools::command("npm");
        tools::run(npm.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    }
    convert(&folder)?;
    let mut node = tools::command("node");
    node.env("CHROMIUM", &chromium).env("VITRINE_BACKEND", variant.name);
    tools::run(node.arg("tests/bench/run.mjs").args(&words))
}

/// The networks as each engine reads them, made once by PyTorch in an environment of its own.
fn convert(folder: &Path) -> Result<()> {
    const BY_HAND: &str = "The networks can also be converted by a Python that has the packages of tests/bench/requirements.txt: \
                           python tests/bench/convert.py tests/bench/networks && touch tests/bench/networks/complete";
    let networks = folder.join("networks");
    if networks.join("complete").exists() {
        return Ok(());
    }
    let environment = tools::target_directory()?.join("bench-python");
    let python: PathBuf = environment.join("bin/python");
    if !environment.join("complete").exists() {
        println!("installing PyTorch and its converters into {} (6 GB, some minutes)", environment.display());
        let venv = || format!("Python's venv is needed (on Debian: sudo apt-get install python3-venv). {BY_HAND}");
        tools::run(tools::command("python3").args(["-m", "venv"]).arg(&environment)).with_context(venv)?;
        let requirements = folder.join("requirements.txt");
        tools::run(tools::command(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(requirements))
            .context(BY_HAND)?;
        std::fs::write(environment.join("complete"), "")?;
    }
    println!("converting the networks into {} (some minutes, once)", networks.display());
    tools::run(tools::command(&python).arg(folder.join("convert.py")).arg(&networks)).context(BY_HAND)?;
    Ok(std::fs::write(networks.join("complete"), "")?)
}
