"""Pictures as people have them, a path, a Pillow picture, any array: taken as RGB in [0, 1]."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nst_numpy.appearance import size as size_of
from nst_numpy.arrays import Array
from nst_numpy.canvas import check_numbers, check_picture
from nst_numpy.errors import InputError, check_number, shown
from nst_numpy.files.embedded import embedded
from nst_numpy.files.images import check_size, load_image, resized_array, wanted_size
from nst_numpy.files.masks import load_mask, mask_of
from nst_numpy.files.opening import MOST_PIXELS

SIZE = 512
"""The longest side of what is read from a file, where nothing is said of it."""

MOST_SIZE = 65535
"""The longest side that JPEG has."""

Picture = str | os.PathLike[str] | np.ndarray | Image.Image
"""What a picture may be given as."""


def examples() -> dict[str, str]:
    """Return the paths of the pictures that come with the package, by name.

    Who made them is told in ``pictures/README.md``.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> list(nst.examples())
    ['cafe', 'castle', 'cat', 'church']
    >>> nst.load_image(nst.examples()["cat"], size=64).shape
    (43, 64, 3)
    """
    files = {
        "cafe": "cafe-terrace-at-night", "castle": "eilean-donan-castle",
        "cat": "chelsea-cat", "church": "church-at-auvers",
    }  # fmt: skip
    return {name: str(embedded(f"pictures/{file}.webp")) for name, file in files.items()}


def as_picture(name: str, given: Any, size: int | None = None) -> Array:
    """Take a picture: RGB in [0, 1], float32.

    Parameters
    ----------
    name : str
        What an error calls it.
    given : path, Pillow picture or ndarray
        An array of floating-point numbers holds [0, 1], one of uint8 or uint16 [0, 255] or
        [0, 65535]; of the shape (n_H, n_W, 3), gray (n_H, n_W), or (n_H, n_W, 4), which is laid
        over white.
    size : int, optional
        The longest side; if not given, 512 of a file or a Pillow picture, and an array stays as it
        is.

    Raises
    ------
    InputError
        If it is none of these.
    """
    check_size(size, None)
    if isinstance(given, str | os.PathLike):
        return load_image(given, size or SIZE)
    if isinstance(given, Image.Image):
        gray = given.mode in ("1", "L", "I", "I;16", "F")
        given = np.asarray(given if gray and given.mode != "1" else given.convert("RGBA"))
        size = size or SIZE
    if isinstance(given, np.ndarray):
        picture = of_array(name, given)
        width, height = wanted_size((picture.shape[1], picture.shape[0]), size)
        if picture.shape[:2] == (height, width):
            return picture
        if width * height > MOST_PIXELS:
            raise InputError(
                f"{name} cannot become {width} × {height} pixels; at most {MOST_PIXELS} are made."
            )
        try:
            return resized_array((picture[:, :, k] for k in range(3)), width, height)
        except MemoryError:
            raise InputError(f"{name} needs more memory than there is.") from None
    raise InputError(f"{name} must be a path, an array or a Pillow picture, not {shown(given)}.")


def of_array(name: str, given: np.ndarray) -> Array:
    """Bring an array of any usual kind to (n_H, n_W, 3), RGB in [0, 1]."""
    given = np.asarray(given)  # a matrix of NumPy's cannot have three axes
    check_numbers(name, given)
    if given.ndim == 2:
        given = given[:, :, None].repeat(3, axis=2)
    if given.ndim != 3 or given.shape[2] not in (3, 4) or 0 in given.shape:
        turned = given.ndim == 3 and given.shape[0] in (3, 4)
        what = "; np.moveaxis(picture, 0, 2) brings the colours to the end" if turned else ""
        if given.ndim == 4 and given.shape[0] == 1:
            what = "; a batch of one picture is no picture, picture[0] is"
        raise InputError(
            f"{name} has the shape {given.shape}; it must be (n_H, n_W, 3), (n_H, n_W, 4) or "
            f"(n_H, n_W){what}."
        )
    if given.dtype in (np.uint8, np.uint16):
        given = given.astype(np.float32) / np.iinfo(given.dtype).max
    elif given.dtype.kind != "f":
        raise InputError(
            f"{name} is an array of {given.dtype}; it must be uint8, uint16 or floating-point "
            "numbers in [0, 1]."
        )
    picture = given.astype(np.float32)
    if picture.shape[2] == 4:
        share = picture[:, :, 3:]
        picture = picture[:, :, :3] * share + (1 - share)
    if picture.min() >= 0 and 2 < picture.max() <= 255:
        raise InputError(
            f"{name} has values from {picture.min():g} to {picture.max():g}; expected RGB in "
            "[0, 1]: divide by 255, or give uint8."
        )
    if -1 <= picture.min() < -0.5 and picture.max() <= 1:
        raise InputError(
            f"{name} has values from {picture.min():g} to {picture.max():g}, as for a network; "
            "expected RGB in [0, 1]: (picture + 1) / 2."
        )
    check_picture(name, picture)
    return np.ascontiguousarray(picture)


def scales_of_styles(scales: Any, styles: int) -> list[float]:
    """Return one scale for each style: 1 if none is given, and one for all if there is but one.

    Raises
    ------
    InputError
        If there are not as many as styles, or one is not above 0.
    """
    if isinstance(scales, str) or not isinstance(scales, Sequence):
        scales = (scales,)
    for scale in scales:
        check_number("style_scale", scale, above=True)
    if len(scales) <= 1:
        return [*(scales or [1.0])] * styles
    if len(scales) != styles:
        raise InputError(f"There are {len(scales)} numbers in style_scale for {styles} styles.")
    return list(scales)


def as_mask(name: str, given: Any, of: Any, picture: Array) -> Array:
    """Take a mask: shape (n_H, n_W) of its picture, float32, 1 inside the region and 0 outside.

    Parameters
    ----------
    name : str
        What an error calls it.
    given : path, Pillow picture or ndarray
        Gray, of any size, but of the proportions of its picture; or an array of bool.
    of : path, Pillow picture or ndarray
        Its picture, as it was given.
    picture : ndarray
        Its picture, as it was taken.

    Raises
    ------
    InputError
        If it is no picture, or no mask of this one.
    """
    n_H, n_W = picture.shape[:2]
    if isinstance(given, str | os.PathLike) and isinstance(of, str | os.PathLike):
        return load_mask(Path(given), Path(of), picture.shape)
    if isinstance(given, np.ndarray) and given.dtype == bool:
        given = given.astype(np.float32)
    found = as_picture(name, given, max(n_H, n_W))
    if max(abs(found.shape[0] - n_H), abs(found.shape[1] - n_W)) > 1:
        raise InputError(
            f"{name} becomes {size_of(found)} and its picture has {size_of(picture)}; "
            "a mask has the proportions of its picture."
        )
    return mask_of(name, resized_array((found[:, :, k] for k in range(3)), n_W, n_H))


def as_pictures(
    name: str, given: Any, size: int | None = None, scales: Any = ()
) -> tuple[list[Any], list[Array]]:
    """Take one picture or several, each at a share of the size; return them as given, and taken."""
    several = isinstance(given, Sequence) and not isinstance(given, str | bytes)
    many: list[Any] = list(given) if several else [given]
    taken = []
    for n, (one, scale) in enumerate(
        zip(many, scales_of_styles(scales, len(many)), strict=True), 1
    ):
        its_own = size
        if scale != 1:
            whole = max(one.shape[:2]) if isinstance(one, np.ndarray) and one.ndim > 1 else SIZE
            if scale > MOST_SIZE / (size or whole):
                raise InputError(f"style_scale makes a style larger than {MOST_SIZE} pixels.")
            its_own = max(1, round((size or whole) * scale))
        taken.append(as_picture(f"{name} {n}" if several else name, one, its_own))
    return many, taken
