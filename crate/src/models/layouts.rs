//! The names under which the same network is stored: one table for each layout, from its keys to the graph's.

use std::collections::{BTreeMap, BTreeSet};

use super::Keys;

/// Where a tensor of the file goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The graph's key.
    pub key: String,
    /// Which part of how many that are stacked in the graph's parameter: queries, keys and values.
    pub part: (usize, usize),
}

/// A checkpoint's tensors by the graph's keys.
#[derive(Debug, Default)]
pub struct Reading {
    /// Keys and shapes as the graph has them: stacked parts are one.
    pub keys: Keys,
    /// For each tensor its place or places; none where it is passed over.
    pub places: Vec<Vec<Placed>>,
    /// What was taken off or passed over, in words.
    pub notes: Vec<String>,
    /// Whether the names are transformers'.
    pub transformers: bool,
    /// Whether they are another library's than the graph's own.
    pub foreign: bool,
}

/// What stands in keys, and in the graph's instead, one after the other.
type Rules = &'static [(&'static str, &'static str)];

/// One layout.
struct Layout {
    /// A key that only it has.
    anchor: &'static str,
    /// A prefix that belongs to the layout and not to a wrapper around it.
    root: &'static str,
    /// Its rules, one list after the other; `^` binds to the start, `#i/n` is part `i` of `n` that the graph has stacked,
    /// and `@` is one of queries, keys and values that the graph has apart.
    rules: &'static [Rules],
}

impl Layout {
    /// The graph's name for one without its wrapper.
    fn translated(&self, name: &str) -> String {
        let rules = self.rules.iter().copied().flatten();
        rules.fold(name.to_owned(), |key, (from, to)| match from.strip_prefix('^') {
            Some(start) => key.strip_prefix(start).map(|rest| format!("{to}{rest}")).unwrap_or(key),
            None => key.replace(from, to),
        })
    }
}

/// transformers' ViT, DeiT, DINOv2 and the encoder of MAE, of version 4 and of version 5.
const TRANSFORMERS_VIT: Rules = &[
    ("^vit.", ""),
    ("^deit.", ""),
    ("^dinov2_with_registers.", ""),
    ("^dinov2.", ""),
    ("^embeddings.cls_token", "cls_token"),
    ("^embeddings.distillation_token", "dist_token"),
    ("^embeddings.register_tokens", "reg_token"),
    ("^embeddings.position_embeddings", "pos_embed"),
    ("^embeddings.patch_embeddings.projection.", "patch_embed.proj."),
    ("^encoder.layer.", "blocks."),
    ("^layers.", "blocks."),
    (".attention.attention.query.", ".attn.qkv#0/3."),
    (".attention.attention.key.", ".attn.qkv#1/3."),
    (".attention.attention.value.", ".attn.qkv#2/3."),
    (".attention.q_proj.", ".attn.qkv#0/3."),
    (".attention.k_proj.", ".attn.qkv#1/3."),
    (".attention.v_proj.", ".attn.qkv#2/3."),
    (".attention.output.dense.", ".attn.proj."),
    (".attention.o_proj.", ".attn.proj."),
    (".intermediate.dense.", ".mlp.fc1."),
    (".output.dense.", ".mlp.fc2."),
    (".layernorm_before.", ".norm1."),
    (".layernorm_after.", ".norm2."),
    (".layer_scale1.lambda1", ".ls1.gamma"),
    (".layer_scale2.lambda1", ".ls2.gamma"),
    (".mlp.weights_in.", ".mlp.fc1."),
    (".mlp.weights_out.", ".mlp.fc2."),
    (".mlp.gate_proj.", ".mlp.fc1#0/2."),
    (".mlp.up_proj.", ".mlp.fc1#1/2."),
    (".mlp.down_proj.", ".mlp.fc2."),
    ("^layernorm.", "norm."),
    ("^cls_classifier.", "head."),
    ("^distillation_classifier.", "head_dist."),
    ("^classifier.", "head."),
];

