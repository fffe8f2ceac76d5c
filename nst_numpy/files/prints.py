"""A painting measured in centimetres: how many pixels its size in print makes."""

import re
from typing import Any

from nst_numpy.errors import InputError, check_kind
from nst_numpy.files.carried import NOTHING

PRINT_SIZE = r"(\d{1,6}(?:\.\d{1,6})?) ?(cm|mm|in)"
"""How a size in print is written."""
PER_INCH = {"cm": 2.54, "mm": 25.4, "in": 1.0}
USUAL = 300.0
"""Pixels per inch of a print, if nothing else is said."""


def pixels_in_print(size: Any, dpi: float = USUAL) -> int:
    """Return how many pixels a size in print makes.

    >>> pixels_in_print("40cm", dpi=200)
    3150

    Raises
    ------
    InputError
        If it is not a size in print, or nothing has such a resolution.
    """
    check_kind("print_size", size, str)
    found = re.fullmatch(PRINT_SIZE, size)
    if not found or not float(found[1]):
        raise InputError(f"{size} is not a size in print like 40cm, 400mm or 16in.")
    NOTHING.at(dpi)  # or it is refused
    return max(1, round(float(found[1]) / PER_INCH[found[2]] * dpi))
