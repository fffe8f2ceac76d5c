"""A mutant: a case with one function replaced by a wrong one; and what the check says of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.case import CENTRAL, Case, Problem
from nst_numpy.checks.pieces import OURS, Pieces
from nst_numpy.gradcheck import cosine

Cost = Callable[[Array, Array], float]


@dataclass(frozen=True)
class Mutant:
    """A gradient with one mistake in it.

    If the mistake is in the cost already, and its gradient follows from it faithfully, `own_cost`
    is that cost, (a_C or a_S, a_G) -> J.
    """

    name: str
    sentence: str  # what is wrong
    case: Callable[[Pieces], Case]  # what it is the gradient of
    pieces: Pieces  # the package's, but for the wrong one
    own_cost: Cost | None = None
    ties: Callable[[Pieces], Case] | None = None  # where only equal numbers tell: a case with some


@dataclass(frozen=True)
class Outcome:
    """What the check said of one mutant; all errors are relative."""

    name: str
    sentence: str
    gradient_of: str  # the name of its case
    error: float
    error_of_right: float  # that of the right gradient on the same numbers
    allowed: float
    angle: float  # between the wrong gradient and the right one, in degrees
    error_without_ties: float  # on random numbers, of which no two are equal
    error_with_ones: float | None  # with an upstream gradient of all ones; the costs have none
    error_of_own_cost: float | None  # where the mistake is in the cost: against that cost

    @property
    def caught(self) -> bool:
        """Whether the error is more than a right gradient may have; NaN counts as caught."""
        return not self.error <= self.allowed

    @property
    def missed_with_ones(self) -> bool:
        """Whether a check with an upstream gradient of all ones lets it pass."""
        return self.error_with_ones is not None and self.error_with_ones <= self.allowed

    @property
    def needs_ties(self) -> bool:
        """Whether a check that never meets two equal numbers lets it pass."""
        return self.error_without_ties <= self.allowed


def outcome(mutant: Mutant, seed: int = 0) -> Outcome:
    """Compare one mutant with finite differences, and with the right gradient."""
    case = mutant.case(mutant.pieces)
    plain = Problem(case, seed)
    telling = mutant.ties or mutant.case
    wrong, right = (Problem(telling(pieces), seed) for pieces in (mutant.pieces, OURS))
    ones = Problem(case, seed, all_ones=True).error() if np.ndim(plain.u) else None
    own = None
    if cost := mutant.own_cost:
        own = Problem(replace(case, forward=lambda a_G, a: cost(a, a_G)), seed).error()
    return Outcome(
        mutant.name,
        mutant.sentence,
        case.name,
        wrong.error(),
        right.error(),
        CENTRAL,
        angle(wrong.gradient, right.gradient),
        plain.error(),
        ones,
        own,
    )


def angle(a: Array, b: Array) -> float:
    """Return the angle between two gradients, in degrees; 90 where one of them is 0."""
    return float(np.degrees(np.arccos(cosine(a, b))))
