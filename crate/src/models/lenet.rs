//! Gradient-Based Learning Applied to Document Recognition, LeCun, Bottou, Bengio, Haffner, Proc. IEEE 86(11), 1998.
//!
//! The form taught today: max pooling, ReLU, all maps connected, softmax; keys as in `tests/reference/train_small.py`.

use super::facts::{ACTIVATION, Activation, Facts};
use super::{Architecture, Input, Keys};
use crate::error::Result;
use crate::nn::{Builder, Conv, Graph};

/// LeNet-5, and the fully connected network that is its foil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Colour channels of the input.
    pub channels: usize,
    /// Pixels per side.
    pub size: usize,
    /// Output channels of the 5x5 convolutions; empty for the fully connected network (FCNN).
    pub convs: Vec<usize>,
    /// Widths of the fully connected layers, the last being the classes.
    pub linear: Vec<usize>,
}

impl Config {
    /// LeNet-5 on 32x32 digits.
    pub fn lenet5() -> Self {
        Self { channels: 1, size: 32, convs: vec![6, 16], linear: vec![120, 84, 10] }
    }

    /// A fully connected network with about as many parameters.
    pub fn fcnn() -> Self {
        Self { channels: 1, size: 32, convs: vec![], linear: vec![56, 56, 10] }
    }

    /// Reads the sizes from a checkpoint's keys and shapes.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a configuration names what is not supported.
    pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Self>> {
        let Some(config) = Self::sizes(keys) else { return Ok(None) };
        let activation = facts.activation(ACTIVATION, Activation::Relu)?;
        if activation != Activation::Relu {
            return Err(facts.refuse(format!("{} with {} is not supported", config.title(), activation.title())));
        }
        if !config.convs.is_empty() {
            let pooling = facts.text(&["pooling", "pool_type"]).unwrap_or("max").to_owned();
            if pooling != "max" {
                return Err(facts.refuse(format!("{} with {pooling} pooling is not supported", config.title())));
            }
            facts.or_assume(None, (), "max pooling of 2 x 2 after each convolution, convolutions without padding");
        }
        facts.or_assume(facts.image_size()?, config.size, format!("images of {0} x {0} pixels", config.size));
        Ok(Some(config))
    }

    fn sizes(keys: &Keys) -> Option<Self> {
        let linear: Vec<usize> = (1..).map_while(|i| keys.dim(&format!("fc{i}.weight"), 0)).collect();
        let convs: Vec<usize> = (1..).map_while(|i| keys.dim(&format!("conv{i}.weight"), 0)).collect();
        let inputs = keys.dim("fc1.weight", 1)?;
        if keys.has("bn1.weight") || linear.is_empty() {
            return None;
        }
        let Some(&last) = convs.last() else {
            let channels = if inputs.isqrt().pow(2) == inputs { 1 } else { 3 };
            return Some(Self { channels, size: (inputs / channels).isqrt(), convs, linear });
        };
        let side = inputs.checked_div(last)?.isqrt();
        let size = convs.iter().fold(side, |side, _| side.saturating_mul(2).saturating_add(4));
        Some(Self { channels: keys.dim("conv1.weight", 1)?, size, convs, linear })
    }
}

impl Architecture for Config {
    fn family(&self) -> &'static str {
        if self.convs.is_empty() { "fcnn" } else { "lenet" }
    }

    fn title(&self) -> String {
        if self.convs.is_empty() { "FCNN" } else { "LeNet-5" }.to_owned()
    }

    fn input(&self) -> Input {
        Input { size: self.size, channels: self.channels }
    }

    fn graph(&self, size: usize) -> Result<Graph> {
        let mut g = Builder::new(self.channels, size, size);
        let mut x = g.input();
        for (i, &out) in self.convs.iter().enumerate() {
            x = g.conv2d(&format!("conv{}", i + 1), x, Conv::new(out, 5));
            x = g.relu(&format!("relu{}", i + 1), x);
            x = g.max_pool(&format!("pool{}", i + 1), x, 2, 2, 0);
        }
        x = g.flatten(x);
        let last = self.linear.len();
        for (i, &out) in self.linear.iter().enumerate() {
            x = g.linear(&format!("fc{}", i + 1), x, out);
            if i + 1 < last {
                x = g.relu(&format!("relu{}", self.convs.len() + i + 1), x);
            }
        }
        g.finish(x)
    }
}
