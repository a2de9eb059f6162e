//! `cargo xtask weights ID [--dtype f16|f32] [--from FILE|URL]`: an official checkpoint, safetensors or PyTorch's own
//! format, fetched or from a file, as `www/weights/ID.safetensors`, which the page prefers to the Hub's.

mod convert;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use convert::{Checkpoint, Result, Stored};
use vitrine::catalogue::{self, Entry};
use vitrine::weights::Sha256;

const USAGE: &str = "cargo xtask weights ID [--dtype f16|f32] [--from FILE|URL]";

struct Options {
    id: String,
    stored: Stored,
    from: Option<String>,
}

fn options() -> Result<Options> {
    let mut args = std::env::args().skip(1);
    let (mut id, mut stored, mut from) = (None, Stored::F16, None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--dtype" => {
                stored = match args.next().as_deref() {
                    Some("f16") => Stored::F16,
                    Some("f32") => Stored::F32,
                    _ => return Err("--dtype takes f16 or f32".into()),
                }
            }
            "--from" => from = Some(args.next().ok_or("--from takes a file or an address")?),
            _ if id.is_none() && !arg.starts_with('-') => id = Some(arg),
            _ => return Err(USAGE.into()),
        }
    }
    Ok(Options { id: id.ok_or(USAGE)?, stored, from })
}

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let Options { id, stored, from } = options()?;
    let entry = catalogue::find(&id)?;
    let weights = weights_folder();
    let fetched = weights.join(format!(".{id}.download"));
    let (file, source) = match from {
        Some(path) if !path.starts_with("https://") && !path.starts_with("http://") => {
            let file = PathBuf::from(path);
            (file.clone(), file.file_name().unwrap_or_default().to_string_lossy().into_owned())
        }
        Some(url) => (fetched.clone(), fetch(entry, url, &fetched)?),
        None => (fetched.clone(), fetch(entry, hub_address(entry)?, &fetched)?),
    };
    let checkpoint = Checkpoint::read(&file)?;
    checkpoint.check(entry)?;
    let out = weights.join(format!("{id}.safetensors"));
    let part = weights.join(format!(".{id}.part"));
    let mut writer = BufWriter::new(File::create(&part)?);
    checkpoint.write(&mut writer, stored, &source)?;
    writer.flush()?;
    std::fs::rename(&part, &out)?;
    // What was fetched has done its work; a file that was given is not ours to remove.
    let _ = std::fs::remove_file(&fetched);
    let bytes = std::fs::read(&out)?;
    let mut hash = Sha256::new();
    hash.update(&bytes);
    println!("www/weights/{id}.safetensors: {} bytes, SHA-256 {}", bytes.len(), hash.hex());
    println!("licence of these weights: {}", entry.licence);
    entry.note.iter().for_each(|note| println!("{note}"));
    Ok(())
}

fn weights_folder() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(manifest).join("../www/weights")
}

/// Where the official checkpoint is. `HF_ENDPOINT` names another Hub, as in Hugging Face's own tools.
fn hub_address(entry: &Entry) -> Result<String> {
    let Some(hub) = entry.hub else {
        return Err(format!("{} ships with the page; --from FILE replaces it", entry.id).into());
    };
    let origin = std::env::var("HF_ENDPOINT").unwrap_or_else(|_| "https://huggingface.co".to_owned());
    Ok(format!("{origin}/{}/resolve/main/{}", hub.repository, hub.file))
}

/// Downloads with curl, from where an earlier attempt stopped; gives the address.
fn fetch(entry: &Entry, url: String, to: &Path) -> Result<String> {
    println!("fetching {url}");
    let mut curl = Command::new("curl");
    curl.args(["--fail", "--location", "--show-error", "--progress-bar", "--retry", "3", "--connect-timeout", "20"]);
    let ended = curl.args(["--continue-at", "-", "--output"]).arg(to).arg(&url).status();
    let fault = match ended {
        Ok(status) if status.success() => return Ok(url),
        Ok(status) => format!("curl ended with {status}"),
        Err(error) => format!("curl could not be started ({error})"),
    };
    Err(format!(
        "{url} was not fetched: {fault}. What has arrived is kept, and the same command goes on from there. Without access \
         to it, bring the file in another way: cargo xtask weights {} --from FILE",
        entry.id
    )
    .into())
}
