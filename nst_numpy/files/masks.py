"""A mask from a picture's file: white inside, black outside, gray at a soft edge."""

from pathlib import Path

import numpy as np

from nst_numpy.errors import InputError
from nst_numpy.files.images import load_image
from nst_numpy.files.opening import upright_size

GRAY = 16 / 255
"""How far apart the colours of a gray pixel may lie: a JPEG does not keep them equal."""


def load_mask(path: Path, picture: Path, shape: tuple[int, ...]) -> np.ndarray:
    """Read the mask of a picture.

    Parameters
    ----------
    path : path
        Of the mask, in any size, but of the same proportions as its picture.
    picture : path
        The file that the mask belongs to.
    shape : (n_H, n_W, …)
        Of that picture as it was loaded; the mask is brought to it.

    Returns
    -------
    mask : ndarray, shape (n_H, n_W), float32
        1 inside the region, 0 outside.

    Raises
    ------
    InputError
        If the file cannot be read, has proportions other than its picture's, is not gray, or
        is black.
    """
    (width, height), (wide, high) = upright_size(path), upright_size(picture)
    # in whole pixels: either the height follows from the width, or the width from the height
    if abs(height - width * high / wide) > 1 and abs(width - height * wide / high) > 1:
        raise InputError(
            f"{path} has {width} × {height} pixels and {picture} has {wide} × {high}; "
            "a mask has the proportions of its picture."
        )
    return mask_of(path, load_image(path, shape=(shape[0], shape[1])))


def mask_of(name: object, image: np.ndarray) -> np.ndarray:
    """Return the mask in a picture, shape (n_H, n_W, 3) in [0, 1]: its gray.

    Raises
    ------
    InputError
        If it is not gray, or is black.
    """
    if np.ptp(image, axis=2).max() > GRAY:
        raise InputError(
            f"{name} has colours; a mask is gray: white inside its region, and black outside."
        )
    mask: np.ndarray = image.mean(axis=2)
    if mask.max() < 0.5 / 255:
        raise InputError(f"{name} is black; paint white what belongs to the region.")
    return mask
