"""Teachers that the small CIFAR-10 networks learn from, and what they say about the training images.

resnet20_cifar10.safetensors, which train_small.py itself makes, or resnet56-4bfd9763.th of akamaster/pytorch_resnet_cifar10
(Yerlan Idelbayev, BSD-2-Clause; 93.6 % on the test set), which is downloaded by hand:

    https://github.com/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models/resnet56-4bfd9763.th

Nothing of a teacher is shipped; a student's card names it.
"""
import os
from dataclasses import dataclass
import torch, torch.nn as nn, torch.nn.functional as F
from safetensors.torch import load_file
from torch.nn.utils.fusion import fuse_conv_bn_eval

CIFAR = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
# AVX-512 alone computes in it too, but at half to three quarters of the speed of float32.
HAS_BFLOAT16 = torch.ops.mkldnn._is_mkldnn_bf16_supported() and torch.cpu._is_amx_tile_supported()
IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass
class Teacher:
    """A trained network, how its input is normalized, and how much of a student's loss it gives at which temperature."""
    name: str
    net: nn.Module
    mean_std: tuple
    share: float
    temperature: float

    @property
    def recipe(s):
        return f"{100 * s.share:.0f} % of the loss from {s.name} at temperature {s.temperature:g}"

    def loss(s, logits, target):
        """Kullback-Leibler divergence of softened distributions, its gradient scaled as a hard label's (Hinton et al. 2015)."""
        t = s.temperature
        return t * t * F.kl_div(F.log_softmax(logits / t, 1), F.softmax(target / t, 1), reduction="batchmean")


class Block(nn.Module):
    """Basic block whose shortcut has no parameters: every other pixel, and channels of zeros (option A of He et al. 2015)."""
    def __init__(s, i, o, st):
        super().__init__()
        s.stride, s.more = st, (o - i) // 2
        s.conv1, s.bn1 = nn.Conv2d(i, o, 3, st, 1, bias=False), nn.BatchNorm2d(o)
        s.conv2, s.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)

    def forward(s, x):
        y = s.bn2(s.conv2(torch.relu(s.bn1(s.conv1(x)))))
        if s.stride != 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, s.more, s.more))
        return torch.relu(y + x)


class ResNet56(nn.Module):
    """akamaster/pytorch_resnet_cifar10, its key names without the `module.` of DataParallel."""
    def __init__(s, n=10, blocks=9):
        super().__init__()
        s.conv1, s.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        mk = lambda i, o, st: nn.Sequential(Block(i, o, st), *(Block(o, o, 1) for _ in range(blocks - 1)))
        s.layer1, s.layer2, s.layer3 = mk(16, 16, 1), mk(16, 32, 2), mk(32, 64, 2)
        s.linear = nn.Linear(64, n)

    def forward(s, x):
        return s.linear(s.layer3(s.layer2(s.layer1(torch.relu(s.bn1(s.conv1(x)))))).mean((2, 3)))


def load(path, resnet20):
    """The teacher whose checkpoint is at path; resnet20 builds the network of a .safetensors one."""
    if path.endswith(".safetensors"):
        net = resnet20()
        net.load_state_dict(load_file(path), strict=False)
        return Teacher("resnet20_cifar10", net.eval(), CIFAR, 0.7, 2)
    net = ResNet56()
    state = torch.load(path, map_location="cpu", weights_only=True)["state_dict"]
    net.load_state_dict({k.removeprefix("module."): v for k, v in state.items()})
    return Teacher("ResNet-56 (akamaster/pytorch_resnet_cifar10, BSD-2-Clause)", net.eval(), IMAGENET, 0.9, 4)


def folded(net):
    """The network for inference, in bfloat16 where the processor has it, batch norms folded into their convolutions."""
    for m in list(net.modules()):
        for i in "12":
            if isinstance(getattr(m, "bn" + i, None), nn.BatchNorm2d):
                setattr(m, "conv" + i, fuse_conv_bn_eval(getattr(m, "conv" + i), getattr(m, "bn" + i)))
                setattr(m, "bn" + i, nn.Identity())
    return net.to(precision(), memory_format=torch.channels_last)


def precision():
    return torch.bfloat16 if HAS_BFLOAT16 else torch.float32


@torch.inference_mode()
def logits(teacher, x):
    """Mean of the teacher's logits for each image and its mirror image. x: uint8 [n, 3, h, w]."""
    net = folded(teacher.net)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in teacher.mean_std)
    ready = lambda b: b.float().div_(255).sub_(mean).div_(std).to(precision(), memory_format=torch.channels_last)
    return torch.cat([(net(b).float() + net(b.flip(-1)).float()) / 2 for b in map(ready, x.split(125))])


def training_logits(teacher, path, x):
    """logits of every training image, computed once and kept beside the teacher's checkpoint.
    Students see shifted crops of up to 4 pixels and keep the target of the whole image."""
    cache = os.path.splitext(path)[0] + ".train_logits.pt"
    if not os.path.exists(cache):
        torch.save(logits(teacher, x), cache)
    return torch.load(cache)
