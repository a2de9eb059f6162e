//! The image pipelines against Pillow and torchvision: `tests/reference/preprocess.py` made the expected crops.

use std::path::{Path, PathBuf};

use vitrine::image::{Interpolation, Pipeline, Resize, preprocess};

struct Picture {
    rgba: Vec<u8>,
    width: usize,
    height: usize,
}

fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).parent().unwrap().to_path_buf()
}

fn png(path: &Path) -> Picture {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight), "{}", path.display());
    opaque(&bytes, info.width as usize, info.height as usize)
}

fn jpeg(path: &Path) -> Picture {
    let mut decoder = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(std::fs::read(path).unwrap()));
    let rgb = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    opaque(&rgb, usize::from(info.width), usize::from(info.height))
}

fn opaque(rgb: &[u8], width: usize, height: usize) -> Picture {
    assert_eq!(rgb.len(), width * height * 3);
    let rgba = rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    Picture { rgba, width, height }
}

/// The pipelines of `preprocess.py`, by its names.
fn pipelines() -> [(&'static str, Pipeline); 4] {
    let pipeline = |side, interpolation, crop| Pipeline {
        resize: Resize::Shorter(side),
        interpolation,
        crop,
        pad: 0,
        channels: 3,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
    };
    [
        ("tv_bilinear_256_224", pipeline(256, Interpolation::Bilinear, 224)),
        ("timm_bicubic_248_224", pipeline(248, Interpolation::Bicubic, 224)),
        ("dino_bicubic_256_224", pipeline(256, Interpolation::Bicubic, 224)),
        ("cifar_bicubic_32", pipeline(32, Interpolation::Bicubic, 32)),
    ]
}

/// The largest and the mean difference to the reference crop, in 8-bit steps.
fn difference(name: &str, picture: &Picture, pipeline_name: &str, pipeline: &Pipeline) -> (u8, f64) {
    let expected = png(&root().join(format!("tests/reference/preprocess/{name}.{pipeline_name}.png")));
    let prepared = preprocess(&picture.rgba, picture.width, picture.height, pipeline).unwrap();
    assert_eq!((expected.width, expected.height), (prepared.size, prepared.size));
    let expected = expected.rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]);
    let steps: Vec<u8> = prepared.crop_rgb.iter().zip(expected).map(|(&a, b)| a.abs_diff(b)).collect();
    let mean = steps.iter().map(|&s| f64::from(s)).sum::<f64>() / steps.len() as f64;
    (steps.into_iter().max().unwrap(), mean)
}

#[test]
fn lossless_photos_equal_pillow() {
    for name in ["synthetic_tall", "synthetic_tiny"] {
        let picture = png(&root().join(format!("tests/reference/photos/{name}.png")));
        for (pipeline_name, pipeline) in pipelines() {
            let (largest, _) = difference(name, &picture, pipeline_name, &pipeline);
            assert_eq!(largest, 0, "{name} through {pipeline_name}");
        }
    }
}

/// Two JPEG decoders differ by a step or two, so do the crops.
#[test]
fn jpeg_photos_are_near_pillow() {
    for name in ["cat_chelsea", "raccoon", "dahlia"] {
        let picture = jpeg(&root().join(format!("www/samples/{name}.jpg")));
        for (pipeline_name, pipeline) in pipelines() {
            let (largest, mean) = difference(name, &picture, pipeline_name, &pipeline);
            println!("{name} {pipeline_name}: largest {largest}, mean {mean:.3}");
            assert!(mean <= 0.5, "{name} through {pipeline_name}: mean difference {mean}");
        }
    }
}

/// Prints what a 12 megapixel photo costs: `cargo test --release --test all preprocess:: -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn twelve_megapixels() {
    let (width, height) = (4000, 3000);
    let rgba: Vec<u8> =
        (0..width * height * 4).map(|i| if i % 4 == 3 { 255 } else { ((i * 7919) >> 5) as u8 }).collect();
    for (name, pipeline) in pipelines() {
        let start = std::time::Instant::now();
        for _ in 0..5 {
            std::hint::black_box(preprocess(&rgba, width, height, &pipeline).unwrap());
        }
        println!("{name}: {:.1} ms", start.elapsed().as_secs_f64() * 200.0);
    }
}
