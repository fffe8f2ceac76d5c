"""A layer's kernel brought to the points of Winograd's F(4×4, 3×3), once for all pictures."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from nst_numpy.kernels.product import panel_width
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.tiles import SIDE, kernel_line, store_line
from nst_numpy.kernels.vector import LANES, WIDE, load

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
    scratch : ndarray of float32, shape (team.size, at least 27·16)
    backward : bool
        Whether the kernel is turned by 180° and its channel axes are swapped.
    """
    n_in, n_out = weight.shape[2:]
    team.run(_transform, weight.reshape(-1), U.reshape(-1), scratch, n_in, n_out, backward)


@njit(cache=True, nogil=True)
def _transform(
    t: int, T: int, weight: Any, U: Any, scratch: Any, n_in: int, n_out: int, backward: bool
) -> None:
    """G·g·Gᵀ for the t-th share of the columns of the kernel's matrices, 16 columns at a time."""
    work = scratch[t]
    rows, columns = (n_out, n_in) if backward else (n_in, n_out)
    step = rows * columns
    for column in range(t * LANES, columns, T * LANES):
        panel = column // WIDE * WIDE
        if panel + WIDE > columns:
            panel = column
        width = panel_width(panel, columns)
        for row in range(rows):
            for tap in range(9):
                for lane in range(LANES):
                    if backward:  # turned by 180°, rows and columns swapped
                        at = ((8 - tap) * columns + column + lane) * rows + row
                    else:
                        at = (tap * rows + row) * columns + column + lane
                    work[tap * LANES + lane] = weight[at]
            for v in range(3):
                at = v * LANES
                below, last = at + 3 * LANES, at + 6 * LANES
                line = kernel_line(load(work, at), load(work, below), load(work, last))
                store_line(work, (9 + v) * LANES, 3 * LANES, line)
            to = panel * rows + row * width + column - panel
            for u in range(SIDE):
                at = (9 + 3 * u) * LANES
                right, last = at + LANES, at + 2 * LANES
                line = kernel_line(load(work, at), load(work, right), load(work, last))
                store_line(U, to + u * SIDE * step, step, line)
