"""A case: a function, its backward pass, and the numbers on which both are tried.

Every case is checked against finite differences in the same ways, and where it is linear against
the adjoint identity, which takes none. So is one of your own::

    softplus = Case(
        "softplus",
        forward=lambda x: np.log1p(np.exp(x)),
        backward=lambda dy, x: dy / (1 + np.exp(-x)),
        draw=lambda rng: (rng.standard_normal((5, 7, 3)),),
    )
    for check in checks_of(softplus):
        print(check.method, check.error, check.holds)

All is done in float64. Upstream gradients and directions are drawn at random: an upstream gradient
of all ones hides exchanged axes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.gradcheck import adjoint_error, directional_error, elementwise_error

CENTRAL = 1e-8  # relative error allowed to central differences, for one layer or cost
ADJOINT = 1e-12  # … to the adjoint identity, where no difference is taken
DIRECTIONS = 5
MOST = 200  # components of x, up to which each is tried by itself


@dataclass(frozen=True)
class Case:
    """A function y = f(x, …), and the gradient that somebody claims for it.

    Attributes
    ----------
    name
        Whose gradient.
    forward
        (x, …) -> y: an array, or one number if it is a cost.
    backward
        (dy, x, …) -> dx, where dy is dJ/dy: of the shape of y, or a number.
    draw
        Random generator -> (x, …), with no kink of the function near x.
    linear
        Whether the function is linear in x, up to a constant: then the adjoint test applies.
    direction
        Where x lies on a kink: random generator -> a direction that runs along it. The components
        of x are then not tried one by one.
    """

    name: str
    forward: Callable[..., Any]
    backward: Callable[..., Array]
    draw: Callable[[np.random.Generator], tuple[Any, ...]]
    linear: bool = False
    direction: Callable[[np.random.Generator], Array] | None = None


@dataclass(frozen=True)
class Check:
    """One gradient, one way of testing it, the largest error, and what it must not exceed."""

    name: str
    method: str
    error: float
    allowed: float

    @property
    def holds(self) -> bool:
        """Whether the error is within what is allowed; NaN is not."""
        return self.error <= self.allowed


def checks_of(case: Case, rng: np.random.Generator | int = 0) -> Iterator[Check]:
    """Check a case by the adjoint test and finite differences, as far as they apply; yield each.

    `rng` draws everything; a number is the seed of one that does.
    """
    problem = Problem(case, rng)
    if case.linear:
        yield Check(case.name, "adjoint", problem.adjoint_error(), ADJOINT)
    yield Check(case.name, "central differences", problem.error(), CENTRAL)
    if problem.x.size <= MOST and not case.direction:
        error = elementwise_error(problem.J, problem.x, problem.gradient)
        yield Check(case.name, "pixel by pixel", error, CENTRAL)


class Problem:
    """A case at work on numbers: J(x) = ⟨u, f(x, …)⟩, whose gradient is backward(u, x, …)."""

    def __init__(
        self, case: Case, rng: np.random.Generator | int = 0, all_ones: bool = False
    ) -> None:
        rng = np.random.default_rng(rng)  # of a generator, the generator itself
        self.x, *others = case.draw(rng)
        self.forward: Callable[[Array], Any] = lambda x: case.forward(x, *others)
        self.backward: Callable[[Array], Array] = lambda dy: case.backward(dy, self.x, *others)
        u = rng.standard_normal(np.shape(self.forward(self.x)))
        self.u = np.ones_like(u) if all_ones else u
        draw = case.direction or (lambda rng: rng.standard_normal(self.x.shape))
        self.directions = [draw(rng) for _ in range(DIRECTIONS)]
        self.gradient = self.backward(self.u)
        if self.gradient.shape != self.x.shape:
            raise InputError(
                f"The gradient of {case.name} has the shape {self.gradient.shape}; x has "
                f"{self.x.shape}."
            )

    def J(self, x: Array) -> float:
        """Return ⟨u, f(x, …)⟩."""
        return float(np.vdot(self.u, self.forward(x)))

    def error(self) -> float:
        """Return the relative error of the gradient along the directions; 0 is perfect."""
        return directional_error(self.J, self.x, self.gradient, self.directions)

    def adjoint_error(self) -> float:
        """Return how far ⟨u, A·v⟩ and ⟨Aᵀ·u, v⟩ differ, for f(x) = A·x + a constant."""
        constant = self.forward(np.zeros_like(self.x))
        return max(
            adjoint_error(lambda v: self.forward(v) - constant, self.backward, v, self.u)
            for v in self.directions
        )
