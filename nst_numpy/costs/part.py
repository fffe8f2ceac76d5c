"""A term of J when only part of the picture is at hand: some of its rows.

What is measured of a style is a sum over the positions, so the sums of all parts add up to that of
the picture. What J wants of that sum is then known, and each part pulls at its own rows with it. A
content is compared position by position, so there J itself adds up.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.content import Content
from nst_numpy.costs.deviation import Deviation
from nst_numpy.costs.masked import MaskedGram
from nst_numpy.costs.moments import Moments
from nst_numpy.costs.style import Gram
from nst_numpy.costs.term import Shape, Statistic, Term

SUMS = (Gram, MaskedGram, Moments, Deviation)
"""Statistics whose s is a sum over the positions: those of the parts add up."""
BY_POSITION = (Content,)
"""Statistics that compare position by position: the J of the parts add up."""


@dataclass(frozen=True, eq=False)
class Part:
    """A statistic of some rows; the rows around them are there only as their neighbours.

    Attributes
    ----------
    statistic
        What is measured of these rows.
    rows
        Which of the activations at hand they are.
    whole
        The shape of the whole picture's activations, if the statistic compares position by
        position; its target is then that of these rows. Otherwise the target is ds: what J wants of
        the sum over the whole picture.
    """

    statistic: Statistic
    rows: slice
    whole: Shape | None = None

    def measure(self, a: Array) -> Array:
        """Return the s of these rows."""
        return self.statistic.measure(a[self.rows])

    def compare(self, s: Array, target: Any, shape: Shape) -> tuple[float, Array]:
        """Return the share of these rows in J, and ds; no J, where ds is known."""
        if self.whole:
            return self.statistic.compare(s, target, self.whole)
        return 0.0, target

    def pull(self, a: Array, ds: Array) -> Array:
        """Return da: 0 except in these rows."""
        da = np.zeros_like(a)
        da[self.rows] = self.statistic.pull(a[self.rows], ds)
        return da


def wanted_later(term: Term) -> bool:
    """Return whether a term is a part of a sum whose ds is not known yet."""
    part = term.statistic
    return isinstance(part, Part) and part.whole is None and term.target is None


def known_already(term: Term) -> bool:
    """Return whether a term is a part of a sum whose ds is known: nothing need be measured."""
    part = term.statistic
    return isinstance(part, Part) and part.whole is None and term.target is not None


def of_rows(statistic: Statistic, rows: slice) -> Statistic:
    """Return what measures these rows of the whole picture as the statistic does: a mask is cut."""
    if isinstance(statistic, MaskedGram):
        return replace(statistic, mask=statistic.mask[rows])
    return statistic
