//! What a file is, before the browser is asked to decode it.

use imagesize::{Compression, ImageType};
use serde::Serialize;

use super::check_sides;
use crate::error::{Code, Error, Result};

/// The kind and size of an image file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspected {
    /// `"jpeg"`, `"png"`, `"gif"`, `"webp"`, `"avif"`, `"bmp"`, `"ico"` or `"jxl"`.
    pub format: &'static str,
    /// Pixels, as stored: before the orientation that a camera may have noted.
    pub width: usize,
    /// Pixels, as stored.
    pub height: usize,
}

/// Reads the kind and size of an image file from its bytes, all of them: whether it is cut off is looked at too.
///
/// # Errors
///
/// [`Code::BadImage`], with what to do about it, for an empty file, a text file, an unknown or undecodable kind (HEIC,
/// TIFF, SVG and so on), a JPEG, PNG or WebP that breaks off, and for sides outside
/// [`MIN_SIDE`](super::MIN_SIDE) to [`MAX_SIDE`](super::MAX_SIDE). Whether a browser has a decoder for WebP, AVIF or
/// JPEG XL it has to say itself.
pub fn inspect(bytes: &[u8]) -> Result<Inspected> {
    let bad = |message: &str| Error::new(Code::BadImage, message);
    if bytes.is_empty() {
        return Err(bad("The file is empty: choose another one."));
    }
    let Ok(kind) = imagesize::image_type(bytes) else { return Err(unknown(bytes)) };
    let format = match kind {
        ImageType::Jpeg => "jpeg",
        ImageType::Png => "png",
        ImageType::Gif => "gif",
        ImageType::Webp => "webp",
        ImageType::Bmp => "bmp",
        ImageType::Ico => "ico",
        ImageType::Jxl => "jxl",
        ImageType::Heif(Compression::Av1) => "avif",
        ImageType::Heif(Compression::Hevc | Compression::Jpeg) => {
            return Err(bad("This browser cannot decode HEIC photos. Convert it to JPEG and try again."));
        }
        ImageType::Tiff | ImageType::Psd | ImageType::Exr | ImageType::Hdr => {
            return Err(bad("Browsers cannot decode this kind of image. Save it as JPEG or PNG and try again."));
        }
        _ => return Err(unknown(bytes)),
    };
    let size = match kind {
        ImageType::Jpeg => jpeg(bytes),
        ImageType::Png if !png_is_whole(bytes) => None,
        ImageType::Webp if !webp_is_whole(bytes) => None,
        _ => imagesize::blob_size(bytes).ok().map(|size| (size.width, size.height)),
    };
    let Some((width, height)) = size else {
        return Err(bad("The picture's file is cut off or damaged. Copy or download it again."));
    };
    // A BMP whose rows go from top to bottom has a negative height.
    let height = if kind == ImageType::Bmp { (height as u32 as i32).unsigned_abs() as usize } else { height };
    check_sides(width, height)?;
    Ok(Inspected { format, width, height })
}

/// The error for bytes that are no image: what they seem to be instead.
fn unknown(bytes: &[u8]) -> Error {
    let start = &bytes[..bytes.len().min(1024)];
    let text = match std::str::from_utf8(start) {
        Ok(text) => Some(text),
        // The 1024th byte may lie within a character.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&start[..error.valid_up_to()]).ok(),
        Err(_) => None,
    };
    let text = text.filter(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()));
    let message = match text {
        Some(text) if text.contains("<svg") => "This is an SVG drawing, not a photo. Save it as PNG and try again.",
        Some(_) => "This is a text file, whatever its name says. Choose a JPEG, PNG, GIF, WebP or AVIF image.",
        None => "This is not an image that a browser can decode. Choose a JPEG, PNG, GIF, WebP or AVIF image.",
    };
    Error::new(Code::BadImage, message)
}

/// Width and height of a JPEG that goes on to its end marker; `None` for one that does not. (ITU T.81, annex B)
fn jpeg(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut size = None;
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        // Any number of 0xff may stand before a marker.
        at += bytes[at..].iter().position(|&b| b != 0xff)?;
        let marker = bytes[at];
        at += 1;
        if matches!(marker, 0x01 | 0xd0..=0xd8) {
            continue;
        }
        let length = usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
        let segment = bytes.get(at + 2..at + length.max(2))?;
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let [_, h1, h0, w1, w0] = *segment.first_chunk()?;
                size = Some((usize::from(u16::from_be_bytes([w1, w0])), usize::from(u16::from_be_bytes([h1, h0]))));
            }
            // In the coded data after a scan's head a 0xff is never followed by 0xd9 but at the end of the image.
            0xda => return size.filter(|_| bytes[at + length.max(2)..].windows(2).any(|pair| pair == [0xff, 0xd9])),
            0xd9 => return None,
            _ => {}
        }
        at += length.max(2);
    }
}

/// Whether a PNG's chunks go on to `IEND`. (PNG specification, section 5)
fn png_is_whole(bytes: &[u8]) -> bool {
    let mut at = 8;
    while let Some(&[a, b, c, d, ref kind @ ..]) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let end = u64::from(u32::from_be_bytes([a, b, c, d])) + at as u64 + 12;
        if end > bytes.len() as u64 {
            return false;
        }
        if kind == b"IEND" {
            return true;
        }
        at = end as usize;
    }
    false
}

/// Whether a WebP has the bytes that its RIFF header declares.
fn webp_is_whole(bytes: &[u8]) -> bool {
    let size = bytes.get(4..).and_then(|rest| rest.first_chunk()).map_or(0, |size| u32::from_le_bytes(*size));
    u64::from(size) + 8 <= bytes.len() as u64
}
