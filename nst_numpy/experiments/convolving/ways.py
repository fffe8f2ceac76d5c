"""The 3×3 convolution of `layers.conv_forward` twice more: as plain loops, and as Winograd's.

**Two results from four products.** Three weights g slide along a line of four numbers d:

    y0 = d0·g0 + d1·g1 + d2·g2
    y1 = d1·g0 + d2·g1 + d3·g2

That is six products. Were d0 the same as d2, and d3 the same as d1, then with s = g0 + g2

    y0 = d1·g1 + d2·s
    y1 = d1·s  + d2·g1

and two products would do, of the sum and of the difference, since

    y0 + y1 = (d1 + d2)·(s + g1)    and    y0 - y1 = (d2 - d1)·(s - g1).

They are not the same; so add what is missing, d0 - d2 times g0 in y0, and d1 - d3 times g2 taken
from y1. Four products m in all:

    m0 = (d0 - d2)·g0,  m1 = (d1 + d2)·(s + g1)/2,  m2 = (d2 - d1)·(s - g1)/2,  m3 = (d1 - d3)·g2
    y0 = m0 + m1 + m2,  y1 = m1 - m2 - m3

In matrices, with ∘ number by number: ``y = Aᵀ·[(G·g) ∘ (Bᵀ·d)]``. This is Winograd's F(2, 3); with
more sums and differences six products give four results, F(4, 3), instead of twelve. In a picture
do it along the columns and then along the rows, ``y = Aᵀ·[(G·g·Gᵀ) ∘ (Bᵀ·d·B)]·A``: F(4×4, 3×3)
has 6·6 = 36 products for 16 results, where the definition has 9·16 = 144.

G·g is made once for all pictures. Bᵀ·d serves all n_C_out channels, and Aᵀ·m comes after the sum
over all n_C_in: neither is done for each pair of channels, and the products are.

References
----------
Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nst_numpy.arrays import Array
from nst_numpy.layers import conv_forward

BLOCK = 2**19
"""Numbers in a block of points: 2 MiB of float32, or a row of tiles if that is more."""


@dataclass(frozen=True)
class Winograd:
    """The three matrices of F(m, 3): m results from m + 2 numbers, with m + 2 products."""

    A_T: Array  # (m, m + 2): from products to results
    G: Array  # (m + 2, 3): for the weights
    B_T: Array  # (m + 2, m + 2): for the numbers of the picture


F2 = Winograd(
    A_T=np.array([[1.0, 1, 1, 0], [0, 1, -1, -1]]),
    G=np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]),
    B_T=np.array([[1.0, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]),
)

F4 = Winograd(
    A_T=np.array(
        [[1.0, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]
    ),
    G=np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24.0,
    B_T=np.array(
        [
            [4.0, 0, -5, 0, 1, 0],
            [0, -4, -4, 1, 1, 0],
            [0, 4, -4, -1, 1, 0],
            [0, -2, -1, 2, 1, 0],
            [0, 2, -1, -2, 1, 0],
            [0, 4, 0, -5, 0, 1],
        ]
    ),
)

Convolution = partial[Array]  # of x, and if you like of bias
Call = Callable[[], Array]


def loops(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    """Do what the formula says: one loop for each of its indices."""
    n_H, n_W, n_C_in = x.shape
    n_C_out = weight.shape[-1]
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    z = np.zeros((n_H, n_W, n_C_out), x.dtype) + bias
    for i in range(n_H):
        for j in range(n_W):
            for o in range(n_C_out):
                for u in range(3):
                    for v in range(3):
                        for c in range(n_C_in):
                            z[i, j, o] += padded[i + u, j + v, c] * weight[u, v, c, o]
    return z


def kernel_points(weight: Array, F: Winograd) -> Array:
    """Bring a layer's kernel to its points, G·g·Gᵀ: a matrix (n_C_in, n_C_out) for each point."""
    G = F.G.astype(weight.dtype)
    columns = G @ weight.reshape(3, -1)  # along u, for all v and all channels
    both = G @ columns.reshape(len(G), 3, -1)  # and along v
    return both.reshape(len(G) ** 2, *weight.shape[2:])


