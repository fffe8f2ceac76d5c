"""HDF5 files with every kind of damage, and with what no program writes."""

import random
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import h5py
import numpy as np
from corpus_case import WELL, Case, damages

from nst_numpy.files.weights import load_weights
from nst_numpy.network import Network

TINY = Network("tiny", (("conv1_1", 3, 4), ("conv1_2", 4, 4)))
DAMAGED = (
    r"is not an HDF5 file: it begins b'.*', expected b'.x89HDF",
    r"is truncated: it has \d+ bytes, expected \d+\.$",
    r"is a damaged HDF5 file \(.*\)\.$",
    r"cannot be read \(.*\)\.$",
    r"holds no convolution under a known name, expected conv1_1 ",
    r"lacks |holds .* twice",
    r"holds .*, expected (floating-point|finite) numbers\.$",
    r"has the shape .*, expected ",
    r"has never been written, or not all of it\.$",
    r"in chunks of .*, expected smaller chunks\.$",
    r"is kept in another file, expected one file",
    r"leads to another file",
    r"nests its groups deeper than \d+\.$",
    r"holds a name that is not UTF-8",
    r"open in another program",
    r"is empty\.$",
)
Change = Callable[[h5py.File, Path], object]


def write(path: Path, change: Change | None = None, **options) -> None:
    """Write a sound file of the tiny network, and change it."""
    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        for layer, (n_C_in, n_C_out) in TINY.channels.items():
            for name, shape in (("weight", (3, 3, n_C_in, n_C_out)), ("bias", (n_C_out,))):
                values = rng.random(shape).astype(np.float32)
                file.create_dataset(f"{layer}/{name}", data=values, **options)
        if change:
            change(file, path.parent)


@cache
def sound(compressed: bool) -> bytes:
    """The bytes of a sound file."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        options = {"compression": "gzip", "shuffle": True, "fletcher32": True} if compressed else {}
        write(Path(folder) / "sound.h5", **options)
        return (Path(folder) / "sound.h5").read_bytes()


def read(made: bytes | Change | None, folder: Path) -> None:
    """Read a file: what is read are the tiny network's finite numbers."""
    path = folder / "weights.h5"
    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        write(path, made)
    for layer, (weight, bias) in load_weights(path, TINY).items():
        assert weight.shape == (3, 3, *TINY.channels[layer])
        for values in (weight, bias):
            assert values.dtype == np.float32
            assert np.isfinite(values).all()


def put(place: str, make: Callable[[h5py.File, str, tuple[int, ...]], object]) -> Change:
    """Replace one dataset."""

    def change(file: h5py.File, folder: Path) -> None:
        shape = file[place].shape
        del file[place]
        make(file, place, shape)

    return change


def filled(value, dtype, **options):
    """Make a dataset of one value."""
    return lambda file, place, shape: file.create_dataset(
        place, data=np.full(shape, value, dtype), **options
    )


def shaped(shape):
    """Make a dataset of another shape."""
    return lambda file, place, _: file.create_dataset(place, shape, "f4", data=np.zeros(shape))


def external(name):
    """Make a dataset whose numbers are in another file."""
    return lambda file, place, shape: file.create_dataset(
        place, shape, "f4", external=[(name, 0, h5py.h5f.UNLIMITED)]
    )


def virtual(name):
    """Make a dataset that is put together from another."""

    def make(file, place, shape):
        layout = h5py.VirtualLayout(shape, "f4")
        layout[:] = h5py.VirtualSource(name, "x", shape)
        file.create_virtual_dataset(place, layout)

    return make


