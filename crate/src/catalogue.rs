//! The networks that Vitrine knows by name: one table from id to architecture, preprocessing, labels and sources.

use serde::Serialize;

use crate::error::{Code, Error, Result};
use crate::image::{Interpolation, Pipeline, Resize};
use crate::models::{Architecture, Capability, Input, alexnet, capabilities, dino, lenet, mae, resnet, swin, vgg, vit};

/// Names of a network's classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// ImageNet-1K, in the order of torchvision (BSD-3-Clause).
    Imagenet,
    /// CIFAR-10.
    Cifar,
    /// MNIST.
    Digits,
    /// It answers with features or pixels.
    None,
}

const CIFAR: [&str; 10] = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

impl Labels {
    /// One name for each class.
    pub fn names(self) -> Vec<&'static str> {
        match self {
            Labels::Imagenet => include_str!("imagenet_classes.txt").lines().collect(),
            Labels::Cifar => CIFAR.to_vec(),
            Labels::Digits => DIGITS.to_vec(),
            Labels::None => vec![],
        }
    }
}

/// Where official weights come from.
#[derive(Debug, Clone, Copy)]
pub struct Hub {
    /// Hugging Face Hub repository.
    pub repository: &'static str,
    /// File in it.
    pub file: &'static str,
    /// Bytes of the download.
    pub bytes: u64,
}

/// One network of the table.
pub struct Entry {
    /// Name in the contract.
    pub id: &'static str,
    /// The network.
    pub architecture: fn() -> Box<dyn Architecture>,
    /// From photo to input, as its checkpoint was evaluated.
    pub pipeline: Pipeline,
    /// Names of the classes.
    pub labels: Labels,
    /// Official weights; `None` for those that ship with the page.
    pub hub: Option<Hub>,
    /// Bytes of the checkpoint that ships with the page.
    pub shipped: u64,
    /// Licence of the weights.
    pub licence: &'static str,
    /// What a visitor should know before choosing it.
    pub note: Option<&'static str>,
}

const IMAGENET_MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const IMAGENET_STD: [f32; 3] = [0.229, 0.224, 0.225];
const HALF: [f32; 3] = [0.5; 3];

const fn pipeline(shorter: usize, interpolation: Interpolation, mean: [f32; 3], std: [f32; 3]) -> Pipeline {
    Pipeline { resize: Resize::Shorter(shorter), interpolation, crop: 224, pad: 0, channels: 3, mean, std }
}

/// torchvision's evaluation: shorter side 256, bilinear.
const TORCHVISION: Pipeline = pipeline(256, Interpolation::Bilinear, IMAGENET_MEAN, IMAGENET_STD);
/// timm's `crop_pct` 0.9, bicubic, with the mean of augreg's ViTs.
const AUGREG: Pipeline = pipeline(248, Interpolation::Bicubic, HALF, HALF);
/// timm's `crop_pct` 0.9, bicubic: Swin and DINO.
pub const TIMM: Pipeline = pipeline(248, Interpolation::Bicubic, IMAGENET_MEAN, IMAGENET_STD);
/// transformers' ViTMAE image processor: the whole photo at 224 x 224.
const MAE: Pipeline = Pipeline { resize: Resize::Exact(224, 224), ..TIMM };
/// CIFAR-10's own mean and deviation, the centre of the photo at 32 x 32.
pub const CIFAR_32: Pipeline = Pipeline {
    resize: Resize::Shorter(32),
    crop: 32,
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.2470, 0.2435, 0.2616],
    ..TIMM
};
/// MNIST's mean and deviation, a 28 x 28 digit with two black pixels around.
pub const MNIST: Pipeline = Pipeline {
    resize: Resize::Shorter(28),
    interpolation: Interpolation::Bicubic,
    crop: 28,
    pad: 2,
    channels: 1,
    mean: [0.1307; 3],
    std: [0.3081; 3],
};

const BSD: &str = "BSD-3-Clause";
const APACHE: &str = "Apache-2.0";
const OURS: &str = "MIT OR Apache-2.0";

macro_rules! architecture {
    ($config:expr) => {
        || -> Box<dyn Architecture> { Box::new($config) }
    };
}

const fn hub(repository: &'static str, bytes: u64) -> Option<Hub> {
    Some(Hub { repository, file: "model.safetensors", bytes })
}

const fn small(id: &'static str, architecture: fn() -> Box<dyn Architecture>, labels: Labels, shipped: u64) -> Entry {
    let pipeline = if matches!(labels, Labels::Digits) { MNIST } else { CIFAR_32 };
    Entry { id, architecture, pipeline, labels, hub: None, shipped, licence: OURS, note: None }
}

const fn full(
    id: &'static str,
    architecture: fn() -> Box<dyn Architecture>,
    pipeline: Pipeline,
    labels: Labels,
    hub: Option<Hub>,
    licence: &'static str,
) -> Entry {
    Entry { id, architecture, pipeline, labels, hub, shipped: 0, licence, note: None }
}

use resnet::Block::{Basic, Bottleneck};

