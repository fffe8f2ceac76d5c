"""Run a learner's file in a process of its own, with a limit of time and of memory."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nst_numpy.learn.calls import Call, calls
from nst_numpy.learn.loading import Trouble
from nst_numpy.learn.task import Task
from nst_numpy.learn.values import Other, unpacked

NOT_A_SANDBOX = (
    "Running somebody's file is running it: there is a limit of time and of memory, but the file "
    "may do all that you may. This is not a sandbox."
)


_running: "set[subprocess.Popen[bytes]]" = set()
"""Processes that were started and have not ended, for `stop_all`."""


@dataclass(frozen=True)
class Limits:
    """How long a file may run, in seconds, and how much memory it may take, in megabytes."""

    seconds: float = 20.0
    megabytes: int = 1024


@dataclass(frozen=True)
class Called:
    """A call, and what came of it."""

    call: Call
    got: Any = None
    after: tuple[Any, ...] | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True)
class Ran:
    """What came of a file.

    Attributes
    ----------
    calls
        One for each call that was made.
    trouble
        What the file itself raised when it was loaded.
    stopped
        A sentence, if it did not come to an end by itself.
    missing
        A sentence, if it has no function of the name that is asked for.
    printed
        The beginning of what it printed.
    """

    calls: tuple[Called, ...] = ()
    trouble: Trouble | None = None
    stopped: str = ""
    missing: str = ""
    printed: str = field(default="", repr=False)


def run_file(path: Path, task: Task, seed: int = 0, limits: Limits = Limits()) -> Ran:
    """Run a learner's file in a process of its own, and read what it wrote."""
    with tempfile.TemporaryDirectory(prefix="nst_numpy-learn-") as made:
        folder = Path(made)
        arguments = [str(path.resolve()), task.name, str(seed), str(limits.megabytes), made]
        code = run_module("nst_numpy.learn.worker", arguments, limits.seconds)
        now = folder / "now.txt"
        where = line_of(now) if now.exists() else "before it was loaded"
        if code is None:
            return Ran(
                stopped=f"It did not end within {limits.seconds:g} s and was stopped, {where}. Is "
                "there a loop without an end, or one over every pixel and channel?"
            )
        told = folder / "told.json"
        if not told.exists():
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            return Ran(
                stopped=f"Its process ended {how}, {where}: does it call exit, or take too much "
                f"memory? {limits.megabytes} MB are allowed."
            )
        try:
            return read(json.loads(told.read_text("utf-8")), folder, task, seed)
        except Exception:  # the file knows its folder, and may write there what it likes
            return Ran(stopped=f"What its process wrote cannot be read, {where}.")


def line_of(path: Path) -> str:
    """Read a short line that a file of somebody's may have written."""
    text = " ".join(path.read_bytes()[:1000].decode("utf-8", "replace").split())[:200]
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def run_module(
    module: str, arguments: Sequence[str], seconds: float, show: bool = False
) -> int | None:
    """Run a module of ours with a limit of time: its exit code, or None if it was stopped.

    Whatever it started is stopped with it.
    """
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *pythonpath()]),
        "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    stream = None if show else subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
        start_new_session=os.name == "posix",
    )  # fmt: skip
    _running.add(process)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        stop(process)
        _running.discard(process)


def stop_all() -> None:
    """End all that is running, when somebody has pressed Ctrl-C: others wait for it in threads."""
    for process in list(_running):
        stop(process)


def pythonpath() -> list[str]:
    """Return what is in PYTHONPATH already."""
    return [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process, and all that it started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def read(told: dict[str, Any], folder: Path, task: Task, seed: int) -> Ran:
    """Put what the process wrote beside the calls, which are drawn again here."""
    if told["missing"]:
        return Ran(missing=told["missing"], printed=told["printed"])
    if told["trouble"]:
        return Ran(trouble=Trouble(**told["trouble"]), printed=told["printed"])
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        arrays = dict(stored)
    made = []
    for call, one in zip(calls(task, seed), told["calls"]):  # noqa: B905  (it may have stopped)
        if one["trouble"]:
            made.append(Called(call, trouble=Trouble(**one["trouble"])))
            continue
        after = tuple(
            given if isinstance(x := unpacked(each, arrays), Other) else x
            for given, each in zip(call.inputs, one["after"], strict=True)
        )
        made.append(Called(call, unpacked(one["got"], arrays), after))
    return Ran(tuple(made), printed=told["printed"])


def call_here(function: Any, task: Task, seed: int, folder: Path) -> Ran:
    """Make the same calls in this process: a notebook's own function, without limits."""
    from copy import deepcopy

    from nst_numpy.learn.loading import trouble

    made = []
    for call in calls(task, seed):
        given = deepcopy(call.inputs)
        try:
            with np.errstate(all="ignore"):
                made.append(Called(call, function(*given), given))
        except Exception as error:
            made.append(Called(call, trouble=trouble(error, folder)))
            if isinstance(error, NotImplementedError):
                break
    return Ran(tuple(made))
