//! What figures ask beyond the explanations of one photo: against counts by hand and against what other calls answer.

use vitrine::error::Code;
use vitrine::explain::{AttentionArgs, ClassHeadsArgs, HeadsArgs, MaskArgs, ShiftArgs, WindowArgs};
use vitrine::image::{Interpolation, Pipeline, Resize};
use vitrine::models::{self, Capability, ClassMethod as M};
use vitrine::network::{Network, read};
use vitrine::observe;

use crate::common::*;

#[test]
fn capabilities_come_from_the_graph() {
    use Capability as C;
    let capabilities = |n: &Network| models::capabilities(n.graph());
    let class_methods = |n: &Network| models::class_methods(n.graph());
    let resnet = load("resnet20_cifar10");
    assert_eq!(capabilities(&resnet), [C::Logits, C::Convolution, C::ReceptiveField, C::LogitLens]);
    assert_eq!(class_methods(&resnet), [M::Gradcam, M::Cam, M::Occlusion]);
    assert_eq!(class_methods(&load("alexnet_cifar10")), [M::Gradcam, M::Occlusion]);
    assert_eq!(class_methods(&load("swin_cifar10")), [M::Gradcam, M::Occlusion]);
    assert_eq!(class_methods(&load("fcnn_mnist")), [M::Occlusion]);
    let vit = load("vit_cifar10");
    let global = [C::ReceptiveField, C::AttentionHeads, C::AttentionStats, C::ClassToken, C::PositionSimilarity];
    assert_eq!(capabilities(&vit), [&[C::Logits][..], &global, &[C::LogitLens]].concat());
    assert_eq!(
        (class_methods(&vit), models::patch_grid(vit.graph())),
        (vec![M::Attention, M::Occlusion], Some([8, 8]))
    );
    let dino = load("dino_vit_cifar10");
    assert_eq!(capabilities(&dino), [&[C::Features][..], &global].concat());
    assert_eq!(class_methods(&dino), [M::Occlusion]);
    let swin = load("swin_cifar10");
    assert_eq!(capabilities(&swin), [C::Logits, C::ReceptiveField, C::AttentionStats, C::Windows, C::LogitLens]);
    let mae = load("mae_vit_cifar10");
    assert_eq!(capabilities(&mae), [C::Reconstruct, C::AttentionHeads]);
    assert!(class_methods(&mae).is_empty());
}

/// Block 1 of Swin on 16 x 16 patches: windows of 4, shifted by 2, so that those at the edges hold strangers.
#[test]
fn windows_lie_as_attention_says() {
    let swin = load("swin_cifar10");
    let (data, shape) = picture(&swin, "windows");
    let at = |block: usize, head: usize, query: [usize; 2]| {
        now(swin.view().window_attention(&data, &shape, &WindowArgs { block, head, query }))
    };
    let plain = at(0, 1, [5, 6]).unwrap();
    assert_eq!((plain.window, plain.shift, plain.reads), (4, 0, 16));
    assert_eq!((plain.rows.as_slice(), plain.columns.as_slice()), (&[4, 8, 12][..], &[4, 8, 12][..]));
    assert_eq!(plain.groups.iter().max(), Some(&15));
    let shifted = at(1, 0, [5, 6]).unwrap();
    assert_eq!((shifted.window, shifted.shift, shifted.reads), (4, 2, 16));
    assert_eq!(shifted.rows, [2, 6, 10, 14]);
    // The window that wraps around both edges holds four strangers' corners of 2 x 2.
    let corner = at(1, 0, [0, 0]).unwrap();
    assert_eq!(corner.reads, 4);
    assert_eq!(corner.groups.iter().max(), Some(&24));
    for (block, found, query) in [(0, plain, 5 * 16 + 6), (1, shifted, 5 * 16 + 6), (1, corner, 0)] {
        let head = usize::from(block == 0);
        let args = AttentionArgs { block: Some(block), head: Some(head), query: Some(query) };
        let map = now(swin.view().attention(image(&swin, "windows"), &args)).unwrap().map;
        assert_eq!(found.map, map);
        assert_eq!(found.strongest, map.data.iter().copied().fold(0.0, f32::max));
        let own = found.groups[query];
        let outside = map.data.iter().zip(&found.groups).filter(|(_, group)| **group != own);
        assert!(outside.map(|(weight, _)| *weight).fold(0.0, f32::max) < 1e-6);
    }
    assert_eq!(at(2, 0, [5, 12]).unwrap().query, [5, 7], "the second stage has 8 x 8 patches");
    for (block, head) in [(6, 0), (0, 2)] {
        assert_eq!(code(at(block, head, [0, 0])), Code::BadInput);
    }
    let vit = load("vit_cifar10");
    let (data, shape) = picture(&vit, "windows");
    let none = now(vit.view().window_attention(&data, &shape, &WindowArgs { block: 0, head: 0, query: [0, 0] }));
    assert_eq!(code(none), Code::BadInput);
}

