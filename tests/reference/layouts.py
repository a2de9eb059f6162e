"""Small checkpoints in every layout that is read, by the real constructors of timm, torchvision and transformers:
    python layouts.py [NAME...]
Writes layouts.json: for each its keys and shapes, whose values `seeded.parameter` gives, its configuration as it would stand
beside it, and what PyTorch answers. Nothing is downloaded. Needs torch, torchvision, timm, transformers."""
import copy, functools, inspect, json, os, sys
import numpy as np, timm, torch, torchvision, transformers as hf
from seeded import image, parameter, uniform

HERE = os.path.dirname(os.path.abspath(__file__))
SMALL = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, image_size=32, patch_size=8)
DINO = {k: v for k, v in SMALL.items() if k != "intermediate_size"} | dict(layerscale_value=0.5)
LABELS = dict(num_labels=5)
TINY_VIT = dict(img_size=32, patch_size=8, embed_dim=32, depth=2, num_heads=4, mlp_ratio=1.5, num_classes=5)
TINY_SWIN = dict(img_size=32, patch_size=2, embed_dim=16, depths=(2, 2), num_heads=(2, 4), window_size=4, num_classes=5)
# As `save_pretrained` of transformers 4 named them.
OLD_VIT = [(".layers.", ".encoder.layer."), ("^layers.", "encoder.layer."), (".attention.q_proj", ".attention.attention.query"),
           (".attention.k_proj", ".attention.attention.key"), (".attention.v_proj", ".attention.attention.value"),
           (".attention.o_proj", ".attention.output.dense"), (".mlp.fc1", ".intermediate.dense"), (".mlp.fc2", ".output.dense")]
OLD_SWIN = [(".attention.q_proj", ".attention.self.query"), (".attention.k_proj", ".attention.self.key"),
            (".attention.v_proj", ".attention.self.value"), (".attention.o_proj", ".attention.output.dense"),
            (".attention.relative_position_bias.", ".attention.self."), (".mlp.fc1", ".intermediate.dense"), (".mlp.fc2", ".output.dense")]
OLD_DINO = [(".attention.q_proj", ".attention.attention.query"), (".attention.k_proj", ".attention.attention.key"),
            (".attention.v_proj", ".attention.attention.value"), (".attention.o_proj", ".attention.output.dense")]


def renamed(key, rules):
    for a, b in rules:
        key = (b + key[len(a) - 1:] if key.startswith(a[1:]) else key) if a[0] == "^" else key.replace(a, b)
    return key


def seed(model, rename=()):
    """Seeds by the names that the file has."""
    state, tensors = model.state_dict(), []
    for key, value in state.items():
        name = renamed(key, rename)
        if value.is_floating_point():
            tensors.append([name, list(value.shape)])
        # torchvision's Swin V2 keeps its distances in the file: nothing learned.
        if value.is_floating_point() and not key.endswith("relative_coords_table"):
            state[key] = torch.from_numpy(np.asarray(parameter(name, tuple(value.shape)))).reshape(value.shape)
    model.load_state_dict(state)
    return model.eval(), tensors


def answer(model, x):
    with torch.no_grad():
        y = model(x)
    if torch.is_tensor(y): return y
    if getattr(y, "logits", None) is not None: return y.logits
    return y.last_hidden_state[:, 0]


def timm_config(name, args, model, size, **cfg):
    pool = getattr(model, "global_pool", "avg")
    return {"architecture": name, "num_classes": model.num_classes, "global_pool": getattr(pool, "pool_type", pool),
            "model_args": args, "pretrained_cfg": {"input_size": [3, size, size], "mean": [0.5] * 3, "std": [0.5] * 3,
                                                   "interpolation": "bicubic", "crop_pct": 0.9, **cfg}}


CASES = {}


