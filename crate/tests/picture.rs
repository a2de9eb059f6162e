//! What the living picture is drawn from: where everything stands, tiles of many stages, and what each map adds to an
//! answer.

use vitrine::error::Code;
use vitrine::explain::{
    CellArgs, ContributionArgs, FieldArgs, HeadsArgs, Item, Off, Rect, SpotArgs, StageField, StageTiles, Tiles,
    TilesArgs, Wanted,
};
use vitrine::network::Network;

use crate::common::*;

const SHIPPED: [&str; 9] = [
    "lenet5_mnist",
    "fcnn_mnist",
    "alexnet_cifar10",
    "vgg_bn_cifar10",
    "resnet20_cifar10",
    "vit_cifar10",
    "swin_cifar10",
    "mae_vit_cifar10",
    "dino_vit_cifar10",
];

fn wanted(stage: &str, count: Option<usize>) -> Wanted {
    Wanted { stage: stage.to_owned(), count, side: 64, query: None }
}

fn tiles(network: &Network, stages: Vec<Wanted>) -> vitrine::error::Result<Vec<StageTiles>> {
    let (data, shape) = picture(network, "picture");
    now(network.view().tiles(&data, &shape, &TilesArgs { stages }))
}

fn visit<'a>(items: &'a [Item], found: &mut Vec<&'a Item>) {
    for item in items {
        found.push(item);
        visit(&item.parts, found);
    }
}

fn overlap(a: [f32; 2], b: [f32; 2]) -> bool {
    a[0].max(b[0]) + 1e-5 < a[1].min(b[1])
}

#[test]
fn every_stage_of_every_network_has_its_place_and_no_two_share_one() {
    for id in SHIPPED {
        let network = load(id);
        let scene = network.view().layout();
        let mut all = vec![];
        visit(&scene.items, &mut all);
        let mut ids: Vec<&str> = all.iter().map(|i| i.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all.len(), "{id}: names are told apart");
        for stage in &network.graph().stages {
            let parent = stage.name.rsplit_once('.').map_or("", |(parent, _)| parent);
            let shown = |name: &str| all.iter().any(|i| i.stage == name);
            let group =
                network.graph().stages.iter().any(|s| s.name == stage.name && s.kind == vitrine::nn::Kind::Layer);
            assert!(group || shown(&stage.name) || shown(parent), "{id}: {} stands nowhere", stage.name);
        }
        let stands = |name: &String| all.iter().any(|i| i.stage == *name);
        assert!(all.iter().flat_map(|i| &i.from).all(stands), "{id}: all that is read has a place");
        assert!(scene.skips.iter().all(|s| stands(&s.from) && stands(&s.to)), "{id}: skips lead from place to place");
        let mut right = 0.0;
        for item in &scene.items {
            assert!(
                (item.x[0] - right).abs() < 1e-5 && item.x[1] > item.x[0],
                "{id}: {} follows what is left of it",
                item.id
            );
            right = item.x[1];
        }
        assert!((right - 1.0).abs() < 1e-5);
        for item in &all {
            for (i, part) in item.parts.iter().enumerate() {
                let inside = |own: [f32; 2], outer: [f32; 2]| own[0] >= outer[0] - 1e-5 && own[1] <= outer[1] + 1e-5;
                assert!(inside(part.x, item.x) && inside(part.y, item.y), "{id}: {} is inside", part.id);
                let clear = |other: &Item| !overlap(part.x, other.x) || !overlap(part.y, other.y);
                assert!(item.parts[..i].iter().all(clear), "{id}: {} has a place of its own", part.id);
            }
        }
    }
}

