//! Explanations against PyTorch autograd and PyTorch's attention (`tests/reference/gradients.py`).

use vitrine::error::Code;
use vitrine::explain::{AttentionArgs, ClassArgs, FieldArgs, FilterArgs, LensArgs};
use vitrine::models::ClassMethod;
use vitrine::network::Network;

use crate::common::*;

/// The gradient of the recorded cell, and that it is zero outside the theoretical field.
fn check_field(network: &Network, model: &str) -> vitrine::explain::ReceptiveField {
    let want = &expected(&format!("gradients_{model}"))["cell"];
    let cell: Vec<usize> = numbers(&want["index"])[1..].iter().map(|&i| i as usize).collect();
    let args = FieldArgs { stage: want["stage"].as_str().unwrap().to_owned(), cell, through: vec![] };
    let got = now(network.view().receptive_field(image(network, model), &args)).unwrap();
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
    let strongest = got.map.data.iter().copied().fold(0.0, f32::max);
    let answering = got.map.data.iter().filter(|v| **v >= 0.0455 * strongest).count();
    assert!(answering > 0 && answering <= got.pixels, "{model}: {answering} pixels answer, {} can", got.pixels);
    assert!((got.effective.powi(2) - answering as f32).abs() < 0.01);
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
    let view = network.view();
    let curve = view.receptive_curve();
    let point = |name: &str| curve.iter().find(|p| p.name == name).unwrap();
    assert_eq!((point("conv1").field, point("maxpool").field), (7, 11));
    assert_eq!([1, 2, 3, 4].map(|i| point(&format!("layer{i}")).field), [43, 99, 211, 435]);
    assert_eq!(point("layer4").jump, 32.0);
    assert_eq!(point("layer4").seen.unwrap().width, 224);
    let want = &expected(&format!("gradients_{model}"))["grad_cam"];
    let args = ClassArgs { index: Some(281), ..ClassArgs::default() };
    let got = now(network.view().explain_class(image(&network, model), &args)).unwrap();
    assert_eq!((got.map.shape.as_slice(), got.stage.as_deref()), (&[7, 7][..], Some("layer4")));
    assert_close("Grad-CAM", &wide(&got.map.data), &numbers(&want["values"]), TOLERANCE);
    let signed = got.signed.unwrap();
    assert_close("Grad-CAM before relu", &wide(&signed.data), &numbers(&want["before_relu"]), TOLERANCE);
    // With a mean before the classifier the two methods differ by the number of cells alone.
    let cam = ClassArgs { method: Some("cam".to_owned()), ..args.clone() };
    let cam = now(network.view().explain_class(image(&network, model), &cam)).unwrap();
    let scaled: Vec<f64> = wide(&cam.signed.unwrap().data).iter().map(|v| v / 49.0).collect();
    assert_close("CAM", &scaled, &wide(&signed.data), TOLERANCE);
    // A convolution whose batch norm is computed with it.
    let conv = ClassArgs { stage: Some("layer4.1.conv2".to_owned()), ..args };
    assert_eq!(now(network.view().explain_class(image(&network, model), &conv)).unwrap().map.shape, [7, 7]);
    let filters = now(network.view().filters(&FilterArgs::default())).unwrap();
    let want = seeded::parameter("conv1.weight", &[64, 3, 7, 7], "");
    assert_eq!(filters.shape, [64, 3, 7, 7]);
    assert_close("filters", &wide(&filters.data), &wide(&want), 1e-5);
}

#[test]
fn vit_tiny_attention() {
    let model = "vit_tiny_patch16_224";
    let network = load(model);
    assert_eq!(check_field(&network, model).pixels, 224 * 224);
    let want = expected(&format!("gradients_{model}"));
    let got = now(network.view().rollout(image(&network, model))).unwrap();
    assert_eq!(got.shape, [14, 14]);
    assert_close("rollout", &wide(&got.data), &numbers(&want["rollout"]), TOLERANCE);
    let stats = now(network.view().attention_stats(image(&network, model))).unwrap();
    let distances = want["attention_distance"].as_array().unwrap();
    assert_eq!(stats.len(), distances.len());
    for (block, want) in stats.iter().zip(distances) {
        assert_close(&block.stage, &block.distance, &numbers(want), TOLERANCE);
        assert!(block.entropy.iter().all(|e| *e > 0.0 && *e <= 197f64.ln() + 1e-4));
    }
    let row = now(network.view().attention(image(&network, model), &AttentionArgs::default())).unwrap();
    assert_eq!((row.block, row.blocks, row.heads), (11, 12, 3));
    let sum: f32 = row.map.data.iter().sum::<f32>() + row.class_token.unwrap();
    assert!((sum - 1.0).abs() < 1e-4, "a row of weights sums to {sum}");
    let args = ClassArgs { method: Some("attention".to_owned()), ..ClassArgs::default() };
    let map = now(network.view().explain_class(image(&network, model), &args)).unwrap();
    assert_eq!((map.method, map.map.shape.as_slice()), (ClassMethod::Attention, &[14, 14][..]));
    assert!(map.map.data.iter().any(|v| *v > 0.0));
    let map = now(network.view().explain_class(image(&network, model), &ClassArgs::default())).unwrap();
    assert_eq!((map.method, map.map.shape.as_slice()), (ClassMethod::Gradcam, &[14, 14][..]));
}

#[test]
fn swin_tiny_windows() {
    let model = "swin_tiny_patch4_window7_224";
    let network = load(model);
    check_field(&network, model);
    // Block 1 shifts its windows by 3: token (0, 0) lies in the last window, whose other corner wraps round.
    let args = AttentionArgs { block: Some(1), query: Some(0), head: None };
    let row = now(network.view().attention(image(&network, model), &args)).unwrap();
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
    let map = now(network.view().explain_class(image(&network, model), &args)).unwrap();
    assert_eq!((map.method, map.map.shape.as_slice()), (ClassMethod::Gradcam, &[7, 7][..]));
    assert_eq!(code(now(network.view().rollout(image(&network, model)))), Code::BadInput);
    let lens = now(network.view().logit_lens(image(&network, model), &LensArgs { k: Some(1) })).unwrap();
    assert_eq!(
        lens.rows.iter().map(|r| r.stage.as_str()).collect::<Vec<_>>(),
        ["layers.3.blocks.0", "layers.3.blocks.1"]
    );
    assert_eq!(lens.omitted.len(), 10);
}
