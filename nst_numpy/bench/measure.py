"""Measure by turns, A B A B, each contestant in its own process."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import sleep

PAUSE = 0.3
"""Seconds between turns: some libraries' threads keep spinning for a while after their work."""


class Worker:
    """A contestant, ready to evaluate; see `worker`."""

    def __init__(self, name: str, n_H: int, n_W: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nst_numpy.bench.worker", name, str(n_H), str(n_W)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        word, value = self._line().split()
        assert word == "ready"
        self.value = float(value)

    def seconds(self) -> float:
        """Have it evaluate once."""
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return float(self._line())

    def peak_memory(self) -> int:
        """End it, and hear how much memory it had, in bytes."""
        assert self.process.stdin
        self.process.stdin.close()
        peak = int(self._line())
        self.process.wait()
        return peak

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended with exit code {self.process.wait()}")
        return line


@dataclass(frozen=True)
class Result:
    """Two contestants at one size.

    Attributes
    ----------
    n_H, n_W
        The size of the picture.
    names
        Of both; the first is measured, the second is what it is measured against, if any.
    seconds
        Of each evaluation, in their order, for each contestant.
    memory
        The largest resident memory of each process, in bytes.
    values
        J of each, which should agree.
    """

    n_H: int
    n_W: int
    names: tuple[str, ...]
    seconds: tuple[tuple[float, ...], ...]
    memory: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def medians(self) -> tuple[float, ...]:
        """The median time of each."""
        return tuple(median(times) for times in self.seconds)

    @property
    def ratio(self) -> float:
        """The median of the ratios pair by pair, first / second."""
        return median(a / b for a, b in zip(self.seconds[0], self.seconds[1], strict=True))

    @property
    def memory_ratio(self) -> float:
        """First / second."""
        return self.memory[0] / self.memory[1]


def by_turns(names: Sequence[str], n_H: int, n_W: int, rounds: int) -> Result:
    """Let each contestant evaluate in turn, `rounds` times."""
    workers = [Worker(name, n_H, n_W) for name in names]
    seconds: list[list[float]] = [[] for _ in workers]
    for _ in range(rounds):
        for worker, times in zip(workers, seconds, strict=True):
            times.append(worker.seconds())
            sleep(PAUSE)
    memory = tuple(worker.peak_memory() for worker in workers)
    values = tuple(worker.value for worker in workers)
    return Result(n_H, n_W, tuple(names), tuple(map(tuple, seconds)), memory, values)
