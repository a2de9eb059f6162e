//! Deep Residual Learning for Image Recognition, He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385.
//!
//! Keys as in torchvision and timm (`resnet18` ... `resnet152`), and the CIFAR form of section 4.2 with three layers.

use super::facts::{ACTIVATION, Activation, Facts};
use super::{Architecture, Input, Keys, agreement};
use crate::error::{Code, Error, Result};
use crate::nn::{Builder, Conv, Graph, Kind, NodeId};

/// The two residual blocks of figure 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// Two 3x3 convolutions.
    Basic,
    /// 1x1, 3x3, 1x1, with four times as many channels outside as inside.
    Bottleneck,
}

/// One layer of blocks: `conv2_x` to `conv5_x` of table 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Number of blocks.
    pub blocks: usize,
    /// Channels inside a block.
    pub inner: usize,
    /// Channels of its output.
    pub out: usize,
}

/// The first convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stem {
    /// Side of its kernel: 7 for ImageNet, 3 for CIFAR.
    pub kernel: usize,
    /// Its stride: 2 and 1.
    pub stride: usize,
    /// Whether a max pooling follows.
    pub pool: bool,
}

impl Stem {
    /// Table 1.
    const IMAGENET: Self = Self { kernel: 7, stride: 2, pool: true };
    /// Section 4.2.
    const CIFAR: Self = Self { kernel: 3, stride: 1, pool: false };
}

/// Everything that tells one ResNet from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Which block.
    pub block: Block,
    /// Its layers.
    pub layers: Vec<Layer>,
    /// Channels of the first convolution.
    pub stem: usize,
    /// The first convolution and what follows it.
    pub stem_form: Stem,
    /// Pixels per side of the image that it was trained on.
    pub size: usize,
    /// Colour channels of the input.
    pub channels: usize,
    /// Groups of the 3x3 convolutions (1; ResNeXt has 32).
    pub groups: usize,
    /// Length of the answer; `None` for a network without its head.
    pub classes: Option<usize>,
    /// The plain network of section 3.3: the same without shortcuts.
    pub plain: bool,
    /// Channels of the first two of three 3x3 convolutions in place of the stem's one (ResNet-C, -D, -T).
    pub deep: Option<[usize; 2]>,
    /// Whether a mean of 2x2 makes a shortcut smaller in place of a stride (ResNet-D).
    pub mean_shortcut: bool,
    /// Whether shortcuts are padded with channels of zeros where the dimensions change (option A).
    pub padded_shortcut: bool,
    /// What weighs the channels at the end of a block.
    pub gate: ChannelGate,
    /// Group normalization in place of batch norms.
    pub group_norm: bool,
    /// After each normalization.
    pub activation: Activation,
}

/// What weighs the channels at the end of a block, for each layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelGate {
    /// Nothing.
    None,
    /// Squeeze-and-excitation, of so many channels inside.
    Squeeze(Vec<usize>),
    /// A convolution along the channels with so large a kernel (ECA).
    Local(Vec<usize>),
}

/// torch's usual number.
const GROUPS: usize = 32;

impl Config {
    /// A network of these layers in the paper's form.
    fn plain_form(block: Block, layers: Vec<Layer>, stem: usize, stem_form: Stem, size: usize, classes: usize) -> Self {
        Self {
            block,
            layers,
            stem,
            stem_form,
            size,
            channels: 3,
            groups: 1,
            classes: Some(classes),
            plain: false,
            deep: None,
            mean_shortcut: false,
            padded_shortcut: false,
            gate: ChannelGate::None,
            group_norm: false,
            activation: Activation::Relu,
        }
    }
}

impl Config {
    /// ResNet-18 to ResNet-152 of table 1.
    pub fn imagenet(block: Block, blocks: [usize; 4]) -> Self {
        let expansion = if block == Block::Basic { 1 } else { 4 };
        let layer = |i: usize| Layer { blocks: blocks[i], inner: 64 << i, out: (64 << i) * expansion };
        let layers = (0..4).map(layer).collect();
        Self::plain_form(block, layers, 64, Stem::IMAGENET, 224, 1000)
    }

    /// ResNet of `6 n + 2` layers for 32-pixel images (section 4.2).
    pub fn cifar(n: usize) -> Self {
        let layers = (0..3).map(|i| Layer { blocks: n, inner: 16 << i, out: 16 << i }).collect();
        Self::plain_form(Block::Basic, layers, 16, Stem::CIFAR, 32, 10)
    }

    /// The CIFAR form with `width` channels in its first layer, for images of `size` pixels, plain where it is asked to
    /// be.
    #[must_use]
    pub fn narrowed(self, width: usize, size: usize, plain: bool) -> Self {
        let narrow = |(i, layer): (usize, &Layer)| Layer { inner: width << i, out: width << i, ..*layer };
        let layers = self.layers.iter().enumerate().map(narrow).collect();
        Self { layers, stem: width, size, plain, ..self }
    }

