"""Coloured grain, taken out of what is flat: no part of J, but of a painting before it is saved.

Along fine changes of colour J is a thousand times flatter than along coarse changes of light, so a
painting that has used up its steps is left with some: where it should be flat, neighbours differ by
one or two levels of 255 in colour, though the style does not. More steps leave more of them. What
is that small, that fine and coloured is averaged away here; light is not touched, nor is a stroke,
for across its edge neighbours are not alike.
"""

from collections.abc import Sequence

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.spectrum import BLOCK, grain

REACH = 2
"""How far away neighbours may be, in pixels, along each side."""
NEAR = 1.5
"""The standard deviation of the weight of a neighbour by its distance, in pixels."""
ROWS = 64
"""So many rows are computed at a time, so that what is made of them stays small."""


def no_grainier(picture: Array, styles: Sequence[Array], levels: float) -> Array:
    """Take the coloured grain out of a painting, if it has more of it than each of its styles.

    What is as fine and as coloured in a style, its canvas or its paper, is style, and stays.

    Parameters
    ----------
    picture : ndarray, shape (n_H, n_W, 3)
        RGB in [0, 1].
    styles : sequence of ndarray
        As they were looked at.
    levels : float
        See `without_grain`.
    """
    if not styles or min(min(one.shape[:2]) for one in (picture, *styles)) < BLOCK:
        return picture
    allowed = max(grain(style)[1] for style in styles)
    return without_grain(picture, levels) if grain(picture)[1] > allowed else picture


def without_grain(picture: Array, levels: float) -> Array:
    """Average the colour of each pixel with that of neighbours that are alike.

    A neighbour at the distance d whose RGB differs by Δ (the length of the difference) counts
    ``exp(-d²/2·NEAR² - Δ²/2·levels²)``; only the mean of the *colours* is taken, how the channels
    differ from their mean, and the pixel's own light is put back.

    Parameters
    ----------
    picture : ndarray, shape (n_H, n_W, 3)
        RGB in [0, 1].
    levels : float
        How large a difference may be, of 255; 0 for leaving all as it is.

    Returns
    -------
    smooth : ndarray, of the picture's shape and dtype, in [0, 1]

    References
    ----------
    Tomasi and Manduchi, "Bilateral Filtering for Gray and Color Images" (ICCV 1998).
    """
    if not levels:
        return picture
    smooth = np.empty_like(picture)
    around = np.pad(picture, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="symmetric")
    for first in range(0, len(picture), ROWS):
        rows = slice(first, min(first + ROWS, len(picture)))
        smooth[rows] = averaged(around[first : rows.stop + 2 * REACH], levels / 255)
    return smooth


def averaged(around: Array, size: float) -> Array:
    """Do so for some rows, given together with the neighbours around them."""
    n_H, n_W = around.shape[0] - 2 * REACH, around.shape[1] - 2 * REACH
    own = around[REACH : REACH + n_H, REACH : REACH + n_W]
    total, weights = np.zeros_like(own), np.zeros((n_H, n_W, 1), own.dtype)
    for i in range(2 * REACH + 1):
        for j in range(2 * REACH + 1):
            theirs = around[i : i + n_H, j : j + n_W]
            far = ((i - REACH) ** 2 + (j - REACH) ** 2) / (2 * NEAR**2)
            unlike = np.square(theirs - own).sum(axis=2, keepdims=True) / (2 * size**2)
            weight = np.exp(-unlike - far)
            total += weight * theirs
            weights += weight
    mean = total / weights
    changed: Array = own.mean(axis=2, keepdims=True) + mean - mean.mean(axis=2, keepdims=True)
    return np.clip(changed, 0, 1)
