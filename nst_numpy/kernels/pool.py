"""2×2 pooling, written into arrays that are there: `layers.pool` in parallel."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.vector import LANES, load, store, zeros

Floats = NDArray[np.float32]
Choices = NDArray[np.uint8]


def average_pool_forward(team: Team, x: Floats, out: Floats) -> None:
    """Write the mean of each 2×2 square of x into `out`, (n_H // 2, n_W // 2, n_C)."""
    team.run(_average_forward, x.reshape(-1), out.reshape(-1), *x.shape)


def average_pool_backward(team: Team, dy: Floats, dx: Floats) -> None:
    """Write a quarter of dy into each of the four pixels of `dx`, and 0 where none was taken."""
    team.run(_average_backward, dy.reshape(-1), dx.reshape(-1), *dx.shape)


def max_pool_forward(team: Team, x: Floats, out: Floats, winner: Choices) -> None:
    """Write the largest of each 2×2 square of x into `out`, and which it was into `winner`."""
    team.run(_max_forward, x.reshape(-1), out.reshape(-1), winner.reshape(-1), *x.shape)


def max_pool_backward(team: Team, dy: Floats, winner: Choices, dx: Floats) -> None:
    """Write dy into the winning pixels of `dx`, and 0 into all others."""
    team.run(_max_backward, dy.reshape(-1), winner.reshape(-1), dx.reshape(-1), *dx.shape)


@njit(cache=True, nogil=True)
def _average_forward(t: int, T: int, x: Any, out: Any, n_H: int, n_W: int, n_C: int) -> None:
    """``y = (x00 + x01 + x10 + x11) / 4`` for the t-th share of the rows of y."""
    row = n_W * n_C
    for i in range(t * (n_H // 2) // T, (t + 1) * (n_H // 2) // T):
        for j in range(n_W // 2):
            at = (2 * i * n_W + 2 * j) * n_C
            to = (i * (n_W // 2) + j) * n_C
            for c in range(0, n_C, LANES):
                top = load(x, at + c) + load(x, at + n_C + c)
                bottom = load(x, at + row + c) + load(x, at + row + n_C + c)
                store(out, to + c, 0.25 * (top + bottom))


@njit(cache=True, nogil=True)
def _average_backward(t: int, T: int, dy: Any, dx: Any, n_H: int, n_W: int, n_C: int) -> None:
    """``dx = dy / 4`` for the t-th share of the rows of dx."""
    for i in range(t * n_H // T, (t + 1) * n_H // T):
        for j in range(n_W):
            taken = i < n_H // 2 * 2 and j < n_W // 2 * 2
            at = (i // 2 * (n_W // 2) + j // 2) * n_C
            to = (i * n_W + j) * n_C
            for c in range(0, n_C, LANES):
                store(dx, to + c, 0.25 * load(dy, at + c) if taken else zeros(LANES))


@njit(cache=True, nogil=True)
def _max_forward(
    t: int, T: int, x: Any, out: Any, winner: Any, n_H: int, n_W: int, n_C: int
) -> None:
    """``y = max(x00, x01, x10, x11)``, the first of equals, for the t-th share of the rows of y."""
    for i in range(t * (n_H // 2) // T, (t + 1) * (n_H // 2) // T):
        for j in range(n_W // 2):
            at = (2 * i * n_W + 2 * j) * n_C
            to = (i * (n_W // 2) + j) * n_C
            for c in range(n_C):
                y = x[at + c]
                best = np.uint8(0)
                for number in range(1, 4):
                    quarter = x[at + (number // 2 * n_W + number % 2) * n_C + c]
                    best = np.uint8(number) if quarter > y else best
                    y = y if y >= quarter or y != y else quarter  # NaN is passed on
                out[to + c] = y
                winner[to + c] = best


@njit(cache=True, nogil=True)
def _max_backward(
    t: int, T: int, dy: Any, winner: Any, dx: Any, n_H: int, n_W: int, n_C: int
) -> None:
    """``dx = dy`` where the pixel won, else 0, for the t-th share of the rows of dx."""
    for i in range(t * n_H // T, (t + 1) * n_H // T):
        for j in range(n_W):
            taken = i < n_H // 2 * 2 and j < n_W // 2 * 2
            number = i % 2 * 2 + j % 2
            at = (i // 2 * (n_W // 2) + j // 2) * n_C
            to = (i * n_W + j) * n_C
            if taken:
                for c in range(n_C):
                    dx[to + c] = dy[at + c] if winner[at + c] == number else np.float32(0)
            else:
                for c in range(n_C):
                    dx[to + c] = 0.0
