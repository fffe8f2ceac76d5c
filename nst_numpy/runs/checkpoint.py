"""A `Step` in a file: all that `stylize` needs to go on to the same bits. No pickle.

A line that says what the file is; a line of JSON after its checksum, with the numbers and with the
name, type, shape and sum of each array; then the arrays' bytes. NumPy's own .npz would do, but
takes a CRC of all of it, and at 1024 pixels L-BFGS remembers 0.6 GB.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.bounds import bounds_forward
from nst_numpy.errors import InputError, Vanished
from nst_numpy.files.reading import first_bytes
from nst_numpy.files.states import check_values
from nst_numpy.files.writing import replacing
from nst_numpy.objective import Cost
from nst_numpy.optimizers import OPTIMIZERS, State
from nst_numpy.optimizers.in_parts import Kept, Lost
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step

MAGIC = b"nst_numpy checkpoint 2\n"
LONGEST = 2**20
"""How long the line of JSON may be."""
OF_STEP = {
    "margin": int, "scale": int, "iteration": int, "evaluations": int, "seconds": float,
    "lowest": float, "recent": list, "note": str,
}  # fmt: skip
"""What is written of a step besides its arrays, and of what kind it is."""


@dataclass(frozen=True, kw_only=True)
class Best:
    """What is told of the best step so far: the picture itself is the step's `best`.

    Where the average of some pictures is to be saved, those of the last steps are kept, too.
    """

    iteration: int
    evaluations: int
    cost: Cost
    pictures: tuple[Array, ...] = ()


def arrays_of(step: Step) -> dict[str, Array | Kept]:
    """Return the arrays of a step by name: those of its state, and the best picture."""
    found: dict[str, Array | Kept] = {"best": step.best}
    for field in fields(step.state):
        value = getattr(step.state, field.name)
        for name, part in named(field.name, value):
            if isinstance(part, np.ndarray | Kept) and part.ndim:
                found[name] = part
    return found


def named(name: str, value: Any) -> list[tuple[str, Any]]:
    """Give each part of a tuple a name of its own."""
    if isinstance(value, tuple):
        return [(f"{name}.{number}", part) for number, part in enumerate(value)]
    return [(name, value)]


def save_step(step: Step, best: Best, about: Mapping[str, Any], path: Path) -> None:
    """Write a step, whole or not at all.

    Pairs of L-BFGS that are on workers come back for that, one picture at a time; without those
    that are lost, it will begin anew there.

    Parameters
    ----------
    step : Step
    best : Best
    about : mapping
        Whatever else should be found with it: numbers and words.
    path : Path
    """
    try:
        write_step(step, best, about, path)
    except (Lost, Vanished):
        state: Any = step.state
        forgetful = replace(step, state=replace(state, s=(), y=(), sy=()))
        write_step(forgetful, best, about, path)


def write_step(step: Step, best: Best, about: Mapping[str, Any], path: Path) -> None:
    """Write a step, or raise `Lost`, and write nothing."""
    arrays = arrays_of(step) | dict(named("kept", best.pictures))
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
        "step": {name: getattr(step, name) for name in OF_STEP},
        "about": dict(about),
        "arrays": {
            name: [array.dtype.str, list(array.shape), summed(np.ascontiguousarray(array))]
            for name, array in arrays.items()
        },
    }
    line = json.dumps(head).encode()
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(MAGIC + checksum(line) + b" " + line + b"\n")
        for array in arrays.values():
            np.ascontiguousarray(array).tofile(file)


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
        total, _, text = line.rstrip(b"\n").partition(b" ")
        if checksum(text) != total:
            raise ValueError("what it says of itself is damaged")
        head = json.loads(text)
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
    check_step(head["step"], head["best"])
    state = state_of(kind, arrays | head["numbers"], cost_of(head["cost"]))
    check_values(kind, {**vars(state), "value": float(state.value)})
    if state.x.ndim != 3 or best.shape != state.x.shape:
        raise ValueError("its pictures are of different shapes")
    G = bounds_forward(state.x) if settings.bounds else state.x.view()
    G.flags.writeable = False
    of_step = head["step"] | {"recent": tuple(head["step"]["recent"])}
    step = Step(state=state, canvas=G, best=best, **of_step)
    pictures = tuple(array for name, array in arrays.items() if name.startswith("kept."))
    of_best = Best(
        **head["best"] | {"cost": cost_of(head["best"]["cost"])},
        pictures=pictures,
    )
    return step, of_best, head["about"]


def check_step(step: Mapping[str, Any], best: Mapping[str, Any]) -> None:
    """Raise a ValueError if what is told of a step is of another kind than was written."""
    for name, kind in OF_STEP.items():
        numbers = step[name] if kind is list else [step[name]]
        expected = float if kind is list else kind
        if type(step[name]) is not kind or any(type(one) is not expected for one in numbers):
            raise ValueError(f"its {name} is of another kind than it was")
    counts = [value for name, value in step.items() if OF_STEP.get(name) is int]
    if min(counts) < 0 or not all(map(math.isfinite, [step["lowest"], step["seconds"]])):
        raise ValueError("its numbers cannot be those of a step")
    if not all(type(best[name]) is int for name in ("iteration", "evaluations")):
        raise ValueError("its best step is of another kind than it was")


def checksum(line: bytes) -> bytes:
    """Return what stands before the line of JSON."""
    return hashlib.sha256(line).hexdigest().encode()


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
