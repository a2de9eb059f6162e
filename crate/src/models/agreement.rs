//! What a configuration says although the weights tell it too: where the two differ, it is not theirs, and refused.

use serde_json::Value;

use super::facts::Facts;
use super::resnet::{Block, ChannelGate};
use super::{mae, resnet, swin, vit};
use crate::error::Result;

/// Of every family: classes and channels.
fn common(facts: &Facts, classes: Option<usize>, channels: usize) -> Result<()> {
    facts.agree(&["num_classes", "num_labels"], classes.unwrap_or(0), "classes")?;
    let named = facts.value(&["id2label"]).and_then(Value::as_object).map(|names| names.len());
    if let (Some(named), Some(classes)) = (named, classes)
        && named != classes
    {
        return Err(facts.refuse(format!("the configuration names {named} classes, the weights have {classes}")));
    }
    facts.agree(&["num_channels", "in_chans"], channels, "channels of the image")
}

/// Of a ViT.
pub fn of_vit(c: &vit::Config, facts: &mut Facts) -> Result<()> {
    common(facts, c.classes, c.channels)?;
    facts.agree(&["num_hidden_layers", "depth"], c.depth, "blocks")?;
    facts.agree(&["patch_size"], c.patch, "pixels a side of a patch")?;
    facts.agree(&["reg_tokens", "num_register_tokens"], c.registers, "registers")?;
    facts.agree(&["hidden_size", "embed_dim"], c.width, "channels a token")?;
    facts.agree(&["intermediate_size"], c.mlp, "channels inside the MLP")?;
    if let Some(ratio) = facts.number(&["mlp_ratio"]) {
        let hidden = (c.width as f64 * ratio) as usize;
        // transformers' SwiGLU has two thirds of them, in steps of 8, twice.
        let gated = (hidden * 2 / 3).next_multiple_of(8) * 2;
        let expected = if facts.transformers() && c.gated { gated } else { hidden };
        if expected != c.mlp {
            let message = format!("the configuration says an MLP {ratio} times as wide, the weights have {}", c.mlp);
            return Err(facts.refuse(message));
        }
    }
    qkv_bias(c.qkv_bias, facts)?;
    facts.agree_flag(&["qk_norm"], c.qk_norm, "norms of queries and keys")?;
    facts.agree_flag(&["class_token"], c.class_token, "a class token")?;
    facts.agree_flag(&["pre_norm"], c.norm_pre, "a norm before the first block")?;
    facts.agree_flag(&["use_swiglu_ffn"], c.gated, "gated MLPs")?;
    if facts.value(&["init_values"]).is_some() {
        facts.agree_flag(&[], c.layer_scale, "LayerScale")?;
    }
    if facts.flag(&["no_embed_class"]) == Some(true) && c.placed != 0 {
        return Err(facts.refuse("no_embed_class is not what the positions of these weights are"));
    }
    for flag in ["final_norm", "proj_bias"] {
        if facts.flag(&[flag]) == Some(false) {
            return Err(facts.refuse(format!("{flag} = false is not supported")));
        }
    }
    named_vit(c, facts)
}

