"""The one exception for what a user can mend, and the checks that raise it."""

import math
from numbers import Integral, Real
from typing import Any


class InputError(ValueError):
    """Something that was given cannot be used: one sentence, the name of the thing, what to do.

    The command line prints the sentence and leaves with exit code 2. Any other exception is a
    defect of this package and keeps its traceback.
    """


def check_number(name: str, value: Any, above: bool = False) -> None:
    """Refuse what is no number of at least 0; or, if `above`, no number above 0."""
    if not isinstance(value, Real) or not 0 <= float(value) < math.inf or (above and value == 0):
        least = "above 0" if above else "a number of at least 0"
        raise InputError(f"{name} must be {least}, not {value!r}.")


def check_whole(name: str, value: Any, least: int = 0, most: int | None = None) -> None:
    """Refuse what is no whole number between two others."""
    if not isinstance(value, Integral):
        raise InputError(f"{name} must be a whole number, not {value!r}.")
    if most is not None and not least <= int(value) <= most:
        raise InputError(f"{name} must be between {least} and {most}, not {value}.")
    if int(value) < least:
        raise InputError(f"{name} must be at least {least}, not {value}.")


def check_kind(name: str, value: Any, kind: type) -> None:
    """Refuse what is of another type."""
    if not isinstance(value, kind):
        raise InputError(f"{name} must be a {kind.__name__}, not {value!r}.")


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Refuse what is none of some words."""
    if value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
