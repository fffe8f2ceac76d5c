"""Where a picture goes: nothing that is there already is written over unasked."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from nst_numpy.backend import Computing
from nst_numpy.errors import InputError
from nst_numpy.files.reading import first_bytes
from nst_numpy.runs.sweeps import Sweep, told

Force = Annotated[bool, Parameter(negative=())]
Quiet = Annotated[bool, Parameter(negative=())]
Verbose = Annotated[bool, Parameter(negative=())]

MOST_BYTES = 2**16
"""How long the first line of a sweep's table may be."""


def free_name(path: Path) -> Path:
    """Return the path, or if something is there, the next free one: castle-2.png, castle-3.png."""
    if not path.exists():
        return path
    names = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in count(2))
    return next(name for name in names if not name.exists())


def refuse_existing(path: Path, force: bool) -> None:
    """Refuse to write over a file, before anything is computed.

    Raises
    ------
    InputError
        If there is one, and nobody said ``--force``; the sentence names a free name.
    """
    if not force and path.is_file():
        free = free_name(path).name
        raise InputError(
            f"{path} is there already; choose another name, as {free}, or --force to replace it."
        )


def refuse_others(sweep: Sweep, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Refuse to write over what is no painting, sheet or table of a sweep.

    Parameters
    ----------
    sweep : Sweep
    wanted : sequence of mapping
        What each of its paintings will say of itself.

    Raises
    ------
    InputError
        If something else is there.
    """
    for cell, about in zip(sweep.cells, wanted, strict=True):
        if cell.path.exists() and what_is_painted(told(cell.path)) != what_is_painted(about):
            raise InputError(
                f"{cell.path} is there already, painted in another way; choose another folder, or "
                "--force to replace it."
            )
    listed = sweep.folder / "table.csv"
    for path in (sweep.folder / "sheet.png", listed):
        if path.exists() and not is_table(listed):
            raise InputError(
                f"{path} is there already, and is not a sweep's; choose another folder, or "
                "--force to replace it."
            )


def what_is_painted(about: Mapping[str, Any]) -> list[Any]:
    """Return of a description what is painted, whoever computes it, finished or not."""
    options = about.get("options")
    if isinstance(options, dict):
        computing = {field.name for field in fields(Computing)}
        options = {name: value for name, value in options.items() if name not in computing}
    return [about.get("inputs"), options]


def is_table(path: Path) -> bool:
    """Return whether a file is the table of a sweep."""
    try:
        line, *_ = first_bytes(path, MOST_BYTES).splitlines()
    except InputError:
        return False
    return b"file" in line.split(b",")
