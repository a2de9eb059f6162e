//! DINO's class token whitened by what crops of one image differ in, without a layer more and without a label
//! (`tests/reference/whiten.py`).
//!
//! Whitening takes a matrix, and the network ends in a LayerNorm, whose weights are the diagonal of one. So all that
//! blocks exchange is turned first, which changes nothing that they compute, into axes in which a diagonal is that
//! matrix.

use burn::tensor::{Device, Tensor};
use nalgebra::{DMatrix, DVector};
use vitrine::catalogue::{self, Entry};
use vitrine::checkpoint::Loader;
use vitrine::network::{Network, read as values};
use vitrine::train::{Images, Set, Spec, views};
use vitrine::weights::{Header, header_length};

use super::axes::axes;
use super::data::Result;
use super::run::now;
use super::tensors::{Tensors, read, written};

/// Steps whose global views are looked at, and images whose mean is taken.
const STEPS: usize = 40;
const IMAGES: usize = 5000;
const AT_ONCE: usize = 100;

/// The checkpoint of a run of DINO with its class token whitened over the images that it learned from.
pub fn whitened(checkpoint: &[u8], id: &str, images: &Images, spec: &Spec) -> Result<Vec<u8>> {
    let entry = catalogue::find(id)?;
    let (mut tensors, set) = (read(checkpoint)?, Set::new(images.clone(), &entry.pipeline));
    fill(&mut tensors, "norm", 1.0, 0.0)?;
    let network = load(&written(&tensors), entry)?;
    let covariance = covariance_within(&network, &set, spec)?;
    let (rotation, scale) = axes(&covariance);
    turn(&mut tensors, &rotation)?;
    let scale = &scale / scale.mean();
    let all: Vec<usize> = (0..set.images.count().min(IMAGES)).collect();
    let mut mean = DVector::zeros(scale.len());
    for part in all.chunks(AT_ONCE) {
        mean += features(&network, set.batch(part, &Device::flex()))?.row_sum().transpose() / all.len() as f64;
    }
    let shift = -(&rotation * mean).component_mul(&scale);
    put(&mut tensors, "norm.weight", scale.iter())?;
    put(&mut tensors, "norm.bias", shift.iter())?;
    Ok(written(&tensors))
}

fn load(bytes: &[u8], entry: &Entry) -> Result<Network> {
    let (json, data) = bytes[8..].split_at(header_length(bytes)?);
    let header = Header::parse(json, Some(bytes.len() as u64))?;
    let mut loader = Loader::new(header, Some((entry.architecture)()), &Device::flex(), false)?;
    loader.push(data)?;
    Ok(loader.finish()?)
}

/// A row for each image.
fn features(network: &Network, images: Tensor<4>) -> Result<DMatrix<f64>> {
    let answer = now(values(network.view().forward(images)))?;
    let rows = answer.shape[0];
    Ok(DMatrix::from_row_iterator(rows, answer.data.len() / rows, answer.data.into_iter().map(f64::from)))
}

/// How class tokens of two views of an image lie about their mean.
fn covariance_within(network: &Network, set: &Set, spec: &Spec) -> Result<DMatrix<f64>> {
    let (mut sum, mut count) = (None, 0);
    for step in spec.steps.saturating_sub(STEPS)..spec.steps {
        let [global, _] = views(set, spec, step, &Device::flex());
        let tokens = features(network, global)?;
        let half = tokens.nrows() / 2;
        let apart = tokens.rows(0, half) - tokens.rows(half, half);
        count += half;
        let square = apart.transpose() * apart / 2.0;
        sum = Some(sum.map_or(square.clone(), |sum: DMatrix<f64>| sum + square));
    }
    Ok(sum.ok_or("the run has no step")? / count as f64)
}

fn tensor<'a>(tensors: &'a Tensors, key: &str) -> Result<&'a (Vec<usize>, Vec<f32>)> {
    tensors.get(key).ok_or_else(|| format!("the checkpoint has no {key}").into())
}

