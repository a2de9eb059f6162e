//! A cell's formula gives the observed number, for every operation of every architecture.

mod common;

use common::*;
use vitrine::explain::CellArgs;
use vitrine::network::{Values, read};

/// The formulas of two cells of every stage give what `observe` gives.
fn check_cells(id: &str) {
    let network = load(id);
    let input = image(&network, id);
    let mut ops = std::collections::BTreeSet::new();
    for stage in &network.graph().stages {
        let shape = network.graph().nodes[stage.node].shape.clone();
        let value = network.capture(input.clone(), &[stage.node]).remove(0);
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
                now(network.cell(input.clone(), &CellArgs { stage: stage.name.clone(), cell: cell.clone() })).unwrap();
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
            for term in got.terms.iter().take(2) {
                let region = &got.inputs[term.from];
                let Some(name) = region.stage.as_ref().filter(|n| *n != "input") else { continue };
                let again = CellArgs { stage: name.clone(), cell: term.index.clone() };
                let again = now(network.cell(input.clone(), &again)).unwrap();
                let error = (f64::from(again.value) - term.input).abs();
                assert!(error <= 1e-4 * term.input.abs().max(1.0), "{id} {} reads {name} {:?}", stage.name, term.index);
            }
            ops.insert(got.op);
        }
    }
    println!("{id}: {ops:?}");
}

#[test]
fn formulas_of_lenet() {
    check_cells("lenet5_mnist");
}

#[test]
fn formulas_of_alexnet() {
    check_cells("alexnet_cifar10");
}

#[test]
fn formulas_of_resnet() {
    check_cells("resnet20_cifar10");
}

#[test]
fn formulas_of_vit() {
    check_cells("vit_cifar10");
}

#[test]
fn formulas_of_swin() {
    check_cells("swin_cifar10");
}

#[test]
fn formulas_of_mae() {
    check_cells("mae_vit_cifar10");
}