def case(name, build, *, size=32, channels=3, rename=(), prefix="", extra=(), config="own", forward=answer, sizes=(),
         scale=1):
    """`build` makes model and configuration, of a timm or transformers model also with settings changed."""
    CASES[name] = dict(build=build, size=size, channels=channels, rename=rename, prefix=prefix, extra=list(extra), config=config,
                       forward=forward, sizes=sizes, scale=scale)


def transformers_case(name, kind, config, **more):
    def build(change=None):
        now = type(config)(**(config.to_dict() | change)) if change else config
        model = kind(now)
        told = json.loads(now.to_json_string(use_diff=False))
        keep = {k: v for k, v in told.items() if k in KEPT and v is not None}
        return model, keep | {"architectures": [kind.__name__]} | (change or {})
    build.origin = config.model_type
    case(name, build, **more)


def other_size(model, x, forward):
    """What the same weights answer for images of another size."""
    if isinstance(model, timm.models.VisionTransformer): model.set_input_size(x.shape[2:])
    if isinstance(model, (timm.models.SwinTransformer, timm.models.SwinTransformerV2)): model.set_input_size(x.shape[2:], window_size=4)
    positions = isinstance(model, hf.PreTrainedModel) and "interpolate_pos_encoding" in inspect.signature(model.forward).parameters
    return forward((lambda x, **more: model(x, interpolate_pos_encoding=True, **more)) if positions else model, x)


KEPT = {"model_type", "hidden_act", "num_attention_heads", "num_hidden_layers", "image_size", "patch_size", "layer_norm_eps",
        "qkv_bias", "num_channels", "depths", "num_heads", "embed_dim", "window_size", "mlp_ratio", "hidden_sizes", "layer_type",
        "pretrained_window_sizes", "downsample_in_first_stage", "downsample_in_bottleneck", "norm_pix_loss", "decoder_num_attention_heads", "mask_ratio",
        "use_swiglu_ffn", "num_register_tokens", "id2label", "use_absolute_embeddings", "hidden_size"}


def timm_case(name, arch, args=None, **more):
    args, size = args or {}, more.get("size", 32)

    def build(change=None):
        change = dict(change or {})
        as_arch = change.pop("architecture", arch)
        model = timm.create_model(as_arch, pretrained=False, **(args | change))
        return model, timm_config(as_arch, args | change, model, size)
    build.origin = "timm " + arch
    case(name, build, **more)


vit = hf.ViTConfig(**SMALL, **LABELS)
transformers_case("hf_vit", hf.ViTForImageClassification, vit, sizes=(24, 48))
transformers_case("hf_vit_4", hf.ViTForImageClassification, vit, rename=OLD_VIT)
transformers_case("hf_vit_model", hf.ViTModel, hf.ViTConfig(**SMALL))
transformers_case("hf_vit_no_bias", hf.ViTForImageClassification, hf.ViTConfig(**SMALL, **LABELS, qkv_bias=False))
transformers_case("hf_vit_quick", hf.ViTForImageClassification, hf.ViTConfig(**SMALL, **LABELS, hidden_act="quick_gelu"))
transformers_case("hf_deit", hf.DeiTForImageClassificationWithTeacher, hf.DeiTConfig(**SMALL, **LABELS))
transformers_case("hf_resnet_basic", hf.ResNetForImageClassification,
                  hf.ResNetConfig(embedding_size=8, hidden_sizes=[8, 16, 24, 32], depths=[1, 2, 1, 1], layer_type="basic", **LABELS), size=64)
transformers_case("hf_resnet", hf.ResNetForImageClassification,
                  hf.ResNetConfig(embedding_size=8, hidden_sizes=[16, 32, 48, 64], depths=[1, 2, 1, 1], **LABELS), size=64)
swin = hf.SwinConfig(image_size=32, patch_size=2, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4, **LABELS)
transformers_case("hf_swin", hf.SwinForImageClassification, swin, sizes=(48,))
transformers_case("hf_swin_4", hf.SwinForImageClassification, swin, rename=OLD_SWIN)
swinv2 = hf.Swinv2Config(image_size=32, patch_size=2, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4,
                         pretrained_window_sizes=[6, 3], **LABELS)
