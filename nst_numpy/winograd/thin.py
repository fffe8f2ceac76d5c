"""The way down through the first convolution, 64 channels to 3: first mix, then slide.

The definition lays out the window around each pixel, 9·64 numbers, to make 3 of them. Here each
pixel is multiplied by all 27 weights that lead from it, and each pixel of dx collects its nine:

``p[u, v, c, i, j] = Σ_o dz[i, j, o]·weight[u, v, c, o]``, and
``dx[i, j, c] = Σ_uv p[u, v, c, i - u + 1, j - v + 1]``.
"""

import numpy as np

from nst_numpy.arrays import Array


def conv_backward(dz: Array, weight: Array, first: int, last: int) -> Array:
    """Return some rows of dx, from `first` to before `last`.

    Parameters
    ----------
    dz : ndarray, shape (n_H, n_W, n_C_out)
    weight : ndarray, shape (3, 3, n_C_in, n_C_out)

    Returns
    -------
    dx : ndarray, shape (last - first, n_W, n_C_in)
    """
    n_H, n_W, n_C_out = dz.shape
    n_C_in = weight.shape[2]
    low, high = max(first - 1, 0), min(last + 1, n_H)  # the rows of dz that reach ours
    mixed = weight.reshape(-1, n_C_out) @ dz[low:high].reshape(-1, n_C_out).T
    p = mixed.reshape(3, 3, n_C_in, high - low, n_W)

    dx = np.zeros((n_C_in, last - first + 4, n_W + 2), dz.dtype)  # a frame takes what goes outside
    at = low - first + 1
    for u in range(3):
        for v in range(3):
            dx[:, at + u : at + u + high - low, v : v + n_W] += p[u, v]
    ours: Array = dx[:, 2:-2, 1:-1].transpose(1, 2, 0)
    return ours
