"""A network that Vitrine saved, opened in PyTorch: the small ResNet of train_small.py, or LeNet-5.

    python open_saved.py NETWORK FILE INPUT LOGITS

NETWORK is resnet20 or lenet5, FILE a safetensors file of run.save(), INPUT the float32 values that the network was given, LOGITS those that it
answered with. Loads FILE with strict=True into the network's own constructor, for as many classes as there are logits, and prints the largest
difference; ends with 1 where that is above 1e-4, and with 77 where PyTorch or safetensors is not installed.
"""
import sys

TOLERANCE, MISSING = 1e-4, 77


def main():
    try:
        import numpy as np, torch
        from safetensors.torch import load_file
    except ImportError as error:
        print(error)
        return MISSING
    from train_small import LeNet5, ResNet20
    name, file, given, answered = sys.argv[1:]
    torch.set_num_threads(1)
    read = lambda path: torch.from_numpy(np.fromfile(path, dtype="<f4"))
    x, logits = read(given), read(answered)
    model, shape = {"resnet20": lambda: (ResNet20(len(logits)), (1, 3, 32, 32)), "lenet5": lambda: (LeNet5(), (1, 1, 32, 32))}[name]()
    model.load_state_dict(load_file(file), strict=True)
    with torch.no_grad():
        difference = (model.eval()(x.reshape(shape)).flatten() - logits).abs().max().item()
    print(f"{difference:.2e}")
    return 0 if difference < TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
