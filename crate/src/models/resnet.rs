//! Deep Residual Learning for Image Recognition, He, Zhang, Ren, Sun, CVPR 2016, arXiv:1512.03385.
//!
//! Keys as in torchvision and timm (`resnet18` ... `resnet152`), and the CIFAR form of section 4.2 with three layers.

use super::{Architecture, Input, Keys};
use crate::error::Result;
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

/// Everything that tells one ResNet from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Which block.
    pub block: Block,
    /// Its layers.
    pub layers: Vec<Layer>,
    /// Channels of the first convolution.
    pub stem: usize,
    /// 7x7 stride 2 and max pooling (ImageNet), or 3x3 stride 1 (CIFAR).
    pub imagenet: bool,
    /// Colour channels of the input.
    pub channels: usize,
    /// Groups of the 3x3 convolutions (1; ResNeXt has 32).
    pub groups: usize,
    /// Length of the answer; `None` for a network without its head.
    pub classes: Option<usize>,
    /// The plain network of section 3.3: the same without shortcuts.
    pub plain: bool,
    /// Pixels per side of the input.
    pub size: usize,
}

impl Config {
    /// ResNet-18 to ResNet-152 of table 1.
    pub fn imagenet(block: Block, blocks: [usize; 4]) -> Self {
        let expansion = if block == Block::Basic { 1 } else { 4 };
        let layer = |i: usize| Layer { blocks: blocks[i], inner: 64 << i, out: (64 << i) * expansion };
        let layers = (0..4).map(layer).collect();
        let (stem, channels, groups, classes) = (64, 3, 1, Some(1000));
        Self { block, layers, stem, imagenet: true, channels, groups, classes, plain: false, size: 224 }
    }

    /// ResNet of `6 n + 2` layers for 32-pixel images (section 4.2).
    pub fn cifar(n: usize) -> Self {
        let layers = (0..3).map(|i| Layer { blocks: n, inner: 16 << i, out: 16 << i }).collect();
        Self {
            block: Block::Basic,
            layers,
            stem: 16,
            imagenet: false,
            channels: 3,
            groups: 1,
            classes: Some(10),
            plain: false,
            size: 32,
        }
    }

    /// The CIFAR form with `width` channels in its first layer, for images of `size` pixels, plain where it is asked to be.
    #[must_use]
    pub fn narrowed(self, width: usize, size: usize, plain: bool) -> Self {
        let narrow = |(i, layer): (usize, &Layer)| Layer { inner: width << i, out: width << i, ..*layer };
        let layers = self.layers.iter().enumerate().map(narrow).collect();
        Self { layers, stem: width, size, plain, ..self }
    }

    /// Reads the sizes from a checkpoint's keys and shapes.
    pub fn detect(keys: &Keys) -> Option<Self> {
        let stem = keys.shape("conv1.weight").filter(|s| s.len() == 4)?.to_vec();
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
        Some(Self {
            block,
            layers,
            stem: stem[0],
            imagenet: stem[2] == 7,
            channels: stem[1],
            groups: groups.max(1),
            classes: keys.dim("fc.weight", 0),
            plain: false,
            size: if stem[2] == 7 { 224 } else { 32 },
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
        format!("{}-{}", if self.plain { "Plain" } else { "ResNet" }, self.depth())
    }

    fn input(&self) -> Input {
        Input { size: self.size, channels: self.channels }
    }

    fn graph(&self, size: usize) -> Result<Graph> {
        let mut g = Builder::new(self.channels, size, size);
        let stem = if self.imagenet {
            Conv::new(self.stem, 7).stride(2).padding(3)
        } else {
            Conv::new(self.stem, 3).padding(1)
        };
        let mut x = g.conv2d("conv1", g.input(), stem.no_bias());
        x = g.batch_norm("bn1", x);
        x = g.relu("act1", x);
        if self.imagenet {
            x = g.max_pool("maxpool", x, 3, 2, 1);
        }
        for (i, layer) in self.layers.iter().enumerate() {
            x = g.module(&format!("layer{}", i + 1), Kind::Layer, |g| {
                (0..layer.blocks).fold(x, |x, b| {
                    let stride = if b == 0 && i > 0 { 2 } else { 1 };
                    g.module(&b.to_string(), Kind::Block, |g| self.residual(g, x, layer, stride))
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
    fn residual(&self, g: &mut Builder, x: NodeId, layer: &Layer, stride: usize) -> NodeId {
        let branch = match self.block {
            Block::Basic => self.basic(g, x, layer, stride),
            Block::Bottleneck => self.bottleneck(g, x, layer, stride),
        };
        let name = if self.block == Block::Basic { "act2" } else { "act3" };
        if self.plain {
            return g.relu(name, branch);
        }
        let shortcut = if stride != 1 || g.dim(x, 1) != layer.out { projection(g, x, layer.out, stride) } else { x };
        let sum = g.add("add", branch, shortcut);
        g.relu(name, sum)
    }

    fn basic(&self, g: &mut Builder, x: NodeId, layer: &Layer, stride: usize) -> NodeId {
        let x = g.conv2d("conv1", x, Conv::new(layer.inner, 3).stride(stride).padding(1).no_bias());
        let x = g.batch_norm("bn1", x);
        let x = g.relu("act1", x);
        let x = g.conv2d("conv2", x, Conv::new(layer.out, 3).padding(1).no_bias());
        g.batch_norm("bn2", x)
    }

    /// The stride is in the 3x3 convolution, as in torchvision ("ResNet v1.5"); the paper has it in the first 1x1.
    fn bottleneck(&self, g: &mut Builder, x: NodeId, layer: &Layer, stride: usize) -> NodeId {
        let x = g.conv2d("conv1", x, Conv::new(layer.inner, 1).no_bias());
        let x = g.batch_norm("bn1", x);
        let x = g.relu("act1", x);
        let conv = Conv::new(layer.inner, 3).stride(stride).padding(1).groups(self.groups).no_bias();
        let x = g.conv2d("conv2", x, conv);
        let x = g.batch_norm("bn2", x);
        let x = g.relu("act2", x);
        let x = g.conv2d("conv3", x, Conv::new(layer.out, 1).no_bias());
        g.batch_norm("bn3", x)
    }
}

fn projection(g: &mut Builder, x: NodeId, out: usize, stride: usize) -> NodeId {
    g.module("downsample", Kind::Conv, |g| {
        let x = g.conv2d("0", x, Conv::new(out, 1).stride(stride).no_bias());
        g.batch_norm("1", x)
    })
}
