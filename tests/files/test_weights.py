import os
import re
import subprocess
import sys

import h5py
import numpy as np
import pytest
from networks import NARROW, VGG16, random_weights

from nst_numpy.errors import InputError
from nst_numpy.files.description import describe_weights
from nst_numpy.files.embedded import embedded
from nst_numpy.files.weights import load_weights
from nst_numpy.network import VGG19, Network

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


def test_missing_file(path):
    assert refusal(path) == " does not exist."


def test_folder(tmp_path):
    assert refusal(tmp_path) == " is a folder, not a file."


def test_empty_file(path):
    path.touch()
    assert refusal(path) == " is empty."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipe(path):
    os.mkfifo(path)
    assert refusal(path) == " is not a regular file."


def test_name_that_is_too_long(tmp_path):
    assert " cannot be read (" in refusal(tmp_path / ("x" * 5000))


def test_another_kind_of_file(path):
    path.write_bytes(b"version https://git-lfs")
    assert refusal(path) == (
        r" is not an HDF5 file: it begins b'version ', expected b'\x89HDF\r\n\x1a\n'."
    )


@pytest.mark.parametrize("size", [200, 1_000_000])
def test_truncated_file(path, size):
    path.write_bytes(embedded("weights/vgg19.h5").read_bytes()[:size])
    assert refusal(path) == f" is truncated: it has {size} bytes, expected 34631348."


def test_only_a_signature(path):
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    assert refusal(path).startswith(" is a damaged HDF5 file (")


