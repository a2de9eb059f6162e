//! ImageNet Classification with Deep Convolutional Neural Networks, Krizhevsky, Sutskever, Hinton, NIPS 2012.
//!
//! Two forms: torchvision's `alexnet` (no LRN, no groups), which official weights exist for, and the paper's with local
//! response normalization (after pooling where nothing is said, as in `tests/reference/train_small.py`) and two groups
//! for the two GPUs.

use super::facts::{ACTIVATION, Activation, Facts};
use super::{Architecture, Input, Keys};
use crate::error::Result;
use crate::nn::{Builder, Conv, Graph, Kind, NodeId};

/// One convolution of `features`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Output channels.
    pub out: usize,
    /// Kernel side.
    pub kernel: usize,
    /// Groups: 2 where a GPU saw its own maps alone.
    pub groups: usize,
}

/// Where local response normalization stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lrn {
    /// Nowhere.
    None,
    /// Before the pooling, as in the paper (section 3.5).
    BeforePool,
    /// After it, as in the small one here.
    AfterPool,
}

/// What follows each layer but the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonlinearity {
    /// Section 3.1.
    Relu,
    /// What it is compared with there (figure 1).
    Tanh,
}

/// Everything that tells one AlexNet from another.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The five convolutions.
    pub layers: [Layer; 5],
    /// Local response normalization around the first two poolings.
    pub lrn: Lrn,
    /// Pixels per side: 224 with a stride of 4 in the first layer, else 32 with 1.
    pub size: usize,
    /// Widths of the fully connected layers before the last.
    pub linear: [usize; 2],
    /// Length of the answer; `None` for a network without its last layer.
    pub classes: Option<usize>,
    /// What follows each layer but the last.
    pub nonlinearity: Nonlinearity,
    /// The share that training drops of the fully connected layers' inputs (section 4.2).
    pub dropout: f64,
}

/// Section 4.2.
const DROPOUT: f64 = 0.5;
/// Section 3.3: n = 5, alpha = 1e-4, beta = 0.75, k = 2.
const LRN: (usize, f64, f64, f64) = (5, 1e-4, 0.75, 2.0);

impl Config {
    /// torchvision's form.
    pub fn torchvision() -> Self {
        let layers = [(64, 11), (192, 5), (384, 3), (256, 3), (256, 3)];
        let layers = layers.map(|(out, kernel)| Layer { out, kernel, groups: 1 });
        Self {
            layers,
            lrn: Lrn::None,
            size: 224,
            linear: [4096, 4096],
            classes: Some(1000),
            nonlinearity: Nonlinearity::Relu,
            dropout: DROPOUT,
        }
    }

    /// The paper's form at 32 pixels.
    pub fn cifar() -> Self {
        let layers = [(48, 5, 1), (128, 5, 2), (192, 3, 1), (192, 3, 2), (128, 3, 2)];
        let layers = layers.map(|(out, kernel, groups)| Layer { out, kernel, groups });
        Self {
            layers,
            lrn: Lrn::AfterPool,
            size: 32,
            linear: [192, 192],
            classes: Some(10),
            nonlinearity: Nonlinearity::Relu,
            dropout: DROPOUT,
        }
    }

    /// Reads the sizes from a checkpoint's keys and shapes.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a configuration names what is not supported.
    pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Self>> {
        let Some(mut config) = Self::sizes(keys) else { return Ok(None) };
        let activation = facts.activation(ACTIVATION, Activation::Relu)?;
        config.nonlinearity = match activation {
            Activation::Relu => Nonlinearity::Relu,
            Activation::Tanh => Nonlinearity::Tanh,
            other => return Err(facts.refuse(format!("AlexNet with {} is not supported", other.title()))),
        };
        if config.lrn != Lrn::None {
            let told = facts.flag(&["norm_before_pool"]);
            let told = told.map(|before| if before { Lrn::BeforePool } else { Lrn::AfterPool });
            config.lrn = facts.or_assume(
                told,
                Lrn::AfterPool,
                "local response normalization (n = 5, alpha = 1e-4, beta = 0.75, k = 2) after the pooling",
            );
        }
        let words = format!("images of {0} x {0} pixels", config.size);
        // Only with response normalization is there one size alone.
        if config.lrn == Lrn::None {
            config.size = facts.or_assume(facts.image_size()?, config.size, words);
        } else {
            facts.agree_size(config.size, words)?;
        }
        facts.agree(&["num_classes", "num_labels"], config.classes.unwrap_or(0), "classes")?;
        if config.classes.is_none() {
            facts.headless()?;
        }
        Ok(Some(config))
    }

