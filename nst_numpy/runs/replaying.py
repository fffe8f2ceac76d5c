"""Paint the result of a run again, by what its file says of itself."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError
from nst_numpy.files.about import read_about
from nst_numpy.files.carried import carried_of
from nst_numpy.files.images import load_image
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.runs.commission import BITS, Commission, check_objective, the_same
from nst_numpy.runs.tables import settings_of
from nst_numpy.studio.keeping import better
from nst_numpy.stylize import Step


def replay(
    picture: str | os.PathLike[str],
    content: Array,
    styles: Sequence[Array],
    output: str | os.PathLike[str],
    weights: Weights | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
) -> bool:
    """Paint the result of `paint` again, by what its file says of itself.

    Parameters
    ----------
    picture : path
    content, styles
        What it was painted from: the same arrays.
    output : path
        Where the new picture is written, of the suffix of the old one.
    weights, objective
        Those that `paint` was given.

    Returns
    -------
    identical : bool
        Whether both have the same pixels.

    Raises
    ------
    InputError
        If the picture does not say how it was painted in Python, or was painted from others.
    """
    try:
        tables = json.loads(read_about(picture))
        settings, computing = settings_of(tables["settings"]), Computing(**tables["computing"])
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{picture} does not say how it was painted in Python.") from None
    check_objective(objective, tables, picture)
    commission = Commission(
        content=content,
        styles=styles,
        settings=settings,
        weights=the_same(weights, settings, tables, picture),
        computing=computing,
        objective=objective,
        carried=carried_of(picture, content.shape, location=True),
        bits=tables.get("bits", BITS[0]),
    )
    if commission.tables()["arrays"] != tables.get("arrays"):
        raise InputError(f"{picture} was painted from other pictures than these.")
    best: Step | None = None
    for step in commission.steps():
        best = better(step, best)
    if best is not None:
        commission.save(best.image, Path(output))
    return np.array_equal(load_image(picture), load_image(output))
