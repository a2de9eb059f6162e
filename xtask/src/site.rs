//! `cargo xtask site DIR`: what a static host needs and nothing else, each file that shrinks also as `.gz` and `.br`.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::compress::{brotli, gzip};
use crate::{build, examples, tools};

/// The page and all that it fetches, in the repository's root as in a site's.
pub const PUBLISHED: [&str; 9] = [
    "index.html",
    "embed.html",
    "gallery.html",
    "manifest.webmanifest",
    "sw.js",
    "www",
    "pkg",
    "LICENSE-MIT",
    "LICENSE-APACHE",
];
const COMPRESSED: [&str; 9] = ["html", "webmanifest", "css", "js", "mjs", "json", "svg", "wasm", "txt"];

/// Files of this size and more among the weights are brought along; smaller ones ship with the page and have cards.
const BROUGHT: u64 = 5_000_000;

pub fn main(mut args: lexopt::Parser) -> Result<()> {
    let (mut out, mut with) = (None, vec![]);
    while let Some(arg) = args.next()? {
        match arg {
            Long("with") => with = ids(&args.value()?.string()?)?,
            Value(folder) if out.is_none() => out = Some(PathBuf::from(folder)),
            _ => return Err(arg.unexpected().into()),
        }
    }
    let Some(out) = out else { bail!("cargo xtask site DIR [--with ID,ID...]") };
    if fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty", out.display());
    }
    for id in &with {
        examples::bring(id).with_context(|| format!("--with {id}"))?;
    }
    build::all()?;
    fs::create_dir_all(&out)?;
    for name in PUBLISHED {
        copy(&tools::root().join(name), &out.join(name)).with_context(|| name.to_owned())?;
    }
    list_checkpoints(&out.join("www/weights"))?;
    println!("the site is in {}", out.display());
    Ok(())
}

/// Short names of the catalogue's official networks, and the names of the files that the page looks for.
const SHORT: [(&str, &str); 8] = [
    ("vit_tiny", "vit_tiny_patch16_224"),
    ("vit_small", "vit_small_patch16_224"),
    ("vit_base", "vit_base_patch16_224"),
    ("swin_tiny", "swin_tiny_patch4_window7_224"),
    ("swin_small", "swin_small_patch4_window7_224"),
    ("mae_base", "mae_vit_base"),
    ("dino_s16", "dino_vit_small_patch16_224"),
    ("dino_s8", "dino_vit_small_patch8_224"),
];

/// `resnet18,vit_tiny,dino_s16`: names of the catalogue, whole or short, which become names of files.
fn ids(text: &str) -> Result<Vec<String>> {
    let is_name =
        |id: &&str| !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let ids: Vec<&str> = text.split(',').map(str::trim).collect();
    match ids.iter().find(|id| !is_name(id)) {
        Some(id) => bail!("--with takes names of the catalogue, such as resnet18,vit_tiny: \"{id}\" is none"),
        None => Ok(ids.into_iter().map(|id| whole(id).to_owned()).collect()),
    }
}

/// The catalogue's own name for a short one.
fn whole(id: &str) -> &str {
    SHORT.iter().find(|(short, _)| *short == id).map_or(id, |&(_, whole)| whole)
}

/// Says which checkpoints a site brings along, where they come from and how they are stored:
/// `www/weights/CHECKPOINTS.txt`.
fn list_checkpoints(weights: &Path) -> Result<()> {
    let mut lines = vec![];
    for entry in fs::read_dir(weights)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".safetensors") && entry.metadata()?.len() >= BROUGHT {
            lines.push(format!("{name}: {}\n", description(&entry.path())?));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    lines.sort();
    print!("the site brings along\n{}", lines.concat());
    let text = format!(
        "Official checkpoints, as they are stored here. Their licences are shown by the page.\n\n{}",
        lines.concat()
    );
    Ok(fs::write(weights.join("CHECKPOINTS.txt"), text)?)
}

/// The types of a safetensors file's numbers, and what it was converted from.
fn description(file: &Path) -> Result<String> {
    let mut reader = fs::File::open(file)?;
    let mut length = [0; 8];
    reader.read_exact(&mut length)?;
    let mut header = String::new();
    reader.take(u64::from_le_bytes(length)).read_to_string(&mut header)?;
    let header: serde_json::Value = serde_json::from_str(&header)?;
    let entries = header.as_object().context("a header is an object")?;
    let types: BTreeSet<&str> = entries.values().filter_map(|entry| entry["dtype"].as_str()).collect();
    let types: Vec<&str> = types.into_iter().map(|dtype| if dtype == "F16" { "float16" } else { dtype }).collect();
    let source = header["__metadata__"]["converted_from"].as_str().unwrap_or("an unknown source");
    Ok(format!("{}, converted from {source}", types.join(" and ")))
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{description, ids};

    #[test]
    fn networks_are_named_by_the_catalogue() {
        let named = ["resnet18", "vit_tiny_patch16_224", "dino_vit_small_patch16_224"];
        assert_eq!(ids("resnet18, vit_tiny,dino_s16").unwrap(), named);
        assert_eq!(ids(&named.join(",")).unwrap(), named);
        for text in ["", "resnet18,", "../secret", "a b"] {
            assert!(ids(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_checkpoint_is_described_by_its_header() {
        let header =
            r#"{"__metadata__":{"converted_from":"https://hub/model"},"a":{"dtype":"F16"},"b":{"dtype":"I64"}}"#;
        let file = std::env::temp_dir().join(format!("vitrine-site-{}.safetensors", std::process::id()));
        fs::write(&file, [&(header.len() as u64).to_le_bytes(), header.as_bytes(), b"data"].concat()).unwrap();
        assert_eq!(description(&file).unwrap(), "float16 and I64, converted from https://hub/model");
        fs::remove_file(file).unwrap();
    }
}
