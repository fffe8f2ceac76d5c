"""One value of a layer: how its gradient comes down to the picture, and where it arrives."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.experiments.scale import length, seen_by
from nst_numpy.network import VGG19, Pooling, Weights, forward, walk_down

POOLINGS: tuple[Pooling, Pooling] = ("average", "max")


@dataclass(frozen=True)
class Way:
    """The gradient of one value on its way down."""

    layer: str
    pooling: Pooling
    rows: tuple[int, int]  # the first and the last that the value sees: its receptive field,
    columns: tuple[int, int]  # cut off at the edges
    filled: bool  # whether each pixel of these has a gradient, and no other has
    half_in: float  # the share of these pixels that carries half of it
    values: list[float]  # at each pool, from above: values below for each above
    kept: list[float]  # and length below for that above
    lengths: dict[str, float]  # by layer; at the picture in units of 0 to 255, the network's own
    magnitude: Array  # |dJ/dG| of each pixel: (n_H, n_W)


def ways_down(G: Array, layers: Collection[str], weights: Weights) -> list[Way]:
    """Choose one value of each layer, and carry its gradient down with each pooling."""
    networks = [replace(VGG19, pooling=pooling) for pooling in POOLINGS]
    went_up = [forward(G, network, weights, layers) for network in networks]
    ways = []
    for layer in layers:
        da = one_value(*(features[layer] for features, _ in went_up))
        for network, (_, cache) in zip(networks, went_up, strict=True):
            steps = list(walk_down({layer: da}, cache, network, weights))
            ways.append(way_of(steps, network.pooling))
    return ways


def one_value(a: Array, b: Array) -> Array:
    """Return a gradient that asks for one value only, in the middle of the features.

    It is 1 for the channel that is most active there in both, else the ReLU would stop it.
    """
    i, j = a.shape[0] // 2, a.shape[1] // 2
    da = np.zeros_like(a)
    da[i, j, np.argmax(np.minimum(a[i, j], b[i, j]))] = 1
    return da


def way_of(steps: list[tuple[str, Array]], pooling: Pooling) -> Way:
    """Measure a gradient on its way from one value down, each (layer, dJ/da)."""
    (layer, da), *_, (picture, dG) = steps
    arrived = magnitude(dG)
    (i,), (j,), _ = np.nonzero(da)
    rows, columns = (
        cut(seen_by(layer, int(index)), n) for index, n in zip((i, j), arrived.shape, strict=True)
    )
    field = np.zeros(arrived.shape, bool)
    field[rows[0] : rows[1] + 1, columns[0] : columns[1] + 1] = True
    at_pools = [(above, below) for (name, above), (_, below) in pairwise(steps) if "pool" in name]
    return Way(
        layer=layer,
        pooling=pooling,
        rows=rows,
        columns=columns,
        filled=np.array_equal(arrived > 0, field),
        half_in=half_in(arrived[field]),
        values=[np.count_nonzero(below) / np.count_nonzero(above) for above, below in at_pools],
        kept=[length(below) / length(above) for above, below in at_pools],
        lengths={name: length(gradient) for name, gradient in steps} | {picture: length(dG) / 255},
        magnitude=arrived,
    )


def cut(span: tuple[int, int], n: int) -> tuple[int, int]:
    """Keep what lies in a picture of `n` pixels."""
    return max(span[0], 0), min(span[1], n - 1)


def magnitude(dG: Array) -> Array:
    """Return the length of each pixel's gradient, over its three colours: (n_H, n_W)."""
    lengths: Array = np.linalg.norm(dG, axis=2)
    return lengths


def half_in(magnitudes: Array) -> float:
    """Return the smallest share of the pixels that together carry half of |dJ/dG|."""
    falling = np.sort(magnitudes.ravel())[::-1].astype(np.float64)
    enough = np.searchsorted(np.cumsum(falling), falling.sum() / 2) + 1
    return float(enough / falling.size)
