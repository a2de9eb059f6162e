//! `cargo xtask checkpoint`, `input` and `noise`: what `tests/reference/seeded.py` makes, without Python.

use anyhow::{Context, Result, anyhow};
use lexopt::prelude::*;
use seeded::{Dtype, image, manifest, uniform, write_safetensors};

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

pub fn input(args: lexopt::Parser) -> Result<()> {
    let [name, out] = words(args, "cargo xtask input NAME OUT")?;
    write(&out, image(&name, 224, 3))
}

pub fn noise(args: lexopt::Parser) -> Result<()> {
    let [name, out, count] = words(args, "cargo xtask noise NAME OUT COUNT")?;
    write(&out, uniform(&format!("noise:{name}"), count.parse()?).iter().map(|value| (value + 1.0) / 2.0))
}

fn words<const N: usize>(mut args: lexopt::Parser, usage: &'static str) -> Result<[String; N]> {
    let mut words = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Value(word) => words.push(word.string()?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    words.try_into().map_err(|_| anyhow!(usage))
}

fn write(out: &str, values: impl IntoIterator<Item = f32>) -> Result<()> {
    let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
    std::fs::write(out, bytes).with_context(|| out.to_owned())
}