const TRANSFORMERS_SWIN: Rules = &[
    ("^swin.", ""),
    ("^swinv2.", ""),
    ("^embeddings.patch_embeddings.projection.", "patch_embed.proj."),
    ("^embeddings.norm.", "patch_embed.norm."),
    ("^encoder.layers.", "layers."),
    (".attention.self.query.", ".attn.qkv#0/3."),
    (".attention.self.key.", ".attn.qkv#1/3."),
    (".attention.self.value.", ".attn.qkv#2/3."),
    (".attention.q_proj.", ".attn.qkv#0/3."),
    (".attention.k_proj.", ".attn.qkv#1/3."),
    (".attention.v_proj.", ".attn.qkv#2/3."),
    (".attention.self.relative_position", ".attn.relative_position"),
    (".attention.relative_position_bias.relative_position", ".attn.relative_position"),
    (".attention.output.dense.", ".attn.proj."),
    (".attention.o_proj.", ".attn.proj."),
    (".intermediate.dense.", ".mlp.fc1."),
    (".output.dense.", ".mlp.fc2."),
    (".layernorm_before.", ".norm1."),
    (".layernorm_after.", ".norm2."),
    ("^layernorm.", "norm."),
    ("^classifier.", "head.fc."),
];

const TRANSFORMERS_RESNET: Rules = &[
    ("^resnet.", ""),
    ("^embedder.embedder.convolution.", "conv1."),
    ("^embedder.embedder.normalization.", "bn1."),
    ("^encoder.stages.0.layers.", "layer1."),
    ("^encoder.stages.1.layers.", "layer2."),
    ("^encoder.stages.2.layers.", "layer3."),
    ("^encoder.stages.3.layers.", "layer4."),
    (".layer.0.convolution.", ".conv1."),
    (".layer.0.normalization.", ".bn1."),
    (".layer.1.convolution.", ".conv2."),
    (".layer.1.normalization.", ".bn2."),
    (".layer.2.convolution.", ".conv3."),
    (".layer.2.normalization.", ".bn3."),
    (".shortcut.convolution.", ".downsample.0."),
    (".shortcut.normalization.", ".downsample.1."),
    ("^classifier.1.", "fc."),
];

/// The graph of an MAE has the names of transformers 5, whose `save_pretrained` calls the decoder's layers otherwise.
const TRANSFORMERS_MAE: Rules = &[
    ("^decoder.decoder_encoder.layer.", "decoder.decoder_layers."),
    ("^vit.encoder.layer.", "vit.layers."),
    (".attention.attention.query.", ".attention.q_proj."),
    (".attention.attention.key.", ".attention.k_proj."),
    (".attention.attention.value.", ".attention.v_proj."),
    (".attention.output.dense.", ".attention.o_proj."),
    (".intermediate.dense.", ".mlp.fc1."),
    (".output.dense.", ".mlp.fc2."),
];

/// `models_mae.py` of the authors: fused projections, which the graph has apart (`@`).
const AUTHORS_MAE: Rules = &[
    ("^cls_token", "vit.embeddings.cls_token"),
    ("^pos_embed", "vit.embeddings.position_embeddings"),
    ("^patch_embed.proj.", "vit.embeddings.patch_embeddings.projection."),
    ("^blocks.", "vit.layers."),
    ("^norm.", "vit.layernorm."),
    ("^mask_token", "decoder.mask_token"),
    ("^decoder_pos_embed", "decoder.decoder_pos_embed"),
    ("^decoder_embed.", "decoder.decoder_embed."),
    ("^decoder_blocks.", "decoder.decoder_layers."),
    ("^decoder_norm.", "decoder.decoder_norm."),
    ("^decoder_pred.", "decoder.decoder_pred."),
    (".norm1.", ".layernorm_before."),
    (".norm2.", ".layernorm_after."),
    (".attn.qkv.", ".attention.@_proj."),
    (".attn.proj.", ".attention.o_proj."),
];

const TORCHVISION_VIT: Rules = &[
    ("^conv_proj.", "patch_embed.proj."),
    ("^class_token", "cls_token"),
    ("^encoder.pos_embedding", "pos_embed"),
    ("^encoder.layers.encoder_layer_", "blocks."),
    ("^encoder.ln.", "norm."),
    ("^heads.head.", "head."),
    (".ln_1.", ".norm1."),
    (".ln_2.", ".norm2."),
    (".self_attention.in_proj_", ".attn.qkv."),
    (".self_attention.out_proj.", ".attn.proj."),
    (".mlp.linear_1.", ".mlp.fc1."),
    (".mlp.linear_2.", ".mlp.fc2."),
    (".mlp.0.", ".mlp.fc1."),
    (".mlp.3.", ".mlp.fc2."),
];

