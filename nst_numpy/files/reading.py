"""A file that is to be read: refused if it is missing, not a file, unreadable, or empty."""

import hashlib
import stat
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError


def first_bytes(path: Path, count: int = 16) -> bytes:
    """Read how a file begins, which is where most mistakes show.

    Parameters
    ----------
    path : Path
    count : int
        How many bytes to read at most.

    Returns
    -------
    start : bytes
        At least one byte.

    Raises
    ------
    InputError
        If `path` is missing, a folder, something else that is not a file, unreadable, or empty.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(f"{path} is a folder, not a file.")
        if not stat.S_ISREG(mode):
            raise InputError(f"{path} is not a regular file.")
        with path.open("rb") as file:
            start = file.read(count)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    if not start:
        raise InputError(f"{path} is empty.")
    return start


def sha256_of(path: Path) -> str:
    """Return the SHA-256 checksum of a file that can be read, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def described(path: Path) -> dict[str, Any]:
    """Describe a file by its name, without its folder, its length and its checksum."""
    first_bytes(path)
    try:
        return {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
