//! The architectures: one file each, readable beside its paper.

mod agreement;
pub mod alexnet;
mod capabilities;
pub mod dino;
pub mod facts;
pub mod layouts;
pub mod lenet;
pub mod mae;
pub mod resnet;
pub mod swin;
pub mod vgg;
pub mod vit;

pub use capabilities::{Capability, ClassMethod, capabilities, class_methods, patch_grid};

use std::any::Any;
use std::collections::BTreeMap;

use crate::error::Result;
use crate::nn::Graph;
use facts::Facts;

/// The image that a network takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "InputSize"))]
pub struct Input {
    /// Pixels per side.
    pub size: usize,
    /// 3 for colour, 1 for grey.
    pub channels: usize,
}

/// One architecture at one size: enough to state the network.
pub trait Architecture: Any {
    /// Lower-case name of the architecture, such as "resnet".
    fn family(&self) -> &'static str;
    /// Name and size, such as "ResNet-18".
    fn title(&self) -> String;
    /// The image it was made for.
    fn input(&self) -> Input;
    /// The network on images of `size` pixels per side.
    ///
    /// # Errors
    ///
    /// `UnsupportedCheckpoint` where its parts do not fit each other, and what the architecture says of another size
    /// than its own.
    fn graph(&self, size: usize) -> Result<Graph>;
    /// The graph's key for one that [`layouts`] read, where that depends on the other keys.
    fn canonical_key(&self, key: &str, _keys: &Keys) -> String {
        key.to_owned()
    }
    /// What a checkpoint that is asked to be this network is: its own widths, say.
    ///
    /// # Errors
    ///
    /// Those of [`detect`].
    fn found_in(&self, keys: &Keys, facts: &mut Facts) -> Result<Option<Box<dyn Architecture>>> {
        detect(keys, facts)
    }
}

/// Recognizes one architecture; what keys and shapes do not tell it asks of the facts.
type Detect = fn(&Keys, &mut Facts) -> Result<Option<Box<dyn Architecture>>>;

fn boxed<A: Architecture + 'static>(config: Option<A>) -> Option<Box<dyn Architecture>> {
    config.map(|config| Box::new(config) as Box<dyn Architecture>)
}

/// The architectures, those with the more telling keys first. A new one is a file and a line here.
const ARCHITECTURES: [Detect; 7] = [
    |keys, facts| mae::Config::detect(keys, facts).map(boxed),
    |keys, facts| swin::Config::detect(keys, facts).map(boxed),
    |keys, facts| vit::Config::detect(keys, facts).map(boxed),
    |keys, facts| resnet::Config::detect(keys, facts).map(boxed),
    |keys, facts| alexnet::Config::detect(keys, facts).map(boxed),
    |keys, facts| vgg::Config::detect(keys, facts).map(boxed),
    |keys, facts| lenet::Config::detect(keys, facts).map(boxed),
];

/// The architecture that a checkpoint's keys and shapes tell of, and a configuration where there is one.
///
/// # Errors
///
/// `UnsupportedCheckpoint` where a configuration names what is not supported, or does not fit the weights.
pub fn detect(keys: &Keys, facts: &mut Facts) -> Result<Option<Box<dyn Architecture>>> {
    for detect in ARCHITECTURES {
        if let Some(found) = detect(keys, facts)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Keys and shapes of a checkpoint: all that an architecture is recognized by.
#[derive(Debug, Default)]
pub struct Keys(BTreeMap<String, Vec<usize>>);

impl Keys {
    /// From (key, shape) pairs.
    pub fn new(entries: impl IntoIterator<Item = (String, Vec<usize>)>) -> Self {
        Self(entries.into_iter().collect())
    }

    /// Notes the shape of one more key.
    pub fn insert(&mut self, key: String, shape: Vec<usize>) {
        self.0.insert(key, shape);
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
