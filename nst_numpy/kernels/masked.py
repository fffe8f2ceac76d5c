"""The Gram matrix of a region, Aᵀ·diag(t)·A, and its style's gradient diag(t)·A·D.

As in `gram`, but each position counts by its share t. The matrix is that of √t·A, and each thread
multiplies its rows when it packs them. Where a stretch of rows has no share, nothing is computed.
"""

from typing import Any

import numpy as np

from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.gram import ROWS, Floats, add_products, pack, sum_of_threads
from nst_numpy.kernels.product import DEPTH, multiply, panel_width
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.vector import LANES, load, store


def masked_gram_matrix(team: Team, a: Floats, t: Floats, out: Floats, scratch: Floats) -> None:
    """``out = Aᵀ·diag(t)·A``, with the positions of `a` as the rows of A.

    Parameters
    ----------
    team : Team
    a : ndarray of float32, shape (n_H, n_W, n_C)
    t : ndarray of float32, shape (n_H, n_W)
    out : ndarray of float32, shape (n_C, n_C)
        Is written.
    scratch : ndarray of float32, shape (team.size, at least `gram_scratch`)
    """
    n_C = a.shape[-1]
    team.run(_gram, a.reshape(-1), np.sqrt(t).reshape(-1), scratch, a.size // n_C, n_C)
    team.run(sum_of_threads, scratch, out.reshape(-1), n_C, False)


def masked_style_gradient(
    team: Team, a: Floats, t: Floats, D: Floats, scale: float, out: Floats, scratch: Floats,
    add: bool = False,
) -> None:  # fmt: skip
    """``out = scale·diag(t)·A·D``, or with `add` ``out += …``; the arrays are those of `gram`."""
    n_C = a.shape[-1]
    D = np.ascontiguousarray(D, np.float32)
    arrays = a.reshape(-1), t.reshape(-1), D.reshape(-1), out.reshape(-1), scratch
    team.run(_gradient, *arrays, np.float32(scale), add, a.size // n_C, n_C)


@njit(cache=True, nogil=True)
def _any(t: Any, start: int, rows: int) -> bool:
    """Say whether one of some rows has a share."""
    for row in range(start, start + rows):  # noqa: SIM110  (compiled, this is the faster one)
        if t[row] != 0:
            return True
    return False


@njit(cache=True, nogil=True)
def _pack_scaled(a: Any, roots: Any, start: int, work: Any, rows: int, n_C: int) -> None:
    """Copy ``√t·A`` of some rows into panels of columns (see `gram.pack`)."""
    column = 0
    while column < n_C:
        width = panel_width(column, n_C)
        for row in range(rows):
            for c in range(0, width, LANES):
                values = roots[start + row] * load(a, (start + row) * n_C + column + c)
                store(work, rows * column + row * width + c, values)
        column += width


@njit(cache=True, nogil=True)
def _gram(k: int, T: int, a: Any, roots: Any, scratch: Any, n_rows: int, n_C: int) -> None:
    """Sum ``√t·A[r, i]·√t·A[r, j]`` over the k-th share of the rows r, for the panels i ≤ j."""
    work = scratch[k]
    G = DEPTH * n_C
    work[G : G + n_C * n_C] = 0.0
    last = (k + 1) * n_rows // T
    for start in range(k * n_rows // T, last, DEPTH):
        rows = min(DEPTH, last - start)
        if _any(roots, start, rows):
            _pack_scaled(a, roots, start, work, rows, n_C)
            add_products(work, rows, n_C)


@njit(cache=True, nogil=True)
def _gradient(
    k: int, T: int, a: Any, t: Any, D: Any, out: Any, scratch: Any, scale: Any, add: bool,
    n_rows: int, n_C: int,
) -> None:  # fmt: skip
    """``out[r, :] (+)= t[r]·Σ_k A[r, k]·scale·D[k, :]`` for the k-th share of the rows r."""
    work = scratch[k]
    A = n_C * n_C  # t·A of some rows lies behind D
    pack(D, 0, work, n_C, n_C, scale)
    last = (k + 1) * n_rows // T
    for start in range(k * n_rows // T, last, ROWS):
        rows = min(ROWS, last - start)
        if _any(t, start, rows):
            for row in range(start, start + rows):
                for c in range(0, n_C, LANES):
                    values = t[row] * load(a, row * n_C + c)
                    store(work, A + (row - start) * n_C + c, values)
            multiply(work, A, n_C, 1, work, 0, out, start * n_C, n_C, rows, n_C, n_C, add)
        elif not add:
            out[start * n_C : (start + rows) * n_C] = 0.0
