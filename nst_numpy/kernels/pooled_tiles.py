"""The transforms of `tiles` with 2×2 pooling in them: what lies below a pool is never written.

Forward a tile of 4×4 pixels becomes 2×2 pooled ones. Backward each pixel of a tile reads the
gradient of the square that it belongs to. Which pixels get it, and of the mean only where z > 0,
of the maximum only the winner, is one bit for each, written on the way up. In a picture of odd
height or width the last row or column is in no square.
"""

from typing import Any

from nst_numpy.kernels.bits import load_pooled, store_pooled
from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.tiles import (
    SIDE,
    TILE,
    input_line,
    load_line,
    output_columns,
    output_line,
    store_line,
)
from nst_numpy.kernels.vector import LANES, load


@njit(cache=True, nogil=True)
def pooled_pixels(
    work: Any, at: int, step: int, bias: Any, out: Any, bits: Any, maximum: bool,
    i: int, j: int, n_H: int, n_W: int, n_C: int, first: int, last: int,
) -> None:  # fmt: skip
    """``pool(relu(Aᵀ·m·A + bias))``: as `tiles.output_pixels`, which see, and pooled.

    (i, j), even, and n_H, n_W are those of the pixels before they are pooled; so are the bits'.
    """
    for c in range(first, last, LANES):
        output_columns(work, at + c, step)
        b = load(bias, c)
        for u in range(0, min(TILE, n_H - i - 1), 2):
            z0, z1, z2, z3 = output_line(load_line(work, u * SIDE * LANES, LANES))
            below = output_line(load_line(work, (u + 1) * SIDE * LANES, LANES))
            y0, y1, y2, y3 = below
            to = ((i + u) // 2 * (n_W // 2) + j // 2) * n_C + c
            pixel = ((i + u) * n_W + j) * n_C + c
            down = pixel + n_W * n_C
            square = z0 + b, z1 + b, y0 + b, y1 + b
            corners = pixel, pixel + n_C, down, down + n_C
            store_pooled(out, to, j + 1 < n_W, square, bits, corners, maximum)
            pixel, down = pixel + 2 * n_C, down + 2 * n_C
            square = z2 + b, z3 + b, y2 + b, y3 + b
            corners = pixel, pixel + n_C, down, down + n_C
            store_pooled(out, to + n_C, j + 3 < n_W, square, bits, corners, maximum)


@njit(cache=True, nogil=True)
def pooled_points(
    dy: Any, bits: Any, scale: float, i: int, j: int, n_H: int, n_W: int, n_C: int,
    work: Any, to: int, step: int,
) -> None:  # fmt: skip
    """``Bᵀ·d·B`` as `tiles.input_points`, which see, of ``d = scale·dy``, where a bit is set.

    (i, j) and n_H, n_W are those of the pixels before they are pooled; so are the bits'.
    """
    across = n_W // 2
    row = n_W * n_C
    for c in range(0, n_C, LANES):
        for v in range(SIDE):
            pixel = (i * n_W + j + v) * n_C + c
            at = (j + v) // 2 * n_C + c
            this = 0 <= j + v < 2 * across
            line = input_line((
                _read(dy, bits, at, pixel, this, i, n_H, across, n_C),
                _read(dy, bits, at, pixel + row, this, i + 1, n_H, across, n_C),
                _read(dy, bits, at, pixel + 2 * row, this, i + 2, n_H, across, n_C),
                _read(dy, bits, at, pixel + 3 * row, this, i + 3, n_H, across, n_C),
                _read(dy, bits, at, pixel + 4 * row, this, i + 4, n_H, across, n_C),
                _read(dy, bits, at, pixel + 5 * row, this, i + 5, n_H, across, n_C),
            ))  # fmt: skip
            store_line(work, v * LANES, SIDE * LANES, line)
        for u in range(SIDE):
            l0, l1, l2, l3, l4, l5 = input_line(load_line(work, u * SIDE * LANES, LANES))
            line = scale * l0, scale * l1, scale * l2, scale * l3, scale * l4, scale * l5
            store_line(work, to + u * SIDE * step + c, step, line)


@njit(inline="always")
def _read(
    dy: Any, bits: Any, at: int, pixel: int, this: bool, i: int, n_H: int, across: int, n_C: int
) -> Any:
    inside = this and 0 <= i < n_H // 2 * 2
    return load_pooled(dy, i // 2 * across * n_C + at, inside, bits, pixel)
