//! Any bytes as an image file, and as the pixels of a small photo.

use vitrine::image::{self, Interpolation, Pipeline, Resize, inspect, preprocess};

/// # Panics
///
/// Where a picture is taken that is out of bounds, or a photo is not made into what its pipeline says.
pub fn run(input: &[u8]) {
    if let Ok(found) = inspect(input) {
        assert!(found.width.min(found.height) >= image::MIN_SIDE && found.width.max(found.height) <= image::MAX_SIDE);
    }
    let [width, size, crop, kind, pixels @ ..] = input else { return };
    let (width, size) = (usize::from(*width), usize::from(*size));
    let height = pixels.len() / 4 / width.max(1);
    let pipeline = Pipeline {
        resize: if kind & 1 == 0 { Resize::Shorter(size) } else { Resize::Exact(size, size / 2) },
        interpolation: if kind & 2 == 0 { Interpolation::Bilinear } else { Interpolation::Bicubic },
        crop: usize::from(*crop),
        pad: usize::from(kind >> 5),
        channels: if kind & 4 == 0 { 3 } else { 1 },
        mean: [0.5; 3],
        std: [0.25; 3],
    };
    if let Ok(prepared) = preprocess(&pixels[..width * height * 4], width, height, &pipeline) {
        assert_eq!(prepared.data.len(), pipeline.channels * pipeline.size() * pipeline.size());
        assert!(prepared.data.iter().all(|v| (-2.0..=2.0).contains(v)));
    }
}
