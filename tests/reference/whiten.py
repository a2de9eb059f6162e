"""A ViT's class token whitened by what crops of one image differ in, without a layer more and without a label.

After a short run of DINO what changes from crop to crop of one photo fills much of a class token, and a vote by cosine counts it
with the rest. Features are compared more fairly after whitening (Radenovic et al., Fine-tuning CNN Image Retrieval with No Human
Annotation, 2018, section 3.4: the covariance of matching pairs, here of crops of the same image). That is a matrix, and the network
ends in a LayerNorm, whose weights are the diagonal of one. So all that blocks exchange is turned first, which changes nothing that
they compute (`turned`), into axes in which a diagonal is that matrix (`axes`).
"""
import copy
import torch

# What is added to every variance, as a share of their mean; chosen on training images that were no neighbours.
SHRINKAGE = 0.003
ROUNDS = 400


def covariance_within(features, views):
    """Of `views` class tokens [n, width] for the same images: how they lie about each image's mean."""
    tokens = torch.stack([features(v) for v in views]).double()
    apart = (tokens - tokens.mean(0)).flatten(0, 1)
    return apart.T @ apart / (len(apart) * (1 - 1 / len(views)))


def compressed(diagonal):
    """A diagonal matrix between vectors without a mean."""
    n = len(diagonal)
    centring = torch.eye(n, dtype=torch.double) - 1 / n
    return centring @ torch.diag(diagonal) @ centring


def diagonal_of(spectrum):
    """The diagonal, one longer than `spectrum` (ascending), whose compression has these eigenvalues, and zero.

    They lie between the diagonal's entries: each entry is moved, in logarithms, by what its two neighbours lack."""
    wanted = spectrum.log()
    ends = torch.cat([2 * wanted[:1] - wanted[1:2], wanted, 2 * wanted[-1:] - wanted[-2:-1]])
    entries, best = (ends[1:] + ends[:-1]) / 2, (float("inf"), None)
    for _ in range(ROUNDS):
        lacks = wanted - torch.linalg.eigvalsh(compressed(entries.exp()))[1:].log()
        error = lacks.square().mean().item()
        if error < best[0]:
            best = error, entries.exp()
        both = torch.cat([lacks[:1], lacks, lacks[-1:]])
        entries = torch.sort(entries + (both[1:] + both[:-1]) / 4).values
    return best[1]


def axes(covariance):
    """A rotation that keeps the mean, and the scale of each axis after it: together they whiten `covariance`, of tokens without a mean."""
    n = len(covariance)
    variance, own = torch.linalg.eigh(covariance - covariance.trace() / n)      # the mean's own axis, along which there is none, is the first so
    variance, own = variance[1:].flip(0), own[:, 1:].flip(1)
    diagonal = diagonal_of(1 / (variance + SHRINKAGE * variance.mean()))
    theirs = torch.linalg.eigh(compressed(diagonal))[1][:, 1:]
    return theirs @ own.T + 1 / n, diagonal.sqrt()


@torch.no_grad()
def turned(backbone, rotation):
    """The same network in other axes: what every block reads is turned back, what it writes is turned.

    A LayerNorm's weights go into the layer that reads it; without them it commutes with a rotation that keeps the mean."""
    for block in backbone.blocks:
        for norm, reads in ((block.norm1, block.attn.qkv), (block.norm2, block.mlp.fc1)):
            reads.bias.add_(reads.weight @ norm.bias)
            reads.weight.copy_(reads.weight * norm.weight @ rotation.T)
            norm.weight.fill_(1), norm.bias.zero_()
        for writes in (block.attn.proj, block.mlp.fc2):
            writes.weight.copy_(rotation @ writes.weight), writes.bias.copy_(rotation @ writes.bias)
    patches = backbone.patch_embed.proj
    patches.weight.copy_((rotation @ patches.weight.flatten(1)).view_as(patches.weight)), patches.bias.copy_(rotation @ patches.bias)
    for tokens in (backbone.cls_token, backbone.pos_embed):
        tokens.copy_(tokens @ rotation.T)


@torch.no_grad()
def whitened(backbone, x, crops, count=4):
    """A copy of a timm VisionTransformer whose class token is whitened over images x; crops(x) are some of them."""
    out = copy.deepcopy(backbone).eval().double()
    out.norm.weight.fill_(1), out.norm.bias.zero_()
    plain = copy.deepcopy(out).float()
    features = lambda images: torch.cat([plain(b) for b in images.split(500)])
    rotation, scale = axes(covariance_within(features, [crops(x) for _ in range(count)]))
    turned(out, rotation)
    scale /= scale.mean()
    out.norm.weight.copy_(scale)
    out.norm.bias.copy_(-scale * (rotation @ features(x).mean(0).double()))
    return out.float()
