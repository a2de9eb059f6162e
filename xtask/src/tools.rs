//! Finding and starting other programs.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

const CHROMIUM_PACKAGE: &str = "on Debian: sudo apt-get install --no-install-recommends chromium";

/// The repository that cargo runs this in: what was compiled in may be another checkout's, where both share a target
/// folder.
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

/// A Chromium for the browser tests: `$CHROMIUM`, or one that is installed.
pub fn require_chromium() -> Result<PathBuf> {
    let chosen = std::env::var_os("CHROMIUM").filter(|path| !path.is_empty()).map(PathBuf::from);
    chosen.or_else(installed_chromium).with_context(|| {
        format!("Chromium is missing. Install it, {CHROMIUM_PACKAGE}, or set CHROMIUM to its program.")
    })
}

fn installed_chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    names.iter().find_map(|name| on_path(name)).or_else(|| Some(PathBuf::from(mac)).filter(|path| path.exists()))
}

/// The first long-term release that answers all that Playwright asks of it through WebDriver BiDi: 140 has no data
/// collectors, and evaluates nothing in a page with a Content-Security-Policy.
const OLDEST_FIREFOX: u32 = 153;

/// A Firefox, `$FIREFOX` or one that is installed: its suites run where there is one.
///
/// # Errors
///
/// There is none, or it is too old for them; the error says which.
pub fn firefox() -> Result<PathBuf> {
    let chosen = std::env::var_os("FIREFOX").filter(|path| !path.is_empty()).map(PathBuf::from);
    let program = chosen
        .or_else(|| ["firefox-esr", "firefox"].iter().find_map(|name| on_path(name)))
        .context("There is no Firefox here")?;
    let version = output(command(&program).arg("--version"))?;
    match major_version(&version) {
        Some(major) if major < OLDEST_FIREFOX => {
            bail!("{} is older than Firefox {OLDEST_FIREFOX}, the oldest that Playwright can drive", version.trim())
        }
        _ => Ok(program),
    }
}

/// 153 of "Mozilla Firefox 153.8.0esr".
fn major_version(text: &str) -> Option<u32> {
    let number = text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    number.split('.').next()?.parse().ok()
}

pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// `node_modules` as `package-lock.json` wants it.
pub fn require_node_modules() -> Result<()> {
    require_node("the type check and the browser tests")?;
    let wanted = std::fs::read(root().join("package-lock.json"))?;
    let stamp = root().join("node_modules/.vitrine-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install_packages()?;
    Ok(std::fs::write(stamp, wanted)?)
}

/// What bundles the page: Node.js, esbuild and the page's libraries in the versions that `package.json` pins.
pub fn require_bundler() -> Result<()> {
    require_node("the page is bundled with esbuild")?;
    let text = std::fs::read_to_string(root().join("package.json"))?;
    let package: serde_json::Value = serde_json::from_str(&text)?;
    let libraries = package["dependencies"].as_object().into_iter().flatten();
    let bundler = package["devDependencies"].as_object().and_then(|tools| tools.get_key_value("esbuild"));
    let is_installed = |(name, version): (&String, &serde_json::Value)| {
        let file = root().join("node_modules").join(name).join("package.json");
        let found = std::fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok());
        found.is_some_and(|found: serde_json::Value| found["version"] == *version)
    };
    if libraries.chain(bundler).all(is_installed) { Ok(()) } else { install_packages() }
}

fn require_node(purpose: &str) -> Result<()> {
    if on_path("node").or_else(|| on_path("node.exe")).is_none() || npm_program().is_none() {
        bail!("Node.js is missing ({purpose}). Install version 20 or later with npm: https://nodejs.org/en/download");
    }
    Ok(())
}

fn install_packages() -> Result<()> {
    let folder = root().join("node_modules");
    if folder.is_symlink() {
        bail!("{} is a link: run npm ci where it leads", folder.display());
    }
    println!("installing the JavaScript packages: npm ci");
    run(npm()?.args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]))
}

pub fn npm() -> Result<Command> {
    Ok(command(npm_program().context("npm is missing")?))
}

fn npm_program() -> Option<PathBuf> {
    on_path(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn the_version_of_a_firefox_is_read() {
        assert_eq!(major_version("Mozilla Firefox 153.8.0esr\n"), Some(153));
        assert_eq!(major_version("Mozilla Firefox 140.12.0esr"), Some(140));
        assert_eq!(major_version("a program without one"), None);
    }
}