    /// Reads the sizes from a checkpoint's keys and shapes. Weights do not tell a plain network from one whose shortcuts
    /// are padded: `shortcuts`, of no library's configuration, does.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where a configuration names what is not supported, or the weights are a part of a
    /// network.
    pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Self>> {
        let Some(mut config) = Self::sizes(keys) else { return Ok(None) };
        config.plain = facts.flag(&["shortcuts"]) == Some(false);
        config.padded_shortcut &= !config.plain;
        agreement::named_resnet(&config, facts)?;
        facts.only_arguments(&[
            "layers",
            "base_width",
            "cardinality",
            "act_layer",
            "global_pool",
            "stem_width",
            "stem_type",
            "avg_down",
            "channels",
        ])?;
        config.activation = facts.activation(ACTIVATION, Activation::Relu)?;
        // Theirs have ReLU between the convolutions of a block whatever the configuration says.
        if facts.transformers_keys && config.activation != Activation::Relu {
            return Err(facts.refuse(format!("{} is not supported", config.activation.title())));
        }
        for flag in ["downsample_in_first_stage", "downsample_in_bottleneck"] {
            if facts.flag(&[flag]) == Some(true) {
                return Err(facts.refuse(format!("{flag} is not supported")));
            }
        }
        if let Some(pool) = facts.text(&["global_pool"]).filter(|pool| *pool != "avg") {
            return Err(facts.refuse(format!("global_pool = \"{pool}\" is not supported")));
        }
        config.whole(facts)?;
        if config.padded_shortcut {
            facts.or_assume(
                None,
                (),
                "shortcuts padded with zeros (option A), because the weights have no projections",
            );
        }
        facts.or_assume(
            None,
            (),
            "output stride 32, without anti-aliased downsampling, average pooling before the classifier",
        );
        config.stem_form = config.stem_of(facts)?;
        let usual = if config.stem_form.stride == 1 { 32 } else { 224 };
        config.size = facts.or_assume(facts.image_size()?, usual, format!("images of {usual} x {usual} pixels"));
        if config.classes.is_none() {
            facts.headless()?;
        }
        agreement::of_resnet(&config, facts)?;
        Ok(Some(config))
    }

    /// A first shard opens as a shorter network unless that is noticed.
    fn whole(&self, facts: &Facts) -> Result<()> {
        if let Some(depths) = facts.counts(&["depths", "layers"]).filter(|depths| depths.len() > 1) {
            let found: Vec<usize> = self.layers.iter().map(|layer| layer.blocks).collect();
            if depths != found {
                let message =
                    format!("the configuration says blocks {depths:?}, the weights have {found:?}. Are they complete?");
                return Err(facts.refuse(message));
            }
            return Ok(());
        }
        let expected = if self.stem_form.kernel == 7 { 4 } else { 3 };
        if self.classes.is_none() && self.layers.len() < expected {
            let message = format!(
                "these are the first {} layers of a ResNet without the rest. If it is a shard, open all of them together",
                self.layers.len()
            );
            return Err(Error::new(Code::UnsupportedCheckpoint, message));
        }
        Ok(())
    }

    fn stem_of(&self, facts: &mut Facts) -> Result<Stem> {
        let (stride, pool) = (facts.count(&["stem_stride"]), facts.flag(&["stem_pool"]));
        let usual = if self.stem_form.kernel == 7 { Stem::IMAGENET } else { Stem::CIFAR };
        let told = (stride.is_some() || pool.is_some()).then(|| Stem {
            stride: stride.unwrap_or(usual.stride),
            pool: pool.unwrap_or(usual.pool),
            ..self.stem_form
        });
        let words =
            if usual.pool { "a stem of stride 2 with max pooling" } else { "a stem of stride 1 without max pooling" };
        let stem = facts.or_assume(told, Stem { kernel: self.stem_form.kernel, ..usual }, words);
        if matches!(stem, Stem { kernel: 3 | 7, stride: 1 | 2, .. }) {
            return Ok(stem);
        }
        Err(facts.refuse(format!("a stem of {0} x {0} with stride {1} is not supported", stem.kernel, stem.stride)))
    }