/// The matrix of a tensor whose first axis has the rows.
fn matrix(tensors: &Tensors, key: &str) -> Result<DMatrix<f64>> {
    let (shape, values) = tensor(tensors, key)?;
    let numbers = values.iter().map(|v| f64::from(*v));
    Ok(DMatrix::from_row_iterator(shape[0], values.len() / shape[0], numbers))
}

fn vector(tensors: &Tensors, key: &str) -> Result<DVector<f64>> {
    Ok(DVector::from_iterator(tensor(tensors, key)?.1.len(), tensor(tensors, key)?.1.iter().map(|v| f64::from(*v))))
}

fn put<'a>(tensors: &mut Tensors, key: &str, values: impl Iterator<Item = &'a f64>) -> Result<()> {
    let entry = tensors.get_mut(key).ok_or_else(|| format!("the checkpoint has no {key}"))?;
    entry.1 = values.map(|v| *v as f32).collect();
    Ok(())
}

fn put_matrix(tensors: &mut Tensors, key: &str, matrix: &DMatrix<f64>) -> Result<()> {
    // Columns of the transpose are rows.
    put(tensors, key, matrix.transpose().iter())
}

fn fill(tensors: &mut Tensors, norm: &str, weight: f64, bias: f64) -> Result<()> {
    for (key, value) in [("weight", weight), ("bias", bias)] {
        let key = format!("{norm}.{key}");
        let count = tensor(tensors, &key)?.1.len();
        put(tensors, &key, vec![value; count].iter())?;
    }
    Ok(())
}

/// The same network in other axes: what every block reads is turned back, what it writes is turned. A LayerNorm's
/// weights go into the layer that reads it; without them it commutes with a rotation that keeps the mean.
fn turn(tensors: &mut Tensors, rotation: &DMatrix<f64>) -> Result<()> {
    let back = rotation.transpose();
    let blocks: Vec<String> =
        tensors.keys().filter_map(|key| key.strip_suffix(".attn.qkv.weight")).map(str::to_owned).collect();
    for block in blocks {
        for (norm, reads) in [("norm1", "attn.qkv"), ("norm2", "mlp.fc1")] {
            let (norm, weight, bias) =
                (format!("{block}.{norm}"), format!("{block}.{reads}.weight"), format!("{block}.{reads}.bias"));
            let old = matrix(tensors, &weight)?;
            let shifted = vector(tensors, &bias)? + &old * vector(tensors, &format!("{norm}.bias"))?;
            let scaled = old * DMatrix::from_diagonal(&vector(tensors, &format!("{norm}.weight"))?);
            put(tensors, &bias, shifted.iter())?;
            put_matrix(tensors, &weight, &(scaled * &back))?;
            fill(tensors, &norm, 1.0, 0.0)?;
        }
        write_turned(tensors, &format!("{block}.attn.proj"), rotation)?;
        write_turned(tensors, &format!("{block}.mlp.fc2"), rotation)?;
    }
    write_turned(tensors, "patch_embed.proj", rotation)?;
    for key in ["cls_token", "pos_embed"] {
        let (_, values) = tensor(tensors, key)?;
        let n = rotation.nrows();
        let tokens = DMatrix::from_row_iterator(values.len() / n, n, values.iter().map(|v| f64::from(*v)));
        put_matrix(tensors, key, &(tokens * &back))?;
    }
    Ok(())
}

/// A layer whose output is turned.
fn write_turned(tensors: &mut Tensors, layer: &str, rotation: &DMatrix<f64>) -> Result<()> {
    let (weight, bias) = (format!("{layer}.weight"), format!("{layer}.bias"));
    put_matrix(tensors, &weight, &(rotation * matrix(tensors, &weight)?))?;
    let turned = rotation * vector(tensors, &bias)?;
    put(tensors, &bias, turned.iter())
}
