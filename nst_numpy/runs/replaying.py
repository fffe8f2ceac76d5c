"""Paint a picture again, by what its file says of itself."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError, check_path, check_whole
from nst_numpy.files.about import read_about
from nst_numpy.files.carried import carried_of
from nst_numpy.files.images import load_image
from nst_numpy.files.weights import load_weights
from nst_numpy.files.writing import refuse_input
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.runs.commission import BITS, Commission, check_objective, pictures_in, the_same
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.tables import settings_of
from nst_numpy.studio.keeping import better
from nst_numpy.stylize import Step

COMMAND_LINE = "nst_numpy.cli.kept_commands"
"""Who paints again what the command line painted."""
TAKING = "nst_numpy.easel.taking"
"""Who takes pictures as `nst_numpy.paint` does: of any kind, at a size."""
Somewhere = str | os.PathLike[str]


def replay(
    picture: str | os.PathLike[str],
    content: Any = None,
    styles: Any = (),
    output: Somewhere | None = None,
    weights: Weights | Somewhere | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
    start: Array | None = None,
) -> bool:
    """Paint a picture again: the result of `paint`, here or in `nst`, or of the command line.

    Parameters
    ----------
    picture : path
    content, styles
        What it was painted from, as it was given to `paint`; of the command line, the paths of the
        files. One style need not be in a list. If nothing is given, it is looked for beside the
        picture.
    output : path, optional
        Where the new picture is written, of the suffix of the old one; beside that, with -replay
        after its name, if not given.
    weights, objective
        Those that `paint` was given. Masks make an objective of their own, `Masked`, which a
        painting has as ``painting.origin.objective``.
    start : ndarray, optional
        The picture that it was begun from, if it was one, and does not lie beside it.

    Returns
    -------
    identical : bool
        Whether both have the same pixels: those of `picture`, and those of `output`, which is
        written, or replaced.

    Raises
    ------
    InputError
        If the picture does not say how it was painted, or was painted from others.
    """
    check_path("The picture", picture)
    if output is not None:
        check_path("output", output)
    old = Path(picture)
    new = Path(output) if output else old.with_name(f"{old.stem}-replay{old.suffix}")
    refuse_input(new, [old])
    try:
        about = read_about(old)
        tables = json.loads(about or "{}")
        typed = "options" in tables
    except (ValueError, TypeError, RecursionError):
        raise InputError(f"{old} does not say how it was painted.") from None
    several = isinstance(styles, Sequence) and not isinstance(styles, str)
    given = [one for one in (content, *(styles if several else [styles])) if one is not None]
    if typed:
        files = [Path(one) for one in given if isinstance(one, str | os.PathLike)]
        if len(files) < len(given) or weights is not None or objective is not Objective:
            raise InputError(
                f"{old} was painted on the command line: it is painted again from files, and knows "
                "its weights and masks."
            )
        import_module(COMMAND_LINE).repainted(old, files, new)
    else:
        commission = commissioned_by(tables, old, given, weights, objective, start)
        best: Step | None = None
        for step in commission.steps():
            best = better(step, best)
        if best is not None:
            commission.save(best.image, new, about)
    return np.array_equal(load_image(old), load_image(new))


def commissioned_by(
    tables: Mapping[str, Any],
    picture: Path,
    given: Sequence[Any],
    weights: Weights | Somewhere | None,
    objective: Callable[..., SumOfTerms],
    start: Array | None,
) -> Commission:
    """Return what was painted in Python, by what its result says.

    Raises
    ------
    InputError
        If it says too little, or these are not the pictures.
    """
    try:
        computing, wanted = Computing(**tables["computing"]), tables["settings"]
        if given:
            arrays = as_they_were_taken(given, tables, picture)
        else:
            there = pictures_in(RunFolder(picture.parent), tables)
            start = there.pop("start", start)
            arrays = [*there.values()]
        settings = settings_of(wanted, start)
    except (KeyError, TypeError, OverflowError):
        raise InputError(f"{picture} does not say how it was painted in Python.") from None
    check_objective(objective, tables, picture)
    content, *styles = arrays
    if isinstance(weights, str | os.PathLike):
        weights = load_weights(weights, settings.network)
    commission = Commission(
        content=content,
        styles=styles,
        settings=settings,
        weights=the_same(weights, settings, tables, picture),
        computing=computing,
        objective=objective,
        carried=carried_of(picture, content.shape, location=True),
        bits=tables.get("bits", BITS[0]),
        colours=tables.get("colours", "style"),
        grain=tables.get("grain", 0.0),
    )
    if commission.tables()["arrays"] != tables.get("arrays"):
        raise InputError(f"{picture} was painted from other pictures than these.")
    return commission


def as_they_were_taken(
    given: Sequence[Any], tables: Mapping[str, Any], picture: Path
) -> Sequence[Array]:
    """Make of what was given to `nst_numpy.paint` the arrays that it painted from."""
    if "taken" not in tables:  # by `paint` here, which takes arrays as they are
        if not all(isinstance(one, np.ndarray) for one in given):
            raise InputError(f"{picture} was not painted on the command line: give it arrays.")
        return given
    size, scale = (tables["taken"][name] for name in ("size", "style_scale"))
    taking = import_module(TAKING)
    if size is not None:
        check_whole("size", size, 1, taking.MOST_SIZE)
    content, *styles = given
    _, paintings = taking.as_pictures("The style", styles, size, scale)
    return [taking.as_picture("The content", content, size), *paintings]
