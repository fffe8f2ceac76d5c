"""A gradient on its way down from one layer to the picture: where it goes, how long it is."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nst_numpy import layers, vgg19
from nst_numpy.arrays import Array
from nst_numpy.experiments.scale import length, receptive_field, seen_by
from nst_numpy.vgg19 import Cache, Weights

Way = list[tuple[str, Array]]  # what has been come down through, and the gradient below it
Box = tuple[tuple[int, int], tuple[int, int]]  # first and last row, first and last column


@dataclass(frozen=True)
class Field:
    """What one value of a layer sees of the picture, and where its gradient arrives."""

    layer: str
    pooling: str
    side: int  # of the receptive field, in pixels, as long as no edge cuts it off
    expected: Box
    seen: Box
    share: float  # of the pixels in the box that have a gradient
    half: float  # of the pixels in the box that carry half of it


@dataclass(frozen=True)
class Passed:
    """What a pool does to a gradient: values below for each above, length below for above."""

    values: float
    length: float


def way_down(da: Array, layer: str, cache: Cache, weights: Weights) -> Way:
    """Carry the gradient of one layer down as `vgg19.backward` does, and keep every step of it."""
    way = [("", da)]
    for name in reversed(vgg19.PATH[: vgg19.PATH.index(layer) + 1]):
        entry = cache.entries[vgg19.PATH.index(name)]
        if "conv" in name:
            da = layers.conv_backward(layers.relu_backward(da, entry), weights[name][0])
        elif cache.pooling == "average":
            da = layers.average_pool_backward(da, entry)
        else:
            da = layers.max_pool_backward(da, *entry)
        way.append((name, da))
    return way


def at_pools(way: Way) -> dict[str, Passed]:
    """Compare what left each pool with what came to it."""
    return {
        name: Passed(
            np.count_nonzero(below) / np.count_nonzero(above), length(below) / length(above)
        )
        for (_, above), (name, below) in pairwise(way)
        if "pool" in name
    }


def one_value(a: Array, b: Array) -> Array:
    """Give a gradient that asks for one value only, in the middle of the features.

    It is 1 for the channel that is most active there in both, else the ReLU would stop it.
    """
    i, j = a.shape[0] // 2, a.shape[1] // 2
    da = np.zeros_like(a)
    da[i, j, np.argmax(np.minimum(a[i, j], b[i, j]))] = 1
    return da


def field_of(layer: str, pooling: str, way: Way) -> Field:
    """Look where the gradient of one value has come to, beside where it should have."""
    (_, da), *_, (_, dx) = way
    (i,), (j,), _ = np.nonzero(da)
    arrived = magnitude(dx)
    rows, columns = (np.flatnonzero(arrived.any(axis=axis)) for axis in (1, 0))
    box = arrived[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    n_H, n_W = arrived.shape
    return Field(
        layer,
        pooling,
        receptive_field(layer),
        (cut(seen_by(layer, int(i)), n_H), cut(seen_by(layer, int(j)), n_W)),
        ((int(rows[0]), int(rows[-1])), (int(columns[0]), int(columns[-1]))),
        np.count_nonzero(box) / box.size,
        half_lies_in(box),
    )


def cut(span: tuple[int, int], n: int) -> tuple[int, int]:
    """Keep what lies in a picture of `n` pixels."""
    return max(span[0], 0), min(span[1], n - 1)


def magnitude(dG: Array) -> Array:
    """Give the length of each pixel's gradient, over its three colours: (n_H, n_W)."""
    lengths: Array = np.sqrt(np.sum(np.square(dG), axis=2))
    return lengths


def half_lies_in(magnitudes: Array) -> float:
    """Tell the smallest share of the pixels that together carry half of |dJ/dG|."""
    falling = np.sort(magnitudes.ravel())[::-1].astype(np.float64)
    enough = np.searchsorted(np.cumsum(falling), falling.sum() / 2) + 1
    return float(enough / falling.size)
