//! A network of a moment as a safetensors file that PyTorch loads with `strict=True`.

use super::learner::Moment;
use super::leaves::Plan;
use crate::nn::Graph;
use crate::weights::Writer;

/// Writes every parameter of `graph` as float32 under the checkpoint's key; each batch norm also has the counter that
/// torch keeps (`num_batches_tracked`, int64). `facts` become the file's metadata.
pub fn safetensors(graph: &Graph, plan: &Plan, moment: &Moment, facts: &[(&str, String)]) -> Vec<u8> {
    let mut file = Writer::default();
    file.metadata(facts);
    for param in graph.params.iter().filter(|p| p.key.ends_with("running_mean")) {
        file.int64(&param.key.replace("running_mean", "num_batches_tracked"), moment.steps as i64);
    }
    for (id, param) in graph.params.iter().enumerate() {
        file.float32(&param.key, &param.shape, plan.of(id, &moment.weights, &moment.buffers));
    }
    file.finish()
}
