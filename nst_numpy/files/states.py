"""An optimizer's state as plain arrays by name, and in a file: no pickle, nothing but numbers."""

import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.errors import InputError, check_path
from nst_numpy.files.reading import first_bytes
from nst_numpy.files.writing import check_output, replacing
from nst_numpy.optimizers import State

AnyState = TypeVar("AnyState", bound=State)


def save_state(state: State, path: str | os.PathLike[str]) -> None:
    """Write a state to a file of NumPy's (.npz); of its value, the number alone.

    Raises
    ------
    InputError
        If there can be no such file.
    """
    check_path("A state", path)
    with replacing(check_output(path)) as temporary, temporary.open("wb") as file:
        np.savez(file, **packed(state))  # type: ignore[arg-type]


def load_state(kind: type[AnyState], path: str | os.PathLike[str]) -> AnyState:
    """Read the state back; it goes on to the same bits.

    Parameters
    ----------
    kind : type
        Of an optimizer's states: ``LBFGS.kind``, say.
    path : path

    Raises
    ------
    InputError
        If it is not such a file.
    """
    check_path("A state", path)
    first_bytes(Path(path))  # which refuses what is not a file: a pipe would be waited for
    try:
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return unpacked(kind, arrays)
    except Exception as error:  # a damaged file can make zipfile and NumPy raise anything
        reason = " ".join(str(error).split()).rstrip(".")
        raise InputError(f"{path} holds no state of this optimizer ({reason}).") from error


def packed(state: State) -> dict[str, Array]:
    """Return the arrays and numbers of a state, each as an array."""
    arrays: dict[str, Any] = {"kind": np.asarray(type(state).__name__)}
    for field in fields(state):
        found = getattr(state, field.name)
        if isinstance(found, tuple):
            arrays |= {f"{field.name}.{n}": np.asarray(part) for n, part in enumerate(found)}
        else:
            arrays[field.name] = np.asarray(float(found) if field.name == "value" else found)
    if strange := [name for name, array in arrays.items() if array.dtype == object]:
        raise TypeError(f"{strange[0]} of the state is no plain array.")
    return arrays


def unpacked(kind: type[AnyState], arrays: Mapping[str, Array]) -> AnyState:
    """Return the state of which `packed` made these arrays."""

    def number(array: Array) -> Any:
        return array if array.ndim else array[()].item()

    if str(arrays["kind"]) != kind.__name__:
        raise ValueError(f"it holds a {arrays['kind']}, not a {kind.__name__}")
    values: dict[str, Any] = {}
    for field in fields(kind):
        if field.name in arrays:
            values[field.name] = number(arrays[field.name])
        elif not str(field.type).startswith("tuple"):
            raise KeyError(field.name)
        else:
            count = sum(name.startswith(f"{field.name}.") for name in arrays)
            values[field.name] = tuple(number(arrays[f"{field.name}.{n}"]) for n in range(count))
    check_values(kind, values)
    return kind(**values)


def check_values(kind: type[State], values: Mapping[str, Any]) -> None:
    """Raise a ValueError if a part of a state is not of the type that its field has.

    Every array is like x: a gradient, or what is remembered of the points before.
    """
    x, lengths = values["x"], set()
    if not (isinstance(x, np.ndarray) and x.dtype.kind == "f" and x.size):
        raise ValueError("its x holds no floating-point numbers")
    for field in fields(kind):
        parts, expected = (values[field.name],), field.type
        if get_origin(expected) is tuple:
            parts, (expected, *_) = values[field.name], get_args(expected)
            lengths.add(len(parts))
        for part in parts:
            if expected in (Any, int, float, bool, str):
                fits = type(part) is (float if expected is Any else expected)
            else:
                shape, dtype = getattr(part, "shape", None), getattr(part, "dtype", None)
                fits = (shape, dtype) == (x.shape, x.dtype)
            if not fits:
                raise ValueError(f"its {field.name} is of another kind than it was")
            if not isinstance(part, str) and not np.isfinite(part).all():
                raise ValueError(f"its {field.name} is not finite")
    if len(lengths) > 1:
        raise ValueError("what it remembers has gaps")
