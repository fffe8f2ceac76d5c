"""Inputs and results as a learner reads them: small matrices in plain text."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nst_numpy.learn.task import Task
from nst_numpy.network import Cache, Network


def names_of(task: Task) -> tuple[str, ...]:
    """Return the names of a task's inputs."""
    return tuple(inspect.signature(task.reference).parameters)


def signature(task: Task) -> str:
    """Return what stands in brackets after the function's name, without types."""
    if task.signature:
        return task.signature
    whole = inspect.signature(task.reference)
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in whole.parameters.values()]
    return str(inspect.Signature(plain))


def example(task: Task) -> str:
    """Show the inputs of a task's example, and what the reference makes of them."""
    made = task.reference(*task.example)
    lines = [line for pair in zip(names_of(task), task.example) for line in shown(*pair)]  # noqa: B905
    return "\n".join([*lines, "", *results(task, made)])


def results(task: Task, made: Any) -> list[str]:
    """Show what a function made of an example, by the names of the results."""
    if len(task.returns) == 1 or not isinstance(made, tuple) or len(made) != len(task.returns):
        return shown(task.returns[0] if len(task.returns) == 1 else "result", made)
    return [line for pair in zip(task.returns, made, strict=True) for line in shown(*pair)]


def shown(name: str, value: Any) -> list[str]:
    """Return the lines ``name = value``; each channel of an array by itself."""
    if isinstance(value, np.ndarray):
        return of_array(name, value)
    if isinstance(value, Cache):
        parts = {"positive": value.positive, "shape": value.shape, "winner": value.winner}
        return [line for part, x in parts.items() if x for line in shown(f"{name}.{part}", x)]
    if isinstance(value, Network):
        return [f"{name}: {', '.join(f'{layer} ({a} → {b})' for layer, a, b in value.table)}"]
    if isinstance(value, Mapping):
        return [line for key, x in value.items() for line in shown(f"{name}[{key!r}]", x)]
    if isinstance(value, tuple) and any(isinstance(x, np.ndarray) for x in value):
        return [line for n, x in enumerate(value) for line in shown(f"{name}[{n}]", x)]
    if callable(value):
        return [f"{name}: {inspect.getdoc(value) or 'a function'}"]
    if isinstance(value, float | np.floating):
        return [f"{name} = {number(float(value))}"]
    return [f"{name} = {value!r}"]


def of_array(name: str, x: Any) -> list[str]:
    """Show an array: one matrix for each channel, or for each pair of channels."""
    if x.ndim == 4:
        every = [(f"{name}[:, :, {c}, {o}]", x[:, :, c, o]) for c, o in np.ndindex(x.shape[2:])]
    elif x.ndim == 3:
        every = [(f"{name}[:, :, {k}]", x[:, :, k]) for k in range(x.shape[2])]
    else:
        every = [(name, x)]
    return [line for label, part in every for line in of_matrix(label, part)]


def of_matrix(label: str, x: Any) -> list[str]:
    """Show an array of up to two axes."""
    words = np.vectorize(number, otypes=[object])(x) if x.size else np.empty(x.shape, object)
    if x.ndim != 2:
        flat = ", ".join(words.ravel())
        return [f"{label} = [{flat}]" if x.ndim else f"{label} = {flat}"]
    width = max((len(word) for word in words.ravel()), default=0)
    rows = ["[" + ", ".join(word.rjust(width) for word in row) + "]" for row in words]
    begin = f"{label} = ["
    return beside(begin, rows)


def beside(begin: str, rows: Sequence[str]) -> list[str]:
    """Put rows under each other, behind a beginning."""
    if not rows:
        return [begin + "]"]
    lines = [(begin if n == 0 else " " * len(begin)) + row for n, row in enumerate(rows)]
    return [line + ("]" if n == len(lines) - 1 else ",") for n, line in enumerate(lines)]


def number(x: Any) -> str:
    """Write a number as short as it can be read."""
    if isinstance(x, bool | np.bool_):
        return str(bool(x))
    if isinstance(x, int | np.integer):
        return str(int(x))
    return f"{0.0 + float(x):.6g}"


def described(names: Sequence[str], inputs: Sequence[Any]) -> str:
    """Say in a line what a function was given: ``x (5, 7, 3), weight (3, 3, 3, 5)``."""
    words = []
    for name, value in zip(names, inputs):  # noqa: B905  (those with a default may be left out)
        if isinstance(value, np.ndarray):
            words.append(f"{name} {value.shape}")
        elif isinstance(value, bool | int | float | np.generic):
            words.append(f"{name} = {value:.4g}")
    return ", ".join(words)
