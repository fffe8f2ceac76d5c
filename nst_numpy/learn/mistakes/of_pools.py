"""Known mistakes in the two pools, up and down."""

from typing import Any

import numpy as np

from nst_numpy.arrays import Array, Choice
from nst_numpy.layers import average_pool_forward, max_pool_backward, max_pool_forward
from nst_numpy.learn.mistakes.taken import of_mutant
from nst_numpy.learn.task import Mistake

AVERAGE = "y = (top left + top right + bottom left + bottom right) / 4"
AVERAGE_BACK = "dx of each of the four pixels = dy / 4"
MAX = "y = the largest of the four; winner = 0 top left, 1 top right, 2 bottom left, 3 bottom right"
MAX_BACK = "dx of the winner = dy, of the other three 0"


def _sum(x: Array) -> Array:
    return 4 * average_pool_forward(x)


def _largest(x: Array) -> Array:
    return max_pool_forward(x)[0]


def _half(x: Array) -> Array:
    return 2 * average_pool_forward(x)


def _quarters_of_the_picture(x: Array) -> Array:
    n_H, n_W = x.shape[0] // 2, x.shape[1] // 2
    rows = x[:n_H] + x[n_H : 2 * n_H]
    mean: Array = (rows[:, :n_W] + rows[:, n_W : 2 * n_W]) / 4
    return mean


def _axes_together(x: Array) -> Array:
    n_H, n_W, n_C = x.shape[0] // 2, x.shape[1] // 2, x.shape[2]
    four = x[: 2 * n_H, : 2 * n_W].reshape(n_H, n_W, 2, 2, n_C)  # right: (n_H, 2, n_W, 2, n_C)
    mean: Array = four.mean((2, 3))
    return mean


def _repeated_rows_only(dy: Array, shape: tuple[int, ...]) -> Array:
    dx = np.zeros(shape, dy.dtype)
    n_H, n_W, _ = dy.shape
    dx[: 2 * n_H : 2, : 2 * n_W] = dy.repeat(2, 1) * 0.25
    return dx


def _mean_of_four(x: Array) -> tuple[Array, Choice]:
    return average_pool_forward(x), max_pool_forward(x)[1]


def _smallest(x: Array) -> tuple[Array, Choice]:
    y, winner = max_pool_forward(-x)
    return -y, winner


def _columns_first(x: Array) -> tuple[Array, Choice]:
    y, winner = max_pool_forward(x.swapaxes(0, 1))
    return y.swapaxes(0, 1), winner.swapaxes(0, 1)


def _last_pixel(dy: Array, winner: Choice, shape: tuple[int, ...]) -> Array:
    return max_pool_backward(dy, 3 - winner, shape)


def _loser_too(dy: Array, winner: Choice, shape: tuple[int, ...]) -> Array:
    from_all: Any = sum(max_pool_backward(dy, np.full_like(winner, k), shape) for k in range(4))
    others: Array = from_all - max_pool_backward(dy, winner, shape)
    return others


# fmt: off
OF_POOLS: dict[str, tuple[Mistake, ...]] = {
    "average-pool-forward": (
        Mistake("sum", "The four pixels are added, but not divided by 4.", AVERAGE, _sum),
        Mistake("half", "The sum of four is divided by 2, not by 4.", AVERAGE, _half),
        Mistake("largest", "The largest is taken, as in max pooling, not the mean.",
                AVERAGE, _largest),
        Mistake("quarters", "The mean is of four quarters of the picture, not of four neighbours: "
                "x[:n_H // 2] is the upper half, x[::2] every second row.",
                AVERAGE, _quarters_of_the_picture),
        Mistake("axes together", "The squares are reshaped to (n_H // 2, n_W // 2, 2, 2, n_C), "
                "which mixes rows and columns; it is (n_H // 2, 2, n_W // 2, 2, n_C).",
                AVERAGE, _axes_together),
    ),
    "average-pool-backward": (
        of_mutant("no ¼", "average_pool_backward", AVERAGE_BACK),
        of_mutant("tile for repeat", "average_pool_backward", AVERAGE_BACK),
        Mistake("top row only", "Only the two upper pixels of each square get their quarter.",
                AVERAGE_BACK, _repeated_rows_only),
    ),
    "max-pool-forward": (
        of_mutant("max: ties twice", "max_pool_forward", MAX),
        Mistake("mean", "The mean is taken, as in average pooling, not the largest.",
                MAX, _mean_of_four),
        Mistake("smallest", "The smallest is taken, not the largest.", MAX, _smallest),
        Mistake("columns first", "The winners 1 and 2 are exchanged: the four are counted down "
                "before they are counted to the right.", MAX, _columns_first),
    ),
    "max-pool-backward": (
        of_mutant("max: to all four", "max_pool_backward", MAX_BACK),
        of_mutant("max: as average", "max_pool_backward", MAX_BACK),
        Mistake("winner opposite", "The gradient goes to the pixel diagonally opposite the "
                "winner.", MAX_BACK, _last_pixel),
        Mistake("losers", "The gradient goes to the three that did not win.", MAX_BACK, _loser_too),
    ),
}
# fmt: on
