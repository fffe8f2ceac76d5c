"""A picture file, decoded: of a known format, its first frame, turned upright."""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from nst_numpy.available import available_memory
from nst_numpy.errors import InputError
from nst_numpy.files.quiet import quiet_codec
from nst_numpy.files.reading import first_bytes
from nst_numpy.memory import gigabytes

Size = tuple[int, int]
"""Width and height, in Pillow's order."""

READABLE = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""The formats that are opened, whatever the suffix says. Pillow knows more, and hands some of them
to other programs: an EPS to Ghostscript."""

MOST_PIXELS = 178_956_970
"""The largest picture that is read or made; Pillow takes a larger file for an attack."""


DEEP, TRANSPARENT, COLOURED, PROFILE = 16, 22, 8, 4
"""How many bytes a pixel takes until it is sRGB over white: of more than 8 bits, transparent, of
any other kind; and for a profile besides. As measured: Pillow keeps several at a time."""

SIXTEEN = 24
"""The same for a coloured picture of 16 bits, which is read twice: 19 to 22, as measured."""

OWN = {"WEBP": 8, "JPEG2000": 12, "AVIF": 8}
"""How many more some decoders take for themselves."""


PROGRESSIVE = 6
"""How many bytes a pixel of a progressive JPEG takes, however far it is reduced: its frequencies
come one after the other, and all are kept."""

GAP = 2
"""A JPEG is decoded at so many times the size that is wanted, or more; Lanczos does the rest."""

ORIENTATION, ON_ITS_SIDE = 0x112, (5, 6, 7, 8)
"""What EXIF calls it, and where width and height change places."""


def open_upright(path: Path, wanted: Callable[[Size], Size]) -> tuple[Image.Image, Size]:
    """Decode the first frame of a picture and turn it as its EXIF orientation says.

    A JPEG is reduced while it is decoded, by 2, 4 or 8, if much less of it is wanted.

    Parameters
    ----------
    path : Path
    wanted : callable
        The size of the picture in its file, turned -> the size that it will be brought to.

    Returns
    -------
    picture : Image
    size : (width, height)
        As `wanted` was given it.

    Raises
    ------
    InputError
        If the file cannot be read, is not of a format in `READABLE`, too large, or damaged; if
        `wanted` raises one; or if there is too little memory to read it.
    """
    with opened(path) as picture:
        size = reduced(picture, wanted)
        needed, free = memory_of(picture, size), available_memory()
        if needed > free:
            raise InputError(
                f"{path} needs about {gigabytes(needed)} to be read, and {gigabytes(free)} are "
                "free."
            )
        picture.load()
        turned = upright(picture)
    return turned, size or turned.size


def upright_size(path: Path) -> Size:
    """Return the width and height of a picture, turned upright; it is decoded to know its turn."""
    return open_upright(path, lambda _: (1, 1))[1]


def reduced(picture: Image.Image, wanted: Callable[[Size], Size]) -> Size | None:
    """Have a JPEG decoded at a smaller size; return its own, turned. Other formats cannot."""
    if picture.format not in ("JPEG", "MPO"):
        return None
    try:
        on_its_side = picture.getexif().get(ORIENTATION) in ON_ITS_SIDE
    except Exception:  # metadata that cannot be read says nothing
        on_its_side = False
    turn = -1 if on_its_side else 1
    size = (picture.size[::turn][0], picture.size[::turn][1])
    width, height = (GAP * side for side in wanted(size)[::turn])
    if width <= picture.width and height <= picture.height:
        picture.draft(None, (width, height))
    return size


def size_and_memory(
    path: Path, wanted: Callable[[Size], Size] = lambda size: size
) -> tuple[Size, int]:
    """Return the size of a picture, not turned, and about the memory that it takes to read it.

    Nothing is decoded yet: a few bytes may claim to be a picture of gigabytes.

    Raises
    ------
    InputError
        As `open_upright`; but what is damaged further on is not seen.
    """
    with opened(path) as picture:
        size = picture.size
        return size, memory_of(picture, reduced(picture, wanted))


def sixteen(picture: Image.Image) -> bool:
    """Return whether an open picture, not yet decoded, has colours of 16 bits that can be had."""
    raw = [str(tile[-1] if isinstance(tile[-1], str) else tile[-1][0]) for tile in tiles(picture)]
    return bool(raw) and all(re.fullmatch("RGB[AX]?;16[BLN]", one) for one in raw)


def tiles(picture: Image.Image) -> list[Any]:
    """Return the parts of a file that Pillow will decode, each with its kind of numbers last."""
    return [tile for tile in getattr(picture, "tile", ()) if tile[-1]]


def memory_of(picture: Image.Image, size: Size | None = None) -> int:
    """Return about how many bytes it takes to read a picture; `size` is that in its file."""
    deep = picture.mode.partition(";")[0] in ("I", "F")
    each = (
        SIXTEEN
        if sixteen(picture)
        else DEEP
        if deep
        else TRANSPARENT
        if picture.has_transparency_data
        else COLOURED
    )
    each += PROFILE if picture.info.get("icc_profile") else 0
    each += OWN.get(picture.format or "", 0)
    whole = prod(size) * PROGRESSIVE if size and "progressive" in picture.info else 0
    return each * picture.width * picture.height + whole


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture, and say in an `InputError` what is wrong if that or its use fails."""
    start = first_bytes(path)
    Image.init()
    formats = [name for name in READABLE if name in Image.OPEN]  # an older Pillow has no AVIF
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on metadata, meant for programmers
            with quiet_codec(), Image.open(path, formats=formats) as picture:
                yield picture
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise InputError(
            f"{path} has more than {MOST_PIXELS} pixels; reduce it with another program first."
        ) from None
    except UnidentifiedImageError:
        raise InputError(
            f"{path} is not a picture that can be read; it begins {start!r}, expected one of "
            f"{', '.join(formats)}."
        ) from None
    except MemoryError:
        raise InputError(f"{path} needs more memory than there is.") from None
    except Exception as error:  # a damaged file can make a decoder raise anything
        raise InputError(f"{path} is a damaged or unsupported picture ({error}).") from error


def upright(picture: Image.Image) -> Image.Image:
    """Turn a picture as its EXIF orientation says; metadata that cannot be read says nothing."""
    try:
        ImageOps.exif_transpose(picture, in_place=True)  # else it would be copied in any case
    except MemoryError:
        raise
    except Exception:  # it stays as it lies
        pass
    return picture
