"""The three steps of a term, compiled for the statistics known here; the definition's for others.

They are taken in a workspace, on arrays that are there: `compare` measures, too, and `pull` writes
into (or adds to) the gradient that is on its way down.
"""

from collections.abc import Collection
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import (
    Content,
    Covariance,
    Gram,
    GramDeviation,
    MaskedGram,
    Statistic,
    Term,
    Wasserstein,
)
from nst_numpy.costs.part import Part
from nst_numpy.kernels.content import content_gradient, squared_distance
from nst_numpy.kernels.gram import gram_matrix, style_gradient
from nst_numpy.kernels.masked import masked_gram_matrix, masked_style_gradient
from nst_numpy.kernels.workspace import Workspace


class Steps:
    """Any statistic: its own three functions, in NumPy."""

    def measure(self, space: Workspace, term: Term, a: Array) -> Array:
        """Return what is measured, in an array of its own."""
        return np.array(term.statistic.measure(a))

    def compare(self, space: Workspace, term: Term, a: Array) -> tuple[float, Any]:
        """Return J, and what `pull` needs."""
        return term.statistic.compare(self.measure(space, term, a), term.target, a.shape)

    def pull(self, space: Workspace, term: Term, a: Array, ds: Any, out: Array, add: bool) -> None:
        """``out = weight·dJ/da``, or with `add` ``out += …``."""
        da = term.statistic.pull(a, ds)  # which need not be linear: the weight comes after it
        if add:
            out += term.weight * da
        else:
            np.multiply(da, term.weight, out=out)


class ContentSteps(Steps):
    """`Content`, without an array for the difference."""

    def compare(self, space: Workspace, term: Term, a: Array) -> tuple[float, None]:
        return squared_distance(space.team, like(a, term), a) / CONTENT.divisor(a.shape), None

    def pull(self, space: Workspace, term: Term, a: Array, ds: None, out: Array, add: bool) -> None:
        scale = 2 * term.weight / CONTENT.divisor(a.shape)
        content_gradient(space.team, like(a, term), a, scale, out, add)


class GramSteps(Steps):
    """`Gram`: the products AᵀA and A·ds by the kernels, the small matrices by the definition."""

    def measure(self, space: Workspace, term: Term, a: Array) -> Array:
        s: Array = np.empty((a.shape[-1], a.shape[-1]), np.float32)
        gram_matrix(space.team, a, s, space.scratch)
        return s

    def pull(
        self, space: Workspace, term: Term, a: Array, ds: Array, out: Array, add: bool
    ) -> None:
        style_gradient(space.team, a, ds, 2 * term.weight, out, space.scratch, add)


class MomentsSteps(GramSteps):
    """`Moments`: the Gram matrix by the kernels, and beside it the sums."""

    def measure(self, space: Workspace, term: Term, a: Array) -> Array:
        gram = super().measure(space, term, a)
        s: Array = np.vstack([gram, np.sum(a, axis=(0, 1))])
        return s

    def pull(
        self, space: Workspace, term: Term, a: Array, ds: Array, out: Array, add: bool
    ) -> None:
        super().pull(space, term, a, np.ascontiguousarray(ds[:-1]), out, add)
        out += term.weight * ds[-1]


class MaskedGramSteps(Steps):
    """`MaskedGram`: as `GramSteps`, each position by its share."""

    def measure(self, space: Workspace, term: Term, a: Array) -> Array:
        s: Array = np.empty((a.shape[-1], a.shape[-1]), np.float32)
        masked_gram_matrix(space.team, a, share(a, term), s, space.scratch)
        return s

    def pull(
        self, space: Workspace, term: Term, a: Array, ds: Array, out: Array, add: bool
    ) -> None:
        masked_style_gradient(
            space.team, a, share(a, term), ds, 2 * term.weight, out, space.scratch, add
        )


class PartSteps(Steps):
    """`Part`: the steps of its statistic, on some rows."""

    def measure(self, space: Workspace, term: Term, a: Array) -> Array:
        rows, its_own = self._of(term)
        return steps_of(its_own).measure(space, its_own, a[rows])

    def compare(self, space: Workspace, term: Term, a: Array) -> tuple[float, Any]:
        rows, its_own = self._of(term)
        if not term.statistic.whole:  # type: ignore[attr-defined]
            return 0.0, term.target
        value, ds = steps_of(its_own).compare(space, its_own, a[rows])
        return self._share(term, a[rows]) * value, ds

    def pull(self, space: Workspace, term: Term, a: Array, ds: Any, out: Array, add: bool) -> None:
        rows, its_own = self._of(term)
        if not add:
            out[...] = 0.0
        its_own = replace(its_own, weight=self._share(term, a[rows]) * term.weight)
        steps_of(its_own).pull(space, its_own, a[rows], ds, out[rows], True)

    def _of(self, term: Term) -> tuple[slice, Term]:
        part: Part = term.statistic  # type: ignore[assignment]
        return part.rows, replace(term, statistic=part.statistic)

    def _share(self, term: Term, a: Array) -> float:
        """Return the rows' share of all positions, by whose number the statistic divides."""
        whole = term.statistic.whole  # type: ignore[attr-defined]
        return prod(a.shape) / prod(whole) if whole else 1.0


def share(a: Array, term: Term) -> Array:
    """Return the mask of a `MaskedGram` in the shape of a, for the kernels do not check it."""
    mask: Array = term.statistic.mask  # type: ignore[attr-defined]
    whole: Array = np.broadcast_to(mask, a.shape[:2])
    return np.ascontiguousarray(whole, np.float32)


def like(a: Array, term: Term) -> Array:
    """Return the target in the shape of a, as the definition's subtraction takes it."""
    target: Array = np.ascontiguousarray(np.broadcast_to(term.target, a.shape))
    return target


CONTENT = Content()
ALL = slice(None)
COMPILED: dict[type, Steps] = {
    Content: ContentSteps(),
    Gram: GramSteps(),
    Covariance: MomentsSteps(),
    GramDeviation: MomentsSteps(),
    Wasserstein: MomentsSteps(),
    MaskedGram: MaskedGramSteps(),
    Part: PartSteps(),
}


def seen_whole(terms: Collection[Term]) -> set[str]:
    """Return the layers whose terms need all of it at once: all but Gram, which is a sum."""
    found = {term.layer for term in terms if type(summed(term)[0]) is not Gram}
    rows = {(term.layer, str(summed(term)[1])) for term in terms}
    return found | {layer for layer, _ in rows if sum(layer == other for other, _ in rows) > 1}


def summed(term: Term) -> tuple[Statistic, slice]:
    """Return a term's statistic, and the rows of which it is: all of them, but for a `Part`."""
    statistic = term.statistic
    return (statistic.statistic, statistic.rows) if type(statistic) is Part else (statistic, ALL)


def steps_of(term: Term) -> Steps:
    """Return how the steps of a term are taken here."""
    return COMPILED.get(type(term.statistic), Steps())
