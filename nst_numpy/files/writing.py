"""A file that is to be written: refused early if it cannot be, replaced whole or not at all."""

import errno
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError, check_path, check_whole
from nst_numpy.files.temporary import remove_left_behind, temporary_file

FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": "4:4:4"}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": "4:4:4"}),
    ".webp": ("WEBP", {"quality": 92, "method": 6}),
    ".tif": ("TIFF", {"compression": "tiff_lzw"}),
    ".tiff": ("TIFF", {"compression": "tiff_lzw"}),
}
"""What a picture can be saved as: suffix -> Pillow's name for the format, and how to write it."""

DEPTHS = {"PNG": (8, 16), "TIFF": (8, 16)}
"""How many bits a number may have; 8 elsewhere."""

LARGEST_SIDE = {"WEBP": 16383, "JPEG": 65500}
"""How many pixels a side may have in the formats that have a limit."""


def check_image_output(
    path: str | os.PathLike[str], shape: tuple[int, ...] | None = None, bits: int = 8
) -> Path:
    """Refuse, before a long run, a path that `save_image` would refuse after it.

    Parameters
    ----------
    path : path
        Where a picture will be saved later.
    shape : (n_H, n_W, ...), optional
        The size that it will have.
    bits : int
        Of each number.

    Raises
    ------
    InputError
        If the suffix is not one of `FORMATS`, the folder is missing or not writable, or the
        picture is too large for the format.
    """
    path = check_output(path, FORMATS)
    name = FORMATS[path.suffix.lower()][0]
    check_whole("bits", bits)
    if bits not in (8, 16):
        raise InputError(f"bits must be 8 or 16, not {bits}.")
    if bits not in DEPTHS.get(name, (8,)):
        raise InputError(f"{path} cannot hold {bits} bits; PNG and TIFF can.")
    most = LARGEST_SIDE.get(name)
    if shape and most and max(shape[:2]) > most:
        raise InputError(
            f"{path} cannot hold {shape[1]} × {shape[0]} pixels; {name} has at most {most} a side."
        )
    return path


def check_output(path: str | os.PathLike[str], suffixes: Collection[str] = ()) -> Path:
    """Refuse a place that cannot be written to, before the work that is to be written is done.

    Parameters
    ----------
    path : path
        Where a file will be written later.
    suffixes : collection of str
        If any are given: those that the file may have, in small letters with their dot.

    Returns
    -------
    path : Path

    Raises
    ------
    InputError
        If the suffix is another one, the folder is missing or not writable, or `path` is a folder.
    """
    check_path("An output", path)
    path = Path(path)
    if path.name.lower() in suffixes:
        raise InputError(f"{path} has a suffix but no name; expected, for example, a{path.name}.")
    if suffixes and path.suffix.lower() not in suffixes:
        found = f"has the suffix {path.suffix}" if path.suffix else "has no suffix"
        raise InputError(f"{path} {found}; expected one of {', '.join(suffixes)}.")
    try:
        with suppress(FileNotFoundError):
            path.stat()  # links that lead round in a circle are not a file yet to be made
        if problem := obstacle(path):
            raise InputError(f"{path} cannot be written: {problem}.")
        with temporary_file(behind_links(path).parent):
            pass  # it could be made
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    return path


def obstacle(path: Path) -> str:
    """Say what stands in the way of writing a file; nothing if nothing does."""
    folder = (behind_links(path) if path.is_symlink() else path).parent
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


def refuse_input(output: Path, inputs: Iterable[Path | None]) -> None:
    """Refuse to write over what is read.

    Raises
    ------
    InputError
        If `output` is one of the inputs, by this name or another.
    """
    for file in inputs:
        if file and is_same(output, file):
            raise InputError(f"{output} is read by this run; choose another output.")


def is_same(one: Path, other: Path) -> bool:
    """Return whether two names are those of one file, whether it is there or not."""
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there, or we may not look
        return False


@contextmanager
def replacing(path: Path, new: bool = False) -> Iterator[Path]:
    """Write a file whole or not at all.

    Yields a path beside `path`. What was written there takes the place of `path` when the block
    ends well, in one step; otherwise it is removed, and what `path` held before is still there. A
    `new` file takes nobody's place: where one has come meanwhile, `FileExistsError` is raised.
    """
    target = behind_links(path)
    remove_left_behind(target.parent)
    with temporary_file(target.parent) as temporary:
        yield temporary
        if new:
            put_new(temporary, target)
        else:
            temporary.replace(target)


def put_new(temporary: Path, target: Path) -> None:
    """Give a file its name, if nobody has it: a second name in one step, where there are such."""
    try:
        target.hardlink_to(temporary)  # and the first is removed with all temporary files
    except FileExistsError:
        raise
    except (OSError, NotImplementedError) as error:  # a file system without second names
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from error
        temporary.replace(target)


def behind_links(path: Path) -> Path:
    """Return where a file is: a symbolic link stays one, and the file that it leads to is new."""
    return Path(os.path.realpath(path))
