"""A painting measured in centimetres: its size in print, and how many pixels that makes."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nst_numpy.cli.options import PRINT_SIZE, Options
from nst_numpy.cli.saving import Filing
from nst_numpy.cli.streams import complain
from nst_numpy.errors import InputError
from nst_numpy.files.carried import NOTHING, carried_of

PER_INCH = {"cm": 2.54, "mm": 25.4, "in": 1.0}
USUAL = 300.0
"""Pixels per inch of a print, if nothing else is said."""


def in_print(options: Options) -> Options:
    """Return options whose size is what the print asks for, if there is to be one.

    Raises
    ------
    InputError
        If another size was given, too, or the size in print is not one.
    """
    if options.print_size is None:
        return options
    found = re.fullmatch(PRINT_SIZE, options.print_size)
    if not found or not float(found[1]):
        raise InputError(f"{options.print_size} is not a size in print like 40cm, 400mm or 16in.")
    dpi = USUAL if options.dpi is None else options.dpi
    NOTHING.at(dpi)  # or it is refused
    size = max(1, round(float(found[1]) / PER_INCH[found[2]] * dpi))
    if "size" in options.given and options.size != size:
        raise InputError(
            f"--print-size {options.print_size} at {dpi:g} dpi is --size {size}, and --size "
            f"{options.size} is given; leave one of them out."
        )
    return options.but(size=size, dpi=dpi)


def filing_of(
    options: Options, content: Path, shape: tuple[int, ...], places: Sequence[Any]
) -> Filing:
    """Find out how the painting is to be filed, and say what of the photograph does not go along.

    Parameters
    ----------
    options : Options
    content : Path
        The photograph.
    shape : (n_H, n_W, …)
        Of the painting.
    places : sequence of Path or None
        Where it will be saved.
    """
    carried = carried_of(content, shape, options.keep_location, options.profile == "photograph")
    for note in carried.notes:
        complain(note)
    for place in places:
        if carried.alpha is not None and place and place.suffix.lower() in (".jpg", ".jpeg"):
            complain(f"{place} holds no transparency: what was transparent is white there.")
    return Filing(carried.at(options.dpi), options.bits)
