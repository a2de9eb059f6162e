"""Write the bundled subsets, sheets of 500 test and 5,000 training images as PNG with a JSON card beside each.

    python make_samples.py DATA OUT        DATA is what fetch_data.py writes, OUT is www/samples

A subset is the first 50 test, or 500 training, images of every class, kept in the set's order: nobody chose them by looking.
Sheets of 500 hold 25 columns x 20 rows, sheets of 5,000 hold 50 x 100, row after row; tiles are 32x32 RGB (CIFAR-10) or
28x28 grey (MNIST), lossless.
"""
import gzip, json, os, sys
import numpy as np
from PIL import Image

GRIDS = {50: (25, 20), 500: (50, 100)}
CIFAR_CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def first_of_each(labels, per_class):
    """Indices of the first `per_class` occurrences of every class, in the set's order."""
    seen, chosen = {}, []
    for i, label in enumerate(labels):
        if seen.setdefault(int(label), 0) < per_class:
            seen[int(label)] += 1
            chosen.append(i)
    return np.array(chosen)


def cifar(data, part):
    """uint8 images [n, 32, 32, 3] and labels of "train" or "test"."""
    records = np.fromfile(f"{data}/cifar10/{part}.bin", np.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), records[:, 0]


def mnist(data, part):
    """uint8 images [n, 28, 28] and labels of "train" or "t10k"."""
    read = lambda name: np.frombuffer(gzip.open(f"{data}/mnist/{name}.gz").read(), np.uint8)
    return read(f"{part}-images-idx3-ubyte")[16:].reshape(-1, 28, 28), read(f"{part}-labels-idx1-ubyte")[8:]


def write_sheet(path, images, labels, classes, credit, licence_note, per_class=50, part="test"):
    chosen = first_of_each(labels, per_class)
    columns, rows = GRIDS[per_class]
    assert len(chosen) == columns * rows
    tiles, tile = images[chosen], images.shape[1]
    grid = tiles.reshape(rows, columns, *tiles.shape[1:]).swapaxes(1, 2)      # rows, y, columns, x, ...
    sheet = grid.reshape(rows * tile, columns * tile, *tiles.shape[3:])
    Image.fromarray(sheet).save(f"{path}.png", optimize=True)
    card = {"labels": labels[chosen].tolist(), "tile": tile, "columns": columns, "count": len(chosen), "classes": classes,
            f"{part}_indices": chosen.tolist(), "credit": credit, "licence_note": licence_note}
    json.dump(card, open(f"{path}.json", "w"))
    print(path, sheet.shape, os.path.getsize(f"{path}.png"), "bytes")


CIFAR = ("CIFAR-10 {} images: Alex Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009; "
         "https://www.cs.toronto.edu/~kriz/cifar.html")
CIFAR_LICENCE = "The data set's authors state no licence; they ask that the technical report be cited. {} {} images."
MNIST = "MNIST {} images: Yann LeCun, Corinna Cortes and Christopher J. C. Burges; http://yann.lecun.com/exdb/mnist/"
MNIST_LICENCE = "The data set's authors state no licence. {} {} images."


def main(data, out):
    os.makedirs(out, exist_ok=True)
    digits = [str(d) for d in range(10)]
    for name, part, count, of, per_class in (("test500", "test", 500, "of the 10,000 test", 50), ("train5000", "train", "5,000", "of the 50,000 training", 500)):
        word = "test" if part == "test" else "training"
        write_sheet(f"{out}/cifar10_{name}", *cifar(data, part), CIFAR_CLASSES, CIFAR.format(word), CIFAR_LICENCE.format(count, of), per_class, part)
        of = of.replace("50,000", "60,000")
        write_sheet(f"{out}/mnist_{name}", *mnist(data, "t10k" if part == "test" else part), digits, MNIST.format(word), MNIST_LICENCE.format(count, of), per_class, part)


if __name__ == "__main__":
    main(*sys.argv[1:])
