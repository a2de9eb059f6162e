"""Two training steps of small networks in PyTorch, on seeded weights and data, for the crate's own training.

    python train_steps.py [--out DIR]

Writes DIR/train_steps.json with, for each of lenet5, residual, fine_tune, vit, mae and dino, the losses of both steps and, for every
entry of the checkpoint after them, the four places where the optimizer's first moment is largest (of running statistics and of
the teacher the first, a third, two thirds and the last), with the change of the value there, the values of the optimizer's
moments there, and the length of the whole change. Weights are seeded.parameter(key, shape, NAME), images seeded.image("train:I"),
labels 3 I mod 10.

lenet5    train_small.LeNet5, torch.optim.SGD(0.05, momentum 0.9, Nesterov, weight decay 5e-4 on matrices and kernels alone)
residual  train_small.BasicBlock in three layers of one block, 8, 16 and 32 channels, images of 16 pixels; the same optimizer
fine_tune the small ResNet of the page (ResNet-20 for CIFAR) with a layer for three classes, labels I mod 3, batch norms in
          evaluation, SGD(1e-3) otherwise likewise; also the keys of its state_dict, and after the steps its logits for train:50
vit       timm's VisionTransformer 32 wide, 2 deep, 1 head; torch.optim.AdamW(1e-3, weight decay 0.05, likewise)
mae       transformers' ViTMAEForPreTraining 32 wide, decoder 24 wide, 16 of 64 patches visible, one mask; AdamW
dino      the same ViT without a head as student and teacher, DINOHead of facebookresearch/dino (norm_last_layer), two views of 32
          and two of 16 pixels; teacher momentum 0.98, temperatures 0.1 and 0.04, centre momentum 0.9; AdamW
"""
import argparse, json, os
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from seeded import image, parameter, uniform
from train_small import BasicBlock, LeNet5, sincos

BATCH, STEPS = 4, 2


def images(size, channels, start=0, count=BATCH):
    return torch.from_numpy(np.concatenate([image(f"train:{start + i}", size, channels) for i in range(count)]))


def labels():
    return torch.tensor([3 * i % 10 for i in range(BATCH)])


def seed(model, name):
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                value.copy_(torch.from_numpy(parameter(key, list(value.shape), name)))
    return model


def optimizer(model, kind, rate=0.05):
    decayed = lambda key, p: p.dim() >= 2 and not key.endswith(("cls_token", "pos_embed", "mask_token", "position_embeddings"))
    named = [(k, p) for k, p in model.named_parameters() if p.requires_grad]
    groups = lambda wd: [{"params": [p for k, p in named if decayed(k, p)], "weight_decay": wd},
                         {"params": [p for k, p in named if not decayed(k, p)], "weight_decay": 0.0}]
    if kind == "sgd":
        return torch.optim.SGD(groups(5e-4), rate, momentum=0.9, nesterov=True)
    return torch.optim.AdamW(groups(0.05), 1e-3)


