//! From a decoded photo to a network's input, equal to Pillow and torchvision.
//!
//! [`inspect`] reads a file's kind and size before the browser decodes it; [`preprocess`] resizes, crops and normalizes
//! the decoded pixels.

mod inspect;
mod resample;
#[cfg(test)]
mod tests;

pub use inspect::{Inspected, inspect};
use resample::{Axis, Rgba, resample};

use crate::error::{Code, Error, Result};

/// The longest side that is taken, in pixels.
pub const MAX_SIDE: usize = 16384;
/// The shortest side that is taken, in pixels.
pub const MIN_SIDE: usize = 4;

/// The filter of a resize, antialiased as Pillow's are: it widens with the shrinking factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// Pillow's `BILINEAR`.
    Bilinear,
    /// Pillow's `BICUBIC` (a = -0.5).
    Bicubic,
}

/// The size that a photo is brought to before the crop, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resize {
    /// The shorter side gets this length, the longer one `int(length * long / short)`: torchvision's `Resize(int)`.
    Shorter(usize),
    /// Width and height, whatever the photo's proportions: torchvision's `Resize((height, width))`.
    Exact(usize, usize),
}

/// An evaluation pipeline: resize, center crop, pad, normalize.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pipeline {
    /// The resize before the crop.
    pub resize: Resize,
    /// The resize's filter.
    pub interpolation: Interpolation,
    /// Side of the square center crop, in pixels; what is missing where the resized photo is smaller is black, as in
    /// torchvision's `CenterCrop`.
    pub crop: usize,
    /// Black pixels added on each side of the crop (2 for the MNIST networks, which see 28 x 28 digits on 32 x 32).
    pub pad: usize,
    /// 3 for RGB, 1 for Pillow's luma (`convert("L")`) taken before the resize.
    pub channels: usize,
    /// Subtracted from each channel, whose values are 0 to 1; the first alone counts where `channels` is 1.
    pub mean: [f32; 3],
    /// Divides each channel after that.
    pub std: [f32; 3],
}

impl Pipeline {
    /// Side of the network's square input, in pixels.
    pub fn size(&self) -> usize {
        self.crop + 2 * self.pad
    }

    /// The 8-bit R, G, B pixels of a normalized image `[channels, size, size]`: normalization undone, then rounded and
    /// bounded.
    pub fn pixels(&self, data: &[f32]) -> Vec<u8> {
        let area = data.len() / self.channels;
        let value = |i: usize| {
            let channel = (i % 3).min(self.channels - 1);
            let share = data[channel * area + i / 3] * self.std[channel] + self.mean[channel];
            (255.0 * share).round().clamp(0.0, 255.0) as u8
        };
        (0..3 * area).map(value).collect()
    }

    /// The same for a network's input of another size: the crop has the same share of the resized photo.
    pub fn at(&self, size: usize) -> Self {
        let crop = size.saturating_sub(2 * self.pad);
        // timm's `floor(size / crop_pct)`.
        let scaled = |side: usize| side * crop / self.crop.max(1);
        let resize = match self.resize {
            Resize::Shorter(side) => Resize::Shorter(scaled(side)),
            Resize::Exact(width, height) => Resize::Exact(scaled(width), scaled(height)),
        };
        Self { crop, resize, ..*self }
    }
}

/// A photo as a network sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// The normalized input, `[1, channels, size, size]` in row-major order.
    pub data: Vec<f32>,
    /// The same before normalization: `size * size` pixels of 8-bit R, G, B (three equal bytes where there is one
    /// channel).
    pub crop_rgb: Vec<u8>,
    /// Side of the square, in pixels.
    pub size: usize,
    /// What of the photo lies in the crop: x, y, width, height in source pixels, within the photo.
    pub source_box: [f64; 4],
}

