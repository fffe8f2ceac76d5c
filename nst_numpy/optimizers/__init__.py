"""Gradient descent, Adam and L-BFGS: they know a function and a start, not what a picture is.

Each has two functions, ``start(function, x)`` and ``step(function, state)``; both return a state.
"""

from typing import Literal

from nst_numpy.optimizers.first_order import Adam, GradientDescent
from nst_numpy.optimizers.lbfgs import LBFGS
from nst_numpy.optimizers.state import Function, Metric, Optimizer, State, dot, iterates

OptimizerName = Literal["lbfgs", "adam", "gradient-descent"]
OPTIMIZERS: dict[OptimizerName, type[Optimizer]] = {
    "lbfgs": LBFGS,
    "adam": Adam,
    "gradient-descent": GradientDescent,
}


def optimizer_of(
    name: OptimizerName, learning_rate: float | None = None, pairs: int = 20
) -> Optimizer:
    """Make an optimizer by its name; `pairs` is how many steps L-BFGS remembers."""
    if name == "lbfgs":
        return LBFGS(learning_rate, memory=pairs)
    return OPTIMIZERS[name](learning_rate)
