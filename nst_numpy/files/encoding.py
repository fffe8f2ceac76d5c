"""A painting as a file's bytes: some rows at a time, of 8 or 16 bits, with what goes along."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from nst_numpy.files import exif as exifs
from nst_numpy.files.about import HEAD_OF_XMP, KEYWORD, XMP, fitting, xmp
from nst_numpy.files.carried import Carried
from nst_numpy.files.directories import BYTE, UNDEFINED, Entry
from nst_numpy.files.png import Chunk, profile_chunk, resolution_chunk, text_chunk, write_png
from nst_numpy.files.profiles import srgb_profile
from nst_numpy.files.tiff import SIDE, write_tiff
from nst_numpy.files.writing import FORMATS

BAND = 2**18
"""How many numbers of a picture are converted at a time."""
SOFTWARE = "nst_numpy"
ICC = 34675
"""The tag of a colour profile in TIFF."""


def encode(
    image: np.ndarray, file: IO[bytes], path: Path, about: str, carried: Carried, bits: int
) -> None:
    """Write a picture in the format of a path's suffix.

    Parameters
    ----------
    image : ndarray, shape (n_H, n_W, 3), floating point
        sRGB; what lies outside [0, 1] is cut off.
    file : file
    path : Path
        Whose suffix is one of `FORMATS`.
    about : str
        What the file should say of itself.
    carried : Carried
        What of a photograph goes along.
    bits : int
        8 or 16; 16 where the format has them.
    """
    name, options = FORMATS[path.suffix.lower()]
    about = fitting(about)
    alpha = carried.alpha is not None and name != "JPEG"
    shape = (image.shape[0], image.shape[1], 4 if alpha else 3)
    profile = icc_of(carried)
    # a picture of nobody's photograph says nothing but what it is
    said = carried.exif.length or carried.dpi or profile
    first, inner = exifs.directories(
        carried.exif, shape, carried.dpi, carried.profile is None, SOFTWARE
    )
    if name == "TIFF":
        entries = dict(first) if said else {}
        entries |= {ICC: Entry(UNDEFINED, profile)} if profile else {}
        entries |= {XMP: Entry(BYTE, xmp(about))} if about else {}
        inside = {exifs.EXIF: inner, exifs.PLACE: carried.exif.place} if said else {}
        inside = {tag: part for tag, part in inside.items() if part}
        write_tiff(file, rows_of(image, carried, bits, alpha, SIDE), shape, bits, entries, inside)
        return
    block = exifs.block(first, inner, carried.exif.place) if said else b""
    if name == "PNG":
        chunks: list[Chunk] = [profile_chunk(profile)] if profile else []
        chunks += [resolution_chunk(carried.dpi)] if carried.dpi else []
        chunks += [(b"eXIf", block)] if block else []
        chunks += [text_chunk(KEYWORD, about)] if about else []
        write_png(file, rows_of(image, carried, bits, alpha), shape, bits, chunks)
        return
    eight_bits = np.empty(shape, np.uint8)
    at = 0
    for band in rows_of(image, carried, 8, alpha):
        eight_bits[at : at + len(band)] = band
        at += len(band)
    more: dict[str, Any] = {"icc_profile": profile} if profile else {}
    more |= {"exif": b"Exif\0\0" + block} if block else {}
    if name == "JPEG":
        more |= {"dpi": (carried.dpi, carried.dpi)} if carried.dpi else {}
        if about:
            whole = HEAD_OF_XMP + xmp(about)
            more["extra"] = b"\xff\xe1" + (len(whole) + 2).to_bytes(2, "big") + whole
    elif about:
        more["xmp"] = xmp(about)
    Image.fromarray(eight_bits).save(file, name, **options, **more)


def icc_of(carried: Carried) -> bytes:
    """Return the profile to write; none for sRGB, unless the photograph had one."""
    if carried.profile:
        return carried.profile.data
    return srgb_profile() if carried.named else b""


def rows_of(
    image: np.ndarray, carried: Carried, bits: int, alpha: bool, rows: int | None = None
) -> Iterator[np.ndarray]:
    """Yield some rows at a time as whole numbers."""
    white = 2**bits - 1
    n_H, n_W, _ = image.shape
    for part in bands(image, rows):
        whole = np.empty(
            (min(part.stop, n_H) - part.start, n_W, 4 if alpha else 3), f"u{bits // 8}"
        )
        for few in bands(image[part]):  # in floating point, fewer still
            band = np.clip(image[part][few], 0, 1)
            if alpha and carried.alpha is not None:
                seen = carried.alpha[part][few][:, :, np.newaxis].clip(0, 1)
                band = over_white_no_more(band, seen)
                whole[few, :, 3:] = np.rint(seen * white)
            if carried.profile:
                band = carried.profile.from_srgb(band)
            whole[few, :, :3] = np.rint(band * white)
        yield whole


def over_white_no_more(band: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return the colours that give `band` where they lie over white: G = α·colour + (1 - α)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        colours = np.where(alpha > 0, (band - (1 - alpha)) / alpha, band)
    return np.clip(colours, 0, 1)


def bands(image: np.ndarray, rows: int | None = None) -> Iterator[slice]:
    """Yield some rows at a time: where memory is short a picture can still be saved."""
    few = rows or max(1, BAND // max(1, image[:1].size))
    yield from (slice(first, first + few) for first in range(0, len(image), few))
