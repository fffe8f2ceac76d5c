"""The trace of a run: a line of JSON for each step, and the same as a table (CSV)."""

import csv
import io
import json
import os
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError, check_path
from nst_numpy.files.trace import Lines, row
from nst_numpy.files.writing import replacing
from nst_numpy.stylize import Step

Row = dict[str, Any]
FIELDS = ("scale", "iteration", "width", "height", "evaluations", "seconds", "J")


class Trace:
    """A file that is opened once; each line reaches the system when it is written.

    Parameters
    ----------
    path : Path
    keep : int
        How many of its lines to keep: those of steps that come after them were never to be. If the
        last of them was cut off, it is left out: another line behind it would spoil both.
    """

    def __init__(self, path: Path, keep: int = 0) -> None:
        try:
            lines = path.read_bytes().splitlines(keepends=True)[:keep] if path.exists() else []
            if lines and not lines[-1].endswith(b"\n"):
                lines.pop()
            if lines or path.exists():
                with replacing(path) as temporary:
                    temporary.write_bytes(b"".join(lines))
            self._file = Lines(path, "ab")
        except OSError as error:
            raise InputError(f"{path} cannot be written ({error.strerror}).") from error
        self.lines = len(lines)

    def write(self, step: Step) -> None:
        """Write a line."""
        self._file.write(json.dumps(row(step), ensure_ascii=False).encode() + b"\n")
        self.lines += 1

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_trace(path: str | os.PathLike[str]) -> list[Row]:
    """Read the trace of a run's folder, or a file of one.

    A last line that was cut off by a kill is left out.

    Raises
    ------
    InputError
        If there is none, or it is not a trace.
    """
    check_path("A trace", path)
    path = Path(path)
    path = path / "trace.jsonl" if path.is_dir() else path
    rows: list[Row] = []
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise InputError(f"{path} is not a regular file.")
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(f"There is no trace in {path} ({error.strerror}).") from error
    for number, line in enumerate(lines[:-1], 1):
        try:
            found = json.loads(line)
            if not is_step(found):
                raise ValueError  # noqa: TRY301
        except (ValueError, RecursionError):
            raise InputError(f"Line {number} of {path} is no step of a trace.") from None
        rows.append(found)
    return rows


def is_number(value: Any) -> bool:
    """Return whether a value of JSON is a number that can be drawn."""
    return type(value) in (int, float) and isfinite(value)


def is_step(found: Any) -> bool:
    """Return whether a line is what is written of a step, each part of its kind."""
    if not isinstance(found, dict) or not {*FIELDS, "terms"} <= set(found):
        return False
    if not isinstance(found["terms"], dict) or not isinstance(found.get("values", {}), dict):
        return False
    *counts, seconds, J = (found[name] for name in FIELDS)
    numbers = [seconds, J, *found["terms"].values(), *found.get("values", {}).values()]
    return (
        all(type(count) is int for count in counts)
        and all(map(is_number, numbers))
        and isinstance(found.get("note", ""), str)
    )


def write_csv(rows: Iterable[Row], path: Path) -> None:
    """Write a table: a column for each term, for each step a row."""
    rows = list(rows)
    terms = list(dict.fromkeys(name for one in rows for name in one["terms"]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*FIELDS, *terms, "note"])
    for one in rows:
        costs = [one["terms"].get(name, "") for name in terms]
        writer.writerow([*(one[name] for name in FIELDS), *costs, one.get("note", "")])
    with replacing(path) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8")
