"""J and the way down, made of a learner's functions; of the package's where there are none."""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.pieces import OURS, Pieces, with_pieces
from nst_numpy.costs.style import unroll
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.tasks.optimizers import (
    adam_step,
    gradient_descent_step,
    line_search,
    two_loop,
)
from nst_numpy.objective import SumOfTerms
from nst_numpy.optimizers.state import FIRST

Functions = Mapping[str, Callable[..., Any]]
"""Task -> a learner's function."""
Step = tuple[Array, float]
"""A point, and J there."""

NOT_PAINTED = ("central-difference", "adjoint-test")
OF_OPTIMIZER = {
    "lbfgs": ("two-loop", "line-search"),
    "adam": ("adam-step",),
    "gradient-descent": ("gradient-descent-step",),
}
MEMORY = 10
"""Pairs (s, y) that are kept."""
TRIALS = 12
"""Steps that are tried along one direction."""


def parts_for(pooling: str, optimizer: str) -> tuple[str, ...]:
    """Return the tasks that take part in a painting."""
    other = "average" if pooling == "max" else "max"
    unused = {name for names in OF_OPTIMIZER.values() for name in names}
    unused -= set(OF_OPTIMIZER[optimizer])
    unused |= {*NOT_PAINTED, f"{other}-pool-forward", f"{other}-pool-backward"}
    if pooling == "max":
        unused.add("walk-down")  # the task's has average pools alone
    return tuple(name for name in TASKS if name not in unused)


def pieces_of(functions: Functions) -> Pieces:
    """Put a learner's layers and costs in the place of ours."""
    theirs: dict[str, Any] = {}
    for name, function in functions.items():
        field = TASKS[name].function
        if hasattr(OURS, field):
            theirs[field] = as_cost(function) if field.endswith("cost") else function
    if "gram-matrix" in functions:  # inside of our style cost, where theirs is not there yet
        gram = functions["gram-matrix"]
        theirs.setdefault("style_cost", as_cost(lambda a_S, a_G: style_by(gram, a_S, a_G)[0]))
        theirs.setdefault("style_gradient", lambda a_S, a_G: style_by(gram, a_S, a_G)[1])
    return Pieces(**theirs)


def as_cost(function: Callable[..., Any]) -> Callable[[Array, Array], tuple[float, None]]:
    """Return the cost alone, in the form of J and a gradient that is taken elsewhere."""
    return lambda a, a_G: (float(function(a, a_G)), None)


def style_by(gram: Callable[[Array], Array], a_S: Array, a_G: Array) -> tuple[float, Array]:
    """Return J_style and its gradient, by somebody's Gram matrix."""
    M, M_S, n_C = math.prod(a_G.shape[:2]), math.prod(a_S.shape[:2]), a_G.shape[2]
    D = gram(a_G) / M - gram(a_S) / M_S
    dA = unroll(a_G) @ (D / (n_C**2 * M))
    return float(np.sum(D**2, dtype=np.float64)) / (4 * n_C**2), dA.reshape(a_G.shape)


def J_of(J: SumOfTerms, style: Array, functions: Functions) -> SumOfTerms:
    """Return the same J, made of a learner's functions; of the package's definition without any."""
    made = with_pieces(J, style, pieces_of(functions))
    walk = functions.get("walk-down")
    if not walk:
        return made
    takes_layers = len(inspect.signature(walk).parameters) > 4

    def down(dfeatures: Any, cache: Any, network: Any, weights: Any, layers: Any) -> Array:
        given = (dfeatures, cache, network, weights, *([layers] if takes_layers else []))
        dG: Array = walk(*given)
        return dG

    evaluator: Any = replace(made.evaluator, down=down)  # type: ignore[type-var]
    return SumOfTerms(made.terms, evaluator, made.shape, made.dtype)


def descend(
    function: Callable[[Array], tuple[Any, Array]], x: Array, optimizer: str, functions: Functions
) -> Iterator[Step]:
    """Go down from x, with a learner's optimizer where there is one: yield each point and its J."""
    walk = {"lbfgs": by_lbfgs, "adam": by_adam, "gradient-descent": by_gradient}[optimizer]
    return walk(function, x, functions)


def by_gradient(function: Any, x: Array, functions: Functions) -> Iterator[Step]:
    """Go down by gradient descent; its first step has the size `FIRST`."""
    step = functions.get("gradient-descent-step", gradient_descent_step)
    value, gradient = function(x)
    rate = FIRST / (size(gradient) or 1.0)
    while True:
        yield x, float(value)
        x = step(x, gradient, rate)
        value, gradient = function(x)


def by_adam(function: Any, x: Array, functions: Functions) -> Iterator[Step]:
    """Go down by Adam."""
    step = functions.get("adam-step", adam_step)
    value, gradient = function(x)
    m, v, t = 0 * x, 0 * x, 0
    while True:
        yield x, float(value)
        t += 1
        x, m, v = step(x, gradient, m, v, t, 0.02)
        value, gradient = function(x)


def by_lbfgs(function: Any, x: Array, functions: Functions) -> Iterator[Step]:
    """Go down by L-BFGS, plainer than the package's: it ends where no trial step goes down."""
    direction_of = functions.get("two-loop", two_loop)
    judge = functions.get("line-search", line_search)
    value, gradient = function(x)
    s: tuple[Array, ...] = ()
    y: tuple[Array, ...] = ()
    while True:
        yield x, float(value)
        d = direction_of(gradient, s, y) if s else -gradient * (FIRST / (size(gradient) or 1.0))
        slope, t, low, high = inner(gradient, d), 1.0, 0.0, math.inf
        lowest: Any = None
        for _ in range(TRIALS if slope < 0 else 0):
            there = x + t * d
            found, its_gradient = function(there)
            if float(found) < (lowest[1] if lowest else float(value)):
                lowest = there, float(found), its_gradient
            verdict = judge(t, float(value), slope, float(found), inner(its_gradient, d), 1e-4, 0.9)
            if verdict == "right":
                break
            low, high = (low, t) if verdict == "too long" else (t, high)
            t = 2 * t if high == math.inf else (low + high) / 2
        if not lowest:
            return
        moved, change = lowest[0] - x, lowest[2] - gradient
        if inner(moved, change) > 1e-10 * inner(change, change):
            s, y = (*s, moved)[-MEMORY:], (*y, change)[-MEMORY:]
        x, value, gradient = lowest


def inner(a: Array, b: Array) -> float:
    """Return the inner product, added up in float64."""
    return float(np.sum(a * b, dtype=np.float64))


def size(x: Array) -> float:
    """Return the root mean square."""
    return math.sqrt(inner(x, x) / x.size)
