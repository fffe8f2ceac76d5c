"""Every mistake that we know of, and whether finite differences catch it.

A mutant is a gradient with one mistake in it. Each is held against what its function really does,
on random numbers in float64, as `checks` does with the right gradients: with a random upstream
gradient, odd sides, and directions that cross no kink. Beside the error stands the angle between
the wrong gradient and the right one. A mistake that only scales the gradient has an angle of 0; it
still changes what α and β weigh.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nst_numpy import checks
from nst_numpy.experiments.mutants.of_costs import MUTANTS_OF_COSTS
from nst_numpy.experiments.mutants.of_layers import MUTANTS_OF_LAYERS
from nst_numpy.experiments.mutants.of_the_network import MUTANTS_OF_THE_NETWORK
from nst_numpy.experiments.mutants.pieces import RIGHT, Mutant
from nst_numpy.experiments.mutants.problems import Problem, cost_problem, problem, tied_problem
from nst_numpy.experiments.scale import cosine

MUTANTS: tuple[Mutant, ...] = (*MUTANTS_OF_COSTS, *MUTANTS_OF_LAYERS, *MUTANTS_OF_THE_NETWORK)


@dataclass(frozen=True)
class Outcome:
    """What the check said of one mutant.

    Attributes
    ----------
    mutant
        Which.
    error, allowed
        The relative error, the larger one where there are two problems, and what is allowed to a
        right gradient.
    cosine
        Of the angle between the wrong gradient and the right one, on the problem with that error.
    error_without_ties
        What a check on random numbers finds, of which no two are equal.
    error_with_ones
        What it finds with an upstream gradient of all ones instead of a random one; None for the
        costs, which have no upstream gradient.
    error_of_own_cost
        Where the mistake is in the cost: the error against that cost, with which it agrees.
    """

    mutant: Mutant
    error: float
    allowed: float
    cosine: float
    error_without_ties: float
    error_with_ones: float | None
    error_of_own_cost: float | None

    @property
    def caught(self) -> bool:
        """Whether the error is more than a right gradient may have; NaN counts as caught."""
        return not self.error <= self.allowed

    @property
    def angle(self) -> float:
        """The angle to the right gradient, in degrees."""
        return degrees(self.cosine)

    @property
    def missed_with_ones(self) -> bool:
        """Whether a check with an upstream gradient of all ones lets it pass."""
        return self.error_with_ones is not None and self.error_with_ones <= self.allowed

    @property
    def needs_ties(self) -> bool:
        """Whether a check that never meets two equal numbers lets it pass."""
        return self.error_without_ties <= self.allowed


def check_mutants(seed: int = 0) -> Iterator[Outcome]:
    """Hold every mutant against finite differences, yielding each outcome as it is known."""
    for mutant in MUTANTS:
        yield outcome(mutant, seed)


def outcome(mutant: Mutant, seed: int = 0) -> Outcome:
    """Hold one mutant against finite differences."""
    tried = _problems(mutant.piece, seed)
    errors = [one.error(mutant.pieces) for one in tried]
    worst = tried[int(np.argmax(errors))]
    with_ones = own = None
    if "cost" not in mutant.piece:
        rng = np.random.default_rng(seed)
        with_ones = problem(mutant.piece, rng, all_ones=True).error(mutant.pieces)
    if mutant.own_cost:
        rng = np.random.default_rng(seed)
        own = cost_problem(mutant.piece, rng, mutant.own_cost).error(mutant.pieces)
    return Outcome(
        mutant,
        max(errors),
        checks.CENTRAL,
        cosine(worst.gradient(mutant.pieces), worst.gradient(RIGHT)),
        errors[0],
        with_ones,
        own,
    )


def _problems(piece: str, seed: int) -> list[Problem]:
    """Draw what a piece is tried on: random numbers, and for the max pool also equal ones."""
    drawn = [problem(piece, np.random.default_rng(seed))]
    if piece == "max_pool":
        drawn.append(tied_problem(np.random.default_rng(seed)))
    return drawn


def error_of_right(piece: str, seed: int = 0) -> float:
    """Hold the package's own gradient against finite differences, on the same problems."""
    return max(one.error(RIGHT) for one in _problems(piece, seed))


def degrees(cosine: float) -> float:
    """Give the angle, from 0 to 180 degrees."""
    return float(np.degrees(np.arccos(cosine)))
