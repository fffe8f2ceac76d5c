"""What goes along from a photograph's file to that of its painting, besides the picture.

Its colour profile, its EXIF, its resolution and its transparency. All of it was written by a
stranger: what cannot be used is left out, and `Carried.notes` says so.
"""

import math
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from PIL import Image

from nst_numpy.errors import InputError, check_number
from nst_numpy.files.exif import Exif, exif_of_bytes, read_exif
from nst_numpy.files.opening import open_upright, opened
from nst_numpy.files.profiles import Profile, read_profile

LEAST_DPI, MOST_DPI = 1, 65535
"""How many pixels per inch are believed; every format holds them."""


@dataclass(frozen=True, eq=False)
class Carried:
    """What goes along.

    Attributes
    ----------
    profile : Profile, optional
        The photograph's; the painting's colours become its numbers. Without one: sRGB.
    named : bool
        Whether sRGB is written as a profile, too.
    exif : Exif
    dpi : float, optional
        Pixels per inch.
    alpha : ndarray, shape (n_H, n_W), float32, optional
        How much is seen of each pixel, from 0 to 1; nothing, if all is.
    notes : tuple of str
        A sentence for each part that could not be used.
    """

    profile: Profile | None = None
    named: bool = False
    exif: Exif = field(default_factory=Exif)
    dpi: float | None = None
    alpha: np.ndarray | None = None
    notes: tuple[str, ...] = ()

    def at(self, dpi: float | None) -> "Carried":
        """Return the same with another resolution, if one is given.

        Raises
        ------
        InputError
            If nothing has such a resolution.
        """
        if dpi is None:
            return self
        check_number("dpi", dpi, above=True)
        if not LEAST_DPI <= dpi <= MOST_DPI:
            raise InputError(f"dpi must be between {LEAST_DPI} and {MOST_DPI}, not {dpi:g}.")
        return replace(self, dpi=float(dpi))

    def resized(self, shape: tuple[int, ...]) -> "Carried":
        """Return the same for a painting of another size."""
        if self.alpha is None:
            return self
        alpha = Image.fromarray(self.alpha).resize((shape[1], shape[0]))
        return replace(self, alpha=np.asarray(alpha).clip(0, 1))


NOTHING = Carried()


def carried_of(
    path: str | os.PathLike[str],
    shape: tuple[int, ...],
    location: bool = False,
    profile: bool = True,
) -> Carried:
    """Find out what goes along from a photograph to its painting.

    Parameters
    ----------
    path : path
        The photograph.
    shape : (n_H, n_W, …)
        Of the painting.
    location : bool
        Whether where it was taken goes along.
    profile : bool
        Whether the painting gets the photograph's profile; else it is written as sRGB.

    Raises
    ------
    InputError
        If the file cannot be read as a picture.
    """
    path = Path(path)
    notes = []
    with opened(path) as picture:
        data = picture.info.get("icc_profile")
        found = None
        if data and profile:
            try:
                found = read_profile(data)
            except ValueError as error:
                notes.append(f"The painting is written as sRGB: the profile of {path}, {error}.")
        try:
            exif = exif_in(picture, location)
        except Exception as error:  # it is a stranger's
            exif = Exif()
            notes.append(f"The EXIF of {path} does not go along: {error}.")
        dpi = resolution_of(picture, exif)
        transparent = picture.has_transparency_data
    alpha = alpha_of(path, shape) if transparent else None
    return Carried(found, bool(data) or not profile, exif, dpi, alpha, tuple(notes))


def exif_in(picture: Image.Image, location: bool) -> Exif:
    """Read the EXIF of an open picture."""
    if picture.format == "TIFF":  # which is made of the same directories, if it is not a BigTIFF
        file = cast(BinaryIO, picture.fp)  # type: ignore[attr-defined]
        at = file.tell()
        try:
            return Exif() if big(file) else read_exif(file, location)
        finally:
            file.seek(at)
    data: Any = picture.info.get("exif")
    return exif_of_bytes(data, location) if isinstance(data, bytes) and data else Exif()


def big(file: BinaryIO) -> bool:
    """Return whether a TIFF is a BigTIFF."""
    file.seek(0)
    return file.read(4) in (b"II+\0", b"MM\0+")


def resolution_of(picture: Image.Image, exif: Exif) -> float | None:
    """Return the pixels per inch, if the file says so and both sides have as many."""
    said: Any = picture.info.get("dpi") or (exif.dpi, exif.dpi)
    try:
        across, down = (float(one) for one in said)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not math.isclose(across, down, rel_tol=1e-3) or not LEAST_DPI <= across <= MOST_DPI:
        return None
    return round(across, 2)


def alpha_of(path: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return how much is seen of each pixel, in the painting's size; nothing, if all is."""
    size = (shape[1], shape[0])
    picture, _ = open_upright(path, lambda _: size)
    try:
        alpha = picture.convert("RGBA").getchannel("A")
        if alpha.getextrema() == (255, 255):
            return None
        if alpha.size != size:
            alpha = alpha.resize(size, Image.Resampling.LANCZOS)
        return np.asarray(alpha).astype(np.float32) / 255
    except MemoryError:
        raise InputError(f"{path} needs more memory than there is.") from None
