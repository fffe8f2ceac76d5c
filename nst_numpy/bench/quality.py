"""Time to quality: how long until the picture that would be saved is almost as good as it gets."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, sleep

import numpy as np

from nst_numpy.backend import Backend
from nst_numpy.bench.measure import PAUSE
from nst_numpy.bench.painting import J_saved, Loss, task
from nst_numpy.objective import Objective

WITHIN = 0.05
"""How far from the best J the goal is, relative."""
TURN = 10
"""How many pictures one paints before it is the other's turn."""


@dataclass(frozen=True)
class Point:
    """One picture on the way: the time and the evaluations spent on it, and J of it as saved."""

    seconds: float
    evaluations: int
    J: float


@dataclass(frozen=True)
class Trace:
    """How one contestant painted.

    Attributes
    ----------
    name
        Who it is.
    setup
        Seconds until it was ready to paint: loading, compiling, the targets, one evaluation.
    points
        The pictures that were judged, in their order.
    """

    name: str
    setup: float
    points: tuple[Point, ...]

    @property
    def best(self) -> Point:
        """The picture with the lowest J."""
        return min(self.points, key=lambda point: point.J)

    def reaches(self, goal: float) -> Point | None:
        """Return the first picture whose J is as low as the goal, if there is one."""
        return next((point for point in self.points if goal >= point.J), None)


@dataclass(frozen=True)
class Race:
    """The same picture, painted by each contestant with as many evaluations of the same J."""

    n_H: int
    n_W: int
    evaluations: int
    traces: tuple[Trace, ...]

    @property
    def best(self) -> float:
        """The lowest J of a saved picture that any reached."""
        return min(trace.best.J for trace in self.traces)

    @property
    def goal(self) -> float:
        """What is to be reached: not more than 5 % above the best."""
        return (1 + WITHIN) * self.best

    @property
    def ratio(self) -> float | None:
        """The seconds to the goal, first / second, where there are two and both reached it."""
        reached = [trace.reaches(self.goal) for trace in self.traces]
        if len(reached) < 2 or not reached[0] or not reached[1]:
            return None
        return reached[0].seconds / reached[1].seconds


class Painter:
    """A contestant in a process of its own; see `painter`.

    Its pictures are judged here, by one J for all, while its clock stands still: each up to the
    fiftieth evaluation, then one whenever the evaluations have grown by a fiftieth part.
    """

    def __init__(self, name: str, shape: tuple[int, ...], loss: Loss) -> None:
        self.name, self.shape = name, shape
        self.points: list[Point] = []
        self.due = 0.0
        began = perf_counter()
        sides = str(shape[0]), str(shape[1])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nst_numpy.bench.painter", name, *sides, loss],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if not self._line():
            raise RuntimeError(f"the painter ended with exit code {self.process.wait()}")
        self.setup = perf_counter() - began

    def turn(self, J: Objective, most: int) -> bool:
        """Paint some pictures; return whether it goes on after them."""
        assert self.process.stdin
        assert self.process.stdout
        for _ in range(TURN):
            self.process.stdin.write(b"go\n")
            self.process.stdin.flush()
            line = self._line()
            if not line:
                return False
            evaluations, seconds = int(line.split()[0]), float(line.split()[1])
            picture = self.process.stdout.read(self.shape[0] * self.shape[1] * self.shape[2])
            if evaluations > most:
                return False
            if evaluations >= self.due:
                pixels = np.frombuffer(picture, np.uint8).reshape(self.shape)
                value = J_saved(J, pixels.astype(np.float32) / 255)
                self.points.append(Point(seconds, evaluations, value))
                self.due = 1.02 * evaluations
            if evaluations == most:
                return False
        return True

    def end(self) -> Trace:
        """End the process, and return what was seen of it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        if code := self.process.wait():
            raise RuntimeError(f"the painter ended with exit code {code}")
        return Trace(self.name, self.setup, tuple(self.points))

    def _line(self) -> bytes:
        assert self.process.stdout
        line: bytes = self.process.stdout.readline()
        return line


def race(names: Sequence[str], n_H: int, n_W: int, evaluations: int, backend: Backend) -> Race:
    """Let each contestant paint the castle after the church, some pictures at a time in turn.

    The J is the default one, or pastiche's own loss where pastiche is among them.
    """
    loss: Loss = "pastiche" if "pastiche" in names else "default"
    of = task(loss, n_H, n_W)
    J = of.objective(backend)
    painters = [Painter(name, of.content.shape, loss) for name in names]
    going = list(painters)
    while going:
        for painter in list(going):
            if not painter.turn(J, evaluations):
                going.remove(painter)
            sleep(PAUSE)
    return Race(n_H, n_W, evaluations, tuple(painter.end() for painter in painters))
