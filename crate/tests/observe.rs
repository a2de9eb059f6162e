//! What is read of a stage: parts of its value, and all channels as small maps.

use vitrine::error::Code;
use vitrine::explain::{AttentionArgs, AttentionCostArgs, HeadsArgs, Off, OrderArgs, attention_cost};
use vitrine::network::{Network, Values, View, read};
use vitrine::observe::{MapsArgs, Ranges};

use crate::common::*;

fn whole(network: &Network, name: &str) -> Values {
    let node = network.nodes(&[name.to_owned()]).unwrap()[0];
    let value = network.view().capture(image(network, "observe"), &[node]).remove(0);
    Values { shape: network.outer_shape(node, &value), ..now(read(value)).unwrap() }
}

fn part(view: &View<'_>, name: &str, ranges: &[Option<[usize; 2]>]) -> vitrine::error::Result<Values> {
    let (data, shape) = picture(view, "observe");
    let nodes = view.nodes(&[name.to_owned()])?;
    let value = view.activations(&data, &shape, &nodes)?.remove(0);
    now(view.part(nodes[0], value, &ranges.to_vec()))
}

fn maps(network: &Network, stage: &str, side: usize) -> vitrine::error::Result<vitrine::observe::Maps> {
    let (data, shape) = picture(network, "observe");
    now(network.view().maps(&data, &shape, &MapsArgs { stage: stage.to_owned(), side, head: 1 }))
}

/// Index into a value's shape of channel, row and column.
type Layout = fn(usize, usize, usize, &[usize]) -> usize;

