"""Pictures: files on one side, ``(n_H, n_W, 3)`` RGB in [0, 1] on the other."""

import math
import os
import re
import warnings
from collections.abc import Iterable, Sequence
from io import BufferedRandom, FileIO, UnsupportedOperation
from pathlib import Path

import numpy as np
from PIL import Image

from nst_numpy.errors import InputError, check_path, check_whole, shown
from nst_numpy.files.bands import LOW
from nst_numpy.files.carried import NOTHING, Carried
from nst_numpy.files.colours import deep_to_srgb, is_deep, to_srgb
from nst_numpy.files.deep import channels
from nst_numpy.files.encoding import bands, encode
from nst_numpy.files.opening import MOST_PIXELS, Size, low_bytes, open_upright
from nst_numpy.files.profiles import read_profile
from nst_numpy.files.quiet import quiet_codec
from nst_numpy.files.writing import check_image_output, replacing


def load_image(
    path: str | os.PathLike[str],
    size: int | None = None,
    shape: tuple[int, int] | None = None,
    least_side: int = 1,
) -> np.ndarray:
    """Read a picture.

    It is turned as its EXIF orientation says, taken from its colour profile to sRGB, and laid over
    white where it is transparent. Of several frames or pages the first is read.

    Parameters
    ----------
    path : path
        An AVIF, BMP, GIF, JPEG, JPEG 2000, PNG, PPM, TIFF or WebP file, whatever its suffix.
    size : int, optional
        What the longest side should have, in pixels, whether smaller or larger than in the file.
        The aspect ratio is kept.
    shape : (n_H, n_W), optional
        Exactly this height and width, in pixels, instead of `size`. The aspect ratio may change.
    least_side : int
        How many pixels each side must have in the end; see `nst_numpy.stylize.least_side`.

    Returns
    -------
    image : ndarray, shape (n_H, n_W, 3), float32
        RGB (sRGB) in [0, 1].

    Raises
    ------
    InputError
        If the file cannot be read as a picture, or the size cannot be had.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> castle = nst.load_image(nst.examples()["castle"], size=96)
    >>> castle.shape, castle.dtype.name
    ((64, 96, 3), 'float32')
    """
    check_path("A picture", path)
    if re.match("[a-z]+://", str(path)):
        raise InputError(f"{path} is an address, not a file; download it first.")
    path = Path(path)
    check_size(size, shape)

    def wanted(found: Size) -> Size:
        width, height = wanted_size(found, size, shape)
        if min(width, height) < least_side:
            enough = smallest_size(found, least_side)
            fits = enough <= largest_size(found)
            works = f"the smallest size that works is {enough}" if fits else "no size works"
            needs = least_side if least_side <= MOST_PIXELS else f"more than {MOST_PIXELS}"
            raise InputError(
                f"{path} would be {width} × {height} pixels, but each side needs {needs} "
                f"for what is asked for; {works}."
            )
        if width * height > MOST_PIXELS:
            raise InputError(
                f"{path} cannot become {width} × {height} pixels; at most {MOST_PIXELS} are made."
            )
        return width, height

    picture, found = open_upright(path, wanted)
    width, height = wanted(found)
    try:
        if is_deep(picture):
            return resized_array(deep_to_srgb(picture, str(path)), width, height)
        if (deep := load_deep(picture, path, width, height)) is not None:
            return deep
        picture = to_srgb(picture, str(path))
        if picture.size != (width, height):
            picture = picture.resize((width, height), Image.Resampling.LANCZOS)
        return floating(picture)
    except MemoryError:
        raise InputError(f"{path} needs more memory than there is.") from None


def load_deep(picture: Image.Image, path: Path, width: int, height: int) -> np.ndarray | None:
    """Return a coloured picture of 16 bits, of which `picture` are the higher ones; or nothing.

    Nothing, too, if its profile is of a kind that is converted in 8 bits alone.
    """
    low = picture.info.get(LOW) or low_bytes(path)
    if low is None or low.size != picture.size or "transparency" in picture.info:
        return None
    data = picture.info.get("icc_profile")
    try:
        profile = read_profile(data) if data else None
    except ValueError:
        return None
    image = resized_array(channels(picture, low), width, height)
    if profile:
        for rows in bands(image):
            image[rows] = profile.to_srgb(image[rows])
    return image


