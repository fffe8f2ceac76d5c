"""How long a painting will go on, told from how long it has taken: one rule for whoever tells it.

An evaluation at a scale to come takes longer, as it has more pixels: four times as many, but for
the margin. And each takes some time that no pixel needs, so with P pixels it takes

    t(P) = c·(P_0 + P).

While one scale is known, P_0 is `APART`, as measured; once two are, it is what they say. A scale
also begins: photograph and styles go up the network once, and J is evaluated for its first picture.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from nst_numpy.backend import Computing
from nst_numpy.large.cutting import cut, rows_of
from nst_numpy.memory import fitted
from nst_numpy.settings import Settings

APART = 5000.0
"""How many pixels could be evaluated in the time that an evaluation takes for itself."""

BEGINNING = 2.0
"""As many evaluations the beginning of a scale takes as long as."""

UP = 0.36
"""A strip's second way up, to below its top, as a share of an evaluation; the last goes up once."""

BELIEVED = 2
"""As how many evaluations of this scale those of the scales before it count."""

ONE_EACH = 10
"""So many steps of one evaluation each are believed in besides those that were seen: the line
search tries several lengths at first, and later takes the first one mostly."""


class Clock(NamedTuple):
    """When a step came: scale, number, evaluations and seconds since the beginning, and size."""

    scale: int
    iteration: int
    evaluations: int
    seconds: float
    n_H: int
    n_W: int


class Pace:
    """How fast the steps come, and what that means for those to come.

    Parameters
    ----------
    settings : Settings
        How many scales there are, of how many steps at most each.
    computing : Computing
        Whether a picture is evaluated in strips, which takes longer.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> pace = Pace(nst.Settings(iterations=10, scales=1))
    >>> for n in range(3):
    ...     pace.take(Clock(1, n, n + 1, 2.0 * n, 60, 90))
    >>> pace.evaluation, pace.left()
    (2.0, 16.0)
    """

    def __init__(self, settings: Settings, computing: Computing = Computing()) -> None:
        self.settings, self.computing = settings, computing
        self._here: list[Clock] = []  # the steps of this scale
        self._known: list[tuple[float, float]] = []  # pixels and seconds of an evaluation there
        self._beginning = BEGINNING  # in evaluations; once a scale has begun, as it was

    def take(self, clock: Clock) -> None:
        """Look when a step came."""
        before = self._here[-1] if self._here else None
        if before and clock.scale != before.scale:
            if known := self.evaluation:
                self._known.append((self._pixels(before, before.scale), known))
                expected = self._predicted(self._pixels(clock, clock.scale))
                self._beginning = (clock.seconds - before.seconds) / expected
            self._here = []
        self._here.append(clock)

    @property
    def evaluation(self) -> float | None:
        """Seconds of an evaluation at this scale; None, while nothing is known of it."""
        first, last = self._half()
        evaluations = last.evaluations - first.evaluations
        seconds = last.seconds - first.seconds
        if self._known:
            told = self._predicted(self._pixels(last, last.scale))
            return (seconds + BELIEVED * told) / (evaluations + BELIEVED)
        return seconds / evaluations if evaluations and seconds else None

    def left(self) -> float | None:
        """Predict the seconds to come, if no scale ends early; None, while nothing is known."""
        seconds = self.evaluation if self._here else None
        if seconds is None:
            return None
        (first, last), settings = self._half(), self.settings
        tried = last.evaluations - first.evaluations + ONE_EACH
        each = tried / (last.iteration - first.iteration + ONE_EACH)
        found = seconds * each * max(0, last.scale * settings.iterations - last.iteration)
        here = self._pixels(last, last.scale)
        for scale in range(last.scale + 1, settings.scales + 1):
            finer = self._predicted(self._pixels(last, scale), (here, seconds))
            found += (settings.iterations * each + self._beginning) * finer
        return found

    def _half(self) -> tuple[Clock, Clock]:
        """Return where the later half of this scale's steps begins and ends."""
        return self._here[(len(self._here) - 1) // 2], self._here[-1]

    def _predicted(self, pixels: float, *here: tuple[float, float]) -> float:
        """Predict the seconds of an evaluation, from what is known of the last two sizes."""
        *_, (before, less), (most, longest) = [(0.0, 0.0), *self._known, *here]
        slope = (longest - less) / (most - before) if before else 0.0
        apart = longest / slope - most if slope > 0 else APART
        apart = min(max(apart, 0.0), 4 * APART)
        return longest * (apart + pixels) / (apart + most)

    def _pixels(self, clock: Clock, scale: int) -> float:
        """Return how many pixels are evaluated at a scale, some of them in two strips."""
        margin = self.settings.margin * 2.0 ** (scale - self.settings.scales)
        larger = float(2 ** (scale - clock.scale))
        n_H, n_W = (round(larger * side + 2 * margin) for side in (clock.n_H, clock.n_W))
        return n_W * self._rows(n_H, n_W)

    def _rows(self, n_H: int, n_W: int) -> float:
        """Return how many rows are evaluated one after the other."""
        computing, network, taps = self.computing, self.settings.network, self.settings.taps
        if computing.memory:  # it is cut, if need be, as `stylize` does
            inner = (n_H - 2 * self.settings.margin, n_W - 2 * self.settings.margin)
            _, computing = fitted(inner, self.settings, computing, int(1e9 * computing.memory))
        if not computing.rows and not computing.strips:
            return n_H
        rows = computing.rows or rows_of(n_H, computing.strips or 1, network, taps)
        seen = [strip.seen[1] - strip.seen[0] for strip in cut(n_H, rows, network, taps)]
        if computing.cluster and not computing.rows:  # each stays up on a machine of its own
            return max(seen)
        return sum(seen) * (1 + UP) - UP * seen[-1]


def paced(rows: Sequence[Any], settings: Settings, computing: Computing = Computing()) -> Pace:
    """Return the pace of a run, of which the trace is known."""
    pace = Pace(settings, computing)
    for row in rows:
        pace.take(
            Clock(
                row["scale"],
                row["iteration"],
                row["evaluations"],
                row["seconds"],
                row["height"],
                row["width"],
            )
        )
    return pace
