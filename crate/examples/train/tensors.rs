//! Checkpoints as tensors by their keys, between two stages of a network's training.

use std::collections::BTreeMap;

use vitrine::models::layouts;
use vitrine::train::Pretrained;
use vitrine::weights::{Header, TensorStream, Writer, header_length};

use super::data::Result;

/// Tensors of a file by their keys, each with its shape.
pub type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Those of a safetensors file.
pub fn read(bytes: &[u8]) -> Result<Tensors> {
    let (json, data) = bytes[8..].split_at_checked(header_length(bytes)?).ok_or("the checkpoint is cut short")?;
    let header = Header::parse(json, Some(bytes.len() as u64))?;
    let mut values: Vec<Vec<f32>> = vec![vec![]; header.tensors.len()];
    // Counters of batch norms are none.
    let mut stream = TensorStream::with_needed(&header, |i| header.tensors[i].dtype.is_weight())?;
    stream.push(data, &mut |tensor, _, piece| {
        values[tensor].extend(piece);
        Ok(())
    })?;
    stream.finish()?;
    let named = header.tensors.iter().zip(values).map(|(t, values)| (t.name.clone(), (t.shape.clone(), values)));
    Ok(named.filter(|(_, (_, values))| !values.is_empty()).collect())
}

/// As a safetensors file, in float32.
pub fn written(tensors: &Tensors) -> Vec<u8> {
    let mut file = Writer::default();
    tensors.iter().for_each(|(key, (shape, values))| file.float32(key, shape, values));
    file.finish()
}

/// What a network begins with.
pub fn pretrained(tensors: Tensors) -> Pretrained {
    Pretrained::of_values(tensors.into_iter().map(|(key, (_, values))| (key, values)).collect())
}

/// The encoder of a ViTMAE under timm's names of a ViT, whose queries, keys and values are one matrix.
pub fn encoder(mae: &Tensors) -> Result<Tensors> {
    // Without its decoder it is a ViT.
    let encoder: Vec<_> = mae.iter().filter(|(key, _)| key.starts_with("vit.")).collect();
    let names: Vec<_> = encoder.iter().map(|(key, (shape, _))| ((*key).clone(), shape.clone())).collect();
    let placed = encoder.into_iter().zip(layouts::read(&names).places);
    let mut parts = BTreeMap::new();
    for (place, (name, (shape, values))) in
        placed.flat_map(|(tensor, places)| places.into_iter().map(move |p| (p, tensor)))
    {
        let (part, of) = place.part;
        let stacked = parts.entry(place.key).or_insert_with(|| vec![None; of]);
        *stacked.get_mut(part).ok_or_else(|| format!("{name} is stacked with others"))? = Some((shape, values));
    }
    let mut found = Tensors::new();
    for (key, parts) in parts {
        let (mut shape, mut stacked) = (vec![], vec![]);
        for part in &parts {
            let (its, values) = part.ok_or_else(|| format!("the MAE has not all of {key}"))?;
            shape.clone_from(its);
            stacked.extend(values);
        }
        if parts.len() > 1 {
            shape[0] *= parts.len();
        }
        found.insert(key, (shape, stacked));
    }
    Ok(found)
}
