"""3×3 convolution by Winograd: 64 multiplications where the definition has 324, or 36 for 144.

The picture is cut into tiles of 6×6 or 4×4 pixels of the result. A tile d of 8×8 or 6×6 pixels of
the input (neighbours overlap by two) and the kernel g are brought to 64 or 36 *points* each,
multiplied point by point and summed over the channels, and brought back:

``y = Aᵀ·[(G·g·Gᵀ) ∘ (Bᵀ·d·B)]·A``

with the matrices of `lines`. At each of the points, for P tiles, the sum over the channels is a
product of matrices, (P × n_C_in)·(n_C_in × n_C_out). A block of tiles goes through all three steps
before the next begins, so that its points do not leave the cache of the core. Tiles of 6×6 need a
fifth fewer multiplications, so long as not too much of them lies outside: see `lines.side_for`.

Backward is the same convolution with the kernel turned around (see `layers.conv_backward`). All
channel counts are multiples of 16.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numba import boolean, float32, int64, uint8
from numba.core.event import Listener, install_listener
from numba.types import UniTuple
from numpy.typing import NDArray

from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.lines import FOUR, SIX, Side, points, tiles
from nst_numpy.kernels.pooled_tiles import pooled_pixels, pooled_points
from nst_numpy.kernels.product import multiply
from nst_numpy.kernels.threads import Team, draw
from nst_numpy.kernels.tiles import input_points, output_pixels
from nst_numpy.kernels.vector import LANES, WIDE

BLOCK = 2688  # points in a block, at most: 74 tiles of 36, 42 of 64
PAD = LANES  # between the points, so that they do not all want the same place in the cache

Floats = NDArray[np.float32]
Bits = NDArray[np.uint8]


def _plan(side: Side, n_H: int, n_W: int, n_C_out: int, threads: int) -> tuple[int, int]:
    """Choose how many tiles a block has, and among how many threads its channels are shared.

    Blocks are of equal size, and as many as all threads can share evenly. Where so few tiles are
    left that each would be multiplied by all of the kernel, all threads work on one block.
    """
    block, count = BLOCK // points(side), tiles(side, n_H, n_W)
    if count <= block // 3 and n_C_out % (threads * WIDE) == 0:
        return count, threads
    rounds = -(-count // (threads * block))
    return -(-count // (threads * rounds)), 1


def conv_scratch(n_H: int, n_W: int, n_C_in: int, n_C_out: int, threads: int) -> int:
    """Return how many numbers of scratch each thread needs for a layer, in both directions."""
    return max(
        points(side) * (LANES + 2 * PAD + P * (n_C_in + n_C_out))  # a multiple of 16
        for side in (FOUR, SIX)
        for n_C in (n_C_in, n_C_out)
        for P, _ in [_plan(side, n_H, n_W, n_C, threads)]
    )


def conv_relu_forward(
    team: Team, x: Floats, U: Floats, bias: Floats, out: Floats, bits: Bits, scratch: Floats
) -> None:
    """``out = relu(conv(x) + bias)``, and where it was positive.

    Parameters
    ----------
    team : Team
    x : ndarray of float32, shape (n_H, n_W, n_C_in)
    U : ndarray
        From `points.kernel_points`; its length tells the size of tile.
    bias : ndarray of float32, shape (n_C_out,)
    out : ndarray of float32, shape (n_H, n_W, n_C_out)
        Is written.
    bits : ndarray of uint8, n_H·n_W·n_C_out / 8 of them
        Is written: one bit for each z > 0, least significant first.
    scratch : ndarray of float32, shape (team.size, at least `conv_scratch`)
    """
    _run(team, x, bits, U, bias, out, scratch, True, False, Place(out.shape[0], out.shape[1]))


def conv_relu_backward(
    team: Team, da: Floats, bits: Bits, U: Floats, dx: Floats, scratch: Floats, add: bool = False
) -> None:
    """``dx = conv_backward(da where the bit is set)``, or with `add` ``dx += …``.

    Parameters
    ----------
    team : Team
    da : ndarray of float32, shape (n_H, n_W, n_C_out)
    bits : ndarray of uint8
        From `conv_relu_forward`.
    U : ndarray
        From `points.kernel_points` with ``backward=True``.
    dx : ndarray of float32, shape (n_H, n_W, n_C_in)
        Is written.
    scratch : ndarray of float32, shape (team.size, at least `conv_scratch`)
    add : bool
    """
    zero = np.zeros(dx.shape[-1], np.float32)
    _run(team, da, bits, U, zero, dx, scratch, False, add, Place(dx.shape[0], dx.shape[1]))


def conv_pool_forward(
    team: Team, x: Floats, U: Floats, bias: Floats, y: Floats, bits: Bits, scratch: Floats,
    maximum: bool, rows: tuple[int, int], top: int = 0,
) -> None:  # fmt: skip
    """``y = pool(relu(conv(x) + bias))`` for some rows of the convolution's result.

    Parameters
    ----------
    team, U, bias, scratch
        As for `conv_relu_forward`.
    x : ndarray of float32, shape (any, n_W, n_C_in)
        Those rows, and one more at each end that is not an end of the picture.
    y : ndarray of float32, shape (n_H // 2, n_W // 2, n_C_out)
        Its rows are written.
    bits : ndarray of uint8, n_H·n_W·n_C_out / 8 of them
        As many rows are written: which pixels get a share of the gradient.
    maximum : bool
        Whether the pool takes the largest, else the mean.
    rows : (first, last)
        `first` is even.
    top : int
        Which row of `x` is the row `first`.
    """
    first, last = rows
    n_W, n_C = x.shape[1], y.shape[2]
    place = Place(last - first, n_W, top, x.shape[0], 2 if maximum else 1)
    out, here = y[first // 2 :], bits[first * n_W * n_C // 8 :]
    _run(team, x, here, U, bias, out, scratch, True, False, place)


def conv_pool_backward(
    team: Team, dy: Floats, bits: Bits, U: Floats, dx: Floats, scratch: Floats,
    maximum: bool, shape: tuple[int, int], first: int = 0,
) -> None:  # fmt: skip
    """``dx = conv_backward(relu_backward(pool_backward(dy)))`` for some rows of dx.

    Parameters
    ----------
    team, U, scratch
        As for `conv_relu_backward`.
    dy : ndarray of float32, shape (n_H // 2, n_W // 2, n_C_out)
    bits : ndarray of uint8
        From `conv_pool_forward`.
    dx : ndarray of float32, shape (any, n_W, n_C_in)
        Is written.
    maximum : bool
    shape : (n_H, n_W)
        Of the whole picture.
    first : int
        The row of the picture that is the first of `dx`.
    """
    zero = np.zeros(dx.shape[-1], np.float32)
    place = Place(dx.shape[0], shape[1], first, shape[0], 2 if maximum else 1)
    _run(team, dy, bits, U, zero, dx, scratch, False, False, place)


class Place(NamedTuple):
    """Which rows of a convolution's result are computed, and from where.

    Attributes
    ----------
    n_H, n_W
        How many rows of the result there are, of what length.
    top
        The row of the input that lies beneath the first of them.
    n_H_in
        Rows of the input; without it, `n_H`.
    pooled
        0 without a pool; else there is one above the convolution, of means (1) or maxima (2).
    """

    n_H: int
    n_W: int
    top: int = 0
    n_H_in: int = 0
    pooled: int = 0


def _run(
    team: Team, x: Floats, bits: Bits, U: Floats, bias: Floats, out: Floats, scratch: Floats,
    forward: bool, add: bool, place: Place,
) -> None:  # fmt: skip
    n_in, n_out = x.shape[-1], out.shape[-1]
    n_H, n_W, top, n_H_in, pooled = place
    side = FOUR if U.size == points(FOUR) * n_in * n_out else SIX
    P, parts = _plan(side, n_H, n_W, n_out, team.size)
    arrays = x.reshape(-1), bits.reshape(-1), U.reshape(-1), bias, out.reshape(-1), scratch
    ticket = np.zeros(1, np.int64)
    numbers = n_H, n_W, n_in, n_out, P, parts, top, n_H_in or n_H, pooled
    team.run(_conv, side, ticket, *arrays, forward, add, *numbers)


@njit(cache=True, nogil=True)
def _conv(
    t: int, T: int, side: Any,
    ticket: Any, x: Any, bits: Any, U: Any, bias: Any, out: Any, scratch: Any, forward: bool,
    add: bool, n_H: int, n_W: int, n_in: int, n_out: int, P: int, parts: int, top: int,
    n_H_in: int, pooled: int,
) -> None:  # fmt: skip
    """Take one block of P tiles after the other, or a part of its channels, until none is left."""
    work = scratch[t]
    n_points, n = len(side) ** 2, len(side) - 2
    across = (n_W + n - 1) // n
    tiles = across * ((n_H + n - 1) // n)
    V = n_points * LANES
    v_step = P * n_in + PAD
    M = V + n_points * v_step
    m_step = P * n_out + PAD
    jobs = (tiles + P - 1) // P * parts
    job = draw(ticket)
    while job < jobs:
        start = job // parts * P
        stop = min(start + P, tiles)
        first = job % parts * (n_out // parts)
        last = first + n_out // parts
        for tile in range(start, stop):
            i, j = tile // across * n, tile % across * n
            to = V + (tile - start) * n_in
            i, j = i + top - 1, j - 1
            if pooled and not forward:
                scale = np.float32(0.25 if pooled == 1 else 1.0)
                pooled_points(side, x, bits, scale, i, j, n_H_in, n_W, n_in, work, to, v_step)
            else:
                input_points(side, x, bits, not forward, i, j, n_H_in, n_W, n_in, work, to, v_step)
        for point in range(n_points):
            multiply(
                work, V + point * v_step, n_in, 1,
                U, (point * n_out + first) * n_in,
                work, M + point * m_step + first, n_out,
                stop - start, n_in, last - first, False,
            )  # fmt: skip
        for tile in range(start, stop):
            i, j = tile // across * n, tile % across * n
            at = M + (tile - start) * n_out
            if pooled and forward:
                largest = pooled == 2
                pooled_pixels(
                    side, work, at, m_step, bias, out, bits, largest,
                    i, j, n_H, n_W, n_out, first, last,
                )  # fmt: skip
            else:
                output_pixels(
                    side, work, at, m_step, bias, out, bits, forward, add,
                    i, j, n_H, n_W, n_out, first, last,
                )  # fmt: skip
        job = draw(ticket)


class _Refuse(Listener):
    def on_start(self, event: Any) -> None:
        raise InterruptedError

    def on_end(self, event: Any) -> None:
        pass


def compiled_before(which: Callable[[Iterator[bool]], bool] = all) -> bool:
    """Return whether Numba has `_conv` in its cache for this machine, and need not compile it.

    There is one for each size of tiles; ask for `any` where the smallest pictures do not matter.
    """
    return which(_compiled(UniTuple(int64, len(side))) for side in (FOUR, SIX))


def _compiled(side: Any) -> bool:
    # Numba says publicly only that it begins to compile: so ask for the function, and refuse that.
    line = float32[::1]
    arrays = int64[::1], line, uint8[::1], line, line, line, float32[:, ::1]
    try:
        with install_listener("numba:compile", _Refuse()):
            _conv.compile((int64, int64, side, *arrays, boolean, boolean, *(int64,) * 9))
    except InterruptedError:
        return False
    return True
