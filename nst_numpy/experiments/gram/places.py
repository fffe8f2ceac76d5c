"""Where the things of a photograph have gone: each place of a picture looks for its like.

A place is a position of a layer's features, with all of its channels.
"""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.network import VGG19

LAYER = "conv4_2"
STRIDE = VGG19.least_side([LAYER])  # pixels from one place to the next
NEAR = 2 * STRIDE  # pixels within which a thing counts as still in its place


@dataclass(frozen=True)
class Seen:
    """What the features of a picture cost, and where in the photograph their likes are.

    Attributes
    ----------
    content_cost, gram_cost
        Against the photograph.
    best, distances : ndarray, shape (n_H·n_W,)
        For each place the number of its like, and how many pixels away that lies.
    distance, near
        The mean distance, and the share of the places that are within `NEAR`.
    alike
        How much alike a place and its like are, 1 at most: the mean.
    used, most_often
        The share of the photograph's places that are found again, and how often one of them is.
    """

    content_cost: float
    gram_cost: float
    best: Array
    distances: Array
    distance: float
    near: float
    alike: float
    used: float
    most_often: int


def look(a_G: Array, a_C: Array) -> Seen:
    """Find for each place of a_G, shape (n_H, n_W, n_C), the place of a_C that is most like it.

    Two places are alike by the cosine of the angle between their lists of channels, after the
    photograph's mean of each channel has been taken off: what all places share says nothing about
    any one of them.
    """
    n_H, n_W, n_C = a_C.shape
    A_G, A_C = ((a - a_C.mean(axis=(0, 1))).reshape(-1, n_C) for a in (a_G, a_C))
    least = np.finfo(a_C.dtype).tiny  # nothing is divided by 0
    A_G, A_C = (A / np.maximum(np.linalg.norm(A, axis=1, keepdims=True), least) for A in (A_G, A_C))
    alike = A_G @ A_C.T
    best = alike.argmax(axis=1)
    here = np.arange(n_H * n_W)
    distances = STRIDE * np.hypot(here // n_W - best // n_W, here % n_W - best % n_W)
    times = np.bincount(best, minlength=n_H * n_W)
    return Seen(
        content_cost=content_cost(a_C, a_G)[0],
        gram_cost=style_cost(gram_per_position(a_C), a_G)[0],
        best=best,
        distances=distances,
        distance=distances.mean(),
        near=(distances <= NEAR).mean(),
        alike=alike.max(axis=1).mean(),
        used=(times > 0).mean(),
        most_often=times.max(),
    )


def collage(photograph: Array, best: Array) -> Array:
    """Put at each place the square of the photograph that it resembles most."""
    n_H, n_W = (side // STRIDE for side in photograph.shape[:2])
    cut = photograph[: n_H * STRIDE, : n_W * STRIDE]
    squares = cut.reshape(n_H, STRIDE, n_W, STRIDE, 3).swapaxes(1, 2)
    pasted = squares.reshape(-1, STRIDE, STRIDE, 3)[best].reshape(squares.shape).swapaxes(1, 2)
    picture: Array = pasted.reshape(cut.shape)
    return picture
