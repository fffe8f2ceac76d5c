"""What the tasks draw at random: several shapes, for one shape alone hides exchanged axes."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nst_numpy.arrays import Array

Drawn = Iterator[tuple[str, tuple[Any, ...]]]


def shapes(rng: np.random.Generator) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Draw n_H, n_W, n_C: of even sides, of a tall picture, of odd sides."""
    n_C = rng.integers(3, 6, 3)
    yield "", (4, int(2 * rng.integers(3, 5)), int(n_C[0]))
    yield "n_H > n_W", (int(rng.integers(7, 10)), int(rng.integers(4, 7)), int(n_C[1]))
    yield "odd sides", (5, int(2 * rng.integers(3, 5) + 1), int(n_C[2]))


def normal(
    *sizes: Callable[[int, int, int], Any],
) -> Callable[[np.random.Generator], Drawn]:
    """Make inputs of normal numbers, each of a shape made of (n_H, n_W, n_C)."""

    def inputs(rng: np.random.Generator) -> Drawn:
        for about, shape in shapes(rng):
            yield about, tuple(rng.standard_normal(size(*shape)) for size in sizes)

    return inputs


def whole(n_H: int, n_W: int, n_C: int) -> tuple[int, int, int]:
    """Return the shape of the activations themselves."""
    return n_H, n_W, n_C


def matrix(*rows: tuple[float, ...]) -> Array:
    """Return one channel, (n_H, n_W, 1), of its rows."""
    return np.array(rows, float)[:, :, None]
