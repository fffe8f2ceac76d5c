"""The three steps of a term, compiled for the statistics known here; the definition's for others.

They are taken in a workspace, on arrays that are there: `compare` measures, too, and `pull` writes
into (or adds to) the gradient that is on its way down.
"""

from collections.abc import Collection
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import Content, Covariance, Gram, MaskedGram, Term, Wasserstein
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
    """`Covariance` and `Wasserstein`: the Gram matrix by the kernels, and beside it the sums."""

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
COMPILED: dict[type, Steps] = {
    Content: ContentSteps(),
    Gram: GramSteps(),
    Covariance: MomentsSteps(),
    Wasserstein: MomentsSteps(),
    MaskedGram: MaskedGramSteps(),
}


def seen_whole(terms: Collection[Term]) -> set[str]:
    """Return the layers whose terms need all of it at once: all but Gram, which is a sum."""
    return {term.layer for term in terms if type(term.statistic) is not Gram}


def steps_of(term: Term) -> Steps:
    """Return how the steps of a term are taken here."""
    return COMPILED.get(type(term.statistic), Steps())