    fn sizes(keys: &Keys) -> Option<Self> {
        let deep = keys.dim("conv1.0.weight", 0).zip(keys.dim("conv1.3.weight", 0)).map(|(a, b)| [a, b]);
        let last = if deep.is_some() { "conv1.6.weight" } else { "conv1.weight" };
        let &[stem, stem_in, kernel, _] = keys.shape(last)? else { return None };
        let channels = if deep.is_some() { keys.dim("conv1.0.weight", 1)? } else { stem_in };
        let block = if keys.has("layer1.0.conv3.weight") { Block::Bottleneck } else { Block::Basic };
        let last = if block == Block::Basic { "conv2" } else { "conv3" };
        let layer = |i: usize| {
            let blocks = keys.count(&format!("layer{i}."), ".conv1.weight");
            let inner = keys.dim(&format!("layer{i}.0.conv1.weight"), 0)?;
            Some(Layer { blocks, inner, out: keys.dim(&format!("layer{i}.0.{last}.weight"), 0)? })
        };
        let layers: Vec<Layer> = (1..).map_while(layer).collect();
        let inner = layers.first()?.inner;
        let groups = inner / keys.dim("layer1.0.conv2.weight", 1)?.max(1);
        // Where the dimensions change, at the latest in the second layer.
        let changes = |part: &str| keys.has(&format!("layer2.0.downsample.{part}.weight"));
        let each = |part: &str, dim: usize| -> Option<Vec<usize>> {
            (1..=layers.len()).map(|i| keys.dim(&format!("layer{i}.0.se.{part}.weight"), dim)).collect()
        };
        let gate = match (each("fc1", 0), each("conv", 2)) {
            (Some(inner), _) => ChannelGate::Squeeze(inner),
            (_, Some(kernels)) => ChannelGate::Local(kernels),
            _ => ChannelGate::None,
        };
        Some(Self {
            channels,
            groups: groups.max(1),
            classes: keys.dim("fc.weight", 0),
            deep,
            mean_shortcut: changes("1") && !changes("0"),
            padded_shortcut: block == Block::Basic && layers.len() > 1 && !changes("0") && !changes("1"),
            gate,
            group_norm: keys.has("bn1.weight") && !keys.has("bn1.running_mean"),
            ..Self::plain_form(
                block,
                layers,
                stem,
                Stem { kernel: if deep.is_some() { 7 } else { kernel }, stride: 1, pool: false },
                0,
                1,
            )
        })
    }

    fn depth(&self) -> usize {
        let convs = if self.block == Block::Basic { 2 } else { 3 };
        self.layers.iter().map(|l| l.blocks * convs).sum::<usize>() + 2
    }
}

impl Architecture for Config {
    fn family(&self) -> &'static str {
        "resnet"
    }

    fn title(&self) -> String {
        let depth = self.depth();
        let first = self.layers.first();
        let (inner, out) = first.map_or((0, 0), |layer| (layer.inner, layer.out));
        if self.plain {
            return format!("Plain-{depth}");
        }
        let gate = match self.gate {
            ChannelGate::None => "",
            ChannelGate::Squeeze(_) => "SE-",
            ChannelGate::Local(_) => "ECA-",
        };
        // timm's letters.
        let stem = match (self.deep, self.mean_shortcut) {
            (Some([24, 32]), true) => "-T",
            (Some(_), true) => "-D",
            (Some([64, 64]), false) => "-S",
            (Some(_), false) => "-C",
            (None, _) => "",
        };
        let norm = if self.group_norm { " with group norm" } else { "" };
        let bottleneck = self.block == Block::Bottleneck;
        match (inner * 4).checked_div(out) {
            _ if bottleneck && self.groups > 1 => {
                format!("{gate}ResNeXt-{depth}{stem} ({}x{}d){norm}", self.groups, inner / self.groups)
            }
            Some(times) if bottleneck && times > 1 && inner * 4 == times * out => {
                format!("{gate}Wide ResNet-{depth}-{times}{stem}{norm}")
            }
            _ => format!("{gate}ResNet-{depth}{stem}{norm}"),
        }
    }

    fn input(&self) -> Input {
        Input { size: self.size, channels: self.channels }
    }

    fn graph(&self, size: usize) -> Result<Graph> {
        let mut g = Builder::new(self.channels, size, size);
        let mut x = g.input();
        let Stem { kernel, stride, pool } = self.stem_form;
        x = match self.deep {
            None => g.conv2d("conv1", x, Conv::new(self.stem, kernel).stride(stride).padding(kernel / 2).no_bias()),
            Some(widths) => self.deep_stem(&mut g, x, widths, stride),
        };
        x = self.norm(&mut g, "bn1", x);
        x = g.activation("act1", x, self.activation);
        if pool {
            x = g.max_pool("maxpool", x, 3, 2, 1);
        }
        for (i, layer) in self.layers.iter().enumerate() {
            x = g.module(&format!("layer{}", i + 1), Kind::Layer, |g| {
                (0..layer.blocks).fold(x, |x, b| {
                    let stride = if b == 0 && i > 0 { 2 } else { 1 };
                    g.module(&b.to_string(), Kind::Block, |g| self.residual(g, x, i, stride))
                })
            });
        }
        x = g.global_avg_pool("avgpool", x);
        if let Some(classes) = self.classes {
            x = g.linear("fc", x, classes);
        }
        g.finish(x)
    }
}

