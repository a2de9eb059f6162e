//! Gradient-Based Learning Applied to Document Recognition, LeCun, Bottou, Bengio, Haffner, Proc. IEEE 86(11), 1998.
//!
//! The form taught today: max pooling, ReLU, all maps connected, softmax; keys as in `tests/reference/train_small.py`.
//! The paper's tanh and average pooling leave no trace in the weights: a configuration tells of them.

use super::facts::{ACTIVATION, Activation, Facts};
use super::{Architecture, Input, Keys};
use crate::error::Result;
use crate::nn::{Builder, Conv, Graph, NodeId};

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
    /// Zeros around the input of the first convolution: 2 where images have 28 pixels.
    pub padding: usize,
    /// What follows each convolution and its activation, 2 x 2.
    pub pooling: Pooling,
    /// After each layer but the last.
    pub activation: Activation,
}

/// What makes a map half as large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The largest of four.
    Max,
    /// The mean of four, as in the paper, but for its weight and bias.
    Average,
}

impl Config {
    fn usual(channels: usize, size: usize, convs: Vec<usize>, linear: Vec<usize>) -> Self {
        let (pooling, activation) = (Pooling::Max, Activation::Relu);
        Self { channels, size, convs, linear, padding: 0, pooling, activation }
    }

    /// LeNet-5 on 32x32 digits.
    pub fn lenet5() -> Self {
        Self::usual(1, 32, vec![6, 16], vec![120, 84, 10])
    }

    /// A fully connected network with about as many parameters.
    pub fn fcnn() -> Self {
        Self::usual(1, 32, vec![], vec![56, 56, 10])
    }

    /// Reads the sizes from a checkpoint's keys and shapes.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a configuration names what is not supported.
    pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Self>> {
        let Some(mut config) = Self::sizes(keys) else { return Ok(None) };
        config.activation = facts.activation(ACTIVATION, Activation::Relu)?;
        if !config.convs.is_empty() {
            let told = match facts.text(&["pooling", "pool_type"]) {
                Some("max") => Some(Pooling::Max),
                Some("avg" | "average") => Some(Pooling::Average),
                Some(other) => {
                    return Err(facts.refuse(format!("{} with {other} pooling is not supported", config.title())));
                }
                None => None,
            };
            config.pooling = facts.or_assume(told, Pooling::Max, "max pooling of 2 x 2 after each convolution");
            config.padding = config.padding_of(facts)?;
            config.size = config.size.saturating_sub(2 * config.padding);
        }
        facts.agree_size(config.size, format!("images of {0} x {0} pixels", config.size))?;
        let classes = config.linear.last().copied().unwrap_or(0);
        facts.agree(&["num_classes", "num_labels"], classes, "classes")?;
        Ok(Some(config))
    }

    /// Around the first convolution: as told, or as the size of the images has it.
    fn padding_of(&self, facts: &mut Facts) -> Result<usize> {
        let by_size = facts.image_size()?.and_then(|told| self.size.checked_sub(told)).map(|difference| difference / 2);
        let told = facts.count(&["padding"]).or(by_size);
        let padding = facts.or_assume(told, 0, "convolutions without padding");
        if padding > 2 {
            return Err(facts.refuse(format!("a convolution of 5 x 5 padded by {padding} is not supported")));
        }
        Ok(padding)
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
            return Some(Self::usual(channels, (inputs / channels).isqrt(), convs, linear));
        };
        let side = inputs.checked_div(last)?.isqrt();
        let size = convs.iter().fold(side, |side, _| side.saturating_mul(2).saturating_add(4));
        Some(Self::usual(keys.dim("conv1.weight", 1)?, size, convs, linear))
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
            let padding = if i == 0 { self.padding } else { 0 };
            x = g.conv2d(&format!("conv{}", i + 1), x, Conv::new(out, 5).padding(padding));
            x = self.activate(&mut g, i + 1, x);
            let name = format!("pool{}", i + 1);
            x = match self.pooling {
                Pooling::Max => g.max_pool(&name, x, 2, 2, 0),
                Pooling::Average => g.avg_pool(&name, x, 2),
            };
        }
        x = g.flatten(x);
        let last = self.linear.len();
        for (i, &out) in self.linear.iter().enumerate() {
            x = g.linear(&format!("fc{}", i + 1), x, out);
            if i + 1 < last {
                x = self.activate(&mut g, self.convs.len() + i + 1, x);
            }
        }
        g.finish(x)
    }
}

impl Config {
    /// Named by what it is: `relu1`, or `act1`.
    fn activate(&self, g: &mut Builder, number: usize, x: NodeId) -> NodeId {
        let name = if self.activation == Activation::Relu { "relu" } else { "act" };
        g.activation(&format!("{name}{number}"), x, self.activation)
    }
}
