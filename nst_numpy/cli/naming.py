"""Where a file goes: nothing that is there already is written over unasked."""

from itertools import count
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from nst_numpy.errors import InputError

Force = Annotated[bool, Parameter(alias="-f", negative=(), show_default=False)]
Quiet = Annotated[bool, Parameter(alias="-q", negative=(), show_default=False)]
Verbose = Annotated[bool, Parameter(alias="-v", negative=(), show_default=False)]


def free_name(path: Path) -> Path:
    """Return the path, or if something is there, the next free one: castle-2.png, castle-3.png."""
    if not path.exists():
        return path
    names = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in count(2))
    return next(name for name in names if not name.exists())


def place(output: Path | None, default: Path, force: bool) -> Path:
    """Return where a file goes: where it was asked for, or under a name that is free.

    Raises
    ------
    InputError
        If something is there, and nobody said ``--force``.
    """
    if output is None:
        return default if force else free_name(default)
    refuse_existing(output, force)
    return output


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
