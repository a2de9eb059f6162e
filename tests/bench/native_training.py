"""How long the native trainer takes for a step, over PyTorch: processor time, one thread each.

    python tests/bench/native_training.py [ID...]          needs the packages of requirements.txt and a cargo to build with

`cargo xtask train shipped` takes a few steps of a network that ships, then more of them; the difference is that of the
steps alone. PyTorch takes as many with the network, the optimizer and the loss that train_small.py has, in float32.
"""
import os, resource, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/reference"))
import torch, torch.nn.functional as F
import train_small

torch.set_num_threads(1)
BATCH, FEW, MORE = 128, 2, 8
NETWORKS = ("alexnet_cifar10", "vgg_bn_cifar10", "resnet20_cifar10", "vit_cifar10", "swin_cifar10")
ADAM = {"alexnet_cifar10", "vit_cifar10", "swin_cifar10"}


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def native(name, steps, out):
    """Seconds of the processor that a run of so many steps takes, everything included."""
    fields = [f'networks=["{name}"]', f"steps={steps}", f"batch={BATCH}", "images=500", "test=1000", "checkpoint=1000",
              f"optimizer={'adamw' if name in ADAM else 'sgd'}", "rate=0.001", f"seed={steps}"]
    before = children()
    subprocess.run(["cargo", "xtask", "train", "shipped", *fields, "--out", out], cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
                   env=os.environ | {"RAYON_NUM_THREADS": "1"})
    return children() - before


def pytorch(name):
    """Seconds of the processor for one step."""
    torch.manual_seed(0)
    net = train_small.build(name)
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3) if name in ADAM else torch.optim.SGD(net.parameters(), 1e-3, momentum=0.9, nesterov=True)
    x, y = torch.randn(BATCH, 3, 32, 32), torch.randint(0, 10, (BATCH,))
    for step in range(FEW + MORE):
        if step == FEW:
            begun = time.process_time()
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
    return (time.process_time() - begun) / MORE


print(f"| network, batches of {BATCH} | native, ms a step | PyTorch {torch.__version__}, ms a step | ratio |\n| --- | --- | --- | --- |")
for name in sys.argv[1:] or NETWORKS:
    with tempfile.TemporaryDirectory() as out:
        native(name, 1, out)                                                # builds what has to be built
        ours = (native(name, FEW + MORE, out) - native(name, FEW, out)) / MORE
    theirs = pytorch(name)
    print(f"| {name} | {1e3 * ours:.0f} | {1e3 * theirs:.0f} | {ours / theirs:.2f} |", flush=True)