#[test]
fn blocks_stand_for_what_they_hold() {
    let find = |id: &str, name: &str| {
        let network = load(id);
        let scene = network.view().layout();
        let mut all = vec![];
        visit(&scene.items, &mut all);
        all.into_iter().find(|i| i.id == name).unwrap_or_else(|| panic!("{id} has no {name}")).clone()
    };
    let block = find("vit_cifar10", "blocks.2");
    assert_eq!((block.tiles, block.count, block.shows.as_str()), (Tiles::Heads, 4, "blocks.2.attn.attn_drop"));
    assert_eq!((block.block, block.grid), (Some(3), [8, 8]));
    let [q, k] = ["q", "k"].map(|part| find("vit_cifar10", &format!("blocks.2.attn.{part}")));
    assert_eq!(q.x, k.x, "queries stand above keys");
    assert!(q.y[1] <= k.y[0]);
    let shifted = find("swin_cifar10", "layers.0.blocks.1").windows.unwrap();
    assert_eq!((shifted.size, shifted.shift), (4, 2));
    let stem = find("resnet20_cifar10", "conv1+");
    assert_eq!(stem.parts.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["conv1", "bn1", "act1"]);
    assert_eq!((stem.shows.as_str(), stem.parameters), ("act1", 3 * 16 * 9 + 32));
    let skips = load("resnet20_cifar10").view().layout().skips;
    let projected = skips.iter().find(|s| s.to == "layer2.0.add").unwrap();
    assert_eq!((projected.from.as_str(), projected.via.as_deref()), ("layer1.2", Some("layer2.0.downsample")));
}

#[test]
fn tiles_are_the_maps_that_vary_most() {
    let network = load("resnet20_cifar10");
    let all = tiles(&network, vec![wanted("layer2.1", None), wanted("layer2.1", Some(5)), wanted("fc", None)]).unwrap();
    let [whole, few, answer] = &all[..] else { panic!("three were asked for") };
    let plane = 256;
    let map = |c: usize| &whole.values.data[c * plane..][..plane];
    let spread = |c: usize| {
        let mean = map(c).iter().sum::<f32>() / plane as f32;
        map(c).iter().map(|v| (v - mean).powi(2)).sum::<f32>()
    };
    let mut order: Vec<usize> = (0..32).collect();
    order.sort_by(|&a, &b| spread(b).total_cmp(&spread(a)));
    assert_eq!((few.channels.as_slice(), few.count), (&order[..5], 32));
    for (i, &c) in few.channels.iter().enumerate() {
        assert_eq!(&few.values.data[i * plane..][..plane], map(c));
        assert_eq!(few.high[i], map(c).iter().copied().fold(f32::NEG_INFINITY, f32::max));
    }
    assert_eq!(answer.values.shape, [1, 10, 1]);
    assert_eq!(answer.values.data, crate::common::answer(&network, image(&network, "picture")));
    assert_eq!(code(tiles(&network, vec![wanted("layer9", None)])), Code::NotFound);
}

#[test]
fn heads_are_those_of_the_class_token_and_hidden_patches_stay_empty() {
    let network = load("vit_cifar10");
    let found = tiles(&network, vec![wanted("blocks.3.attn.attn_drop", None)]).unwrap().remove(0);
    let (data, shape) = picture(&network, "picture");
    let heads = now(network.view().attention_heads(&data, &shape, &HeadsArgs { block: 3, query: None })).unwrap();
    assert_eq!(found.values, heads.maps);
    let one = Wanted { query: Some(20), ..wanted("blocks.3.attn.attn_drop", None) };
    let found = tiles(&network, vec![one]).unwrap().remove(0);
    let heads =
        now(network.view().attention_heads(&data, &shape, &HeadsArgs { block: 3, query: Some([2, 4]) })).unwrap();
    assert_eq!(found.values, heads.maps);

    let mae = load("mae_vit_cifar10");
    let names = ["vit.layers.1", "vit.layers.1.attention.dropout", "decoder.decoder_layers.0"];
    let found = tiles(&mae, names.map(|name| wanted(name, Some(4))).to_vec()).unwrap();
    let hidden = |t: &StageTiles| t.values.data.iter().filter(|v| v.is_nan()).count() / t.channels.len();
    assert_eq!(found.iter().map(hidden).collect::<Vec<_>>(), [48, 48, 0]);

    // Of windows every query's weights add up to one, so that their mean over a window's queries does too.
    let swin = load("swin_cifar10");
    let found = tiles(&swin, vec![wanted("layers.0.blocks.1.attn.attn_drop", None)]).unwrap().remove(0);
    assert_eq!(found.values.shape, [2, 16, 16]);
    let sum: f32 = found.values.data[..256].iter().sum();
    assert!((sum - 16.0).abs() < 1e-3, "one for each of 16 windows, not {sum}");
}