REFUSED = {
    "int": (filled(1, "i4"), "expected floating-point numbers"),
    "bool": (filled(1, "?"), "expected floating-point numbers"),
    "complex": (filled(1, "c8"), "expected floating-point numbers"),
    "text": (filled(b"a", "S3"), "expected floating-point numbers"),
    "nan": (filled(np.nan, "f4"), "NaN or infinite"),
    "infinite": (filled(np.inf, "f4"), "NaN or infinite"),
    "too-large": (filled(1e300, "f8"), "NaN or infinite"),
    "scalar": (lambda f, p, _: f.create_dataset(p, data=1.0), "has the shape"),
    "no-shape": (lambda f, p, _: f.create_dataset(p, data=h5py.Empty("f4")), "has the shape None"),
    "empty": (shaped((0,)), "has the shape"),
    "one-more": (shaped((3, 3, 4, 5)), "has the shape"),
    "channels-first": (shaped((4, 3, 3, 3)), "has the shape"),
    "huge": (lambda f, p, _: f.create_dataset(p, (2**40,), "f4", chunks=(4,)), "has the shape"),
    "unwritten": (lambda f, p, s: f.create_dataset(p, s, "f4"), "has never been written"),
    "unwritten-chunks": (
        lambda f, p, s: f.create_dataset(p, s, "f4", chunks=s), "has never been written"
    ),
    "external": (external("/etc/hostname"), "kept in another file"),
    "external-nothing": (external("nothing.raw"), "kept in another file"),
    "virtual": (virtual("nothing.h5"), "kept in another file"),
    "virtual-itself": (virtual("."), "kept in another file"),
    "missing": (lambda f, p, s: None, "lacks "),
    "group": (lambda f, p, _: f.create_group(p), "lacks "),
    "soft-link": (lambda f, p, _: f.update({p: h5py.SoftLink("/nowhere")}), "lacks "),
    "link-circle": (lambda f, p, _: f.update({p: h5py.SoftLink(f"/{p}")}), "lacks "),
    "external-link": (
        lambda f, p, _: f.update({p: h5py.ExternalLink("other.h5", "x")}), "leads to another file"
    ),
    "link-to-itself": (
        lambda f, p, _: f.update({p: h5py.ExternalLink("weights.h5", p)}), "leads to another file"
    ),
    "packed": (
        lambda f, p, s: f.create_dataset(
            p, s, "f4", data=np.zeros(s), maxshape=(None,) * len(s), compression="gzip",
            chunks=(256,) * min(len(s), 3) + (1,) * (len(s) - 3) if len(s) > 1 else (2**24,),
        ), "expected smaller chunks"
    ),
}  # fmt: skip
WHOLE = {
    "nothing": (lambda f, _: f.clear(), "holds no convolution"),
    "twice": (lambda f, _: f.copy("conv1_1", "other/conv1_1"), "twice"),
    "keras-too": (lambda f, _: f.copy("conv1_2/bias", "block1_conv2/block1_conv2/bias:0"), "twice"),
    "deep": (lambda f, _: f.create_group("/".join("x" * 100)), "nests its groups deeper"),
    "not-utf-8": (lambda f, _: f.create_group(b"\xff\xfe"), "not UTF-8"),
    "bell": (lambda f, _: f.move("conv1_1", "\x1b[2J\a"), "lacks "),
    "long-name": (lambda f, _: f.create_group("x" * 60_000), WELL),
    "group-circle": (lambda f, _: f.update({"x/y/z": f["/"]}), WELL),
    "optimizer": (lambda f, _: f.create_dataset("optimizer/conv1_1/weight", data=1), WELL),
    "named-type": (lambda f, _: f.update({"kind": np.dtype("f4")}), WELL),
    "numbered": (lambda f, _: f.create_dataset("conv2d_" + "9" * 5000 + "/kernel", data=1), WELL),
}


def cases() -> Iterator[Case]:
    """Sound files, damaged ones, and each strange dataset in each place."""
    for compressed in (False, True):
        name = "packed" if compressed else "plain"
        yield Case("weights", f"{name}-sound", partial(read, sound(compressed)), (WELL,))
        rng = random.Random(name)
        for how, made in damages(sound(compressed), rng, cuts=24, flips=120):
            yield Case("weights", f"{name}-{how}", partial(read, made), (WELL, *DAMAGED))
    for place in ("conv1_1/weight", "conv1_2/weight", "conv1_1/bias", "conv1_2/bias"):
        for name, (make, sentence) in REFUSED.items():
            at = place.replace("/", "-")
            yield Case("weights", f"{at}-{name}", partial(read, put(place, make)), (sentence,))
    for name, (change, sentence) in WHOLE.items():
        yield Case("weights", name, partial(read, change), (sentence,))
