//! The sheets of `www/samples`, decoded.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use vitrine::train::{Card, Data, Images, Spec, channels, sheets};

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A path of this repository.
pub fn repository(path: &str) -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(manifest).join("..").join(path)
}

/// What a run learns from, and is tested on.
pub fn data(spec: &Spec) -> Result<Data> {
    let [train, test] = sheets(spec.experiment).ok_or("photos are sorted into groups in the page")?;
    let read = |name: &str| sheet(name, channels(spec.experiment));
    Ok(Data::new(read(train)?, read(test)?))
}

fn sheet(name: &str, channels: usize) -> Result<Images> {
    let file = |extension: &str| repository(&format!("www/samples/{name}.{extension}"));
    let card: Card = serde_json::from_reader(BufReader::new(File::open(file("json"))?))?;
    let mut reader = png::Decoder::new(BufReader::new(File::open(file("png"))?)).read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("the sheet is too large")?];
    let info = reader.next_frame(&mut bytes)?;
    let rgba: Vec<u8> = match info.color_type {
        png::ColorType::Grayscale => bytes.iter().flat_map(|&v| [v, v, v, 255]).collect(),
        png::ColorType::Rgb => bytes.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect(),
        other => return Err(format!("the sheet is {other:?}, neither grey nor RGB").into()),
    };
    Ok(Images::of_sheet(&rgba, info.width as usize, card, channels)?)
}
