"""A picture file, decoded: of a known format, its first frame, turned upright."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from nst_numpy.errors import InputError
from nst_numpy.files.quiet import quiet_codec
from nst_numpy.files.reading import first_bytes

READABLE = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""The formats that are opened, whatever the suffix says. Pillow knows more, and hands some of them
to other programs: an EPS to Ghostscript."""

MOST_PIXELS = 178_956_970
"""The largest picture that is read or made; Pillow takes a larger file for an attack."""


DEEP, TRANSPARENT, COLOURED, PROFILE = 16, 22, 8, 4
"""How many bytes a pixel takes until it is sRGB over white: of more than 8 bits, transparent, of
any other kind; and for a profile besides. As measured: Pillow keeps several at a time."""

OWN = {"WEBP": 8, "JPEG2000": 12, "AVIF": 8}
"""How many more some decoders take for themselves."""


def open_upright(path: Path) -> Image.Image:
    """Decode the first frame of a picture and turn it as its EXIF orientation says.

    Raises
    ------
    InputError
        If the file cannot be read, is of no format in `READABLE`, too large, or damaged.
    """
    with opened(path) as picture:
        picture.load()
        return upright(picture)


def size_and_memory(path: Path) -> tuple[tuple[int, int], int]:
    """Return the size of a picture, not turned, and about the memory that it takes to read it.

    Nothing is decoded yet: a few bytes may claim to be a picture of gigabytes.

    Raises
    ------
    InputError
        As `open_upright`; but what is damaged further on is not seen.
    """
    with opened(path) as picture:
        deep = picture.mode.partition(";")[0] in ("I", "F")
        each = DEEP if deep else TRANSPARENT if picture.has_transparency_data else COLOURED
        each += PROFILE if picture.info.get("icc_profile") else 0
        each += OWN.get(picture.format or "", 0)
        return picture.size, each * picture.width * picture.height


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
        return ImageOps.exif_transpose(picture)
    except MemoryError:
        raise
    except Exception:
        return picture
