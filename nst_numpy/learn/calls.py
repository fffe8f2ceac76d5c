"""What a learner's function is called with: the same calls wherever they are drawn."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from nst_numpy.learn.task import Task

NUMBERS, SINGLE, ZEROS = "numbers", "float32", "zeros"


@dataclass(frozen=True)
class Call:
    """One call to make: for its numbers, for its dtype, or with nothing but zeros."""

    kind: str
    about: str
    inputs: tuple[Any, ...]


def calls(task: Task, seed: int) -> Iterator[Call]:
    """Draw the calls of a task; a seed always draws the same."""
    drawn = list(task.inputs(np.random.default_rng(seed)))
    for about, inputs in drawn:
        yield Call(NUMBERS, about, inputs)
    if not any(callable(x) or isinstance(x, str) for x in drawn[0][1]):
        yield Call(SINGLE, "float32", tuple(as_float32(x) for x in drawn[0][1]))
    if task.zeros:
        yield Call(ZEROS, "nothing but zeros", tuple(as_zeros(x) for x in drawn[0][1]))


def as_float32(value: Any) -> Any:
    """Return the same with every array of numbers in float32, however deep it lies."""
    return changed(value, lambda x: x.astype(np.float32))


def as_zeros(value: Any) -> Any:
    """Return the same with every array of numbers full of zeros."""
    return changed(value, lambda x: 0 * x)


def changed(value: Any, change: Any) -> Any:
    """Return the same with every array of floating-point numbers changed."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return change(value)
    if isinstance(value, Mapping):
        return {key: changed(x, change) for key, x in value.items()}
    if isinstance(value, tuple):
        return tuple(changed(x, change) for x in value)
    return deepcopy(value)
