"""3×3 convolution, stride 1, same padding: the only convolution that VGG-19 has."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nst_numpy.arrays import Array

BLOCK = 2**20
"""Numbers in a block of unrolled windows: 4 MiB of float32, or a row of pixels if that is more."""


def conv_forward(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    """Slide a 3×3 window over the picture and mix what lies under it.

    ``z[i, j, o] = bias[o] + Σ_uvc x[i + u - 1, j + v - 1, c] · weight[u, v, c, o]``

    with x = 0 outside the picture, and u, v in 0, 1, 2. (As everywhere in deep learning this is
    the correlation; a mathematician's convolution would turn the kernel first.)

    The sum over u, v and c is one matrix product: lay out the 3×3×n_C_in window around each pixel
    as a row, the kernel as a matrix of 9·n_C_in rows, and let BLAS multiply. All windows at once
    would need nine times the memory of x, so they are laid out a few rows of pixels at a time.

    Parameters
    ----------
    x : ndarray, shape (n_H, n_W, n_C_in)
    weight : ndarray, shape (3, 3, n_C_in, n_C_out)
    bias : ndarray, shape (n_C_out,), or 0

    Returns
    -------
    z : ndarray, shape (n_H, n_W, n_C_out)
    """
    n_H, n_W, n_C_in = x.shape
    n_C_out = weight.shape[-1]
    matrix = weight.reshape(9 * n_C_in, n_C_out)

    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    windows = sliding_window_view(padded, (3, 3), axis=(0, 1))  # (n_H, n_W, n_C_in, 3, 3), a view
    windows = windows.transpose(0, 1, 3, 4, 2)  # (n_H, n_W, 3, 3, n_C_in), as the kernel has it

    z = np.empty((n_H, n_W, n_C_out), x.dtype)
    rows = max(1, BLOCK // (n_W * 9 * n_C_in))
    for i in range(0, n_H, rows):
        unrolled = windows[i : i + rows].reshape(-1, 9 * n_C_in)  # the copy called im2col
        block = z[i : i + rows].reshape(-1, n_C_out)
        np.matmul(unrolled, matrix, out=block)
        block += bias
    return z


def conv_backward(dz: Array, weight: Array) -> Array:
    """Bring dJ/dz back to dJ/dx: the same convolution, with the kernel turned around.

    The input pixel x[i, j, c] reached the output z[i - u + 1, j - v + 1, o] through
    weight[u, v, c, o], for every u, v and o; so that is what it gets back:

    ``dx[i, j, c] = Σ_uvo dz[i - u + 1, j - v + 1, o] · weight[u, v, c, o]``

    Put u' = 2 - u and v' = 2 - v, and it reads ``dz[i + u' - 1, j + v' - 1, o] ·
    weight[2 - u', 2 - v', c, o]``: `conv_forward` of dz, with the kernel turned by 180° and its
    two channel axes swapped. The weights never move, so there is no dJ/dweight; and the operation
    is linear, so x itself is not needed.

    Parameters
    ----------
    dz : ndarray, shape (n_H, n_W, n_C_out)
    weight : ndarray, shape (3, 3, n_C_in, n_C_out)

    Returns
    -------
    dx : ndarray, shape (n_H, n_W, n_C_in)
    """
    return conv_forward(dz, weight[::-1, ::-1].swapaxes(2, 3))
