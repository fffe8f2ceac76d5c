"""What is painted on: a picture and the margin around it, halved and enlarged between scales."""

from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.layers import average_pool_forward


def check_numbers(name: str, picture: Any) -> None:
    """Refuse what is no array of real numbers."""
    if not isinstance(picture, np.ndarray) or picture.dtype.kind not in "fiu":
        kind = getattr(picture, "dtype", type(picture).__name__)
        raise InputError(
            f"{name} must be an array of real numbers, as load_image returns it, not {kind}."
        )


def check_array(name: str, picture: Any) -> None:
    """Refuse what is no array of the kind that a picture is."""
    check_numbers(name, picture)
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise InputError(
            f"{name} has the shape {picture.shape}; it must be (n_H, n_W, 3), RGB in [0, 1]."
        )


def check_picture(name: str, picture: Any) -> None:
    """Refuse what is no picture: RGB in [0, 1], and not far outside."""
    check_array(name, picture)
    if not np.isfinite(picture).all():
        raise InputError(f"{name} holds NaN or infinite values.")
    if picture.size and (picture.min() < -1 or picture.max() > 2):
        raise InputError(
            f"{name} has values from {picture.min():g} to {picture.max():g}; expected RGB in "
            "[0, 1], as load_image returns it."
        )


def mirrored(picture: Array, margin: int) -> Array:
    """Continue a picture beyond each edge by its mirror image: ``… x1 x0 | x0 x1 …``.

    Raises
    ------
    InputError
        If it is no picture, or narrower than the margin.
    """
    check_array("A picture", picture)
    if min(picture.shape[:2]) < margin:
        raise InputError(
            f"A picture with a side of {min(picture.shape[:2])} pixels has no margin of {margin}; "
            "choose a smaller margin or a larger picture."
        )
    return np.pad(picture, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")


def halve(picture: Array, times: int) -> Array:
    """Halve a picture's sides, `times` over: the mean of each 2×2 square."""
    for _ in range(times):
        picture = average_pool_forward(picture)
    return picture


def enlarge(picture: Array, shape: tuple[int, ...], periodic: bool = False) -> Array:
    """Enlarge a picture to (n_H, n_W, 3), by linear interpolation along each side.

    Linear interpolation is a matrix: each row of it holds the shares that one new pixel takes of
    two old ones. Beyond the last of them it stays the last, or, if periodic, goes on at the first.
    """
    rows = _interpolation(picture.shape[0], shape[0], periodic)
    columns = _interpolation(picture.shape[1], shape[1], periodic)
    enlarged: Array = np.einsum("Ii,ijk,Jj->IJk", rows, picture, columns, optimize=True)
    # in the order of C, as a stored one is read back: a run goes on from either to the same bits
    return enlarged.astype(picture.dtype, order="C")


def _interpolation(n_old: int, n_new: int, periodic: bool) -> Array:
    """Return the (n_new, n_old) matrix of linear interpolation between the centres of pixels."""
    centres = (np.arange(n_new) + 0.5) * (n_old / n_new) - 0.5
    if not periodic:
        centres = np.clip(centres, 0, n_old - 1)
    distance = np.abs(centres[:, None] - np.arange(n_old))
    if periodic:
        distance = np.minimum(distance, n_old - distance)
    shares: Array = np.maximum(1 - distance, 0)
    return shares
