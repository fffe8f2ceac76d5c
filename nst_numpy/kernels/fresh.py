"""The same convolution for many channels: a kernel is brought to its points where it is used.

At its points a kernel is four or seven times as large. With 512 channels on both sides that is 38
or 67 MB, to be kept for each direction and read again for every block of tiles. Here they are never
all there: they are made for 64 terms of the sums and 64 channels of the result at a time, which is
about what the cache of a core holds, multiplied by the points of a block of tiles, and forgotten.
The weights that will be next are asked for in the meantime, so that nobody waits for memory.

Both directions read the same weights; on the way down they are transposed, 16 by 16, in registers.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.lines import Side, points, side_for, tiles
from nst_numpy.kernels.points import TRANSFORM_SCRATCH, some_points
from nst_numpy.kernels.product import multiply
from nst_numpy.kernels.threads import Team, draw
from nst_numpy.kernels.tiles import input_points, output_pixels
from nst_numpy.kernels.vector import LANES, prefetch

BLOCK = 64  # tiles in a block, at most
TERMS = PIECE = 64  # terms of the sums, and channels of the result, that are made at a time
PAD = LANES  # between the points, so that they do not all want the same place in the cache

Floats = NDArray[np.float32]
Bits = NDArray[np.uint8]


def _plan(side: Side, n_H: int, n_W: int, threads: int) -> tuple[int, int]:
    """Choose how many tiles a block has, and among how many threads its channels are shared."""
    count = tiles(side, n_H, n_W)
    blocks = -(-count // BLOCK)
    parts = -(-threads // blocks)
    if parts == 1:  # as many blocks as all threads can share evenly
        blocks = -(-blocks // threads) * threads
    return -(-count // blocks), parts


def conv_scratch(n_H: int, n_W: int, n_C_in: int, n_C_out: int, threads: int) -> int:
    """Return how many numbers of scratch each thread needs for a layer, in both directions."""
    side = side_for(n_H, n_W)
    P, _ = _plan(side, n_H, n_W, threads)
    matrices = P * max(n_C_in, n_C_out) + P * PIECE + TERMS * PIECE + 3 * PAD
    return points(side) * (LANES + matrices) + TRANSFORM_SCRATCH  # a multiple of 16


def conv_relu_forward(
    team: Team, x: Floats, weight: Floats, bias: Floats, out: Floats, bits: Bits, scratch: Floats
) -> None:
    """``out = relu(conv(x) + bias)``, and where it was positive: see `winograd.conv_relu_forward`.

    The kernel is given as it is: `weight` has the shape (3, 3, n_C_in, n_C_out).
    """
    _run(team, x, bits, weight, bias, out, scratch, True, False)


def conv_relu_backward(
    team: Team, da: Floats, bits: Bits, weight: Floats, dx: Floats, scratch: Floats,
    add: bool = False,
) -> None:  # fmt: skip
    """``dx = conv_backward(da where the bit is set)``: see `winograd.conv_relu_backward`.

    The kernel is the same `weight`, (3, 3, n_C_in, n_C_out), as on the way up.
    """
    _run(team, da, bits, weight, np.zeros(dx.shape[-1], np.float32), dx, scratch, False, add)


def _run(
    team: Team, x: Floats, bits: Bits, weight: Floats, bias: Floats, out: Floats, scratch: Floats,
    forward: bool, add: bool,
) -> None:  # fmt: skip
    n_H, n_W, n_out = out.shape
    side = side_for(n_H, n_W)
    P, parts = _plan(side, n_H, n_W, team.size)
    shape = n_H, n_W, x.shape[-1], n_out, P, parts
    source, tickets = (x.reshape(-1), bits.reshape(-1)), np.zeros((2, 1), np.int64)
    if parts > 1:
        team.run(_points_of_all, side, tickets[0], *source, scratch, forward, *shape)
    arrays = *source, weight.reshape(-1), bias, out.reshape(-1), scratch
    team.run(_conv, side, tickets[1], *arrays, forward, add, *shape)


@njit(cache=True, nogil=True)
def _points_of_all(
    t: int, T: int, side: Any, ticket: Any, x: Any, bits: Any, scratch: Any, forward: bool,
    n_H: int, n_W: int, n_in: int, n_out: int, P: int, parts: int,
) -> None:  # fmt: skip
    """Bring one tile after the other to its points, where there are fewer blocks than threads.

    The points of block b lie in the scratch of thread b, for all to read.
    """
    size = scratch.shape[1]
    work = scratch.reshape(-1)[t * size :]
    n_points, n = len(side) ** 2, len(side) - 2
    across = (n_W + n - 1) // n
    tiles = across * ((n_H + n - 1) // n)
    tile = draw(ticket)
    while tile < tiles:
        i, j = tile // across * n, tile % across * n
        to = (tile // P - t) * size + n_points * LANES + tile % P * n_in
        step = P * n_in + PAD
        input_points(side, x, bits, not forward, i - 1, j - 1, n_H, n_W, n_in, work, to, step)
        tile = draw(ticket)


@njit(cache=True, nogil=True)
def _conv(
    t: int, T: int, side: Any,
    ticket: Any, x: Any, bits: Any, weight: Any, bias: Any, out: Any, scratch: Any,
    forward: bool, add: bool, n_H: int, n_W: int, n_in: int, n_out: int, P: int, parts: int,
) -> None:  # fmt: skip
    """Take one block of P tiles after the other, or a part of its channels, until none is left."""
    size = scratch.shape[1]
    work = scratch.reshape(-1)[t * size :]
    n_points, n = len(side) ** 2, len(side) - 2
    across = (n_W + n - 1) // n
    tiles = across * ((n_H + n - 1) // n)
    v_step = P * n_in + PAD
    M = n_points * (LANES + v_step)
    m_step = P * PIECE + PAD
    pieces = (n_out + PIECE - 1) // PIECE
    jobs = (tiles + P - 1) // P * parts
    job = draw(ticket)
    while job < jobs:
        block, part = job // parts, job % parts
        start, stop = block * P, min(block * P + P, tiles)
        V = n_points * LANES
        if parts > 1:
            V += (block - t) * size
        else:
            for tile in range(start, stop):
                i, j = tile // across * n, tile % across * n
                to = V + (tile - start) * n_in
                input_points(
                    side, x, bits, not forward, i - 1, j - 1, n_H, n_W, n_in, work, to, v_step
                )
        last = min((part + 1) * pieces // parts * PIECE, n_out)
        for first in range(part * pieces // parts * PIECE, last, PIECE):
            columns = min(PIECE, last - first)
            more = first + PIECE < last
            _multiply_all(
                side, work, V, v_step, M, m_step, weight, forward, n_in, n_out,
                stop - start, first, columns, more,
            )  # fmt: skip
            for tile in range(start, stop):
                i, j = tile // across * n, tile % across * n
                at = M + (tile - start) * columns - first
                output_pixels(
                    side, work, at, m_step, bias, out, bits, forward, add,
                    i, j, n_H, n_W, n_out, first, first + columns,
                )  # fmt: skip
        job = draw(ticket)


@njit(cache=True, nogil=True)
def _multiply_all(
    side: Any, work: Any, V: int, v_step: int, M: int, m_step: int, weight: Any, forward: bool,
    n_in: int, n_out: int, tiles: int, first: int, columns: int, more: bool,
) -> None:  # fmt: skip
    """``M = V·U`` at all points, for some columns of U, which is made 64 rows at a time."""
    n_points = len(side) ** 2
    rows_each = 9 * TERMS // n_points
    U = M + n_points * m_step
    u_step = TERMS * PIECE + PAD
    squares = work[U + n_points * u_step :]
    down, across = (n_in, n_out) if forward else (n_out, n_in)  # as the weights lie
    for k in range(0, n_in, TERMS):
        terms = min(TERMS, n_in - k)
        some_points(
            side, weight, down, across, not forward, k, terms, first, columns,
            squares, work, U, u_step,
        )  # fmt: skip
        last = k + TERMS >= n_in
        row, column = (0, first + PIECE) if last else (k + TERMS, first)  # of the next piece
        if not forward:
            row, column = column, row
        for point in range(n_points):
            if more or not last:  # ask for so many of the rows of its nine taps
                for r in range(point * rows_each, (point + 1) * rows_each):
                    here = (r // TERMS * down + row + r % TERMS) * across + column
                    for c in range(0, PIECE, LANES):
                        prefetch(weight, here + c)
            multiply(
                work, V + point * v_step + k, n_in, 1,
                work, U + point * u_step,
                work, M + point * m_step, columns,
                tiles, terms, columns, k > 0,
            )  # fmt: skip
