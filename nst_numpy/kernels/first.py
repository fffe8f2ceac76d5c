"""The first convolution, 3 → 64 channels: too thin for Winograd, so the definition, in blocks.

Forward, the 27 numbers under the kernel are laid out so that those of the next pixel begin nine
numbers further on; one product of matrices then does a run of pixels. Backward, every pixel of dz
is multiplied by all 27 weights at once, and each pixel of dx collects its nine taps.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_numpy.kernels.bits import load_kept, store_relu
from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.product import multiply, panel_width
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.vector import LANES, load, store_line

RUN = 48  # pixels that are multiplied at a time
TAPS = 32  # the 27 numbers of dx that one pixel of dz reaches, and room up to two vectors

Floats = NDArray[np.float32]
Bits = NDArray[np.uint8]


def first_scratch(n_W: int, n_C: int) -> int:
    """Return how many numbers of scratch each thread needs."""
    return RUN * n_C + max(9 * (n_W + 2), 3 * TAPS * n_W)


def first_kernel_forward(weight: Floats) -> Floats:
    """Bring a kernel (3, 3, 3, n_C) into the order (v, u, c, n_C), in panels, for forward."""
    return _panels(weight.swapaxes(0, 1).reshape(27, -1))


def first_kernel_backward(weight: Floats) -> Floats:
    """Bring a kernel (3, 3, 3, n_C) into the order (n_C, 27), in panels, for backward."""
    matrix = np.zeros((weight.shape[-1], TAPS), np.float32)
    matrix[:, :27] = weight.reshape(27, -1).T
    return _panels(matrix)


def _panels(matrix: Floats) -> Floats:
    """Cut a matrix into panels of columns (see `product.panel_width`), one after the other."""
    columns = matrix.shape[1]
    pieces = []
    column = 0
    while column < columns:
        width = panel_width.py_func(column, columns)
        pieces.append(matrix[:, column : column + width].ravel())
        column += width
    return np.concatenate(pieces).astype(np.float32)


def first_relu_forward(
    team: Team, x: Floats, kernel: Floats, bias: Floats, out: Floats, bits: Bits, scratch: Floats,
    start: int = 0,
) -> None:  # fmt: skip
    """``out = relu(conv(x) + bias)``, and where it was positive.

    Parameters
    ----------
    team : Team
    x : ndarray of float32, shape (n_H, n_W, 3)
    kernel : ndarray
        From `first_kernel_forward`.
    bias : ndarray of float32, shape (n_C,)
    out : ndarray of float32, shape (n_H, n_W, n_C)
        Is written.
    bits : ndarray of uint8, n_H·n_W·n_C / 8 of them
        Is written: one bit for each z > 0, least significant first.
    scratch : ndarray of float32, shape (team.size, at least `first_scratch`)
    start : int
        The row of the picture that is the first of `out` and `bits`, if they are a strip of it.
    """
    n_rows, n_W, n_C = out.shape
    arrays = x.reshape(-1), kernel, bias, out.reshape(-1), bits.reshape(-1), scratch
    team.run(_forward, *arrays, x.shape[0], n_W, n_C, start, n_rows)


def first_relu_backward(
    team: Team, da: Floats, bits: Bits, kernel: Floats, dx: Floats, scratch: Floats,
    rows: tuple[int, int] | None = None, start: int = 0,
) -> None:  # fmt: skip
    """``dx = conv_backward(da where the bit is set)``, down to the three colours.

    Parameters
    ----------
    team : Team
    da : ndarray of float32, shape (n_H, n_W, n_C)
    bits : ndarray of uint8
        From `first_relu_forward`.
    kernel : ndarray
        From `first_kernel_backward`.
    dx : ndarray of float32, shape (n_H, n_W, 3)
        Is written.
    scratch : ndarray of float32, shape (team.size, at least `first_scratch`)
    rows : (first, last), optional
        Which rows of `dx` are written; without it, all.
    start : int
        The row of the picture that is the first of `da` and `bits`, if they are a strip of it.
    """
    n_H, n_W, _ = dx.shape
    first, last = rows or (0, n_H)
    arrays = da.reshape(-1), bits.reshape(-1), kernel, dx.reshape(-1), scratch
    team.run(_backward, *arrays, n_H, n_W, da.shape[2], first, last, start)


@njit(cache=True, nogil=True)
def _forward(
    t: int, T: int, x: Any, kernel: Any, bias: Any, out: Any, bits: Any, scratch: Any,
    n_H: int, n_W: int, n_C: int, start_row: int, n_rows: int,
) -> None:  # fmt: skip
    """``z[j, :] = Σ_k window[9·j + k]·kernel[k, :]`` for the t-th share of the rows."""
    work = scratch[t]
    windows = RUN * n_C
    for i in range(start_row + t * n_rows // T, start_row + (t + 1) * n_rows // T):
        for j in range(-1, n_W + 1):  # windows[j, u, c] = x[i + u - 1, j, c], 0 outside
            for u in range(3):
                inside = 0 <= i + u - 1 < n_H and 0 <= j < n_W
                for c in range(3):
                    to = windows + ((j + 1) * 3 + u) * 3 + c
                    work[to] = x[((i + u - 1) * n_W + j) * 3 + c] if inside else 0.0
        for start in range(0, n_W, RUN):
            run = min(RUN, n_W - start)
            multiply(work, windows + 9 * start, 9, 1, kernel, 0, work, 0, n_C, run, 27, n_C, False)
            for j in range(run):
                to = ((i - start_row) * n_W + start + j) * n_C
                for c in range(0, n_C, LANES):
                    line = (load(work, j * n_C + c),)
                    store_relu(out, to + c, 0, 1, line, load(bias, c), bits, True, False)


@njit(cache=True, nogil=True)
def _backward(
    t: int, T: int, da: Any, bits: Any, kernel: Any, dx: Any, scratch: Any,
    n_H: int, n_W: int, n_C: int, first_row: int, last_row: int, start_row: int,
) -> None:  # fmt: skip
    """Do the t-th share of the rows of dx, with three rows of taps at a time.

    ``taps[i, j, uvc] = Σ_o dz[i, j, o]·w[u, v, c, o]``, and ``dx[i, j, c]`` is the sum of
    ``taps[i - u + 1, j - v + 1, uvc]`` over u and v.
    """
    work = scratch[t]
    taps = RUN * n_C
    n_rows = last_row - first_row
    first, last = first_row + t * n_rows // T, first_row + (t + 1) * n_rows // T
    if first == last:
        return
    for row in range(max(first - 1, 0), min(last + 1, n_H)):
        for start in range(0, n_W, RUN):
            run = min(RUN, n_W - start)
            at = ((row - start_row) * n_W + start) * n_C
            for k in range(0, run * n_C, LANES):
                store_line(work, k, 0, load_kept(da, at + k, 0, 0, 1, bits, True, (0,)))
            to = taps + (row % 3 * n_W + start) * TAPS
            multiply(work, 0, n_C, 1, kernel, 0, work, to, TAPS, run, n_C, TAPS, False)
        if row > first:
            _collect(work, taps, dx, row - 1, n_H, n_W)
    if last == n_H:
        _collect(work, taps, dx, n_H - 1, n_H, n_W)


@njit(cache=True, nogil=True)
def _collect(work: Any, taps: int, dx: Any, i: int, n_H: int, n_W: int) -> None:
    """Sum up the taps that reach the pixels of row i."""
    for j in range(n_W):
        red = green = blue = np.float32(0)
        for u in range(max(0, i + 2 - n_H), min(3, i + 2)):
            row = taps + (i - u + 1) % 3 * n_W * TAPS
            for v in range(max(0, j + 2 - n_W), min(3, j + 2)):
                at = row + (j - v + 1) * TAPS + (u * 3 + v) * 3
                red += work[at]
                green += work[at + 1]
                blue += work[at + 2]
        to = (i * n_W + j) * 3
        dx[to] = red
        dx[to + 1] = green
        dx[to + 2] = blue