impl Config {
    /// Equations 1 and 2: `y = F(x) + x`, with a projection where the dimensions change (option B).
    fn residual(&self, g: &mut Builder, x: NodeId, number: usize, stride: usize) -> NodeId {
        let layer = &self.layers[number];
        let branch = match self.block {
            Block::Basic => self.basic(g, x, layer, stride),
            Block::Bottleneck => self.bottleneck(g, x, layer, stride),
        };
        let branch = self.gated(g, branch, number);
        let name = if self.block == Block::Basic { "act2" } else { "act3" };
        if self.plain {
            return g.activation(name, branch, self.activation);
        }
        let inputs = g.shape(x)[1];
        let shortcut = match stride != 1 || inputs != layer.out {
            false => x,
            true if self.padded_shortcut => g.pad_channels("shortcut", x, stride, layer.out.saturating_sub(inputs) / 2),
            true => self.projection(g, x, layer.out, stride),
        };
        let sum = g.add("add", branch, shortcut);
        g.activation(name, sum, self.activation)
    }

    /// Three 3x3 convolutions, the first of them with the stride (Inception's stem).
    fn deep_stem(&self, g: &mut Builder, x: NodeId, [first, second]: [usize; 2], stride: usize) -> NodeId {
        g.module("conv1", Kind::Layer, |g| {
            let x = g.conv2d("0", x, Conv::new(first, 3).stride(stride).padding(1).no_bias());
            let x = self.norm(g, "1", x);
            let x = g.activation("2", x, self.activation);
            let x = g.conv2d("3", x, Conv::new(second, 3).padding(1).no_bias());
            let x = self.norm(g, "4", x);
            let x = g.activation("5", x, self.activation);
            g.conv2d("6", x, Conv::new(self.stem, 3).padding(1).no_bias())
        })
    }

    fn norm(&self, g: &mut Builder, name: &str, x: NodeId) -> NodeId {
        if self.group_norm { g.group_norm(name, x, GROUPS) } else { g.batch_norm(name, x) }
    }

    /// The branch with its channels weighed by what the whole map holds.
    fn gated(&self, g: &mut Builder, x: NodeId, number: usize) -> NodeId {
        let channels = g.shape(x)[1];
        match &self.gate {
            ChannelGate::None => x,
            ChannelGate::Squeeze(inner) => g.module("se", Kind::Activation, |g| {
                let inner = inner[number];
                let y = g.global_avg_pool("pool", x);
                let y = g.linear_stored_as("fc1", y, &[inner, channels, 1, 1]);
                let y = g.relu("act", y);
                let y = g.linear_stored_as("fc2", y, &[channels, inner, 1, 1]);
                g.gate("gate", x, y)
            }),
            ChannelGate::Local(kernels) => g.module("se", Kind::Activation, |g| {
                let y = g.global_avg_pool("pool", x);
                let y = g.channel_conv("conv", y, kernels[number]);
                g.gate("gate", x, y)
            }),
        }
    }

    fn basic(&self, g: &mut Builder, x: NodeId, layer: &Layer, stride: usize) -> NodeId {
        let x = g.conv2d("conv1", x, Conv::new(layer.inner, 3).stride(stride).padding(1).no_bias());
        let x = self.norm(g, "bn1", x);
        let x = g.activation("act1", x, self.activation);
        let x = g.conv2d("conv2", x, Conv::new(layer.out, 3).padding(1).no_bias());
        self.norm(g, "bn2", x)
    }

    /// The stride is in the 3x3 convolution, as in torchvision ("ResNet v1.5"); the paper has it in the first 1x1.
    fn bottleneck(&self, g: &mut Builder, x: NodeId, layer: &Layer, stride: usize) -> NodeId {
        let x = g.conv2d("conv1", x, Conv::new(layer.inner, 1).no_bias());
        let x = self.norm(g, "bn1", x);
        let x = g.activation("act1", x, self.activation);
        let conv = Conv::new(layer.inner, 3).stride(stride).padding(1).groups(self.groups).no_bias();
        let x = g.conv2d("conv2", x, conv);
        let x = self.norm(g, "bn2", x);
        let x = g.activation("act2", x, self.activation);
        let x = g.conv2d("conv3", x, Conv::new(layer.out, 1).no_bias());
        self.norm(g, "bn3", x)
    }

    fn projection(&self, g: &mut Builder, x: NodeId, out: usize, stride: usize) -> NodeId {
        g.module("downsample", Kind::Conv, |g| {
            if !self.mean_shortcut {
                let x = g.conv2d("0", x, Conv::new(out, 1).stride(stride).no_bias());
                return self.norm(g, "1", x);
            }
            let x = if stride > 1 { g.avg_pool("0", x, stride) } else { x };
            let x = g.conv2d("1", x, Conv::new(out, 1).no_bias());
            self.norm(g, "2", x)
        })
    }
}
