"""Paint the castle with a learner's functions, beside the package's picture."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.files.embedded import embedded
from nst_numpy.learn.judging import Outcome
from nst_numpy.learn.painter import OURS_BY_ADAM
from nst_numpy.learn.parts import parts_for
from nst_numpy.learn.running import run_module
from nst_numpy.learn.tasks import TASKS

MOST_MISTAKES = 4
"""How many mistakes are painted at once: each takes as long as the picture itself."""


@dataclass(frozen=True)
class Painted:
    """One picture, and what is to be said of it."""

    name: str  # "ours", "yours", `OURS_BY_ADAM`, or the task with the mistake
    picture: Array | None
    J: float = 0.0  # the package's J of it
    note: str = ""
    optimizer: str = ""
    mistake: str = ""  # what is wrong with the function that painted it, if something is


@dataclass(frozen=True)
class Paintings:
    """What was painted, and with what.

    Attributes
    ----------
    pictures
        "ours" first, "yours", then what each mistake paints.
    used
        The tasks whose function painted.
    left_out
        Task -> why its function did not.
    missing
        The tasks that take part, and are the package's still.
    """

    pictures: tuple[Painted, ...]
    used: tuple[str, ...]
    left_out: dict[str, str]
    missing: tuple[str, ...]

    @property
    def all_theirs(self) -> bool:
        """Whether every function that paints is the learner's."""
        return not self.missing

    @property
    def difference(self) -> float:
        """How far the numbers of their picture are from those of ours: root mean square."""
        ours, yours = (one.picture for one in self.pictures[:2])
        if ours is None or yours is None:
            return float("inf")
        return float(np.sqrt(np.mean((ours - yours) ** 2)))


def paint_with(
    folder: Path,
    outcomes: Sequence[Outcome],
    size: int = 128,
    iterations: int = 30,
    pooling: str = "average",
    optimizer: str = "lbfgs",
    minutes: float = 30.0,
    content: Path | None = None,
    style: Path | None = None,
) -> Paintings:
    """Paint in a process of its own with all that is right, and with each thing that is wrong.

    Raises
    ------
    InputError
        If nothing came of it: there was no time, or no memory.
    """
    parts = parts_for(pooling, optimizer)
    status = {outcome.task: outcome for outcome in outcomes}
    right = [name for name in parts if status[name].right]
    mistakes = [one.task for one in outcomes if one.status == "wrong" and paints(one.task)]
    wrong = sorted(mistakes, key=lambda name: not is_gradient(name))[:MOST_MISTAKES]
    order = {
        "folder": str(folder.resolve()),
        "right": right,
        "wrong": wrong,
        "size": size,
        "iterations": iterations,
        "pooling": pooling,
        "optimizer": optimizer,
        "content": str(content or embedded("pictures/eilean-donan-castle.webp")),
        "style": str(style or embedded("pictures/church-at-auvers.webp")),
    }
    with tempfile.TemporaryDirectory(prefix="nst_numpy-learn-") as made:
        (Path(made) / "order.json").write_text(json.dumps(order), "utf-8")
        code = run_module("nst_numpy.learn.painter", [made], 60 * minutes, show=True)
        told_file = Path(made) / "told.json"
        if not told_file.exists():
            how = f"within {minutes:g} minutes" if code is None else f"(exit code {code})"
            raise InputError(f"Nothing was painted {how}; a smaller --size takes less.")
        told = json.loads(told_file.read_text("utf-8"))
        pictures = [
            replace(
                painted(name, told["pictures"].get(name), Path(made)),
                mistake=what_is_wrong(status[name]) if name in wrong else "",
            )
            for name in ("ours", "yours", OURS_BY_ADAM, *wrong)
            if name not in told["left_out"] and (name != OURS_BY_ADAM or name in told["pictures"])
        ]
    used = tuple(name for name in right if name not in told["left_out"])
    missing = tuple(name for name in parts if name not in used)
    return Paintings(tuple(pictures), used, told["left_out"], missing)


def what_is_wrong(outcome: Outcome) -> str:
    """Say what is wrong with a function, briefly."""
    finding = outcome.findings[0] if outcome.findings else None
    return finding.mistake.sentence if finding and finding.mistake else outcome.short


def paints(name: str) -> bool:
    """Say whether a task's function takes part in any painting."""
    every = {
        part
        for pooling in ("average", "max")
        for optimizer in ("lbfgs", "adam", "gradient-descent")
        for part in parts_for(pooling, optimizer)
    }
    return name in every


def is_gradient(name: str) -> bool:
    """Say whether a task is about a gradient: of those, mistakes are painted first."""
    return TASKS[name].gradient_of is not None


def painted(name: str, told: dict[str, Any] | None, folder: Path) -> Painted:
    """Read one picture, or say why there is none."""
    if told is None:
        return Painted(name, None, note="there was no time left for it")
    if "trouble" in told:
        return Painted(name, None, note=told["trouble"])
    picture = np.load(folder / f"{name}.npy", allow_pickle=False)
    return Painted(name, picture, told["J"], told["note"], told["optimizer"])