/// Patches hidden in place of those of the fixed mask.
fn mask(hidden: &[usize]) -> Off {
    Off { what: "mask".to_owned(), hidden: Some(hidden.to_vec()), ..Off::default() }
}

#[test]
fn a_changed_mask_changes_every_tile_behind_it() {
    let network = load("mae_vit_cifar10");
    let (data, shape) = picture(&network, "picture");
    let hidden: Vec<usize> = (0..40).collect();
    let view = network.with(&[mask(&hidden)]).unwrap();
    let gather = network.nodes(&["vit.embeddings.visible".to_owned()]).unwrap()[0];
    let stages: Vec<_> = network.graph().stages.iter().filter(|s| s.node >= gather).map(|s| s.name.clone()).collect();
    let asked = || TilesArgs { stages: stages.iter().map(|s| wanted(s, Some(2))).collect() };
    let fixed = now(network.view().tiles(&data, &shape, &asked())).unwrap();
    let changed = now(view.tiles(&data, &shape, &asked())).unwrap();
    assert!(stages.len() > 100);
    for (a, b) in fixed.iter().zip(&changed) {
        let same = a.channels == b.channels
            && a.values.data.iter().map(|v| v.to_bits()).eq(b.values.data.iter().map(|v| v.to_bits()));
        assert!(!same, "{} is as it was", a.stage);
    }
    let stands = |stage: &str, tiles: &[StageTiles]| -> Vec<usize> {
        let found = tiles.iter().find(|t| t.stage == stage).unwrap();
        (0..64).filter(|&i| found.values.data[i].is_nan()).collect()
    };
    assert_eq!(stands("vit.layers.1", &changed), hidden);
    assert_ne!(stands("vit.layers.1", &fixed), hidden);

    // The answer, a number and the shapes are of the same mask.
    let drawn: Vec<u8> = (0..64).map(|i| u8::from(i < 40)).collect();
    let given = network.view().patch_mask(None, Some(&drawn)).unwrap();
    let input = || image(&network, "picture");
    let made = now(view.reconstruct(input(), &view.patch_mask(None, None).unwrap())).unwrap();
    assert_eq!(made.mask, drawn);
    let want = now(network.view().reconstruct(input(), &given)).unwrap();
    assert_eq!(made.prediction, want.prediction);
    let output = now(vitrine::network::read(view.forward(input()))).unwrap();
    assert_close("forward", &wide(&output.data), &wide(&want.prediction.data), 1e-6);
    let stage = "vit.layers.1.layernorm_before".to_owned();
    let at = |row, column| SpotArgs { stage: stage.clone(), channel: 3, row, column, query: None, windows: 3 };
    let spot = now(view.spot(input(), &at(7, 2))).unwrap();
    assert!((spot.formula.recomputed - f64::from(spot.formula.value)).abs() < 1e-4);
    assert_eq!(code(now(view.spot(input(), &at(0, 2)))), Code::BadInput, "a hidden patch has no number");
    let mut all = vec![];
    let scene = view.layout();
    visit(&scene.items, &mut all);
    assert_eq!(all.iter().find(|i| i.stage == "vit.layers.1").unwrap().shape, [1, 25, 128]);

    let refused = |off: &[Off]| code(network.with(off).map(|view| view.count()));
    assert_eq!(refused(&[Off { stage: "vit.layers.1".to_owned(), ..mask(&[0]) }]), Code::BadInput);
    assert_eq!(refused(&[mask(&[0]), mask(&[1])]), Code::BadInput);
    assert_eq!(refused(&[mask(&[64])]), Code::BadInput);
    assert_eq!(refused(&[mask(&(0..64).collect::<Vec<_>>())]), Code::BadInput);
    let other = load("vit_cifar10");
    assert_eq!(code(other.with(&[mask(&[0])]).map(|view| view.count())), Code::BadInput);
}

