//! Trained networks that others learn from besides the labels, and what they say of the training images
//! (`tests/reference/teacher.py`).

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde_json::{Value, json};
use vitrine::catalogue::CIFAR_32;
use vitrine::checkpoint::Files;
use vitrine::models::facts::Facts;
use vitrine::network::{Network, read};
use vitrine::train::Images;
use vitrine::weights::Sha256;

use super::data::Result;
use super::package::{checked, fetch};
use super::run::now;

const ADDRESS: &str =
    "https://github.com/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models/resnet56-4bfd9763.th";
const SHA256: &str = "4bfd97631478d6b638d2764fd2baff3edb1d7d82252d54439343b6596b9b5367";
/// Images that are computed together; what was said of so many is kept at once.
const AT_ONCE: usize = 125;
const SIDE: usize = 32;
const CLASSES: usize = 10;

/// Who teaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Teacher {
    /// `resnet20_cifar10` as it is after the first stage of its own recipe.
    Resnet20,
    /// The ResNet-56 of akamaster/pytorch_resnet_cifar10 (Yerlan Idelbayev, BSD-2-Clause). Nothing of it ships.
    Resnet56,
}

impl Teacher {
    /// As a run's description has it.
    pub fn described(self) -> Value {
        match self {
            Self::Resnet20 => json!({ "name": "resnet20_cifar10", "share": 0.7, "temperature": 2.0 }),
            Self::Resnet56 => {
                json!({ "name": "ResNet-56 (akamaster/pytorch_resnet_cifar10)", "share": 0.9, "temperature": 4.0 })
            }
        }
    }

    /// Mean and deviation of the colours that it was trained on.
    fn colours(self) -> [[f32; 3]; 2] {
        match self {
            Self::Resnet20 => [CIFAR_32.mean, CIFAR_32.std],
            Self::Resnet56 => [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]],
        }
    }
}

/// The checkpoint of the ResNet-56, fetched into `folder` where it is not there.
pub fn resnet56(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join("resnet56-4bfd9763.th");
    if !path.exists() {
        let part = path.with_extension("part");
        fetch(ADDRESS, &part)?;
        fs::rename(part, &path)?;
    }
    checked(fs::read(&path)?, SHA256, &path)?;
    Ok(path)
}

/// Answers to images, one after another, each the mean of those to the image and to its mirror image. They are kept in
/// `folder`, and gone on with after an interruption. Students see shifted images and keep the answer to the whole one.
pub fn answers(teacher: Teacher, checkpoint: &Path, images: &Images, folder: &Path) -> Result<Vec<f32>> {
    let pixels = images.pixels().ok_or("a teacher answers to pixels")?;
    let bytes = fs::read(checkpoint)?;
    let mut hash = Sha256::new();
    hash.update(&bytes);
    hash.update(pixels);
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("answers-{}.f32", &hash.hex()[..16]));
    let one = 3 * SIDE * SIDE;
    let mut done = kept(&path)?;
    if done < images.count() {
        let network = network(bytes)?;
        let mut file = OpenOptions::new().append(true).open(&path)?;
        while done < images.count() {
            let part = &pixels[done * one..(done + AT_ONCE).min(images.count()) * one];
            let said = mirrored_mean(&network, part, teacher.colours())?;
            file.write_all(&said.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>())?;
            done += part.len() / one;
            println!("{} has answered to {done} of {} images", network.architecture().title(), images.count());
        }
    }
    let all = fs::read(&path)?;
    Ok(all.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}

/// To how many images there are whole answers in a file, which has nothing else afterwards.
fn kept(path: &Path) -> Result<usize> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    let images = file.metadata()?.len() / (4 * CLASSES) as u64;
    file.set_len(images * (4 * CLASSES) as u64)?;
    Ok(images as usize)
}

fn network(bytes: Vec<u8>) -> Result<Network> {
    let mut files = Files::new(None, Facts::none(), 1, Device::flex(), false);
    files.begin(0, Some(bytes.len() as u64));
    files.push(&bytes)?;
    Ok(files.finish()?.0)
}

fn mirrored_mean(network: &Network, pixels: &[u8], [mean, std]: [[f32; 3]; 2]) -> Result<Vec<f32>> {
    let count = pixels.len() / (3 * SIDE * SIDE);
    let mut sum = vec![0.0; count * CLASSES];
    for mirrored in [false, true] {
        let value = |at: usize| {
            let (x, channel) = (at % SIDE, at / (SIDE * SIDE) % 3);
            let from = if mirrored { at - x + SIDE - 1 - x } else { at };
            (f32::from(pixels[from]) / 255.0 - mean[channel]) / std[channel]
        };
        let data = (0..pixels.len()).map(value).collect();
        let tensor = network.tensor(data, &[count, 3, SIDE, SIDE])?;
        let answer = now(read(network.view().forward(tensor)))?;
        sum.iter_mut().zip(answer.data).for_each(|(sum, value)| *sum += value / 2.0);
    }
    Ok(sum)
}
