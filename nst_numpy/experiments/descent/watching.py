"""Optimizers that are watched while they walk, and the line searches of L-BFGS, found again.

No part of an optimizer is changed for it: the function that it is given remembers every point at
which it is evaluated. Where a trial lies along the direction tells its t.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.line_search import Function, dot, strong_wolfe
from nst_numpy.optimizers import Iterate
from nst_numpy.stylize import OPTIMIZERS

C1, C2 = 1e-4, 0.9  # of the Wolfe conditions, as `strong_wolfe` has them

Trial = tuple[float, float, float]  # t, φ(t), φ'(t)


@dataclass
class Watched:
    """A function that remembers where it was evaluated, and how long that took."""

    function: Function
    seen: list[tuple[Array, float, Array]] = field(default_factory=list)
    seconds: float = 0.0

    def __call__(self, x: Array) -> tuple[Any, Array]:
        """Evaluate, and remember x, f(x) and ∇f(x)."""
        began = perf_counter()
        value, gradient = self.function(x)
        self.seconds += perf_counter() - began
        self.seen.append((x, float(value), gradient))
        return value, gradient


class Run:
    """One optimizer on its way: its points, and how many seconds it had spent at each."""

    def __init__(self, name: str, function: Function, start: Array, rate: float) -> None:
        self.watched = Watched(function)
        self.walk = OPTIMIZERS[name](self.watched, start, rate)
        self.points: list[Iterate] = []
        self.seconds: list[float] = []
        self.spent = 0.0
        self.end = ""  # why it ended before its time
        self.overflowed = False

    def step(self) -> None:
        """Let it take one step, or learn that J has overflowed."""
        began = perf_counter()
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                self.points.append(next(self.walk))
        except FloatingPointError as error:
            self.end, self.overflowed = str(error), True
        except StopIteration:
            self.end = "No step goes down."
        self.spent += perf_counter() - began
        if not self.end:
            self.seconds.append(self.spent)

    @property
    def J(self) -> list[float]:
        """J at each point."""
        return [float(point.value) for point in self.points]

    @property
    def rises(self) -> int:
        """Count the steps after which J was higher than before."""
        return sum(after > before for before, after in pairwise(self.J))

    @property
    def overhead(self) -> float:
        """Give the share of its time that was not spent in J."""
        return 1 - self.watched.seconds / self.spent

    def evaluations_to(self, height: float) -> int | None:
        """Tell how many evaluations it took until J was no more than `height`; None if never."""
        counts = [point.evaluations for point in self.points if float(point.value) <= height]
        return min(counts, default=None)


def by_turns(runs: Sequence[Run], evaluations: int) -> None:
    """Let each take a step, then each the next, so that whatever else keeps us slows all alike."""
    going = list(runs)
    while going:
        for run in going:
            run.step()
        going = [run for run in going if not run.end and run.points[-1].evaluations < evaluations]


@dataclass(frozen=True)
class Line:
    """One line search from a point along d: φ(t) = f(x + t·d) and its trials, in their order."""

    iteration: int
    point: Iterate
    d: Array
    trials: list[Trial]

    @property
    def height(self) -> float:
        """φ(0)."""
        return float(self.point.value)

    @property
    def slope(self) -> float:
        """φ'(0)."""
        return dot(self.point.gradient, self.d)

    def verdict(self, trial: Trial) -> str:
        """Hold a trial against the strong Wolfe conditions."""
        t, height, slope = trial
        if height > self.height + C1 * t * self.slope or slope > -C2 * self.slope:
            return "too long"
        return "too short" if slope < C2 * self.slope else "accepted"

    def grid(self, function: Function, top: float, count: int = 24) -> list[Trial]:
        """Evaluate φ finely, from 0 to `top`."""
        watched = Watched(function)
        for t in np.linspace(0, top, count, dtype=self.d.dtype):
            watched(self.point.x + t * self.d)
        return _along(self.point, self.d, watched.seen)

    def begun_at(self, first: float, function: Function) -> "Line":
        """Search once more along the same line, with another first trial."""
        watched = Watched(function)
        point = self.point
        strong_wolfe(watched, point.x, point.value, point.gradient, self.d, first, C1, C2)
        return Line(self.iteration, point, self.d, _along(point, self.d, watched.seen))


def line_searches(lbfgs: Run) -> list[Line]:
    """Find every line search of a run of L-BFGS.

    The first trial is taken as x + d, so t counts in first trials. A search that did not end with
    a step that it accepted is left out: L-BFGS then went to another trial, or along the gradient.
    """
    lines = []
    for iteration, (before, after) in enumerate(pairwise(lbfgs.points), start=1):
        tried = lbfgs.watched.seen[before.evaluations : after.evaluations]
        if after.note or tried[-1][0] is not after.x:
            continue
        d = tried[0][0] - before.x
        lines.append(Line(iteration, before, d, _along(before, d, tried)))
    return lines


def busiest(lines: Sequence[Line]) -> Line:
    """Choose the line search with the most trials; of equals, the one in the middle."""
    most = max(len(line.trials) for line in lines)
    busy = [line for line in lines if len(line.trials) == most]
    return busy[len(busy) // 2]


def _along(point: Iterate, d: Array, seen: Sequence[tuple[Array, float, Array]]) -> list[Trial]:
    """Tell of every point that was seen its t, the function there, and its slope along d."""
    length = dot(d, d)
    return [
        (dot(x - point.x, d) / length, height, dot(gradient, d)) for x, height, gradient in seen
    ]
