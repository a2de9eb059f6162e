"""Turn trained float32 checkpoints into what the page ships: float16 safetensors and a card that says how good they are.

    python export.py --data DATA --weights DIR --out www/weights MODEL...

DATA is what fetch_data.py writes; DIR holds MODEL.safetensors, written by train_small.py. For each model this writes
OUT/MODEL.safetensors (float16; buffers that follow from the architecture are dropped) and OUT/MODEL.json, the card.

Every score in a card is measured here, in PyTorch, in float32 arithmetic:
  score_pytorch         the float16 weights on all 10,000 test images
  score_pytorch_f32     the float32 weights on all 10,000 test images
  score_subset_pytorch  the float16 weights on the 500 bundled test images (make_samples.py)
  score_engine          null; whoever runs the engine on the bundled images fills it in

Metrics:
  test accuracy   share of images whose largest logit is the label's
  20-NN accuracy  weighted 20-nearest-neighbour vote on L2-normalised class tokens, DINO's eval_knn.py: a neighbour of
                  cosine similarity s votes exp(s / 0.07). Neighbours come from the shipped bank of 2,000 training images
                  (the first 200 of every class); `score_full_bank_*` uses all 50,000.
  masked MSE      squared error over the masked patches, in units of normalized pixels (per-channel mean and std of the
                  card), masks drawn as in ViTMAE from noise (lowest is kept): for the test image of index i the noise is
                  seeded.uniform("noise:mae_vit_cifar10:" + i, 64), the same in every language.
"""
import argparse, ast, hashlib, json, os, sys
import numpy as np, torch, torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file, save_file

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import train_small as train
from make_samples import first_of_each
from seeded import uniform

DROP = ("num_batches_tracked", "relative_position_index", "attn_mask")
KNN, TEMPERATURE, BANK_PER_CLASS, TEST_PER_CLASS = 20, 0.07, 200, 50

NO_LICENCE = "Trained for this project from scratch on %s, whose authors state no licence; the weights are under the project's own licence."


def batches(x, size=500):
    return (x[i:i + size] for i in range(0, len(x), size))


@torch.no_grad()
def features(model, x):
    """L2-normalised class tokens of a VisionTransformer without a head."""
    return torch.cat([F.normalize(model(b), dim=1) for b in batches(x)])


def knn_predict(bank, labels, queries, k=KNN, temperature=TEMPERATURE):
    out = []
    for q in batches(queries, 1000):
        sim, index = (q @ bank.T).topk(k, 1)
        votes = torch.zeros(len(q), 10).scatter_add_(1, labels[index], (sim / temperature).exp())
        out.append(votes.argmax(1))
    return torch.cat(out)


@torch.no_grad()
def masked_errors(model, x, indices):
    """Masked MSE of each test image (every image has 48 of 64 patches masked, so their mean is the score)."""
    out = []
    for b, i in zip(batches(x), batches(indices)):
        noise = torch.from_numpy(np.stack([uniform(f"noise:mae_vit_cifar10:{int(n)}", 64) for n in i]))
        o = model(b, noise=noise)
        error = (o.logits - model.patchify(b)).square().mean(-1)
        out.append((error * o.mask).sum(1) / o.mask.sum(1))
    return torch.cat(out)


def accuracy_hits(model, x, y):
    with torch.no_grad():
        return torch.cat([model(b).argmax(1) for b in batches(x)]).eq(y).float()


def load(name, tensors):
    model = train.build(name)
    missing, unexpected = model.load_state_dict({k: v.float() for k, v in tensors.items()}, strict=False)
    assert not unexpected and all(k.endswith(DROP) for k in missing), (missing, unexpected)
    return model.eval()


