"""A picture file, decoded: of a known format, its first frame, turned upright."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from nst_numpy.available import available_memory
from nst_numpy.errors import InputError
from nst_numpy.files.bands import LOW, Bands
from nst_numpy.files.deep import exchanged, sixteen
from nst_numpy.files.needs import memory_of
from nst_numpy.files.png_bands import png_bands
from nst_numpy.files.quiet import quiet_codec
from nst_numpy.files.reading import first_bytes
from nst_numpy.files.tiff_bands import tiff_bands
from nst_numpy.memory import gigabytes

Size = tuple[int, int]
"""Width and height, in Pillow's order."""

READABLE = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""The formats that are opened, whatever the suffix says. Pillow knows more, and hands some of them
to other programs: an EPS to Ghostscript."""

MOST_PIXELS = 178_956_970
"""The largest picture that is read or made; Pillow takes a larger file for an attack."""


GAP = 2
"""A JPEG is decoded at so many times the size that is wanted, or more; Lanczos does the rest."""

ORIENTATION, ON_ITS_SIDE = 0x112, (5, 6, 7, 8)
"""What EXIF calls it, and where width and height change places."""


LARGE = 2**22
"""From so many pixels on a PNG or a TIFF is read some rows at a time."""

BANDS = {"PNG": png_bands, "TIFF": tiff_bands}


def open_upright(path: Path, wanted: Callable[[Size], Size]) -> tuple[Image.Image, Size]:
    """Decode the first frame of a picture and turn it as its EXIF orientation says.

    If much less of it is wanted, it is reduced while it is decoded: a JPEG by 2, 4 or 8, a large
    PNG or TIFF by a whole number, if the one is not interlaced and the other in strips or tiles.

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
        size, bands, k = reduction(picture, wanted)
        needed, free = memory_of(picture, size, bands, k), available_memory()
        if needed > free:
            raise InputError(
                f"{path} needs about {gigabytes(needed)} to be read, and {gigabytes(free)} are "
                "free."
            )
        if bands:
            turned = reduced(picture, bands, k)
        else:
            picture.load()
            turned = upright(picture)
    return turned, size or turned.size


def upright_size(path: Path) -> Size:
    """Return the width and height of a picture, turned upright; it is decoded to know its turn."""
    return open_upright(path, lambda _: (1, 1))[1]


def low_bytes(path: Path) -> Image.Image | None:
    """Return the picture that the lower bytes are, upright; None if it has no 16 bits and colours.

    Raises
    ------
    InputError
        As `open_upright`.
    """
    with opened(path) as picture:
        if not sixteen(picture):
            return None
        picture.tile = [exchanged(tile) for tile in picture.tile]  # type: ignore[attr-defined]
        picture.load()
        return upright(picture)


def reduction(
    picture: Image.Image, wanted: Callable[[Size], Size]
) -> tuple[Size | None, Bands | None, int]:
    """Have an open picture reduced while it is decoded, if that can be.

    Returns
    -------
    size : (width, height), optional
        Its own, turned, if it will be reduced.
    bands : Bands, optional
        How it is read some rows at a time; of a JPEG, Pillow does that.
    k : int
        By what it is reduced then.
    """
    form = picture.format or ""
    jpeg = form in ("JPEG", "MPO")
    if not jpeg and (form not in BANDS or picture.width * picture.height < LARGE):
        return None, None, 1
    bands = None if jpeg else BANDS[form](picture)
    if not jpeg and not bands:
        return None, None, 1
    turn = -1 if orientation(picture) in ON_ITS_SIDE else 1
    here = bands.size if bands else picture.size
    size = (here[::turn][0], here[::turn][1])
    aim = wanted(size)
    width, height = (GAP * side for side in aim[::turn])
    if bands:
        k = bands.factor((width, height))
        return (size, bands, k) if k > 1 else (None, None, 1)
    if width <= picture.width and height <= picture.height:
        picture.draft(None, (width, height))
    return size, None, 1


def reduced(picture: Image.Image, bands: Bands, k: int) -> Image.Image:
    """Decode a picture some rows at a time; return it reduced, upright, with what it says."""
    made = bands.reduced(k, picture.format or "")
    about = {name: value for name, value in picture.info.items() if name != "transparency"}
    low = made.info.get(LOW)
    for one in (made, low):
        if one is not None:
            one.info = dict(about)
            one.getexif()[ORIENTATION] = orientation(picture)
            upright(one)
    if low is not None:
        made.info[LOW] = low
    return made


def orientation(picture: Image.Image) -> int:
    """Return how an open picture is turned; metadata that cannot be read says nothing."""
    try:  # of a PNG Pillow would decode all first
        return int(Image.Image.getexif(picture).get(ORIENTATION, 1))
    except Exception:
        return 1


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
        return size, memory_of(picture, *reduction(picture, wanted))


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
