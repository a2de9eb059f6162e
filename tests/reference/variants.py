"""What PyTorch makes of the checkpoints of `layouts.py` under configurations that are not theirs: every setting changed on its own,
by the real constructors of timm and transformers, with the same weights loaded strictly:
    python variants.py [NAME...]
Writes variants.json, of all checkpoints or anew of those that are named: for each change what is answered, or "refused" where the weights do not fit or nothing can be built.
The mutation test (crate/tests/mutations.rs) holds the engine to it: refused by name, or equal."""
import json, os, sys
import torch
from layouts import CASES, REFUSED, renamed
from seeded import image, parameter

HERE = os.path.dirname(os.path.abspath(__file__))
ACTIVATIONS = ["relu", "silu", "quick_gelu", "tanh", "gelu_new", "mish", "hardswish", "sigmoid"]
VIT = dict(hidden_act=ACTIVATIONS + ["gelu_pytorch_tanh"], num_attention_heads=[1, 2, 3, 8, 16], layer_norm_eps=[1e-3, 0.1], image_size=[16, 24, 33, 64],
           patch_size=[4, 16], num_hidden_layers=[1, 3], qkv_bias=[True, False], num_channels=[1], hidden_size=[16, 64],
           intermediate_size=[32, 64], hidden_dropout_prob=[0.5], attention_probs_dropout_prob=[0.5], initializer_range=[1.0],
           encoder_stride=[2], pooler_act=["relu"])
DINOV2 = VIT | dict(mlp_ratio=[2, 8], use_swiglu_ffn=[True, False], layerscale_value=[0.1, 0.0], drop_path_rate=[0.5],
                    num_register_tokens=[0, 2, 8], apply_layernorm=[False])
del DINOV2["intermediate_size"]
TRANSFORMERS = {
    "vit": VIT, "deit": VIT, "dinov2": DINOV2, "dinov2_with_registers": DINOV2,
    "vit_mae": VIT | dict(norm_pix_loss=[True, False], decoder_num_attention_heads=[1, 2, 4, 8, 16], decoder_hidden_size=[8, 32],
                          decoder_num_hidden_layers=[2], decoder_intermediate_size=[16, 48], mask_ratio=[0.0, 0.25, 0.5]),
    "resnet": dict(hidden_act=ACTIVATIONS, embedding_size=[4, 16], depths=[[1, 1, 1, 1], [2, 2, 2, 2], [1, 2, 1]], num_channels=[1],
                   hidden_sizes=[[8, 16, 24, 33], [16, 32, 48, 96]], layer_type=["basic", "bottleneck"],
                   downsample_in_first_stage=[True], downsample_in_bottleneck=[True]),
    "swin": dict(hidden_act=ACTIVATIONS, num_heads=[[1, 4], [2, 2], [4, 8]], depths=[[1, 2], [2, 4], [2, 2, 2]], window_size=[2, 3, 8, 16],
                 image_size=[16, 24, 40, 64], patch_size=[1, 4], embed_dim=[8, 32], mlp_ratio=[2.0, 3.0], qkv_bias=[False], layer_norm_eps=[1e-3],
                 use_absolute_embeddings=[True], num_channels=[1], drop_path_rate=[0.5], encoder_stride=[2]),
}
HEADS = dict(global_pool=["avg", "token", "max", "avgmax", "map"], act_layer=[a for a in ACTIVATIONS if a != "gelu_new"], num_classes=[0, 7], in_chans=[1, 4], drop_rate=[0.5],
             drop_path_rate=[0.5])
