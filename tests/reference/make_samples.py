"""Write the bundled test subsets, sheets of 500 test images as PNG with a JSON card beside each.

    python make_samples.py DATA OUT        DATA is what fetch_data.py writes, OUT is www/samples

The subset is the first 50 test images of every class, kept in test-set order: nobody chose them by looking.
Sheets hold 25 columns x 20 rows, row after row; tiles are 32x32 RGB (CIFAR-10) or 28x28 grey (MNIST), lossless.
"""
import gzip, json, os, sys
import numpy as np
from PIL import Image

COLUMNS, ROWS, PER_CLASS = 25, 20, 50
CIFAR_CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def first_of_each(labels, per_class=PER_CLASS):
    """Indices of the first `per_class` occurrences of every class, in test order."""
    seen, chosen = {}, []
    for i, label in enumerate(labels):
        if seen.setdefault(int(label), 0) < per_class:
            seen[int(label)] += 1
            chosen.append(i)
    return np.array(chosen)


def cifar_test(data):
    """uint8 images [10000, 32, 32, 3] and labels."""
    records = np.fromfile(f"{data}/cifar10/test.bin", np.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), records[:, 0]


def mnist_test(data):
    """uint8 images [10000, 28, 28] and labels."""
    read = lambda name: np.frombuffer(gzip.open(f"{data}/mnist/{name}.gz").read(), np.uint8)
    return read("t10k-images-idx3-ubyte")[16:].reshape(-1, 28, 28), read("t10k-labels-idx1-ubyte")[8:]


def write_sheet(path, images, labels, classes, credit, licence_note):
    chosen = first_of_each(labels)
    assert len(chosen) == COLUMNS * ROWS
    tiles, tile = images[chosen], images.shape[1]
    grid = tiles.reshape(ROWS, COLUMNS, *tiles.shape[1:]).swapaxes(1, 2)      # rows, y, columns, x, ...
    sheet = grid.reshape(ROWS * tile, COLUMNS * tile, *tiles.shape[3:])
    Image.fromarray(sheet).save(f"{path}.png", optimize=True)
    card = {"labels": labels[chosen].tolist(), "tile": tile, "columns": COLUMNS, "count": len(chosen), "classes": classes,
            "test_indices": chosen.tolist(), "credit": credit, "licence_note": licence_note}
    json.dump(card, open(f"{path}.json", "w"))
    print(path, sheet.shape, os.path.getsize(f"{path}.png"), "bytes")


def main(data, out):
    os.makedirs(out, exist_ok=True)
    write_sheet(f"{out}/cifar10_test500", *cifar_test(data), CIFAR_CLASSES,
                "CIFAR-10 test images: Alex Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009; "
                "https://www.cs.toronto.edu/~kriz/cifar.html",
                "The data set's authors state no licence; they ask that the technical report be cited. 500 of the 10,000 test images.")
    write_sheet(f"{out}/mnist_test500", *mnist_test(data), [str(d) for d in range(10)],
                "MNIST test images: Yann LeCun, Corinna Cortes and Christopher J. C. Burges; http://yann.lecun.com/exdb/mnist/",
                "The data set's authors state no licence. 500 of the 10,000 test images.")


if __name__ == "__main__":
    main(*sys.argv[1:])
