"""Measure by turns, A B A B, each contestant in its own process."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from statistics import median
from time import perf_counter, sleep

import numpy as np

from nst_numpy.backend import Computing, threads
from nst_numpy.errors import InputError
from nst_numpy.files.weights import load_weights
from nst_numpy.network import VGG19
from nst_numpy.plan import shapes, up_and_down

PAUSE = 0.3
"""Seconds between turns: some libraries' threads keep spinning for a while after their work."""


class Worker:
    """A contestant, ready to evaluate; see `worker`."""

    def __init__(self, name: str, n_H: int, n_W: int) -> None:
        self.name = name
        self.value = 0.0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nst_numpy.bench.worker", name, str(n_H), str(n_W)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def prepare(self) -> None:
        """Wait until it is ready."""
        word, value = self._line().split()
        assert word == "ready"
        self.value = float(value)

    def seconds(self) -> float:
        """Have it evaluate once."""
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return float(self._line())

    def end(self) -> int:
        """End the process, and return its largest memory, in bytes."""
        assert self.process.stdin
        self.process.stdin.close()
        return int(self._line())

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        with suppress(OSError), self.process:  # it closes the pipes, and waits
            pass

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise InputError(
                f"The measurement of {self.name} ended with exit code {self.process.wait()}, "
                "before it was done; if there is no word of it above, the memory was too little."
            )
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
    workers: list[Worker] = []
    with ExitStack() as afterwards:
        for name in names:
            workers.append(Worker(name, n_H, n_W))
            afterwards.callback(workers[-1].close)
            workers[-1].prepare()
        seconds: list[list[float]] = [[] for _ in workers]
        for _ in range(rounds):
            for worker, times in zip(workers, seconds, strict=True):
                times.append(worker.seconds())
                sleep(PAUSE)
        memory = tuple(worker.end() for worker in workers)
    values = tuple(worker.value for worker in workers)
    return Result(n_H, n_W, tuple(names), tuple(map(tuple, seconds)), memory, values)


@dataclass(frozen=True)
class LayerTime:
    """One layer of an evaluation: the median time on the way up and on the way down."""

    layer: str
    shape: tuple[int, ...]
    up: float
    down: float
    operations: float

    @property
    def speed(self) -> float:
        """Multiplications and additions of the definition, both ways, per second."""
        return 2 * self.operations / (self.up + self.down)


def layer_times(n_H: int, n_W: int, rounds: int) -> list[LayerTime]:
    """Time each layer of the compiled evaluation by itself, in this process.

    In an evaluation some are joined (see `plan.fused`); here each is whole.
    """
    from nst_numpy.kernels.store import KernelStore
    from nst_numpy.kernels.threads import Team
    from nst_numpy.kernels.workspace import Workspace

    plan = up_and_down(VGG19, ["conv5_1"])
    store = KernelStore(Team(threads(Computing())), load_weights())
    space = Workspace((n_H, n_W, 3), VGG19, plan, store)
    space.arrays["x"] = np.random.default_rng(0).standard_normal((n_H, n_W, 3), np.float32)
    times: dict[tuple[str, bool], list[float]] = {}
    for _ in range(rounds + 1):
        for one in plan:
            if one.kind == "pull":
                space.arrays[one.writes][:] = 1e-3
            elif one.kind != "compare":
                began = perf_counter()
                space.do(one)
                seconds = perf_counter() - began
                times.setdefault((one.layer, "back" in one.kind), []).append(seconds)
    rows = []
    for layer in VGG19.up_to(["conv5_1"]):
        shape = shapes(VGG19, n_H, n_W)[layer]
        n_C_in, n_C_out = VGG19.channels.get(layer, (0, 0))
        operations = 2 * 9 * n_C_in * n_C_out * shape[0] * shape[1]
        going_up, going_down = (median(times[layer, way][1:]) for way in (False, True))
        rows.append(LayerTime(layer, shape, going_up, going_down, operations))
    return rows
