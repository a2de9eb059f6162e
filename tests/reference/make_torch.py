"""Small files as torch.save writes them, for the converter's test: python make_torch.py (needs PyTorch).

A strided view, a float32 wrapped in a training script's dictionary, and an integer buffer are among them, because official
checkpoints have all of these."""
from pathlib import Path
import torch
from seeded import uniform

out = Path(__file__).parent / "torch"
out.mkdir(exist_ok=True)


def tensor(name, count):
    return torch.from_numpy(uniform(name, count))


def strided(name, count):
    """The same values in every second place of a longer storage."""
    return torch.stack([tensor(name, count), torch.zeros(count)], dim=1)[:, 0]


names = ["bn1.weight", "bn1.bias", "bn1.running_mean"]
state = {name: tensor(name, 64) for name in names}
state["bn1.running_var"] = strided("bn1.running_var", 64)
state["bn1.num_batches_tracked"] = torch.tensor(3)
state["fc.bias"] = tensor("fc.bias", 1000)
torch.save(state, out / "zip.pth")
torch.save(state, out / "legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"model": state, "optimizer": {"lr": 0.1, "momentum": torch.zeros(4)}, "epoch": 7}, out / "wrapped.pth")

# A whole network of the layouts' test, for the browser.
import timm
from layouts import TINY_VIT, seed
vit, _ = seed(timm.create_model("vit_tiny_patch16_224", **TINY_VIT))
torch.save({"state_dict": {f"module.{k}": v for k, v in vit.state_dict().items()}, "epoch": 3}, out / "vit.pth")
