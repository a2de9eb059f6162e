//! The small networks of CIFAR-10 that ship with the page, and the wider ones that they were narrowed from, as
//! `tests/reference/train_small.py` has them.

use super::leaves::Start;
use crate::error::{Code, Error, Result};
use crate::models::{Architecture, alexnet, dino, mae, resnet, swin, vgg, vit};

/// What the name of a wider network ends in.
const WIDE: &str = "-wide";

/// The id of a network, and whether the wider one is meant.
fn parts(name: &str) -> (&str, bool) {
    name.strip_suffix(WIDE).map_or((name, false), |id| (id, true))
}

/// The network of a catalogue id that names classes, or the wider one; `dropped` is the share that AlexNet's training
/// drops, in place of its own.
///
/// # Errors
///
/// `BadInput` for another name, and where dropout is not the network's to set.
pub fn architecture(name: &str, dropped: Option<f64>) -> Result<Box<dyn Architecture>> {
    let bad = |message: String| Err(Error::new(Code::BadInput, message));
    let (id, wide) = parts(name);
    if dropped.is_some() && id != "alexnet_cifar10" {
        return bad(format!("the dropout of {name} cannot be set"));
    }
    Ok(match (id, wide) {
        ("alexnet_cifar10", _) => {
            let own = alexnet::Config::cifar();
            let linear = if wide { [512, 512] } else { own.linear };
            Box::new(alexnet::Config { linear, dropout: dropped.unwrap_or(own.dropout), ..own })
        }
        ("vgg_bn_cifar10", false) => Box::new(vgg::Config::cifar()),
        ("vgg_bn_cifar10", true) => {
            let own = vgg::Config::cifar();
            let features = own.features.into_iter().map(|channels| channels.map(|c| if c == 160 { 192 } else { c }));
            Box::new(vgg::Config { features: features.collect(), linear: [256, 256], ..vgg::Config::cifar() })
        }
        ("resnet20_cifar10", false) => Box::new(resnet::Config::cifar(3)),
        ("swin_cifar10", _) => {
            let own = swin::Config::cifar();
            Box::new(swin::Config { mlp_ratio: if wide { 4 } else { own.mlp_ratio }, ..own })
        }
        _ => match vit(name) {
            Some(config) => Box::new(config),
            None => return bad(format!("this experiment has no network {name:?}")),
        },
    })
}

fn small_vit(wide: bool) -> vit::Config {
    let own = vit::Config::cifar();
    vit::Config { mlp: if wide { 4 * own.width } else { own.mlp }, ..own }
}

/// The ViT of a catalogue id, or the wider one.
pub fn vit(name: &str) -> Option<vit::Config> {
    let (id, wide) = parts(name);
    (id == "vit_cifar10").then(|| small_vit(wide))
}

/// The backbone of the DINO of a catalogue id, or the wider one.
pub fn dino(name: &str) -> Option<dino::Config> {
    let (id, wide) = parts(name);
    (id == "dino_vit_cifar10").then(|| dino::Config(small_vit(wide).headless()))
}

/// The MAE of a catalogue id, or the wider one.
pub fn mae(name: &str) -> Option<mae::Config> {
    let (id, wide) = parts(name);
    let own = mae::Config::cifar();
    let part = |part: mae::Part| mae::Part { mlp: if wide { 4 * part.width } else { part.mlp }, ..part };
    let config = mae::Config { encoder: part(own.encoder), decoder: part(own.decoder), ..own };
    (id == "mae_vit_cifar10").then_some(config)
}

/// How a network's weights begin: as torch's layers do of themselves, but for AlexNet, which does not start to learn so,
/// and timm's transformers.
pub fn start(name: &str) -> Start {
    match parts(name).0 {
        "alexnet_cifar10" => Start::Kaiming,
        "vit_cifar10" | "swin_cifar10" => Start::Truncated,
        _ => Start::Torch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;
    use crate::train::Spec;

    fn parameters(architecture: &dyn Architecture) -> usize {
        architecture.graph(32).expect("it can be stated").parameters()
    }

    #[test]
    fn narrow_networks_are_those_that_ship_and_wide_ones_have_the_published_counts() {
        for (id, wide) in [
            ("alexnet_cifar10", Some(1_436_874)),
            ("vgg_bn_cifar10", Some(1_060_874)),
            ("resnet20_cifar10", None),
            ("vit_cifar10", Some(1_205_898)),
            ("swin_cifar10", Some(1_267_670)),
        ] {
            let ships = (catalogue::find(id).expect("in the table").architecture)();
            assert_eq!(parameters(&*architecture(id, None).expect(id)), parameters(&*ships), "{id}");
            let found = architecture(&format!("{id}-wide"), None).ok().map(|network| parameters(&*network));
            assert_eq!(found, wide, "{id}");
        }
        let count = |name: &str| parameters(&mae(name).expect("an MAE"));
        assert_eq!((count("mae_vit_cifar10"), count("mae_vit_cifar10-wide")), (1_057_776, 1_563_696));
    }

    #[test]
    fn only_what_can_be_set_is_and_a_strange_name_is_refused() {
        assert!(architecture("alexnet_cifar10", Some(0.2)).is_ok());
        assert!(architecture("vgg_bn_cifar10", Some(0.2)).is_err());
        assert!(architecture("resnet18", None).is_err());
        assert!(Spec::parse(r#"{ "experiment": "digits", "dropped": 0.2 }"#).is_err());
    }
}
