"""The gradient of each term at its layer, brought to one length before its weight counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.term import Shape, Statistic, Term
from nst_numpy.errors import InputError
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings


@dataclass(frozen=True)
class Normalised:
    """Any statistic, whose gradient is brought to one length: ``length · da / (Σ|da| + ε)``.

    With the term's weight w the gradient at the layer has the norm w·length, be the term large or
    small, near its target or far. So what it returns as dJ/da is the gradient of no J: the divisor
    changes from picture to picture, and no function has these slopes. J itself is as it was.

    Attributes
    ----------
    statistic
    length
        1, or what the weight is to be multiplied by.
    epsilon
        Leaves a gradient of nothing but zeros at 0.

    References
    ----------
    Johnson's neural-style (2015), ``-normalize_gradients``, with the same ε.
    """

    statistic: Statistic
    length: float = 1.0
    epsilon: float = 1e-8

    def measure(self, a: Array) -> Array:
        """Measure what the statistic measures."""
        return self.statistic.measure(a)

    def compare(self, s: Array, target: Any, shape: Shape) -> tuple[float, Array]:
        """Compare as the statistic does."""
        return self.statistic.compare(s, target, shape)

    def pull(self, a: Array, ds: Array) -> Array:
        """``length · da / (Σ|da| + ε)``, of the statistic's da."""
        da = self.statistic.pull(a, ds)
        norm = float(np.sum(np.abs(da), dtype=np.float64))
        normalised: Array = da * (self.length / (norm + self.epsilon))
        return normalised


@dataclass(frozen=True)
class NormalisedGradients:
    """What makes J with the gradient of every term normalised, for ``stylize(…, objective=…)``.

    A style layer's weight is then ``β·λ_l·n_C²``. Its λ = 1/n_C² is there to make up for the size
    of Gram matrices, and so of their gradients; where each gradient has the length 1, it would make
    up for what is not there, and leave the content alone: so all style layers pull alike by
    default. With the weights of the preset neural-style, style is to content as 100 to 5, as there.

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
        lengths = [length_of(term, settings) for term in J.terms]
        return J.with_terms(
            [
                replace(term, statistic=Normalised(term.statistic, length))
                for term, length in zip(J.terms, lengths, strict=True)
            ]
        )


def length_of(term: Term, settings: Settings) -> float:
    """Return n_C² for a term of the style, and 1 for any other."""
    if term.name.partition(" ")[0] not in settings.style_layers:
        return 1.0
    n_C = settings.network.channels[term.layer][1]
    return float(n_C**2)


def check_optimizer(settings: Settings) -> None:
    """Refuse the optimizer that needs a gradient of J."""
    if settings.optimizer == "lbfgs":
        raise InputError(
            "Normalised gradients are no gradient of J, which lbfgs needs for its line search; "
            "choose the optimizer adam or gradient-descent."
        )
