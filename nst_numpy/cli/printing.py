"""How a painting is filed: its size in print, and what goes along from the photograph."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from nst_numpy.arrays import Array
from nst_numpy.cli.options import Options
from nst_numpy.cli.saving import Filing
from nst_numpy.cli.streams import complain
from nst_numpy.errors import InputError
from nst_numpy.files.carried import carried_of
from nst_numpy.files.prints import USUAL, pixels_in_print
from nst_numpy.grain import no_grainier


def in_print(options: Options) -> Options:
    """Return options whose size is what the print asks for, if there is to be one.

    Raises
    ------
    InputError
        If another size was given, too, or the size in print is not one.
    """
    if options.print_size is None:
        return options
    dpi = USUAL if options.dpi is None else options.dpi
    size = pixels_in_print(options.print_size, dpi)
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


def finish_of(options: Options, styles: Sequence[Array]) -> Callable[[Array], Array]:
    """Return what is done to a painting before it is saved.

    The photograph's own colours are kept, and what another system does not do is done on request.
    """
    left = options.colours == "luminance" or (options.preset and "grain" not in options.given)
    levels = 0.0 if left else options.grain
    return partial(no_grainier, styles=styles, levels=levels)
