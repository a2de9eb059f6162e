//! `cargo xtask checkpoint` and `input`: what `tests/reference/seeded.py` makes, without Python.

use anyhow::{Context, Result, anyhow};
use lexopt::prelude::*;
use seeded::{Dtype, image, manifest, write_safetensors};

use crate::tools::root;

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let (mut names, mut seed, mut dtype) = (Vec::new(), String::new(), Dtype::F32);
    while let Some(arg) = args.next()? {
        match arg {
            Long("seed") => seed = args.value()?.string()?,
            Long("dtype") => dtype = args.value()?.string()?.parse().map_err(|e: String| anyhow!(e))?,
            Value(name) => names.push(name.string()?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    let [model, out] = names.as_slice() else {
        return Err(anyhow!("cargo xtask checkpoint MODEL OUT [--seed S] [--dtype f32|f16|bf16]"));
    };
    let manifests = root().join("tests/reference/manifests");
    let entries = manifest(manifests.join(format!("{model}.json")))
        .with_context(|| format!("{model} is none of the models in {}", manifests.display()))?;
    write_safetensors(out, &entries, &seed, dtype).with_context(|| out.clone())
}

pub fn input(mut args: lexopt::Parser) -> Result<()> {
    let mut names = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Value(name) => names.push(name.string()?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    let [name, out] = names.as_slice() else {
        return Err(anyhow!("cargo xtask input NAME OUT"));
    };
    let bytes: Vec<u8> = image(name, 224, 3).iter().flat_map(|value| value.to_le_bytes()).collect();
    std::fs::write(out, bytes).with_context(|| out.clone())
}
