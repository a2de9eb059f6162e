//! A trained network made narrower: the hidden units that matter least are dropped, and training goes on from what is
//! left (`tests/reference/narrow.py`).
//!
//! A hidden unit lies between two layers and nowhere else, so it can go without a trace in the rest of the network. Its
//! importance is the norm of the weights into it times the norm of the weights out of it.

use std::collections::BTreeMap;

use vitrine::nn::Graph;

use super::data::Result;
use super::tensors::Tensors;

/// Chains of layers: the output of each feeds the next alone. A pair (convolution, norm) has a batch norm between.
const CHAINS: [&[&str]; 3] = [
    // AlexNet.
    &["classifier.1", "classifier.4", "classifier.6"],
    // VGG, and its last two convolutions.
    &["classifier.0", "classifier.3", "classifier.6"],
    &["features.15+features.16", "features.18+features.19", "classifier.0"],
];

/// What a network as stated by `graph` takes over from a checkpoint, which may be wider.
pub fn narrowed(mut tensors: Tensors, graph: &Graph) -> Result<Tensors> {
    let widths: BTreeMap<&str, usize> = graph.params.iter().map(|p| (p.key.as_str(), p.shape[0])).collect();
    for chain in chains(&tensors) {
        for pair in chain.windows(2) {
            narrow(&mut tensors, &pair[0], &pair[1], &widths)?;
        }
    }
    Ok(tensors)
}

/// The first layer of one that may have a batch norm after it.
fn first(layer: &str) -> String {
    format!("{}.weight", layer.split('+').next().unwrap_or(layer))
}

fn chains(tensors: &Tensors) -> Vec<Vec<String>> {
    let mlps = tensors.keys().filter_map(|key| key.strip_suffix(".mlp.fc1.weight"));
    let mut all: Vec<Vec<String>> =
        mlps.map(|block| vec![format!("{block}.mlp.fc1"), format!("{block}.mlp.fc2")]).collect();
    let there = |chain: &&[&str]| chain.iter().all(|layer| tensors.contains_key(&first(layer)));
    all.extend(CHAINS.into_iter().filter(there).map(|chain| chain.iter().map(|layer| (*layer).to_owned()).collect()));
    all
}

/// Drops units between two layers.
fn narrow(tensors: &mut Tensors, layer: &str, after: &str, widths: &BTreeMap<&str, usize>) -> Result<()> {
    let (into, out) = (first(layer), first(after));
    let missing = |key: &str| format!("the checkpoint and the network do not share {key}");
    let width = *widths.get(into.as_str()).ok_or_else(|| missing(&into))?;
    let units = tensors[&into].0[0];
    if width == units {
        return Ok(());
    }
    let entering = match layer.split_once('+') {
        // The batch norm rescales each channel.
        Some((_, norm)) => tensors[&format!("{norm}.weight")].1.iter().map(|v| f64::from(v.abs())).collect(),
        None => strengths(&tensors[&into].1, 1, units),
    };
    let outputs = tensors[&out].0[0];
    let leaving = strengths(&tensors[&out].1, outputs, units);
    let keep = most_important(&entering, &leaving, width);
    let prefixes: Vec<String> = layer.split('+').map(|part| format!("{part}.")).collect();
    let rows = tensors.iter_mut().filter(|(key, _)| prefixes.iter().any(|prefix| key.starts_with(prefix)));
    rows.for_each(|(_, tensor)| kept(tensor, 1, units, &keep));
    if let Some(tensor) = tensors.get_mut(&out) {
        kept(tensor, outputs, units, &keep);
    }
    Ok(())
}

/// The norm of each unit's numbers in a tensor `[outer, units, inner]`.
fn strengths(values: &[f32], outer: usize, units: usize) -> Vec<f64> {
    let inner = values.len() / (outer * units);
    let of = |unit: usize| {
        let runs = (0..outer).flat_map(|o| &values[(o * units + unit) * inner..][..inner]);
        runs.map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt()
    };
    (0..units).map(of).collect()
}

/// The `width` units of the largest products, in their order.
fn most_important(entering: &[f64], leaving: &[f64], width: usize) -> Vec<usize> {
    let importance = |&unit: &usize| entering[unit] * leaving[unit];
    let mut order: Vec<usize> = (0..entering.len()).collect();
    order.sort_by(|a, b| importance(b).total_cmp(&importance(a)));
    order.truncate(width);
    order.sort_unstable();
    order
}

/// Keeps units of a tensor `[outer, units, inner]`, and says so in its shape.
fn kept((shape, values): &mut (Vec<usize>, Vec<f32>), outer: usize, units: usize, keep: &[usize]) {
    let inner = values.len() / (outer * units);
    let axis = usize::from(outer > 1);
    *values = (0..outer)
        .flat_map(|o| keep.iter().map(move |unit| (o * units + unit) * inner))
        .flat_map(|at| values[at..at + inner].iter().copied())
        .collect();
    shape[axis] = shape[axis] / units * keep.len();
}
