"""Weights of every layout, of other networks, and the canonical ones."""

import h5py
import numpy as np
import pytest
from keras_files import LAYERS, LAYOUTS, fill, number, refusal
from networks import NARROW, VGG16, random_weights

from nst_numpy.errors import InputError
from nst_numpy.files.description import describe_weights
from nst_numpy.files.embedded import embedded
from nst_numpy.files.weights import load_weights
from nst_numpy.network import VGG19, Network


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.h5"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_every_layer(path, layout):
    weights = load_weights(fill(path, layout))
    assert list(weights) == LAYERS
    for layer, (weight, bias) in weights.items():
        n_C_in, n_C_out = VGG19.channels[layer]
        assert weight.shape == (3, 3, n_C_in, n_C_out)
        assert bias.shape == (n_C_out,)
        assert weight.dtype == bias.dtype == np.float32
        assert weight[0, 0, 0, 0] == weight[2, 2, -1, -1] == number(layer, "weight")
        assert bias[0] == bias[-1] == number(layer, "bias")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_is_named(path, layout):
    assert describe_weights(fill(path, layout)).layout == LAYOUTS[layout][0]


@pytest.mark.parametrize("dtype", ["<f2", "<f8", ">f4"])
def test_stored_dtype_does_not_matter(path, dtype):
    fill(path, change={("conv3_2", "weight"): {"dtype": dtype}})
    weight, _ = load_weights(path)["conv3_2"]
    assert weight.dtype == np.dtype("float32")
    assert weight[1, 1, 1, 1] == number("conv3_2", "weight")


def test_dense_top_and_optimizer_are_passed_over(path):
    fill(path, "model_weights")
    with h5py.File(path, "a") as file:
        file["model_weights/fc1/fc1/kernel:0"] = np.ones((4, 4))
        file["model_weights/predictions/predictions/bias:0"] = np.ones(4)
        file["optimizer_weights/Adam/block1_conv1/kernel:0"] = np.zeros((3, 3, 3, 64))
        file["model_weights/top_level_model_weights/seed"] = [1, 2]
    assert list(load_weights(path)) == LAYERS


def test_dense_top_and_optimizer_are_passed_over_in_keras_3(path):
    fill(path, "Keras 3, counted")
    with h5py.File(path, "a") as file:
        file["layers/dense/vars/0"] = np.ones((4, 4))
        file["optimizer/vars/1"] = np.zeros((3, 3, 3, 64))
        file.create_group("layers/max_pooling2d/vars")
    assert list(load_weights(path)) == LAYERS


def test_vgg16(path):
    fill(path, "kernel:0", [layer for layer in LAYERS if layer[6] != "4"])
    assert refusal(path) == (
        " lacks conv3_4 weight: it holds 13 convolutions, as VGG-16 has, expected the 16 of VGG-19."
    )


def test_vgg16_that_only_counts(path):
    fill(path, "Keras 3, counted", LAYERS[:13])
    assert refusal(path) == (" holds 13 convolutions, as VGG-16 has, expected the 16 of VGG-19.")


@pytest.mark.parametrize("layout", ["own", "kernel:0", "Keras 3, counted"])
def test_vgg16_where_it_is_asked_for(path, layout):
    """A file that only counts has the names conv2d … conv2d_12, and the shapes of VGG-16."""
    layers = LAYERS[:13] if "counted" in layout else list(VGG16.channels)
    fill(path, layout, layers, shapes_of=dict(zip(layers, VGG16.channels, strict=True)))
    weights = load_weights(path, VGG16)
    assert list(weights) == list(VGG16.channels)
    for layer, (n_C_in, n_C_out) in VGG16.channels.items():
        assert weights[layer][0].shape == (3, 3, n_C_in, n_C_out)
    assert len(describe_weights(path, VGG16).layers) == 13
    assert not describe_weights(path, VGG16).canonical


def test_of_a_larger_file_a_smaller_network_takes_what_it_needs(path):
    lower = Network("VGG-19 up to conv3_1", VGG19.table[:7])
    weights = load_weights(fill(path), lower)
    assert list(weights) == list(lower.channels)
    assert weights["conv3_1"][1][0] == number("conv3_1", "bias")


def test_a_network_with_other_names_is_read_by_its_own(path):
    network = Network("Two", (("first", 3, 5), ("pool", 5, 5), ("second", 5, 2)))
    with h5py.File(path, "w") as file:
        for layer, (weight, bias) in random_weights(network, dtype="float32").items():
            file[f"{layer}/weight"], file[f"{layer}/bias"] = weight, bias
    for layer, pair in random_weights(network, dtype="float32").items():
        for found, expected in zip(load_weights(path, network)[layer], pair, strict=True):
            np.testing.assert_array_equal(found, expected)


def test_another_network_of_the_same_names_is_refused_by_its_shapes(path):
    fill(path)
    assert refusal(path, NARROW) == (
        ": conv1_1 weight (/conv1_1/weight) has the shape (3, 3, 3, 64), expected (3, 3, 3, 8)."
    )


def test_embedded_weights_are_the_canonical_ones(weights):
    weight, bias = weights["conv1_1"]
    assert weight[0, 0, :, 0] == pytest.approx([0.34119523, 0.46418372, 0.39416704], rel=1e-3)
    assert bias[:3] == pytest.approx([0.7301776, 0.06493629, 0.03428847], rel=1e-3)
    assert sum(w.size + b.size for w, b in weights.values()) == 20_024_384


def test_description_of_the_embedded_weights():
    description = describe_weights()
    assert description.canonical
    assert description.layout == "nst_numpy"
    assert description.parameters == 20_024_384
    assert description.bytes == 34_631_348
    assert description.sha256 in embedded("weights/README.md").read_text(encoding="utf-8")
    assert [row.layer for row in description.layers] == LAYERS
    row = description.layers[9]
    assert (row.place, row.dtype, row.shape) == ("/conv4_2/weight", "float16", (3, 3, 512, 512))
    assert row.parameters == 9 * 512 * 512 + 512
    assert row.low == pytest.approx(-0.112, abs=1e-3)
    assert row.high == pytest.approx(0.390, abs=1e-3)
    assert row.rms == pytest.approx(6.32e-3, rel=1e-2)
    assert row.bias_low < 0 < row.bias_high


def test_canonical_network_is_known_in_another_layout_and_precision(path, weights):
    with h5py.File(path, "w") as file:
        for layer, tensors in weights.items():
            for name, values in zip(LAYOUTS["kernel:0"][1](layer), tensors, strict=True):
                # as in the original: float32 that float16 can only approach
                file[name] = values * np.float32(1 + 1e-5)
    assert describe_weights(path).canonical
    with h5py.File(path, "a") as file:
        file["block5_conv4/block5_conv4/bias:0"][7] += 0.01
    assert not describe_weights(path).canonical


def test_the_weights_of_another_network_are_refused():
    """Those of VGG-16 have the names and shapes of some of VGG-19's, and mean something else."""
    sixteen = Network("VGG-16", tuple(row for row in VGG19.table if not row[0].endswith("_4")))
    with pytest.raises(InputError, match=r"holds conv3_4, which VGG-16 does not have"):
        load_weights(embedded("weights/vgg19.h5"), sixteen)
