//! Every operation of every architecture: the shape that it states is the one that it computes, the cells that it says
//! it reads are those that its result depends on, and its formula gives the observed number.

use std::collections::BTreeSet;

use burn::tensor::{Device, Tensor, TensorData};
use vitrine::explain::CellArgs;
use vitrine::models::facts::Activation;
use vitrine::models::{alexnet, resnet, swin, vgg, vit};
use vitrine::network::{Network, Values, read};
use vitrine::nn::{NodeId, Op, Run};
use vitrine::ops::{Index, Provenance, Site, TensorSpec, four, indices, single};

use crate::common::*;

/// The small networks of the catalogue and, for an adaptive pooling that pools, a VGG on images larger than its own;
/// for tanh, the AlexNet that one with ReLU is compared with in training.
fn networks() -> Vec<(String, Network)> {
    let ids = ["lenet5_mnist", "fcnn_mnist", "alexnet_cifar10", "vgg_bn_cifar10", "resnet20_cifar10", "vit_cifar10"];
    let more = ["swin_cifar10", "mae_vit_cifar10", "dino_vit_cifar10"];
    let catalogue = ids.into_iter().chain(more).map(|id| (id.to_owned(), load(id)));
    let others = [("VGG pooled from 5 x 5 to 3 x 3".to_owned(), vgg()), ("AlexNet with tanh".to_owned(), tanh())];
    let opened = opened().into_iter().map(|(id, network)| (id.to_owned(), network));
    catalogue.chain(others).chain(opened).collect()
}

fn tanh() -> Network {
    let layers = [(4, 5), (6, 5), (6, 3), (6, 3), (4, 3)];
    let layers = layers.map(|(out, kernel)| alexnet::Layer { out, kernel, groups: 1 });
    let nonlinearity = alexnet::Nonlinearity::Tanh;
    let config = alexnet::Config {
        layers,
        lrn: alexnet::Lrn::None,
        size: 32,
        linear: [8, 8],
        classes: Some(5),
        nonlinearity,
        dropout: 0.5,
    };
    seeded_architecture(Box::new(config))
}

/// What the catalogue's networks do not have, and checkpoints that are opened may.
fn opened() -> Vec<(&'static str, Network)> {
    let small = vit::Config { size: 16, width: 16, depth: 1, heads: 2, mlp: 12, ..vit::Config::cifar() };
    let dinov2 = vit::Config { layer_scale: true, registers: 2, gated: true, pool: vit::Pool::Both, ..small.clone() };
    let deit = vit::Config { distilled: true, placed: 2, activation: Activation::QuickGelu, ..small };
    let layer = |inner| resnet::Layer { blocks: 1, inner, out: inner };
    let cifar = resnet::Config { size: 9, stem: 8, layers: vec![layer(8), layer(12)], ..resnet::Config::cifar(1) };
    let se_d = resnet::Config {
        deep: Some([4, 6]),
        mean_shortcut: true,
        gate: resnet::ChannelGate::Squeeze(vec![2, 3]),
        activation: Activation::Silu,
        ..cifar.clone()
    };
    let eca = resnet::Config { padded_shortcut: true, gate: resnet::ChannelGate::Local(vec![3, 5]), ..cifar.clone() };
    let grouped = resnet::Config { stem: 32, layers: vec![layer(32)], size: 8, group_norm: true, ..cifar };
    // Maps of 10 x 10, which windows of 4 do not divide.
    let layers = vec![swin::Layer { blocks: 2, heads: 2 }];
    let uneven = swin::Config { size: 20, width: 16, layers, ..swin::Config::cifar() };
    let second = Some(swin::Second { hidden: 12, trained: vec![6], bias: true });
    let v2 = swin::Config { size: 16, second, ..uneven.clone() };
    vec![
        ("Swin V2", seeded_architecture(Box::new(v2))),
        ("Swin with padded windows", seeded_architecture(Box::new(uneven))),
        ("DINOv2", seeded_architecture(Box::new(dinov2))),
        ("DeiT", seeded_architecture(Box::new(deit))),
        ("SE-ResNet-D", seeded_architecture(Box::new(se_d))),
        ("ECA-ResNet", seeded_architecture(Box::new(eca))),
        ("ResNet with group norm", seeded_architecture(Box::new(grouped))),
    ]
}

/// Two convolutions on 20 pixels: a map of 5 x 5, of which an adaptive pooling makes 3 x 3.
struct Pooled(vgg::Config);

impl vitrine::models::Architecture for Pooled {
    fn family(&self) -> &'static str {
        "vgg"
    }

    fn title(&self) -> String {
        "VGG".to_owned()
    }

    fn input(&self) -> vitrine::models::Input {
        vitrine::models::Input { size: 20, channels: 3 }
    }

    fn graph(&self, size: usize) -> vitrine::error::Result<vitrine::nn::Graph> {
        self.0.graph(size)
    }
}

