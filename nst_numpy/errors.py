"""The one exception for what a user can mend, and the checks that raise it."""

import math
import os
import reprlib
from numbers import Integral, Real
from typing import Any

LONGEST = 100
"""How many letters of a wrong value are repeated."""
TOO_LONG = "a number too long to be written"
"""Python writes no whole number of more than some thousand digits."""


class InputError(ValueError):
    """Something that was given cannot be used: one sentence, the name of the thing, what to do.

    The command line prints the sentence and leaves with exit code 2. Any other exception is a
    defect of this package and keeps its traceback.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> try:
    ...     nst.Settings(beta=-1)
    ... except nst.InputError as error:
    ...     print(error)
    beta must be a number of at least 0, not -1.
    """


class Vanished(RuntimeError):  # noqa: N818  (as one says it)
    """Whoever computes for us is gone: a run ends as if it was stopped; its picture is saved.

    It is not an `OSError`, which whoever writes a file would take for the disk's.
    """


def check_number(name: str, value: Any, above: bool = False) -> None:
    """Refuse what is not a number of at least 0 or, if `above`, a number above 0."""
    try:
        number = float(value) if isinstance(value, Real) else -1.0
    except OverflowError:  # a whole number or a fraction that no float comes near
        number = math.inf
    if not math.isfinite(number):
        least = "finite and above 0" if above else "a finite number of at least 0"
        raise InputError(f"{name} must be {least}, not {shown(value)}.")
    if number < 0 or (above and number == 0):
        least = "above 0" if above else "a number of at least 0"
        raise InputError(f"{name} must be {least}, not {shown(value)}.")


def check_whole(name: str, value: Any, least: int | None = 0, most: int | None = None) -> None:
    """Refuse what is not a whole number between two others."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InputError(f"{name} must be a whole number, not {shown(value)}.")
    if least is None:
        return
    try:
        text = str(value)
    except ValueError:
        text = TOO_LONG
    if most is not None and not least <= int(value) <= most:
        raise InputError(f"{name} must be between {least} and {most}, not {text}.")
    if int(value) < least:
        raise InputError(f"{name} must be at least {least}, not {text}.")


def check_path(name: str, value: Any) -> None:
    """Refuse what cannot name a file."""
    if not isinstance(value, str | os.PathLike) or not isinstance(os.fspath(value), str):
        raise InputError(f"{name} must be the name of a file, not {shown(value)}.")
    if "\0" in os.fspath(value):
        raise InputError(f"{os.fspath(value)} cannot be the name of a file: it holds a zero byte.")
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        raise InputError(f"{os.fspath(value)!a} cannot be the name of a file here.") from None


def shown(value: Any) -> str:
    """Write a value; of a long one, only its beginning."""
    if isinstance(value, dict | list) and type(value) not in (dict, list):
        return f"a {type(value).__name__}"  # which shows itself as a table
    try:
        text = reprlib.repr(value)
    except ValueError:
        return TOO_LONG
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


LIKE = {
    "carried": "what goes along, as nst_numpy.files.carried.carried_of() returns it",
    "computing": "a Computing, as in nst.Computing(backend='numpy')",
    "content_layers": "layers with their weights, as in {'conv4_2': 1}",
    "settings": "a Settings, as in nst.Settings(beta=1000)",
    "style_layers": "layers with their weights, as in {'conv3_1': 1e-4}",
    "style_weights": "a list with a number for each style, as in [3, 1]",
    "weights": "arrays by layer, as nst.load_weights() returns them",
}
"""What to type, where the name of a type does not say it."""


def check_kind(name: str, value: Any, kind: type) -> None:
    """Refuse what is of another type."""
    if not isinstance(value, kind):
        what = LIKE.get(name, f"a {kind.__name__}")
        raise InputError(f"{name} must be {what}, not {shown(value)}.")


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Refuse what is not one of some words."""
    if not isinstance(value, str) or value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, not {shown(value)}.")
