"""3×3 convolution by F(4×4, 3×3): 36 products for 16 results, where the definition has 144.

In a picture `lines` are taken down the columns and then along the rows of each tile of 6×6 numbers,
``Aᵀ·[(G·g·Gᵀ) ∘ (Bᵀ·d·B)]·A``. The kernel is brought to its points once, for all pictures. A tile
of the input serves all n_C_out channels, and the products are added up over n_C_in before they are
brought back; so at each of the 36 points there is one product of matrices, and BLAS multiplies.

A block of tiles takes all three steps before the next begins, so that it stays in the cache.
"""

from collections.abc import Iterator
from math import prod

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.winograd.lines import POINTS, RESULTS, input_line, kernel_line, output_line

TILES = 128
"""In a block, if there are so many. With fewer BLAS is slow; with more, fewer threads have work."""

Span = tuple[int, int]


def kernel_points(weight: Array) -> Array:
    """Bring a kernel to its points, ``G·g·Gᵀ``: (3, 3, …) -> (6, 6, …)."""
    columns = kernel_line(weight)
    points = kernel_line(columns.swapaxes(0, 1)).swapaxes(0, 1)
    return np.ascontiguousarray(points)


def turned(U: Array) -> Array:
    """Return the points of the kernel turned by 180°, its channels swapped: those of the way down.

    The definition says of the kernel itself: ``weight[::-1, ::-1].swapaxes(2, 3)``.
    """
    back: Array = U[::-1, ::-1].swapaxes(2, 3)
    return back


def blocks(n_H: int, n_W: int) -> list[tuple[Span, Span]]:
    """Cut a picture into blocks: the first tile and the number of tiles, down and across."""
    down, across, high, wide = grid(n_H, n_W)
    return [
        ((i, min(high, down - i)), (j, min(wide, across - j)))
        for i in range(0, down, high)
        for j in range(0, across, wide)
    ]


def grid(n_H: int, n_W: int) -> tuple[int, int, int, int]:
    """Return how many tiles a picture has, down and across, and how many a block of them."""
    down, across = -(-n_H // RESULTS), -(-n_W // RESULTS)  # the last ones may stick out
    wide = even_share(across, TILES)
    return down, across, even_share(down, TILES // wide), wide


def even_share(whole: int, most: int) -> int:
    """Return the size of shares of at most `most`, as few and as even as can be."""
    return -(-whole // -(-whole // most))


def scratch_size(n_C: int, block: tuple[Span, Span]) -> int:
    """Return how many numbers a block needs: twice its points, n_C the wider of both sides."""
    (_, high), (_, wide) = block
    return 2 * POINTS**2 * n_C * (high + 1) * (wide + 1)


def convolve(
    x: Array, U: Array, bias: Array | float, z: Array, block: tuple[Span, Span], scratch: Array
) -> None:
    """Convolve a block of tiles.

    Parameters
    ----------
    x : ndarray, shape (n_H, n_W, n_C_in)
    U : ndarray, shape (6, 6, n_C_in, n_C_out)
        The points of the kernel.
    bias : ndarray, shape (n_C_out,), or 0
    z : ndarray, shape (n_H, n_W, n_C_out)
        Where the results go.
    block : (first tile, tiles) down and across
    scratch : ndarray, shape (at least `scratch_size`,)
    """
    (i, high), (j, wide) = block
    n_C_in, n_C_out = U.shape[2:]
    one, other = np.split(scratch, 2)

    # The 4·4 pixels of a tile, each a plane of its own; the 6·6 of its input are their neighbours'.
    d = view(one, 4, 4, high + 1, wide + 1, n_C_in)
    gather(x, d, RESULTS * i - 1, RESULTS * j - 1)
    rows = view(other, 6, 4, high, wide + 1, n_C_in)
    input_line([d[u % 4, :, u // 4 :][:, :high] for u in range(6)], list(rows))
    V = view(one, 6, 6, high, wide, n_C_in)
    input_line([rows[:, v % 4, :, v // 4 :][:, :, :wide] for v in range(6)], list(V.swapaxes(0, 1)))

    M = view(other, 6, 6, high * wide, n_C_out)
    np.matmul(V.reshape(6, 6, high * wide, n_C_in), U, out=M)

    lines = view(one, 4, 6, high * wide, n_C_out)
    output_line(list(M), list(lines))
    y = view(other, 4, 4, high * wide, n_C_out)
    output_line(list(lines.swapaxes(0, 1)), list(y.swapaxes(0, 1)))
    y += bias
    scatter(y.reshape(4, 4, high, wide, n_C_out), z[RESULTS * i :, RESULTS * j :])


def view(scratch: Array, *shape: int) -> Array:
    """Look at the beginning of some scratch as an array of this shape."""
    return scratch[: prod(shape)].reshape(shape)


def gather(x: Array, d: Array, top: int, left: int) -> None:
    """Bring pixel (top + 4·i + u, left + 4·j + v) to d[u, v, i, j]; outside of x, zeros."""
    n_H, n_W, _ = x.shape
    _, _, high, wide, _ = d.shape
    for u, (rows, of_x) in enumerate(strided(top, high, n_H)):
        for v, (columns, of_row) in enumerate(strided(left, wide, n_W)):
            plane = d[u, v]
            plane[: rows.start] = 0
            plane[rows.stop :] = 0
            plane[rows, : columns.start] = 0
            plane[rows, columns.stop :] = 0
            plane[rows, columns] = x[of_x, of_row]


def strided(start: int, count: int, size: int) -> Iterator[tuple[slice, slice]]:
    """Find, for each of four phases, which of ``start + 4·n + phase``, n < count, are in range.

    Yields the slice of n, and the slice of what it stands for.
    """
    for first in range(start, start + 4):
        low = 1 if first < 0 else 0
        high = max(low, min(count, -(-(size - first) // 4)))
        yield slice(low, high), slice(first + 4 * low, first + 4 * high, 4)


def scatter(y: Array, z: Array) -> None:
    """Bring y[u, v, i, j] to pixel (4·i + u, 4·j + v) of z, as far as z goes."""
    _, _, high, wide, _ = y.shape
    for u in range(4):
        for v in range(4):
            pixels = z[u : 4 * high : 4, v : 4 * wide : 4]
            pixels[...] = y[u, v, : pixels.shape[0], : pixels.shape[1]]