/// Biases of queries, keys and values, which a network has unless its configuration, or timm's name of it, says that
/// it has none: weights without them may have lost them.
fn qkv_bias(found: bool, facts: &mut Facts) -> Result<()> {
    const WITHOUT: [&str; 6] = ["_miil", "_rpn_", "_xp_", "_so150m2_", "_medium_patch16_gap_", "_betwixt_patch16_gap_"];
    let named = facts.timm().map(|name| !WITHOUT.iter().any(|word| name.contains(word)));
    let told = facts.flag(&["qkv_bias"]).or(named).or(facts.transformers().then_some(true));
    match told {
        Some(told) if told != found => {
            let (told, found) = if told { ("with", "without") } else { ("without", "with") };
            let what = "biases of queries, keys and values";
            Err(facts.refuse(format!("the configuration is {told} {what}, the weights are {found}")))
        }
        None if !found => {
            facts.assume("no biases of queries, keys and values");
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What timm's names say of a ViT.
fn named_vit(c: &vit::Config, facts: &Facts) -> Result<()> {
    let Some(name) = facts.timm() else { return Ok(()) };
    // "vit_small_patch14_reg4_dinov2".
    let told = name.split("_reg").nth(1).and_then(|rest| rest.split('_').next()?.parse::<usize>().ok());
    let told = facts.count(&["reg_tokens"]).or(told).unwrap_or(0);
    if told != c.registers {
        return Err(facts.refuse(format!("its name says {told} registers, the weights have {}", c.registers)));
    }
    let parts = [
        ("_clip", c.norm_pre, "a norm before the first block"),
        ("deit3", c.layer_scale, "LayerScale"),
        ("_plus_", c.layer_scale || c.norm_pre, "LayerScale"),
        ("_giant_patch14_dinov2", c.gated, "gated MLPs"),
        ("_giant_patch14_reg", c.gated, "gated MLPs"),
        ("dinov2", c.layer_scale, "LayerScale"),
        ("_distilled", c.distilled, "a distillation token"),
    ];
    if let Some((_, _, what)) = parts.iter().find(|(word, has, _)| name.contains(word) && !has) {
        return Err(facts.refuse(format!("its name says {what}, which the weights do not have")));
    }
    let early = ["_clip", "_xp"].iter().any(|word| name.contains(word)) || facts.flag(&["pre_norm"]) == Some(true);
    if c.norm_pre && !early {
        return Err(facts.refuse("the weights have a norm before the first block, which its name does not say"));
    }
    if facts.flag(&["no_embed_class"]) == Some(false) && c.placed == 0 && c.class_token {
        return Err(facts.refuse("no_embed_class = false is not what the positions of these weights are"));
    }
    if c.distilled && !name.contains("_distilled") {
        return Err(facts.refuse("the weights have a distillation token, which its name does not say"));
    }
    let average = facts.text(&["global_pool"]) == Some("avg");
    let norm = facts.flag(&["fc_norm"]).unwrap_or(average);
    // timm's "gap" ones are pooled after their norm, some of them, whatever the pooling is called.
    let either = facts.flag(&["fc_norm"]).is_none() && name.contains("_gap_");
    if facts.text(&["global_pool"]).is_some() && norm != c.fc_norm && !either {
        let place = if norm { "after" } else { "before" };
        return Err(
            facts.refuse(format!("the configuration has the last norm {place} the pooling, the weights do not"))
        );
    }
    Ok(())
}

/// Of an MAE.
pub fn of_mae(c: &mae::Config, facts: &Facts) -> Result<()> {
    facts.agree(&["num_hidden_layers"], c.encoder.depth, "blocks")?;
    facts.agree(&["num_channels"], c.channels, "channels of the image")?;
    facts.agree(&["patch_size"], c.patch, "pixels a side of a patch")?;
    facts.agree(&["hidden_size"], c.encoder.width, "channels a token")?;
    facts.agree(&["intermediate_size"], c.encoder.mlp, "channels inside the MLP")?;
    facts.agree(&["decoder_num_hidden_layers"], c.decoder.depth, "blocks of the decoder")?;
    facts.agree(&["decoder_hidden_size"], c.decoder.width, "channels a token of the decoder")?;
    facts.agree(&["decoder_intermediate_size"], c.decoder.mlp, "channels inside the decoder's MLP")?;
    facts.agree_flag(&["qkv_bias"], true, "biases of queries, keys and values")
}

/// Of a Swin.
pub fn of_swin(c: &swin::Config, facts: &mut Facts) -> Result<()> {
    common(facts, c.classes, c.channels)?;
    let (depths, heads): (Vec<usize>, Vec<usize>) = c.layers.iter().map(|layer| (layer.blocks, layer.heads)).unzip();
    facts.agree_counts(&["depths"], &depths, "blocks")?;
    facts.agree_counts(&["num_heads"], &heads, "heads")?;
    facts.agree(&["patch_size"], c.patch, "pixels a side of a patch")?;
    facts.agree(&["embed_dim"], c.width, "channels in the first stage")?;
    qkv_bias(c.second.as_ref().is_none_or(|second| second.bias), facts)?;
    // A window larger than the map is as large as it.
    if let Some(told) = facts.count(&["window_size"]).filter(|_| c.second.is_none())
        && told.min(c.size / c.patch.max(1)) != c.window
    {
        return Err(facts.refuse(format!("the configuration says windows of {told}, the weights have {}", c.window)));
    }
    match facts.number(&["mlp_ratio"]) {
        Some(ratio) if (ratio * c.width as f64) as usize != c.mlp_ratio * c.width => {
            Err(facts.refuse(format!("the configuration says MLPs {ratio} times as wide, the weights {}", c.mlp_ratio)))
        }
        _ => Ok(()),
    }
}

/// Of a ResNet.
pub fn of_resnet(c: &resnet::Config, facts: &Facts) -> Result<()> {
    common(facts, c.classes, c.channels)?;
    let expansion = if c.block == Block::Basic { 1 } else { 4 };
    let outs: Vec<usize> = c.layers.iter().map(|layer| layer.out).collect();
    let planes: Vec<usize> = outs.iter().map(|out| out / expansion).collect();
    facts.agree(&["embedding_size"], c.stem, "channels of the stem")?;
    facts.agree_counts(&["hidden_sizes"], &outs, "channels")?;
    facts.agree_counts(&["channels"], &planes, "channels")?;
    let kind = if c.block == Block::Basic { "basic" } else { "bottleneck" };
    if let Some(told) = facts.text(&["layer_type"]).filter(|told| *told != kind) {
        return Err(facts.refuse(format!("the configuration says {told} blocks, the weights have {kind} ones")));
    }
    facts.agree_flag(&["avg_down"], c.mean_shortcut, "averaging shortcuts")?;
    facts.agree(&["cardinality"], c.groups, "groups")?;
    if let (Some(base), Some(layer), Some(plane)) = (facts.count(&["base_width"]), c.layers.first(), planes.first()) {
        let inner = plane * base / 64 * c.groups;
        if c.block == Block::Bottleneck && inner != layer.inner || c.block == Block::Basic && base != 64 {
            return Err(facts.refuse(format!("base_width = {base} does not give the {} channels here", layer.inner)));
        }
    }
    deep_stem(c, facts)
}

fn deep_stem(c: &resnet::Config, facts: &Facts) -> Result<()> {
    let tiered = facts.timm().is_some_and(|name| name.ends_with('t'));
    let by_name = if tiered { "deep_tiered" } else { "deep" };
    let kind = facts.text(&["stem_type"]);
    if let Some(kind) = kind {
        facts.agree_flag(&[], c.deep.is_some() == kind.contains("deep"), "the stem that stem_type names")?;
    }
    if kind.is_none() && facts.count(&["stem_width"]).is_none() {
        return Ok(());
    }
    let kind = kind.unwrap_or(by_name);
    let (Some(width), Some(deep)) = (facts.count(&["stem_width"]).or(Some(32)), c.deep) else { return Ok(()) };
    let first = if kind.contains("tiered") { 3 * (width / 4) } else { width };
    if deep != [first, width] {
        return Err(
            facts.refuse(format!("a stem of {first} and {width} channels is not that of the weights: {deep:?}"))
        );
    }
    Ok(())
}

/// Refuses the relatives that timm builds with the same keys, or with more than is known here, by their names.
pub fn named_resnet(c: &resnet::Config, facts: &Facts) -> Result<()> {
    let Some(name) = facts.timm() else { return Ok(()) };
    let bare = ["tv_", "wide_", "gluon_"].iter().fold(name, |name, start| name.strip_prefix(start).unwrap_or(name));
    let kind = bare.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let family = &bare[..bare.len() - kind.len()];
    let rest = kind.trim_start_matches(|c: char| c.is_ascii_digit());
    let (stem, rest) = match rest.chars().next() {
        Some(stem @ ('c' | 'd' | 's' | 't')) => (Some(stem), &rest[1..]),
        _ => (None, rest),
    };
    match family {
        _ if family.ends_with("aa") => Err(facts.refuse("anti-aliased downsampling is not supported")),
        _ if family.ends_with("blur") => Err(facts.refuse("blur pooling is not supported")),
        "resnet" | "resnext" | "seresnet" | "seresnext" | "ecaresnet" => match rest {
            "" | "_2" | "_4" | "_gn" => named_parts(c, facts, family, stem),
            _ if rest.starts_with('_') && rest.ends_with('d') && rest.contains('x') => {
                named_parts(c, facts, family, stem)
            }
            _ => Err(facts.refuse(format!("the variant \"{rest}\" of ResNets is not supported"))),
        },
        _ => Err(facts.refuse("this architecture is not supported")),
    }
}

/// What a name such as "seresnet50d" says, where no argument says otherwise.
fn named_parts(c: &resnet::Config, facts: &Facts, family: &str, stem: Option<char>) -> Result<()> {
    let said = |arguments: &[&str]| facts.value(arguments).is_some();
    let name = facts.timm().unwrap_or_default();
    // Layers and block go by the number; of 10, 14 and 26 those with a "t" after 10 have either.
    let depth: Option<usize> = name
        .split_once("net")
        .or(name.split_once("next"))
        .and_then(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok());
    let basic = matches!(depth, Some(10 | 18 | 34));
    let parts = [
        ((c.block == Block::Basic) == basic, "another kind of block"),
        (said(&["stem_type"]) || c.deep.is_some() == stem.is_some(), "another stem"),
        (said(&["avg_down"]) || c.mean_shortcut == matches!(stem, Some('d' | 't')), "other shortcuts"),
        (
            said(&["block_args"]) || matches!(c.gate, ChannelGate::Squeeze(_)) == family.starts_with("se"),
            "squeeze-and-excitation",
        ),
        (
            said(&["block_args"]) || matches!(c.gate, ChannelGate::Local(_)) == family.starts_with("eca"),
            "efficient channel attention",
        ),
        (said(&["cardinality"]) || (c.groups > 1) == family.ends_with("next"), "groups"),
        (said(&["base_width"]) || c.groups > 1 || widened(c) == name.contains("wide_"), "wide blocks"),
        (c.group_norm == name.ends_with("_gn"), "another normalization"),
    ];
    if let Some((_, what)) = parts.iter().find(|(agrees, _)| !agrees) {
        return Err(facts.refuse(format!("the weights and the architecture's name differ: {what}")));
    }
    let usual = match stem {
        Some('c' | 'd') => Some([32, 32]),
        Some('s') => Some([64, 64]),
        Some('t') => Some([24, 32]),
        _ => None,
    };
    match (usual, c.deep) {
        (Some(usual), Some(deep)) if usual != deep && !said(&["stem_type"]) && !said(&["stem_width"]) => {
            Err(facts.refuse(format!("its name says a stem of {usual:?} channels, the weights have {deep:?}")))
        }
        _ => Ok(()),
    }
}

fn widened(c: &resnet::Config) -> bool {
    c.block == Block::Bottleneck && c.layers.first().is_some_and(|layer| layer.inner * 4 != layer.out)
}
