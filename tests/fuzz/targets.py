"""What is fuzzed: bytes are made into a file, and the file is given to a reader.

Each target ends well, or in one sentence of an `InputError`; whatever else it raises was found.
What a reader accepts has to be what it promises.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import corpus_carried
import corpus_pictures
import corpus_states
import corpus_weights
import h5py
import numpy as np
import targets_of_runs
from corpus_weights import TINY
from refusing import refused

from nst_numpy import load_image
from nst_numpy.files import bands, opening
from nst_numpy.files.masks import load_mask
from nst_numpy.files.opening import size_and_memory
from nst_numpy.files.states import load_state
from nst_numpy.files.weights import load_weights

MOST_READ = 2**24
"""Pictures that would take more bytes than this are not decoded: they would only take time."""


@contextmanager
def some_rows_at_a_time() -> Iterator[None]:
    """Take every PNG and TIFF for a large one."""
    before = opening.LARGE, bands.ROWS, bands.BYTES
    opening.LARGE, bands.ROWS, bands.BYTES = 1, 2, 1
    try:
        yield
    finally:
        opening.LARGE, bands.ROWS, bands.BYTES = before


def pictures(made: bytes, folder: Path) -> None:
    """Read a picture, and the mask of it."""
    path = folder / "picture"
    path.write_bytes(made)

    def go() -> None:
        (width, height), memory = size_and_memory(path)
        if memory > MOST_READ:
            return
        image = load_image(path)
        assert sorted(image.shape) == sorted((height, width, 3))
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert image.max() <= 1
        for way in (nullcontext, some_rows_at_a_time):
            with way():
                small = load_image(path, size=5)
            assert max(small.shape[:2]) == 5
            assert small.min() >= 0
            assert small.max() <= 1
        mask = load_mask(path, path, (7, 6))
        assert mask.shape == (7, 6)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a colour profile that is of no use
        refused(go)


def sound_weights(path: Path) -> None:
    for layer, (weight, bias) in load_weights(path, TINY).items():
        assert weight.shape == (3, 3, *TINY.channels[layer])
        assert bias.shape == weight.shape[3:]
        for values in (weight, bias):
            assert values.dtype == np.float32
            assert np.isfinite(values).all()


def weights(made: bytes, folder: Path) -> None:
    """Read weights from an HDF5 file of these bytes."""
    path = folder / "weights.h5"
    path.write_bytes(made)
    refused(lambda: sound_weights(path))


def built_weights(made: bytes, folder: Path) -> None:
    """Read weights from an HDF5 file that is sound as such, built as the bytes say."""
    path = folder / "built.h5"
    take = iter(made)
    with h5py.File(path, "w") as file:
        for step in range(8):
            try:
                build(file, take)
            except StopIteration:
                break
            except (ValueError, TypeError, OSError, RuntimeError, KeyError):
                assert step >= 0  # HDF5 itself does not build that
    refused(lambda: sound_weights(path))


PLACES = (
    "conv1_1", "conv1_2", "block1_conv1", "block1_conv2", "conv2d", "conv2d_1", "conv5_4", "x",
    "model_weights", "layers", "vars", "optimizer", "conv2d_12345678901", "block9_conv9",
)  # fmt: skip
ENDS = ("weight", "bias", "kernel:0", "bias:0", "block1_conv1_W_1:0", "b", "vars/0", "vars/1", "W")
SHAPES = ((3, 3, 3, 4), (3, 3, 4, 4), (4,), (), (0,), (4, 3, 3, 3))
TYPES = ("f4", "f8", "f2", "<i4", "?", "c8", "S3", ">f4", "f4", "f4")


def build(file: h5py.File, take: Iterator[int]) -> None:
    """Put one more thing into the file."""

    def one(choices):
        return choices[next(take) % len(choices)]

    parts = [one(PLACES) for _ in range(1 + next(take) % 2)]
    path = "/".join([*parts, one(ENDS)])
    what = next(take) % 12
    if what == 0:
        file[path] = h5py.SoftLink(f"/{one(PLACES)}/{one(ENDS)}")
    elif what == 1:
        file[path] = h5py.ExternalLink("weights.h5", f"/{one(PLACES)}")
    elif what == 2:
        file[path] = file["/"]
    elif what == 3:
        del file[parts[0]]
    elif what == 4:
        file[path] = np.dtype(one(TYPES))
    elif what == 5:
        file.create_dataset(path, one(SHAPES), one(TYPES))
    elif what == 6:
        file.create_group(bytes(next(take) or 1 for _ in range(3)))
    elif what == 7:
        shape = one(SHAPES)
        chunks = tuple(max(1, side) * one((1, 1, 2)) for side in shape) or None
        most = (None,) * len(shape) if shape else None
        file.create_dataset(path, data=np.ones(shape), chunks=chunks, maxshape=most)
    else:
        number = one((0.5, 1.0, -3.0, np.nan, np.inf, 1e300, 1e-300))
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file.create_dataset(path, data=np.full(one(SHAPES), number).astype(one(TYPES)))


def states(made: bytes, folder: Path) -> None:
    """Read the state of an optimizer, and go on from there."""
    path = folder / "state.npz"
    path.write_bytes(made)

    def bowl(x):
        return float((x**2).sum()), 2 * x

    for name, optimizer in corpus_states.OPTIMIZERS.items():

        def go(name: str = name, optimizer=optimizer) -> None:
            state = load_state(optimizer.kind, path)
            if state.x.size > 1000 or not np.isfinite(bowl(state.x)[0]):
                return
            try:
                with np.errstate(all="ignore"):
                    optimizer().step(bowl, state)
            except FloatingPointError:
                pass  # numbers may be so large that J is none

        refused(go)


def built_states(made: bytes, folder: Path) -> None:
    """The same of a sound file in which some arrays are others, as the bytes say."""
    take = iter(made)

    def one(choices):
        return choices[next(take) % len(choices)]

    arrays: dict[str, np.ndarray] = {}
    try:
        name = one(sorted(corpus_states.OPTIMIZERS))
        with np.load(io.BytesIO(corpus_states.sound(name))) as stored:
            arrays = dict(stored)
        for _ in range(8):
            changed(arrays, take, one)
    except StopIteration:
        pass
    file = io.BytesIO()
    np.savez(file, **arrays)
    states(file.getvalue(), folder)


VALUES = (0, 1, -1, 3, 0.5, np.nan, np.inf, 1e300, 2**40, "", "LBFGSState", True, 1j)


def changed(arrays: dict[str, np.ndarray], take: Iterator[int], one) -> None:
    """Change one array, or leave it out."""
    key = one([*sorted(arrays), "s.0", "s.2", "sy.1", "m", "note", "kind"])
    what = next(take) % 6
    if what == 0:
        arrays.pop(key, None)
    elif what == 1:
        arrays[key] = arrays.get(one(sorted(arrays)) if arrays else key, np.zeros(3))
    elif what == 2:
        arrays[key] = np.full(one(((), (0,), (1,), (4, 5, 3), (60,), (5, 4, 3))), one(VALUES))
    elif key not in arrays or arrays[key].dtype.kind != "f" or not arrays[key].size:
        return
    elif what == 3:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            arrays[key] = arrays[key].astype(one(("f4", "f2", "i4", "U5", "S2", "?")))
    else:
        values = arrays[key].copy()
        values.flat[next(take) % values.size] = float(one(VALUES[:8]))
        arrays[key] = values


TARGETS = {
    **targets_of_runs.TARGETS,
    "pictures": pictures, "weights": weights, "built-weights": built_weights, "states": states,
    "built-states": built_states,
}  # fmt: skip

SOUND = {
    **targets_of_runs.SOUND,
    "pictures": lambda: [
        *(corpus_pictures.encoded(name) for name in corpus_pictures.ENCODINGS),
        *(corpus_carried.sixteen(suffix, n_C) for suffix in (".png", ".tif") for n_C in (3, 4)),
    ],
    "weights": lambda: [corpus_weights.sound(packed) for packed in (False, True)],
    "built-weights": lambda: [bytes(range(k, k + 60)) for k in (0, 50, 100)],
    "states": lambda: [corpus_states.sound(name) for name in corpus_states.OPTIMIZERS],
    "built-states": lambda: [bytes(range(k, k + 30)) for k in (0, 50, 100)],
}
"""With what each begins."""
