"""The transforms of `tiles` with 2×2 pooling in them: what lies below a pool is never written.

Forward a tile of 4×4 or 6×6 pixels becomes 2×2 or 3×3 pooled ones. Backward each pixel of a tile
reads the gradient of the square that it belongs to. Which pixels get it, and of the mean only where
z > 0, of the maximum only the winner, is one bit for each, written on the way up. In a picture of
odd height or width the last row or column is in no square.
"""

from typing import Any

from nst_numpy.kernels.bits import load_pooled, store_pooled
from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.lines import input_line, output_line
from nst_numpy.kernels.tiles import output_columns
from nst_numpy.kernels.vector import LANES, load, load_line, store_line


@njit(cache=True, nogil=True)
def pooled_pixels(
    side: Any, work: Any, at: int, step: int, bias: Any, out: Any, bits: Any, maximum: bool,
    i: int, j: int, n_H: int, n_W: int, n_C: int, first: int, last: int,
) -> None:  # fmt: skip
    """``pool(relu(Aᵀ·m·A + bias))``: as `tiles.output_pixels`, which see, and pooled.

    (i, j), even, and n_H, n_W are those of the pixels before they are pooled; so are the bits'.
    """
    n = len(side)
    for c in range(first, last, LANES):
        output_columns(side, work, at + c, step)
        for u in range(0, min(n - 2, n_H - i - 1), 2):
            top = output_line(load_line(work, u * n * LANES, LANES, side))
            bottom = output_line(load_line(work, (u + 1) * n * LANES, LANES, side))
            to = ((i + u) // 2 * (n_W // 2) + j // 2) * n_C + c
            pixel = ((i + u) * n_W + j) * n_C + c
            both, count = (pixel, pixel + n_W * n_C), n_W // 2 - j // 2
            b = load(bias, c)
            store_pooled(out, to, n_C, count, (top, bottom), b, bits, both, maximum)


@njit(cache=True, nogil=True)
def pooled_points(
    side: Any, dy: Any, bits: Any, scale: float, i: int, j: int, n_H: int, n_W: int, n_C: int,
    work: Any, to: int, step: int,
) -> None:  # fmt: skip
    """``Bᵀ·d·B`` as `tiles.input_points`, which see, of ``d = scale·dy``, where a bit is set.

    (i, j), odd, and n_H, n_W are those of the pixels before they are pooled; so are the bits'.
    """
    n = len(side)
    across, down = n_W // 2, n_H // 2 * 2
    row = n_W * n_C
    for c in range(0, n_C, LANES):
        for v in range(n):
            pixel = (i * n_W + j + v) * n_C + c
            at = (i // 2 * across + (j + v) // 2) * n_C + c
            last = down - i if 0 <= j + v < 2 * across else 0
            line = load_pooled(dy, at, across * n_C, -i, last, bits, pixel, row, scale, side)
            store_line(work, v * LANES, n * LANES, input_line(line))
        for u in range(n):
            line = input_line(load_line(work, u * n * LANES, LANES, side))
            store_line(work, to + u * n * step + c, step, line)
