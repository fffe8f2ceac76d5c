"""How far to go along a direction: a line search for the strong Wolfe conditions."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nst_numpy.arrays import Array

Function = Callable[[Array], tuple[Any, Array]]


@dataclass(frozen=True)
class Trial:
    """One point of the line x + t·d: f there, and f's slope along d."""

    t: float
    x: Array
    value: Any
    gradient: Array
    height: float
    slope: float

    @property
    def finite(self) -> bool:
        """Whether neither the value nor the slope has overflowed."""
        return math.isfinite(self.height) and math.isfinite(self.slope)


def strong_wolfe(
    function: Function,
    x: Array,
    value: Any,
    gradient: Array,
    direction: Array,
    first: float = 1.0,
    c1: float = 1e-4,
    c2: float = 0.9,
    most: int = 20,
) -> tuple[Trial | None, str]:
    """Find a step t along d that goes down far enough and ends where it is flat enough.

    With φ(t) = f(x + t·d), the strong Wolfe conditions are

    - ``φ(t) ≤ φ(0) + c1·t·φ'(0)``, else t is too long: f has not gone down as the slope promised;
    - ``|φ'(t)| ≤ c2·|φ'(0)|``, else t is too short (still steeply down) or too long (up again).

    Between the longest t known to be too short and the shortest known to be too long there is
    always one that is right, so the search doubles t until it has both, and then narrows.

    Parameters
    ----------
    function : callable
        x -> (value, gradient).
    x, value, gradient : the start, and what `function` returned for it
    direction : ndarray, the shape of `x`
        d.
    first : float
        The first t to try.
    c1, c2 : float
        0 < c1 < c2 < 1.
    most : int
        How many evaluations to spend.

    Returns
    -------
    trial : Trial or None
        A point that satisfies both conditions; or, when `most` is spent, the lowest that was seen;
        or None where nothing goes down.
    note : str
        What went wrong on the way, in words; else empty.

    References
    ----------
    Nocedal and Wright, "Numerical Optimization" (2nd ed. 2006), section 3.5.
    """
    start = Trial(0.0, x, value, gradient, float(value), dot(gradient, direction))
    if not start.slope < 0:
        return None, "the direction does not go down"
    too_short: Trial = start
    too_long: Trial | None = None
    lowest: Trial = start
    note = ""
    t = first
    for _ in range(most):
        trial = _at(function, x, direction, t)
        if trial.finite and trial.height < lowest.height:
            lowest = trial
        if not trial.finite:
            note = "met a cost that is not a finite number, and stepped shorter"
            too_long = trial
        elif trial.height > start.height + c1 * t * start.slope or trial.slope > -c2 * start.slope:
            too_long = trial
        elif trial.slope < c2 * start.slope:
            too_short = trial
        else:
            return trial, note
        t = 2 * too_short.t if too_long is None else _between(too_short, too_long)
    if lowest is start:
        return None, note or f"no step along the direction goes down, in {most} trials"
    return lowest, note


def _at(function: Function, x: Array, direction: Array, t: float) -> Trial:
    there = x + t * direction
    value, gradient = function(there)
    return Trial(t, there, value, gradient, float(value), dot(gradient, direction))


def _between(a: Trial, b: Trial) -> float:
    """Take the lowest point of the cubic through both ends, but keep off the ends themselves.

    The cubic has the heights and the slopes of φ at a.t and b.t: Nocedal and Wright, eq. 3.59.
    """
    width = b.t - a.t
    if b.finite:
        d1 = a.slope + b.slope - 3 * (b.height - a.height) / width
        under_root = d1**2 - a.slope * b.slope
        if under_root > 0:
            d2 = math.sqrt(under_root)
            share = 1 - (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
            return a.t + width * min(max(share, 0.1), 0.9)
    return a.t + 0.5 * width if b.finite else a.t + 0.1 * width


def dot(a: Array, b: Array) -> float:
    """Give the inner product of two arrays of one shape, whatever that shape is."""
    return float(np.vdot(a, b))