def evaluate(name, model, data, subset, full_bank=False):
    """(metric, score on the whole test set, score on the subset, extra card entries, bank tensors)."""
    xtr, ytr, xte, yte = data
    if name.startswith("mae"):
        e = masked_errors(model, xte, np.arange(len(xte)))
        return "masked MSE", e.mean().item(), e[subset].mean().item(), {}, None
    if not name.startswith("dino"):
        hits = accuracy_hits(model, xte, yte)
        return "test accuracy", hits.mean().item(), hits[subset].mean().item(), {}, None
    chosen = first_of_each(ytr.tolist(), BANK_PER_CLASS)
    bank, queries = features(model, xtr[chosen]).half(), features(model, xte)   # the bank as shipped
    hits = knn_predict(bank.float(), ytr[chosen], queries).eq(yte).float()
    extra = {"bank": len(chosen), "k": KNN, "temperature": TEMPERATURE}
    if full_bank:
        full = knn_predict(features(model, xtr), ytr, queries).eq(yte).float()
        extra |= {"bank_full": len(ytr), "score_full_bank_pytorch": full.mean().item(), "score_full_bank_subset_pytorch": full[subset].mean().item()}
    return "20-NN accuracy", hits.mean().item(), hits[subset].mean().item(), extra, {"features": bank, "labels": ytr[chosen].half()}


def export(name, source, out, data, full_bank=True):
    with safe_open(source, "pt") as f:
        metadata = f.metadata() or {}
    tensors = {k: v for k, v in load_file(source).items() if not k.endswith(DROP)}
    half = {k: v.half().contiguous() for k, v in tensors.items()}
    assert all(v.isfinite().all() for v in half.values()), "a value does not fit float16"
    os.makedirs(out, exist_ok=True)
    path = f"{out}/{name}.safetensors"
    save_file(half, path, metadata=metadata)
    os.chmod(path, 0o644)                                                  # safetensors writes 0600, which a file server may not read

    subset = torch.from_numpy(first_of_each(data[3].tolist(), TEST_PER_CLASS))
    metric, score, small, extra, bank = evaluate(name, load(name, half), data, subset, full_bank)
    _, score32, _, _, _ = evaluate(name, load(name, tensors), data, subset)
    if bank is not None:
        save_file(bank, f"{out}/{name}.bank.safetensors", metadata={"model": name, "metric": metric})
        os.chmod(f"{out}/{name}.bank.safetensors", 0o644)
        extra["bank_bytes"] = os.path.getsize(f"{out}/{name}.bank.safetensors")
        extra["bank_sha256"] = hashlib.sha256(open(f"{out}/{name}.bank.safetensors", "rb").read()).hexdigest()
    dataset = "MNIST" if "mnist" in name else "CIFAR-10"
    number = lambda key: float(metadata[key]) if key in metadata else None
    card = {"id": name, "data": dataset, "recipe": metadata["recipe"], "finished": metadata.get("finished", "True") == "True",
            "epochs": number("epochs"), "seconds": number("seconds"),
            "metric": metric, "score_pytorch": round(score, 5), "score_pytorch_f32": round(score32, 5), "score_subset_pytorch": round(small, 5),
            "score_engine": None, "licence": NO_LICENCE % dataset,
            "mean": list(ast.literal_eval(metadata["mean"])), "std": list(ast.literal_eval(metadata["std"])),
            "parameters": sum(p.numel() for p in train.build(name).parameters()),
            "bytes": os.path.getsize(path), "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest(),
            **{k: round(v, 5) if isinstance(v, float) else v for k, v in extra.items()}}
    json.dump(card, open(f"{out}/{name}.json", "w"), indent=1)
    print(f"{name:18} {metric:15} f16 {score:.4f}  f32 {score32:.4f}  subset {small:.4f}  {card['bytes']:9,} bytes",
          {k: card[k] for k in extra if k.startswith("score")} or "", flush=True)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--data", required=True); ap.add_argument("--weights", required=True); ap.add_argument("--out", required=True)
    ap.add_argument("--no-full-bank", action="store_true", help="DINO: leave out the slow score with all 50,000 neighbours")
    ap.add_argument("--threads", type=int, default=min(2, os.cpu_count())); ap.add_argument("models", nargs="+")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    loaded = {}
    for name in a.models:
        kind = "mnist" if "mnist" in name else "cifar"
        if kind not in loaded:
            loaded[kind] = getattr(train, kind)(a.data)
        export(name, f"{a.weights}/{name}.safetensors", a.out, loaded[kind], not a.no_full_bank)