/// By hand: every patch is embedded; a block costs 8 C^2 (its MLP is twice as wide) + 2 n C multiply-adds a token.
#[test]
fn an_encoder_sees_the_visible_patches_alone() {
    let mae = load("mae_vit_cifar10");
    for (ratio, hidden) in [(0.0, 0), (0.25, 16), (0.75, 48), (1.0, 63)] {
        let args = MaskArgs { ratio, seed: 3 };
        let encoder = mae.view().masked_encoder(&args).unwrap();
        let (n, c) = (64 - hidden + 1, 128);
        let cost = encoder.cost();
        assert_eq!((cost.hidden, cost.patches), (hidden, 64));
        assert_eq!(cost.multiply_adds, (64 * 48 * c + 6 * (8 * c * c * n + 2 * n * n * c)) as u64);
        assert_eq!(mae.view().encode(&encoder, image(&mae, "masked")).dims(), [1, 1, n, c]);
        let mask = mae.view().random_mask(&args).unwrap();
        assert_eq!(mask.iter().filter(|m| **m == 1).count(), hidden);
        assert_eq!(mask, mae.view().random_mask(&args).unwrap());
    }
    let one = |seed| mae.view().random_mask(&MaskArgs { ratio: 0.75, seed }).unwrap();
    assert_ne!(one(1), one(2));
    assert_eq!(code(mae.view().random_mask(&MaskArgs { ratio: -0.1, seed: 0 })), Code::BadInput);
    assert_eq!(code(load("vit_cifar10").view().random_mask(&MaskArgs { ratio: 0.5, seed: 0 })), Code::BadInput);
}

#[test]
fn masks_hold_what_the_class_token_reads() {
    let dino = load("dino_vit_cifar10");
    let (data, shape) = picture(&dino, "heads");
    let found = now(dino.view().class_heads(&data, &shape, &ClassHeadsArgs { mass: 0.6 })).unwrap();
    let heads = now(dino.view().attention_heads(&data, &shape, &HeadsArgs { block: 5, query: None })).unwrap();
    assert_eq!(found.maps, heads.maps);
    for (head, kept) in found.kept.iter().enumerate() {
        let part = head * 64..(head + 1) * 64;
        let (weights, mask) = (&found.maps.data[part.clone()], &found.masks[part]);
        let all: f32 = weights.iter().sum();
        let held: f32 = weights.iter().zip(mask).filter(|(_, m)| **m == 1).map(|(w, _)| w).sum();
        let least = weights.iter().zip(mask).filter(|(_, m)| **m == 1).map(|(w, _)| *w).fold(1.0, f32::min);
        assert!(held >= 0.6 * all && held - least < 0.6 * all, "head {head}: {held} of {all}");
        assert_eq!(*kept, mask.iter().filter(|m| **m == 1).count());
    }
    assert_eq!(code(now(dino.view().class_heads(&data, &shape, &ClassHeadsArgs { mass: 2.0 }))), Code::BadInput);
}

/// The same pictures, placed and normalized by the test itself and read one by one.
#[test]
fn shifted_pictures_are_read_as_moved_ones() {
    let lenet = load("lenet5_mnist");
    let pipeline = Pipeline {
        resize: Resize::Exact(28, 28),
        interpolation: Interpolation::Bilinear,
        crop: 28,
        pad: 2,
        channels: 1,
        mean: [0.1307; 3],
        std: [0.3081; 3],
    };
    let pictures: Vec<f32> = (0..4 * 784).map(|i| ((i * 37 + i / 784 * 91) % 256) as f32).collect();
    for shift in [-5isize, 0, 3] {
        let first: Vec<usize> = pictures
            .chunks_exact(784)
            .map(|picture| {
                let mut field = vec![(0.0 - 0.1307) / 0.3081; 1024];
                for (i, value) in picture.iter().enumerate() {
                    let column = (i % 28 + 2) as isize + shift;
                    if (0..32).contains(&column) {
                        field[(i / 28 + 2) * 32 + column as usize] = (value / 255.0 - 0.1307) / 0.3081;
                    }
                }
                let answer =
                    now(read(lenet.view().forward(lenet.tensor(field, &[1, 1, 32, 32]).unwrap()))).unwrap().data;
                (0..10).max_by(|a, b| answer[*a].total_cmp(&answer[*b])).unwrap()
            })
            .collect();
        let right = |labels: Vec<usize>| {
            now(lenet.view().right_after_shift(&pictures, &[4, 1, 28, 28], &pipeline, &ShiftArgs { labels, shift }))
        };
        assert_eq!(right(first.clone()).unwrap(), 4);
        assert_eq!(right(vec![first[0], (first[1] + 1) % 10, first[2], first[3]]).unwrap(), 3);
        assert_eq!(code(right(vec![0; 3])), Code::BadInput);
    }
}

#[test]
fn grids_tell_where_cells_lie_on_the_photo() {
    let grid = |id: &str, name: &str| {
        let network = load(id);
        let stages = observe::stages(network.graph());
        stages.iter().find(|stage| stage.name == name).expect(name).grid
    };
    assert_eq!(grid("resnet20_cifar10", "layer2.0"), Some([16, 16]));
    assert_eq!(grid("resnet20_cifar10", "fc"), None);
    assert_eq!(grid("vit_cifar10", "blocks.2"), Some([8, 8]), "64 patches and a class token");
    assert_eq!(grid("vit_cifar10", "blocks.2.attn.q"), Some([8, 8]));
    assert_eq!(grid("swin_cifar10", "layers.1"), Some([8, 8]));
    assert_eq!(grid("swin_cifar10", "layers.0.blocks.0.windows"), None, "tokens of a window");
    assert_eq!(grid("mae_vit_cifar10", "vit.layers.0"), None, "16 of 64 patches");
    assert_eq!(grid("mae_vit_cifar10", "decoder.decoder_layers.0"), Some([8, 8]));
}
