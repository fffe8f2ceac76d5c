"""An HDF5 file from anywhere: opened, walked, and refused if its numbers are not in it.

The format can do more than weights need: a file may lead to any other file, leave out what it says
it has, and unpack to gigabytes.
"""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nst_numpy.errors import InputError
from nst_numpy.files.reading import first_bytes

if TYPE_CHECKING:
    import h5py

SIGNATURE = b"\x89HDF\r\n\x1a\n"

MOST_PARTS = 16
"""How many names a path has at most; Keras comes to about 8."""

LARGEST_CHUNK = 2**20
"""How many bytes a chunk may have, however little is in it."""

DAMAGED = (OSError, RuntimeError, KeyError, ValueError, TypeError, SystemError)
"""What h5py raises where a file is damaged."""


@contextmanager
def open_hdf5(path: Path) -> Iterator["h5py.File"]:
    """Open an HDF5 file for reading, or say in an `InputError` why that is impossible."""
    import h5py

    start = first_bytes(path)
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        if not start.startswith(SIGNATURE):
            raise InputError(
                f"{path} is not an HDF5 file: it begins {start[:8]!r}, expected {SIGNATURE!r}."
            ) from None
        sizes = re.search(r"truncated file: eof = (\d+),.* stored_eof = (\d+)", str(error))
        if sizes:
            raise InputError(
                f"{path} is truncated: it has {sizes[1]} bytes, expected {sizes[2]}."
            ) from None
        if isinstance(error, BlockingIOError):  # it is locked
            raise InputError(f"{path} is open in another program, which writes it.") from None
        raise InputError(f"{path} is a damaged HDF5 file ({error}).") from error
    with file:
        yield file


def walk(file: "h5py.File") -> dict[str, "h5py.Dataset"]:
    """List every dataset, path -> dataset, but for what an optimizer remembers of each layer.

    Raises
    ------
    InputError
        If the file is damaged, leads to another file, or has groups or names of a kind that no
        program writes.
    """
    import h5py

    datasets: dict[str, h5py.Dataset] = {}

    def visit(name: bytes) -> str | None:  # whatever is returned ends the walk
        try:
            path = name.decode()
        except UnicodeDecodeError:
            return f"holds a name that is not UTF-8, {name!r}"
        if path.count("/") >= MOST_PARTS:
            return f"nests its groups deeper than {MOST_PARTS}"
        link = file.get(path, getlink=True)
        if isinstance(link, h5py.ExternalLink):
            return f"leads to another file at /{path}; expected one that holds its numbers itself"
        if isinstance(link, h5py.HardLink) and not path.startswith("optimizer"):
            item = file[path]
            if isinstance(item, h5py.Dataset):
                datasets[path] = item
        return None

    try:
        problem = file.id.links.visit(visit)
    except DAMAGED as error:
        raise InputError(f"{file.filename} is a damaged HDF5 file ({error}).") from error
    if problem:
        raise InputError(f"{file.filename} {problem}.")
    return datasets


def foreign(dataset: "h5py.Dataset") -> bool:
    """Return whether the numbers are in another file, which may be any; HDF5 would open it."""
    return dataset.is_virtual or dataset.external is not None


def dtype_of(dataset: "h5py.Dataset") -> np.dtype | None:
    """Return the type of the numbers; None if NumPy has none, as for a time."""
    try:
        dtype: np.dtype = dataset.dtype
    except (TypeError, ValueError):
        return None
    return dtype


def missing_or_packed(dataset: "h5py.Dataset") -> str:
    """Say what HDF5 would make numbers of: nothing at all, or far more than they are.

    It takes what has never been written for zeros, and unpacks a chunk as a whole.
    """
    from h5py import h5d

    if dataset.id.get_space_status() != h5d.SPACE_STATUS_ALLOCATED:
        return "has never been written, or not all of it"
    chunk = math.prod(dataset.chunks or ()) * dataset.dtype.itemsize
    if chunk > 2 * dataset.nbytes + LARGEST_CHUNK:
        return f"is {dataset.nbytes:,} bytes in chunks of {chunk:,}, expected smaller chunks"
    return ""