#[test]
fn contributions_add_up_to_the_score() {
    let network = load("resnet20_cifar10");
    let stages = ["layer3.2", "avgpool", "layer1.0"].map(str::to_owned).to_vec();
    let args = ContributionArgs { stages, index: Some(3) };
    let found = now(network.view().contributions(image(&network, "picture"), &args)).unwrap();
    let score = CellArgs { stage: "fc".to_owned(), cell: vec![3] };
    let score = now(network.view().cell(image(&network, "picture"), &score)).unwrap();
    let mut want = vec![0.0; 64];
    score.terms.iter().for_each(|t| want[t.index[0]] = t.weight * t.input);
    assert_eq!(score.terms.len(), 64);
    assert_close("at the pooling", &wide(&found.stages[1].shares), &want, 1e-4);
    // The mean over space is linear: a map adds what its mean adds.
    assert_close("at the last block", &wide(&found.stages[0].shares), &want, 1e-4);
    assert_eq!(found.stages[2].shares.len(), 16);
    assert!(found.stages[2].shares.iter().any(|s| s.abs() > 1e-3));
    let dino = load("dino_vit_cifar10");
    let args = ContributionArgs { stages: vec!["blocks.0".to_owned()], index: None };
    assert_eq!(code(now(dino.view().contributions(image(&dino, "picture"), &args))), Code::BadInput);
}

#[test]
fn windows_of_a_number_add_up_to_it() {
    let spots = [
        ("lenet5_mnist", "conv2", 7, 3, 4),
        ("resnet20_cifar10", "layer2.0.conv1", 5, 0, 15),
        ("resnet20_cifar10", "layer2.0", 5, 9, 2),
        ("vgg_bn_cifar10", "features.3", 30, 2, 5),
        ("vit_cifar10", "blocks.1.attn.attn_drop", 2, 3, 3),
        ("vit_cifar10", "blocks.1.attn.norm", 70, 3, 3),
        ("vit_cifar10", "blocks.1.attn.q", 40, 1, 6),
        ("vit_cifar10", "blocks.1.mlp.fc1", 11, 7, 0),
        ("swin_cifar10", "layers.0.blocks.1.attn.attn_drop", 1, 9, 14),
        ("swin_cifar10", "layers.1.downsample.reduction", 20, 5, 2),
        ("mae_vit_cifar10", "decoder.decoder_layers.1", 12, 4, 4),
        ("dino_vit_cifar10", "blocks.3.norm1", 12, 4, 4),
        ("resnet20_cifar10", "fc", 3, 0, 0),
    ];
    for (id, stage, channel, row, column) in spots {
        let network = load(id);
        let args = SpotArgs { stage: stage.to_owned(), channel, row, column, query: None, windows: 3 };
        let spot = now(network.view().spot(image(&network, "picture"), &args)).unwrap();
        let value = f64::from(spot.formula.value);
        let near = |what: &str, got: f64, want: f64, tolerance: f64| {
            assert!((got - want).abs() <= tolerance * want.abs().max(1e-2), "{id} {stage}: {what}: {got}, not {want}");
        };
        near("the rule", spot.formula.recomputed, value, 1e-3);
        let shown: f64 = spot.windows.iter().map(|w| w.sum).sum();
        near("the sum", shown + spot.rest, spot.formula.sum, 1e-6);
        for window in &spot.windows {
            assert_eq!(window.weights.len(), window.size[0] * window.size[1]);
            let product = |(w, x): (&Option<f64>, &Option<f64>)| w.unwrap_or(0.0) * x.unwrap_or(0.0);
            let sum: f64 = window.weights.iter().zip(&window.inputs).map(product).sum();
            assert!((sum - window.sum).abs() <= 1e-9 + 1e-6 * sum.abs(), "{id} {stage}: a window's own sum");
        }
        let tile = tiles(&network, vec![wanted(stage, None)]).unwrap().remove(0);
        let [_, rows, columns] = tile.values.shape[..] else { panic!("tiles are maps") };
        let at =
            if rows * columns == tile.values.data.len() { channel } else { (channel * rows + row) * columns + column };
        if !stage.starts_with("layers.0.blocks.1.attn.attn_drop") {
            near("the tile", f64::from(tile.values.data[at]), value, 1e-5);
        }
    }
    let network = load("resnet20_cifar10");
    let conv = SpotArgs { stage: "layer2.0.conv1".to_owned(), channel: 5, row: 0, column: 15, query: None, windows: 3 };
    let spot = now(network.view().spot(image(&network, "picture"), &conv)).unwrap();
    assert_eq!(
        (spot.count, spot.windows[0].first, spot.windows[0].size),
        (16, [0, 29], [2, 3]),
        "stride 2 at the edge"
    );
    let outside = SpotArgs { row: 16, ..conv };
    assert_eq!(code(now(network.view().spot(image(&network, "picture"), &outside))), Code::BadInput);
}