fn vgg() -> Network {
    let features = vec![Some(4), None, Some(6), None];
    let config = vgg::Config {
        features,
        batch_norm: false,
        pooled: 3,
        size: 24,
        linear: [8, 8],
        classes: Some(5),
        head: vgg::Head::Torchvision,
    };
    seeded_architecture(Box::new(Pooled(config)))
}

/// The values of a node's inputs for an image.
fn operands(network: &Network, image: &Tensor<4>, node: NodeId) -> Vec<Tensor<4>> {
    network.view().capture(image.clone(), &network.graph().nodes[node].inputs)
}

/// One cell of a node, computed from these operands.
fn recomputed(network: &Network, node: NodeId, operands: &[Tensor<4>], cell: Index) -> f32 {
    let inputs = network.graph().nodes[node].inputs.iter().copied();
    let given = inputs.zip(operands.iter().cloned()).collect();
    let value = Run::new(network.graph(), network.params()).run(given, &[node]).remove(&node).unwrap();
    now(read(value.slice(single(cell)))).unwrap().data[0]
}

/// Operands with `by(cell)` added to each cell of one input.
fn moved(operands: &[Tensor<4>], input: usize, by: impl Fn(Index) -> f32) -> Vec<Tensor<4>> {
    let mut operands = operands.to_vec();
    let dims = operands[input].dims();
    let all = dims.map(|n| 0..n);
    let data: Vec<f32> = indices(&all).map(by).collect();
    let delta = Tensor::<4>::from_data(TensorData::new(data, dims), &Device::flex());
    operands[input] = operands[input].clone() + delta;
    operands
}

/// Some cells of a node: the first, the last and one between.
fn some_cells(network: &Network, node: NodeId) -> Vec<Index> {
    let shape = four(&network.graph().nodes[node].shape);
    let last = shape.map(|n| n - 1);
    vec![[0; 4], [last[0] / 2, last[1] / 3, last[2] / 2, last[3] / 3], last]
}

fn name_of(network: &Network, node: NodeId) -> String {
    let stage = network.graph().stages.iter().find(|s| s.node == node);
    stage.map_or_else(|| format!("node {node}"), |s| s.name.clone())
}

/// What a cell reads, and nothing else, changes it.
fn check_provenance(id: &str, network: &Network, image: &Tensor<4>, node: NodeId) {
    let site = Site { graph: network.graph(), node };
    let op = &network.graph().nodes[node].op;
    // Away from the zeros that a rectifier leaves, where a product does not feel its factor.
    let away = |[b, x, y, c]: Index| 0.05 + ((b * 5 + x * 3 + y * 7 + c) % 13) as f32 / 40.0;
    let captured = operands(network, image, node);
    let operands = (0..captured.len()).fold(captured, |operands, input| moved(&operands, input, away));
    for cell in some_cells(network, node) {
        let what = format!("{id} {} {} {cell:?}", name_of(network, node), op.name());
        let provenance = op.provenance(&site, cell);
        if let Provenance::Copy(from) = provenance {
            let value = now(read(operands[0].clone().slice(single(from)))).unwrap().data[0];
            assert_eq!(recomputed(network, node, &operands, cell), value, "{what} is no copy of {from:?}");
        }
        let reads: BTreeSet<(usize, Index)> = provenance
            .blocks()
            .into_iter()
            .flat_map(|(input, block)| indices(&block).map(|index| (input, index)).collect::<Vec<_>>())
            .collect();
        let before = recomputed(network, node, &operands, cell);
        for input in 0..operands.len() {
            // All others together: numbers without a pattern, so that they do not cancel.
            let noise = |[b, x, y, c]: Index| ((b * 31 + x * 17 + y * 13 + c * 7) % 11) as f32 / 8.0 - 0.6;
            let others = moved(&operands, input, |i| if reads.contains(&(input, i)) { 0.0 } else { noise(i) });
            assert_eq!(recomputed(network, node, &others, cell), before, "{what} reads more of input {input}");
            // Each by itself, of many some: far enough for a maximum or a threshold, near enough for a softmax.
            let mine: Vec<Index> = reads.iter().filter(|r| r.0 == input).map(|r| r.1).collect();
            for read in mine.iter().step_by((mine.len() / 3).max(1)).chain(mine.last()) {
                let changed = [0.5, -0.5, 1e4].into_iter().any(|by| {
                    let one = moved(&operands, input, |i| if i == *read { by } else { 0.0 });
                    recomputed(network, node, &one, cell) != before
                });
                assert!(changed, "{what} does not read {read:?} of input {input}");
            }
        }
    }
}

