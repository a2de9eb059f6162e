//! What the references in `crate/tests/preprocess.rs` do not show: crops, padding, transparency, luma, bad files.

use proptest::prelude::*;

use super::*;

const PLAIN: Pipeline = Pipeline {
    resize: Resize::Exact(4, 4),
    interpolation: Interpolation::Bicubic,
    crop: 4,
    pad: 0,
    channels: 3,
    mean: [0.0; 3],
    std: [1.0; 3],
};

fn refused<T: std::fmt::Debug>(result: Result<T>, part: &str) {
    let Error { code, message } = result.expect_err(part);
    assert_eq!(code, Code::BadImage, "{message}");
    assert!(message.contains(part), "{message:?} lacks {part:?}");
}

/// A photo of one colour.
fn flat(color: [u8; 4], width: usize, height: usize) -> Vec<u8> {
    color.repeat(width * height)
}

#[test]
fn crops_lie_where_python_rounds_them() {
    let place = |side, crop| {
        let Center { before, first, count } = center(side, crop);
        (before, first, count)
    };
    assert_eq!(place(256, 224), (0, 16, 224));
    assert_eq!(place(255, 224), (0, 16, 224), "round(15.5) is 16");
    assert_eq!(place(257, 224), (0, 16, 224), "round(16.5) is 16");
    assert_eq!(place(224, 224), (0, 0, 224));
    assert_eq!(place(221, 224), (1, 0, 221), "the odd pixel goes after the photo");
}

#[test]
fn the_box_is_in_source_pixels() {
    let pipeline = Pipeline { resize: Resize::Shorter(256), crop: 224, ..PLAIN };
    let prepared = preprocess(&flat([9, 8, 7, 255], 1024, 512), 1024, 512, &pipeline).unwrap();
    assert_eq!(prepared.source_box, [288.0, 32.0, 448.0, 448.0]);
    assert_eq!(prepared.crop_rgb, [9, 8, 7].repeat(224 * 224));
}

#[test]
fn the_longer_side_is_cut_to_whole_pixels() {
    let pipeline = Pipeline { resize: Resize::Shorter(32), crop: 40, ..PLAIN };
    let prepared = preprocess(&flat([255; 4], 97, 110), 97, 110, &pipeline).unwrap();
    // 32 * 110 / 97 = 36.3: four rows short of the crop, and eight columns.
    let white = prepared.crop_rgb.chunks(40 * 3).map(|row| row.chunks(3).filter(|&p| p == [255; 3]).count());
    assert_eq!(white.collect::<Vec<_>>(), [[0; 2].as_slice(), &[32; 36], &[0; 2]].concat());
    assert_eq!(prepared.source_box, [0.0, 0.0, 97.0, 110.0]);
}

#[test]
fn digits_are_padded_with_black_before_normalization() {
    let pipeline = Pipeline {
        resize: Resize::Shorter(28),
        crop: 28,
        pad: 2,
        channels: 1,
        mean: [0.1307; 3],
        std: [0.3081; 3],
        ..PLAIN
    };
    let prepared = preprocess(&flat([255; 4], 28, 28), 28, 28, &pipeline).unwrap();
    assert_eq!((prepared.size, prepared.data.len(), prepared.crop_rgb.len()), (32, 32 * 32, 32 * 32 * 3));
    let (ink, paper) = ((1.0 - 0.1307) / 0.3081, -0.1307 / 0.3081);
    for (i, &value) in prepared.data.iter().enumerate() {
        let inside = (2..30).contains(&(i / 32)) && (2..30).contains(&(i % 32));
        assert_eq!(value, if inside { ink } else { paper }, "pixel {i}");
    }
}

#[test]
fn channels_become_planes() {
    let pipeline = Pipeline { mean: [0.5, 0.25, 0.0], std: [0.5, 1.0, 2.0], ..PLAIN };
    let prepared = preprocess(&flat([255, 0, 51, 255], 8, 8), 8, 8, &pipeline).unwrap();
    assert_eq!(prepared.data, [[1.0; 16], [-0.25; 16], [0.1; 16]].concat());
}

