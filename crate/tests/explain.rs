//! Explanations against PyTorch autograd (`tests/reference/gradients.py`) and against themselves: a cell's formula gives
//! the observed number, what is switched off is off, and what does not fit is an error.

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use burn::tensor::{Device, Tensor};
use serde_json::Value;
use vitrine::catalogue;
use vitrine::checkpoint::Loader;
use vitrine::error::Code;
use vitrine::explain::{
    Ablate, AttentionArgs, CellArgs, ClassArgs, CostArgs, DistillArgs, DropoutArgs, FieldArgs, FilterArgs, LensArgs,
    Off,
};
use vitrine::network::{Network, Values, read};
use vitrine::nn::Op;
use vitrine::weights::Header;

const TOLERANCE: f64 = 1e-3;

/// The CPU answers at once: nothing is ever waited for.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the CPU made a caller wait"),
    }
}

fn expected(model: &str) -> Value {
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap());
    let path = manifest.parent().unwrap().join(format!("tests/reference/expected/gradients_{model}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A network of the catalogue with seeded parameters.
fn load(id: &str) -> Network {
    let architecture = (catalogue::find(id).unwrap().architecture)();
    let graph = architecture.graph(architecture.input().size);
    let (mut offset, mut entries) = (0, serde_json::Map::new());
    for param in &graph.params {
        let end = offset + 4 * param.shape.iter().product::<usize>();
        let entry = serde_json::json!({"dtype": "F32", "shape": param.shape, "data_offsets": [offset, end]});
        entries.insert(param.key.clone(), entry);
        offset = end;
    }
    let header = Header::parse(Value::Object(entries).to_string().as_bytes(), None).unwrap();
    let mut loader = Loader::new(header, Some(architecture), &Device::flex(), false).unwrap();
    for param in &graph.params {
        let values = seeded::parameter(&param.key, &param.shape, "");
        loader.push(&values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
    }
    loader.finish().unwrap()
}

fn image(network: &Network, name: &str) -> Tensor<4> {
    let input = network.input();
    let data = seeded::image(name, input.size, input.channels);
    network.tensor(data, &[1, input.channels, input.size, input.size]).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn assert_close(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}: length");
    let largest = want.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let error = got.iter().zip(want).fold(0.0f64, |m, (a, b)| m.max((a - b).abs())) / largest;
    println!("{what}: relative error {error:.1e}");
    assert!(error <= tolerance, "{what}: relative error {error}");
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| f64::from(v)).collect()
}

fn code<T>(result: vitrine::error::Result<T>) -> Code {
    result.err().expect("this must be an error").code
}

/// The gradient of the recorded cell, and that it is zero outside the theoretical field.
fn check_field(network: &Network, model: &str) -> vitrine::explain::ReceptiveField {
    let want = &expected(model)["cell"];
    let cell: Vec<usize> = numbers(&want["index"])[1..].iter().map(|&i| i as usize).collect();
    let args = FieldArgs { stage: want["stage"].as_str().unwrap().to_owned(), cell };
    let got = now(network.receptive_field(image(network, model), &args)).unwrap();
    let want_gradient = &want["gradient"];
    let at = |places: &str| {
        let places = numbers(&want_gradient[places]);
        places.iter().map(|&i| f64::from(got.gradient.data[i as usize])).collect::<Vec<f64>>()
    };
    assert_close(&format!("{model} value"), &[f64::from(got.value)], &[want["value"].as_f64().unwrap()], TOLERANCE);
    // The largest value scales the errors of single ones.
    let largest = want_gradient["abs_max"].as_f64().unwrap();
    for (places, values) in [("at", "values"), ("nonzero_at", "nonzero_values")] {
        let error =
            at(places).iter().zip(numbers(&want_gradient[values])).fold(0.0f64, |m, (a, b)| m.max((a - b).abs()));
        println!("{model} gradient {places}: {:.1e} of the largest", error / largest);
        assert!(error <= TOLERANCE * largest, "{model} gradient {places}: {error}");
    }
    let sum: f64 = got.gradient.data.iter().map(|v| f64::from(v.abs())).sum();
    assert_close(&format!("{model} sum"), &[sum], &[want_gradient["abs_sum"].as_f64().unwrap()], TOLERANCE);
    let map_sum: f64 = got.map.data.iter().map(|&v| f64::from(v)).sum();
    assert_close(&format!("{model} map"), &[map_sum], &[sum], 1e-5);
    let b = got.bounds.unwrap();
    let side = network.input().size;
    for (i, v) in got.map.data.iter().enumerate() {
        let (y, x) = (i / side, i % side);
        let inside = (b.y..b.y + b.height).contains(&y) && (b.x..b.x + b.width).contains(&x);
        // Swin's mask is -100 before the softmax, not minus infinity.
        assert!(inside || *v < 1e-20, "{model}: {v} at {y}, {x} outside {b:?}");
    }
    got
}

#[test]
fn resnet18_fields_and_class_maps() {
    let model = "resnet18";
    let network = load(model);
    let field = check_field(&network, model);
    // layer2 of ResNet-18: 7 + 2 * 2 (pool) ... = 99 pixels, 8 apart, around pixel 14 * 8.
    let b = field.bounds.unwrap();
    assert_eq!((b.width, b.height), (99, 99));
    let curve = network.receptive_curve();
    let point = |name: &str| curve.iter().find(|p| p.name == name).unwrap();
    assert_eq!((point("conv1").field, point("maxpool").field), (7, 11));
    assert_eq!([1, 2, 3, 4].map(|i| point(&format!("layer{i}")).field), [43, 99, 211, 435]);
    assert_eq!(point("layer4").jump, 32.0);
    assert_eq!(point("layer4").seen.unwrap().width, 224);
    let want = &expected(model)["grad_cam"];
    let args = ClassArgs { index: Some(281), ..ClassArgs::default() };
    let got = now(network.explain_class(image(&network, model), &args)).unwrap();
    assert_eq!((got.map.shape.as_slice(), got.stage.as_deref()), (&[7, 7][..], Some("layer4")));
    assert_close("Grad-CAM", &wide(&got.map.data), &numbers(&want["values"]), TOLERANCE);
    let signed = got.signed.unwrap();
    assert_close("Grad-CAM before relu", &wide(&signed.data), &numbers(&want["before_relu"]), TOLERANCE);
    // With a mean before the classifier the two methods differ by the number of cells alone.
    let cam = ClassArgs { method: Some("cam".to_owned()), ..args.clone() };
    let cam = now(network.explain_class(image(&network, model), &cam)).unwrap();
    let scaled: Vec<f64> = wide(&cam.signed.unwrap().data).iter().map(|v| v / 49.0).collect();
    assert_close("CAM", &scaled, &wide(&signed.data), TOLERANCE);
    // A convolution whose batch norm is computed with it.
    let conv = ClassArgs { stage: Some("layer4.1.conv2".to_owned()), ..args };
    assert_eq!(now(network.explain_class(image(&network, model), &conv)).unwrap().map.shape, [7, 7]);
    let filters = now(network.filters(&FilterArgs::default())).unwrap();
    let want = seeded::parameter("conv1.weight", &[64, 3, 7, 7], "");
    assert_eq!(filters.shape, [64, 3, 7, 7]);
    assert_close("filters", &wide(&filters.data), &wide(&want), 1e-5);
}

#[test]
fn vit_tiny_attention() {
    let model = "vit_tiny_patch16_224";
    let network = load(model);
    assert_eq!(check_field(&network, model).pixels, 224 * 224);
    let want = expected(model);
    let got = now(network.rollout(image(&network, model))).unwrap();
    assert_eq!(got.shape, [14, 14]);
    assert_close("rollout", &wide(&got.data), &numbers(&want["rollout"]), TOLERANCE);
    let stats = now(network.attention_stats(image(&network, model))).unwrap();
    let distances = want["attention_distance"].as_array().unwrap();
    assert_eq!(stats.len(), distances.len());
    for (block, want) in stats.iter().zip(distances) {
        assert_close(&block.stage, &block.distance, &numbers(want), TOLERANCE);
        assert!(block.entropy.iter().all(|e| *e > 0.0 && *e <= 197f64.ln() + 1e-4));
    }
    let row = now(network.attention(image(&network, model), &AttentionArgs::default())).unwrap();
    assert_eq!((row.block, row.blocks, row.heads), (11, 12, 3));
    let sum: f32 = row.map.data.iter().sum::<f32>() + row.class_token.unwrap();
    assert!((sum - 1.0).abs() < 1e-4, "a row of weights sums to {sum}");
    let args = ClassArgs { method: Some("attention".to_owned()), ..ClassArgs::default() };
    let map = now(network.explain_class(image(&network, model), &args)).unwrap();
    assert_eq!((map.method, map.map.shape.as_slice()), ("attention", &[14, 14][..]));
    assert!(map.map.data.iter().any(|v| *v > 0.0));
    let map = now(network.explain_class(image(&network, model), &ClassArgs::default())).unwrap();
    assert_eq!((map.method, map.map.shape.as_slice()), ("gradcam", &[14, 14][..]));
}

#[test]
fn swin_tiny_windows() {
    let model = "swin_tiny_patch4_window7_224";
    let network = load(model);
    check_field(&network, model);
    // Block 1 shifts its windows by 3: token (0, 0) lies in the last window, whose other corner wraps round.
    let args = AttentionArgs { block: Some(1), query: Some(0), head: None };
    let row = now(network.attention(image(&network, model), &args)).unwrap();
    let window = row.window.unwrap();
    assert_eq!((window.index, window.side, window.shift), (Some(63), 7, 3));
    assert_eq!((row.map.shape.as_slice(), row.cells.len()), (&[56, 56][..], 49));
    let sum: f32 = row.map.data.iter().sum();
    assert!((sum - 1.0).abs() < 1e-4);
    // What the mask hides: only the corner of 3 x 3 that came with it is seen.
    for (i, v) in row.map.data.iter().enumerate() {
        assert!(*v < 1e-20 || (i / 56 < 3 && i % 56 < 3), "{v} at {i}");
    }
    let args = ClassArgs { method: Some("attention".to_owned()), ..ClassArgs::default() };
    let map = now(network.explain_class(image(&network, model), &args)).unwrap();
    assert_eq!((map.method, map.map.shape.as_slice()), ("gradcam", &[7, 7][..]));
    assert_eq!(code(now(network.rollout(image(&network, model)))), Code::BadInput);
    let lens = now(network.logit_lens(image(&network, model), &LensArgs { k: Some(1) })).unwrap();
    assert_eq!(
        lens.rows.iter().map(|r| r.stage.as_str()).collect::<Vec<_>>(),
        ["layers.3.blocks.0", "layers.3.blocks.1"]
    );
    assert_eq!(lens.omitted.len(), 10);
}

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

fn answer(network: &Network, image: Tensor<4>) -> Vec<f32> {
    now(read(network.forward(image))).unwrap().data
}

fn off(stage: &str, what: &str, index: Option<usize>) -> Off {
    Off { stage: stage.to_owned(), what: what.to_owned(), index }
}

#[test]
fn ablation_changes_and_restores() {
    let mut network = load("vit_cifar10");
    let input = image(&network, "vit_cifar10");
    let whole = answer(&network, input.clone());
    for part in [
        off("blocks.0.attn.attn_drop", "head", Some(1)),
        off("blocks.0.attn", "head", Some(1)),
        off("blocks.1.add1", "shortcut", None),
        off("blocks.1", "branch", None),
        off("blocks.2.mlp", "zero", None),
        off("blocks.2.mlp.fc1", "channel", Some(3)),
        off("pos_embed", "position", None),
        off("pos_embed", "shuffle", None),
        off("cls_token", "token", Some(0)),
    ] {
        assert_eq!(network.ablate(&Ablate { off: vec![part.clone()] }).unwrap(), 1);
        assert_ne!(answer(&network, input.clone()), whole, "{part:?} changes nothing");
        assert_eq!(network.ablate(&Ablate::default()).unwrap(), 0);
        assert_eq!(answer(&network, input.clone()), whole, "{part:?} is not undone");
    }
    for (part, want) in [
        (off("nothing", "zero", None), Code::NotFound),
        (off("blocks.0", "explode", None), Code::NotFound),
        (off("blocks.0.attn.attn_drop", "head", Some(4)), Code::BadInput),
        (off("blocks.0.attn.attn_drop", "head", None), Code::BadInput),
        (off("blocks.0.mlp.fc1", "channel", Some(512)), Code::BadInput),
        (off("blocks.0.mlp.fc1", "shortcut", None), Code::BadInput),
        (off("blocks.0", "position", None), Code::BadInput),
        (off("blocks.0", "shuffle", None), Code::BadInput),
        (off("cls_token", "token", Some(65)), Code::BadInput),
    ] {
        assert_eq!(code(network.ablate(&Ablate { off: vec![part.clone()] })), want, "{part:?}");
    }
    assert_eq!(answer(&network, input), whole);
    let mut network = load("resnet20_cifar10");
    let input = image(&network, "resnet20_cifar10");
    network.ablate(&Ablate { off: vec![off("layer1.0", "shortcut", None), off("conv1", "channel", Some(2))] }).unwrap();
    let value = network.capture(input, &network.nodes(&["bn1".to_owned()]).unwrap()).remove(0);
    assert!(now(read(value.narrow(1, 2, 1))).unwrap().data.iter().all(|v| *v == 0.0));
}

/// What the node adds is the embedding's own rows: the class token's in its place, each patch's exactly once elsewhere.
#[test]
fn shuffled_positions_are_the_same_rows_elsewhere() {
    let mut network = load("vit_cifar10");
    let input = image(&network, "vit_cifar10");
    let nodes = network.nodes(&["cls_token".to_owned(), "pos_embed".to_owned()]).unwrap();
    let added = |network: &Network| {
        let mut values = network.capture(input.clone(), &nodes);
        let sum = values.pop().unwrap() - values.pop().unwrap();
        now(read(sum)).unwrap().data.chunks(128).map(<[f32]>::to_vec).collect::<Vec<_>>()
    };
    let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
    let plain = added(&network);
    network.ablate(&Ablate { off: vec![off("pos_embed", "shuffle", Some(7))] }).unwrap();
    let shuffled = added(&network);
    let of = |row: &Vec<f32>| (0..65).find(|&i| near(row, &plain[i])).expect("a row of the embedding");
    let mut order: Vec<usize> = shuffled.iter().map(of).collect();
    assert_eq!(order[0], 0);
    assert!(order.iter().enumerate().filter(|(i, from)| i == *from).count() < 10, "{order:?}");
    let cell = now(network.cell(input.clone(), &CellArgs { stage: "pos_embed".to_owned(), cell: vec![3, 5] })).unwrap();
    assert!((f64::from(cell.value) - cell.recomputed).abs() < 1e-4, "{cell:?}");
    order.sort_unstable();
    assert_eq!(order, (0..65).collect::<Vec<_>>());
}

/// Against counts by hand: 12 C^2 + 2 n C multiply-adds a token and block, and what comes before and after.
#[test]
fn costs_at_other_sizes() {
    let vit = load("vit_cifar10");
    for size in [32, 64, 160] {
        let graph = vit.graph_at(&CostArgs { size }).unwrap();
        let (patches, c) = ((size / 4) * (size / 4), 128);
        let n = patches + 1;
        let cost = vit.cost(&graph);
        assert_eq!((cost.size, cost.tokens, cost.attention), (size, n, (6 * 2 * n * n * c) as u64));
        assert_eq!(cost.multiply_adds, (6 * (12 * c * c * n + 2 * n * n * c) + patches * 48 * c + 10 * c) as u64);
    }
    let swin = load("swin_cifar10");
    let attention = |size: usize| {
        let cost = swin.cost(&swin.graph_at(&CostArgs { size }).unwrap());
        assert_eq!(cost.tokens, (size / 2) * (size / 2));
        cost.attention
    };
    assert_eq!(attention(32), 2 * 2 * 16 * (256 * 48 + 64 * 96 + 16 * 192));
    assert_eq!((attention(64), attention(128)), (4 * attention(32), 16 * attention(32)));
    for network in [&vit, &swin] {
        let own = network.graph_at(&CostArgs { size: 32 }).unwrap();
        let noise = network.noise(&own);
        let at = |n: Tensor<4>| now(read(n)).unwrap().data;
        assert_eq!(at(network.forward_at(&own, noise.clone())), at(network.forward(noise)));
        let graph = network.graph_at(&CostArgs { size: 64 }).unwrap();
        assert!(at(network.forward_at(&graph, network.noise(&graph))).iter().all(|v| v.is_finite()));
        for size in [0, 16, 48, 4096] {
            assert_eq!(code(network.graph_at(&CostArgs { size })), Code::BadInput);
        }
    }
    assert_eq!(code(load("lenet5_mnist").graph_at(&CostArgs { size: 64 })), Code::BadInput);
}

#[test]
fn lens_occlusion_and_dropout() {
    let network = load("vit_cifar10");
    let input = image(&network, "vit_cifar10");
    let lens = now(network.logit_lens(input.clone(), &LensArgs::default())).unwrap();
    assert_eq!((lens.rows.len(), lens.omitted.len()), (6, 0));
    let whole = answer(&network, input.clone());
    let best = (0..whole.len()).max_by(|&a, &b| whole[a].total_cmp(&whole[b])).unwrap();
    assert_eq!((lens.rows[5].top[0].index, lens.rows[5].top.len()), (best, 5));
    let args = ClassArgs { method: Some("occlusion".to_owned()), ..ClassArgs::default() };
    let map = now(network.explain_class(input, &args)).unwrap();
    assert_eq!((map.map.shape.as_slice(), map.index), (&[8, 8][..], best));
    let network = load("resnet20_cifar10");
    let lens = now(network.logit_lens(image(&network, "resnet20_cifar10"), &LensArgs::default())).unwrap();
    assert_eq!((lens.rows.len(), lens.omitted.len()), (3, 6));
    let network = load("alexnet_cifar10");
    let input = image(&network, "alexnet_cifar10");
    let passes = now(network.dropout_passes(input.clone(), &DropoutArgs { passes: Some(3), k: None })).unwrap();
    assert_eq!((passes.passes.len(), passes.mean.len()), (3, 5));
    let map = now(network.explain_class(input.clone(), &ClassArgs::default())).unwrap();
    assert_eq!(map.map.shape, [7, 7]);
    assert!(!now(network.logit_lens(input, &LensArgs::default())).unwrap().rows.is_empty());
}

#[test]
fn what_does_not_fit_is_an_error() {
    let network = load("resnet20_cifar10");
    let input = || image(&network, "resnet20_cifar10");
    let field = |stage: &str, cell: &[usize]| {
        code(now(network.receptive_field(input(), &FieldArgs { stage: stage.to_owned(), cell: cell.to_vec() })))
    };
    assert_eq!(field("layer9", &[0, 0, 0]), Code::NotFound);
    assert_eq!(field("layer1", &[16, 0, 0]), Code::BadInput);
    assert_eq!(field("layer1", &[0, 0]), Code::BadInput);
    assert_eq!(code(now(network.attention(input(), &AttentionArgs::default()))), Code::BadInput);
    assert_eq!(code(now(network.attention_stats(input()))), Code::BadInput);
    assert_eq!(code(now(network.dropout_passes(input(), &DropoutArgs::default()))), Code::BadInput);
    let class = |method: &str, index: Option<usize>| {
        let args = ClassArgs { method: Some(method.to_owned()), index, ..ClassArgs::default() };
        code(now(network.explain_class(input(), &args)))
    };
    assert_eq!(class("magic", None), Code::NotFound);
    for method in ["cam", "gradcam", "occlusion"] {
        assert_eq!(class(method, Some(10)), Code::BadInput);
    }
    assert_eq!(class("attention", None), Code::BadInput);
    let fcnn = load("fcnn_mnist");
    let input = || image(&fcnn, "fcnn_mnist");
    assert_eq!(code(now(fcnn.explain_class(input(), &ClassArgs::default()))), Code::BadInput);
    assert_eq!(code(now(fcnn.logit_lens(input(), &LensArgs::default()))), Code::BadInput);
    assert_eq!(now(fcnn.filters(&FilterArgs::default())).unwrap().shape, [56, 1, 32, 32]);
    assert_eq!(code(now(fcnn.filters(&FilterArgs { stage: Some("fc2".to_owned()) }))), Code::BadInput);
    let mae = load("mae_vit_cifar10");
    let input = || image(&mae, "mae_vit_cifar10");
    assert_eq!(code(now(mae.explain_class(input(), &ClassArgs::default()))), Code::BadInput);
    assert_eq!(code(now(mae.logit_lens(input(), &LensArgs::default()))), Code::BadInput);
    assert_eq!(
        code(now(mae.attention(input(), &AttentionArgs { block: Some(99), ..Default::default() }))),
        Code::BadInput
    );
    assert!(now(mae.attention(input(), &AttentionArgs::default())).is_ok());
    assert!(now(mae.rollout(input())).is_ok());
}

#[test]
fn every_stage_is_timed_and_a_module_takes_as_long_as_its_parts() {
    for (id, module) in
        [("resnet20_cifar10", "layer2.0"), ("vit_cifar10", "blocks.1"), ("swin_cifar10", "layers.1.blocks.1")]
    {
        let network = load(id);
        // A clock that ticks once a reading: every step takes one.
        let ticks = std::cell::Cell::new(0.0);
        let clock = || ticks.replace(ticks.get() + 1.0);
        let times = now(network.stage_times(image(&network, "times"), clock)).unwrap();
        assert_eq!(times.len(), network.graph().stages.len());
        let graph = network.graph();
        let end = graph.stage(module).unwrap().node;
        let fused = |n: usize| matches!(graph.nodes[n].op, Op::Conv2d { .. }) && graph.batch_norm_of(n).is_some();
        let parts: std::collections::BTreeSet<usize> = graph
            .stages
            .iter()
            .filter(|s| s.name == module || s.name.starts_with(&format!("{module}.")))
            .map(|s| s.node)
            .collect();
        let steps = parts.iter().filter(|&&n| n <= end && !fused(n)).count();
        let ms = times.iter().find(|t| t.stage == module).unwrap().ms;
        assert_eq!(ms, steps as f64, "{id} {module}");
    }
}

#[test]
fn patches_resemble_themselves() {
    let network = load("dino_vit_cifar10");
    let one = image(&network, "dino_vit_cifar10");
    let two = Tensor::cat(vec![one.clone(), image(&network, "another")], 0);
    let found = now(network.similarity(two)).unwrap();
    assert_eq!(found.shape, [64, 2, 8, 8]);
    let tokens =
        now(read(network.capture(one.clone(), &network.nodes(&["norm".to_owned()]).unwrap()).remove(0))).unwrap();
    let patch = |i: usize| &tokens.data[(i + 1) * 128..][..128];
    let dot =
        |a: usize, b: usize| patch(a).iter().zip(patch(b)).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    for i in 0..64 {
        assert!((found.data[i * 128 + i] - 1.0).abs() < 1e-5, "patch {i} is not itself");
        for j in 0..64 {
            assert_eq!(found.data[i * 128 + j], found.data[j * 128 + i]);
            let want = dot(i, j) / (dot(i, i) * dot(j, j)).sqrt();
            assert!((f64::from(found.data[i * 128 + j]) - want).abs() < 1e-5);
        }
    }
    assert!(found.data.chunks_exact(128).any(|row| row[64..].iter().all(|c| *c < 0.9999)));
    assert_eq!(code(now(load("lenet5_mnist").similarity(image(&load("lenet5_mnist"), "x")))), Code::BadInput);
}

#[test]
fn components_are_centred_perpendicular_and_in_order() {
    let network = load("dino_vit_cifar10");
    let found = now(network.pca(image(&network, "dino_vit_cifar10"))).unwrap();
    assert_eq!(found.coordinates.shape, [3, 8, 8]);
    let along: Vec<&[f32]> = found.coordinates.data.chunks_exact(64).collect();
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    for (k, one) in along.iter().enumerate() {
        assert!(one.iter().sum::<f32>().abs() < 1e-3);
        for other in &along[..k] {
            assert!(dot(one, other).abs() < 1e-2 * dot(one, one).sqrt() * dot(other, other).sqrt());
        }
    }
    assert!(found.shares.is_sorted_by(|a, b| a >= b) && found.shares.iter().sum::<f64>() <= 1.0);
}

#[test]
fn positions_resemble_themselves() {
    for (id, side) in [("vit_cifar10", 8), ("mae_vit_cifar10", 8), ("vit_tiny_patch16_224", 14)] {
        let found = now(load(id).position_similarity()).unwrap();
        let n = side * side;
        assert_eq!(found.shape, [n, side, side]);
        for i in 0..n {
            assert!((found.data[i * n + i] - 1.0).abs() < 1e-5);
        }
    }
    // The table itself, its first row the class token's.
    let table = seeded::parameter("pos_embed", &[1, 65, 128], "");
    let (a, b) = (&table[128..256], &table[64 * 128..]);
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let want = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    let got = now(load("vit_cifar10").position_similarity()).unwrap().data[63];
    assert!((f64::from(got) - want).abs() < 1e-5, "{got} is not {want}");
    assert_eq!(code(now(load("swin_cifar10").position_similarity())), Code::BadInput);
}

#[test]
fn features_are_what_the_head_reads() {
    for (id, stage, width) in [("vit_cifar10", "fc_norm", 128), ("dino_vit_cifar10", "fc_norm", 128)] {
        let network = load(id);
        let input = image(&network, id);
        let found = now(network.features(input.clone())).unwrap();
        let node = network.nodes(&[stage.to_owned()]).unwrap();
        assert_eq!(found, now(read(network.capture(input, &node).remove(0))).unwrap().data);
        assert_eq!(found.len(), width);
    }
    for (id, width) in [("resnet20_cifar10", 64), ("mae_vit_cifar10", 128)] {
        let network = load(id);
        let found = now(network.features(image(&network, id))).unwrap();
        assert_eq!(found.len(), width, "{id}");
    }
}

#[test]
fn a_loss_needs_two_views() {
    let network = load("dino_vit_cifar10");
    let loss = |outputs: Vec<Vec<f32>>, temperature: f64| {
        network.dino_loss(&DistillArgs { outputs, temperature, centering: true, momentum: Some(0.996) })
    };
    // Without a bank the centre is the mean of what is given: of the same output twice nothing is left.
    let same = loss(vec![vec![1.0, 2.0, 3.0]; 2], 0.04).unwrap();
    assert!((same.entropy - 1.0).abs() < 1e-9 && same.centre_of == 2);
    // 0.996^173 is one half.
    assert!((same.half_life.unwrap() - 172.94).abs() < 0.01);
    assert_eq!(code(loss(vec![vec![1.0, 2.0]], 0.04)), Code::BadInput);
    assert_eq!(code(loss(vec![vec![1.0, 2.0], vec![1.0]], 0.04)), Code::BadInput);
    assert_eq!(code(loss(vec![vec![1.0, 2.0]; 2], 0.0)), Code::BadInput);
}