transformers_case("hf_swinv2", hf.Swinv2ForImageClassification, swinv2)
transformers_case("hf_dinov2", hf.Dinov2ForImageClassification, hf.Dinov2Config(**DINO, **LABELS), sizes=(24, 48))
transformers_case("hf_dinov2_4", hf.Dinov2Model, hf.Dinov2Config(**DINO), rename=OLD_DINO)
transformers_case("hf_dinov2_swiglu", hf.Dinov2Model, hf.Dinov2Config(**DINO, use_swiglu_ffn=True))
transformers_case("hf_dinov2_registers", hf.Dinov2WithRegistersForImageClassification,
                  hf.Dinov2WithRegistersConfig(**DINO, **LABELS), sizes=(24, 48))
mae = hf.ViTMAEConfig(**SMALL, decoder_hidden_size=16, decoder_num_hidden_layers=1, decoder_num_attention_heads=2,
                      decoder_intermediate_size=24, norm_pix_loss=True)


def reconstruct(model, x):
    noise = torch.from_numpy((uniform("noise:layouts", (x.shape[2] // 8) ** 2)[None] + 1) / 2)
    with torch.no_grad():
        y = model(x, noise=noise)
    return torch.cat([y.loss.reshape(1), y.logits.flatten()])[None]


transformers_case("hf_mae", hf.ViTMAEForPreTraining, mae, forward=reconstruct, sizes=(24, 48))
transformers_case("hf_mae_4", hf.ViTMAEForPreTraining, mae, rename=OLD_VIT, forward=reconstruct)
transformers_case("hf_mae_pixels", hf.ViTMAEForPreTraining, type(mae)(**(mae.to_dict() | dict(norm_pix_loss=False, decoder_num_attention_heads=8))),
                  forward=reconstruct)
transformers_case("hf_mae_model", hf.ViTMAEModel, hf.ViTMAEConfig(**SMALL, mask_ratio=0.0))
transformers_case("hf_deit_alone", hf.DeiTForImageClassification, hf.DeiTConfig(**SMALL, **LABELS))
transformers_case("hf_deit_model", hf.DeiTModel, hf.DeiTConfig(**SMALL))
transformers_case("hf_vit_relu", hf.ViTForImageClassification, hf.ViTConfig(**SMALL, **LABELS, hidden_act="relu"))


def pooled(model, x):
    with torch.no_grad():
        return model(x).pooler_output.flatten(1)


transformers_case("hf_resnet_model", hf.ResNetModel, hf.ResNetConfig(embedding_size=8, hidden_sizes=[16, 32, 48, 64], depths=[1, 2, 1, 1]),
                  size=64, forward=pooled)
transformers_case("hf_swin_model", hf.SwinModel, hf.SwinConfig(**{k: v for k, v in swin.to_dict().items() if k in KEPT and k != "id2label"}), forward=pooled)

case("tv_vit", lambda: (torchvision.models.VisionTransformer(32, 8, 2, 4, 32, 48, num_classes=5),
                        {"num_heads": 4, "act_layer": "gelu", "global_pool": "token", "norm_eps": 1e-6, "img_size": 32}))
case("tv_swin", lambda: (torchvision.models.SwinTransformer([2, 2], 16, [2, 2], [2, 4], [4, 4], num_classes=5), {"img_size": 32}))
case("tv_swin_v2", lambda: (torchvision.models.SwinTransformer([2, 2], 16, [2, 2], [2, 4], [4, 4], num_classes=5,
                                                               block=torchvision.models.swin_transformer.SwinTransformerBlockV2,
                                                               downsample_layer=torchvision.models.swin_transformer.PatchMergingV2),
                            {"img_size": 32}), sizes=(24,))
case("tv_resnet18", lambda: (torchvision.models.ResNet(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1], num_classes=5), {"img_size": 64}), size=64)
case("tv_wide", lambda: (torchvision.models.ResNet(torchvision.models.resnet.Bottleneck, [1, 1, 1, 1], num_classes=5, width_per_group=128), {"img_size": 64}), size=64)
case("tv_resnext", lambda: (torchvision.models.ResNet(torchvision.models.resnet.Bottleneck, [1, 1, 1, 1], num_classes=5, groups=32, width_per_group=4), {"img_size": 64}), size=64)

timm_case("timm_vit", "vit_tiny_patch16_224", TINY_VIT, sizes=(16, 48))
timm_case("timm_vit_avg", "vit_tiny_patch16_224", TINY_VIT | dict(global_pool="avg"))
timm_case("timm_vit_avg_no_fc_norm", "vit_tiny_patch16_224", TINY_VIT | dict(global_pool="avg", fc_norm=False))
timm_case("timm_vit_no_token", "vit_tiny_patch16_224", TINY_VIT | dict(global_pool="avg", class_token=False))
timm_case("timm_vit_qk_norm", "vit_tiny_patch16_224", TINY_VIT | dict(qk_norm=True))
timm_case("timm_vit_no_bias", "vit_tiny_patch16_224", TINY_VIT | dict(qkv_bias=False))
timm_case("timm_vit_layerscale", "deit3_small_patch16_224", TINY_VIT | dict(no_embed_class=True, init_values=1e-6))
timm_case("timm_vit_registers", "vit_small_patch14_reg4_dinov2", TINY_VIT | dict(init_values=1e-5), sizes=(48,))
timm_case("timm_vit_clip", "vit_base_patch16_clip_224", TINY_VIT)
timm_case("timm_vit_clip_quick", "vit_base_patch16_clip_quickgelu_224", TINY_VIT)
timm_case("timm_vit_grey", "vit_tiny_patch16_224", TINY_VIT | dict(in_chans=1), channels=1)
timm_case("timm_vit_headless", "vit_tiny_patch16_224", TINY_VIT | dict(num_classes=0))
timm_case("timm_vit_non_square", "vit_tiny_patch16_224", TINY_VIT | dict(img_size=(16, 64)), size=(16, 64))
timm_case("timm_deit_distilled", "deit_tiny_distilled_patch16_224", TINY_VIT, sizes=(48,))
timm_case("timm_swin", "swin_tiny_patch4_window7_224", TINY_SWIN, sizes=(48,))
timm_case("timm_swin_headless", "swin_tiny_patch4_window7_224", TINY_SWIN | dict(num_classes=0))
# As before timm moved patch merging, and in the authors' own: at the end of a stage.
timm_case("swin_authors", "swin_tiny_patch4_window7_224", TINY_SWIN, prefix="model.",
          rename=[("layers.1.downsample.", "layers.0.downsample."), ("head.fc.", "head.")])
timm_case("timm_swinv2", "swinv2_tiny_window8_256", TINY_SWIN, sizes=(48,))
timm_case("timm_swinv2_trained", "swinv2_base_window12to16_192to256", TINY_SWIN | dict(pretrained_window_sizes=(6, 3)))
timm_case("timm_swinv2_no_bias", "swinv2_tiny_window8_256", TINY_SWIN | dict(qkv_bias=False))
timm_case("timm_swinv2_cr", "swinv2_cr_tiny_224", {k: v for k, v in TINY_SWIN.items() if k != "window_size"})
# As in the authors' own files.
timm_case("swinv2_authors", "swinv2_tiny_window8_256", TINY_SWIN, prefix="model.",
          rename=[("layers.1.downsample.", "layers.0.downsample."), ("head.fc.", "head.")])
STAGES = dict(layers=(1, 1, 1, 1), channels=(8, 16, 24, 32), num_classes=5)
for arch in ("resnet18", "resnet50", "resnet18d", "resnet50d", "resnet50c", "seresnet50", "ecaresnet50d", "resnetaa50d",
             "resnetblur50", "resnext50_32x4d"):
    timm_case(f"timm_{arch}", arch, STAGES if "x4d" not in arch else dict(layers=(1, 1, 1, 1), num_classes=5), size=64,
              sizes=(96,) if arch == "resnet18" else ())
timm_case("timm_resnet10t", "resnet10t", STAGES, size=64)
timm_case("timm_resnet_grey", "resnet18", STAGES | dict(in_chans=1), size=64, channels=1)
timm_case("timm_resnet50_gn", "resnet50_gn", dict(layers=(1, 1, 1, 1), num_classes=5), size=64)
timm_case("timm_resnet_silu", "resnet18", STAGES | dict(act_layer="silu"), size=64)
timm_case("timm_resnet_stride8", "resnet18", STAGES | dict(output_stride=8), size=64)
timm_case("timm_resnet_max", "resnet18", STAGES | dict(global_pool="max"), size=64)
timm_case("timm_resnet_headless", "resnet18", STAGES | dict(num_classes=0), size=64)

# Other architectures, whose parts have names and shapes of these: layers fc1 and fc2 that read 64 = 8 x 8 numbers, patches.
timm_case("timm_mixer", "mixer_s32_224", dict(img_size=256, num_classes=5), size=256)
timm_case("timm_convnext", "convnext_tiny", dict(depths=(1, 1, 1, 1), dims=(64, 64, 96, 96), num_classes=5))
timm_case("timm_xcit", "xcit_nano_12_p16_224", dict(img_size=32, embed_dim=64, depth=2, num_heads=2, num_classes=5))
timm_case("timm_beit", "beit_base_patch16_224", TINY_VIT)

# The authors' own files, and what training scripts make of them.
dino = lambda: (timm.create_model("vit_tiny_patch16_224", **(TINY_VIT | dict(num_classes=0))), {"num_heads": 4})
case("dino_teacher", dino, prefix="teacher.backbone.", extra=["student.module.backbone.cls_token", "teacher.head.mlp.0.weight"])
case("wrapped", lambda: (timm.create_model("vit_tiny_patch16_224", **TINY_VIT), {"num_heads": 4}), prefix="state_dict.module.", extra=["epoch"])


class BasicBlock(torch.nn.Module):
    """akamaster's (option A) and kuangliu's (option B) block."""
    def __init__(self, i, o, stride, option):
        super().__init__()
        nn = torch.nn
        self.conv1, self.bn1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
        self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        self.shortcut = nn.Sequential()
        self.pad = option == "A" and (stride != 1 or i != o) and (o - i) // 2
        if option == "B" and (stride != 1 or i != o):
            self.shortcut = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        short = self.shortcut(x) if self.pad is False else torch.nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
        return (y + short).relu()


class CifarResNet(torch.nn.Module):
    def __init__(self, widths, option):
        super().__init__()
        nn = torch.nn
        self.conv1, self.bn1 = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0])
        self.count = len(widths)
        for i, w in enumerate(widths):
            first = BasicBlock(widths[max(i - 1, 0)], w, 1 if i == 0 else 2, option)
            setattr(self, f"layer{i + 1}", nn.Sequential(first, BasicBlock(w, w, 1, option)))
        self.linear = nn.Linear(widths[-1], 5)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        for i in range(self.count):
            x = getattr(self, f"layer{i + 1}")(x)
        return self.linear(x.mean((2, 3)))


case("akamaster", lambda: (CifarResNet([8, 16, 32], "A"), None), prefix="state_dict.module.", config=None)
case("kuangliu", lambda: (CifarResNet([8, 16, 24, 32], "B"), None), prefix="net.module.", extra=["acc", "epoch"], config=None)



def small_stem(stride, pool):
    """torchvision's ResNet as training scripts for CIFAR-10 change its stem."""
    model = torchvision.models.ResNet(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1], num_classes=5)
    model.conv1 = torch.nn.Conv2d(3, 64, 3, stride, 1, bias=False)
    if not pool: model.maxpool = torch.nn.Identity()
    return model, {"stem_stride": stride, "stem_pool": pool, "img_size": 32, "act_layer": "relu"}


