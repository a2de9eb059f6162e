//! Finding and starting other programs.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The repository that cargo runs this in: what was compiled in may be another checkout's, where both share a target folder.
pub fn root() -> &'static Path {
    static MANIFEST: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    let manifest = MANIFEST.get_or_init(|| {
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
    });
    manifest.parent().expect("xtask lies in the repository")
}

/// The cargo that started this program, in the repository's root.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Runs to the end; an error names the program and its exit status.
pub fn run(command: &mut Command) -> Result<()> {
    let status = start(command, Command::status)?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

pub fn output(command: &mut Command) -> Result<String> {
    let output = start(command, Command::output)?;
    if !output.status.success() {
        bail!("{} ended with {}\n{}", line(command), output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs to the end, printing its standard output as it comes and handing each line over.
pub fn run_watched(command: &mut Command, mut each_line: impl FnMut(&str)) -> Result<ExitStatus> {
    command.stdout(Stdio::piped());
    let mut child = start(command, Command::spawn)?;
    let stdout = child.stdout.take().context("the standard output is piped")?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        each_line(&line);
    }
    Ok(child.wait()?)
}

fn start<T>(command: &mut Command, how: fn(&mut Command) -> std::io::Result<T>) -> Result<T> {
    how(command).with_context(|| format!("{} could not be started", line(command)))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Where cargo puts what it builds: `CARGO_TARGET_DIR` and configuration files included.
pub fn target_directory() -> Result<PathBuf> {
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let directory = metadata["target_directory"].as_str().context("cargo metadata names no target directory")?;
    Ok(PathBuf::from(directory))
}

/// The wasm target's standard library, installed by rustup when it is missing.
pub fn require_wasm_target() -> Result<()> {
    let query = ["--print", "target-libdir", "--target", WASM_TARGET];
    if Path::new(output(command("rustc").args(query))?.trim()).is_dir() {
        return Ok(());
    }
    println!("installing the Rust target {WASM_TARGET}: rustup target add {WASM_TARGET}");
    run(command("rustup").args(["target", "add", WASM_TARGET]))
        .with_context(|| format!("The Rust target {WASM_TARGET} is missing. Run: rustup target add {WASM_TARGET}"))
}

/// A Chromium for the browser tests: `$CHROMIUM`, one that is installed, or Debian's package.
pub fn require_chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM").filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    if let Some(path) = installed_chromium() {
        return Ok(path);
    }
    let install = "apt-get update && apt-get install -y --no-install-recommends chromium";
    if Path::new("/etc/debian_version").exists() && is_root() {
        println!("installing Chromium for the browser tests: {install}");
        run(command("sh").args(["-c", install]))?;
        if let Some(path) = installed_chromium() {
            return Ok(path);
        }
    }
    bail!(
        "The browser tests need Chromium. Install it (on Debian: sudo sh -c '{install}'), or set CHROMIUM to its program."
    )
}

fn installed_chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    names.iter().find_map(|name| on_path(name)).or_else(|| Some(PathBuf::from(mac)).filter(|path| path.exists()))
}

pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn is_root() -> bool {
    output(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// `node_modules` as `package-lock.json` wants it.
pub fn require_node_modules() -> Result<()> {
    if on_path("npm").or_else(|| on_path("npm.cmd")).is_none() {
        bail!("Node.js is missing: the type check and the browser tests need Node.js 20 or later with npm.");
    }
    let wanted = std::fs::read(root().join("package-lock.json"))?;
    let stamp = root().join("node_modules/.vitrine-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("installing the JavaScript packages: npm ci");
    run(npm().args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]))?;
    Ok(std::fs::write(stamp, wanted)?)
}

fn npm() -> Command {
    command(if cfg!(windows) { "npm.cmd" } else { "npm" })
}
