"""Save a painting; if that fails, save it where it can be."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from nst_numpy.arrays import Array
from nst_numpy.canvas import enlarge
from nst_numpy.errors import InputError
from nst_numpy.files.carried import NOTHING, Carried
from nst_numpy.files.images import save_image


@dataclass(frozen=True, eq=False)
class Filing:
    """How a painting is filed.

    Attributes
    ----------
    carried
        What of the photograph goes along.
    bits
        Of each number.
    new
        Whether its name was free: what somebody else has put there since is not replaced.
    """

    carried: Carried = NOTHING
    bits: int = 8
    new: bool = False


PLAIN = Filing()


def save(
    image: Array, shape: tuple[int, ...], output: Path, about: str = "", filing: Filing = PLAIN
) -> None:
    """Save the picture in the shape of the content; if that fails, save it where it can be.

    Raises
    ------
    InputError
        If it is not at `output`; the sentence says where it is instead. If it is there, but could
        not be enlarged.
    """
    small = ""
    if image.shape != shape:
        try:
            image = enlarge(image, shape)
        except MemoryError:
            small = (
                f"There was too little memory to enlarge the picture to {shape[1]} × {shape[0]} "
                f"pixels; it is saved as it was painted, {image.shape[1]} × {image.shape[0]}."
            )
    try:
        refuse_taken(output, filing)
        save_image(image, output, about, filing.carried, filing.bits, filing.new)
    except InputError as error:
        for refuge in refuges(output.stem):
            try:
                save_image(image, refuge, about, filing.carried, filing.bits)
            except InputError:
                with suppress(OSError):
                    refuge.unlink()
                continue
            said = f"{small} {error}".lstrip()
            raise InputError(f"{said} The picture is in {refuge} instead.") from error
        raise
    if small:
        raise InputError(small)


def refuse_taken(output: Path, filing: Filing) -> None:
    """Refuse a name that was free when the run began, and has been taken since."""
    if filing.new and os.path.exists(output):  # noqa: PTH110  (it may be out of reach by now)
        raise InputError(f"{output} was not there when this run began; it stays as it is.")


def refuges(stem: str) -> Iterator[Path]:
    """Yield new empty files, here and in the folder for temporary ones, where there is one."""
    for folder in (Path.cwd, lambda: Path(tempfile.gettempdir())):
        try:
            yield new_file(folder(), stem)
        except OSError:  # the working folder was removed, or there is no folder for temporary files
            continue


def new_file(folder: Path, stem: str) -> Path:
    """Make an empty file of a name that nobody has: not a file, nor a link planted to lead away."""
    for name in chain([stem], (f"{stem}-{n}" for n in count(2))):
        path = folder / f"{name}.png"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        return path
    raise AssertionError  # there is always a next name