def changes(before, model, o=None):
    named, out = dict(model.named_parameters()), {}
    for key, value in model.state_dict().items():
        if key.endswith("num_batches_tracked"):
            continue
        change = (value - before[key]).flatten()
        state = o.state.get(named.get(key), {}) if o is not None and key in named else {}
        moments = [state[k].flatten() for k in ("momentum_buffer", "exp_avg", "exp_avg_sq") if k in state]
        n = len(change)
        at = moments[0].abs().topk(min(4, n)).indices.tolist() if moments else sorted({0, n // 3, 2 * n // 3, n - 1})
        out[key] = {"at": at, "change": change[at].tolist(), "moments": [m[at].tolist() for m in moments], "length": change.norm().item()}
    return out


def copy(model):
    return {k: v.clone() for k, v in model.state_dict().items()}


def supervised(name, model, x, kind):
    seed(model, name).train()
    before, o, losses = copy(model), optimizer(model, kind), []
    for _ in range(STEPS):
        loss = F.cross_entropy(model(x), labels())
        o.zero_grad(); loss.backward(); o.step()
        losses.append(loss.item())
    return {"losses": losses, "entries": changes(before, model, o)}


class Residual(nn.Module):
    def __init__(s, blocks=1, w=8, classes=10):
        super().__init__()
        layer = lambda i, o, st: nn.Sequential(*(BasicBlock(o if b else i, o, 1 if b else st) for b in range(blocks)))
        s.conv1, s.bn1 = nn.Conv2d(3, w, 3, 1, 1, bias=False), nn.BatchNorm2d(w)
        s.layer1, s.layer2, s.layer3 = layer(w, w, 1), layer(w, 2 * w, 2), layer(2 * w, 4 * w, 2)
        s.fc = nn.Linear(4 * w, classes)

    def forward(s, x):
        return s.fc(s.layer3(s.layer2(s.layer1(torch.relu(s.bn1(s.conv1(x)))))).mean((2, 3)))


def fine_tune():
    model = seed(Residual(3, 16, 3), "fine_tune").eval()
    before, o, losses, x = copy(model), optimizer(model, "sgd", 1e-3), [], images(32, 3)
    for _ in range(STEPS):
        loss = F.cross_entropy(model(x), torch.tensor([i % 3 for i in range(BATCH)]))
        o.zero_grad(); loss.backward(); o.step()
        losses.append(loss.item())
    logits = model(images(32, 3, 50, 1)).flatten().tolist()
    return {"losses": losses, "entries": changes(before, model, o), "keys": sorted(model.state_dict()), "logits": logits}


def vit(classes):
    from timm.models.vision_transformer import VisionTransformer
    return VisionTransformer(img_size=32, patch_size=4, embed_dim=32, depth=2, num_heads=1, mlp_ratio=2, num_classes=classes, dynamic_img_size=True)


def mae():
    from transformers import ViTMAEConfig, ViTMAEForPreTraining
    m = ViTMAEForPreTraining(ViTMAEConfig(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64, image_size=32, patch_size=4,
                                          decoder_hidden_size=24, decoder_num_hidden_layers=1, decoder_num_attention_heads=4, decoder_intermediate_size=48,
                                          mask_ratio=0.75, norm_pix_loss=False))
    seed(m, "mae").train()
    with torch.no_grad():
        m.vit.embeddings.position_embeddings.copy_(sincos(8, 32))
        m.decoder.decoder_pos_embed.copy_(sincos(8, 24))
    noise = torch.from_numpy((uniform("noise:train", 64) + 1) / 2).expand(BATCH, 64)
    before, o, losses, x = copy(m), optimizer(m, "adamw"), [], images(32, 3)
    for _ in range(STEPS):
        loss = m(x, noise=noise).loss
        o.zero_grad(); loss.backward(); o.step()
        losses.append(loss.item())
    return {"losses": losses, "entries": changes(before, m, o)}


class Head(nn.Module):
    """DINOHead: 128 hidden units, a bottleneck of 64, 256 prototypes."""
    def __init__(s):
        super().__init__()
        s.mlp = nn.Sequential(nn.Linear(32, 128), nn.GELU(), nn.Linear(128, 128), nn.GELU(), nn.Linear(128, 64))
        s.last_layer = nn.Linear(64, 256, bias=False)

    def forward(s, x):
        x = F.normalize(s.mlp(x), dim=-1)
        return F.linear(x, F.normalize(s.last_layer.weight, dim=-1))


class Dino(nn.Module):
    def __init__(s, name):
        super().__init__()
        s.backbone, s.head = vit(0), Head()
        with torch.no_grad():
            for part, prefix in ((s.backbone, ""), (s.head, "head.")):
                for key, value in part.state_dict().items():
                    value.copy_(torch.from_numpy(parameter(prefix + key, list(value.shape), name)))

    def forward(s, x):
        return s.head(s.backbone(x))


def dino():
    student, teacher, centre = Dino("student"), Dino("teacher"), torch.zeros(1, 256)
    glob, local = images(32, 3, 0, 2 * BATCH), images(16, 3, 100, 2 * BATCH)
    before, taught, o, losses = copy(student), copy(teacher), optimizer(student, "adamw"), []
    for _ in range(STEPS):
        with torch.no_grad():
            out = teacher(glob)
            targets = F.softmax((out - centre) / 0.04, -1).chunk(2)
        views = [F.log_softmax(v / 0.1, -1) for v in (*student(glob).chunk(2), *student(local).chunk(2))]
        pairs = [-(t * v).sum(-1).mean() for i, t in enumerate(targets) for j, v in enumerate(views) if i != j]
        loss = sum(pairs) / len(pairs)
        o.zero_grad(); loss.backward(); o.step()
        with torch.no_grad():
            for s, t in zip(student.parameters(), teacher.parameters()):
                t.mul_(0.98).add_(0.02 * s)
            centre = 0.9 * centre + 0.1 * out.mean(0, keepdim=True)
        losses.append(loss.item())
    plain = lambda entries: {k.removeprefix("backbone."): v for k, v in entries.items()}
    return {"losses": losses, "entries": plain(changes(before, student, o)), "teacher": plain(changes(taught, teacher)),
            "centre": centre.flatten()[:4].tolist()}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--out", default=os.path.dirname(os.path.abspath(__file__)))
    out = p.parse_args().out
    torch.set_num_threads(1)
    all_of_it = {"lenet5": supervised("lenet5", LeNet5(), images(32, 1), "sgd"), "residual": supervised("residual", Residual(), images(16, 3), "sgd"),
                 "fine_tune": fine_tune(), "vit": supervised("vit", vit(10), images(32, 3), "adamw"), "mae": mae(), "dino": dino()}
    rounded = json.loads(json.dumps(all_of_it), parse_float=lambda text: float(f"{float(text):.6g}"))
    with open(f"{out}/train_steps.json", "w") as f:
        json.dump(rounded, f, separators=(",", ":"))
    print({name: one["losses"] for name, one in rounded.items()})


if __name__ == "__main__":
    main()