WRITER = """
import sys, h5py
with h5py.File(sys.argv[1], "r+"):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="locks of Linux")
def test_a_file_that_another_program_writes(path, monkeypatch):
    monkeypatch.setenv("HDF5_USE_FILE_LOCKING", "TRUE")
    fill(path)
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        writer.stdout.readline()
        assert refusal(path) == " is open in another program, which writes it."


def test_damaged_numbers(path):
    with h5py.File(fill(path, layers=LAYERS[1:]), "a") as file:
        noise = np.random.default_rng(0).normal(size=(3, 3, 3, 64))
        file.create_dataset("conv1_1/weight", data=noise, chunks=noise.shape, compression="gzip")
        file["conv1_1/bias"] = np.zeros(64)
        chunk = file["conv1_1/weight"].id.get_chunk_info(0)
    content = bytearray(path.read_bytes())
    middle = chunk.byte_offset + chunk.size // 2
    content[middle : middle + 64] = bytes(64)
    path.write_bytes(content)
    assert refusal(path).startswith(": conv1_1 weight (/conv1_1/weight) cannot be read (")


def test_damage_anywhere_is_a_sentence_or_harmless(path):
    """Zeros over any part of the skeleton of the file never end in a traceback."""
    whole = fill(path).read_bytes()
    for start in range(0, min(len(whole), 40_000), 997):
        path.write_bytes(whole[:start] + bytes(64) + whole[start + 64 :])
        try:
            load_weights(path)
        except InputError as error:
            assert str(error).startswith(str(path))  # noqa: PT017


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


def put(path, name, make):
    """Write a file of which one dataset is made in another way."""
    fill(path)
    with h5py.File(path, "a") as file:
        shape = file[name].shape
        del file[name]
        make(file, name, shape)


def never_written(file, name, shape):
    file.create_dataset(name, shape, "f4")


def written_in_part(file, name, shape):
    file.create_dataset(name, shape, "f4", chunks=(8,))[:8] = 1


def raw_data_elsewhere(file, name, shape):
    file.create_dataset(name, shape, "f4", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def virtual(file, name, shape):
    layout = h5py.VirtualLayout(shape, "f4")
    layout[:] = h5py.VirtualSource(file.filename, name, shape)  # itself
    file.create_virtual_dataset(name, layout)


def in_huge_chunks(file, name, shape):
    chunks = (2**28,)  # of 1 GiB, of which nothing is in the file
    file.create_dataset(name, shape, "f4", maxshape=(None,), chunks=chunks, compression="gzip")
    file[name].id.write_direct_chunk((0,), b"damaged")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (never_written, "has never been written, or not all of it."),
        (written_in_part, "has never been written, or not all of it."),
        (raw_data_elsewhere, "is kept in another file, expected one file that holds all numbers."),
        (virtual, "is kept in another file, expected one file that holds all numbers."),
        (in_huge_chunks, "is 256 bytes in chunks of 1,073,741,824, expected smaller chunks."),
    ],
)
def test_numbers_that_are_not_in_the_file(path, make, sentence):
    put(path, "conv1_1/bias", make)
    assert refusal(path) == f": conv1_1 bias (/conv1_1/bias) {sentence}"


def test_a_damaged_index_of_chunks(path):
    """HDF5 meets it while it counts what has been written, before it reads a number."""
    put(path, "conv1_1/bias", lambda file, name, shape: file.create_dataset(
        name, data=np.ones(shape, np.float32), chunks=(8,)
    ))  # fmt: skip
    content = path.read_bytes()
    assert b"TREE\1" in content
    path.write_bytes(content.replace(b"TREE\1", b"BUSH\1"))
    assert re.match(r": conv\d_\d \w+ \(/.*\) cannot be read \(.*B-tree.*\)\.$", refusal(path))


def test_a_link_to_another_file(path, tmp_path):
    fill(tmp_path / "other.h5")

    def link(file, name, _):
        file[name] = h5py.ExternalLink(str(tmp_path / "other.h5"), name)

    put(path, "conv3_1/weight", link)
    assert refusal(path) == (
        " leads to another file at /conv3_1/weight; expected one that holds its numbers itself."
    )


def test_names_that_no_program_writes(path):
    fill(path)
    with h5py.File(path, "a") as file:
        h5py.h5g.create(file.id, b"\xff")
    assert refusal(path) == r" holds a name that is not UTF-8, b'\xff'."
    fill(path)
    with h5py.File(path, "a") as file:
        file.create_group("/".join(["group"] * 5000))
    assert refusal(path) == " nests its groups deeper than 16."


def test_a_number_too_long_to_count(path):
    with h5py.File(path, "w") as file:
        file[f"conv2d_{'9' * 5000}/kernel:0"] = np.zeros(3)
    assert " holds no convolution under a known name" in refusal(path)


def test_a_group_that_holds_itself(path):
    fill(path)
    with h5py.File(path, "a") as file:
        file["conv1_1/round"] = file["/"]
    assert list(load_weights(path)) == LAYERS


def test_missing_layer_of_vgg16(path):
    fill(path, layers=LAYERS[:3])
    assert refusal(path, VGG16) == (
        " lacks conv2_2 weight: it holds 3 convolutions, expected the 13 of VGG-16."
    )


def test_missing_layer(path):
    fill(path, layers=LAYERS[:-1])
    assert refusal(path) == (
        " lacks conv5_4 weight: it holds 15 convolutions, expected the 16 of VGG-19."
    )


def test_missing_bias(path):
    fill(path, change={("conv2_2", "bias"): None})
    assert refusal(path) == " lacks conv2_2 bias, though its weight is there."


def test_layer_that_is_there_twice(path):
    with h5py.File(fill(path), "a") as file:
        file["copy/block4_conv2/kernel:0"] = np.zeros(3)
    assert refusal(path) == (
        " holds conv4_2 weight twice, as /conv4_2/weight and /copy/block4_conv2/kernel:0, "
        "expected one."
    )


def test_another_network(path):
    with h5py.File(path, "w") as file:
        for n in range(4):
            file[f"features.{n}.weight"] = np.zeros(3)
    assert refusal(path) == (
        " holds no convolution under a known name, expected conv1_1 … conv5_4 or block1_conv1 … "
        "block5_conv4; its datasets are features.0.weight, features.1.weight, features.2.weight …."
    )


def test_file_without_datasets(path):
    h5py.File(path, "w").close()
    assert refusal(path).endswith("its datasets are none.")


def test_wrong_shape(path):
    fill(path, "W_1", change={("conv1_1", "weight"): {"shape": (64, 3, 3, 3)}})
    assert refusal(path) == (
        ": conv1_1 weight (/block1_conv1/block1_conv1_W_1:0) has the shape (64, 3, 3, 3), "
        "expected (3, 3, 3, 64)."
    )


def test_wrong_shape_of_a_bias(path):
    fill(path, change={("conv5_1", "bias"): {"shape": ()}})
    assert refusal(path) == ": conv5_1 bias (/conv5_1/bias) has the shape (), expected (512,)."


@pytest.mark.parametrize(
    ("dtype", "found"), [("S8", "|S8"), ("i1", "int8"), ("c8", "complex64"), ("?", "bool")]
)
def test_numbers_that_are_not_floating_point(path, dtype, found):
    fill(path, change={("conv4_3", "weight"): {"dtype": dtype, "fillvalue": None}})
    assert refusal(path) == (
        f": conv4_3 weight (/conv4_3/weight) holds {found}, expected floating-point numbers."
    )


def of_times():
    return h5py.h5t.UNIX_D32LE


def of_too_many_digits():
    kind = h5py.h5t.IEEE_F64LE.copy()
    kind.set_size(16)
    kind.set_precision(128)
    kind.set_fields(127, 120, 7, 0, 120)  # on some machines there is a float of 113 bits
    return kind


@pytest.mark.parametrize("kind", [of_times, of_too_many_digits])
def test_numbers_that_numpy_does_not_know(path, kind):
    def make(file, name, shape):
        space = h5py.h5s.create_simple(shape)
        h5py.h5d.create(file.id, name.encode(), kind(), space)

    put(path, "conv1_1/bias", make)
    assert refusal(path) == (
        ": conv1_1 bias (/conv1_1/bias) holds a type that NumPy does not have, expected "
        "floating-point numbers."
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite(path, value):
    with h5py.File(fill(path), "a") as file:
        file["conv2_1/bias"][3:5] = value
    assert refusal(path) == (
        ": conv2_1 bias (/conv2_1/bias) holds 2 values of 128 that are NaN or infinite, "
        "expected finite numbers."
    )


def test_number_too_large_for_float32(path):
    fill(path, change={("conv1_1", "bias"): {"dtype": "f8", "fillvalue": 1e300}})
    assert "holds 64 values of 64 that are NaN or infinite" in refusal(path)


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
