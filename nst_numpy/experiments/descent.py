"""Optimizers on their way, by turns; and line searches of L-BFGS, made once more and watched.

No part of an optimizer is changed for it. From the same state the same search follows, and where
its function is evaluated tells t.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from nst_numpy.arrays import Array
from nst_numpy.experiments import drawing
from nst_numpy.optimizers import Function, State, dot
from nst_numpy.optimizers.lbfgs import LBFGSState, downhill
from nst_numpy.optimizers.line_search import strong_wolfe

C1, C2 = 1e-4, 0.9  # of the Wolfe conditions, as `strong_wolfe` has them
POINTS = 24  # of a curve


@dataclass
class Run:
    """One optimizer with some multiple of its default learning rate, and what came of it.

    J, the evaluations and the seconds so far are told for each point; the picture is the last.
    """

    name: str
    factor: float
    picture: Array
    J: list[float] = field(default_factory=list)
    evaluations: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    overflow: str = ""  # in words, if J overflowed: that was its end

    def step(self, walk: Iterator[State]) -> bool:
        """Let it take a step, if it can."""
        began = perf_counter() - (self.seconds[-1] if self.seconds else 0.0)
        try:
            state = next(walk, None)
        except FloatingPointError as error:
            self.overflow, state = str(error), None
        if state is None:
            return False
        self.J.append(float(state.value))
        self.evaluations.append(state.evaluations)
        self.seconds.append(perf_counter() - began)
        self.picture = state.x
        return True

    @property
    def rises(self) -> int:
        """How many steps led to a higher J."""
        return int(np.count_nonzero(np.diff(self.J) > 0))

    def evaluations_to(self, height: float) -> int | None:
        """Count the evaluations until J was no more than `height`; None if it never was."""
        counts = zip(self.J, self.evaluations, strict=True)
        return next((count for J, count in counts if height >= J), None)


def walk_by_turns(walks: list[tuple[Run, Iterator[State]]], evaluations: int) -> None:
    """Let each take a step, then each the next: what else the machine does slows all alike."""
    while walks:
        stepped = [(run, walk) for run, walk in walks if run.step(walk)]
        walks = [(run, walk) for run, walk in stepped if run.evaluations[-1] < evaluations]


class Point(NamedTuple):
    """One point of a line: t, φ(t) and φ'(t)."""

    t: float
    height: float
    slope: float


@dataclass(frozen=True)
class Line:
    """One line search: where it begins, its trials in their order, and the curve φ."""

    iteration: int
    start: Point
    trials: list[Point]
    curve: list[Point]

    def verdict(self, trial: Point) -> str:
        """Check a trial by the strong Wolfe conditions."""
        _, height, slope = self.start
        if trial.height > height + C1 * trial.t * slope or trial.slope > -C2 * slope:
            return "too long"
        return "too short" if trial.slope < C2 * slope else "accepted"


def search(J: Function, state: LBFGSState, iteration: int, first: float = 1.0) -> Line:
    """Search along the line from a state of L-BFGS in its direction, beginning with t = `first`."""
    d = downhill(state)
    seen: list[Point] = []

    def watched(x: Array) -> tuple[Any, Array]:
        value, gradient = J(x)
        seen.append(Point(dot(x - state.x, d) / dot(d, d), float(value), dot(gradient, d)))
        return value, gradient

    strong_wolfe(watched, state, d, dot, first, C1, C2)
    trials = seen.copy()
    for t in np.linspace(0, 1.15 * max(trials).t, POINTS, dtype=d.dtype):
        watched(state.x + t * d)
    start = Point(0.0, float(state.value), dot(state.gradient, d))
    return Line(iteration, start, trials, seen[len(trials) :])


def begun_too_long(J: Function, state: LBFGSState, iteration: int, step: float) -> Line:
    """Search from 4, 8, 16, … times a step: the first that is refused."""
    line = search(J, state, iteration, 4 * step)
    while line.verdict(line.trials[0]) == "accepted" and line.trials[0].t < 1e6:
        line = search(J, state, iteration, 2 * line.trials[0].t)
    return line


def draw_search(axis: Axes, line: Line, title: str) -> None:
    """Show φ, where both conditions hold, and the trials in their order; J(x) counts as 1."""
    blue, orange, _, green = drawing.COLOURS[:4]
    J, slope = line.start.height, line.start.slope
    t, heights, slopes = np.array(line.curve).T
    fine = np.linspace(0, t[-1], 400)
    between = zip(fine, np.interp(fine, t, heights), np.interp(fine, t, slopes), strict=True)
    fits = [line.verdict(Point(*point)) == "accepted" for point in between]
    whole: dict[str, Any] = {"transform": axis.get_xaxis_transform()}
    whole["label"] = "low enough, flat enough"
    axis.fill_between(fine, 0, 1, fits, color=green, alpha=0.2, lw=0, **whole)
    axis.plot(t, heights / J, color=blue)
    least = 1 + C1 * fine * slope / J
    axis.plot(fine, least, "--", color=drawing.COLOURS[7], label="J must be below")

    low, high = heights.min() / J, min(heights.max() / J, 1.6)
    room = 0.18 * (high - low)
    at, trials, _ = np.array(line.trials).T
    trials = np.minimum(trials / J, high + 0.2 * room)
    if len(at) > 1:
        axis.plot(at[:-1], trials[:-1], "X", color=orange, ms=8, clip_on=False, label="refused")
    axis.plot(at[-1], trials[-1], "o", color=green, ms=8, clip_on=False, label="accepted")
    for number, place in enumerate(zip(at, trials, strict=True), start=1):
        axis.annotate(str(number), place, (0, -16), textcoords="offset points", ha="center")
    axis.set(xlabel="t", ylim=(low - room, high + room), title=title)
