//! Explanations against themselves and against counts by hand: what is switched off is off, and what does not fit is an
//! error.

use burn::tensor::Tensor;
use vitrine::error::Code;
use vitrine::explain::{
    AttentionArgs, CellArgs, ClassArgs, DistillArgs, DropoutArgs, FieldArgs, FilterArgs, LargeProduct, LensArgs, Off,
    ThroughputArgs,
};
use vitrine::network::{View, read};
use vitrine::nn::Op;

use crate::common::*;

fn off(stage: &str, what: &str, index: Option<usize>) -> Off {
    Off { stage: stage.to_owned(), what: what.to_owned(), index, ..Off::default() }
}

#[test]
fn what_is_off_is_off_for_one_view_alone() {
    let network = load("vit_cifar10");
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
        let changed = network.with(std::slice::from_ref(&part)).unwrap();
        let got = now(read(changed.forward(input.clone()))).unwrap().data;
        assert_ne!(got, whole, "{part:?} changes nothing");
        assert_eq!(answer(&network, input.clone()), whole, "{part:?} changes more than its own calls");
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
        assert_eq!(code(network.with(std::slice::from_ref(&part))), want, "{part:?}");
    }
    assert_eq!(answer(&network, input), whole);
    let network = load("resnet20_cifar10");
    let input = image(&network, "resnet20_cifar10");
    let changed = network.with(&[off("layer1.0", "shortcut", None), off("conv1", "channel", Some(2))]).unwrap();
    let value = changed.capture(input, &network.nodes(&["bn1".to_owned()]).unwrap()).remove(0);
    assert!(now(read(value.narrow(1, 2, 1))).unwrap().data.iter().all(|v| *v == 0.0));
}

/// What the node adds is the embedding's own rows: the class token's in its place, each patch's exactly once elsewhere.
#[test]
fn shuffled_positions_are_the_same_rows_elsewhere() {
    let network = load("vit_cifar10");
    let input = image(&network, "vit_cifar10");
    let nodes = network.nodes(&["cls_token".to_owned(), "pos_embed".to_owned()]).unwrap();
    let added = |view: &View<'_>| {
        let mut values = view.capture(input.clone(), &nodes);
        let sum = values.pop().unwrap() - values.pop().unwrap();
        now(read(sum)).unwrap().data.chunks(128).map(<[f32]>::to_vec).collect::<Vec<_>>()
    };
    let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
    let plain = added(&network.view());
    let changed = network.with(&[off("pos_embed", "shuffle", Some(7))]).unwrap();
    let shuffled = added(&changed);
    let of = |row: &Vec<f32>| (0..65).find(|&i| near(row, &plain[i])).expect("a row of the embedding");
    let mut order: Vec<usize> = shuffled.iter().map(of).collect();
    assert_eq!(order[0], 0);
    assert!(order.iter().enumerate().filter(|(i, from)| i == *from).count() < 10, "{order:?}");
    let cell = now(changed.cell(input.clone(), &CellArgs { stage: "pos_embed".to_owned(), cell: vec![3, 5] })).unwrap();
    assert!((f64::from(cell.value) - cell.recomputed).abs() < 1e-4, "{cell:?}");
    order.sort_unstable();
    assert_eq!(order, (0..65).collect::<Vec<_>>());
}

