"""A file that is to be written: refused early if it cannot be, replaced whole or not at all."""

import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from nst_numpy.errors import InputError


def check_output(path: str | os.PathLike[str], suffixes: Collection[str] = ()) -> Path:
    """Refuse a place that cannot be written to, before the work that is to be written is done.

    Parameters
    ----------
    path : path
        Where a file shall be written later.
    suffixes : collection of str
        If any are given: those that the file may have, in small letters with their dot.

    Returns
    -------
    path : Path

    Raises
    ------
    InputError
        If the suffix is another one, the folder is missing or closed to us, or `path` is a folder.
    """
    path = Path(path)
    if suffixes and path.suffix.lower() not in suffixes:
        found = f"has the suffix {path.suffix}" if path.suffix else "has no suffix"
        raise InputError(f"{path} {found}; expected one of {', '.join(suffixes)}.")
    try:
        if problem := obstacle(path):
            raise InputError(f"{path} cannot be written: {problem}.")
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    return path


def obstacle(path: Path) -> str:
    """Say what stands in the way of writing a file; nothing if nothing does."""
    folder = path.parent
    if path.is_dir():
        return "it is a folder"
    if path.exists() and not path.is_file():
        return "it is not a regular file"
    if path.exists() and not os.access(path, os.W_OK):
        return "it is there and write-protected"
    if not folder.exists():
        return f"the folder {folder} does not exist"
    if not folder.is_dir():
        return f"{folder} is not a folder"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder} is write-protected"
    return ""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all.

    Yields a path beside `path`. What was written there takes the place of `path` when the block
    ends well, in one step; otherwise it is removed, and what `path` held before is still there.
    """
    target = path.resolve()  # a symbolic link stays one, and the file behind it is replaced
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