/// The table, small networks first.
pub const CATALOGUE: [Entry; 24] = [
    small("lenet5_mnist", architecture!(lenet::Config::lenet5()), Labels::Digits, 124_292),
    small("fcnn_mnist", architecture!(lenet::Config::fcnn()), Labels::Digits, 122_916),
    small("alexnet_cifar10", architecture!(alexnet::Config::cifar()), Labels::Cifar, 1_680_124),
    small("vgg_bn_cifar10", architecture!(vgg::Config::cifar()), Labels::Cifar, 1_520_892),
    small("resnet20_cifar10", architecture!(resnet::Config::cifar(3)), Labels::Cifar, 557_604),
    small("vit_cifar10", architecture!(vit::Config::cifar()), Labels::Cifar, 1_629_796),
    small("swin_cifar10", architecture!(swin::Config::cifar()), Labels::Cifar, 1_767_820),
    small("mae_vit_cifar10", architecture!(mae::Config::cifar()), Labels::None, 2_132_112),
    small("dino_vit_cifar10", architecture!(dino::Config(vit::Config::cifar().headless())), Labels::Cifar, 1_627_280),
    Entry {
        hub: Some(Hub { repository: "lucid-dl/alexnet", file: "IMAGENET1K_V1/model.safetensors", bytes: 244_408_000 }),
        ..full("alexnet", architecture!(alexnet::Config::torchvision()), TORCHVISION, Labels::Imagenet, None, BSD)
    },
    full(
        "vgg11",
        architecture!(vgg::Config::imagenet(11, false)),
        TORCHVISION,
        Labels::Imagenet,
        hub("timm/vgg11.tv_in1k", 531_460_000),
        BSD,
    ),
    full(
        "vgg11_bn",
        architecture!(vgg::Config::imagenet(11, true)),
        TORCHVISION,
        Labels::Imagenet,
        hub("timm/vgg11_bn.tv_in1k", 531_507_000),
        BSD,
    ),
    full(
        "vgg16",
        architecture!(vgg::Config::imagenet(16, false)),
        TORCHVISION,
        Labels::Imagenet,
        hub("timm/vgg16.tv_in1k", 553_433_000),
        BSD,
    ),
    full(
        "resnet18",
        architecture!(resnet::Config::imagenet(Basic, [2, 2, 2, 2])),
        TORCHVISION,
        Labels::Imagenet,
        hub("timm/resnet18.tv_in1k", 46_800_000),
        BSD,
    ),
    full(
        "resnet34",
        architecture!(resnet::Config::imagenet(Basic, [3, 4, 6, 3])),
        TORCHVISION,
        Labels::Imagenet,
        hub("timm/resnet34.tv_in1k", 87_300_000),
        BSD,
    ),
    full(
        "resnet50",
        architecture!(resnet::Config::imagenet(Bottleneck, [3, 4, 6, 3])),
        TORCHVISION,
        Labels::Imagenet,
        hub("timm/resnet50.tv_in1k", 102_000_000),
        BSD,
    ),
    full(
        "vit_tiny_patch16_224",
        architecture!(vit::Config::imagenet(192, 12, 16)),
        AUGREG,
        Labels::Imagenet,
        hub("timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k", 22_900_000),
        APACHE,
    ),
    full(
        "vit_small_patch16_224",
        architecture!(vit::Config::imagenet(384, 12, 16)),
        AUGREG,
        Labels::Imagenet,
        hub("timm/vit_small_patch16_224.augreg_in21k_ft_in1k", 88_200_000),
        APACHE,
    ),
    full(
        "vit_base_patch16_224",
        architecture!(vit::Config::imagenet(768, 12, 16)),
        AUGREG,
        Labels::Imagenet,
        hub("timm/vit_base_patch16_224.augreg_in21k_ft_in1k", 346_300_000),
        APACHE,
    ),
    full(
        "swin_tiny_patch4_window7_224",
        architecture!(swin::Config::imagenet(96, [2, 2, 6, 2])),
        TIMM,
        Labels::Imagenet,
        hub("timm/swin_tiny_patch4_window7_224.ms_in1k", 114_000_000),
        "MIT",
    ),
    full(
        "swin_small_patch4_window7_224",
        architecture!(swin::Config::imagenet(96, [2, 2, 18, 2])),
        TIMM,
        Labels::Imagenet,
        hub("timm/swin_small_patch4_window7_224.ms_in1k", 199_800_000),
        "MIT",
    ),
    Entry {
        note: Some("The licence is disputed: Apache-2.0 on the Hub card, CC-BY-NC 4.0 upstream."),
        ..full(
            "mae_vit_base",
            architecture!(mae::Config::base()),
            MAE,
            Labels::None,
            hub("facebook/vit-mae-base", 448_000_000),
            "Apache-2.0 (Hub card) / CC-BY-NC-4.0 (upstream)",
        )
    },
    full(
        "dino_vit_small_patch16_224",
        architecture!(dino::Config(vit::Config::imagenet(384, 12, 16).headless())),
        TIMM,
        Labels::None,
        hub("timm/vit_small_patch16_224.dino", 86_700_000),
        APACHE,
    ),
    full(
        "dino_vit_small_patch8_224",
        architecture!(dino::Config(vit::Config::imagenet(384, 12, 8).headless())),
        TIMM,
        Labels::None,
        hub("timm/vit_small_patch8_224.dino", 86_700_000),
        APACHE,
    ),
];

