"""The two tests by which all the other tasks are checked."""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.gradcheck import (
    Scalar,
    adjoint_error,
    directional_error,
    elementwise_error,
    relative_error,
)
from nst_numpy.layers import conv_backward, conv_forward
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.drawing import Drawn


def central_difference(function: Scalar, x: Array, direction: Array, h: float) -> float:
    """Return the slope of a function along a direction, by the points on both sides of x."""
    return (function(x + h * direction) - function(x - h * direction)) / (2 * h)


def sum_of_sines(x: Array) -> float:
    """f(x) = Σ sin(x)"""  # noqa: D400  (it is shown as it is)
    return float(np.sum(np.sin(x)))


def sum_of_cubes(x: Array) -> float:
    """f(x) = Σ x³"""  # noqa: D400
    return float(np.sum(x**3))


def double(x: Array) -> Array:
    """x -> 2·x"""  # noqa: D400, D403
    return 2 * x


def triple(x: Array) -> Array:
    """x -> 3·x"""  # noqa: D400, D403
    return 3 * x


def slopes(rng: np.random.Generator) -> Drawn:
    """Draw points and directions of two functions."""
    for function in (sum_of_sines, sum_of_cubes):
        for h in (1e-3, 1e-2):
            yield "", (function, *rng.standard_normal((2, 4, 3)), h)


def passes(rng: np.random.Generator) -> Drawn:
    """Draw a forward pass with its own backward pass, and with wrong ones.

    With its own the error is what rounding leaves, and that depends on the order of a sum; so there
    the numbers are whole, which are added up exactly. In the second call the product that is larger
    by its size is negative, so that its sign is seen to be left out.
    """
    for n, about in enumerate(("", *["a wrong gradient"] * 3)):
        weight, v, u = (
            rng.standard_normal(shape) for shape in ((3, 3, 2, 3), (4, 5, 2), (4, 5, 3))
        )
        if not about:
            weight, v, u = np.round(4 * weight), np.round(4 * v), np.round(4 * u)
        kernel = weight[::-1] if about else weight

        def up(v: Array, weight: Array = weight) -> Array:
            return conv_forward(v, weight)

        def down(u: Array, kernel: Array = kernel) -> Array:
            return conv_backward(u, kernel)

        if n == 1 and np.vdot(u, up(v)) + np.vdot(down(u), v) > 0:
            u = -u
        yield about, (up, down, v, u)


ROWS = np.array([[1, 2], [3, 4]], float)

TASKS_OF_CHECKING = (
    Task(
        name="central-difference",
        function="central_difference",
        title="Central differences",
        question="""
            How do we know that a gradient is right? By what its function really does. Go a small
            step from x along a direction d, and a step back, and see how much f has changed. All
            the gradients that you wrote were checked with this.
            """,
        formula="slope = (f(x + h·d) - f(x - h·d)) / (2·h)",
        shapes="""
            function    x -> one number      f
            x           any shape            where
            direction   the shape of x       d
            h           one number           how far
            slope       one number
            """,
        returns=("slope",),
        example=(sum_of_cubes, ROWS, np.array([[1, 0], [0, -1]], float), 0.1),
        hints=(
            "function is a function: call it, with an array of the shape of x.",
            "How far apart are the two points?",
            "They are 2·h apart; and in Python / 2 * h does not divide by 2·h.",
        ),
        reference=central_difference,
        solution=(directional_error, elementwise_error, central_difference),
        inputs=slopes,
        mistakes=MISTAKES["central-difference"],
        chapter="docs/09-checking.md#central-differences",
        zeros=False,
    ),
    Task(
        name="adjoint-test",
        function="adjoint_test",
        title="The adjoint test",
        question="""
            A layer that is linear needs no small steps. Its way up is a matrix A, though nobody
            writes it down, and its way back must be Aᵀ, the transposed one. So for any v and u
            ⟨u, A·v⟩ and ⟨Aᵀ·u, v⟩ are the same number. Return how far they differ, as a share of
            the larger of the two; 0 where both are 0.
            """,
        formula="error = |⟨u, A·v⟩ - ⟨Aᵀ·u, v⟩| / max(|⟨u, A·v⟩|, |⟨Aᵀ·u, v⟩|)",
        shapes="""
            forward    v -> A·v             a function
            backward   u -> Aᵀ·u            a function, right or wrong
            v          an input of forward
            u          of the shape of what forward returns
            error      one number
            """,
        returns=("error",),
        example=(double, triple, ROWS, np.ones((2, 2))),
        hints=(
            "⟨a, b⟩ is the inner product: multiply number by number, and add up.",
            "np.vdot(a, b) does that, for arrays of any shape. Take the larger of the two by its "
            "size, not by its sign.",
            "Do not let it divide by 0: if the larger is 0, both are, and they do not differ.",
        ),
        reference=adjoint_error,
        solution=(adjoint_error, relative_error),
        inputs=passes,
        mistakes=MISTAKES["adjoint-test"],
        chapter="docs/09-checking.md#the-adjoint-test",
    ),
)
