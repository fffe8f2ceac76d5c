"""A layer's kernel brought to the points of Winograd's F(4×4, 3×3), whole or in pieces."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.product import panel_width
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.tiles import SIDE, kernel_line, store_line
from nst_numpy.kernels.vector import LANES, WIDE, load, transpose

SQUARE = LANES * LANES

TRANSFORM_SCRATCH = 9 * SQUARE
"""Numbers of scratch that a thread needs for bringing a kernel to its points."""

Floats = NDArray[np.float32]


def kernel_points(
    team: Team, weight: Floats, U: Floats, scratch: Floats, backward: bool = False
) -> None:
    """Bring a layer's kernel to its points, ``U = G·g·Gᵀ``.

    Parameters
    ----------
    team : Team
    weight : ndarray of float32, shape (3, 3, n_C_in, n_C_out)
    U : ndarray of float32, 36·n_C_in·n_C_out of them
        Is written: for each point one matrix, (n_C_in, n_C_out) or backward (n_C_out, n_C_in), cut
        into panels of columns (see `product.panel_width`).
    scratch : ndarray of float32, shape (team.size, at least `TRANSFORM_SCRATCH`)
    backward : bool
        Whether the kernel is turned by 180° and its channel axes are swapped.
    """
    n_in, n_out = weight.shape[2:]
    team.run(_transform, weight.reshape(-1), U.reshape(-1), scratch, n_in, n_out, backward)


@njit(cache=True, nogil=True)
def _transform(
    t: int, T: int, weight: Any, U: Any, scratch: Any, n_in: int, n_out: int, backward: bool
) -> None:
    """Do the t-th share of the kernel's matrices: every T-th panel."""
    rows, columns = (n_out, n_in) if backward else (n_in, n_out)
    zero = int(0)  # noqa: RUF046, UP018  (for Numba a constant is a type of its own)
    for column in range(t * WIDE, columns, T * WIDE):
        width = min(WIDE, columns - column)
        some_points(
            weight, n_in, n_out, backward, zero, rows, column, width,
            scratch[t], U, column * rows, rows * columns,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def some_points(
    weight: Any, n_in: int, n_out: int, backward: bool,
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
                    _points(work, zero, square, lanes, lanes, U, at + c, step, width)
            else:
                for k in range(LANES):
                    here = (row + first + k) * n_out + start
                    _points(
                        weight, here, taps, lanes, width // lanes, U, at + k * width, step, lanes
                    )
            panel += width


@njit(cache=True, nogil=True)
def _points(
    g: Any, at: int, tap: int, next_at: int, times: int, U: Any, to: int, step: int, next_to: int
) -> None:
    """``G·g·Gᵀ`` of sixteen kernels after the other: down the columns of g, then along the rows.

    The weights of a kernel lie `tap` numbers from each other.
    """
    row = SIDE * step
    for _ in range(times):
        g0 = kernel_line(load(g, at), load(g, at + 3 * tap), load(g, at + 6 * tap))
        g1 = kernel_line(load(g, at + tap), load(g, at + 4 * tap), load(g, at + 7 * tap))
        g2 = kernel_line(load(g, at + 2 * tap), load(g, at + 5 * tap), load(g, at + 8 * tap))
        store_line(U, to, step, kernel_line(g0[0], g1[0], g2[0]))
        store_line(U, to + row, step, kernel_line(g0[1], g1[1], g2[1]))
        store_line(U, to + 2 * row, step, kernel_line(g0[2], g1[2], g2[2]))
        store_line(U, to + 3 * row, step, kernel_line(g0[3], g1[3], g2[3]))
        store_line(U, to + 4 * row, step, kernel_line(g0[4], g1[4], g2[4]))
        store_line(U, to + 5 * row, step, kernel_line(g0[5], g1[5], g2[5]))
        at += next_at
        to += next_to
