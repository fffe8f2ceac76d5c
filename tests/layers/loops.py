"""The plainest possible layers: one loop for each index of the formula, nothing else."""

import numpy as np

from nst_numpy.arrays import Array


def conv(x: Array, weight: Array, bias: Array) -> Array:
    n_H, n_W, n_C_in = x.shape
    n_C_out = weight.shape[3]
    z = np.zeros((n_H, n_W, n_C_out), x.dtype)
    for i in range(n_H):
        for j in range(n_W):
            for o in range(n_C_out):
                z[i, j, o] = bias[o]
                for u in range(3):
                    for v in range(3):
                        if 0 <= i + u - 1 < n_H and 0 <= j + v - 1 < n_W:
                            for c in range(n_C_in):
                                z[i, j, o] += x[i + u - 1, j + v - 1, c] * weight[u, v, c, o]
    return z


def conv_transposed(dz: Array, weight: Array) -> Array:
    """Hand each dz back along the way that `conv` took."""
    n_H, n_W, n_C_out = dz.shape
    n_C_in = weight.shape[2]
    dx = np.zeros((n_H, n_W, n_C_in), dz.dtype)
    for i in range(n_H):
        for j in range(n_W):
            for o in range(n_C_out):
                for u in range(3):
                    for v in range(3):
                        if 0 <= i + u - 1 < n_H and 0 <= j + v - 1 < n_W:
                            for c in range(n_C_in):
                                dx[i + u - 1, j + v - 1, c] += dz[i, j, o] * weight[u, v, c, o]
    return dx


def pool(x: Array, take: str) -> Array:
    n_H, n_W, n_C = x.shape
    y = np.zeros((n_H // 2, n_W // 2, n_C), x.dtype)
    for i in range(n_H // 2):
        for j in range(n_W // 2):
            for k in range(n_C):
                four = [x[2 * i + u, 2 * j + v, k] for u in range(2) for v in range(2)]
                y[i, j, k] = max(four) if take == "max" else sum(four) / 4
    return y
