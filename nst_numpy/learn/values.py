"""Results on their way from one process to another: as numbers and words, nothing that could run.

Reading a pickle runs what is in it. Here arrays go into one file of plain numbers, and all else
into JSON; what is neither is described by its type and the beginning of its text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST = 64 * 2**20
"""Bytes of an array that is taken along; what is larger is no answer to a small question."""


@dataclass(frozen=True)
class Other:
    """Something that is neither a number, an array nor a word."""

    kind: str
    text: str

    def __repr__(self) -> str:
        return self.text


def packed(value: Any, arrays: dict[str, Any]) -> Any:
    """Return a value as JSON can hold it; its arrays are put aside."""
    if value is None or isinstance(value, bool | int | str):
        return {"plain": value if not isinstance(value, int) or abs(value) < 2**62 else 0}
    if isinstance(value, float) and type(value) is float:
        return {"float": value.hex()}
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind in "fiubc" and array.nbytes <= MOST:
            key = f"a{len(arrays)}"
            arrays[key] = array
            return {"array": key, "scalar": isinstance(value, np.generic)}
    if isinstance(value, tuple | list):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [packed(x, arrays) for x in value[:1000]]}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {"dict": {key: packed(x, arrays) for key, x in value.items()}}
    try:
        text = repr(value)[:60]
    except Exception:  # a learner's own class may do anything when it is asked for its text
        text = "something without a text"
    return {"other": [type(value).__name__, text]}


def unpacked(value: Any, arrays: Mapping[str, Any]) -> Any:
    """Return what was packed."""
    [(kind, inside)] = [(k, v) for k, v in value.items() if k != "scalar"]
    if kind == "plain":
        return inside
    if kind == "float":
        return float.fromhex(inside)
    if kind == "array":
        array = arrays[inside]
        return array[()] if value["scalar"] else array
    if kind in ("tuple", "list"):
        parts = [unpacked(x, arrays) for x in inside]
        return tuple(parts) if kind == "tuple" else parts
    if kind == "dict":
        return {key: unpacked(x, arrays) for key, x in inside.items()}
    return other(*inside)


def other(kind: str, text: str) -> Other:
    """Return something whose type has the name of the one that it stands for."""
    made: Other = type(kind, (Other,), {})(kind, text)
    return made