/// Against counts by hand: 8 C^2 (an MLP twice as wide) + 2 n C multiply-adds a token and block, and what comes before
/// and after.
#[test]
fn costs_at_other_sizes() {
    let vit = load("vit_cifar10");
    for size in [32, 64, 160] {
        let graph = vit.graph_at(size).unwrap();
        let (patches, c) = ((size / 4) * (size / 4), 128);
        let n = patches + 1;
        let cost = vit.view().cost(&graph);
        assert_eq!((cost.size, cost.tokens, cost.attention), (size, n, (6 * 2 * n * n * c) as u64));
        assert_eq!(cost.multiply_adds, (6 * (8 * c * c * n + 2 * n * n * c) + patches * 48 * c + 10 * c) as u64);
    }
    let swin = load("swin_cifar10");
    let attention = |size: usize| {
        let cost = swin.view().cost(&swin.graph_at(size).unwrap());
        assert_eq!(cost.tokens, (size / 2) * (size / 2));
        cost.attention
    };
    assert_eq!(attention(32), 2 * 2 * 16 * (256 * 48 + 64 * 96 + 16 * 192));
    assert_eq!((attention(64), attention(128)), (4 * attention(32), 16 * attention(32)));
    for network in [&vit, &swin] {
        let own = network.graph_at(32).unwrap();
        let noise = network.view().noise(&own);
        let at = |n: Tensor<4>| now(read(n)).unwrap().data;
        assert_eq!(at(network.view().forward_at(&own, noise.clone())), at(network.view().forward(noise)));
        let graph = network.graph_at(64).unwrap();
        assert!(at(network.view().forward_at(&graph, network.view().noise(&graph))).iter().all(|v| v.is_finite()));
        for size in [0, 31, 4096] {
            assert_eq!(code(network.graph_at(size)), Code::BadInput);
        }
    }
    assert_eq!(code(load("lenet5_mnist").graph_at(64)), Code::BadInput);
}

#[test]
fn lens_occlusion_and_dropout() {
    let network = load("vit_cifar10");
    let input = image(&network, "vit_cifar10");
    let lens = now(network.view().logit_lens(input.clone(), &LensArgs::default())).unwrap();
    assert_eq!((lens.rows.len(), lens.omitted.len()), (6, 0));
    let whole = answer(&network, input.clone());
    let best = (0..whole.len()).max_by(|&a, &b| whole[a].total_cmp(&whole[b])).unwrap();
    assert_eq!((lens.rows[5].top[0].index, lens.rows[5].top.len()), (best, 5));
    let args = ClassArgs { method: Some("occlusion".to_owned()), ..ClassArgs::default() };
    let map = now(network.view().explain_class(input, &args)).unwrap();
    assert_eq!((map.map.shape.as_slice(), map.index), (&[8, 8][..], best));
    let network = load("resnet20_cifar10");
    let lens = now(network.view().logit_lens(image(&network, "resnet20_cifar10"), &LensArgs::default())).unwrap();
    assert_eq!((lens.rows.len(), lens.omitted.len()), (3, 6));
    let network = load("alexnet_cifar10");
    let input = image(&network, "alexnet_cifar10");
    let passes = now(network.view().dropout_passes(input.clone(), &DropoutArgs { passes: Some(3), k: None })).unwrap();
    assert_eq!((passes.passes.len(), passes.mean.len()), (3, 5));
    let map = now(network.view().explain_class(input.clone(), &ClassArgs::default())).unwrap();
    assert_eq!(map.map.shape, [7, 7]);
    assert!(!now(network.view().logit_lens(input, &LensArgs::default())).unwrap().rows.is_empty());
}

