"""Small numbers, as one would write them on paper: a step, its formula, its line of code, grids."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from nst_numpy.arrays import Array

INDENT = "    "
GAP = 4  # columns between grids that stand side by side
WIDTH = 98  # columns of all that is written, GAP included


def step(
    formula: str, where: tuple[Callable[..., Any], str], *grids: list[str], result: str = ""
) -> list[str]:
    """Write a step: its formula, the line of the package that computes it, its numbers.

    The line is the one of a function that contains some words, wherever it stands today; a
    LookupError says that there is none, or more than one. The grids, from `grid`, are what went in
    and came out, and the result is what came out beside them.
    """
    function, words = where
    source, first = inspect.getsourcelines(function)
    found = [(first + n, line.strip()) for n, line in enumerate(source) if words in line]
    if len(found) != 1:
        raise LookupError(f"{len(found)} lines of {function.__qualname__} contain {words!r}.")
    ((number, code),) = found
    file = function.__module__.replace(".", "/")
    lines = [formula, f"{INDENT}{file}.py:{number}", 2 * INDENT + code]
    if grids:
        lines += ["", *((INDENT + line).rstrip() for line in side_by_side(*grids))]
    if result:
        lines += ["", INDENT + result]
    return [*lines, ""]


def grid(title: str, values: Array, marked: tuple[int, int] | None = None) -> list[str]:
    """Write a matrix: its title, then its rows, in columns; a dot stands before what is marked.

    All its numbers have as many decimals as they need, four at most.
    """
    values = np.round(values, 4) + 0.0  # + 0.0: no minus before a zero
    decimals = next((n for n in range(4) if np.array_equal(values, np.round(values, n))), 4)
    numbers = np.array([[f"{x:.{decimals}f}" for x in row] for row in values], dtype=object)
    if marked:
        numbers[marked] = "•" + numbers[marked]
    width = max(map(len, numbers.flat))
    lines = [title, *("  ".join(number.rjust(width) for number in row) for row in numbers)]
    return [line.ljust(max(map(len, lines)) + GAP) for line in lines]


def side_by_side(*grids: list[str]) -> list[str]:
    """Write some grids beside each other, in as many rows as it takes."""
    waiting = list(grids)
    lines: list[str] = []
    while waiting:
        beside = [waiting.pop(0)]
        while waiting and sum(len(block[0]) for block in (*beside, waiting[0])) <= WIDTH:
            beside.append(waiting.pop(0))
        for row in range(max(map(len, beside))):
            cells = (block[row] if row < len(block) else " " * len(block[0]) for block in beside)
            lines.append("".join(cells).rstrip())
        lines += [""] if waiting else []
    return lines
