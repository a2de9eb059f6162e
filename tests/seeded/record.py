"""What tests/equals_python.rs compares with: python tests/seeded/record.py > tests/seeded/recorded.json
Needs numpy alone."""
import hashlib, json, os, sys, tempfile
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{here}/../reference")
from seeded import image, parameter, uniform, write_safetensors

ENTRIES = [
    ["bn1.running_var", [64]], ["bn1.running_mean", [64]], ["bn1.weight", [64]], ["bn1.bias", [64]],
    ["conv1.weight", [64, 3, 7, 7]], ["fc.weight", [10, 7]], ["pos_embed", [1, 197, 192]], ["cls_token", [1, 1, 192]],
    ["layers.0.blocks.0.attn.relative_position_bias_table", [169, 3]], ["scale", []],
]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def values(array, dtype="<f4"):
    return sha256(np.ascontiguousarray(array, dtype=dtype).tobytes())


with tempfile.TemporaryDirectory() as folder:
    write_safetensors(f"{folder}/c.safetensors", ENTRIES, "a")
    file = open(f"{folder}/c.safetensors", "rb").read()
pixels = image("resnet18").flatten()
at = [0, 1, 223, 224, 50175, 50176, 100352, 150527]
print(json.dumps({
    "uniform": uniform("x", 8).astype(float).tolist(),
    "float16": values(uniform("x", 1000), "<f2"),
    "parameters": [{"key": k, "shape": s, "sha256": values(parameter(k, s, "a"))} for k, s in ENTRIES],
    "file": sha256(file),
    "image": {"at": at, "values": pixels[at].astype(float).tolist(), "sum": float(pixels.astype(float).sum()),
              "absolute": float(np.abs(pixels.astype(float)).sum())},
}, indent=1))
