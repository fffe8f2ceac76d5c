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
from nst_numpy.errors import InputError
from nst_numpy.files.about import read_about
from nst_numpy.files.carried import carried_of
from nst_numpy.files.images import load_image
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
Given = Array | str | os.PathLike[str]


def replay(
    picture: str | os.PathLike[str],
    content: Given | None = None,
    styles: Sequence[Given] = (),
    output: str | os.PathLike[str] | None = None,
    weights: Weights | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
    start: Array | None = None,
) -> bool:
    """Paint a picture again: the result of `paint`, here or in `nst`, or of the command line.

    Parameters
    ----------
    picture : path
    content, styles
        What it was painted from: the arrays, or of the command line the paths of the files. What is
        not given is looked for beside the picture.
    output : path, optional
        Where the new picture is written, of the suffix of the old one; beside that, with -replay
        after its name, if not given.
    weights, objective
        Those that `paint` was given.
    start : ndarray, optional
        The picture that it was begun from, if it was one, and does not lie beside it.

    Returns
    -------
    identical : bool
        Whether both have the same pixels.

    Raises
    ------
    InputError
        If the picture does not say how it was painted, or was painted from others.
    """
    old = Path(picture)
    new = Path(output) if output else old.with_name(f"{old.stem}-replay{old.suffix}")
    refuse_input(new, [old])
    try:
        about = read_about(old)
        tables = json.loads(about or "{}")
        typed = "options" in tables
    except (ValueError, TypeError, RecursionError):
        raise InputError(f"{old} does not say how it was painted.") from None
    given = [one for one in (content, *styles) if one is not None]
    if typed:
        files = [Path(one) for one in given if isinstance(one, str | os.PathLike)]
        if len(files) < len(given) or weights is not None or objective is not Objective:
            raise InputError(
                f"{old} was painted on the command line: it is painted again from files, and knows "
                "its weights and masks."
            )
        import_module(COMMAND_LINE).repainted(old, files, new)
    else:
        arrays = [one for one in given if isinstance(one, np.ndarray)]
        if len(arrays) < len(given):
            raise InputError(f"{old} was not painted on the command line: give it arrays.")
        commission = commissioned_by(tables, old, arrays, weights, objective, start)
        best: Step | None = None
        for step in commission.steps():
            best = better(step, best)
        if best is not None:
            commission.save(best.image, new, about)
    return np.array_equal(load_image(old), load_image(new))


def commissioned_by(
    tables: Mapping[str, Any],
    picture: Path,
    arrays: Sequence[Array],
    weights: Weights | None,
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
        if not arrays:
            there = pictures_in(RunFolder(picture.parent), tables)
            start = there.pop("start", start)
            arrays = [*there.values()]
        settings = settings_of(wanted, start)
    except (KeyError, TypeError):
        raise InputError(f"{picture} does not say how it was painted in Python.") from None
    check_objective(objective, tables, picture)
    content, *styles = arrays
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