/// Every operation with every kind of input once.
#[test]
fn shapes_and_provenance_are_as_stated() {
    let mut seen = BTreeSet::new();
    for (id, network) in networks() {
        let image = image(&network, &id);
        let graph = network.graph();
        let mut kinds: Vec<(Op, Vec<TensorSpec>)> = vec![];
        let nodes: Vec<NodeId> = (0..graph.nodes.len()).collect();
        for (&node, value) in nodes.iter().zip(network.view().capture(image.clone(), &nodes)) {
            let stated = &graph.nodes[node];
            assert_eq!(value.dims(), four(&stated.shape), "{id} {}", name_of(&network, node));
            seen.insert(stated.op.name());
            // Parameters aside, blocks repeat themselves.
            let inputs: Vec<TensorSpec> = stated.inputs.iter().map(|&i| graph.nodes[i].spec()).collect();
            let same = |(op, specs): &(Op, Vec<TensorSpec>)| {
                std::mem::discriminant(op) == std::mem::discriminant(&stated.op)
                    && *specs == inputs
                    && (!op.params().is_empty() || *op == stated.op)
            };
            if node == 0 || kinds.iter().any(same) {
                continue;
            }
            check_provenance(&id, &network, &image, node);
            kinds.push((stated.op.clone(), inputs));
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), sorted(Op::NAMES), "an operation that no network has");
}

fn sorted<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
}

/// The formulas of two cells of every stage give what `observe` gives.
fn check_cells(id: &str, network: &Network) {
    let input = image(network, id);
    let mut ops = std::collections::BTreeSet::new();
    for stage in &network.graph().stages {
        let shape = network.graph().nodes[stage.node].shape.clone();
        let value = network.view().capture(input.clone(), &[stage.node]).remove(0);
        let value = Values { shape: network.outer_shape(stage.node, &value), ..now(read(value)).unwrap() };
        assert_eq!(value.shape, shape, "{id} {}", stage.name);
        let count = value.data.len();
        for flat in [0, count / 2 + 7 % count, count - 1] {
            let mut rest = flat.min(count - 1);
            let mut cell: Vec<usize> = shape
                .iter()
                .rev()
                .map(|n| {
                    let i = rest % n;
                    rest /= n;
                    i
                })
                .collect();
            cell.reverse();
            let expected = value.data[flat.min(count - 1)];
            let got =
                now(network.view().cell(input.clone(), &CellArgs { stage: stage.name.clone(), cell: cell.clone() }))
                    .unwrap();
            assert_eq!(got.value, expected, "{id} {} {cell:?}", stage.name);
            let error = (got.recomputed - f64::from(expected)).abs();
            let scale = f64::from(expected.abs()).max(0.1);
            assert!(
                error <= TOLERANCE * scale,
                "{id} {} {cell:?} {}: {} is not {expected}",
                stage.name,
                got.op,
                got.recomputed
            );
            assert!(got.terms.len() <= 64 && got.count >= got.terms.len() && !got.changed);
            // Each term's input is the number that its stage holds there.
            for term in got.terms.iter().take(1) {
                let region = &got.inputs[term.from];
                let Some(name) = region.stage.as_ref().filter(|n| *n != "input") else { continue };
                let again = CellArgs { stage: name.clone(), cell: term.index.clone() };
                let again = now(network.view().cell(input.clone(), &again)).unwrap();
                let error = (f64::from(again.value) - term.input).abs();
                assert!(error <= 1e-4 * term.input.abs().max(1.0), "{id} {} reads {name} {:?}", stage.name, term.index);
            }
            ops.insert(got.op);
        }
    }
    for (language, words) in
        [("en", include_str!("../../www/i18n/figures.en.js")), ("ko", include_str!("../../www/i18n/figures.ko.js"))]
    {
        for (op, kind) in ops.iter().flat_map(|op| [(op, "op"), (op, "rule")]) {
            assert!(words.contains(&format!("\"{kind}.{op}\":")), "{id}: no words for {kind}.{op} in {language}");
        }
    }
    println!("{id}: {ops:?}");
}

#[test]
fn formulas_of_lenet() {
    check_cells("lenet5_mnist", &load("lenet5_mnist"));
}

#[test]
fn formulas_of_alexnet() {
    check_cells("alexnet_cifar10", &load("alexnet_cifar10"));
}

#[test]
fn formulas_of_vgg() {
    check_cells("vgg", &vgg());
}

#[test]
fn formulas_of_resnet() {
    check_cells("resnet20_cifar10", &load("resnet20_cifar10"));
}

#[test]
fn formulas_of_vit() {
    check_cells("vit_cifar10", &load("vit_cifar10"));
}

#[test]
fn formulas_of_swin() {
    check_cells("swin_cifar10", &load("swin_cifar10"));
}

#[test]
fn formulas_of_mae() {
    check_cells("mae_vit_cifar10", &load("mae_vit_cifar10"));
}

#[test]
fn formulas_of_what_is_opened() {
    opened().iter().for_each(|(id, network)| check_cells(id, network));
}
