"""Tiles of pixels to their points and back: the transforms of `lines`, along both axes.

A tile of 4×4 or 6×6 pixels of the result is made of one of 6×6 or 8×8 pixels of the input, and has
36 or 64 points. The first so many vectors of `work` are where it lies between the two directions.
"""

from typing import Any

from nst_numpy.kernels.bits import load_kept, store_relu
from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.lines import input_line, output_line
from nst_numpy.kernels.vector import LANES, load, load_line, store_line


@njit(cache=True, nogil=True)
def input_points(
    side: Any, x: Any, bits: Any, masked: bool, i: int, j: int, n_H: int, n_W: int, n_C: int,
    work: Any, to: int, step: int,
) -> None:  # fmt: skip
    """Bring a tile of the input to its points, ``Bᵀ·d·B``.

    The tile begins at pixel (i, j), which may lie outside. Point (u, v) of channel c goes to
    ``work[to + (u * len(side) + v) * step + c]``. If `masked`, pixels whose bit is not set count
    as 0.
    """
    n = len(side)
    row = n_W * n_C
    for c in range(0, n_C, LANES):
        for v in range(n):
            at = (i * n_W + j + v) * n_C + c
            last = n_H - i if 0 <= j + v < n_W else 0
            line = input_line(load_kept(x, at, row, -i, last, bits, masked, side))
            store_line(work, v * LANES, n * LANES, line)
        for u in range(n):
            line = input_line(load_line(work, u * n * LANES, LANES, side))
            store_line(work, to + u * n * step + c, step, line)


@njit(inline="always")
def output_columns(side: Any, work: Any, at: int, step: int) -> None:
    """Aᵀ·m down the columns of a tile of points, which begins `work` then."""
    n = len(side)
    for v in range(n):
        line = output_line(load_line(work, at + v * step, n * step, side))
        store_line(work, v * LANES, n * LANES, line)


@njit(cache=True, nogil=True)
def output_pixels(
    side: Any, work: Any, at: int, step: int, bias: Any, out: Any, bits: Any, forward: bool,
    add: bool, i: int, j: int, n_H: int, n_W: int, n_C: int, first: int, last: int,
) -> None:  # fmt: skip
    """Bring the points of a tile back to pixels, ``Aᵀ·m·A``, and write what comes of them.

    ``m[u, v, c]`` lies at ``work[at + (u * len(side) + v) * step + c]``; the result begins at pixel
    (i, j).
    """
    n = len(side)
    for c in range(first, last, LANES):
        output_columns(side, work, at + c, step)
        for u in range(min(n - 2, n_H - i)):
            line = output_line(load_line(work, u * n * LANES, LANES, side))
            to = ((i + u) * n_W + j) * n_C + c
            store_relu(out, to, n_C, n_W - j, line, load(bias, c), bits, forward, add)
