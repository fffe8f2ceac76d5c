"""C = A·B and C += A·B for small float32 matrices that lie in the cache.

BLAS copies both matrices into an order of its own before it multiplies. Here they are laid out in
that order to begin with, so nothing is copied: B, a kernel of the network for instance, is cut into
*panels* of columns once (see `panel_width`), and A was just written by this core.
"""

from typing import Any

from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.vector import LANES, WIDE, fma, load_like, store, zeros

DEPTH = 128
"""Terms of the sum that are taken at a time: so many rows of a panel stay in the L1 cache."""


@njit(inline="always")
def panel_width(column: int, columns: int) -> Any:
    """Return how wide the panel that begins at `column` is: `WIDE`, or 16 where less is left.

    A matrix (n, columns) in panels is the matrix ``matrix[:, column : column + width]`` of each
    panel one after the other. So the panel begins at number ``n * column``, and its rows follow
    each other at a distance of ``width``.
    """
    return WIDE if column + WIDE <= columns else LANES


@njit(inline="always")
def multiply(
    a: Any, a_start: int, a_row: int, a_term: int, b: Any, b_start: int,
    c: Any, c_start: int, c_row: int, rows: int, terms: int, columns: int, add: bool,
) -> None:  # fmt: skip
    """Multiply two matrices, ``C[r, :] (+)= Σ_k A[r, k]·B[k, :]``; B lies in panels.

    ``A[r, k]`` lies at ``a[a_start + r * a_row + k * a_term]``: with ``a_row = 1`` A is transposed.
    """
    # For Numba a constant is a type of its own: without int() it would compile for each anew.
    _multiply(
        a, int(a_start), int(a_row), int(a_term), b, int(b_start),
        c, int(c_start), int(c_row), int(rows), int(terms), int(columns), bool(add),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _multiply(
    a: Any, a_start: int, a_row: int, a_term: int, b: Any, b_start: int,
    c: Any, c_start: int, c_row: int, rows: int, terms: int, columns: int, add: bool,
) -> None:  # fmt: skip
    column = 0
    while column < columns:
        width = panel_width(column, columns)
        for k in range(0, terms, DEPTH):
            x, y, z = a_start + k * a_term, b_start + column * terms + k * width, c_start + column
            depth, more = min(DEPTH, terms - k), add or k > 0
            if width == WIDE:
                wide = zeros(WIDE)
                _panel(a, x, a_row, a_term, b, y, width, c, z, c_row, rows, depth, more, wide)
            else:
                narrow = zeros(LANES)
                _panel(a, x, a_row, a_term, b, y, width, c, z, c_row, rows, depth, more, narrow)
        column += width


@njit(inline="always")
def _panel(
    a: Any, x: int, a_row: int, a_term: int, b: Any, y: int, width: int,
    c: Any, z: int, c_row: int, rows: int, terms: int, add: bool, zero: Any,
) -> None:  # fmt: skip
    """Multiply by one panel. Each sum is a vector, one row of C in this panel.

    The sums of six rows stay in registers, so every row of B that is read is used six times.
    """
    while rows >= 6 and rows != 8:  # 8 rows are twice 4
        s0 = s1 = s2 = s3 = s4 = s5 = zero
        at, b_at = x, y
        for _ in range(terms):
            b_k = load_like(b, b_at, zero)
            s0 = fma(a, at, b_k, s0)
            s1 = fma(a, at + a_row, b_k, s1)
            s2 = fma(a, at + 2 * a_row, b_k, s2)
            s3 = fma(a, at + 3 * a_row, b_k, s3)
            s4 = fma(a, at + 4 * a_row, b_k, s4)
            s5 = fma(a, at + 5 * a_row, b_k, s5)
            at += a_term
            b_at += width
        _put(c, z, s0, add)
        _put(c, z + c_row, s1, add)
        _put(c, z + 2 * c_row, s2, add)
        _put(c, z + 3 * c_row, s3, add)
        _put(c, z + 4 * c_row, s4, add)
        _put(c, z + 5 * c_row, s5, add)
        x, z, rows = x + 6 * a_row, z + 6 * c_row, rows - 6
    while rows >= 4:
        s0 = s1 = s2 = s3 = zero
        at, b_at = x, y
        for _ in range(terms):
            b_k = load_like(b, b_at, zero)
            s0 = fma(a, at, b_k, s0)
            s1 = fma(a, at + a_row, b_k, s1)
            s2 = fma(a, at + 2 * a_row, b_k, s2)
            s3 = fma(a, at + 3 * a_row, b_k, s3)
            at += a_term
            b_at += width
        _put(c, z, s0, add)
        _put(c, z + c_row, s1, add)
        _put(c, z + 2 * c_row, s2, add)
        _put(c, z + 3 * c_row, s3, add)
        x, z, rows = x + 4 * a_row, z + 4 * c_row, rows - 4
    while rows > 0:
        s0 = zero
        for k in range(terms):
            s0 = fma(a, x + k * a_term, load_like(b, y + k * width, zero), s0)
        _put(c, z, s0, add)
        x, z, rows = x + a_row, z + c_row, rows - 1


@njit
def _put(c: Any, at: int, total: Any, add: bool) -> None:
    if add:
        store(c, at, load_like(c, at, total) + total)
    else:
        store(c, at, total)