/// What a cell depends on of stages between it and the photo, and that its derivative is zero elsewhere.
fn through(id: &str, stage: &str, cell: &[usize], stages: &[&str]) -> Vec<StageField> {
    let network = load(id);
    let through = stages.iter().map(|&name| name.to_owned()).collect();
    let args = FieldArgs { stage: stage.to_owned(), cell: cell.to_vec(), through };
    let found = now(network.view().receptive_field(image(&network, "picture"), &args)).unwrap().stages;
    for field in &found {
        let [_, columns] = field.map.shape[..] else { panic!("{} has a map", field.stage) };
        let inside = |at: usize| {
            let (y, x) = (at / columns, at % columns);
            field.bounds.is_some_and(|b| (b.y..b.y + b.height).contains(&y) && (b.x..b.x + b.width).contains(&x))
        };
        let outside = field.map.data.iter().enumerate().filter(|(at, strength)| !inside(*at) && **strength > 1e-20);
        assert_eq!(outside.count(), 0, "{id} {stage}: outside of the window on {}", field.stage);
        // A class token has shares, and no place.
        let (map, shares): (f32, f32) = (field.map.data.iter().sum(), field.shares.iter().sum());
        assert!(map <= shares * 1.0001, "{id}: by place {map}, by channel {shares}");
    }
    found
}

#[test]
fn a_number_is_followed_back_through_the_stages_before_it() {
    let rect = |x, y, width, height| Some(Rect { x, y, width, height });
    let stages = ["layer1.2", "layer1.1", "layer1.0", "layer2.0"];
    let found = through("resnet20_cifar10", "layer2.0.conv1", &[5, 0, 15], &stages);
    // A kernel of 3 with stride 2, then two of 3 for each block, cut at the map's edge of 32 cells.
    let windows: Vec<_> = found.iter().map(|field| field.bounds).collect();
    assert_eq!(windows, [rect(29, 0, 3, 2), rect(27, 0, 5, 4), rect(25, 0, 7, 6), None]);
    assert_eq!((found[0].map.shape.as_slice(), found[3].map.shape.as_slice()), (&[32, 32][..], &[0, 0][..]));
    // Of what the convolution itself reads, the derivative is its kernel.
    let network = load("resnet20_cifar10");
    let stage = "layer2.0.conv1".to_owned();
    let spot = SpotArgs { stage, channel: 5, row: 0, column: 15, query: None, windows: 16 };
    let spot = now(network.view().spot(image(&network, "picture"), &spot)).unwrap();
    let (mut places, mut channels) = (vec![0.0; 32 * 32], vec![0.0; 16]);
    for window in &spot.windows {
        for (i, weight) in window.weights.iter().enumerate() {
            let (row, column) = (window.first[0] + i / window.size[1], window.first[1] + i % window.size[1]);
            places[row * 32 + column] += weight.unwrap_or(0.0).abs();
            channels[window.channel.unwrap()] += weight.unwrap_or(0.0).abs();
        }
    }
    assert_close("by place", &wide(&found[0].map.data), &places, 1e-5);
    assert_close("by channel", &wide(&found[0].shares), &channels, 1e-5);

    // Tokens: an MLP's number depends on one patch, until attention mixes them all.
    let found = through("vit_cifar10", "blocks.2.mlp.fc1", &[1 + 3 * 8 + 5, 7], &["blocks.2.norm2", "blocks.1"]);
    assert_eq!([found[0].bounds, found[1].bounds], [rect(5, 3, 1, 1), rect(0, 0, 8, 8)]);
    // Windows of 4 by 4: a number behind the first block depends on its own.
    let found = through("swin_cifar10", "layers.0.blocks.1.norm1", &[6, 9, 3], &["layers.0.blocks.0", "patch_embed"]);
    assert_eq!([found[0].bounds, found[1].bounds], [rect(9, 6, 1, 1), rect(8, 4, 4, 4)]);
}