#[test]
fn pixels_undo_normalization() {
    let pipeline = Pipeline { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], ..PLAIN };
    let photo: Vec<u8> = (0..16u8).flat_map(|i| [i * 16, 255 - i, i, 255]).collect();
    let prepared = preprocess(&photo, 4, 4, &pipeline).unwrap();
    assert_eq!(pipeline.pixels(&prepared.data), prepared.crop_rgb);
    let grey = Pipeline { channels: 1, ..PLAIN };
    assert_eq!(grey.pixels(&[-1.0, 0.5, 2.0]), [0, 0, 0, 128, 128, 128, 255, 255, 255]);
}

#[test]
fn transparent_pixels_are_laid_on_white() {
    for (color, expected) in
        [([10, 20, 30, 0], [255; 3]), ([0, 100, 255, 128], [127, 177, 255]), ([1, 2, 3, 255], [1, 2, 3])]
    {
        let prepared = preprocess(&flat(color, 8, 8), 8, 8, &PLAIN).unwrap();
        assert_eq!(prepared.crop_rgb, expected.repeat(16));
    }
}

#[test]
fn luma_is_pillows() {
    let gray = Pipeline { channels: 1, ..PLAIN };
    for (color, luma) in [([255, 0, 0, 255], 76), ([0, 255, 0, 255], 150), ([0, 0, 255, 255], 29), ([255; 4], 255)] {
        let prepared = preprocess(&flat(color, 8, 8), 8, 8, &gray).unwrap();
        assert_eq!(prepared.crop_rgb, [luma; 48]);
        assert_eq!(prepared.data.len(), 16);
    }
}

#[test]
fn sizes_are_checked() {
    refused(preprocess(&[], 0, 5, &PLAIN), "no pixels");
    refused(preprocess(&[0; 4], 1, 1, &PLAIN), "too small");
    refused(preprocess(&[], 20_000, 100, &PLAIN), "16384");
    refused(preprocess(&[], usize::MAX, usize::MAX, &PLAIN), "16384");
    refused(preprocess(&[0; 255], 8, 8, &PLAIN), "incomplete");
    let long = preprocess(&flat([7; 4], MAX_SIDE, MIN_SIDE), MAX_SIDE, MIN_SIDE, &PLAIN).unwrap();
    assert_eq!(long.size, 4);
    let code = |pipeline: Pipeline| preprocess(&[0; 256], 8, 8, &pipeline).unwrap_err().code;
    assert_eq!(code(Pipeline { crop: 0, ..PLAIN }), Code::Internal);
    assert_eq!(code(Pipeline { channels: 2, ..PLAIN }), Code::Internal);
    assert_eq!(code(Pipeline { resize: Resize::Exact(0, 4), ..PLAIN }), Code::Internal);
}

