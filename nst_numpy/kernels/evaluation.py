"""`nst_numpy.evaluation` again, compiled: faster, and in less memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.part import known_already, wanted_later
from nst_numpy.costs.term import Shape, Term, cost
from nst_numpy.kernels.risen import Risen, Top
from nst_numpy.kernels.room import joined
from nst_numpy.kernels.store import KernelStore
from nst_numpy.kernels.terms import ALL, seen_whole, steps_of, summed
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.workspace import Workspace
from nst_numpy.network import PICTURE, Network, Weights
from nst_numpy.plan import Operation, up, up_and_down
from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward


@dataclass(frozen=True, eq=False)
class Begun:
    """With it `Evaluator.finish` goes on: whose turn it was, and the top of where it was."""

    turn: int
    top: Top | None


class Evaluator:
    """What terms of J come to for a picture, and the gradient of their weighted sum.

    Parameters
    ----------
    network : Network
    weights : mapping, layer -> (weight, bias)
        float32; those up to the deepest layer that a term looks at.
    team : Team
    """

    def __init__(self, network: Network, weights: Weights, team: Team) -> None:
        self.network = network
        self.weights = weights
        self.team = team
        self._lock = RLock()  # the arrays of a workspace serve one caller at a time
        self._workspace: Workspace | None = None
        self._store: KernelStore | None = None
        self._risen: Risen | None = None
        self._turn = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return Evaluator, (self.network, self.weights, self.team)

    def measure(self, picture: Array, terms: Collection[Term]) -> list[tuple[Array, Shape]]:
        """Return what each term measures of a picture, and the shape of what it looked at."""
        found: dict[int, tuple[Array, Shape]] = {}
        with self._lock:
            operations = up(self.network, {term.layer for term in terms})
            space = self._space(picture, joined(operations, self.network, seen_whole(terms)))
            for one in space.operations:
                here = {k: term for k, term in enumerate(terms) if term.layer == one.layer}
                if one.kind == "compare":
                    a = space.arrays[one.layer]
                    for number, term in here.items():
                        found[number] = steps_of(term).measure(space, term, a), a.shape
                elif one.kind == "strips up":
                    rows = [summed(term)[1] for term in here.values()]
                    s, shape = space.strips_up(one, rows[0] if rows else None)
                    found |= {number: (s.copy(), shape) for number in here}
                else:
                    space.do(one)
        for number, term in enumerate(terms):
            if term.layer == PICTURE:
                found[number] = np.array(term.statistic.measure(picture)), picture.shape
        return [found[number] for number in range(len(terms))]

    def __call__(self, G: Array, terms: Collection[Term]) -> tuple[dict[str, float], Array]:
        """Evaluate J = Σ weight·J_term and its gradient: see the definition."""
        with self._lock:
            self._rise(G, terms)
            values, dG = self._descend(terms)
        for term in terms:
            if term.layer == PICTURE:
                values[term.name], da = cost(term.statistic, G, term.target)
                dG += term.weight * da
        return {term.name: values[term.name] for term in terms}, dG

    def begin(self, G: Array, terms: Collection[Term]) -> tuple[list[Array], Begun]:
        """Go up, and stay there until others need the arrays.

        Parameters
        ----------
        G : ndarray, shape (n_H, n_W, 3)
        terms : collection of Term
            Parts of a picture; of a sum over positions the target, what J wants, is not known yet.

        Returns
        -------
        measured : list of ndarray
            What those terms measure.
        begun : Begun
            With which `finish` goes on from here.
        """
        with self._lock:
            unknown = [term for term in terms if wanted_later(term)]
            found = self._rise(G, terms)
            assert self._risen is not None
            begun = Begun(self._turn, Top.of(self._risen, terms))
            return [found[term.name] for term in unknown], begun

    def finish(
        self, begun: Begun, terms: Collection[Term], G: Array | None = None
    ) -> tuple[dict[str, float], Array] | None:
        """Go down from where `begin` stayed.

        If the arrays have served another caller since, go up again before that, to the top, which
        was kept; or return None without one, or without the picture. The terms are those of
        `begin`, and now all have their targets.
        """
        with self._lock:
            if begun.turn != self._turn or not self._risen:
                if begun.top is None or G is None:
                    return None
                self._rise(G, terms, begun.top)
            return self._descend(terms)

    def _rise(self, G: Array, terms: Collection[Term], top: Top | None = None) -> dict[str, Array]:
        """Go up, and compare; return what the terms measure that have no target yet."""
        space = self._prepared(G, terms)
        self._turn += 1
        self._risen = risen = Risen(space)
        found: dict[str, Array] = {}
        for one in risen.up[: risen.below] if top else risen.up:
            here = [term for term in terms if term.layer == one.layer]
            if one.kind == "compare":
                a = space.arrays[one.layer]
                for term in here:
                    if wanted_later(term):
                        found[term.name] = steps_of(term).measure(space, term, a)
                    else:
                        risen.compared[term.name] = steps_of(term).compare(space, term, a)
            elif one.kind == "strips up":
                rows = [summed(term)[1] for term in here if not known_already(term)]
                s, shape = space.strips_up(one, rows[0] if rows else None)
                for term in here:
                    if wanted_later(term):
                        found[term.name] = s
                    else:
                        risen.compared[term.name] = term.statistic.compare(s, term.target, shape)
            else:
                space.do(one)
        if top:
            top.put_back(risen)
        return found

    def _descend(self, terms: Collection[Term]) -> tuple[dict[str, float], Array]:
        """Pull at what is up there, and go down."""
        assert self._risen is not None
        risen, self._risen = self._risen, None
        space, compared = risen.space, risen.compared
        for term in terms:
            if term.layer != PICTURE and term.name not in compared:  # measured by `begin`
                compared[term.name] = 0.0, term.target
        ds = {name: wanted for name, (_, wanted) in compared.items()}
        for one in risen.down:
            here = [term for term in terms if term.layer == one.layer]
            if one.kind == "pull":
                a, da = space.arrays[one.reads], space.arrays[one.writes]
                for number, term in enumerate(here):
                    add = one.add or number > 0
                    steps_of(term).pull(space, term, a, ds[term.name], da, add)
            elif one.kind == "strips down":
                pulls = [(2 * term.weight * ds[term.name]) for term in here]
                D = sum(pulls[1:], pulls[0]) if pulls else None
                space.strips_down(one, D, summed(here[0])[1] if here else ALL)
            else:
                space.do(one)
        x = space.arrays["x"]
        dG = vgg_input_backward(space.arrays["dx"]) if space.operations else np.zeros_like(x)
        return {name: value for name, (value, _) in compared.items()}, dG

    def _prepared(self, G: Array, terms: Collection[Term]) -> Workspace:
        """Return a workspace for the way up and down: the last one, if it fits."""
        operations = up_and_down(self.network, {term.layer for term in terms})
        operations = joined(operations, self.network, seen_whole(terms))
        space = self._workspace
        if space is None or space.shape != G.shape or space.operations != operations:
            self._workspace = self._risen = space = None  # the old arrays go before new ones come
            self._workspace = space = self._space(G, operations)
        space.arrays.pop("x", None)  # the last picture goes before the next one comes
        space.arrays["x"] = np.ascontiguousarray(vgg_input_forward(G, self.network.mean))
        return space

    def _space(self, picture: Array, operations: Sequence[Operation]) -> Workspace:
        if self._store is None:
            self._store = KernelStore(self.team, self.weights)
        space = Workspace(picture.shape, self.network, operations, self._store)
        space.arrays["x"] = np.ascontiguousarray(vgg_input_forward(picture, self.network.mean))
        return space
