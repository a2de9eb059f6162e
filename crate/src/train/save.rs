//! A network of a moment as a safetensors file that PyTorch loads with `strict=True`.

use serde_json::{Map, Value, json};

use super::learner::Moment;
use super::leaves::Plan;
use crate::nn::Graph;

/// Writes every parameter of `graph` as float32 under the checkpoint's key; each batch norm also has the counter that
/// torch keeps (`num_batches_tracked`, int64). `facts` become the file's metadata.
pub fn safetensors(graph: &Graph, plan: &Plan, moment: &Moment, facts: &[(&str, String)]) -> Vec<u8> {
    let mut header = Map::new();
    let metadata: Map<String, Value> = facts.iter().map(|(k, v)| ((*k).to_owned(), v.clone().into())).collect();
    header.insert("__metadata__".to_owned(), metadata.into());
    let mut data: Vec<u8> = vec![];
    let mut entry = |key: String, dtype: &str, shape: &[usize], bytes: Vec<u8>| {
        let range = [data.len(), data.len() + bytes.len()];
        header.insert(key, json!({ "dtype": dtype, "shape": shape, "data_offsets": range }));
        data.extend(bytes);
    };
    // Eight-byte numbers first, so that everything is aligned.
    for param in graph.params.iter().filter(|p| p.key.ends_with("running_mean")) {
        let key = param.key.replace("running_mean", "num_batches_tracked");
        entry(key, "I64", &[], (moment.steps as i64).to_le_bytes().to_vec());
    }
    for (id, param) in graph.params.iter().enumerate() {
        let values = plan.of(id, &moment.weights, &moment.buffers);
        entry(param.key.clone(), "F32", &param.shape, values.iter().flat_map(|v| v.to_le_bytes()).collect());
    }
    let mut json = Value::Object(header).to_string().into_bytes();
    json.resize(json.len().next_multiple_of(8), b' ');
    let mut file = (json.len() as u64).to_le_bytes().to_vec();
    file.extend(json);
    file.extend(data);
    file
}
