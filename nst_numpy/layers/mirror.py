"""A mirrored margin, so that the painting has no frame.

VGG-19 takes everything outside the picture to be 0. Near the edge its features speak of that sudden
edge, and an optimizer answers by painting a pale frame. Continued by its mirror image, the picture
goes on beyond its edge as if nothing were there.
"""

import numpy as np

from nst_numpy.arrays import Array


def mirror_forward(x: Array, margin: int) -> Array:
    """Continue a picture by its mirror image: (n_H, n_W, n_C) -> (n_H + 2m, n_W + 2m, n_C).

    The pixel at the edge stands on both sides of it: ``… x1 x0 | x0 x1 …``. The margin m may be
    as large as the shorter side.
    """
    return np.pad(x, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")


def mirror_backward(dy: Array, margin: int) -> Array:
    """Fold the margin back: each pixel gets its own gradient and those of its mirror images."""
    return _fold_rows(_fold_rows(dy, margin).swapaxes(0, 1), margin).swapaxes(0, 1)


def _fold_rows(dy: Array, margin: int) -> Array:
    """Add the rows above and below to those that they mirror."""
    n_H = dy.shape[0] - 2 * margin
    dx = dy[margin : margin + n_H].copy()
    dx[:margin] += dy[:margin][::-1]
    dx[n_H - margin :] += dy[margin + n_H :][::-1]
    return dx
