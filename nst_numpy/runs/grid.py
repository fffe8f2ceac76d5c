"""The paintings of a sweep: their places, what is there already, the sheet and the table."""

import csv
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from PIL import Image

from nst_numpy.errors import InputError, check_path
from nst_numpy.files.about import read_about
from nst_numpy.files.opening import open_upright
from nst_numpy.files.writing import replacing
from nst_numpy.runs.sheet import contact_sheet

MOST = 400
"""How many paintings a sweep may have."""


@dataclass(frozen=True)
class Cell:
    """One painting of a sweep: its file, its place on the sheet, and what it is made with."""

    path: Path
    row: int
    column: int
    values: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What it is made with, in words."""
        return ", ".join(f"{name} {shown(value)}" for name, value in self.values.items())


class Sweep:
    """The paintings of a sweep, in a folder; the last setting varies along the rows.

    Parameters
    ----------
    folder : path
    over : mapping, setting -> values
    """

    def __init__(self, folder: str | os.PathLike[str], over: Mapping[str, Sequence[Any]]) -> None:
        check_path("The folder of a sweep", folder)
        try:
            self.folder, self.over = Path(folder), {name: list(over[name]) for name in over}
        except TypeError as error:
            raise InputError(f"A sweep goes over lists of values by name ({error}).") from None
        for name, values in self.over.items():
            if not values:
                raise InputError(f"There are no values of {name} to go over.")
        if not self.over:
            raise InputError("A sweep goes over something, as in --over beta=1,10,100.")
        if (count := prod(map(len, self.over.values()))) > MOST:
            raise InputError(f"That would be {count} paintings; a sweep has at most {MOST}.")
        *above, self.last = self.over
        rows = list(product(*(self.over[name] for name in above)))
        self.rows = [dict(zip(above, values, strict=True)) for values in rows]
        self.cells = [
            self._cell(i, j, row | {self.last: value})
            for i, row in enumerate(self.rows)
            for j, value in enumerate(self.over[self.last])
        ]
        if len({cell.path for cell in self.cells}) < len(self.cells):
            raise InputError("A sweep goes over the same value twice.")

    def make(self) -> None:
        """Make the folder."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.folder} cannot be made ({error.strerror}).") from error

    def _cell(self, row: int, column: int, values: Mapping[str, Any]) -> Cell:
        name = ",".join(f"{name}={shown(value)}" for name, value in values.items())
        file = re.sub(r"[^\w.,=+-]", "_", name, flags=re.ASCII)[:200]
        return Cell(self.folder / f"{file}.png", row, column, values)

    def finished(self) -> dict[int, dict[str, Any]]:
        """Return what each painting that is there says of itself, by its number."""
        found = {n: told(cell.path) for n, cell in enumerate(self.cells)}
        return {n: about for n, about in found.items() if about and "cut_short" not in about}

    def loses(self) -> bool:
        """Return whether the table that is there tells of paintings that are not of this sweep."""
        path = self.folder / "table.csv"
        if not path.is_file():
            return False
        names = {cell.path.name for cell in self.cells}
        try:
            with path.open(encoding="utf-8", errors="replace", newline="") as file:
                return any(row.get("file") not in names for row in csv.DictReader(file))
        except (OSError, csv.Error):  # it is no table of ours
            return True

    def write(self, only: Sequence[int]) -> list[dict[str, Any]]:
        """Write contact sheet and table of some of the paintings; return the table's rows."""
        finished = {n: about for n, about in self.finished().items() if n in only}
        pictures: dict[tuple[int, int], Image.Image] = {}
        rows = []
        for n, about in finished.items():
            cell, result = self.cells[n], about.get("result", {})
            pictures[cell.row, cell.column], _ = open_upright(cell.path, lambda size: size)
            costs = {f"{name} of J": cost for name, cost in result.get("terms", {}).items()}
            values = {f"J of {name}": cost for name, cost in result.get("values", {}).items()}
            known = {name: result.get(name, "") for name in ("iteration", "evaluations", "J")}
            rows.append(
                {name: shown(value) for name, value in cell.values.items()}
                | known | costs | values | {"file": cell.path.name}
            )  # fmt: skip
        across = [f"{self.last} {shown(value)}" for value in self.over[self.last]]
        down = [", ".join(f"{name} {shown(v)}" for name, v in row.items()) for row in self.rows]
        sheet = contact_sheet(down, across, pictures)
        try:
            with replacing(self.folder / "sheet.png") as temporary:
                sheet.save(temporary, "PNG")
            with replacing(self.folder / "table.csv") as temporary:
                temporary.write_text(table(rows), encoding="utf-8")
        except OSError as error:
            raise InputError(f"{self.folder} cannot be written to ({error}).") from error
        return rows


def shown(value: Any) -> str:
    """Write a value as a label."""
    if isinstance(value, Mapping):
        return "+".join(
            name if weight == 1 else f"{name}:{shown(weight)}" for name, weight in value.items()
        )
    return f"{value:g}" if isinstance(value, float) else str(value)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV: the columns of all of them."""
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def told(path: Path) -> dict[str, Any]:
    """Return what a painting says of itself; nothing, if there is none, or no sense in it."""
    try:
        found = json.loads(read_about(path))
    except (InputError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
