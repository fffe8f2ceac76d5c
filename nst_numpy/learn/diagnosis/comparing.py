"""Two results beside each other: where they agree, and up to which factor."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_numpy.learn.task import Seen, Task

Numbers = NDArray[np.float64]
Where = NDArray[np.bool_]

CLOSE = 1e-9
"""Two numbers agree if they differ by less than this share of the largest."""


@dataclass(frozen=True)
class Pair:
    """One result of one call, beside the right one; both in float64."""

    seen: Seen
    names: tuple[str, ...]  # of the inputs
    part: int | None  # which of several results; None where there is one
    got: Numbers
    expected: Numbers

    @cached_property
    def fits(self) -> bool:
        """Whether the shapes are the same."""
        return self.got.shape == self.expected.shape

    @cached_property
    def right(self) -> bool:
        """Whether all numbers are right."""
        return self.fits and bool(agree(self.got, self.expected).all())

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """The inputs by their names."""
        return dict(zip(self.names, self.seen.inputs, strict=False))

    def arrays(self) -> dict[str, Numbers]:
        """Return the inputs that are arrays of numbers, in float64."""
        return {
            name: value.astype(float)
            for name, value in self.inputs.items()
            if isinstance(value, np.ndarray) and value.dtype.kind in "fiub"
        }


def names_of(task: Task) -> tuple[str, ...]:
    """Return the names of a task's inputs."""
    return tuple(inspect.signature(task.reference).parameters)


def parts(value: Any) -> list[Any]:
    """Return the results one by one, however deep they lie in tuples, lists and mappings."""
    if not several(value):
        return [value]
    inside = value.values() if isinstance(value, Mapping) else value
    return [one for part in inside for one in parts(part)]


def several(value: Any) -> bool:
    """Say whether a result is made of several."""
    return isinstance(value, tuple | list | Mapping)


def numbers(value: Any) -> Numbers | None:
    """Return a result in float64, or None if it is not made of real numbers."""
    if isinstance(value, bool | int | float | np.generic | np.ndarray):
        array = np.asarray(value)
        if array.dtype.kind in "fiub":
            return array.astype(float)
    return None


def agree(one: Numbers, other: Numbers) -> Where:
    """Say of each number whether it is the same; the shapes must be."""
    both = np.concatenate([one.ravel(), other.ravel()])
    finite = np.abs(both[np.isfinite(both)])
    scale = finite.max() if finite.size else 0.0
    with np.errstate(invalid="ignore"):
        near: Where = np.abs(one - other) <= CLOSE * scale
    both_same: Where = near | (one == other) | (np.isnan(one) & np.isnan(other))
    return both_same


def same(one: Any, other: Any) -> bool:
    """Say whether two results are the same, whatever they are made of."""
    if several(one) or several(other):
        alike = type(one) is type(other) and len(one) == len(other)
        alike = alike and (not isinstance(one, Mapping) or one.keys() == other.keys())
        ours, theirs = parts(one), parts(other)
        return alike and len(ours) == len(theirs) and all(map(same, ours, theirs))
    a, b = numbers(one), numbers(other)
    if a is None or b is None:
        return type(one) is type(other) and repr(one) == repr(other)
    return a.shape == b.shape and bool(agree(a, b).all())


def factor(base: Numbers, got: Numbers) -> float | None:
    """Return k with got = k·base, or None; NaN where both are 0 everywhere."""
    if base.shape != got.shape or not (np.isfinite(base).all() and np.isfinite(got).all()):
        return None
    length = float(np.vdot(base, base))
    if length == 0 or not base.size:
        return None if got.any() else np.nan
    k = float(np.vdot(base, got)) / length
    return k if k and agree(k * base, got).all() else None


def usual_factor(base: Numbers, got: Numbers) -> tuple[float, float]:
    """Return the k that most numbers agree with, got = k·base ≠ 0, and their share."""
    if base.shape != got.shape or not (np.isfinite(base).all() and np.isfinite(got).all()):
        return 0.0, 0.0
    counts = (np.abs(base) > 1e-6 * np.abs(base).max(initial=0)) & (got != 0)
    if counts.sum() < 4:
        return 0.0, 0.0
    ratios = np.sort(got[counts] / base[counts])
    near = np.searchsorted(ratios, ratios + 1e-8 * np.abs(ratios), "right") - np.arange(ratios.size)
    best = int(near.argmax())
    return float(ratios[best + near[best] // 2]), float(near[best] / np.count_nonzero(base))


def call(function: Callable[..., Any], inputs: Sequence[Any], part: int | None = None) -> Any:
    """Call a function with copies of the inputs; None where it cannot do with them.

    With `part`, one of its results, in float64.
    """
    try:
        with np.errstate(all="ignore"):
            value = function(*deepcopy(tuple(inputs)))
    except Exception:  # a wrong version may not take every shape, and says so in any way
        return None
    if part is None:
        return value
    return numbers(parts(value)[part]) if part < len(parts(value)) else None


def result(function: Callable[..., Any], inputs: Sequence[Any], part: int | None) -> Numbers | None:
    """Return what a function makes of copies of the inputs, in float64; or None."""
    value = call(function, inputs, part)
    return value if part is not None else numbers(value)
