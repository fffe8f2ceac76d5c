"""J and dJ/dG of a picture, a strip at a time: twice up, once down.

A Gram matrix is a sum over the positions; that is all there is to it. In the first round each strip
goes up, and what its own rows measure is added up. Then the terms are compared, once, as ever: J is
known, and what it wants of each sum. In the second round each strip goes up again, its own rows are
pulled at, and it goes down. A row of the picture lies in the halo of its neighbours, too: what
comes down there is added, as wherever ways part. The kernels spare some of this: the last strip is
up there still, and of the others they keep the top, which is small.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Evaluator
from nst_numpy.costs.part import BY_POSITION, SUMS, Part, of_rows, wanted_later
from nst_numpy.costs.term import Shape, Statistic, Term, cost
from nst_numpy.errors import InputError
from nst_numpy.large.cutting import Strip, cut, pools_below, rows_of
from nst_numpy.network import PICTURE, Network, Weights
from nst_numpy.plan import shapes

Job = tuple[Strip, list[Term]]
"""A strip, and the terms that look at what it owns."""

WATCHER: ContextVar[Callable[[str], object] | None] = ContextVar("WATCHER", default=None)
"""Who is told which strip it is, as in "strip 2/4, up": a large one takes its time."""


def tell(number: int, jobs: Sequence[Job], where: str) -> None:
    """Tell whoever watches which strip it is, where there are several."""
    if watcher := WATCHER.get():
        watcher(f"strip {number}/{len(jobs)}, {where}")


class Strips:
    """An evaluator that never has more than a strip of a picture's features in memory.

    Parameters
    ----------
    each : Evaluator
        What evaluates one strip.
    rows : int, optional
        How many rows of a picture it may see at a time.
    strips : int
        Without ``rows``: into how many strips a picture is cut, see `rows_of`.
    """

    def __init__(self, each: Evaluator, rows: int | None, strips: int = 1) -> None:
        self.each = each
        self.rows = rows
        self.strips = strips

    @property
    def network(self) -> Network:
        """Whose features are compared."""
        return self.each.network

    @property
    def weights(self) -> Weights:
        """Those of the network."""
        return self.each.weights

    def measure(self, picture: Array, terms: Collection[Term]) -> list[tuple[Array, Shape]]:
        """Return what each term measures of a picture, and the shape of what it looked at."""
        known = shapes(self.network, *picture.shape[:2])
        strips = self._cut(picture, terms)
        if len(strips) == 1:
            return self.each.measure(picture, terms)
        above = [term for term in terms if term.layer != PICTURE]
        jobs = [(strip, [self._part(term, strip, known) for term in above]) for strip in strips]
        found: dict[int, Any] = {}
        for (strip, _), measured in zip(jobs, self._measured(picture, jobs), strict=True):
            for term, s in zip(above, measured, strict=True):
                if isinstance(term.statistic, BY_POSITION):
                    a = found.setdefault(id(term), np.empty(known[term.layer], s.dtype))
                    a[strip.owned_at(pools_below(self.network, term.layer))[1]] = s
                else:
                    found[id(term)] = found.get(id(term), 0.0) + s.astype(np.float64)
        for term in terms:
            if term.layer == PICTURE:
                found[id(term)] = np.array(term.statistic.measure(picture))
        return [
            (found[id(term)].astype(picture.dtype, copy=False), known[term.layer]) for term in terms
        ]

    def __call__(self, G: Array, terms: Collection[Term]) -> tuple[dict[str, float], Array]:
        """Evaluate J = Σ weight·J_term and its gradient: see the definition."""
        known = shapes(self.network, *G.shape[:2])
        strips = self._cut(G, terms)
        if len(strips) == 1:
            return self.each(G, terms)

        # up: what all strips measure, added up, and what J wants of it
        above = [term for term in terms if term.layer != PICTURE]
        sums = [term for term in above if isinstance(term.statistic, SUMS)]
        jobs = [(strip, [self._part(term, strip, known) for term in above]) for strip in strips]
        found: dict[str, Any] = {term.name: 0.0 for term in sums}
        turns: list[Any] = []
        begun = self._begun(G, jobs)
        for number in range(1, len(jobs) + 1):
            tell(number, jobs, "up")
            measured, turn = next(begun)
            turns.append(turn)
            for term, s in zip(sums, measured, strict=True):
                found[term.name] = found[term.name] + s.astype(np.float64)
        values, wanted = {}, {}
        for term in sums:
            s = found[term.name].astype(G.dtype, copy=False)
            compared = term.statistic.compare(s, term.target, known[term.layer])
            values[term.name], wanted[term.name] = compared

        # down, the last strip first: it may be up there still; the others go up again
        jobs = [
            (strip, [self._part(term, strip, known, wanted.get(term.name)) for term in above])
            for strip in strips
        ][::-1]
        dG = np.zeros_like(G)
        pulled = self._pulled(G, jobs, turns[::-1])
        for number, (strip, _) in zip(range(len(jobs), 0, -1), jobs, strict=True):
            tell(number, jobs, "down")
            shares, dx = next(pulled)
            for term in terms:
                if term.name in shares and term.name not in wanted:
                    values[term.name] = values.get(term.name, 0.0) + shares[term.name]
            dG[strip.rows] += dx
            del dx  # before there is another

        for term in terms:
            if term.layer == PICTURE:
                values[term.name], da = cost(term.statistic, G, term.target)
                dG += term.weight * da
        return {term.name: values[term.name] for term in terms}, dG

    def _measured(self, picture: Array, jobs: Sequence[Job]) -> Iterator[list[Array]]:
        """Go up with each strip, and yield what its terms measure."""
        for number, (strip, parts) in enumerate(jobs, 1):
            tell(number, jobs, "up")
            yield measured_part(self.each, picture[strip.rows], parts)

    def _begun(self, G: Array, jobs: Sequence[Job]) -> Iterator[tuple[list[Array], Any]]:
        """Go up with each strip, and yield what its sums are so far: the first round."""
        for strip, parts in jobs:
            yield begun_part(self.each, G[strip.rows], parts)

    def _pulled(
        self, G: Array, jobs: Sequence[Job], turns: Sequence[Any]
    ) -> Iterator[tuple[dict[str, float], Array]]:
        """Go down with each, and yield its shares in J, and dx: the second round."""
        for (strip, parts), turn in zip(jobs, turns, strict=True):
            yield pulled_part(self.each, G[strip.rows], parts, turn)

    def _cut(self, picture: Array, terms: Collection[Term]) -> list[Strip]:
        taps = {term.layer for term in terms}
        n_H = picture.shape[0]
        rows = self.rows or rows_of(n_H, self.strips, self.network, taps)
        strips = cut(n_H, rows, self.network, taps)
        if len(strips) > 1:
            for term in terms:
                if term.layer != PICTURE:
                    check_cuttable(term.statistic)
        return strips

    def _part(
        self, term: Term, strip: Strip, known: Mapping[str, Shape], ds: Array | None = None
    ) -> Term:
        """Return a term that looks at what a strip owns; ds is what J wants of the sum."""
        here, there = strip.owned_at(pools_below(self.network, term.layer))
        statistic = of_rows(term.statistic, there)
        if isinstance(statistic, BY_POSITION):
            target = term.target[there] if isinstance(term.target, np.ndarray) else term.target
            return replace(term, statistic=Part(statistic, here, known[term.layer]), target=target)
        return replace(term, statistic=Part(statistic, here), target=ds)


def cuttable(statistic: Statistic) -> bool:
    """Return whether strips can measure it, and nobody needs the picture as a whole."""
    return isinstance(statistic, SUMS + BY_POSITION)


def check_cuttable(statistic: Statistic) -> None:
    """Refuse to cut a picture of which a statistic must see all.

    Raises
    ------
    InputError
        It names the statistic.
    """
    if not cuttable(statistic):
        raise InputError(
            f"{type(statistic).__name__} sees a picture only as a whole, not in strips; give no "
            "rows, strips or cluster, or choose gram."
        )


def measured_part(each: Evaluator, rows: Array, parts: Collection[Term]) -> list[Array]:
    """Return what the terms measure of a strip: sums, or the features that it owns."""
    return [s for s, _ in each.measure(rows, parts)]


def begun_part(each: Evaluator, rows: Array, parts: Collection[Term]) -> tuple[list[Array], Any]:
    """Go up with a strip; return what its sums are, and what to go down with, if it stayed there.

    Only the kernels stay: their arrays are one block, which waits for the next evaluation anyway.
    """
    if hasattr(each, "begin"):
        begun: tuple[list[Array], Any] = each.begin(rows, parts)
        return begun
    return measured_part(each, rows, [part for part in parts if wanted_later(part)]), None


def pulled_part(
    each: Evaluator, rows: Array, parts: Collection[Term], turn: Any = None
) -> tuple[dict[str, float], Array]:
    """Return a strip's shares in J, and dJ/dG at the rows that it sees: the same bits either way.

    It goes down from where it is; if it is not up there, or no longer, it goes up once more.
    """
    done = finished_part(each, parts, turn, rows)
    return each(rows, parts) if done is None else done


def finished_part(
    each: Evaluator, parts: Collection[Term], turn: Any, rows: Array | None = None
) -> tuple[dict[str, float], Array] | None:
    """Return the same if the strip is up there still, or, with its rows, its top; else None."""
    if turn is None or not hasattr(each, "finish"):
        return None
    done: tuple[dict[str, float], Array] | None = each.finish(turn, parts, rows)
    return done
