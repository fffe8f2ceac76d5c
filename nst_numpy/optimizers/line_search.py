"""How far to go along a direction: a line search for the strong Wolfe conditions."""

import math
from dataclasses import dataclass
from typing import Any

from nst_numpy.arrays import Array
from nst_numpy.optimizers.state import Dot, Function, State


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
    state: State,
    direction: Array,
    dot: Dot,
    first: float = 1.0,
    c1: float = 1e-4,
    c2: float = 0.9,
    most: int = 20,
) -> tuple[Trial | None, int, str]:
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
    state : State
        The start: x, and what `function` returned for it.
    direction : ndarray, the shape of x
        d.
    dot : callable
        The inner product.
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
    evaluations : int
        How many were spent.
    note : str
        What went wrong on the way, in words; else empty.

    References
    ----------
    Nocedal and Wright, "Numerical Optimization" (2nd ed. 2006), section 3.5.
    """

    def at(t: float, x: Array, value: Any, gradient: Array) -> Trial:
        return Trial(t, x, value, gradient, float(value), dot(gradient, direction))

    start = at(0.0, state.x, state.value, state.gradient)
    if not start.slope < 0:
        return None, 0, "the direction does not go down"
    too_short: Trial = start
    too_long: Trial | None = None
    lowest: Trial = start
    note = ""
    t = first
    for evaluations in range(1, most + 1):
        x = state.x + t * direction
        trial = at(t, x, *function(x))
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
            return trial, evaluations, note
        t = 2 * too_short.t if too_long is None else _between(too_short, too_long)
    if lowest is start:
        return None, most, note or f"no step along the direction goes down, in {most} trials"
    return lowest, most, note


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
            part = 1 - (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
            return a.t + width * min(max(part, 0.1), 0.9)
    return a.t + 0.5 * width if b.finite else a.t + 0.1 * width
