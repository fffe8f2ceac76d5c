"""2×2 pooling with stride 2. Where a side is odd, its last row or column is dropped, as in Keras.

VGG-19 was trained with max pooling. Gatys, Ecker and Bethge found that average pooling gives
slightly more appealing pictures; its gradient reaches all four pixels of each square.
"""

import numpy as np

from nst_numpy.arrays import Array, Choice


def _quarters(x: Array) -> tuple[Array, Array, Array, Array]:
    """View x as the four pixels of each 2×2 square, each of shape (n_H // 2, n_W // 2, n_C)."""
    cropped = x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2]
    return cropped[0::2, 0::2], cropped[0::2, 1::2], cropped[1::2, 0::2], cropped[1::2, 1::2]


def average_pool_forward(x: Array) -> Array:
    """Take the mean of each 2×2 square: (n_H, n_W, n_C) -> (n_H // 2, n_W // 2, n_C)."""
    top_left, top_right, bottom_left, bottom_right = _quarters(x)
    return (top_left + top_right + bottom_left + bottom_right) * 0.25


def average_pool_backward(dy: Array, shape: tuple[int, ...]) -> Array:
    """Give each of the four pixels a quarter of the gradient; `shape` is that of x."""
    dx = np.zeros(shape, dy.dtype)
    for quarter in _quarters(dx):
        quarter[...] = dy * 0.25
    return dx


def max_pool_forward(x: Array) -> tuple[Array, Choice]:
    """Take the largest of each 2×2 square, and remember which of the four it was.

    Returns
    -------
    y : ndarray, shape (n_H // 2, n_W // 2, n_C)
    winner : ndarray of uint8, the shape of `y`
        0 top left, 1 top right, 2 bottom left, 3 bottom right; the first of equals.
    """
    y, *others = _quarters(x)
    winner = np.zeros(y.shape, np.uint8)
    for number, quarter in enumerate(others, start=1):
        winner[quarter > y] = number
        y = np.maximum(y, quarter)
    return y, winner


def max_pool_backward(dy: Array, winner: Choice, shape: tuple[int, ...]) -> Array:
    """Give the winner the whole gradient and the others none; `shape` is that of x.

    Only one pixel wins, even among equals: a gradient shared out twice would count double.
    """
    dx = np.zeros(shape, dy.dtype)
    for number, quarter in enumerate(_quarters(dx)):
        quarter[...] = dy * (winner == number)
    return dx