    /// torchvision's brings any map to 6 x 6.
    fn pools_to_fit(&self) -> bool {
        self.lrn == Lrn::None && self.layers[0].kernel == 11
    }

    fn sizes(keys: &Keys) -> Option<Self> {
        let lrn = if keys.has("features.4.weight") { Lrn::AfterPool } else { Lrn::None };
        let at = if lrn != Lrn::None { [0, 4, 8, 10, 12] } else { [0, 3, 6, 8, 10] };
        let mut inputs = 3;
        let mut layers = [Layer { out: 0, kernel: 0, groups: 0 }; 5];
        for (layer, i) in layers.iter_mut().zip(at) {
            let &[out, per_group, kernel, _] = keys.shape(&format!("features.{i}.weight"))? else { return None };
            *layer = Layer { out, kernel, groups: inputs / per_group.max(1) };
            inputs = out;
        }
        let width = |i: usize| keys.dim(&format!("classifier.{i}.weight"), 0);
        let size = if layers[0].kernel == 11 { 224 } else { 32 };
        let fits = layers[0].kernel > 3 && !keys.has("features.1.weight");
        let (linear, classes) = ([width(1)?, width(4)?], width(6));
        fits.then_some(Self { layers, lrn, size, linear, classes, nonlinearity: Nonlinearity::Relu, dropout: DROPOUT })
    }
}

impl Architecture for Config {
    fn family(&self) -> &'static str {
        "alexnet"
    }

    fn title(&self) -> String {
        "AlexNet".to_owned()
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
            for (i, layer) in self.layers.iter().enumerate() {
                let conv = Conv::new(layer.out, layer.kernel).padding(layer.kernel / 2).groups(layer.groups);
                let conv = if layer.kernel == 11 { conv.stride(4).padding(2) } else { conv };
                x = g.conv2d(&next(), x, conv);
                x = self.activate(g, &next(), x);
                if self.lrn == Lrn::BeforePool && i < 2 {
                    x = g.local_response_norm(&next(), x, LRN);
                }
                if matches!(i, 0 | 1 | 4) {
                    x = g.max_pool(&next(), x, 3, 2, 0);
                }
                if self.lrn == Lrn::AfterPool && i < 2 {
                    x = g.local_response_norm(&next(), x, LRN);
                }
            }
            x
        });
        if self.pools_to_fit() {
            x = g.adaptive_avg_pool("avgpool", x, 6);
        }
        x = g.flatten(x);
        x = g.module("classifier", Kind::Layer, |g| {
            let [a, b] = self.linear;
            let x = g.dropout("0", x, self.dropout);
            let x = g.linear("1", x, a);
            let x = self.activate(g, "2", x);
            let x = g.dropout("3", x, self.dropout);
            let x = g.linear("4", x, b);
            let x = self.activate(g, "5", x);
            match self.classes {
                Some(classes) => g.linear("6", x, classes),
                None => x,
            }
        });
        g.finish(x)
    }
}

impl Config {
    fn activate(&self, g: &mut Builder, name: &str, x: NodeId) -> NodeId {
        match self.nonlinearity {
            Nonlinearity::Relu => g.relu(name, x),
            Nonlinearity::Tanh => g.tanh(name, x),
        }
    }
}
