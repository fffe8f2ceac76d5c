"""The Gram matrix AᵀA and the style's gradient A·D, on the same threads as everything else.

Every thread sums the outer products of its own rows of A, always the same rows, and the sums of the
threads are added in their order: the same number of threads gives the same bits.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.product import DEPTH, multiply, panel_width
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.vector import LANES, load, store

ROWS = 48  # rows of A that are multiplied by D at a time

Floats = NDArray[np.float32]


def gram_scratch(n_C: int) -> int:
    """Return how many numbers of scratch each thread needs."""
    return DEPTH * n_C + n_C * n_C


def gram_matrix(team: Team, a: Floats, out: Floats, scratch: Floats, add: bool = False) -> None:
    """``out = AᵀA``, or with `add` ``out += AᵀA``, with the positions of `a` as the rows of A.

    Parameters
    ----------
    team : Team
    a : ndarray of float32, shape (n_H, n_W, n_C)
    out : ndarray of float32, shape (n_C, n_C)
        Is written.
    scratch : ndarray of float32, shape (team.size, at least `gram_scratch`)
    add : bool
    """
    n_C = a.shape[-1]
    team.run(_gram, a.reshape(-1), scratch, a.size // n_C, n_C)
    team.run(sum_of_threads, scratch, out.reshape(-1), n_C, add)


def style_gradient(
    team: Team, a: Floats, D: Floats, scale: float, out: Floats, scratch: Floats, add: bool = False
) -> None:
    """``out = scale·A·D``, or with `add` ``out += scale·A·D``.

    Parameters
    ----------
    team : Team
    a : ndarray of float32, shape (n_H, n_W, n_C)
    D : ndarray of float32, shape (n_C, n_C)
    scale : float
    out : ndarray of float32, the shape of `a`
        Is written.
    scratch : ndarray of float32, shape (team.size, at least `gram_scratch`)
    add : bool
    """
    n_C = a.shape[-1]
    D = np.ascontiguousarray(D, np.float32)  # a kernel reads the bytes, whatever they are
    arrays = a.reshape(-1), D.reshape(-1), out.reshape(-1), scratch
    team.run(_gradient, *arrays, np.float32(scale), add, a.size // n_C, n_C)


@njit(cache=True, nogil=True)
def pack(x: Any, start: int, work: Any, rows: int, n_C: int, scale: Any) -> None:
    """Copy ``scale·x`` of some rows into panels of columns (see `product.panel_width`)."""
    column = 0
    while column < n_C:
        width = panel_width(column, n_C)
        for row in range(rows):
            for c in range(0, width, LANES):
                values = scale * load(x, start + row * n_C + column + c)
                store(work, rows * column + row * width + c, values)
        column += width


@njit(cache=True, nogil=True)
def add_products(work: Any, terms: int, n_C: int) -> None:
    """Add the products of some rows, which lie in panels, to the matrix behind them."""
    G = DEPTH * n_C
    j = 0
    while j < n_C:
        width = panel_width(j, n_C)
        i = 0
        while i <= j:
            height = panel_width(i, n_C)
            multiply(
                work, terms * i, 1, height,
                work, terms * j,
                work, G + i * n_C + j, n_C, height, terms, width, True,
            )  # fmt: skip
            i += height
        j += width


@njit(cache=True, nogil=True)
def _gram(t: int, T: int, a: Any, scratch: Any, n_rows: int, n_C: int) -> None:
    """Sum ``A[k, i]·A[k, j]`` over the t-th share of the rows k, for the panels with i ≤ j."""
    work = scratch[t]
    G = DEPTH * n_C
    work[G : G + n_C * n_C] = 0.0
    last = (t + 1) * n_rows // T
    for start in range(t * n_rows // T, last, DEPTH):
        terms = min(DEPTH, last - start)
        pack(a, start * n_C, work, terms, n_C, np.float32(1))
        add_products(work, terms, n_C)


@njit(cache=True, nogil=True)
def sum_of_threads(t: int, T: int, scratch: Any, out: Any, n_C: int, add: bool) -> None:
    """Add up the threads' matrices, and mirror them: only the panels with i ≤ j were computed."""
    G = DEPTH * n_C
    for i in range(t * n_C // T, (t + 1) * n_C // T):
        for j in range(n_C):
            at = G + (i * n_C + j if i <= j else j * n_C + i)
            total = out[i * n_C + j] if add else np.float32(0)
            for thread in range(scratch.shape[0]):
                total += scratch[thread, at]
            out[i * n_C + j] = total


@njit(cache=True, nogil=True)
def _gradient(
    t: int, T: int, a: Any, D: Any, out: Any, scratch: Any, scale: Any, add: bool,
    n_rows: int, n_C: int,
) -> None:  # fmt: skip
    """``out[r, :] (+)= Σ_k A[r, k]·scale·D[k, :]`` for the t-th share of the rows r."""
    work = scratch[t]
    pack(D, 0, work, n_C, n_C, scale)
    last = (t + 1) * n_rows // T
    for start in range(t * n_rows // T, last, ROWS):
        rows = min(ROWS, last - start)
        multiply(a, start * n_C, n_C, 1, work, 0, out, start * n_C, n_C, rows, n_C, n_C, add)
