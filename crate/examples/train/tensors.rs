//! Checkpoints as tensors by their keys, between two stages of a network's training.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use vitrine::train::Pretrained;
use vitrine::weights::{Header, TensorStream, header_length};

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
    let (mut header, mut data) = (Map::new(), vec![]);
    for (key, (shape, values)) in tensors {
        let from = data.len();
        data.extend(values.iter().flat_map(|v| v.to_le_bytes()));
        header.insert(key.clone(), json!({ "dtype": "F32", "shape": shape, "data_offsets": [from, data.len()] }));
    }
    let mut json = Value::Object(header).to_string().into_bytes();
    json.resize(json.len().next_multiple_of(8), b' ');
    [&(json.len() as u64).to_le_bytes()[..], &json, &data].concat()
}

/// What a network begins with.
pub fn pretrained(tensors: Tensors) -> Pretrained {
    Pretrained::of_values(tensors.into_iter().map(|(key, (_, values))| (key, values)).collect())
}

/// The encoder of a ViTMAE under timm's names of a ViT, whose queries, keys and values are one matrix.
pub fn encoder(mae: &Tensors) -> Result<Tensors> {
    const NAMES: [(&str, &str); 8] = [
        ("vit.embeddings.cls_token", "cls_token"),
        ("vit.embeddings.position_embeddings", "pos_embed"),
        ("vit.embeddings.patch_embeddings.projection.", "patch_embed.proj."),
        ("vit.layernorm.", "norm."),
        ("vit.layers.", "blocks."),
        ("attention.o_proj", "attn.proj"),
        ("layernorm_before", "norm1"),
        ("layernorm_after", "norm2"),
    ];
    let mut found = Tensors::new();
    for (key, (shape, values)) in mae.iter().filter(|(key, _)| key.starts_with("vit.")) {
        let mut entry = (shape.clone(), values.clone());
        if key.contains("q_proj") {
            for other in ["k_proj", "v_proj"] {
                let other = key.replace("q_proj", other);
                entry.1.extend(&mae.get(&other).ok_or_else(|| format!("the MAE has no {other}"))?.1);
            }
            entry.0[0] *= 3;
        } else if key.contains("k_proj") || key.contains("v_proj") {
            continue;
        }
        let key = key.replace("attention.q_proj", "attn.qkv");
        found.insert(NAMES.iter().fold(key, |key, (theirs, ours)| key.replace(theirs, ours)), entry);
    }
    Ok(found)
}
