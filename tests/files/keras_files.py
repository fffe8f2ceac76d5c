"""Files of VGG-19's weights in every layout, and what is said of those that are refused."""

import h5py
import pytest

from nst_numpy.errors import InputError
from nst_numpy.files.weights import load_weights
from nst_numpy.network import VGG19

LAYERS = list(VGG19.channels)


def keras(layer):
    return f"block{layer[4]}_conv{layer[6]}"


def counted(layer):
    n = LAYERS.index(layer)
    return "conv2d" if n == 0 else f"conv2d_{n}"


def pair(form):
    """Make a function layer -> (path of its weight, path of its bias)."""

    def paths(layer):
        names = {"own": layer, "name": keras(layer), "count": counted(layer)}
        weight, bias = form.split()
        return weight.format(**names), (weight.rpartition("/")[0] + "/" + bias).format(**names)

    return paths


LAYOUTS = {
    "own": ("nst_numpy", pair("{own}/weight bias")),
    "W_1": ("Keras 1", pair("{name}/{name}_W_1:0 {name}_b_1:0")),
    "W": ("Keras 1", pair("{name}/{name}_W:0 {name}_b:0")),
    "kernel:0": ("Keras 2", pair("{name}/{name}/kernel:0 bias:0")),
    "kernel": ("Keras 2", pair("{name}/{name}/kernel bias")),
    "model_weights": ("Keras 2", pair("model_weights/{name}/{name}/kernel:0 bias:0")),
    "inside another model": ("Keras 2", pair("model_weights/vgg19/{name}/kernel:0 bias:0")),
    "counted, Keras 2": ("Keras 2", pair("{count}/{count}/kernel:0 bias:0")),
    "Keras 3": ("Keras 3", pair("layers/{name}/vars/0 1")),
    "Keras 3, counted": ("Keras 3", pair("layers/{count}/vars/0 1")),
    "Keras 3, inside": ("Keras 3", pair("layers/functional/layers/{count}/vars/0 1")),
    "Keras 2.13": ("Keras 3", pair("_layer_checkpoint_dependencies/{count}/vars/0 1")),
}


def number(layer, role):
    """Give each tensor a value of its own, exact in float16."""
    return LAYERS.index(layer) + (1 if role == "weight" else 0.5)


def fill(path, layout="own", layers=LAYERS, change=None, shapes_of=None):
    """Write a file of the right shapes that holds, but for `change`, one value in each tensor.

    `change` is {(layer, role): arguments of create_dataset, or None to leave the tensor out}. The
    values are HDF5 fill values, packed: the file stays small. `shapes_of` is {layer: the layer
    whose shape it has}, where that is another.
    """
    with h5py.File(path, "w") as file:
        for layer in layers:
            n_C_in, n_C_out = VGG19.channels[(shapes_of or {}).get(layer, layer)]
            shapes = {"weight": (3, 3, n_C_in, n_C_out), "bias": (n_C_out,)}
            for role, name in zip(shapes, LAYOUTS[layout][1](layer), strict=True):
                stored = {"shape": shapes[role], "dtype": "f4", "fillvalue": number(layer, role)}
                changed = (change or {}).get((layer, role), {})
                if changed is not None:
                    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
                    stored |= {"dcpl": early} | changed
                    if stored["shape"] and "chunks" not in stored:
                        stored["chunks"] = tuple(min(n, 64) for n in stored["shape"])
                        stored["compression"] = 1
                    file.create_dataset(name, **stored)
    return path


def refusal(path, network=VGG19):
    with pytest.raises(InputError) as error:
        load_weights(path, network)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    return sentence.removeprefix(str(path))
