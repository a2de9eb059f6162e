"""A trained network made narrower: the hidden units that matter least are dropped, and training goes on from what is left.

A hidden unit lies between two layers and nowhere else, so it can go without a trace in the rest of the network: the middle
of a transformer's MLP, a fully connected layer of AlexNet or VGG, a channel between two convolutions of VGG. Its importance
is the norm of the weights into it times the norm of the weights out of it (for a ReLU unit this product does not change
when the unit is rescaled)."""
import re
import torch

# Chains of layers by their key: the output of each feeds the next alone. A pair (convolution, norm) has a batch norm between.
CHAINS = (("classifier.1", "classifier.4", "classifier.6"),                         # AlexNet
          ("classifier.0", "classifier.3", "classifier.6"),                         # VGG
          ("features.15+features.16", "features.18+features.19", "classifier.0"))   # VGG's last two convolutions
MLP = re.compile(r"(.*\.mlp)\.fc1\.weight$")


def chains(tensors):
    for k in tensors:
        if m := MLP.match(k):
            yield m[1] + ".fc1", m[1] + ".fc2"
    yield from (c for c in CHAINS if all(f"{k.split('+')[0]}.weight" in tensors for k in c))


def entering(tensors, layer):
    """Keys of the tensors whose first axis is the layer's output units."""
    return [k for part in layer.split("+") for k in tensors if k.rsplit(".", 1)[0] == part and tensors[k].ndim]


def strength(weight):
    return weight.float().flatten(1).norm(dim=1)


def narrow(tensors, shapes):
    """The tensors cut down to shapes (key to size, those of the narrower network's state), the most important units kept."""
    out = dict(tensors)
    for chain in chains(tensors):
        for layer, after in zip(chain, chain[1:]):
            first, second = layer.split("+")[0] + ".weight", after.split("+")[0] + ".weight"
            width, units = shapes[first][0], len(out[first])
            if width == units:
                continue
            into = strength(out[first])
            if "+" in layer:                                                        # the batch norm rescales each channel
                into = out[layer.split("+")[1] + ".weight"].abs()
            per_unit = out[second].unflatten(1, (units, -1)).flatten(2) if out[second].ndim == 2 else out[second]
            keep = (into * strength(per_unit.transpose(0, 1))).topk(width).indices.sort().values
            for k in entering(out, layer):
                out[k] = out[k][keep]
            whole = out[second].ndim == 2
            kept = per_unit[:, keep]
            out[second] = kept.flatten(1) if whole else kept
    return out


def load_narrowed(model, tensors):
    """Puts a wider network's tensors into model; what is still of another size is an error."""
    shapes = {k: v.shape for k, v in model.state_dict().items()}
    fitting = narrow({k: v.float() for k, v in tensors.items()}, shapes)
    missing, unexpected = model.load_state_dict(fitting, strict=False)
    assert not unexpected and all(k.endswith(("num_batches_tracked", "relative_position_index", "attn_mask")) for k in missing), (missing, unexpected)