TIMM = {
    "vit": HEADS | dict(num_heads=[1, 2, 3, 8], qkv_bias=[True, False], qk_norm=[True, False], init_values=[None, 1e-3], class_token=[True, False],
                        no_embed_class=[True, False], reg_tokens=[0, 2, 4], pre_norm=[True, False], fc_norm=[True, False],
                        final_norm=[False], mlp_ratio=[2, 4], depth=[1, 3], embed_dim=[16, 64], patch_size=[4, 16], img_size=[16, 24, 33, 64],
                        norm_layer=["rmsnorm"], proj_bias=[False], dynamic_img_size=[True], dynamic_img_pad=[True],
                        scale_attn_norm=[True], scale_mlp_norm=[True], pool_include_prefix=[True], embed_norm_layer=["layernorm"],
                        pos_embed=["none"], attn_layer=["diff"], weight_init=["jax"],
                        architecture=["vit_small_patch16_224", "vit_base_patch16_clip_quickgelu_224", "vit_base_patch16_clip_224",
                                      "deit3_small_patch16_224", "vit_relpos_small_patch16_224", "vit_base_patch16_rpn_224",
                                      "vit_base_patch16_siglip_224", "vit_small_patch16_18x2_224", "deit_tiny_distilled_patch16_224",
                                      "vit_small_patch14_reg4_dinov2", "vit_small_patch14_dinov2", "vit_base_patch32_plus_256",
                                      "vit_giant_patch14_dinov2", "vit_tiny_r_s16_p8_224"]),
    "resnet": HEADS | dict(output_stride=[8, 16], avg_down=[True, False], stem_type=["", "deep", "deep_tiered"], stem_width=[16, 32, 64],
                           cardinality=[2, 32], base_width=[4, 32, 128], aa_layer=["blurpool", "avg"], replace_stem_pool=[True],
                           block_reduce_first=[2], down_kernel_size=[3], norm_layer=["groupnorm", "layernorm2d"],
                           layers=[[1, 1, 1], [2, 2, 2, 2]], channels=[[8, 16, 24, 40], [64, 128, 256, 512]], zero_init_last=[False],
                           architecture=["resnet18", "resnet34", "resnet50", "resnet14t", "resnet26t", "resnet26d", "resnetblur18",
                                         "resnetaa34d", "resnetaa50", "resnet50c", "resnet50s", "resnet50t", "resnext50_32x4d", "wide_resnet50_2",
                                         "seresnet18", "seresnet50t", "ecaresnet50t", "ecaresnetlight", "skresnet18", "resnetrs50",
                                         "resnet50_clip", "resnetv2_50", "resnet32ts", "res2net50_26w_4s", "resnest14d", "gcresnet50t"]),
    "swin": HEADS | dict(num_heads=[[1, 4], [4, 8]], depths=[[1, 2], [2, 4]], window_size=[2, 3, 8], img_size=[16, 40, 64], patch_size=[1, 4],
                         embed_dim=[8, 32], mlp_ratio=[2, 3], qkv_bias=[False], head_dim=[4], norm_layer=["rmsnorm"], always_partition=[True],
                         strict_img_size=[False], weight_init=["jax"],
                         architecture=["swin_small_patch4_window7_224", "swin_s3_tiny_224", "swinv2_tiny_window8_256", "swinv2_cr_tiny_224"]),
}
TRANSFORMERS["swinv2"] = TRANSFORMERS["swin"] | dict(pretrained_window_sizes=[[0, 0], [4, 4], [8, 4]])
TIMM["swinv2"] = TIMM["swin"] | dict(pretrained_window_sizes=[[0, 0], [4, 4], [8, 4]], qkv_bias=[True, False],
                                     architecture=["swinv2_small_window16_256", "swinv2_base_window12to16_192to256", "swin_tiny_patch4_window7_224",
                                                   "swinv2_cr_tiny_224"])
# Numbers of an answer that are kept.
KEPT = 40


def settings(origin):
    if origin.startswith("timm "):
        return TIMM[next(f for f in ("swinv2", "swin", "resne", "vit", "deit", "") if f in origin).replace("resne", "resnet").replace("deit", "vit")]
    return TRANSFORMERS[origin]


def answered(spec, change, tensors):
    """What PyTorch answers, and the configuration that says so."""
    torch.manual_seed(0)
    model, config = spec["build"](change)
    state = {}
    for key, value in model.state_dict().items():
        name = renamed(key, spec["rename"])
        if not value.is_floating_point():
            state[key] = value
            continue
        if tensors.pop(name, None) != list(value.shape):
            return config, None
        state[key] = torch.from_numpy(parameter(name, tuple(value.shape))).reshape(value.shape)
    if tensors:
        return config, None
    model.load_state_dict(state)
    size = change.get("image_size") or change.get("img_size") or spec["size"]
    x = torch.from_numpy(image("layouts", size, spec["channels"]))
    return config, spec["forward"](model.eval(), x)[0].flatten()


def variants(name, record):
    spec = CASES[name]
    for key, values in settings(spec["build"].origin).items():
        for value in values:
            change = {key: value}
            try:
                config, output = answered(spec, change, {key: shape for key, shape in record["tensors"]})
            except Exception:  # What cannot be built or run at all.
                config, output = spec["build"](), None
                config = (config[1] | {"model_args": config[1]["model_args"] | change}) if "model_args" in config[1] else config[1] | change
                config = config | ({"architecture": value} if key == "architecture" else {})
            told = {k: v for k, v in config.items() if record["config"].get(k) != v or k == key}
            entry = {"of": name, "set": told, "size": change.get("image_size") or change.get("img_size") or spec["size"]}
            if output is None or not torch.isfinite(output).all():
                yield entry | {"refused": True}
            else:
                yield entry | {"length": len(output), "output": [round(v, 6) for v in output[:KEPT].tolist()]}


if __name__ == "__main__":
    known = json.load(open(f"{HERE}/layouts.json"))
    asked, path = sys.argv[1:], f"{HERE}/variants.json"
    found = [entry for entry in json.load(open(path)) if entry["of"] not in asked] if asked else []
    for name, record in known.items():
        if asked and name not in asked:
            continue
        # Wide networks take long and tell no more.
        if hasattr(CASES[name]["build"], "origin") and name not in REFUSED and name not in ("timm_resnext50_32x4d", "timm_resnet50_gn"):
            found += variants(name, record)
            print(name, len(found), flush=True)
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in found) + "\n]\n")