const TORCHVISION_SWIN: Rules = &[
    ("^features.0.0.", "patch_embed.proj."),
    ("^features.0.2.", "patch_embed.norm."),
    ("^features.1.", "layers.0.blocks."),
    ("^features.2.", "layers.1.downsample."),
    ("^features.3.", "layers.1.blocks."),
    ("^features.4.", "layers.2.downsample."),
    ("^features.5.", "layers.2.blocks."),
    ("^features.6.", "layers.3.downsample."),
    ("^features.7.", "layers.3.blocks."),
    (".mlp.0.", ".mlp.fc1."),
    (".mlp.3.", ".mlp.fc2."),
    ("^head.", "head.fc."),
];

/// Swin V2 has biases of queries and values alone; torchvision's file holds one of keys, which it does not use.
const TORCHVISION_SWIN_V2: Rules = &[(".attn.qkv.bias", ".attn.@_bias")];

const TRANSFORMERS_SWIN_V2: Rules = &[
    (".attention.self.query.bias", ".attn.q_bias"),
    (".attention.self.value.bias", ".attn.v_bias"),
    (".attention.self.logit_scale", ".attn.logit_scale"),
    (".attention.self.continuous_position_bias_mlp.", ".attn.cpb_mlp."),
    (".attention.self.relative_coords_table", ".attn.relative_coords_table"),
];

/// kuangliu's and akamaster's ResNets for CIFAR-10.
const CIFAR_RESNET: Rules = &[(".shortcut.", ".downsample."), ("^linear.", "fc.")];

/// The layouts, those with the more telling anchors first; the last are the graph's own.
const LAYOUTS: &[Layout] = &[
    Layout { anchor: "decoder.decoder_embed.weight", root: "", rules: &[TRANSFORMERS_MAE] },
    Layout { anchor: "decoder_blocks.0.attn.qkv.weight", root: "", rules: &[AUTHORS_MAE] },
    Layout {
        anchor: "encoder.layers.0.blocks.0.attention.self.logit_scale",
        root: "swinv2.",
        rules: &[TRANSFORMERS_SWIN_V2, TRANSFORMERS_SWIN],
    },
    Layout { anchor: "embeddings.norm.weight", root: "swin.", rules: &[TRANSFORMERS_SWIN] },
    Layout { anchor: "embeddings.patch_embeddings.projection.weight", root: "vit.", rules: &[TRANSFORMERS_VIT] },
    Layout { anchor: "embedder.embedder.convolution.weight", root: "resnet.", rules: &[TRANSFORMERS_RESNET] },
    Layout { anchor: "conv_proj.weight", root: "", rules: &[TORCHVISION_VIT] },
    Layout { anchor: "features.1.0.attn.logit_scale", root: "", rules: &[TORCHVISION_SWIN_V2, TORCHVISION_SWIN] },
    Layout { anchor: "features.1.0.attn.qkv.weight", root: "", rules: &[TORCHVISION_SWIN] },
    Layout { anchor: "patch_embed.proj.weight", root: "", rules: &[] },
    Layout { anchor: "features.0.weight", root: "", rules: &[] },
    Layout { anchor: "layer1.0.conv1.weight", root: "", rules: &[CIFAR_RESNET] },
    Layout { anchor: LAST, root: "", rules: &[] },
];

/// The anchor of LeNet-5 and the fully connected network, which other networks have within them.
const LAST: &str = "fc1.weight";

/// The buffer of Swin V2 whose shape tells the window.
const DISTANCES: &str = "relative_coords_table";

/// Endings of buffers that hold nothing learned.
const BUFFERS: [&str; 9] = [
    ".attn.k_bias",
    "num_batches_tracked",
    "relative_position_index",
    "attn_mask",
    DISTANCES,
    "total_ops",
    "total_params",
    "position_ids",
    "n_averaged",
];

/// Entries within a network that its answer does not depend on, by the start of their names, and what they are.
const ASIDE: [(&str, &str); 9] = [
    ("pooler.", "a pooler, which the class token's features do not pass"),
    ("embeddings.mask_token", "a mask token, which training alone uses"),
    ("mask_token", "a mask token, which training alone uses"),
    ("head.mlp.", "a projection head of training"),
    ("head.last_layer.", "a projection head of training"),
    ("mean", "numbers of the preprocessing"),
    ("std", "numbers of the preprocessing"),
    ("epoch", "a count of training"),
    ("normalize.", "numbers of the preprocessing"),
];

