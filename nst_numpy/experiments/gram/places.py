"""Where the things of a photograph have gone: each place of a picture looks for its like.

A place is a position of a layer's features, with all of its channels.
"""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array


@dataclass(frozen=True)
class Match:
    """For each place of a picture, the place of the photograph that is most like it.

    Attributes
    ----------
    best : ndarray of int, shape (n_H·n_W,)
        That place, counted row by row.
    distance : ndarray, shape (n_H·n_W,)
        How far away it lies, in pixels.
    alike, alike_here : ndarray, shape (n_H·n_W,)
        How much alike the channels are, 1 at most: at the best place, and at the same place.
    """

    best: Array
    distance: Array
    alike: Array
    alike_here: Array


def match(a_G: Array, a_C: Array, stride: int) -> Match:
    """Find for each place of a_G the place of a_C that is most like it.

    Two places are alike by the cosine of the angle between their lists of channels, after the
    photograph's mean of each channel has been taken off: what all places share says nothing about
    any one of them.

    Parameters
    ----------
    a_G, a_C : ndarray, shape (n_H, n_W, n_C)
        One layer's activations for a picture and for the photograph.
    stride : int
        Pixels from one place to the next.
    """
    n_H, n_W, n_C = a_C.shape
    usual = a_C.mean(axis=(0, 1))
    A_G, A_C = (_unit_rows((a - usual).reshape(-1, n_C)) for a in (a_G, a_C))
    alike = A_G @ A_C.T
    here = np.arange(n_H * n_W)
    best = alike.argmax(axis=1)
    down, right = here // n_W - best // n_W, here % n_W - best % n_W
    return Match(best, stride * np.hypot(down, right), alike[here, best], alike[here, here])


def summary(found: Match, near: int) -> dict[str, float]:
    """Give means over the places, and how many places of the photograph are used how often.

    Parameters
    ----------
    found : Match
    near : int
        The pixels within which a thing counts as still in its place.
    """
    times = np.bincount(found.best, minlength=found.best.size)
    return {
        "distance": float(found.distance.mean()),
        "near": float((found.distance <= near).mean()),
        "alike": float(found.alike.mean()),
        "alike here": float(found.alike_here.mean()),
        "used": float((times > 0).mean()),
        "most often": int(times.max()),
    }


def collage(photograph: Array, found: Match, stride: int) -> Array:
    """Put at each place the square of the photograph that it resembles most."""
    n_H, n_W = (side // stride for side in photograph.shape[:2])
    cut = photograph[: n_H * stride, : n_W * stride]
    squares = cut.reshape(n_H, stride, n_W, stride, 3).swapaxes(1, 2).reshape(-1, stride, stride, 3)
    chosen = squares[found.best].reshape(n_H, n_W, stride, stride, 3)
    pasted: Array = chosen.swapaxes(1, 2).reshape(cut.shape)
    return pasted


def _unit_rows(A: Array) -> Array:
    length = np.linalg.norm(A, axis=1, keepdims=True)
    rows: Array = A / np.maximum(length, np.finfo(A.dtype).tiny)
    return rows
