"""The networks of the benchmark for each engine: python convert.py DIR (needs torch, torchvision, timm, onnx, onnxscript;
litert-torch for LiteRT.js, which is left out with a warning where it cannot be installed).

DIR/ID.safetensors is for Vitrine, ID.onnx for onnxruntime-web, ID.tflite for LiteRT.js; ID.input holds the input and
ID.expected PyTorch's answer, float32 both, so that each engine is held to the same numbers before it is timed."""
import sys
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reference"))
import seeded  # noqa: E402

# The catalogue's ids, and where each architecture comes from; DINO's ViT-S/16 has no head.
NETWORKS = {
    "resnet18": lambda: torchvision.models.resnet18(),
    "vit_tiny_patch16_224": lambda: timm.create_model("vit_tiny_patch16_224"),
    "swin_tiny_patch4_window7_224": lambda: timm.create_model("swin_tiny_patch4_window7_224"),
    "dino_vit_small_patch16_224": lambda: timm.create_model("vit_small_patch16_224", num_classes=0),
}


def network(name):
    model = NETWORKS[name]().eval()
    keys = [key for key in model.state_dict() if "relative_position_index" not in key and "attn_mask" not in key]
    state = {key: model.state_dict()[key] for key in keys}
    manifest = [[key, list(value.shape)] for key, value in state.items() if value.dtype == torch.float32]
    values = {key: torch.from_numpy(seeded.parameter(key, shape)) for key, shape in manifest}
    model.load_state_dict(values, strict=False)
    return model, manifest


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import litert_torch
    except ImportError as error:
        litert_torch = None
        print(f"without LiteRT.js: {error}", file=sys.stderr)
    for name in NETWORKS:
        if (folder / f"{name}.expected").exists():
            continue
        model, manifest = network(name)
        image = torch.from_numpy(np.ascontiguousarray(seeded.image(name)))
        with torch.no_grad():
            answer = model(image)
        seeded.write_safetensors(folder / f"{name}.safetensors", manifest)
        torch.onnx.export(model, (image,), folder / f"{name}.onnx", input_names=["input"], output_names=["output"],
                          dynamo=True, external_data=False, verbose=False)
        if litert_torch:
            litert_torch.convert(model, (image,)).export(str(folder / f"{name}.tflite"))
        image.numpy().tofile(folder / f"{name}.input")
        answer.numpy().tofile(folder / f"{name}.expected")
        print(name, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