case("cifar_stem_pooled", lambda: small_stem(1, True))
case("cifar_stem_stride", lambda: small_stem(2, False))


class LeNet(torch.nn.Module):
    """The textbooks' two: ReLU with max pooling, and the paper's tanh with average pooling; padding where digits have 28 pixels."""
    def __init__(self, activation, pooling, padding, size):
        super().__init__()
        nn = torch.nn
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=padding), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(16 * 25, 30), nn.Linear(30, 20), nn.Linear(20, 10)
        self.activation, self.pooling = activation, pooling

    def forward(self, x):
        x = self.pooling(self.activation(self.conv1(x)), 2)
        x = self.pooling(self.activation(self.conv2(x)), 2).flatten(1)
        return self.fc3(self.activation(self.fc2(self.activation(self.fc1(x)))))


F = torch.nn.functional
case("lenet_tanh_average", lambda: (LeNet(torch.tanh, F.avg_pool2d, 0, 32), {"act_layer": "tanh", "pooling": "avg", "img_size": 32}),
     channels=1)
case("lenet_padded", lambda: (LeNet(torch.relu, F.max_pool2d, 2, 28), {"act_layer": "relu", "pooling": "max", "padding": 2, "img_size": 28}),
     channels=1, size=28)


def alexnet(before):
    """The paper's form at 32 pixels, with response normalization before the pooling, as it has it, or after."""
    nn, layers, inputs = torch.nn, [], 3
    for i, (out, kernel, groups) in enumerate([(8, 5, 1), (16, 5, 2), (24, 3, 1), (24, 3, 2), (16, 3, 2)]):
        layers += [nn.Conv2d(inputs, out, kernel, padding=kernel // 2, groups=groups), nn.ReLU()]
        more = [nn.MaxPool2d(3, 2)] if i in (0, 1, 4) else []
        if i < 2: more.insert(0 if before else 1, nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0))
        layers, inputs = layers + more, out
    model = nn.Sequential()
    model.features, model.flatten = nn.Sequential(*layers), nn.Flatten()
    model.classifier = nn.Sequential(nn.Dropout(), nn.Linear(16 * 9, 20), nn.ReLU(), nn.Dropout(), nn.Linear(20, 20), nn.ReLU(), nn.Linear(20, 5))
    return model, {"norm_before_pool": before, "act_layer": "relu", "img_size": 32}


# Numbers as large as trained networks have there, else the normalization does next to nothing.
case("alexnet_norm_before", lambda: alexnet(True), scale=300)
case("alexnet_norm_after", lambda: alexnet(False), scale=300)


def vgg(classes, **more):
    """timm's VGG, of two convolutions: only the full widths have names there."""
    model = timm.models.vgg.VGG([8, "M", 16, "M"], num_classes=classes, mlp_ratio=0.01, **more)
    return model, {"act_layer": "relu", "img_size": 28, "num_classes": classes}


case("timm_vgg", lambda: vgg(5), size=28)
case("timm_vgg_bn", lambda: vgg(5, norm_layer=torch.nn.BatchNorm2d), size=28)
case("timm_vgg_headless", lambda: vgg(0), size=28)


class AuthorsMAE(torch.nn.Module):
    """`models_mae.py` of the authors."""
    def __init__(self):
        super().__init__()
        nn, block = torch.nn, timm.models.vision_transformer.Block
        norm = functools.partial(nn.LayerNorm, eps=1e-6)
        self.patch_embed = timm.layers.PatchEmbed(32, 8, 3, 32)
        self.cls_token, self.pos_embed = nn.Parameter(torch.zeros(1, 1, 32)), nn.Parameter(torch.zeros(1, 17, 32))
        self.blocks = nn.ModuleList(block(32, 4, 1.5, qkv_bias=True, norm_layer=norm) for _ in range(2))
        self.norm, self.decoder_embed = norm(32), nn.Linear(32, 16)
        self.mask_token, self.decoder_pos_embed = nn.Parameter(torch.zeros(1, 1, 16)), nn.Parameter(torch.zeros(1, 17, 16))
        self.decoder_blocks = nn.ModuleList([block(16, 2, 1.5, qkv_bias=True, norm_layer=norm)])
        self.decoder_norm, self.decoder_pred = norm(16), nn.Linear(16, 8 * 8 * 3)

    def forward(self, image, noise):
        x = self.patch_embed(image) + self.pos_embed[:, 1:]
        order = noise.argsort(1)
        keep, restore = order[:, :4], order.argsort(1)
        x = torch.cat([self.cls_token + self.pos_embed[:, :1], x[:, keep[0]]], 1)
        for block in self.blocks: x = block(x)
        x = self.decoder_embed(self.norm(x))
        full = torch.cat([x[:, 1:], self.mask_token.expand(1, 12, -1)], 1)[:, restore[0]]
        x = torch.cat([x[:, :1], full], 1) + self.decoder_pos_embed
        for block in self.decoder_blocks: x = block(x)
        pred = self.decoder_pred(self.decoder_norm(x))[:, 1:]
        target = image.reshape(1, 3, 4, 8, 4, 8).permute(0, 2, 4, 3, 5, 1).reshape(1, 16, 192)
        target = (target - target.mean(-1, keepdim=True)) / (target.var(-1, keepdim=True) + 1e-6) ** 0.5
        loss = ((pred - target) ** 2).mean(-1)[:, order[0, 4:]].mean()
        return hf.modeling_outputs.ImageClassifierOutput(loss=loss, logits=pred)


case("mae_authors", lambda: (AuthorsMAE(), {"num_heads": 4, "decoder_num_heads": 2, "norm_pix_loss": True, "norm_eps": 1e-6,
                                            "act_layer": "gelu", "img_size": 32}), prefix="model.", forward=reconstruct)

# Which of these are answered, and which refused with these words; what is opened without a configuration says what it assumed.
REFUSED = {"timm_resnetaa50d": "anti-aliased", "timm_resnetblur50": "blur", "timm_resnet_stride8": "output_stride", "timm_resnet_max": "max",
           "timm_vit_non_square": "not square", "timm_swinv2_cr": "not supported",
           "timm_mixer": "mixer_s32_224", "timm_convnext": "convnext_tiny", "timm_xcit": "xcit_nano_12_p16_224",
           "timm_beit": "beit_base_patch16_224"}


def run(name):
    spec = CASES[name]
    torch.manual_seed(0)
    model, config = spec["build"]()
    # Names in the file have the wrapper, which the seeds do not.
    model, tensors = seed(model, spec["rename"])
    record = {"size": spec["size"], "channels": spec["channels"], "scale": spec["scale"], "prefix": spec["prefix"], "extra": spec["extra"], "tensors": tensors,
              "config": config if spec["config"] == "own" else None}
    if name in REFUSED:
        return record | {"refused": REFUSED[name]}
    told = lambda y: [round(v, 7) for v in y[0].flatten().tolist()]
    x = lambda size: torch.from_numpy(image("layouts", size, spec["channels"])) * spec["scale"]
    record["output"] = told(spec["forward"](model, x(spec["size"])))
    if spec["sizes"]:
        record["sizes"] = {size: told(other_size(copy.deepcopy(model), x(size), spec["forward"])) for size in spec["sizes"]}
    return record


if __name__ == "__main__":
    path = f"{HERE}/layouts.json"
    known = json.load(open(path)) if sys.argv[1:] and os.path.exists(path) else {}
    for name in sys.argv[1:] or CASES:
        try:
            known[name] = run(name)
            print(name, known[name].get("refused") or known[name]["output"][:3], flush=True)
        except Exception as fault:  # A constructor that this version lacks is no reason to stop.
            print(name, "FAILED", type(fault).__name__, str(fault)[:300], flush=True)
    with open(path, "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in known.items()) + "\n}\n")