#[test]
fn what_does_not_fit_is_an_error() {
    let network = load("resnet20_cifar10");
    let input = || image(&network, "resnet20_cifar10");
    let field = |stage: &str, cell: &[usize]| {
        let args = FieldArgs { stage: stage.to_owned(), cell: cell.to_vec(), through: vec![] };
        code(now(network.view().receptive_field(input(), &args)))
    };
    assert_eq!(field("layer9", &[0, 0, 0]), Code::NotFound);
    assert_eq!(field("layer1", &[16, 0, 0]), Code::BadInput);
    assert_eq!(field("layer1", &[0, 0]), Code::BadInput);
    assert_eq!(code(now(network.view().attention(input(), &AttentionArgs::default()))), Code::BadInput);
    assert_eq!(code(now(network.view().attention_stats(input()))), Code::BadInput);
    assert_eq!(code(now(network.view().dropout_passes(input(), &DropoutArgs::default()))), Code::BadInput);
    let class = |method: &str, index: Option<usize>| {
        let args = ClassArgs { method: Some(method.to_owned()), index, ..ClassArgs::default() };
        code(now(network.view().explain_class(input(), &args)))
    };
    assert_eq!(class("magic", None), Code::NotFound);
    for method in ["cam", "gradcam", "occlusion"] {
        assert_eq!(class(method, Some(10)), Code::BadInput);
    }
    assert_eq!(class("attention", None), Code::BadInput);
    let fcnn = load("fcnn_mnist");
    let input = || image(&fcnn, "fcnn_mnist");
    assert_eq!(code(now(fcnn.view().explain_class(input(), &ClassArgs::default()))), Code::BadInput);
    assert_eq!(code(now(fcnn.view().logit_lens(input(), &LensArgs::default()))), Code::BadInput);
    assert_eq!(now(fcnn.view().filters(&FilterArgs::default())).unwrap().shape, [56, 1, 32, 32]);
    assert_eq!(code(now(fcnn.view().filters(&FilterArgs { stage: Some("fc2".to_owned()) }))), Code::BadInput);
    let mae = load("mae_vit_cifar10");
    let input = || image(&mae, "mae_vit_cifar10");
    assert_eq!(code(now(mae.view().explain_class(input(), &ClassArgs::default()))), Code::BadInput);
    assert_eq!(code(now(mae.view().logit_lens(input(), &LensArgs::default()))), Code::BadInput);
    assert_eq!(
        code(now(mae.view().attention(input(), &AttentionArgs { block: Some(99), ..Default::default() }))),
        Code::BadInput
    );
    assert!(now(mae.view().attention(input(), &AttentionArgs::default())).is_ok());
    assert!(now(mae.view().rollout(input())).is_ok());
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
        let times = now(network.view().stage_times(image(&network, "times"), clock)).unwrap();
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
fn multiply_adds_are_set_against_the_time_that_they_take() {
    for (id, module) in [("resnet20_cifar10", "layer2.0"), ("vit_cifar10", "blocks.1.mlp")] {
        let network = load(id);
        let graph = network.graph();
        let ticks = std::cell::Cell::new(0.0);
        let clock = || ticks.replace(ticks.get() + 1.0);
        let product = LargeProduct::new(network.params()).unwrap();
        assert!(now(product.run()).unwrap().is_finite());
        let (args, view) = (ThroughputArgs { passes: 3 }, network.view());
        let found = now(view.throughput(image(&network, id), &args, (&product, 4.0), clock)).unwrap();
        let cube = (found.side as u64).pow(3);
        assert_eq!((found.product.multiply_adds, found.product.rate), (cube, cube as f64 / 4e-3));
        // Every step of the clock is one millisecond, and every node belongs to one kind.
        let times = now(view.stage_times(image(&network, id), clock)).unwrap();
        let row = found.stages.iter().find(|row| row.stage == module).unwrap();
        assert_eq!(row.work.ms, times.iter().find(|time| time.stage == module).unwrap().ms, "{id}");
        assert_eq!(row.work.rate, row.work.multiply_adds as f64 / row.work.ms * 1e3);
        assert_eq!(row.share, row.work.rate / found.product.rate);
        let all: u64 = (0..graph.nodes.len()).map(|n| graph.multiply_adds(n)).sum();
        assert_eq!(found.kinds.iter().map(|kind| kind.work.multiply_adds).sum::<u64>(), all, "{id}");
        assert!(found.kinds.is_sorted_by(|a, b| a.work.ms >= b.work.ms));
        let none = view.throughput(image(&network, id), &ThroughputArgs { passes: 0 }, (&product, 4.0), clock);
        assert_eq!(code(now(none)), Code::BadInput);
    }
}

#[test]
fn patches_resemble_themselves() {
    let network = load("dino_vit_cifar10");
    let one = image(&network, "dino_vit_cifar10");
    let two = Tensor::cat(vec![one.clone(), image(&network, "another")], 0);
    let found = now(network.view().similarity(two)).unwrap();
    assert_eq!(found.shape, [64, 2, 8, 8]);
    // Both photos' patches after the last norm, without the class token and without their mean.
    let norm = network.nodes(&["norm".to_owned()]).unwrap();
    let tokens = |image| now(read(network.view().capture(image, &norm).remove(0))).unwrap().data;
    let mut patches: Vec<Vec<f64>> = [one, image(&network, "another")]
        .into_iter()
        .flat_map(|image| {
            tokens(image)[128..].chunks_exact(128).map(|p| p.iter().map(|&x| x.into()).collect()).collect::<Vec<_>>()
        })
        .collect();
    let mean: Vec<f64> = (0..128).map(|i| patches.iter().map(|p| p[i]).sum::<f64>() / 128.0).collect();
    patches.iter_mut().for_each(|p| p.iter_mut().zip(&mean).for_each(|(x, m)| *x -= m));
    let dot = |a: usize, b: usize| patches[a].iter().zip(&patches[b]).map(|(a, b)| a * b).sum::<f64>();
    for i in 0..64 {
        assert!((found.data[i * 128 + i] - 1.0).abs() < 1e-5, "patch {i} is not itself");
        for j in 0..64 {
            assert_eq!(found.data[i * 128 + j], found.data[j * 128 + i]);
            let want = dot(i, j) / (dot(i, i) * dot(j, j)).sqrt();
            assert!((f64::from(found.data[i * 128 + j]) - want).abs() < 1e-4);
        }
        let across = dot(i, 64 + i) / (dot(i, i) * dot(64 + i, 64 + i)).sqrt();
        assert!((f64::from(found.data[i * 128 + 64 + i]) - across).abs() < 1e-4);
    }
    let [least, most] = [f32::min, f32::max].map(|of| found.data.iter().copied().reduce(of).unwrap());
    assert!(least < -0.2 && most <= 1.0 + 1e-5, "patches that share no mean lie {least} to {most}");
    assert_eq!(code(now(load("lenet5_mnist").view().similarity(image(&load("lenet5_mnist"), "x")))), Code::BadInput);
}

#[test]
fn components_are_centred_perpendicular_and_in_order() {
    let network = load("dino_vit_cifar10");
    let found = now(network.view().pca(image(&network, "dino_vit_cifar10"))).unwrap();
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
        let found = now(load(id).view().position_similarity()).unwrap();
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
    let got = now(load("vit_cifar10").view().position_similarity()).unwrap().data[63];
    assert!((f64::from(got) - want).abs() < 1e-5, "{got} is not {want}");
    assert_eq!(code(now(load("swin_cifar10").view().position_similarity())), Code::BadInput);
}

#[test]
fn features_are_what_the_head_reads() {
    for (id, stage, width) in [("vit_cifar10", "fc_norm", 128), ("dino_vit_cifar10", "fc_norm", 128)] {
        let network = load(id);
        let input = image(&network, id);
        let found = now(network.view().features(input.clone())).unwrap();
        let node = network.nodes(&[stage.to_owned()]).unwrap();
        assert_eq!(found, now(read(network.view().capture(input, &node).remove(0))).unwrap().data);
        assert_eq!(found.len(), width);
    }
    for (id, width) in [("resnet20_cifar10", 64), ("mae_vit_cifar10", 128)] {
        let network = load(id);
        let found = now(network.view().features(image(&network, id))).unwrap();
        assert_eq!(found.len(), width, "{id}");
    }
}

#[test]
fn a_loss_needs_two_views() {
    let network = load("dino_vit_cifar10");
    let loss = |outputs: Vec<Vec<f32>>, temperature: f64| {
        network.view().dino_loss(&DistillArgs { outputs, temperature, centering: true, momentum: Some(0.996) })
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