/// Reads a checkpoint's names: takes wrappers off, translates the layout, and passes over what is harmless.
pub fn read(tensors: &[(String, Vec<usize>)]) -> Reading {
    let names: Vec<&str> = tensors.iter().map(|(name, _)| name.as_str()).collect();
    let found = LAYOUTS.iter().find_map(|layout| Some((layout, prefix(&names, layout)?)));
    let Some((layout, prefix)) = found else {
        let places = names.iter().map(|name| own_place(name)).collect();
        return finish(tensors, places, vec![], false);
    };
    let mut notes = vec![];
    if !prefix.is_empty() {
        notes.push(format!("the prefix \"{prefix}\" of the keys is a wrapper's and was taken off"));
    }
    let mut aside: BTreeMap<String, usize> = BTreeMap::new();
    let mut places = vec![];
    for name in &names {
        places.push(match name.strip_prefix(prefix.as_str()) {
            Some(inner) => inside(inner, layout, &mut aside),
            None if is_buffer(name) => vec![],
            None => {
                *aside.entry(outer(name)).or_default() += 1;
                vec![]
            }
        });
    }
    let own: BTreeSet<String> = places.iter().flatten().map(|place: &Placed| place.key.clone()).collect();
    for place in &mut places {
        // A copy of the whole under another name, such as an average over training.
        let copy = place.first().and_then(|p| copy_of(&p.key, &own));
        if let Some(copy) = copy {
            *aside.entry(format!("\"{copy}\", a copy of the network")).or_default() += 1;
            place.clear();
        }
    }
    let counted = |n: usize| if n == 1 { "1 entry".to_owned() } else { format!("{n} entries") };
    notes.extend(aside.into_iter().map(|(what, n)| format!("{} passed over: {what}", counted(n))));
    let transformers =
        (layout.anchor.contains("embed") || layout.anchor.contains("attention.self")) && !layout.rules.is_empty();
    let foreign = !layout.rules.is_empty();
    let mut reading = finish(tensors, places, notes, transformers);
    // A buffer that tells what no weight does.
    for (name, shape) in tensors.iter().filter(|(name, _)| name.ends_with(DISTANCES)) {
        if let Some(inner) = name.strip_prefix(prefix.as_str()) {
            reading.keys.insert(layout.translated(inner), shape.clone());
        }
    }
    Reading { foreign, ..reading }
}

/// Whether a key names a buffer that holds nothing learned.
pub fn is_buffer(key: &str) -> bool {
    BUFFERS.iter().any(|buffer| key.ends_with(buffer))
}

fn own_place(name: &str) -> Vec<Placed> {
    if is_buffer(name) { vec![] } else { vec![Placed { key: name.to_owned(), part: (0, 1) }] }
}

/// What stands before the layout's anchor in the file: the wrapper. Of several networks in one file the one that the
/// authors evaluate: DINO's teacher, not the student; the weights, not their average.
fn prefix(names: &[&str], layout: &Layout) -> Option<String> {
    let whole = |before: &str| before.is_empty() || before.ends_with('.');
    let before = names.iter().filter_map(|name| name.strip_suffix(layout.anchor)).filter(|before| whole(before));
    let rank = |before: &&str| {
        let lesser = ["ema", "student", "momentum", "swa"].iter().any(|word| before.contains(word));
        (lesser, !before.contains("teacher"), before.len())
    };
    let best = before.min_by_key(rank)?;
    if layout.anchor == LAST && !best.is_empty() && names.iter().any(|name| is_beside(name, best)) {
        return None;
    }
    // What belongs to the layout is no wrapper: heads stand beside it.
    let roots = ["vit.", "deit.", "dinov2_with_registers.", "dinov2.", "swin.", "swinv2.", "resnet."];
    let own = roots.iter().filter(|_| !layout.root.is_empty()).find_map(|root| best.strip_suffix(root));
    Some(own.unwrap_or(best).to_owned())
}

/// Whether a weight stands beside what has the prefix, and is of no copy of it: the layers of that name are then some of
/// a larger network, such as the MLP of one block.
fn is_beside(name: &str, prefix: &str) -> bool {
    let copied = name.split('.').any(is_whole);
    name.ends_with(".weight") && !name.starts_with(prefix) && !copied
}

fn inside(name: &str, layout: &Layout, aside: &mut BTreeMap<String, usize>) -> Vec<Placed> {
    if is_buffer(name) {
        return vec![];
    }
    let translated = layout.translated(name);
    if let Some((_, what)) = ASIDE.iter().find(|(start, _)| translated.starts_with(start)) {
        *aside.entry(format!("{name}, {what}")).or_default() += 1;
        return vec![];
    }
    if translated.contains('@') {
        return ["q", "k", "v"]
            .iter()
            .map(|part| Placed { key: translated.replace('@', part), part: (0, 1) })
            .collect();
    }
    let Some((before, after)) = translated.split_once('#') else {
        return vec![Placed { key: translated, part: (0, 1) }];
    };
    let digit = |at: usize| after.as_bytes().get(at).map_or(0, |byte| usize::from(byte - b'0'));
    vec![Placed { key: format!("{before}{}", &after[3..]), part: (digit(0), digit(2)) }]
}