def floating(picture: Image.Image) -> np.ndarray:
    """Return a picture of the mode RGB as an array, some rows at a time."""
    width, height = picture.size
    image = np.empty((height, width, 3), np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an older Pillow remarks on the size of each part, too
        for rows in bands(image):
            part = np.asarray(picture.crop((0, rows.start, width, min(rows.stop, height))))
            np.divide(part, np.float32(255), out=image[rows])
    return image


def save_image(
    image: np.ndarray,
    path: str | os.PathLike[str],
    about: str = "",
    carried: Carried = NOTHING,
    bits: int = 8,
    new: bool = False,
) -> None:
    """Write a picture: the whole file, or nothing at all.

    Parameters
    ----------
    image : ndarray, shape (n_H, n_W, 3), floating point
        RGB; what lies outside [0, 1] is cut off, and what is left is rounded.
    path : path
        Its suffix chooses the format; see `FORMATS`. A file that is there is replaced.
    about : str
        What the file should say of itself; see `nst_numpy.files.about`.
    carried : Carried
        What of a photograph goes along; see `nst_numpy.files.carried`.
    bits : int
        8, or 16 in PNG and TIFF.
    new : bool
        Whether no file is replaced, even one that somebody puts there while this one is written.

    Raises
    ------
    InputError
        If `image` is not such an array or not finite, or if the file cannot be written.

    Examples
    --------
    >>> import tempfile, os
    >>> import numpy as np
    >>> import nst_numpy as nst
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "gray.png")
    ...     nst.save_image(np.full((2, 3, 3), 0.5), path)
    ...     nst.load_image(path).shape
    (2, 3, 3)
    """
    path = check_image_output(path, bits=bits)
    if not isinstance(image, np.ndarray):
        raise InputError(
            f"{path} cannot be written: the picture is a {type(image).__name__}, expected an array."
        )
    if image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape or image.dtype.kind != "f":
        raise InputError(
            f"{path} cannot be written: the picture is {image.dtype} of the shape {image.shape}, "
            "expected floating point of the shape (n_H, n_W, 3)."
        )
    bad = sum(int(np.count_nonzero(~np.isfinite(image[rows]))) for rows in bands(image))
    if bad:
        raise InputError(
            f"{path} cannot be written: the picture has {bad} values of {image.size} that are NaN "
            "or infinite."
        )
    if carried.alpha is not None and carried.alpha.shape != image.shape[:2]:
        carried = carried.resized(image.shape)
    try:
        with (
            replacing(path, new) as temporary,
            quiet_codec(),
            Written(FileIO(str(temporary), "w+")) as file,
        ):
            encode(image, file, path, about, carried, int(bits))
    except FileExistsError:
        raise InputError(f"{path} was not there before; it stays as it is.") from None
    except Exception as error:  # on a full disk, say, an encoder may raise anything
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path} cannot be written ({reason}).") from error


class Written(BufferedRandom):
    """A file that is written through Python alone, which notices when a disk is full.

    Pillow would write a JPEG to the file's number by itself, and take a part of the last block for
    all of it.
    """

    def fileno(self) -> int:
        """Refuse to tell the number."""
        raise UnsupportedOperation("it is written through Python alone")


def check_size(size: int | None, shape: tuple[int, int] | None) -> None:
    """Refuse a size that no picture can have."""
    if size is not None:
        check_whole("size", size, None)
    if shape is not None:
        if not isinstance(shape, Sequence) or len(shape) < 2:
            raise InputError(f"The shape must be (n_H, n_W), not {shown(shape)}.")
        for side in shape[:2]:
            check_whole("Each side of the shape", side, None)
    if size is not None and shape is not None:
        raise InputError("A picture is given either a size or a shape, not both.")
    if size is not None and size < 1:
        raise InputError(f"The size is {size}; a picture has at least 1 pixel on its longest side.")
    if shape is not None and min(shape) < 1:
        raise InputError(f"The shape is {shape}; a picture has at least 1 pixel on each side.")


def wanted_size(
    found: tuple[int, int], size: int | None, shape: tuple[int, int] | None = None
) -> tuple[int, int]:
    """Return the width and height to resize to, from those found; in Pillow's order."""
    if shape is not None:
        return shape[1], shape[0]
    if size is None:
        return found
    longest = max(found)
    width, height = (max(1, round(side * size / longest)) for side in found)
    return width, height


def smallest_size(found: tuple[int, int], side: int) -> int:
    """Return the smallest size with which each side of a picture has at least `side` pixels."""
    if side <= 1:
        return 1
    short, longest = min(found), max(found)
    size = max(1, -(-(2 * side - 1) * longest // (2 * short)))  # short·size/longest ≥ side - 1/2
    if side <= MOST_PIXELS and min(wanted_size(found, size)) < side:
        size += 1  # a half was rounded to the even number below
    return size


def largest_size(found: tuple[int, int]) -> int:
    """Return the largest size with which a picture has no more than `MOST_PIXELS`."""
    short, longest = min(found), max(found)
    rounded_off = longest // (2 * short) + 2  # how much larger it may be for a half pixel less
    size = min(MOST_PIXELS, math.isqrt(MOST_PIXELS * longest // short) + rounded_off)
    while math.prod(wanted_size(found, size)) > MOST_PIXELS:
        size -= 1
    return size


def resized_array(colours: Iterable[np.ndarray], width: int, height: int) -> np.ndarray:
    """Resize colour by colour in floating point, and cut off what Lanczos overshoots."""
    resized = np.empty((height, width, 3), np.float32)
    for k, colour in enumerate(colours):
        if colour.shape == (height, width):
            resized[:, :, k] = colour
        else:
            one = Image.fromarray(colour).resize((width, height), Image.Resampling.LANCZOS)
            resized[:, :, k] = np.asarray(one).clip(0, 1)
    return resized
