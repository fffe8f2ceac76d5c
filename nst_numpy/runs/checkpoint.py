"""A `Step` in a file: all that `stylize` needs to go on to the same bits. No pickle.

A line that says what the file is, a line of JSON with the numbers and with the name, type, shape
and sum of each array, then the arrays' bytes. NumPy's own .npz would do, but takes a CRC of all of
it, and at 1024 pixels L-BFGS remembers 0.6 GB.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.bounds import bounds_forward
from nst_numpy.errors import InputError
from nst_numpy.files.reading import first_bytes
from nst_numpy.files.writing import replacing
from nst_numpy.objective import Cost
from nst_numpy.optimizers import OPTIMIZERS, State
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step

MAGIC = b"nst_numpy checkpoint 1\n"
LONGEST = 2**20
"""How long the line of JSON may be."""


@dataclass(frozen=True, kw_only=True)
class Best:
    """What is told of the best step so far: the picture itself is the step's `best`."""

    iteration: int
    evaluations: int
    cost: Cost


def arrays_of(step: Step) -> dict[str, Array]:
    """Return the arrays of a step by name: those of its state, and the best picture."""
    found: dict[str, Array] = {"best": step.best}
    for field in fields(step.state):
        value = getattr(step.state, field.name)
        for name, part in named(field.name, value):
            if isinstance(part, np.ndarray) and part.ndim:
                found[name] = part
    return found


def named(name: str, value: Any) -> list[tuple[str, Any]]:
    """Give each part of a tuple a name of its own."""
    if isinstance(value, tuple):
        return [(f"{name}.{number}", part) for number, part in enumerate(value)]
    return [(name, value)]


def save_step(step: Step, best: Best, about: Mapping[str, Any], path: Path) -> None:
    """Write a step, whole or not at all.

    Parameters
    ----------
    step : Step
    best : Best
    about : mapping
        Whatever else should be found with it: numbers and words.
    path : Path
    """
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays_of(step).items()}
    numbers: dict[str, Any] = {}
    for field in fields(step.state):
        value = getattr(step.state, field.name)
        if field.name == "value":
            continue
        for name, part in named(field.name, value):
            if name not in arrays:
                numbers[name] = part if isinstance(part, (str, bool, int)) else float(part)
    head = {
        "kind": type(step.state).__name__,
        "numbers": numbers,
        "cost": told(step.cost),
        "best": {
            "iteration": best.iteration,
            "evaluations": best.evaluations,
            "cost": told(best.cost),
        },
        "step": {
            name: getattr(step, name)
            for name in (
                "margin", "scale", "iteration", "evaluations", "seconds", "lowest", "recent", "note"
            )
        },
        "about": dict(about),
        "arrays": {
            name: [array.dtype.str, list(array.shape), summed(array)]
            for name, array in arrays.items()
        },
    }  # fmt: skip
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(MAGIC + json.dumps(head).encode() + b"\n")
        for array in arrays.values():
            array.tofile(file)


def load_step(path: Path, settings: Settings) -> tuple[Step, Best, dict[str, Any]]:
    """Read a step back.

    Raises
    ------
    InputError
        If it is not such a file, is damaged, or is of another optimizer.
    """
    first_bytes(path)
    try:
        return read(path, settings)
    except InputError:
        raise
    except Exception as error:  # a stranger's file can make JSON and NumPy raise anything
        reason = " ".join(str(error).split()).rstrip(".")[:200]
        raise InputError(f"{path} holds no sound checkpoint ({reason}).") from error


def read(path: Path, settings: Settings) -> tuple[Step, Best, dict[str, Any]]:
    """Do what `load_step` says; any exception means that the file is not sound."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ValueError("it begins otherwise")
        line = file.readline(LONGEST)
        head = json.loads(line)
        sizes = {
            name: (np.dtype(dtype), tuple(map(int, shape)), total)
            for name, (dtype, shape, total) in head["arrays"].items()
        }
        if any(dtype.kind != "f" or min(shape) < 0 for dtype, shape, _ in sizes.values()):
            raise ValueError("it holds other arrays than pictures")
        expected = sum(dtype.itemsize * math.prod(shape) for dtype, shape, _ in sizes.values())
        if path.stat().st_size != len(MAGIC) + len(line) + expected:
            raise ValueError("its length is another than it says")
        arrays: dict[str, Any] = {}
        for name, (dtype, shape, total) in sizes.items():
            array = np.fromfile(file, dtype, math.prod(shape)).reshape(shape)
            if summed(array) != total:
                raise ValueError(f"{name} is damaged")
            arrays[name] = array
    kind = OPTIMIZERS[settings.optimizer].kind
    if head["kind"] != kind.__name__:
        raise ValueError(f"it holds a {head['kind']}, not a {kind.__name__}")
    best = arrays.pop("best")
    best.flags.writeable = False
    state = state_of(kind, arrays | head["numbers"], cost_of(head["cost"]))
    G = bounds_forward(state.x) if settings.bounds else state.x.view()
    G.flags.writeable = False
    of_step = head["step"] | {"recent": tuple(head["step"]["recent"])}
    step = Step(state=state, canvas=G, best=best, **of_step)
    of_best = Best(**head["best"] | {"cost": cost_of(head["best"]["cost"])})
    check_numbers(step, of_best, head["about"])
    return step, of_best, head["about"]


def check_numbers(step: Step, best: Best, about: Mapping[str, Any]) -> None:
    """Raise an exception if a number that is counted with, or a word, is something else."""
    counted = [step.margin, step.scale, step.iteration, step.evaluations]
    counted += [best.iteration, best.evaluations, about.get("lines", 0), about.get("iterations", 0)]
    if not all(type(number) is int and number >= 0 for number in counted):
        raise TypeError("a number of its steps is none")
    measured = [step.seconds, step.lowest, *step.recent]
    if not all(isinstance(number, int | float) for number in measured):
        raise TypeError("what it measured are no numbers")
    if not isinstance(step.note, str) or not isinstance(about.get("machine", {}), dict):
        raise TypeError("its note or its machine is not told in words")
    if step.canvas.ndim != 3 or min(step.canvas.shape[:2]) <= 2 * step.margin:
        raise ValueError("its margin leaves nothing of the picture")


def state_of(kind: type[State], parts: Mapping[str, Any], cost: Cost) -> State:
    """Put a state together from its parts by name."""
    values: dict[str, Any] = {"value": cost}
    for field in fields(kind):
        if field.name in parts:
            values[field.name] = parts[field.name]
        elif str(field.type).startswith("tuple"):
            count = sum(name.startswith(f"{field.name}.") for name in parts)
            values[field.name] = tuple(parts[f"{field.name}.{n}"] for n in range(count))
    return kind(**values)


def summed(array: Array) -> int:
    """Return the sum of an array's 64-bit words: it tells damage, and costs little."""
    whole = array.reshape(-1).view(np.uint8)
    words = whole[: len(whole) // 8 * 8].view(np.uint64)
    rest = whole[len(words) * 8 :]
    return int(np.sum(words)) ^ int.from_bytes(rest.tobytes(), "little")


def told(cost: Cost) -> dict[str, dict[str, float]]:
    """Write a ledger as plain values."""
    return {
        name: {term: float(value) for term, value in getattr(cost, name).items()}
        for name in ("terms", "values")
    }


def cost_of(table: Mapping[str, Mapping[str, float]]) -> Cost:
    """Read it back."""
    return Cost(dict(table["terms"]), dict(table["values"]))
