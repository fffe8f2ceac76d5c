"""How large things are: pictures, what a layer sees of them, their lines, and gradients."""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.network import VGG19

ALIGNED = 0.3
"""How far the slopes within a window must agree for us to call them one line."""


def seen_by(layer: str, index: int) -> tuple[int, int]:
    """Return, from the table, the first and the last pixel, along one side, that a value sees.

    Below a 3×3 convolution there is one more on each side; below a 2×2 pool, two for each.
    """
    first = last = index
    for name in reversed(VGG19.up_to([layer])):
        first, last = (2 * first, 2 * last + 1) if "pool" in name else (first - 1, last + 1)
    return first, last


def receptive_field(layer: str) -> int:
    """Count how many pixels, in a row, one position of a layer sees."""
    first, last = seen_by(layer, 0)
    return last - first + 1


def line_length(picture: Array) -> float:
    """Return the side of a window, in pixels, over which brightness still runs in one direction."""
    sides = range(3, min(picture.shape[:2]) // 2, 2)
    agreement = [alignment(picture, side) for side in sides]
    return float(np.interp(-ALIGNED, np.negative(agreement), sides))


def alignment(picture: Array, side: int) -> float:
    """Return how far the slopes of brightness within a window agree: 1 for stripes, 0 for none.

    Of the slopes (p, q) in a window take the matrix of the means of p², pq and q². Its two
    eigenvalues are equal where the slopes point everywhere, and one is 0 where they share a line.
    Their difference is √((p² - q²)² + 4(pq)²), their sum p² + q²; both are summed over all windows.
    """
    brightness = picture @ np.array([0.299, 0.587, 0.114])
    p = brightness[2:, 1:-1] - brightness[:-2, 1:-1]
    q = brightness[1:-1, 2:] - brightness[1:-1, :-2]
    pp, pq, qq = (window_means(product, side) for product in (p * p, p * q, q * q))
    steep = (pp + qq).sum()
    return float(np.sqrt((pp - qq) ** 2 + 4 * pq**2).sum() / steep) if steep else 0.0


def window_means(x: Array, side: int) -> Array:
    """Average over every window of side × side numbers, by differences of running sums."""
    sums = np.pad(x, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    windows: Array = (
        sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    )
    return windows / side**2


def of_one_size(content: Array, style: Array) -> tuple[Array, Array]:
    """Cut out of the middle of both pictures what they have in common."""
    n_H, n_W = np.minimum(content.shape[:2], style.shape[:2])
    return middle(content, n_H, n_W), middle(style, n_H, n_W)


def middle(picture: Array, n_H: int, n_W: int) -> Array:
    """Cut n_H × n_W pixels out of the middle of a picture."""
    i, j = (picture.shape[0] - n_H) // 2, (picture.shape[1] - n_W) // 2
    return picture[i : i + n_H, j : j + n_W]


def length(gradient: Array) -> float:
    """Return the length of a gradient: the root of the sum of its squares, taken in float64."""
    return float(np.linalg.norm(gradient.ravel().astype(float)))
