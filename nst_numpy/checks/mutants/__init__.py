"""Every mistake that we know of, each of which a check must catch.

- `mutant`      what a mutant is, and what came out: the error, the angle, whether it was caught
- `of_costs`, `of_layers`, `of_network`   the mistakes, each beside what it gets wrong

Each is compared with what its function really does, as the right gradients are. A mistake that only
scales the gradient has an angle of 0 to the right one; it still changes what α and β weigh.
"""

from collections.abc import Iterator

from nst_numpy.checks.mutants.mutant import Mutant, Outcome, outcome
from nst_numpy.checks.mutants.of_costs import MUTANTS_OF_COSTS
from nst_numpy.checks.mutants.of_layers import MUTANTS_OF_LAYERS
from nst_numpy.checks.mutants.of_network import MUTANTS_OF_NETWORK

MUTANTS: tuple[Mutant, ...] = (*MUTANTS_OF_COSTS, *MUTANTS_OF_LAYERS, *MUTANTS_OF_NETWORK)


def check_mutants() -> Iterator[Outcome]:
    """Check every mutant against finite differences, yielding each outcome as it is known."""
    return map(outcome, MUTANTS)


__all__ = ["MUTANTS", "Mutant", "Outcome", "check_mutants", "outcome"]
