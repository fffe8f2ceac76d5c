"""Small numbers, as one would write them on paper: a step, its formula, its line of code, grids."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nst_numpy.arrays import Array

INDENT = "    "
GAP = 4  # columns between grids that stand side by side
WIDTH = 98  # columns of all that is written, GAP included


@dataclass(frozen=True)
class Place:
    """A line of the package's source.

    Attributes
    ----------
    file
        Seen from the folder that the package lies in, with slashes.
    line
        Its number, counted from 1.
    code
        What stands there.
    """

    file: str
    line: int
    code: str


@dataclass(frozen=True)
class Grid:
    """A titled matrix of numbers, with one of them marked if it is to be followed."""

    title: str
    values: Array
    marked: tuple[int, int] | None = None


@dataclass(frozen=True)
class Step:
    """One step of a calculation.

    Attributes
    ----------
    formula
        As the lectures write it.
    place
        The line of the package that computes it.
    grids
        What went in and what came out.
    result
        A number that came out beside them, in words.
    """

    formula: str
    place: Place
    grids: tuple[Grid, ...]
    result: str = ""


def place_of(function: Callable[..., Any], code: str) -> Place:
    """Find the one line of a function that contains some code, wherever it stands today.

    Raises
    ------
    LookupError
        If no line contains it, or more than one does.
    """
    source, first = inspect.getsourcelines(function)
    found = [(first + n, line.strip()) for n, line in enumerate(source) if code in line]
    if len(found) != 1:
        raise LookupError(f"{len(found)} lines of {function.__qualname__} contain {code!r}.")
    line, stripped = found[0]
    return Place(function.__module__.replace(".", "/") + ".py", line, stripped)


def written(values: Array) -> list[str]:
    """Write numbers with as many decimals as they need, four at most, the same for all."""
    values = np.round(np.ravel(values), 4) + 0.0  # + 0.0: no minus before a zero
    decimals = next((n for n in range(4) if np.array_equal(values, np.round(values, n))), 4)
    return [f"{value:.{decimals}f}" for value in values.tolist()]


def lines_of_grid(grid: Grid) -> list[str]:
    """Write a grid: its title, then its rows, in columns; a dot stands before what is marked."""
    n_H, n_W = grid.values.shape
    numbers = written(grid.values)
    if grid.marked:
        place = grid.marked[0] * n_W + grid.marked[1]
        numbers[place] = "•" + numbers[place]
    width = max(map(len, numbers))
    rows = [numbers[i * n_W : (i + 1) * n_W] for i in range(n_H)]
    return [grid.title] + ["  ".join(number.rjust(width) for number in row) for row in rows]


def side_by_side(grids: Sequence[Grid]) -> list[str]:
    """Write some grids beside each other, in as many rows as it takes."""
    blocks = [lines_of_grid(grid) for grid in grids]
    lines: list[str] = []
    while blocks:
        beside = [blocks.pop(0)]
        while blocks and sum(map(_width, [*beside, blocks[0]])) <= WIDTH:
            beside.append(blocks.pop(0))
        for row in range(max(map(len, beside))):
            cells = (block[row] if row < len(block) else "" for block in beside)
            padded = (cell.ljust(_width(block)) for cell, block in zip(cells, beside, strict=True))
            lines.append("".join(padded).rstrip())
        lines += [""] if blocks else []
    return lines


def _width(block: Sequence[str]) -> int:
    """Tell how many columns a block of lines takes, with the gap before its neighbour."""
    return max(map(len, block)) + GAP


def lines_of_step(number: int, step: Step) -> list[str]:
    """Write a step: its number and formula, where it is computed, and its numbers."""
    lines = [
        f"{number:2}  {step.formula}",
        f"{INDENT}{step.place.file}:{step.place.line}",
        f"{INDENT}{INDENT}{step.place.code}",
    ]
    if step.grids:
        lines += ["", *(INDENT + line if line else "" for line in side_by_side(step.grids))]
    if step.result:
        lines += ["", INDENT + step.result]
    return [*lines, ""]
