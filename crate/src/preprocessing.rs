//! From photo to input for a checkpoint that is not in the catalogue: what its configuration says, else what is usual,
//! in words.

use serde_json::Value;

use crate::catalogue::{CIFAR_32, MNIST, TIMM};
use crate::error::Result;
use crate::image::{Interpolation, Pipeline, Resize};
use crate::models::Input;
use crate::models::facts::{Facts, Origin};

/// The pipeline for images of a network, with notes in `facts` of what had to be assumed.
///
/// # Errors
///
/// `UnsupportedCheckpoint` where the configuration asks for a preprocessing that is not supported.
pub fn pipeline(input: Input, facts: &mut Facts) -> Result<Pipeline> {
    let usual = usual(input);
    let interpolation = interpolation(facts, usual.interpolation)?;
    let (mean, std) = normalization(input, facts, &usual);
    let resize = resize(input, facts, usual.resize)?;
    Ok(Pipeline { mean, std, interpolation, resize, ..usual })
}

/// What is usual at this size.
fn usual(input: Input) -> Pipeline {
    match input {
        Input { channels: 1, size } => Pipeline { resize: Resize::Shorter(size), crop: size, pad: 0, ..MNIST },
        Input { size, .. } if size <= 64 => Pipeline { resize: Resize::Shorter(size), crop: size, ..CIFAR_32 },
        Input { size, .. } => Pipeline { resize: Resize::Shorter(size * 8 / 7), crop: size, ..TIMM },
    }
}

/// Three numbers, or one for all.
fn three(value: Option<&Value>) -> Option<[f32; 3]> {
    let value = value?;
    let one = |v: &Value| v.as_f64().map(|v| v as f32).filter(|v| v.is_finite());
    match value.as_array() {
        Some(items) => {
            let numbers: Vec<f32> = items.iter().map(one).collect::<Option<_>>()?;
            match numbers[..] {
                [one] => Some([one; 3]),
                _ => numbers.try_into().ok(),
            }
        }
        None => one(value).map(|v| [v; 3]),
    }
}

fn normalization(input: Input, facts: &mut Facts, usual: &Pipeline) -> ([f32; 3], [f32; 3]) {
    let either = |names: [&str; 2]| {
        let transformers = facts.preprocessing(names[0]);
        three(transformers).or_else(|| three(facts.value(&[names[1]])))
    };
    let told = either(["image_mean", "mean"]).zip(either(["image_std", "std"]));
    if let Some((mean, std)) = told.filter(|(_, std)| std.iter().all(|&s| s > 0.0)) {
        return (mean, std);
    }
    // transformers' processor of ViTs has 0.5 where nothing else is said.
    let half = matches!(facts.origin(), Origin::Transformers(model) if matches!(model.as_str(), "vit"));
    if half {
        facts.assume("mean and standard deviation 0.5, as transformers' ViTs without a preprocessor_config.json");
        return ([0.5; 3], [0.5; 3]);
    }
    facts.assume(match input {
        Input { channels: 1, .. } => "MNIST's mean and standard deviation",
        Input { size, .. } if size <= 64 => "CIFAR-10's mean and standard deviation",
        _ => "ImageNet mean and standard deviation",
    });
    (usual.mean, usual.std)
}

fn interpolation(facts: &mut Facts, usual: Interpolation) -> Result<Interpolation> {
    // The numbers are Pillow's.
    let told = match facts.preprocessing("resample").and_then(Value::as_u64) {
        Some(2) => Some("bilinear".to_owned()),
        Some(3) => Some("bicubic".to_owned()),
        Some(other) => Some(format!("Pillow's filter {other}")),
        None => facts.text(&["interpolation"]).map(str::to_owned),
    };
    match told.as_deref() {
        Some("bilinear") => Ok(Interpolation::Bilinear),
        Some("bicubic") => Ok(Interpolation::Bicubic),
        Some(other) => {
            facts.assume(format!("photos resized bicubically, because {other} is not supported"));
            Ok(Interpolation::Bicubic)
        }
        None => {
            facts.assume(if usual == Interpolation::Bicubic {
                "photos resized bicubically"
            } else {
                "photos resized bilinearly"
            });
            Ok(usual)
        }
    }
}

