"""L-BFGS with its pairs somewhere else: it needs only inner products with them, and sums of them.

The two loops take a picture through all pairs, one after the other (`downhill`). Elsewhere that
would be a letter for each. But all that the first loop asks of a pair is s·q, and q is -∇f less
multiples of the y of newer pairs: ``s·q = -s·∇f - Σ part·(s·y)``. So the inner products with ∇f can
be asked for all at once; those of the pairs with each other are numbers, and known. The same goes
for the second loop. What is left is to add up pictures, each times a number.
"""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast
from uuid import uuid4

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.optimizers.lbfgs import LBFGS, LBFGSState
from nst_numpy.optimizers.state import Function, Metric, rows_dot, unchanged

METRIC = "metric"
"""The name under which y·M·y is known of a y."""


class Lost(Exception):  # noqa: N818  (as one says it)
    """What was kept somewhere is there no longer."""


class Shelf:
    """Pictures by name, or some rows of them: what a worker has of the pairs."""

    def __init__(self) -> None:
        self.rows: dict[str, Array] = {}

    def keep(self, name: str, rows: Array) -> None:
        """Keep rows of one more picture."""
        self.rows[name] = rows

    def forget(self, name: str) -> None:
        """Keep it no longer."""
        self.rows.pop(name, None)

    def products_by_rows(self, names: Sequence[str], other: str) -> Array:
        """Return the inner products with another one, row by row: shape (pictures, n_H)."""
        return np.stack([rows_dot(self.rows[name], self.rows[other]) for name in names])

    def combined(self, names: Sequence[str], numbers: Sequence[float]) -> Array:
        """Return the sum of pictures, each times a number, in their order."""
        first, *others = names
        found = self.rows[first] * numbers[0]
        for name, number in zip(others, numbers[1:], strict=True):
            found += number * self.rows[name]
        return found


class Store(Protocol):
    """Where pictures are kept: `Here`, or on the workers of a cluster."""

    def keep(self, name: str, picture: Array) -> None:
        """Keep one more."""

    def forget(self, name: str) -> None:
        """Keep it no longer."""

    def products(self, names: Sequence[str], other: str) -> list[float]:
        """Return the inner products with another one, or raise `Lost`."""

    def combined(self, names: Sequence[str], numbers: Sequence[float]) -> Array:
        """Return the sum of pictures, each times a number; or raise `Lost`."""


class Here(Shelf):
    """A store that is one shelf, here: what it computes has the bits of any other."""

    def products(self, names: Sequence[str], other: str) -> list[float]:
        """Return the inner products with another one."""
        return added(self.products_by_rows(names, other))


def added(rows: Array) -> list[float]:
    """Add up inner products of rows, in the order of the rows: it tells nothing who had which."""
    return [float(np.sum(row, dtype=np.float64)) for row in rows]


class Kept:
    """A picture in a store; to whoever wants its numbers, an array. It is there as long as this is.

    Attributes
    ----------
    known
        Inner products with it that have been asked for, by the name of the other.
    """

    def __init__(self, store: Store, picture: Array) -> None:
        self.store, self.name = store, uuid4().hex
        self.shape, self.dtype, self.nbytes = picture.shape, picture.dtype, picture.nbytes
        self.ndim = picture.ndim
        self.known: dict[str, float] = {}
        store.keep(self.name, picture)
        weakref.finalize(self, store.forget, self.name).atexit = False

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.store.combined([self.name], [1.0]).astype(dtype or self.dtype, copy=False)


