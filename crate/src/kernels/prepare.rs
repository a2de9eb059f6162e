//! Shaders that are compiled while a network's weights still arrive, so that its first answer need not wait for them.

use burn::tensor::{Device, Tensor};
use burn_cubecl::tensor::CubeTensor;

use super::gpu::tile;
use super::product::Product;
use super::rows::{LayerNorm, Padded, Softmax};
use super::wgsl::{Shader, empty, launch, view};
use crate::nn::{Graph, Node};
use crate::ops::Op;

/// Zeros for every number that a shader reads before it finds that there are no rows for it, and values to bind.
const NOTHING: usize = 64;

/// A shader of any family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Any {
    Product(Product),
    LayerNorm,
    Softmax,
    Padded,
}

/// Compiles the shaders of the network's operations, in their order: each is run for nothing.
pub fn prepare(graph: &Graph, device: &Device) {
    let Some(any) = view(&Tensor::<1>::from_data([0.0f32; NOTHING], device)) else { return };
    let mut done = Vec::new();
    for node in graph.nodes.iter().filter(|node| !node.inputs.is_empty()) {
        for shader in shaders(node, &graph.nodes[node.inputs[0]].shape, &any) {
            if !done.contains(&shader) {
                done.push(shader);
                match shader {
                    Any::Product(product) => run(product, &any),
                    Any::LayerNorm => run(LayerNorm, &any),
                    Any::Softmax => run(Softmax, &any),
                    Any::Padded => run(Padded, &any),
                }
            }
        }
    }
}

/// Those that `gpu` computes a node by, as far as its shape and that of what it reads tell; `engine.test.mjs` holds that a
/// first answer compiles no other.
fn shaders(node: &Node, read: &[usize], any: &CubeTensor) -> Vec<Any> {
    let by_fours = |n: Option<&usize>| n.is_some_and(|n| n.is_multiple_of(4));
    let tokens = node.shape[node.shape.len().saturating_sub(2)];
    match &node.op {
        Op::Conv2d(conv) if conv.groups == 1 && by_fours(node.shape.get(1)) => {
            let product = Any::Product(Product::convolution(tile(any, NOTHING)));
            if by_fours(read.get(1)) { vec![product] } else { vec![Any::Padded, product] }
        }
        Op::Linear(_) if by_fours(read.last()) => {
            let rows = read[..read.len() - 1].iter().product();
            vec![Any::Product(Product::linear(tile(any, rows), by_fours(node.shape.last())))]
        }
        Op::LayerNorm(_) if by_fours(read.last()) => vec![Any::LayerNorm],
        Op::AttentionWeights(_) => vec![Any::Product(Product::scores(tile(any, tokens), tokens)), Any::Softmax],
        Op::Attend(_) => vec![Any::Product(Product::values(tile(any, tokens), tokens))],
        _ => vec![],
    }
}

fn run<S: Shader>(shader: S, any: &CubeTensor) {
    launch(shader, &vec![any; shader.reads()], &empty(any, [NOTHING]), &[0; NOTHING], [1, 1, 1]);
}