/// Resizes, crops and normalizes a photo.
///
/// `rgba` holds `width * height` pixels of 8-bit R, G, B, A without premultiplication, row by row; transparent ones are
/// laid on white. Every pixel is equal to what Pillow and torchvision give for the same RGB pixels.
///
/// # Errors
///
/// [`Code::BadImage`] where the sides do not fit `rgba` or are outside [`MIN_SIDE`] to [`MAX_SIDE`]; [`Code::Internal`]
/// for a pipeline that asks for no pixels or for other than 1 or 3 channels.
pub fn preprocess(rgba: &[u8], width: usize, height: usize, pipeline: &Pipeline) -> Result<Prepared> {
    check_sides(width, height)?;
    if rgba.len() != width * height * 4 {
        let message = format!("the photo's pixels are incomplete: {} bytes for {width} x {height}", rgba.len());
        return Err(Error::new(Code::BadImage, message));
    }
    let (wide, high) = match pipeline.resize {
        Resize::Shorter(side) if width <= height => (side, side * height / width),
        Resize::Shorter(side) => (side * width / height, side),
        Resize::Exact(wide, high) => (wide, high),
    };
    let gray = pipeline.channels == 1;
    if wide == 0 || high == 0 || pipeline.crop == 0 || !(gray || pipeline.channels == 3) {
        return Err(Error::new(Code::Internal, format!("a pipeline that cannot be: {pipeline:?}")));
    }

    let (x, y) = (center(wide, pipeline.crop), center(high, pipeline.crop));
    let source = Rgba { pixels: rgba, width, height, gray };
    let columns = Axis { input: width, output: wide, first: x.first, count: x.count };
    let rows = Axis { input: height, output: high, first: y.first, count: y.count };
    let window = resample(&source, columns, rows, pipeline.interpolation);

    let size = pipeline.size();
    let mut crop_rgb = vec![0; size * size * 3];
    let (left, top) = (pipeline.pad + x.before, pipeline.pad + y.before);
    for (row, pixels) in window.chunks_exact(x.count * 4).enumerate() {
        let start = ((top + row) * size + left) * 3;
        let target = crop_rgb[start..start + x.count * 3].as_chunks_mut::<3>().0;
        for (to, from) in target.iter_mut().zip(pixels.as_chunks::<4>().0) {
            to.copy_from_slice(&from[..3]);
        }
    }
    let (per_x, per_y) = (width as f64 / wide as f64, height as f64 / high as f64);
    Ok(Prepared {
        data: normalize(&crop_rgb, pipeline),
        crop_rgb,
        size,
        source_box: [x.first as f64 * per_x, y.first as f64 * per_y, x.count as f64 * per_x, y.count as f64 * per_y],
    })
}

/// Where a center crop lies along one side.
struct Center {
    /// Black pixels before the photo.
    before: usize,
    /// First pixel of the photo inside.
    first: usize,
    /// Pixels of the photo inside.
    count: usize,
}

/// torchvision's `center_crop`: `int(round((side - crop) / 2.0))`, where Python rounds a half to even; a smaller photo
/// is padded, with the odd pixel after it.
fn center(side: usize, crop: usize) -> Center {
    match side.checked_sub(crop) {
        Some(spare) => Center { before: 0, first: spare / 2 + usize::from(spare % 4 == 3), count: crop },
        None => Center { before: (crop - side) / 2, first: 0, count: side },
    }
}

/// `(value / 255 - mean) / std` in single precision, as `ToTensor` and `Normalize` compute it, one plane per channel.
fn normalize(rgb: &[u8], pipeline: &Pipeline) -> Vec<f32> {
    let mut data = Vec::with_capacity(rgb.len() / 3 * pipeline.channels);
    for channel in 0..pipeline.channels {
        let (mean, std) = (pipeline.mean[channel], pipeline.std[channel]);
        let table: [f32; 256] = std::array::from_fn(|value| (value as f32 / 255.0 - mean) / std);
        data.extend(rgb.as_chunks::<3>().0.iter().map(|pixel| table[usize::from(pixel[channel])]));
    }
    data
}

/// Refuses photos that are too small to show anything or too large to hold.
fn check_sides(width: usize, height: usize) -> Result<()> {
    let advice = if width.min(height) == 0 {
        "It has no pixels: choose another one."
    } else if width.min(height) < MIN_SIDE {
        "That is too small to see anything in: choose one of at least 4 pixels a side."
    } else if width.max(height) > MAX_SIDE {
        "Its longest side may have 16384 pixels: make it smaller and try again."
    } else {
        return Ok(());
    };
    Err(Error::new(Code::BadImage, format!("The picture has {width} x {height} pixels. {advice}")))
}
