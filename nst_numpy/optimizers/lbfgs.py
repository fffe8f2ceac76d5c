"""L-BFGS: along the gradient, bent by the curvature met on the last steps."""

import math
from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.optimizers.line_search import Trial, strong_wolfe
from nst_numpy.optimizers.state import (
    FIRST,
    Dot,
    Function,
    Metric,
    Optimizer,
    State,
    dot,
    unchanged,
)


@dataclass(frozen=True, kw_only=True)
class LBFGSState(State):
    """A point; the last steps s, the changes y of the gradient along them, and each s·y.

    The oldest come first.
    """

    s: tuple[Array, ...] = ()
    y: tuple[Array, ...] = ()
    sy: tuple[float, ...] = ()


@dataclass(frozen=True)
class LBFGS(Optimizer):
    """Walk along the gradient, bent; how far to go is left to a line search.

    Newton's step is -H⁻¹·∇f, with H the matrix of second derivatives, far too large to write down.
    L-BFGS keeps the last few steps s and the changes y of the gradient along them; since y ≈ H·s
    they stand in for H⁻¹ (`downhill`). About what no step has met yet, it knows only the metric.

    The value never rises from one state to the next. Where the line search fails, the memory is
    dropped and a gradient step is tried, shorter and shorter; the state's note says so. It has
    ended where the gradient is 0 or no step goes down.

    The learning rate is the first trial step along each direction; 1 by default, as Newton would
    have it. Where no curvature is known yet, that many times a step of the size `FIRST`.

    Attributes
    ----------
    memory
        How many pairs (s, y) to keep.

    References
    ----------
    Nocedal and Wright, "Numerical Optimization" (2nd ed. 2006), algorithms 7.4 and 7.5.
    """

    memory: int = 20
    kind = LBFGSState

    @property
    def pictures(self) -> int:
        """How many arrays of the size of x are there at a time, at most."""
        return 17 + 2 * self.memory

    def start(self, function: Function, x: Array) -> LBFGSState:
        """Return the state at the start."""
        point = vars(self.evaluate(function, x))
        return LBFGSState(**point | {"ended": self.dot(point["gradient"], point["gradient"]) == 0})

    def step(self, function: Function, state: LBFGSState) -> LBFGSState:
        """Return the state one step further on; where it has ended, itself."""
        if state.ended:
            return state
        direction = self.direction(state)
        first = float(self.learning_rate or 1.0)
        if not state.s:
            first *= FIRST / self.size(direction)
        s, y, sy = state.s, state.y, state.sy
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is reported
            trial, spent, note = strong_wolfe(function, state, direction, self.dot, first)
            found: Trial | State | None = trial
            if found is None:
                found, more, note = self._gradient_step(function, state, note)
                spent, s, y, sy = spent + more, (), (), ()
        moved, change = found.x - state.x, found.gradient - state.gradient
        curved = self.dot(moved, change)
        if (
            curved > 1e-10 * self.dot(change, change) > 0
        ):  # the valley curves up, as Newton needs it
            newest_s, newest_y = self.remembered(moved, change)
            s, y, sy = (*s, newest_s), (*y, newest_y), (*sy, curved)
        newest = slice(max(0, len(s) - self.memory), None)
        return LBFGSState(
            x=found.x,
            value=found.value,
            gradient=found.gradient,
            evaluations=state.evaluations + spent,
            note=note,
            ended=found is state or self.dot(found.gradient, found.gradient) == 0,
            s=s[newest],
            y=y[newest],
            sy=sy[newest],
        )

    def direction(self, state: LBFGSState) -> Array:
        """Return which way to go."""
        return downhill(state, self.dot, self.metric)

    def remembered(self, s: Array, y: Array) -> tuple[Array, Array]:
        """Return a pair as it is kept in the state: as it is."""
        return s, y

    def _gradient_step(self, function: Function, state: State, why: str) -> tuple[State, int, str]:
        """Step along -M·∇f, by `FIRST`, then a tenth of that, until f goes down."""
        uphill = self.metric(state.gradient)
        size = self.size(uphill)
        for spent in range(1, 6):
            length = FIRST / 10 ** (spent - 1)
            x = state.x - (length / size) * uphill
            value, gradient = function(x)
            finite = math.isfinite(self.dot(gradient, gradient))
            if float(value) < float(state.value) and finite:
                found = State(x=x, value=value, gradient=gradient, evaluations=spent)
                return found, spent, f"{why}; took a gradient step of {length:g} instead"
        return state, spent, f"{why}; no gradient step goes down either, so this is the end"


def downhill(state: LBFGSState, dot: Dot = dot, metric: Metric = unchanged) -> Array:
    """Return -H⁻¹·∇f, as far as the pairs (s, y) know H: the two-loop recursion (algorithm 7.4).

    The first loop takes the known pairs out of the gradient, newest first. What is left is
    multiplied by the first guess of H⁻¹: the metric M, and one number, such that the guess is right
    along the newest y, ``s·y / y·M·y``. The second loop puts the pairs back, oldest first.
    """
    pairs = list(zip(state.s, state.y, state.sy, strict=True))
    q: Array = -state.gradient
    parts = []
    for s, y, sy in reversed(pairs):
        part = dot(s, q) / sy
        q -= part * y
        parts.append(part)
    q = metric(q)
    if pairs:
        _, y, sy = pairs[-1]
        q *= sy / dot(y, metric(y))
    for (s, y, sy), part in zip(pairs, reversed(parts), strict=True):
        q += (part - dot(y, q) / sy) * s
    return q
