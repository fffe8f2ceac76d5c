"""What is painted, as plain values: what TOML and JSON hold. Written here, and read."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.costs import STATISTICS
from nst_numpy.errors import InputError, shown
from nst_numpy.files.reading import first_bytes
from nst_numpy.large.cluster import as_here
from nst_numpy.network import NETWORKS
from nst_numpy.settings import Settings, Start
from nst_numpy.stylize import Step

FORMAT = 1
"""Of what a picture and a folder say of themselves."""
LARGEST = 2**20
"""How many bytes such a file may have."""
NAMED: dict[str, Mapping[str, Any]] = {"network": NETWORKS, "statistic": STATISTICS}


def plain(value: Any) -> Any:
    """Return a value as one of those that TOML and JSON hold; of a path, its text."""
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value)
    if isinstance(value, Sequence):
        return [plain(part) for part in value]
    raise InputError(f"{shown(value)} cannot be written down; only numbers and names can.")


def settings_table(settings: Settings) -> dict[str, Any]:
    """Return settings as plain values; what is not given (None) is left out.

    Raises
    ------
    InputError
        If a statistic or a network is one of somebody's own: it has no name.
    """
    table = {}
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name == "pooling":
            value = settings.network.pooling
        elif field.name == "network":
            value = next((n for n, known in NETWORKS.items() if known.table == value.table), None)
        elif field.name == "statistic":
            value = next((n for n, known in STATISTICS.items() if known == value), None)
        elif field.name == "start" and isinstance(value, np.ndarray):
            value = get_args(Start)[0]  # the picture lies beside it
        if value is None and field.name in NAMED:
            raise InputError(f"This {field.name} has no name, so it cannot be written down.")
        if value is not None:
            table[field.name] = plain(value)
    return table


def computing_table(computing: Computing) -> dict[str, Any]:
    """Return who computes as plain values, and as if it were all here."""
    here = as_here(computing)
    found: dict[str, Any] = plain({f.name: getattr(here, f.name) for f in fields(Computing)})
    return found


def settings_of(table: Mapping[str, Any], start: Array | None = None) -> Settings:
    """Make settings of plain values.

    Raises
    ------
    InputError
        If a name is unknown, or a value is of another type or out of its range.
    """
    known = [field.name for field in fields(Settings)]
    values = dict(table)
    for name in values:
        if name not in known:
            raise InputError(f"There is no setting {name!r}{meant(name, known) or '.'}")
    for name, choices in NAMED.items():
        if name in values:
            if values[name] not in list(choices):
                raise InputError(
                    f"{name} must be one of {', '.join(choices)}, not {shown(values[name])}."
                )
            values[name] = choices[values[name]]
    if start is not None:
        values["start"] = start
    return Settings(**values)


def result_of(step: Step) -> dict[str, Any]:
    """Return what came out, as plain values."""
    return {
        "iteration": step.iteration,
        "evaluations": step.evaluations,
        "J": step.cost.total,
        "terms": dict(step.cost.terms),
        "values": dict(step.cost.values),
    }


def meant(name: str, known: Sequence[str]) -> str:
    """Say what somebody may have meant."""
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def toml(tables: Mapping[str, Any]) -> str:
    """Write tables of plain values as TOML: numbers and words first, tables after them."""
    return "\n".join(lines_of(tables, ())) + "\n"


def lines_of(table: Mapping[str, Any], place: tuple[str, ...]) -> list[str]:
    """Write one table, and those in it."""
    lines = []
    if place:
        lines += ["", f"[{'.'.join(map(key, place))}]"]
    inner = {name: part for name, part in table.items() if isinstance(part, Mapping)}
    lines += [f"{key(name)} = {value(part)}" for name, part in table.items() if name not in inner]
    for name, part in inner.items():
        lines += lines_of(part, (*place, name))
    return lines


def key(name: str) -> str:
    """Write a key, in quotes if it must have them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else value(name)


def value(part: Any) -> str:
    """Write a value."""
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, str):
        escaped = json.dumps(part, ensure_ascii=False).replace("\x7f", "\\u007f")
        return escaped.encode("utf-8", "replace").decode()
    if isinstance(part, list | tuple):
        return f"[{', '.join(map(value, part))}]"
    if isinstance(part, Mapping):
        inside = ", ".join(f"{key(name)} = {value(one)}" for name, one in part.items())
        return f"{{{inside}}}"
    return repr(part)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a file of TOML; a byte order mark before it, as Windows writes one, is left out.

    Raises
    ------
    InputError
        If it cannot be read, is too long, or is not TOML.
    """
    text = first_bytes(path, LARGEST + 1)
    if len(text) > LARGEST:
        raise InputError(f"{path} has more than {LARGEST} bytes; settings have not.")
    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no TOML ({error}).") from error


def sha256_of_array(array: Array) -> str:
    """Return the checksum of a picture's numbers and shape."""
    whole = f"{array.dtype.str} {array.shape}".encode() + np.ascontiguousarray(array).tobytes()
    return hashlib.sha256(whole).hexdigest()
