"""The gradient of each term at its layer, brought to one length before its weight counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.term import Shape, Statistic
from nst_numpy.errors import InputError
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings


@dataclass(frozen=True)
class Normalised:
    """Any statistic, whose gradient is divided by its L1 norm: ``da / (Σ|da| + ε)``.

    With the term's weight w the gradient at the layer has the norm w, be the term large or small,
    near its target or far. So what it returns as dJ/da is the gradient of no J: the divisor
    changes from picture to picture, and no function has these slopes. J itself is as it was.

    Attributes
    ----------
    statistic
    epsilon
        Leaves a gradient of nothing but zeros at 0.

    References
    ----------
    Johnson's neural-style (2015), ``-normalize_gradients``, with the same ε.
    """

    statistic: Statistic
    epsilon: float = 1e-8

    def measure(self, a: Array) -> Array:
        """Measure what the statistic measures."""
        return self.statistic.measure(a)

    def compare(self, s: Array, target: Any, shape: Shape) -> tuple[float, Array]:
        """Compare as the statistic does."""
        return self.statistic.compare(s, target, shape)

    def pull(self, a: Array, ds: Array) -> Array:
        """``da / (Σ|da| + ε)``, of the statistic's da."""
        da = self.statistic.pull(a, ds)
        norm = float(np.sum(np.abs(da), dtype=np.float64))
        normalised: Array = da / (norm + self.epsilon)
        return normalised


@dataclass(frozen=True)
class NormalisedGradients:
    """What makes J with the gradient of every term normalised, for ``stylize(…, objective=…)``.

    Not for L-BFGS: its line search asks along which step J falls as fast as its slope says, and
    learns the curvature from how the slope changes. Here the slope is not J's.

    Attributes
    ----------
    objective
        What makes the J whose terms these are.

    Raises
    ------
    InputError
        When it is called for L-BFGS.
    """

    objective: Callable[..., SumOfTerms] = Objective

    def __call__(
        self, content: Array, styles: Any, settings: Settings, *others: Any, **named: Any
    ) -> SumOfTerms:
        """Make J for a canvas of any scale."""
        check_optimizer(settings)
        J = self.objective(content, styles, settings, *others, **named)
        return J.with_terms(
            [replace(term, statistic=Normalised(term.statistic)) for term in J.terms]
        )


def check_optimizer(settings: Settings) -> None:
    """Refuse the optimizer that needs a gradient of J."""
    if settings.optimizer == "lbfgs":
        raise InputError(
            "Normalised gradients are no gradient of J, which lbfgs needs for its line search; "
            "choose the optimizer adam or gradient-descent."
        )
