"""Gradients and attention readings of the public PyTorch implementations on seeded checkpoints, for the engine's tests.

    python gradients.py [--seed S] [--out DIR] [MODEL...]

Models: resnet18, vit_tiny_patch16_224, swin_tiny_patch4_window7_224. Checkpoint and input are those of reference.py
(seeded.parameter for every key, seeded.image(seed + model)). Writes DIR/expected/gradients_MODEL.json with

cell          gradient of one number inside the network with respect to the input [1, 3, 224, 224]:
                resnet18   layer2, channel 5 at row 14, column 14 (NCHW)
                vit_tiny   blocks.5, token 100 (token 0 is the class token), channel 7
                swin_tiny  layers.1, row 14, column 14, channel 9 (the stage's output is NHWC)
              `value` is the number itself; `gradient` holds the shape, the sum and the maximum of the absolute values, the
              flat index of that maximum and the values at 64 positions, torch.linspace(0, count - 1, 64) truncated; `nonzero_*`
              are 64 positions spread in the same way over the entries that are not zero (the cell's receptive field).
grad_cam      resnet18, Selvaraju et al. 2017, layer4 and the logit of class 281: a channel's weight is the mean over space
              of the logit's gradient; the map is relu(sum of weight * activation), [7, 7] row by row, not rescaled;
              `before_relu` is the same sum without the relu, which hides most of it here.
rollout       vit_tiny, Abnar and Zuidema 2020: per block the mean over heads of the softmaxed attention A, then
              0.5 A + 0.5 I, rows divided by their sums; the blocks' matrices are multiplied, the last block leftmost. The
              class token's row without its own entry: 196 values, not rescaled.
attention_distance  vit_tiny, after figure 7 (right) of the ViT paper, in pixels, [block][head]: among patch tokens only (the
              class token's row and column are dropped and rows are divided by their new sums), the Euclidean distance
              between the centres of query and key patch (16 pixels apart on the grid) is averaged over keys, weighted by
              attention, and then over the 196 queries.
"""
import argparse, json, os
import numpy as np, torch
from reference import build, seeded
from seeded import image

here = os.path.dirname(os.path.abspath(__file__))
CELLS = {"resnet18": ("layer2", (0, 5, 14, 14)), "vit_tiny_patch16_224": ("blocks.5", (0, 100, 7)),
         "swin_tiny_patch4_window7_224": ("layers.1", (0, 14, 14, 9))}
CLASS = 281


def sample(t, points=64):
    f = t.detach().double().flatten()
    at = torch.linspace(0, len(f) - 1, points).long()
    inside = f.nonzero().flatten()
    inside = inside[torch.linspace(0, len(inside) - 1, points).long()]
    return {"shape": list(t.shape), "abs_sum": f.abs().sum().item(), "abs_max": f.abs().max().item(), "argmax_abs": f.abs().argmax().item(),
            "at": at.tolist(), "values": f[at].tolist(), "nonzero_at": inside.tolist(), "nonzero_values": f[inside].tolist()}


def record(model, path, x):
    """Run the model and return (output of the module at `path`, logits)."""
    kept = []
    hook = model.get_submodule(path).register_forward_hook(lambda m, i, o: kept.append(o))
    y = model(x)
    hook.remove()
    return kept[0], y


def cell_gradient(model, name, x):
    path, index = CELLS[name]
    x = x.clone().requires_grad_()
    stage, _ = record(model, path, x)
    value = stage[index]
    gradient, = torch.autograd.grad(value, x)
    return {"stage": path, "stage_shape": list(stage.shape), "index": list(index), "value": value.item(), "gradient": sample(gradient)}


def grad_cam(model, x, path="layer4", label=CLASS):
    stage, logits = record(model, path, x.clone().requires_grad_())
    gradient, = torch.autograd.grad(logits[0, label], stage)
    weights = gradient.mean((2, 3), keepdim=True)
    signed = (weights * stage).sum(1)[0]
    cam = signed.relu()
    return {"stage": path, "class": label, "logit": logits[0, label].item(), "shape": list(cam.shape), "values": cam.flatten().double().tolist(),
            "before_relu": signed.flatten().double().tolist()}


@torch.no_grad()
def attentions(model, x):
    """Softmaxed attention of every block, [heads, tokens, tokens] each."""
    kept = []
    for b in model.blocks:
        b.attn.fused_attn = False
    hooks = [b.attn.attn_drop.register_forward_hook(lambda m, i, o: kept.append(o[0].double())) for b in model.blocks]
    model(x)
    for h in hooks:
        h.remove()
    return kept


def rollout(layers):
    product = None
    for a in layers:
        a = 0.5 * a.mean(0) + 0.5 * torch.eye(a.shape[-1], dtype=a.dtype)
        a = a / a.sum(-1, keepdim=True)
        product = a if product is None else a @ product
    return product[0, 1:].tolist()


def attention_distance(layers, side=14, patch=16):
    place = torch.stack(torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij"), -1).reshape(-1, 2).double() * patch
    distance = torch.cdist(place, place)
    out = []
    for a in layers:
        a = a[:, 1:, 1:]
        a = a / a.sum(-1, keepdim=True)
        out.append((a * distance).sum(-1).mean(-1).tolist())
    return out


def run(name, seed, out):
    model, source = build(name)
    model, _ = seeded(model, seed)
    x = torch.from_numpy(image(seed + name))
    r = {"source": source, "seed": seed, "input": f"seeded.image({seed + name!r})", "cell": cell_gradient(model, name, x)}
    if name == "resnet18":
        r["grad_cam"] = grad_cam(model, x)
    if name.startswith("vit"):
        layers = attentions(model, x)
        r["rollout"], r["attention_distance"] = rollout(layers), attention_distance(layers)
    json.dump(r, open(f"{out}/expected/gradients_{name}.json", "w"))
    print(name, "value", r["cell"]["value"], "gradient sum", r["cell"]["gradient"]["abs_sum"], "max", r["cell"]["gradient"]["abs_max"], flush=True)
    return r


if __name__ == "__main__":
    ap = argparse.ArgumentParser(); ap.add_argument("--seed", default=""); ap.add_argument("--out", default=here); ap.add_argument("models", nargs="*", default=list(CELLS))
    a = ap.parse_args()
    for n in a.models:
        run(n, a.seed, a.out)
