"""The two pools, up and down."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from nst_numpy.arrays import Array, Choice
from nst_numpy.gradcheck import Scalar
from nst_numpy.layers import (
    average_pool_backward,
    average_pool_forward,
    max_pool_backward,
    max_pool_forward,
)
from nst_numpy.layers.pool import _quarters
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.drawing import Drawn, matrix, shapes


def drawn(kind: Literal["up", "average", "max"]) -> Callable[[np.random.Generator], Drawn]:
    """Make inputs of the way up, or of the way back through one of the pools."""

    def inputs(rng: np.random.Generator) -> Drawn:
        for about, shape in (*shapes(rng), ("ties", (4, 6, 3))):
            x = rng.standard_normal(shape)
            if about == "ties":
                x = np.round(x)
            if kind == "up":
                yield about, (x,)
                continue
            y, winner = max_pool_forward(x)
            dy = rng.standard_normal(y.shape)
            yield about, (dy, winner, shape) if kind == "max" else (dy, shape)

    return inputs


def through_average(
    inputs: tuple[Array, tuple[int, ...]], rng: np.random.Generator
) -> tuple[Scalar, Array]:
    """Return J(x) = ⟨dy, pool(x)⟩, and an x."""
    dy, shape = inputs
    return lambda x: float(np.vdot(dy, average_pool_forward(x))), rng.standard_normal(shape)


def through_max(
    inputs: tuple[Array, Choice, tuple[int, ...]], rng: np.random.Generator
) -> tuple[Scalar, Array]:
    """Return J(x) = ⟨dy, pool(x)⟩, and an x whose winners are those that are given."""
    dy, winner, shape = inputs
    x = rng.uniform(-1, 1, shape)
    for number, quarter in enumerate(_quarters(x)):
        quarter += 3 * (winner == number)
    return lambda x: float(np.vdot(dy, max_pool_forward(x)[0])), x


TASKS_OF_POOLS = (
    Task(
        name="average-pool-forward",
        function="average_pool_forward",
        title="Average pooling",
        question="""
            Make the picture half as large: of each square of 2×2 pixels take the mean. Where a
            side is odd, its last row or column is dropped.
            """,
        formula="y[i, j] = (x[2i, 2j] + x[2i, 2j+1] + x[2i+1, 2j] + x[2i+1, 2j+1]) / 4",
        shapes="""
            x   (n_H, n_W, n_C)
            y   (n_H // 2, n_W // 2, n_C)   of the dtype of x
            """,
        returns=("y",),
        example=(matrix((1, 2), (3, 6)),),
        hints=(
            "First drop what is too much: how many rows are left, if n_H is 5? And if it is 4?",
            "x[0::2, 0::2] are all the pixels at the top left of their squares.",
            "Four such slices, each beginning at 0 or at 1 in either direction, of an x whose "
            "sides are n_H // 2 * 2 and n_W // 2 * 2.",
        ),
        reference=average_pool_forward,
        solution=(_quarters, average_pool_forward),
        inputs=drawn("up"),
        mistakes=MISTAKES["average-pool-forward"],
        chapter="docs/03-relu-pool.md#average-pooling-the-formula",
    ),
    Task(
        name="average-pool-backward",
        function="average_pool_backward",
        title="The way back through average pooling",
        question="""
            Each of the four pixels has a share in the mean. What comes back to it? And to a pixel
            that was dropped, because a side is odd? The shape of x is given to you, since dy alone
            does not tell whether a side was odd.
            """,
        formula="dx[2i + p, 2j + q] = dy[i, j] / 4, for p, q in 0, 1; else 0",
        shapes="""
            dy      (n_H // 2, n_W // 2, n_C)   ∂J/∂y
            shape   (n_H, n_W, n_C)             that of x: three numbers
            dx      (n_H, n_W, n_C)             ∂J/∂x, of the dtype of dy
            """,
        returns=("dx",),
        example=(matrix((4,)), (2, 2, 1)),
        hints=(
            "Begin with zeros of the right shape and dtype. What was dropped keeps its 0.",
            "One way: the slices of the way up stand on the left of an = this time. Another: "
            "np.repeat along one axis, and along the other.",
            "For rows of 0 or 1 and columns of 0 or 1: dx[p : 2 * n : 2, q : 2 * m : 2], where "
            "dy has n rows and m columns, is a quarter of dy.",
        ),
        reference=average_pool_backward,
        solution=(_quarters, average_pool_backward),
        inputs=drawn("average"),
        mistakes=MISTAKES["average-pool-backward"],
        chapter="docs/03-relu-pool.md#average-pooling-the-way-back",
        gradient_of=through_average,
        linear=True,
    ),
    Task(
        name="max-pool-forward",
        function="max_pool_forward",
        title="Max pooling",
        question="""
            The same squares, but this time the largest of the four is taken. Also return which of
            them it was; of equals, the first. VGG-19 was trained this way.
            """,
        formula="y = the largest of the four\n"
        "winner = 0 top left, 1 top right, 2 bottom left, 3 bottom right",
        shapes="""
            x        (n_H, n_W, n_C)
            y        (n_H // 2, n_W // 2, n_C)   of the dtype of x
            winner   the shape of y              np.uint8
            """,
        returns=("y", "winner"),
        example=(matrix((1, 7), (7, 3)),),
        hints=(
            "Put the four slices of average pooling on top of each other, and ask along that axis.",
            "np.stack, and then np.max and np.argmax along the new axis. Which one does argmax "
            "name, if two are equal?",
            "Stack them in the order of the formula. argmax returns whole numbers of 64 bits; "
            "two bits would do, and uint8 is asked for.",
        ),
        reference=max_pool_forward,
        solution=(_quarters, max_pool_forward),
        inputs=drawn("up"),
        mistakes=MISTAKES["max-pool-forward"],
        chapter="docs/03-relu-pool.md#max-pooling-the-formula-and-the-way-back",
    ),
    Task(
        name="max-pool-backward",
        function="max_pool_backward",
        title="The way back through max pooling",
        question="""
            Only the winner had an influence on y. Give it the whole gradient, and the others none.
            """,
        formula="dx of the winner = dy, of the other three 0",
        shapes="""
            dy       (n_H // 2, n_W // 2, n_C)   ∂J/∂y
            winner   the shape of dy             0, 1, 2 or 3, from the way up
            shape    (n_H, n_W, n_C)             that of x: three numbers
            dx       (n_H, n_W, n_C)             ∂J/∂x, of the dtype of dy
            """,
        returns=("dx",),
        example=(matrix((5,)), np.array([[[1]]], np.uint8), (2, 2, 1)),
        hints=(
            "It is the way back through average pooling, but for what each of the four is given.",
            "winner == 0 is True where the top left won.",
            "Four assignments: each of the four slices of dx is dy where its number has won, and "
            "0 elsewhere.",
        ),
        reference=max_pool_backward,
        solution=(_quarters, max_pool_backward),
        inputs=drawn("max"),
        mistakes=MISTAKES["max-pool-backward"],
        chapter="docs/03-relu-pool.md#max-pooling-the-formula-and-the-way-back",
        gradient_of=through_max,
    ),
)
