//! Very Deep Convolutional Networks for Large-Scale Image Recognition, Simonyan, Zisserman, ICLR 2015, arXiv:1409.1556.
//!
//! Keys of torchvision (`classifier.0`, dense) and of timm (`pre_logits.fc1`, the same matrix stored as a kernel).

use super::facts::{ACTIVATION, Activation, Facts};
use super::{Architecture, Input, Keys};
use crate::error::Result;
use crate::nn::{Builder, Conv, Graph, Kind, NodeId};

/// Whose names the fully connected layers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// `classifier.0`, `.3`, `.6`.
    Torchvision,
    /// `pre_logits.fc1`, `pre_logits.fc2`, `head.fc`.
    Timm,
}

/// Everything that tells one VGG from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Output channels of the 3x3 convolutions; `None` is a 2x2 max pooling (table 1).
    pub features: Vec<Option<usize>>,
    /// Whether a batch norm follows each convolution.
    pub batch_norm: bool,
    /// Side of the feature map that the fully connected layers read.
    pub pooled: usize,
    /// Pixels per side.
    pub size: usize,
    /// Widths of the fully connected layers before the last.
    pub linear: [usize; 2],
    /// Length of the answer; `None` for a network without its last layer.
    pub classes: Option<usize>,
    /// Their names.
    pub head: Head,
}

impl Config {
    /// Configurations A (11), B (13), D (16) and E (19) of table 1, in timm's layout.
    pub fn imagenet(depth: usize, batch_norm: bool) -> Self {
        let convs = match depth {
            11 => [1, 1, 2, 2, 2],
            13 => [2, 2, 2, 2, 2],
            16 => [2, 2, 3, 3, 3],
            _ => [2, 2, 4, 4, 4],
        };
        let block = |(n, c): (usize, usize)| std::iter::repeat_n(Some(c), n).chain([None]);
        let features = convs.into_iter().zip([64, 128, 256, 512, 512]).flat_map(block).collect();
        Self { features, batch_norm, pooled: 7, size: 224, linear: [4096, 4096], classes: Some(1000), head: Head::Timm }
    }

    /// Six convolutions with batch norm at 32 pixels.
    pub fn cifar() -> Self {
        let c = |out| Some(out);
        let features = vec![c(32), None, c(64), None, c(128), c(128), None, c(160), c(160), None];
        Self {
            features,
            batch_norm: true,
            pooled: 2,
            size: 32,
            linear: [128, 128],
            classes: Some(10),
            head: Head::Torchvision,
        }
    }

    /// Reads the sizes from a checkpoint's keys and shapes.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a configuration names what is not supported.
    pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Self>> {
        let Some(mut config) = Self::sizes(keys) else { return Ok(None) };
        facts.only_arguments(&["global_pool", "act_layer", "img_size"])?;
        let activation = facts.activation(ACTIVATION, Activation::Relu)?;
        if activation != Activation::Relu {
            return Err(facts.refuse(format!("VGG with {} is not supported", activation.title())));
        }
        let words = format!("max pooling of 2 x 2, images of {0} x {0} pixels", config.size);
        config.size = facts.or_assume(facts.image_size()?, config.size, words);
        facts.agree(&["num_classes", "num_labels"], config.classes.unwrap_or(0), "classes")?;
        if config.classes.is_none() {
            facts.headless()?;
        }
        Ok(Some(config))
    }

