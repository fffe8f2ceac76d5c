"""J is a sum of terms, and each term is computed by three functions: the steps of the chain rule.

For activations a, what is measured of them is s(a), and what that costs is J(s); so
dJ/da = (ds/da)ᵀ·dJ/ds:

- *measure*   a → s: what counts in the activations
- *compare*   s → J and dJ/ds: how far that is from the target
- *pull*      dJ/ds → dJ/da: how J changes with the activations
"""

from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Protocol, runtime_checkable

import numpy as np

from nst_numpy.appearance import number
from nst_numpy.arrays import Array
from nst_numpy.errors import InputError, check_kind

Shape = tuple[int, ...]


@runtime_checkable
class Statistic(Protocol):
    """What a term measures, and how it compares: any object with these three functions."""

    def measure(self, a: Array) -> Array:
        """Return s.

        For a style, a *sum* over the positions, not a mean: the parts of a picture add up, and
        `Objective` divides by the number of positions to make the target. Otherwise whatever
        `compare` and `pull` understand: a itself, say.
        """

    def compare(self, s: Array, target: Any, shape: Shape) -> tuple[float, Array]:
        """Return J and ds = dJ/ds; `shape` is that of all activations, (n_H, n_W, n_C)."""

    def pull(self, a: Array, ds: Array) -> Array:
        """Return da = dJ/da, of the shape of a; a is as it was measured."""


def cost(statistic: Statistic, a: Array, target: Any) -> tuple[float, Array]:
    """Take the three steps: return J and da = dJ/da."""
    s = statistic.measure(a)
    J, ds = statistic.compare(s, target, a.shape)
    return J, statistic.pull(a, ds)


@dataclass(frozen=True, eq=False, repr=False)
class Term:
    """One term of J: ``weight · J(s(a), target)``.

    Attributes
    ----------
    name
        In the ledger.
    layer
        Where it looks: a layer of the network, or `network.PICTURE`.
    statistic
        What it measures there.
    weight
        How much its cost counts in J. A term of weight 0 is in the ledger, without effect.
    target
        What the statistic compares with; in `Objective`, of a style, the mean over the styles of
        what was measured per position.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> nst.Term("smooth", "picture", nst.costs.TotalVariation(), 0.5)
    Term('smooth': 0.5 · TotalVariation() at picture)
    """

    name: str
    layer: str
    statistic: Statistic
    weight: float
    target: Any = None

    def __post_init__(self) -> None:
        check_kind("The name of a term", self.name, str)
        check_kind("The layer of a term", self.layer, str)
        check_kind("The weight of a term", self.weight, Real)
        check_statistic("The statistic of a term", self.statistic)

    def in_dtype(self, dtype: np.dtype[Any]) -> "Term":
        """Return the term with numbers of this dtype, so that the gradient keeps it."""
        target = self.target
        if isinstance(target, np.ndarray):
            target = target.astype(dtype, copy=False)
        return replace(self, weight=float(self.weight), target=target)

    def __repr__(self) -> str:
        shape = getattr(self.target, "shape", None)
        target = f"; target of the shape {shape}" if shape is not None else ""
        return (
            f"Term({self.name!r}: {number(self.weight)} · {self.statistic} at {self.layer}{target})"
        )


def check_statistic(name: str, value: Any) -> None:
    """Refuse what lacks the three functions, or is a class: `Gram` in place of `Gram()`."""
    check_kind(name, value, Statistic)
    if isinstance(value, type):
        raise InputError(f"{name} is the class {value.__name__}; write {value.__name__}().")


def sum_of_squares(x: Array) -> float:
    """Sum in float64, so that a line search can tell two almost equal costs apart."""
    return float(np.sum(np.square(x), dtype=np.float64))
