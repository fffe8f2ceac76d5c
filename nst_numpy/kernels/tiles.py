"""The three small transforms of Winograd's F(4×4, 3×3): of the input, of the kernel, of the result.

Each is a matrix applied to the lines of a square and then to its columns. The matrices, for the
points 0, 1, -1, 2, -2 and ∞, share sums between their rows, so they are written out:

    ⎡4  0 -5  0  1  0⎤        ⎡ 1/4    0     0  ⎤
    ⎢0 -4 -4  1  1  0⎥        ⎢-1/6  -1/6  -1/6 ⎥        ⎡1  1  1  1  1  0⎤
    ⎢0  4 -4 -1  1  0⎥        ⎢-1/6   1/6  -1/6 ⎥   Aᵀ = ⎢0  1 -1  2 -2  0⎥
    ⎢0 -2 -1  2  1  0⎥ = Bᵀ   ⎢ 1/24  1/12  1/6 ⎥ = G    ⎢0  1  1  4  4  0⎥
    ⎢0  2 -1 -2  1  0⎥        ⎢ 1/24 -1/12  1/6 ⎥        ⎣0  1 -1  8 -8  1⎦
    ⎣0  4  0 -5  0  1⎦        ⎣  0     0     1  ⎦

The first 36 vectors of `work` are where a tile lies between the two directions.
"""

from typing import Any

from nst_numpy.kernels.bits import load_kept, store_relu
from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.vector import LANES, load, store

TILE = 4  # pixels of the result along a side of a tile
SIDE = TILE + 2  # of the input
POINTS = SIDE * SIDE


@njit(inline="always")
def input_line(d: Any) -> Any:
    """Bᵀ·d for one line of six pixels."""
    d0, d1, d2, d3, d4, d5 = d
    even, odd = d4 - 4.0 * d2, d3 - 4.0 * d1
    even_2, odd_2 = d4 - d2, 2.0 * (d3 - d1)
    return (
        4.0 * d0 - 5.0 * d2 + d4,
        even + odd,
        even - odd,
        even_2 + odd_2,
        even_2 - odd_2,
        4.0 * d1 - 5.0 * d3 + d5,
    )


@njit(inline="always")
def output_line(m: Any) -> Any:
    """Aᵀ·m for one line of six points."""
    m0, m1, m2, m3, m4, m5 = m
    even, odd = m1 + m2, m1 - m2
    even_2, odd_2 = m3 + m4, m3 - m4
    return m0 + even + even_2, odd + 2.0 * odd_2, even + 4.0 * even_2, odd + 8.0 * odd_2 + m5


@njit(inline="always")
def kernel_line(g0: Any, g1: Any, g2: Any) -> Any:
    """G·g for one line of three weights."""
    even, odd = (-1 / 6) * (g0 + g2), (1 / 6) * g1
    even_2, odd_2 = (1 / 24) * g0 + (1 / 6) * g2, (1 / 12) * g1
    return 0.25 * g0, even - odd, even + odd, even_2 + odd_2, even_2 - odd_2, g2


@njit(cache=True, nogil=True)
def input_points(
    x: Any, bits: Any, masked: bool, i: int, j: int, n_H: int, n_W: int, n_C: int,
    work: Any, to: int, step: int,
) -> None:  # fmt: skip
    """Bring a tile of the input to its points, ``Bᵀ·d·B``.

    The tile begins at pixel (i, j), which may lie outside. Point (u, v) of channel c goes to
    ``work[to + (u * 6 + v) * step + c]``. If `masked`, pixels whose bit is not set count as 0.
    """
    inside = i >= 0 and j >= 0 and i + SIDE <= n_H and j + SIDE <= n_W
    row = n_W * n_C
    for c in range(0, n_C, LANES):
        for v in range(SIDE):
            at = (i * n_W + j + v) * n_C + c
            this = inside or 0 <= j + v < n_W
            line = input_line((
                load_kept(x, at, inside or (this and 0 <= i < n_H), bits, masked),
                load_kept(x, at + row, inside or (this and 0 <= i + 1 < n_H), bits, masked),
                load_kept(x, at + 2 * row, inside or (this and 0 <= i + 2 < n_H), bits, masked),
                load_kept(x, at + 3 * row, inside or (this and 0 <= i + 3 < n_H), bits, masked),
                load_kept(x, at + 4 * row, inside or (this and 0 <= i + 4 < n_H), bits, masked),
                load_kept(x, at + 5 * row, inside or (this and 0 <= i + 5 < n_H), bits, masked),
            ))  # fmt: skip
            store_line(work, v * LANES, SIDE * LANES, line)
        for u in range(SIDE):
            line = input_line(load_line(work, u * SIDE * LANES, LANES))
            store_line(work, to + u * SIDE * step + c, step, line)


@njit(inline="always")
def load_line(x: Any, at: int, step: int) -> Any:
    """Read a line of six vectors, each `step` numbers after the last."""
    return (
        load(x, at), load(x, at + step), load(x, at + 2 * step), load(x, at + 3 * step),
        load(x, at + 4 * step), load(x, at + 5 * step),
    )  # fmt: skip


@njit(inline="always")
def store_line(x: Any, to: int, step: int, line: Any) -> None:
    """Write a line of six vectors, each `step` numbers after the last."""
    store(x, to, line[0])
    store(x, to + step, line[1])
    store(x, to + 2 * step, line[2])
    store(x, to + 3 * step, line[3])
    store(x, to + 4 * step, line[4])
    store(x, to + 5 * step, line[5])


@njit(inline="always")
def output_columns(work: Any, at: int, step: int) -> None:
    """Aᵀ·m down the columns of a tile of points; 4 lines of 6 vectors begin `work` then."""
    for v in range(SIDE):
        line = output_line(load_line(work, at + v * step, SIDE * step))
        store(work, v * LANES, line[0])
        store(work, (SIDE + v) * LANES, line[1])
        store(work, (2 * SIDE + v) * LANES, line[2])
        store(work, (3 * SIDE + v) * LANES, line[3])


@njit(cache=True, nogil=True)
def output_pixels(
    work: Any, at: int, step: int, bias: Any, out: Any, bits: Any, forward: bool, add: bool,
    i: int, j: int, n_H: int, n_W: int, n_C: int, first: int, last: int,
) -> None:  # fmt: skip
    """Bring the points of a tile back to pixels, ``Aᵀ·m·A``, and write what comes of them.

    ``m[u, v, c]`` lies at ``work[at + (u * 6 + v) * step + c]``; the result begins at pixel (i, j).
    """
    for c in range(first, last, LANES):
        output_columns(work, at + c, step)
        for u in range(min(TILE, n_H - i)):
            line = output_line(load_line(work, u * SIDE * LANES, LANES))
            to = ((i + u) * n_W + j) * n_C + c
            b = load(bias, c)
            store_relu(out, to, True, line[0] + b, bits, forward, add)
            store_relu(out, to + n_C, j + 1 < n_W, line[1] + b, bits, forward, add)
            store_relu(out, to + 2 * n_C, j + 2 < n_W, line[2] + b, bits, forward, add)
            store_relu(out, to + 3 * n_C, j + 3 < n_W, line[3] + b, bits, forward, add)