def winograd(x: Array, U: Array, F: Winograd, bias: Array | float = 0.0) -> Array:
    """Convolve x by F(m×m, 3×3), a few rows of tiles at a time; U is from `kernel_points`."""
    A_T, B_T = (matrix.astype(x.dtype) for matrix in (F.A_T, F.B_T))
    m, points = A_T.shape
    n_H, n_W, n_C_in = x.shape
    n_C_out = U.shape[-1]
    down, across = -(-n_H // m), -(-n_W // m)  # tiles; the last ones may stick out
    padded = np.pad(x, ((1, 1 + m * down - n_H), (1, 1 + m * across - n_W), (0, 0)))
    tiles = sliding_window_view(padded, (points, points), axis=(0, 1))[::m, ::m]
    tiles = tiles.transpose(3, 4, 0, 1, 2)  # (points, points, down, across, n_C_in), a view

    z = np.empty((m * down, m * across, n_C_out), x.dtype)
    rows = max(1, BLOCK // (points**2 * across * max(n_C_in, n_C_out)))
    for i in range(0, down, rows):
        d = tiles[:, :, i : i + rows]
        height = d.shape[2]
        columns = B_T @ d.reshape(points, -1)
        V = B_T @ columns.reshape(points, points, -1)  # Bᵀ·d·B
        M = V.reshape(points**2, -1, n_C_in) @ U  # at each point, the sum over the channels
        columns = A_T @ M.reshape(points, -1)
        y = A_T @ columns.reshape(m, points, -1)  # Aᵀ·M·A
        y = y.reshape(m, m, height, across, n_C_out).transpose(2, 0, 3, 1, 4)
        z[m * i : m * (i + height)] = y.reshape(m * height, m * across, n_C_out)
    result: Array = z[:n_H, :n_W] + bias
    return result


WAYS: dict[str, Callable[[Array], Convolution]] = {
    "loops": lambda weight: partial(loops, weight=weight),
    "im2col": lambda weight: partial(conv_forward, weight=weight),
    "F(2×2)": lambda weight: partial(winograd, U=kernel_points(weight, F2), F=F2),
    "F(4×4)": lambda weight: partial(winograd, U=kernel_points(weight, F4), F=F4),
}
"""Each makes of a kernel a function of x and bias, which convolves."""


def products_of(x: Array, weight: Array) -> Call:
    """Return a function that multiplies points of the tiles of x by those of a kernel, and no more.

    They are drawn at random, since the time of a product does not depend on its numbers.
    """
    n_H, n_W, n_C_in = x.shape
    U = kernel_points(weight, F4)
    tiles = -(-n_H // 4) * -(-n_W // 4)
    V = np.random.default_rng(0).standard_normal((len(U), tiles, n_C_in), x.dtype.type)
    return partial(np.matmul, V, U, out=np.empty((len(U), tiles, U.shape[-1]), x.dtype))


def compiled(x: Array, weight: Array, bias: Array) -> Call:
    """Do the same, compiled, on one core, with bias and ReLU, and tiles of the size it takes."""
    from nst_numpy.kernels.lines import points, side_for
    from nst_numpy.kernels.points import TRANSFORM_SCRATCH, kernel_points
    from nst_numpy.kernels.threads import aligned, team_of
    from nst_numpy.kernels.winograd import conv_relu_forward, conv_scratch

    team = team_of(1)
    (n_H, n_W, n_C_in), n_C_out = x.shape, weight.shape[-1]
    most = max(TRANSFORM_SCRATCH, conv_scratch(n_H, n_W, n_C_in, n_C_out, team.size))
    scratch = aligned(team.size, most)
    side = side_for(n_H, n_W)
    U = aligned(points(side) * n_C_in * n_C_out)
    out: Array = aligned(n_H, n_W, n_C_out)
    bits = np.empty(out.size // 8, np.uint8)
    kernel_points(team, side, weight, U, scratch)

    def run() -> Array:
        conv_relu_forward(team, x, U, bias, out, bits, scratch)
        return out

    return run


def turned(weight: Array) -> Array:
    """Turn a kernel by 180° and swap its channels: backward is forward with this kernel."""
    back: Array = weight[::-1, ::-1].swapaxes(2, 3)
    return back
