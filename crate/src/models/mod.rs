//! The architectures: one file each, readable beside its paper.

pub mod alexnet;
mod capabilities;
pub mod dino;
pub mod lenet;
pub mod mae;
pub mod resnet;
pub mod swin;
pub mod vgg;
pub mod vit;

pub use capabilities::{Capability, capabilities, class_methods, patch_grid};

use std::collections::BTreeMap;

use crate::error::Result;
use crate::nn::Graph;

/// The image that a network takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Input {
    /// Pixels per side.
    pub size: usize,
    /// 3 for colour, 1 for grey.
    pub channels: usize,
}

/// One architecture at one size: enough to state the network.
pub trait Architecture {
    /// Lower-case name of the architecture, such as "resnet".
    fn family(&self) -> &'static str;
    /// Name and size, such as "ResNet-18".
    fn title(&self) -> String;
    /// The image it was made for.
    fn input(&self) -> Input;
    /// The network on images of `size` pixels per side.
    fn graph(&self, size: usize) -> Result<Graph>;
    /// The graph's key for a checkpoint's, where the same network is stored under several layouts; `None` for buffers
    /// that hold nothing learned.
    fn canonical_key(&self, key: &str, _keys: &Keys) -> Option<String> {
        (!is_buffer(key)).then(|| key.to_owned())
    }
    /// MAE alone: the network with this many patches visible.
    fn masked(&self) -> Option<&mae::Config> {
        None
    }
}

/// Whether a key names a buffer that holds nothing learned.
pub fn is_buffer(key: &str) -> bool {
    ["num_batches_tracked", "relative_position_index", "attn_mask"].iter().any(|b| key.ends_with(b))
}

/// Recognizes one architecture.
type Detect = fn(&Keys) -> Option<Box<dyn Architecture>>;

fn boxed<A: Architecture + 'static>(config: A) -> Box<dyn Architecture> {
    Box::new(config)
}

/// The architectures, those with the more telling keys first. A new one is a file and a line here.
const ARCHITECTURES: [Detect; 8] = [
    |keys| mae::Config::detect(keys).map(boxed),
    |keys| swin::Config::detect(keys).map(boxed),
    |keys| dino::Config::detect(keys).map(boxed),
    |keys| vit::Config::detect(keys).map(boxed),
    |keys| resnet::Config::detect(keys).map(boxed),
    |keys| alexnet::Config::detect(keys).map(boxed),
    |keys| vgg::Config::detect(keys).map(boxed),
    |keys| lenet::Config::detect(keys).map(boxed),
];

/// The architecture that a checkpoint's keys and shapes tell of.
pub fn detect(keys: &Keys) -> Option<Box<dyn Architecture>> {
    ARCHITECTURES.iter().find_map(|detect| detect(keys))
}

/// Keys and shapes of a checkpoint: all that an architecture is recognized by.
#[derive(Debug, Default)]
pub struct Keys(BTreeMap<String, Vec<usize>>);

impl Keys {
    /// From (key, shape) pairs.
    pub fn new(entries: impl IntoIterator<Item = (String, Vec<usize>)>) -> Self {
        Self(entries.into_iter().collect())
    }

    /// The shape stored under a key.
    pub fn shape(&self, key: &str) -> Option<&[usize]> {
        self.0.get(key).map(Vec::as_slice)
    }

    /// One dimension of a stored shape.
    pub fn dim(&self, key: &str, dim: usize) -> Option<usize> {
        self.shape(key)?.get(dim).copied()
    }

    /// Whether a key is stored.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// How many of `prefix0suffix`, `prefix1suffix`, ... are stored without a gap.
    pub fn count(&self, prefix: &str, suffix: &str) -> usize {
        (0..).take_while(|i| self.has(&format!("{prefix}{i}{suffix}"))).count()
    }

    /// All of them, in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.0.iter().map(|(k, s)| (k.as_str(), s.as_slice()))
    }
}