@dataclass(frozen=True)
class LBFGSInParts(LBFGS):
    """L-BFGS whose pairs are in a store, all that it remembers but for x, f and its gradient.

    Where the store has lost them, it begins anew, as at the start; the state's note says so.

    Attributes
    ----------
    store

    References
    ----------
    Chen, Wang and Zhou, "Large-scale L-BFGS using MapReduce" (2014). There the direction itself is
    never written down, but as one number for each of the 2·m + 1 vectors; H₀ must be a multiple of
    1 for that. Here H₀ is the metric, which sees the whole picture, so the two loops end and begin
    with a picture.
    """

    store: Store = field(default_factory=Here)

    @property
    def pictures(self) -> int:
        """How many arrays of the size of x are there at a time, but for those in the store."""
        return 19

    @property
    def remembered_pictures(self) -> int:
        """How many there are in the store, at most: the oldest go after the newest have come."""
        return 2 * self.memory + 3

    def step(self, function: Function, state: LBFGSState) -> LBFGSState:
        """Return the state one step further on; where it has ended, itself."""
        if state.ended:
            return state
        try:
            return super().step(function, self.stored(state))
        except Lost as lost:
            found = super().step(function, replace(state, s=(), y=(), sy=()))
            note = f"{lost}, so what lbfgs remembered is lost; it began anew"
            return replace(found, note="; ".join(filter(None, (note, found.note))))

    def stored(self, state: LBFGSState) -> LBFGSState:
        """Put pairs into the store that are arrays, as a file has them, or in another store."""
        if all(getattr(one, "store", None) is self.store for one in (*state.s, *state.y)):
            return state
        pairs = [self.remembered(s, y) for s, y in zip(state.s, state.y, strict=True)]
        return replace(state, s=tuple(s for s, _ in pairs), y=tuple(y for _, y in pairs))

    def remembered(self, s: Array, y: Array) -> tuple[Array, Array]:
        """Return a pair as it is kept in the state: by its names in the store."""
        there = tuple(Kept(self.store, np.asarray(one)) for one in (s, y))
        there[1].known[METRIC] = self.dot(np.asarray(y), self.metric(np.asarray(y)))
        return cast(tuple[Array, Array], there)

    def direction(self, state: LBFGSState) -> Array:
        """Return which way to go."""
        if not state.s:
            return super().direction(state)
        return downhill_in_parts(state, self.store, self.metric)


def downhill_in_parts(state: LBFGSState, store: Store, metric: Metric = unchanged) -> Array:
    """Return what `downhill` does, up to rounding, of pairs that are in a store.

    Two pictures go there, and two come back: -∇f, to be told each s·∇f, and to be given -∇f less
    the y, each as many times as the first loop says; that times the first guess, to be told each
    y·q, and to be given that and the s, each as many times as the second loop says.
    """
    s, y, sy = products_of_pairs(state, store)
    known = range(len(s))

    q = Kept(store, -state.gradient)
    parts = store.products(s, q.name)
    for i in reversed(known):
        parts[i] = (parts[i] - sum(parts[j] * sy[i, j] for j in known[i + 1 :])) / sy[i, i]
    guess = metric(store.combined([q.name, *y], [1.0, *(-part for part in parts)]))
    guess *= state.sy[-1] / cast(Kept, state.y[-1]).known[METRIC]

    q = Kept(store, guess)
    back = store.products(y, q.name)
    for i in known:
        back[i] = parts[i] - (back[i] + sum(back[j] * sy[j, i] for j in known[:i])) / sy[i, i]
    return store.combined([q.name, *s], [1.0, *back])


def products_of_pairs(
    state: LBFGSState, store: Store
) -> tuple[list[str], list[str], dict[tuple[int, int], float]]:
    """Return the names of the s and the y, and s_i·y_j wherever y_j is no older than s_i.

    What is not known yet is asked for: after a step, of the newest y alone.
    """
    s, y = (cast(tuple[Kept, ...], of) for of in (state.s, state.y))
    sy: dict[tuple[int, int], float] = {}
    for j, newer in enumerate(y):
        older = s[: j + 1]
        if unknown := [one for one in older if newer.name not in one.known]:
            found = store.products([one.name for one in unknown], newer.name)
            for one, number in zip(unknown, found, strict=True):
                one.known[newer.name] = number
        sy |= {(i, j): one.known[newer.name] for i, one in enumerate(older)}
    return [one.name for one in s], [one.name for one in y], sy
