"""Where an optimizer is, as a value: a state that can be kept, stored, and gone on from.

All that an optimizer does with its arrays is arithmetic, number by number, and one inner product.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from nst_numpy.arrays import Array

Function = Callable[[Array], tuple[Any, Array]]
"""x -> (value, gradient); the value may be anything that ``float()`` takes."""
Dot = Callable[[Array, Array], float]
Metric = Callable[[Array], Array]
"""g -> M·g, with M symmetric and positive: a guess of H⁻¹ that is known beforehand."""
FIRST = 0.0025
"""How far a first step moves the numbers of x, root mean square: no curvature is known yet."""


def dot(a: Array, b: Array) -> float:
    """Return the inner product of two arrays of one shape; its rows are added up in float64."""
    return float(np.sum(rows_dot(a, b), dtype=np.float64))


def rows_dot(a: Array, b: Array) -> Array:
    """Return the inner product of each row of a with that of b."""
    rows: Array = np.einsum("ij,ij->i", a.reshape(len(a), -1), b.reshape(len(b), -1))
    return rows


def unchanged(g: Array) -> Array:
    """Return g: the guess that all changes are equally easy."""
    return g


@dataclass(frozen=True, kw_only=True)
class State:
    """One point on the way.

    Each optimizer's own state adds what it remembers there: ``AdamState(**vars(point), m=m, …)``.

    Attributes
    ----------
    x, value, gradient
        The point, and what the function returned for it.
    evaluations
        How often the function has been evaluated so far.
    note
        Anything out of the ordinary on the way to this point, in words; else empty.
    ended
        Whether the optimizer knows of no better point.
    """

    x: Array
    value: Any
    gradient: Array
    evaluations: int
    note: str = ""
    ended: bool = False


@dataclass(frozen=True)
class Optimizer(ABC):
    """What all of them have; each adds ``start`` and ``step``."""

    learning_rate: float | None = None  # how far to go; each has a default of its own
    dot: Dot = dot  # the inner product
    metric: Metric = unchanged  # a first guess of H⁻¹, but for a number
    kind: ClassVar[type[State]] = State  # the type of its states, to read one from a file

    @property
    def pictures(self) -> int:
        """How many arrays like x there are at a time, to predict the memory: Adam's."""
        return 15

    @abstractmethod
    def start(self, function: Function, x: Array) -> Any:
        """Return the state at the start."""

    @abstractmethod
    def step(self, function: Function, state: Any) -> Any:
        """Return the state one step further on."""

    def evaluate(
        self, function: Function, x: Array, evaluations: int = 0, rate: float | None = None
    ) -> State:
        """Evaluate the function at x; the learning rate that led there is named in the error.

        Raises
        ------
        FloatingPointError
            If the value or the gradient is no longer finite.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is reported
            value, gradient = function(x)
            found = {"cost": float(value), "gradient": self.dot(gradient, gradient)}
        advice = f"lower the learning rate of {rate:g}" if rate else "look for NaN at the start"
        for name, number in found.items():
            if not math.isfinite(number):
                raise FloatingPointError(f"The {name} is {number}; {advice}, or lower the weights.")
        return State(x=x, value=value, gradient=gradient, evaluations=evaluations + 1)

    def size(self, x: Array) -> float:
        """Return how large the numbers of an array are: their root mean square."""
        ones = 0 * x + 1  # arithmetic alone, as above
        return math.sqrt(self.dot(x, x) / self.dot(ones, ones))


def iterates(optimizer: Optimizer, function: Function, start: Array | State) -> Iterator[Any]:
    """Yield the state at the start, then one for each step, for as long as it is asked.

    Parameters
    ----------
    optimizer : Optimizer
    function : callable
    start : ndarray or State
        A point; or a state of this optimizer, to go on from there.
    """
    state = start if isinstance(start, State) else optimizer.start(function, start)
    yield state
    while not state.ended:
        state = optimizer.step(function, state)
        yield state
