"""What every step cost: a list of plain rows that shows itself as a table and can be saved."""

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from nst_numpy.appearance import html_table, text_table
from nst_numpy.arrays import Array
from nst_numpy.errors import InputError, check_kind, check_path, shown
from nst_numpy.files.trace import row
from nst_numpy.files.writing import check_output, replacing
from nst_numpy.stylize import Step

ENDS = 5
"""How many rows are shown at either end of a long trace."""
SUFFIXES = (".csv", ".jsonl")
"""How a trace's file may end."""
KEYS = {"scale", "iteration", "seconds", "J", "terms"}
"""What a row has, at least."""


class Trace(list[dict[str, Any]]):
    """What every step cost: for each a dict, as a line of the trace of a run.

    ``Trace(steps)`` keeps what each of these cost.

    Its keys: scale, iteration, width, height, evaluations, seconds, J, terms, values, and note
    where there is one.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cat, cafe = nst.examples()["cat"], nst.examples()["cafe"]
    >>> trace = nst.Trace()
    >>> few = nst.Settings(iterations=2, scales=1)
    >>> for step in nst.steps(cat, cafe, few, size=32):
    ...     trace.add(step)
    >>> len(trace), trace.J.shape, trace[-1]["iteration"]
    (3, (3,), 2)
    """

    def __init__(self, steps: Iterable[Step | dict[str, Any]] = ()) -> None:
        super().__init__()
        given: Any = steps
        if not isinstance(given, Iterable):
            raise InputError(f"A trace is made of steps, not of {shown(steps)}.")
        for step in given:
            if isinstance(step, dict) and step.keys() >= KEYS:  # of a trace
                self.append(step)
            else:
                self.add(step)

    def add(self, step: Step) -> None:
        """Keep what a step cost, and nothing else of it."""
        check_kind("A step", step, Step)
        self.append(row(step))

    @property
    def J(self) -> Array:
        """J of each step; at another scale it is another J."""
        return np.array([one["J"] for one in self])

    def term(self, name: str) -> Array:
        """Return what one term added to J at each step.

        Raises
        ------
        InputError
            If there is no such term.
        """
        for one in self:
            if name not in one["terms"]:
                raise InputError(f"There is no term {name!r}; there are {', '.join(one['terms'])}.")
        return np.array([one["terms"][name] for one in self])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file: a table of .csv, or a line of JSON for each step, .jsonl.

        Raises
        ------
        InputError
            If the suffix is another one, or it cannot be written.
        """
        check_path("A trace", path)
        check_output(path, SUFFIXES)
        try:
            with (
                replacing(Path(path)) as temporary,
                temporary.open("w", encoding="utf-8", newline="") as file,
            ):
                if Path(path).suffix.lower() == ".jsonl":
                    file.writelines(json.dumps(one) + "\n" for one in self)
                elif self:
                    flat = [one | one["terms"] for one in self]
                    names = [name for name in flat[0] if name not in ("terms", "values", "note")]
                    table = csv.DictWriter(file, names, extrasaction="ignore")
                    table.writeheader()
                    table.writerows(flat)
        except OSError as error:
            raise InputError(f"{path} cannot be written ({error.strerror}).") from error

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        names = list(self[0]["terms"]) if self else []
        head = ("step", "scale", "s", "J", *names)
        rows: list[tuple[str, ...]] = [
            (
                str(one["iteration"]), str(one["scale"]), f"{one['seconds']:.1f}",
                f"{one['J']:.4g}", *(f"{cost:.4g}" for cost in one["terms"].values()),
            )
            for one in self
        ]  # fmt: skip
        if len(rows) > 2 * ENDS + 1:
            rows = [*rows[:ENDS], ("…",) * len(head), *rows[-ENDS:]]
        return head, rows

    def __repr__(self) -> str:
        return text_table(*self._table())

    def _repr_html_(self) -> str:
        return html_table(*self._table())
