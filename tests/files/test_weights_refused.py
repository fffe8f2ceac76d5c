"""Files of weights that are damaged, incomplete, or hold what no program writes."""

import os
import re
import subprocess
import sys

import h5py
import numpy as np
import pytest
from keras_files import LAYERS, fill, refusal
from networks import VGG16

from nst_numpy.errors import InputError
from nst_numpy.files.embedded import embedded
from nst_numpy.files.weights import load_weights


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.h5"


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


@pytest.mark.long
def test_damage_anywhere_is_a_sentence_or_harmless(path):
    """Zeros over any part of the skeleton of the file never end in a traceback."""
    whole = fill(path).read_bytes()
    for start in range(0, min(len(whole), 40_000), 997):
        path.write_bytes(whole[:start] + bytes(64) + whole[start + 64 :])
        try:
            load_weights(path)
        except InputError as error:
            assert str(error).startswith(str(path))  # noqa: PT017


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


def test_a_chunk_may_be_larger_than_what_is_in_it(path):
    """As a program writes it that does not know how much is to come."""

    def in_one_chunk(file, name, shape):
        data = np.linspace(0, 1, *shape, dtype=np.float32)
        file.create_dataset(name, data=data, maxshape=(None,), chunks=(2**16,))

    put(path, "conv1_1/bias", in_one_chunk)
    np.testing.assert_array_equal(
        load_weights(path)["conv1_1"][1], np.linspace(0, 1, 64, dtype="f4")
    )


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