fn resize(input: Input, facts: &mut Facts, usual: Resize) -> Result<Resize> {
    let size = input.size;
    if let Some(told) = transformers_resize(size, facts) {
        return Ok(told);
    }
    let share = facts.number(&["crop_pct"]).filter(|share| (0.1..=1.0).contains(share));
    match (share, facts.text(&["crop_mode"])) {
        (_, Some("squash")) => Ok(Resize::Exact(size, size)),
        (_, Some(mode)) if mode != "center" => Err(facts.refuse(format!("the crop mode {mode} is not supported"))),
        (Some(share), _) => Ok(Resize::Shorter((size as f64 / share).floor() as usize)),
        (None, _) => {
            facts.assume("the middle of the photo, cut out as is usual at this size");
            Ok(usual)
        }
    }
}

/// `ViTImageProcessor`, `DeiTImageProcessor`, `ConvNextImageProcessor` and `BitImageProcessor` of transformers, for a
/// network of this size where theirs is another.
fn transformers_resize(size: usize, facts: &mut Facts) -> Option<Resize> {
    let side = |value: &Value| value.as_u64().map(|n| n as usize).filter(|n| (8..=4096).contains(n));
    let either = |value: &Value, name: &str| value.get(name).and_then(side);
    let told = facts.preprocessing("size")?.clone();
    let shortest = either(&told, "shortest_edge");
    let (height, width) = match (either(&told, "height"), either(&told, "width")) {
        (Some(height), Some(width)) => (height, width),
        _ => (shortest.or(side(&told))?, shortest.or(side(&told))?),
    };
    let crops = facts.preprocessing("do_center_crop").and_then(Value::as_bool) != Some(false);
    let crop = facts.preprocessing("crop_size").filter(|_| crops);
    let crop = crop.and_then(|crop| either(crop, "height").or_else(|| side(crop)));
    let share = facts.preprocessing("crop_pct").and_then(Value::as_f64).filter(|share| (0.1..=1.0).contains(share));
    // What the network was meant to see of the resized photo.
    let seen = crop.unwrap_or(height);
    if seen != size {
        facts.assume(format!("images of {size} pixels, where its preprocessing makes {seen}"));
    }
    let scaled = |n: usize| n * size / seen.max(1);
    Some(match (shortest, share) {
        (Some(edge), Some(_)) if edge >= 384 => Resize::Exact(size, size),
        (Some(edge), Some(share)) => Resize::Shorter(scaled((edge as f64 / share) as usize)),
        (Some(edge), None) => Resize::Shorter(scaled(edge)),
        (None, _) => Resize::Exact(scaled(width), scaled(height)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: Input = Input { size: 224, channels: 3 };

    #[test]
    fn what_timm_says_is_taken() {
        let json = r#"{"architecture": "vit_tiny_patch16_224", "pretrained_cfg": {"mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5], "interpolation": "bilinear", "crop_pct": 0.9, "crop_mode": "center"}}"#;
        let mut facts = Facts::parse(json).unwrap();
        let p = pipeline(INPUT, &mut facts).unwrap();
        assert_eq!((p.mean, p.resize, p.interpolation), ([0.5; 3], Resize::Shorter(248), Interpolation::Bilinear));
        assert!(facts.assumed().is_empty(), "{:?}", facts.assumed());
    }

    #[test]
    fn what_transformers_says_is_taken() {
        let json = r#"{"model_type": "resnet", "preprocessor_config": {"image_mean": [0.485, 0.456, 0.406],
            "image_std": [0.229, 0.224, 0.225], "size": {"shortest_edge": 224}, "crop_pct": 0.875, "resample": 3}}"#;
        let mut facts = Facts::parse(json).unwrap();
        let p = pipeline(INPUT, &mut facts).unwrap();
        assert_eq!((p.resize, p.interpolation), (Resize::Shorter(256), Interpolation::Bicubic));
        assert!(facts.assumed().is_empty(), "{:?}", facts.assumed());
    }

    #[test]
    fn without_a_word_of_it_the_usual_is_assumed_and_said() {
        let mut facts = Facts::none();
        pipeline(INPUT, &mut facts).unwrap();
        assert!(facts.assumed().iter().any(|words| words == "ImageNet mean and standard deviation"));
    }
}