    fn sizes(keys: &Keys) -> Option<Self> {
        let conv = |i: usize| keys.shape(&format!("features.{i}.weight")).filter(|s| s.len() == 4);
        let batch_norm = keys.shape("features.1.weight").is_some_and(|s| s.len() == 1);
        let step = if batch_norm { 3 } else { 2 };
        let (mut features, mut i) = (vec![], 0);
        while conv(i).or(conv(i + 1)).is_some() {
            features.push(conv(i).map(|s| s[0]));
            i += if conv(i).is_some() { step } else { 1 };
        }
        features.push(None);
        let channels = features.iter().rev().find_map(|f| *f)?;
        let all_3x3 = conv(0)?[2] == 3;
        let timm = keys.has("pre_logits.fc1.weight");
        let names = if timm {
            ["pre_logits.fc1", "pre_logits.fc2", "head.fc"]
        } else {
            ["classifier.0", "classifier.3", "classifier.6"]
        };
        let [a, b, classes] = names.map(|n| keys.dim(&format!("{n}.weight"), 0));
        let first = keys.shape(&format!("{}.weight", names[0]))?;
        let pooled = first.get(1..)?.iter().product::<usize>().checked_div(channels)?.isqrt();
        let head = if timm { Head::Timm } else { Head::Torchvision };
        let pools = features.iter().filter(|f| f.is_none()).count();
        let size = pooled.checked_shl(pools as u32)?;
        all_3x3.then_some(Self { features, batch_norm, pooled, size, linear: [a?, b?], classes, head })
    }

    fn pools(&self) -> usize {
        self.features.iter().filter(|f| f.is_none()).count()
    }
}

impl Architecture for Config {
    fn family(&self) -> &'static str {
        "vgg"
    }

    fn title(&self) -> String {
        let depth = self.features.len() - self.pools() + 3;
        format!("VGG-{depth}{}", if self.batch_norm { " with batch norm" } else { "" })
    }

    fn input(&self) -> Input {
        Input { size: self.size, channels: 3 }
    }

    fn graph(&self, size: usize) -> Result<Graph> {
        let mut g = Builder::new(3, size, size);
        let mut x = g.input();
        x = g.module("features", Kind::Layer, |g| {
            let mut count = 0;
            let mut next = || {
                count += 1;
                (count - 1).to_string()
            };
            for layer in &self.features {
                x = match *layer {
                    None => g.max_pool(&next(), x, 2, 2, 0),
                    Some(out) => {
                        x = g.conv2d(&next(), x, Conv::new(out, 3).padding(1));
                        if self.batch_norm {
                            x = g.batch_norm(&next(), x);
                        }
                        g.relu(&next(), x)
                    }
                };
            }
            x
        });
        let channels = g.dim(x, 1);
        x = g.adaptive_avg_pool("avgpool", x, self.pooled);
        x = g.flatten(x);
        x = match self.head {
            Head::Torchvision => self.classifier(&mut g, x),
            Head::Timm => self.conv_mlp(&mut g, x, channels),
        };
        g.finish(x)
    }
}

impl Config {
    fn classifier(&self, g: &mut Builder, x: NodeId) -> NodeId {
        g.module("classifier", Kind::Layer, |g| {
            let [a, b] = self.linear;
            let x = g.linear("0", x, a);
            let x = g.relu("1", x);
            let x = g.dropout("2", x, 0.5);
            let x = g.linear("3", x, b);
            let x = g.relu("4", x);
            let x = g.dropout("5", x, 0.5);
            match self.classes {
                Some(classes) => g.linear("6", x, classes),
                None => x,
            }
        })
    }

    /// A 7x7 convolution on a 7x7 map is the dense layer whose rows lie as its kernels.
    fn conv_mlp(&self, g: &mut Builder, x: NodeId, channels: usize) -> NodeId {
        let [a, b] = self.linear;
        let x = g.module("pre_logits", Kind::Layer, |g| {
            let x = g.linear_stored_as("fc1", x, &[a, channels, self.pooled, self.pooled]);
            let x = g.relu("act1", x);
            let x = g.dropout("drop", x, 0.5);
            let x = g.linear_stored_as("fc2", x, &[b, a, 1, 1]);
            g.relu("act2", x)
        });
        match self.classes {
            Some(classes) => g.module("head", Kind::Layer, |g| g.linear("fc", x, classes)),
            None => x,
        }
    }
}