/// The entry of an id.
///
/// # Errors
///
/// `NotFound` for an id that is not in the table.
pub fn find(id: &str) -> Result<&'static Entry> {
    let entry = CATALOGUE.iter().find(|e| e.id == id);
    entry.ok_or_else(|| Error::new(Code::NotFound, format!("there is no network named {id}")))
}

/// Where weights are.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "WeightsSource"))]
pub(crate) struct Source {
    /// Relative to the page, or absolute.
    url: String,
    /// Whose it is.
    kind: SourceKind,
}

/// Whose they are.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub(crate) enum SourceKind {
    /// They ship with the page.
    Bundled,
    /// They may lie beside the page.
    Local,
    /// The Hugging Face Hub has them.
    Hub,
}

/// An entry as JavaScript sees it.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "CatalogueEntry"))]
pub(crate) struct Listed {
    /// What `engine.load` is given.
    id: &'static str,
    /// The architecture.
    family: &'static str,
    /// Its name and size.
    title: String,
    /// Learned values.
    parameters: usize,
    /// Of one forward pass at the default input size.
    multiply_adds: u64,
    /// Bytes to download.
    bytes: u64,
    /// The image that it takes.
    input: Input,
    /// A name for each class; none where it answers with features or pixels.
    labels: Vec<&'static str>,
    /// What can be asked of it, as in ModelInfo.
    capabilities: Vec<Capability>,
    /// Ships with the page: loading it asks no other origin.
    embedded: bool,
    /// Where the weights come from when `load` is given no source.
    source: String,
    /// All places where they are, in the order in which they are asked.
    sources: Vec<Source>,
    /// Of the file, where it is known.
    sha256: Option<String>,
    /// Of the weights.
    licence: &'static str,
    /// What a visitor should know of it.
    note: Option<&'static str>,
    /// Labelled features by which a network without a head names classes; loaded with it.
    bank: Option<String>,
}

impl Entry {
    fn sources(&self) -> Vec<Source> {
        let file = format!("www/weights/{}.safetensors", self.id);
        match &self.hub {
            None => vec![Source { url: file, kind: SourceKind::Bundled }],
            Some(hub) => {
                let url = format!("https://huggingface.co/{}/resolve/main/{}", hub.repository, hub.file);
                vec![Source { url: file, kind: SourceKind::Local }, Source { url, kind: SourceKind::Hub }]
            }
        }
    }

    #[expect(clippy::expect_used, reason = "a test states every network of the table")]
    fn listed(&self) -> Listed {
        let architecture = (self.architecture)();
        let input = architecture.input();
        let graph = architecture.graph(input.size).expect("the table's networks can be stated");
        let sources = self.sources();
        Listed {
            id: self.id,
            family: architecture.family(),
            title: architecture.title(),
            parameters: graph.parameters(),
            multiply_adds: graph.total_multiply_adds(),
            bytes: self.hub.map_or(self.shipped, |h| h.bytes),
            input,
            labels: self.labels.names(),
            capabilities: capabilities(&graph),
            embedded: self.hub.is_none(),
            source: sources.last().map(|s| s.url.clone()).unwrap_or_default(),
            sources,
            sha256: None,
            licence: self.licence,
            note: self.note,
            bank: (self.id == "dino_vit_cifar10").then(|| format!("www/weights/{}.bank.safetensors", self.id)),
        }
    }
}

/// The table as JSON.
pub fn json() -> String {
    let listed: Vec<Listed> = CATALOGUE.iter().map(Entry::listed).collect();
    crate::json::text(&listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_can_be_stated_and_has_a_name_for_each_class() {
        for entry in &CATALOGUE {
            let architecture = (entry.architecture)();
            let graph = architecture.graph(architecture.input().size).unwrap();
            assert_eq!(architecture.input().size, entry.pipeline.size(), "{}", entry.id);
            let answers = *graph.nodes[graph.output].shape.last().expect("an answer has a length");
            let bank = entry.id == "dino_vit_cifar10";
            assert!(entry.labels == Labels::None || bank || entry.labels.names().len() == answers, "{}", entry.id);
        }
    }

    #[test]
    fn parameter_counts_are_the_published_ones() {
        let count = |id: &str| {
            let architecture = (find(id).expect("in the table").architecture)();
            architecture.graph(architecture.input().size).unwrap().parameters()
        };
        assert_eq!(count("resnet18"), 11_689_512);
        assert_eq!(count("alexnet"), 61_100_840);
        assert_eq!(count("vgg16"), 138_357_544);
        assert_eq!(count("vit_base_patch16_224"), 86_567_656);
        assert_eq!(count("swin_tiny_patch4_window7_224"), 28_288_354);
        assert_eq!(count("lenet5_mnist"), 61_706);
    }
}
