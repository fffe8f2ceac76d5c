"""All below the first pool, a strip of rows at a time: its arrays, the largest, are never whole.

Up, a strip of the first layer adds its share to the Gram matrix, and goes through the second
convolution and the pool while it is in the cache. Down, the gradient of a strip of the first layer
comes through the pool and the second convolution; the strip itself is computed again, for its ReLU
and for the gradient of the style; and both go down to the picture. A 3×3 kernel reaches one row
further on each side: up, a strip of the first layer has one row more than it gives at each end;
down, two rows stay for the next strip.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nst_numpy.arrays import Array
from nst_numpy.kernels import first, gram, winograd
from nst_numpy.kernels.lines import pixels, side_for
from nst_numpy.kernels.threads import Team

NUMBERS = 2**20
"""How many numbers a strip has, about: 4 MB, a part of the L3 cache."""

Bits = NDArray[np.uint8]
Kernel = tuple[Array, Array]  # transformed, and the bias, of which backward takes no notice


def strip_rows(n_H: int, n_W: int, n_C: int) -> int:
    """Return how many rows of the result a strip has; a multiple of a tile's, or all."""
    n = pixels(side_for(n_H, n_W))
    return min(n_H, max(2, NUMBERS // (n * n_W * n_C)) * n)


def strips(n_H: int, rows: int) -> Iterator[tuple[int, int, int, int]]:
    """Cut a picture into strips: (first, last) row of the result, (start, stop) with neighbours."""
    for row in range(0, n_H, rows):
        last = min(row + rows, n_H)
        yield row, last, max(row - 1, 0), min(last + 1, n_H)


def overlap(rows: slice, row: int, last: int, n_H: int) -> tuple[int, int] | None:
    """Return which of a strip's rows are among those that count, if any are."""
    start, stop, _ = rows.indices(n_H)
    start, stop = max(start, row), min(stop, last)
    return (start, stop) if start < stop else None


@dataclass
class Strips:
    """The place of a strip, and the passes through it.

    Attributes
    ----------
    team : Team
    rows : int
        From `strip_rows`.
    a, da : ndarray of float32, shape (rows + 2, n_W, n_C)
        A strip of the first layer, and the gradient with respect to it.
    bits : ndarray of uint8, shape (rows + 2, n_W·n_C // 8)
        Of the strip's ReLU.
    scratch : ndarray of float32
        For all kernels.
    maximum : bool
        What the pool takes.
    """

    team: Team
    rows: int
    a: Array
    da: Array
    bits: Bits
    scratch: Array
    maximum: bool

    def up(
        self, x: Array, first_layer: Kernel, second: Kernel, s: Array, y: Array, bits: Bits,
        rows: slice,
    ) -> None:  # fmt: skip
        """Write the pooled second layer of x to y; add the first one's Gram matrix to s."""
        for row, last, start, stop in strips(len(x), self.rows):
            a, here = self.a[: stop - start], self.bits[: stop - start]
            first.first_relu_forward(self.team, x, *first_layer, a, here, self.scratch, start)
            if counted := overlap(rows, row, last, len(x)):
                own = a[counted[0] - start : counted[1] - start]
                gram.gram_matrix(self.team, own, s, self.scratch, add=True)
            winograd.conv_pool_forward(
                self.team, a, *second, y, bits, self.scratch,
                self.maximum, (row, last), row - start,
            )  # fmt: skip

    def down(
        self, dy: Array, bits: Bits, x: Array, first_layer: Kernel, second_back: Array,
        first_back: Array, D: Array | None, dx: Array, rows: slice,
    ) -> None:  # fmt: skip
        """Bring dy, with respect to the pool, down to dx; add A·D of the first layer's rows."""
        n_H, n_W, _ = x.shape
        for row, last, _, _ in strips(n_H, self.rows):
            n = last - row
            a, da, here = self.a[2 : n + 2], self.da[2 : n + 2], self.bits[2 : n + 2]
            winograd.conv_pool_backward(
                self.team, dy, bits, second_back, da, self.scratch, self.maximum, (n_H, n_W), row
            )
            first.first_relu_forward(self.team, x, *first_layer, a, here, self.scratch, row)
            if D is not None and (pulled := overlap(rows, row, last, n_H)):
                own = slice(pulled[0] - row, pulled[1] - row)
                gram.style_gradient(self.team, a[own], D, 1.0, da[own], self.scratch, add=True)
            ready = max(row - 1, 0), last if last == n_H else last - 1
            da, here = self.da[: n + 2], self.bits[: n + 2]
            first.first_relu_backward(
                self.team, da, here, first_back, dx, self.scratch, ready, row - 2
            )
            if last < n_H:  # the two rows that the next strip's first rows of dx still need
                da[:2], here[:2] = da[n:], here[n:]
