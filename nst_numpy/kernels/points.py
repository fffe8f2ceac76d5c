"""A layer's kernel brought to the points of a tile, ``G·g·Gᵀ``, whole or in pieces."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.lines import Side, kernel_line
from nst_numpy.kernels.product import panel_width
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.vector import LANES, WIDE, load, store_line, transpose

SQUARE = LANES * LANES

TRANSFORM_SCRATCH = 9 * SQUARE
"""Numbers of scratch that a thread needs for bringing a kernel to its points."""

Floats = NDArray[np.float32]


def kernel_points(
    team: Team, side: Side, weight: Floats, U: Floats, scratch: Floats, backward: bool = False
) -> None:
    """Bring a layer's kernel to its points, ``U = G·g·Gᵀ``.

    Parameters
    ----------
    team : Team
    side : Side
        `FOUR` or `SIX` of `lines`.
    weight : ndarray of float32, shape (3, 3, n_C_in, n_C_out)
    U : ndarray of float32, 36 or 64 times n_C_in·n_C_out of them
        Is written: for each point one matrix, (n_C_in, n_C_out) or backward (n_C_out, n_C_in), cut
        into panels of columns (see `product.panel_width`).
    scratch : ndarray of float32, shape (team.size, at least `TRANSFORM_SCRATCH`)
    backward : bool
        Whether the kernel is turned by 180° and its channel axes are swapped.
    """
    n_in, n_out = weight.shape[2:]
    team.run(_transform, side, weight.reshape(-1), U.reshape(-1), scratch, n_in, n_out, backward)


@njit(cache=True, nogil=True)
def _transform(
    t: int, T: int, side: Any, weight: Any, U: Any, scratch: Any, n_in: int, n_out: int,
    backward: bool,
) -> None:  # fmt: skip
    """Do the t-th share of the kernel's matrices: every T-th panel."""
    rows, columns = (n_out, n_in) if backward else (n_in, n_out)
    zero = int(0)  # noqa: RUF046, UP018  (for Numba a constant is a type of its own)
    for column in range(t * WIDE, columns, T * WIDE):
        width = min(WIDE, columns - column)
        some_points(
            side, weight, n_in, n_out, backward, zero, rows, column, width,
            scratch[t], U, column * rows, rows * columns,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def some_points(
    side: Any, weight: Any, n_in: int, n_out: int, backward: bool,
    row: int, rows: int, column: int, columns: int,
    work: Any, U: Any, to: int, step: int,
) -> None:  # fmt: skip
    """Bring to their points the kernels in some rows and columns of the matrix of kernels.

    Each point is a matrix (rows, columns) in panels, and that of point p begins at
    ``U[to + p * step]``. `work` is scratch, `TRANSFORM_SCRATCH` numbers.
    """
    taps = n_in * n_out  # numbers from one tap of a kernel to the next
    zero, lanes, square = int(0), int(LANES), int(SQUARE)  # noqa: RUF046, UP018  (see above)
    for first in range(0, rows, LANES):
        panel = 0
        while panel < columns:
            width = panel_width(panel, columns)
            at = to + panel * rows + first * width
            start = column + panel
            if backward:  # turned by 180°, rows and columns swapped
                for c in range(0, width, LANES):
                    for tap in range(9):
                        here = tap * taps + (start + c) * n_out + row + first
                        transpose(weight, here, n_out, work, (8 - tap) * SQUARE)
                    _points(side, work, zero, square, lanes, lanes, U, at + c, step, width)
            else:
                for k in range(LANES):
                    here = (row + first + k) * n_out + start
                    to_row, times = at + k * width, width // lanes
                    _points(side, weight, here, taps, lanes, times, U, to_row, step, lanes)
            panel += width


@njit(cache=True, nogil=True)
def _points(
    side: Any, g: Any, at: int, tap: int, next_at: int, times: int,
    U: Any, to: int, step: int, next_to: int,
) -> None:  # fmt: skip
    """``G·g·Gᵀ`` of sixteen kernels after the other: down the columns of g, then along the rows.

    The weights of a kernel lie `tap` numbers from each other.
    """
    row = len(side) * step
    for _ in range(times):
        g0 = kernel_line(load(g, at), load(g, at + 3 * tap), load(g, at + 6 * tap), side)
        g1 = kernel_line(load(g, at + tap), load(g, at + 4 * tap), load(g, at + 7 * tap), side)
        g2 = kernel_line(load(g, at + 2 * tap), load(g, at + 5 * tap), load(g, at + 8 * tap), side)
        for u in range(len(side)):
            store_line(U, to + u * row, step, kernel_line(g0[u], g1[u], g2[u], side))
        at += next_at
        to += next_to