#[test]
fn parts_and_small_maps_are_those_of_the_whole() {
    let nchw: Layout = |c, y, x, s| (c * s[2] + y) * s[3] + x;
    let nhwc: Layout = |c, y, x, s| (y * s[2] + x) * s[3] + c;
    let tokens: Layout = |c, y, x, s| (1 + y * 8 + x) * s[2] + c;
    let heads: Layout = |c, y, x, s| (s[2] + 1 + y * 8 + x) * s[3] + c;
    let channel: [(&str, &str, Layout, Ranges); 4] = [
        ("resnet20_cifar10", "layer1.0", nchw, vec![None, Some([3, 4]), None, None]),
        ("swin_cifar10", "layers.1", nhwc, vec![None, None, None, Some([3, 4])]),
        ("vit_cifar10", "blocks.2", tokens, vec![None, Some([1, 65]), Some([3, 4])]),
        ("vit_cifar10", "blocks.2.attn.q", heads, vec![None, Some([1, 2]), Some([1, 65]), Some([3, 4])]),
    ];
    for (id, stage, at, ranges) in channel {
        let network = load(id);
        let all = whole(&network, stage);
        let found = maps(&network, stage, 64).unwrap();
        let [channels, rows, columns] = found.small.shape[..] else { panic!("three dimensions") };
        assert_eq!((rows, columns), (found.rows, found.columns), "{id} {stage}: small maps are themselves");
        let value = |c: usize, y: usize, x: usize| all.data[at(c, y, x, &all.shape)];
        for c in 0..channels {
            let map: Vec<f32> = (0..rows * columns).map(|i| value(c, i / columns, i % columns)).collect();
            assert_eq!(&found.small.data[c * rows * columns..][..rows * columns], map, "{id} {stage} {c}");
            assert_eq!(found.low[c], map.iter().copied().fold(f32::INFINITY, f32::min));
            assert_eq!(found.high[c], map.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        }
        let one = part(&network.view(), stage, &ranges).unwrap();
        let want: Vec<f32> = (0..rows * columns).map(|i| value(3, i / columns, i % columns)).collect();
        assert_eq!(one.data, want, "{id} {stage}");
        let halves = maps(&network, stage, rows.div_ceil(2)).unwrap();
        assert_eq!(halves.small.shape, [channels, rows / 2, columns / 2]);
        assert_eq!((halves.rows, &halves.high), (rows, &found.high));
        let mean = (value(3, 0, 0) + value(3, 0, 1) + value(3, 1, 0) + value(3, 1, 1)) / 4.0;
        assert!((halves.small.data[3 * rows / 2 * columns / 2] - mean).abs() < 1e-5, "{id} {stage}: means");
    }
}

#[test]
fn what_is_kept_is_of_this_photo_and_of_what_is_switched_on() {
    let network = load("resnet20_cifar10");
    let before = part(&network.view(), "layer1.0", &[None, None, None, None]).unwrap();
    assert_eq!(before, whole(&network, "layer1.0"));
    let off = Off { stage: "layer1.0".to_owned(), what: "channel".to_owned(), index: Some(2), ..Off::default() };
    let changed = network.with(&[off]).unwrap();
    let after = part(&changed, "layer1.0", &[None, Some([2, 3]), None, None]).unwrap();
    assert!(after.data.iter().all(|v| *v == 0.0));
    assert_eq!(part(&network.view(), "layer1.0", &[None, None, None, None]).unwrap(), before);
    let (data, shape) = picture(&network, "another");
    let nodes = network.nodes(&["layer1.0".to_owned()]).unwrap();
    let other = network.view().activations(&data, &shape, &nodes).unwrap().remove(0);
    assert_ne!(now(read(other)).unwrap().data, before.data);
}

#[test]
fn what_is_not_there_cannot_be_read() {
    let network = load("vit_cifar10");
    for ranges in [vec![None, None], vec![None, Some([3, 3]), None], vec![None, None, Some([0, 129])]] {
        assert_eq!(code(part(&network.view(), "blocks.0", &ranges)), Code::BadInput);
    }
    assert_eq!(code(part(&network.view(), "nowhere", &[None])), Code::NotFound);
    assert_eq!(code(maps(&network, "head", 64)), Code::BadInput);
    let mae = load("mae_vit_cifar10");
    assert_eq!(code(maps(&mae, "vit.layers.0", 64)), Code::BadInput, "16 visible patches are no photo");
}

/// Against the checkpoint's table and the paper's index: the key's place from the query's, moved to count from 0.
#[test]
fn relative_bias_is_the_tables() {
    let network = load("swin_cifar10");
    let table = seeded::parameter("layers.0.blocks.1.attn.relative_position_bias_table", &[49, 2], "");
    for (head, query) in [(0, 0), (1, 37), (1, 255)] {
        let args = AttentionArgs { block: Some(1), head: Some(head), query: Some(query) };
        let got = now(network.view().relative_bias(&args)).unwrap();
        assert_eq!((got.map.shape.as_slice(), got.cells.len()), ([16, 16].as_slice(), 16));
        // Windows were cut from the map rolled by two.
        let rolled = |cell: usize| ((cell / 16 + 14) % 16, (cell % 16 + 14) % 16);
        let (qy, qx) = rolled(query);
        for cell in 0..256 {
            let (ky, kx) = rolled(cell);
            let shared = (qy / 4, qx / 4) == (ky / 4, kx / 4);
            let want = || table[((qy + 3 - ky) * 7 + qx + 3 - kx) * 2 + head];
            assert_eq!(got.cells.contains(&cell), shared);
            assert_eq!(got.map.data[cell], if shared { want() } else { 0.0 }, "head {head} query {query} cell {cell}");
        }
        let of_head: Vec<f32> = table.iter().skip(head).step_by(2).copied().collect();
        assert_eq!((got.table.data, got.table.shape), (of_head, vec![7, 7]));
    }
    let none = AttentionArgs::default();
    assert_eq!(code(now(load("vit_cifar10").view().relative_bias(&none))), Code::BadInput);
    assert_eq!(code(now(network.view().relative_bias(&AttentionArgs { query: Some(4096), ..none }))), Code::BadInput);
}

#[test]
fn one_tokens_weights_are_a_row_of_all() {
    let network = load("vit_cifar10");
    let (data, shape) = picture(&network, "observe");
    let all = whole(&network, "blocks.3.attn.attn_drop");
    let heads = |network: &Network, block, query| {
        now(network.view().attention_heads(&data, &shape, &HeadsArgs { block, query }))
    };
    for (token, query) in [(0, None), (17, Some([2, 0])), (64, Some([7, 7]))] {
        let got = heads(&network, 3, query).unwrap();
        let row = |h: usize| &all.data[(h * 65 + token) * 65..][..65];
        let patches: Vec<f32> = (0..4).flat_map(|h| row(h)[1..].to_vec()).collect();
        assert_eq!((got.maps.data, got.maps.shape), (patches, vec![4, 8, 8]));
        assert_eq!(got.class_token.unwrap(), (0..4).map(|h| row(h)[0]).collect::<Vec<_>>());
    }
    assert_eq!(code(heads(&network, 6, None)), Code::BadInput);
    assert_eq!(code(heads(&network, 0, Some([0, 8]))), Code::BadInput);
    assert_eq!(code(heads(&load("swin_cifar10"), 0, Some([0, 0]))), Code::BadInput);
}

/// A drawn mask that hides nothing is the same network: where it looks does not depend on how it was asked.
#[test]
fn an_mae_looks_at_the_whole_photo() {
    let mae = load("mae_vit_cifar10");
    let (data, shape) = picture(&mae, "observe");
    let heads = |block, query| now(mae.view().attention_heads(&data, &shape, &HeadsArgs { block, query }));
    let first = heads(0, Some([0, 4])).unwrap();
    assert_eq!(first.maps.shape, [4, 8, 8]);
    let class = first.class_token.unwrap();
    let rows: Vec<f32> =
        class.iter().zip(first.maps.data.chunks_exact(64)).flat_map(|(c, map)| [&[*c], map].concat()).collect();
    // Of the first block alone: query and keys by hand from the embeddings of all patches.
    assert_close("first block", &wide(&rows), &seeded_attention(&mae, &data, 5), 1e-4);
    assert!(heads(5, None).is_ok());
    assert_eq!(code(heads(6, None)), Code::BadInput);
}

/// Weights of one token in the first block of an MAE's encoder, in plain loops from its seeded parameters.
fn seeded_attention(mae: &Network, image: &[f32], token: usize) -> Vec<f64> {
    let p = |key: &str, shape: &[usize]| wide(&seeded::parameter(key, shape, ""));
    let (n, c) = (65, 128);
    let kernel = p("vit.embeddings.patch_embeddings.projection.weight", &[c, 3, 4, 4]);
    let bias = p("vit.embeddings.patch_embeddings.projection.bias", &[c]);
    let position = p("vit.embeddings.position_embeddings", &[1, n, c]);
    let class = p("vit.embeddings.cls_token", &[1, 1, c]);
    let embed = |t: usize, k: usize| -> f64 {
        let own = match t.checked_sub(1) {
            None => class[k],
            Some(patch) => {
                let at = |i: usize| (i / 16 * 32 + patch / 8 * 4 + i / 4 % 4) * 32 + patch % 8 * 4 + i % 4;
                bias[k] + (0..48).map(|i| kernel[k * 48 + i] * f64::from(image[at(i)])).sum::<f64>()
            }
        };
        own + position[t * c + k]
    };
    let layer = "vit.layers.0.";
    let (scale, shift) =
        (p(&format!("{layer}layernorm_before.weight"), &[c]), p(&format!("{layer}layernorm_before.bias"), &[c]));
    let normed: Vec<Vec<f64>> = (0..n)
        .map(|t| {
            let x: Vec<f64> = (0..c).map(|k| embed(t, k)).collect();
            let mean = x.iter().sum::<f64>() / c as f64;
            let deviation = (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / c as f64 + 1e-12).sqrt();
            (0..c).map(|k| (x[k] - mean) / deviation * scale[k] + shift[k]).collect()
        })
        .collect();
    let projected = |part: &str, x: &[f64]| -> Vec<f64> {
        let weight = p(&format!("{layer}attention.{part}_proj.weight"), &[c, c]);
        let bias = p(&format!("{layer}attention.{part}_proj.bias"), &[c]);
        (0..c).map(|o| bias[o] + (0..c).map(|i| weight[o * c + i] * x[i]).sum::<f64>()).collect()
    };
    assert_eq!(mae.input().size, 32);
    let query = projected("q", &normed[token]);
    let keys: Vec<Vec<f64>> = normed.iter().map(|x| projected("k", x)).collect();
    let head = |h: usize| {
        let scores: Vec<f64> = keys
            .iter()
            .map(|key| (32 * h..32 * (h + 1)).map(|i| query[i] * key[i]).sum::<f64>() / 32f64.sqrt())
            .collect();
        let sum: f64 = scores.iter().map(|s| s.exp()).sum();
        scores.into_iter().map(move |s| s.exp() / sum).collect::<Vec<f64>>()
    };
    (0..4).flat_map(head).collect()
}

/// Both orders, computed by hand from what the pooling reads: 3 x 3 with stride 2, and the paper's n, k, alpha, beta.
#[test]
fn normalization_before_and_after_pooling() {
    let network = load("alexnet_cifar10");
    let before = whole(&network, "features.1");
    let [_, channels, rows, columns] = before.shape[..] else { panic!("four dimensions") };
    let pool = |x: &[f64]| -> Vec<f64> {
        let (h, w) = ((rows - 3) / 2 + 1, (columns - 3) / 2 + 1);
        let largest = |c: usize, y: usize, x0: usize| {
            let window = (0..9).map(|i| x[(c * rows + 2 * y + i / 3) * columns + 2 * x0 + i % 3]);
            window.fold(f64::NEG_INFINITY, f64::max)
        };
        (0..channels * h * w).map(|i| largest(i / (h * w), i / w % h, i % w)).collect()
    };
    let norm = |x: &[f64]| -> Vec<f64> {
        let cells = x.len() / channels;
        let one = |c: usize, i: usize| {
            let near = c.saturating_sub(2)..(c + 3).min(channels);
            let squares: f64 = near.map(|n| x[n * cells + i].powi(2)).sum();
            x[c * cells + i] / (2.0 + 1e-4 / 5.0 * squares).powf(0.75)
        };
        (0..x.len()).map(|i| one(i / cells, i % cells)).collect()
    };
    let x = wide(&before.data);
    let got =
        now(network.view().orders(image(&network, "observe"), &OrderArgs { stage: "features.3".to_owned() })).unwrap();
    assert_close("pooled, then normalized", &wide(&got.taught.data), &norm(&pool(&x)), 1e-5);
    assert_close("normalized, then pooled", &wide(&got.paper.data), &pool(&norm(&x)), 1e-5);
    assert_eq!(got.taught.data, whole(&network, "features.3").data);
    let none = OrderArgs { stage: "features.2".to_owned() };
    assert_eq!(code(now(network.view().orders(image(&network, "observe"), &none))), Code::BadInput);
}

/// Against counts with the numbers put in: Swin-T's first stage on 224 pixels.
#[test]
fn attention_by_the_formulas() {
    let args = AttentionCostArgs { sizes: vec![224, 448], patch: 4, width: 96, window: 7 };
    let costs = attention_cost(&args).unwrap();
    assert_eq!((costs[0].tokens, costs[0].global, costs[0].windowed), (3136, 2_003_828_736, 145_108_992));
    assert_eq!((costs[1].tokens, costs[1].windowed), (4 * 3136, 4 * 145_108_992));
    let broken = AttentionCostArgs { sizes: vec![225], ..args };
    assert_eq!(code(attention_cost(&broken)), Code::BadInput);
}
