//! The networks and test images that ship with the page: what `cargo xtask accuracy` and the tests compute scores from.

use std::error::Error;
use std::fs::File;
use std::future::Future;
use std::io::BufReader;
use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use burn::tensor::Device;
use serde_json::Value;
use vitrine::catalogue::{self, CATALOGUE, Entry};
use vitrine::checkpoint::{Loader, read_bank};
use vitrine::image::preprocess;
use vitrine::models::mae::{Config, PatchMask};
use vitrine::network::{Network, Values, read};
use vitrine::weights::{Header, header_length};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Images that are computed together.
const BATCH: usize = 50;

/// A file of the repository that cargo runs this in: what was compiled in may be another checkout's.
pub fn repository(path: &str) -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(manifest).join("..").join(path)
}

/// The networks that ship with the page.
pub fn networks() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().filter(|entry| entry.hub.is_none())
}

/// A network's card as text, which keeps the order of its entries.
pub fn card(id: &str) -> Result<String> {
    let path = repository(&format!("www/weights/{id}.json"));
    std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()).into())
}

/// What a card says of the bundled test images: name of the score, and its value in PyTorch.
pub fn card_score(id: &str) -> Result<(String, f64)> {
    let card: Value = serde_json::from_str(&card(id)?)?;
    let metric = card["metric"].as_str().ok_or("the card names no metric")?;
    let score = card["score_subset_pytorch"].as_f64().ok_or("the card has no score_subset_pytorch")?;
    Ok((metric.to_owned(), score))
}

/// The score of a bundled network on the bundled test images, in this engine: the share of right answers, or MAE's mean
/// squared error on hidden patches.
pub fn score(id: &str) -> Result<f64> {
    let entry = catalogue::find(id)?;
    let network = load(entry)?;
    let images = Images::read(entry)?;
    if let Some(config) = Config::of(network.architecture()) {
        return masked_error(&network, config, &images);
    }
    let answers = answers(&network, &images)?;
    let right = answers.iter().zip(&images.labels).filter(|(answer, label)| class(&network, answer) == **label);
    Ok(right.count() as f64 / images.labels.len() as f64)
}

fn load(entry: &Entry) -> Result<Network> {
    let bytes = weights(&format!("{}.safetensors", entry.id))?;
    let length = header_length(&bytes)?;
    let (json, data) = bytes[8..].split_at_checked(length).ok_or("the file breaks off inside its header")?;
    let header = Header::parse(json, Some(bytes.len() as u64))?;
    let mut loader = Loader::new(header, Some((entry.architecture)()), &Device::flex(), false)?;
    loader.push(data)?;
    let mut network = loader.finish()?;
    if network.architecture().family() == "dino" {
        let bank = weights(&format!("{}.bank.safetensors", entry.id))?;
        network.bank = Some(std::rc::Rc::new(read_bank(&bank, entry.labels.names().len())?));
    }
    Ok(network)
}

fn weights(file: &str) -> Result<Vec<u8>> {
    let path = repository("www/weights").join(file);
    std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()).into())
}

/// Test images as a network takes them.
struct Images {
    /// Normalized, one after another.
    data: Vec<f32>,
    labels: Vec<usize>,
    /// Number of each in the whole test set.
    indices: Vec<u64>,
    shape: [usize; 3],
}

impl Images {
    /// The sheet of the data that a network was trained on, cut into its tiles.
    fn read(entry: &Entry) -> Result<Self> {
        let name = if entry.pipeline.channels == 1 { "mnist_test500" } else { "cifar10_test500" };
        let file = |extension: &str| repository(&format!("www/samples/{name}.{extension}"));
        let about: Value = serde_json::from_reader(BufReader::new(File::open(file("json"))?))?;
        let whole = |key: &str| about[key].as_u64().ok_or(format!("{name}.json has no {key}"));
        let list = |key: &str| -> Result<Vec<u64>> { Ok(serde_json::from_value(about[key].clone())?) };
        let (tile, columns) = (whole("tile")? as usize, whole("columns")? as usize);
        let labels: Vec<usize> = list("labels")?.into_iter().map(|label| label as usize).collect();
        let (rgba, width) = sheet(file("png"))?;
        let mut data = Vec::new();
        for i in 0..labels.len() {
            let (x, y) = (i % columns * tile, i / columns * tile);
            let rows = (y..y + tile).flat_map(|y| &rgba[(y * width + x) * 4..][..tile * 4]);
            data.extend(preprocess(&rows.copied().collect::<Vec<u8>>(), tile, tile, &entry.pipeline)?.data);
        }
        let size = entry.pipeline.size();
        Ok(Self { data, labels, indices: list("test_indices")?, shape: [entry.pipeline.channels, size, size] })
    }

    /// The images in pieces of so many.
    fn batches(&self, count: usize) -> impl Iterator<Item = (Vec<f32>, [usize; 4])> {
        let [channels, high, wide] = self.shape;
        let one = channels * high * wide;
        self.data.chunks(one * count).map(move |data| (data.to_vec(), [data.len() / one, channels, high, wide]))
    }
}

/// RGBA pixels and width of a PNG.
fn sheet(path: PathBuf) -> Result<(Vec<u8>, usize)> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("the sheet is too large")?];
    let info = reader.next_frame(&mut bytes)?;
    let rgba = match info.color_type {
        png::ColorType::Grayscale => bytes.iter().flat_map(|&v| [v, v, v, 255]).collect(),
        png::ColorType::Rgb => bytes.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect(),
        other => return Err(format!("the sheet is {other:?}, neither grey nor RGB").into()),
    };
    Ok((rgba, info.width as usize))
}

fn answers(network: &Network, images: &Images) -> Result<Vec<Vec<f32>>> {
    let mut answers = Vec::new();
    for (data, shape) in images.batches(BATCH) {
        let Values { data, .. } = now(read(network.view().forward(network.tensor(data, &shape)?)))?;
        answers.extend(data.chunks_exact(data.len() / shape[0]).map(<[f32]>::to_vec));
    }
    Ok(answers)
}

/// The most probable class of an answer, by the neighbours of its features where the network has no head.
fn class(network: &Network, answer: &[f32]) -> usize {
    let votes = network.bank.as_ref().map(|bank| bank.classify(answer));
    let votes = votes.as_deref().unwrap_or(answer);
    (0..votes.len()).max_by(|&a, &b| votes[a].total_cmp(&votes[b])).unwrap_or(0)
}

/// Masks from the noise of `tests/reference/export.py`, seeded with the image's number.
fn masked_error(network: &Network, config: &Config, images: &Images) -> Result<f64> {
    let mut sum = 0.0;
    for ((data, shape), index) in images.batches(1).zip(&images.indices) {
        let noise = seeded::uniform(&format!("noise:mae_vit_cifar10:{index}"), config.patches());
        let mask = PatchMask::from_noise(&noise, config.visible());
        sum += f64::from(now(network.view().reconstruct(network.tensor(data, &shape)?, &mask))?.loss);
    }
    Ok(sum / images.labels.len() as f64)
}

/// The CPU answers at once: nothing is ever waited for.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the CPU made a caller wait"),
    }
}