proptest! {
    /// The window is a part of the whole, whichever pass comes first, and nothing panics.
    #[test]
    fn a_crop_is_a_part_of_the_resized_photo(
        (width, height) in (4usize..60, 4usize..60),
        (wide, high) in (1usize..50, 1usize..50),
        crop in 1usize..50,
        bicubic in any::<bool>(),
        seed in any::<u8>(),
    ) {
        let rgba: Vec<u8> = (0..width * height * 4).map(|i| if i % 4 == 3 { 255 } else { (i * i) as u8 ^ seed }).collect();
        let interpolation = if bicubic { Interpolation::Bicubic } else { Interpolation::Bilinear };
        let (columns, rows) = (center(wide, crop), center(high, crop));
        let source = Rgba { pixels: &rgba, width, height, gray: false };
        let whole = resample(
            &source,
            Axis { input: width, output: wide, first: 0, count: wide },
            Axis { input: height, output: high, first: 0, count: high },
            interpolation,
        );
        let pipeline = Pipeline { resize: Resize::Exact(wide, high), interpolation, crop, ..PLAIN };
        let prepared = preprocess(&rgba, width, height, &pipeline).unwrap();
        for y in 0..rows.count {
            for x in 0..columns.count {
                let expected = &whole[((rows.first + y) * wide + columns.first + x) * 4..][..3];
                let actual = &prepared.crop_rgb[((rows.before + y) * crop + columns.before + x) * 3..][..3];
                prop_assert_eq!(actual, expected);
            }
        }
        let [x, y, w, h] = prepared.source_box;
        prop_assert!(x >= 0.0 && y >= 0.0 && x + w <= width as f64 + 1e-9 && y + h <= height as f64 + 1e-9);
    }

    #[test]
    fn any_file_is_taken_or_refused(kind in 0usize..6, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let starts: [&[u8]; 6] =
            [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\0\0\0WEBPVP8X", b"\0\0\0\x18ftypavif"];
        let start = starts[kind];
        let _ = inspect(&[start, &bytes].concat());
    }
}

/// A PNG of the given size with no pixel data, which [`inspect`] does not look at.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, 2, 0, 0, 0]);
    let chunk = |kind: &[u8], data: &[u8]| [&(data.len() as u32).to_be_bytes(), kind, data, &[0; 4]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", &[0; 9]), chunk(b"IEND", &[])].concat()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(name)).unwrap()
}

#[test]
fn formats_and_sizes() {
    let found = |bytes: &[u8]| inspect(bytes).map(|i| (i.format, i.width, i.height)).unwrap();
    assert_eq!(found(&sample("www/samples/cat_chelsea.jpg")), ("jpeg", 451, 300));
    assert_eq!(found(&sample("tests/reference/photos/synthetic_tall.png")), ("png", 97, 611));
    assert_eq!(found(&png(300, 200)), ("png", 300, 200));
    assert_eq!(found(b"GIF89a\x20\x00\x10\x00\x80\x00\x00"), ("gif", 32, 16));
    let webp = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x63\0\0\x31\0\0";
    assert_eq!(found(webp), ("webp", 100, 50));
    let mut bmp = [0; 54];
    bmp[..2].copy_from_slice(b"BM");
    bmp[18..22].copy_from_slice(&64i32.to_le_bytes());
    bmp[22..26].copy_from_slice(&(-48i32).to_le_bytes());
    assert_eq!(found(&bmp), ("bmp", 64, 48));
}

#[test]
fn bad_files_say_what_to_do() {
    let cat = sample("www/samples/cat_chelsea.jpg");
    refused(inspect(b""), "empty");
    refused(inspect(b"hi"), "text file");
    refused(inspect("Dear diary,\nthis is no photo: \u{e9}\n".repeat(60).as_bytes()), "text file");
    refused(inspect(b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>"), "SVG");
    refused(inspect(&[0xd0, 0xcf, 0x11, 0xe0].repeat(10)), "not an image");
    refused(inspect(b"\0\0\0\x18ftypisom\0\0\0\x01isommp42"), "not an image");
    refused(inspect(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "HEIC");
    refused(inspect(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"), "HEIC");
    refused(inspect(b"II*\0\x08\0\0\0\0\0\0\0\0\0\0\0"), "JPEG or PNG");
    for end in [3, 12, 100, 400, cat.len() / 2, cat.len() - 2] {
        refused(inspect(&cat[..end]), if end < 12 { "not an image" } else { "cut off" });
    }
    refused(inspect(&png(300, 200)[..40]), "cut off");
    refused(inspect(b"RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x63\0\0\x31\0\0"), "cut off");
    refused(inspect(&png(1, 1)), "too small");
    refused(inspect(&png(0, 7)), "no pixels");
    refused(inspect(&png(20_000, 100)), "16384");
    refused(inspect(&png(u32::MAX, u32::MAX)), "16384");
}

#[test]
fn jpegs_with_unusual_layouts() {
    let cat = sample("www/samples/cat_chelsea.jpg");
    // Bytes after the end (a phone's motion photo), and fill bytes before a marker.
    assert!(inspect(&[cat.as_slice(), b"trailer"].concat()).is_ok());
    assert!(inspect(&[&cat[..2], &[0xff, 0xff], &cat[2..]].concat()).is_ok());
}