/// The first word of a name outside the network, as a note has it.
fn outer(name: &str) -> String {
    match name.split_once('.') {
        Some((first, _)) => format!("\"{first}.\", beside the network"),
        None => format!("\"{name}\", beside the network"),
    }
}

/// The prefix under which a key of the network stands a second time.
fn copy_of(key: &str, own: &BTreeSet<String>) -> Option<String> {
    let (first, rest) = key.split_once('.')?;
    let rest = rest.strip_prefix("module.").unwrap_or(rest);
    (!first.chars().all(|c| c.is_ascii_digit()) && rest.contains('.') && own.contains(rest) && is_whole(first))
        .then(|| format!("{first}."))
}

/// Names under which copies of a network are kept.
fn is_whole(first: &str) -> bool {
    ["ema", "swa", "teacher", "student", "momentum", "target"].iter().any(|word| first.contains(word))
}

fn finish(
    tensors: &[(String, Vec<usize>)],
    places: Vec<Vec<Placed>>,
    notes: Vec<String>,
    transformers: bool,
) -> Reading {
    let mut shapes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for ((_, shape), places) in tensors.iter().zip(&places) {
        let n = places.len();
        for place in places {
            let mut shape = shape.clone();
            // Parts that the graph has stacked lie one after the other; what it has apart is cut.
            if let Some(rows) = shape.first_mut() {
                *rows = if n > 1 { *rows / n } else { *rows * place.part.1 };
            }
            shapes.insert(place.key.clone(), shape);
        }
    }
    Reading { keys: Keys::new(shapes), places, notes, transformers, foreign: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(layout: &Layout, name: &str) -> Placed {
        inside(name, layout, &mut BTreeMap::new()).remove(0)
    }

    #[test]
    fn keys_of_both_versions_of_transformers_are_one() {
        let vit = &LAYOUTS[4];
        for name in ["vit.encoder.layer.3.attention.attention.key.weight", "vit.layers.3.attention.k_proj.weight"] {
            assert_eq!(key(vit, name), Placed { key: "blocks.3.attn.qkv.weight".to_owned(), part: (1, 3) });
        }
        assert_eq!(key(vit, "vit.encoder.layer.0.output.dense.bias").key, "blocks.0.mlp.fc2.bias");
        assert_eq!(key(vit, "dinov2.encoder.layer.0.layer_scale1.lambda1").key, "blocks.0.ls1.gamma");
        let mae = &LAYOUTS[0];
        for layers in ["decoder_layers", "decoder_encoder.layer"] {
            let old = format!("decoder.{layers}.0.attention.output.dense.bias");
            assert_eq!(key(mae, &old).key, "decoder.decoder_layers.0.attention.o_proj.bias");
        }
    }

    #[test]
    fn wrappers_and_copies_are_told_of() {
        let entry = |name: &str, n: usize| (name.to_owned(), vec![n, 4]);
        let tensors = [
            entry("student.backbone.patch_embed.proj.weight", 8),
            entry("teacher.backbone.patch_embed.proj.weight", 8),
            entry("teacher.head.mlp.0.weight", 8),
            ("epoch".to_owned(), vec![]),
        ];
        let reading = read(&tensors);
        assert_eq!(reading.places[0], []);
        assert_eq!(reading.places[1][0].key, "patch_embed.proj.weight");
        let notes = reading.notes.join("; ");
        assert!(notes.contains("teacher.backbone.") && notes.contains("student."), "{notes}");
    }

    #[test]
    fn fused_projections_of_the_authors_are_cut_and_apart_ones_stacked() {
        let qkv = ("decoder_blocks.0.attn.qkv.weight".to_owned(), vec![12, 4]);
        let reading = read(&[qkv]);
        assert_eq!(reading.keys.shape("decoder.decoder_layers.0.attention.k_proj.weight"), Some(&[4, 4][..]));
        let reading = read(&[
            ("vit.embeddings.patch_embeddings.projection.weight".to_owned(), vec![4, 3, 2, 2]),
            ("vit.layers.0.attention.q_proj.weight".to_owned(), vec![4, 4]),
        ]);
        assert_eq!(reading.keys.shape("blocks.0.attn.qkv.weight"), Some(&[12, 4][..]));
    }
}
