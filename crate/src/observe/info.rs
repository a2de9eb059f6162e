//! What a loaded network is, told at once.

use serde::Serialize;

use crate::models::{Capability, ClassMethod, Input};

/// A conversion of official weights, as `cargo xtask site --with` makes it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Converted<'a> {
    /// The address of the file that it was made of.
    pub from: &'a str,
    /// The type of most stored numbers, in safetensors' words: "F16" or "F32".
    pub dtype: &'a str,
}

/// What a network is, and what can be asked of it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo<'a> {
    /// The catalogue's id, or the architecture's when the checkpoint was opened by its keys.
    pub id: &'a str,
    /// The architecture.
    pub family: &'a str,
    /// Its name and size.
    pub title: String,
    /// Learned values.
    pub parameters: usize,
    /// Of one forward pass on an image of `input`.
    #[serde(rename = "multiply_adds")]
    pub multiply_adds: u64,
    /// The image that it takes.
    pub input: Input,
    /// Usual pixels a side that it can look at, its own among them.
    pub sizes: Vec<usize>,
    /// A name for each class; none where it answers with features or pixels.
    pub labels: &'a [String],
    /// What can be asked of it, read from its stages: a page asks for these, never for a network's name.
    pub capabilities: Vec<Capability>,
    /// The methods of `explainClass` that fit, the usual one first.
    pub class_methods: Vec<ClassMethod>,
    /// Rows and columns of the patches that the image is cut into; null where it is not cut.
    pub grid: Option<[usize; 2]>,
    /// What normalizes each channel's values of 0 to 1: `(value - mean) / std`.
    pub mean: [f32; 3],
    /// The same, by channel.
    pub std: [f32; 3],
    /// What was assumed of an opened checkpoint for want of a configuration, in words; none where nothing was.
    pub assumptions: &'a [String],
    /// Where the weights were converted from and how they are stored, of a file that says so; null of any other.
    pub converted: Option<Converted<'a>>,
    /// Of the weights; null where they are the visitor's own.
    pub licence: Option<&'a str>,
}
