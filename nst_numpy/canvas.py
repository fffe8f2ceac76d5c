"""What is painted on: a picture and the margin around it, halved and enlarged between scales."""

from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.layers import average_pool_forward


def check_numbers(name: str, picture: Any) -> None:
    """Refuse what is not an array of real numbers."""
    if not isinstance(picture, np.ndarray) or picture.dtype.kind not in "fiu":
        kind = getattr(picture, "dtype", type(picture).__name__)
        raise InputError(
            f"{name} must be an array of real numbers, as load_image returns it, not {kind}."
        )


def check_floats(name: str, picture: Any) -> None:
    """Refuse what is not an array of floats."""
    check_numbers(name, picture)
    if picture.dtype.kind != "f":
        raise InputError(f"{name} is of {picture.dtype}; it must be floats in [0, 1].")


def check_array(name: str, picture: Any) -> None:
    """Refuse what is not an array of the kind that a picture is."""
    check_floats(name, picture)
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise InputError(
            f"{name} has the shape {picture.shape}; it must be (n_H, n_W, 3), RGB in [0, 1]."
        )


def check_picture(name: str, picture: Any) -> None:
    """Refuse what is not a picture: RGB in [0, 1], and not far outside."""
    check_array(name, picture)
    if not np.isfinite(picture).all():
        raise InputError(f"{name} holds NaN or infinite values.")
    if picture.size and (picture.min() < -1 or picture.max() > 2):
        divide = "; divide by 255" if picture.min() >= -1 and 2 < picture.max() <= 255 else ""
        raise InputError(
            f"{name} has values from {picture.min():g} to {picture.max():g}; expected RGB in "
            f"[0, 1], as load_image returns it{divide}."
        )


def mirrored(picture: Array, margin: int) -> Array:
    """Continue a picture beyond each edge by its mirror image: ``… x1 x0 | x0 x1 …``.

    Raises
    ------
    InputError
        If it is not a picture, or is narrower than the margin.
    """
    check_array("A picture", picture)
    if min(picture.shape[:2]) < margin:
        raise InputError(
            f"A picture with a side of {min(picture.shape[:2])} pixels cannot have a "
            f"margin of {margin}; choose a smaller margin or a larger picture."
        )
    return np.pad(picture, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")


def halve(picture: Array, times: int) -> Array:
    """Halve a picture's sides, `times` over: the mean of each 2×2 square."""
    for _ in range(times):
        picture = average_pool_forward(picture)
    return picture


def enlarge(picture: Array, shape: tuple[int, ...], periodic: bool = False) -> Array:
    """Enlarge a picture to (n_H, n_W, 3), by linear interpolation along each side.

    Each new pixel lies between two old ones, and takes the larger share of the nearer. Beyond the
    last old one it stays like the last or, if periodic, goes on to the first.
    """
    n_H, n_W = shape[:2]
    enlarged = _between(_between(picture, n_H, 0, periodic), n_W, 1, periodic)
    # in the order of C, as a stored one is read back: a run goes on from either to the same bits
    return np.ascontiguousarray(enlarged)


def _between(picture: Array, n_new: int, axis: int, periodic: bool) -> Array:
    """Interpolate linearly along one side, between the centres of pixels."""
    n_old = picture.shape[axis]
    centres = (np.arange(n_new) + 0.5) * (n_old / n_new) - 0.5
    before = np.floor(centres).astype(int)
    share = (centres - before).astype(picture.dtype)
    pair = (before, before + 1)
    first, second = (n % n_old if periodic else np.clip(n, 0, n_old - 1) for n in pair)
    share = np.expand_dims(share, [side for side in range(picture.ndim) if side != axis])
    between: Array = picture.take(first, axis)
    between += share * (picture.take(second, axis) - between)
    return between
