"""Paint the same with several values of some settings: pictures, a contact sheet, a table."""

import json
import os
import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing, threads
from nst_numpy.errors import InputError, check_kind
from nst_numpy.files.images import save_image
from nst_numpy.files.weights import load_weights
from nst_numpy.large.crew import crew_of
from nst_numpy.network import Weights
from nst_numpy.objective import Objective
from nst_numpy.runs.commission import description
from nst_numpy.runs.grid import Sweep
from nst_numpy.runs.tables import result_of
from nst_numpy.settings import Settings
from nst_numpy.studio.keeping import better
from nst_numpy.stylize import Step, check_order, stylize


def sweep(
    folder: str | os.PathLike[str],
    content: Array,
    styles: Sequence[Array],
    settings: Settings,
    over: Mapping[str, Sequence[Any]],
    weights: Weights | None = None,
    computing: Computing = Computing(),
) -> list[dict[str, Any]]:
    """Paint with each of some settings; those that are there are not painted again.

    With a cluster each worker paints one of them at a time, as a whole.

    Parameters
    ----------
    folder : path
        Where pictures, ``sheet.png`` and ``table.csv`` are written.
    content, styles, settings, weights, computing
        As `stylize` takes them.
    over : mapping, field of Settings -> values

    Returns
    -------
    rows : list of dict
        Those of the table: the values, J and its terms.

    Raises
    ------
    InputError
        If there is no such setting, or a value is out of its range.
    """
    check_kind("settings", settings, Settings)
    check_kind("computing", computing, Computing)
    grid = Sweep(folder, over)
    try:
        all_settings = [replace(settings, **cell.values) for cell in grid.cells]
    except TypeError as error:
        raise InputError(f"There is no such setting ({error}).") from None
    given, alone = {} if weights is None else weights, replace(computing, cluster=None)
    for its_own in all_settings:
        pictures = check_order(content, styles, its_own, given, alone, Objective)
    grid.make()
    there = grid.finished()
    crew = crew_of(computing.cluster) if computing.cluster else None
    if crew:
        computing = replace(computing, cluster=None, threads=threads(computing))
    missing = []
    for cell, its_own, found in zip(
        grid.cells, all_settings, map(there.get, range(len(grid.cells))), strict=True
    ):
        about = description(content, pictures, its_own, computing)
        if {name: part for name, part in (found or {}).items() if name != "result"} != about:
            missing.append((cell, about, (content, pictures, its_own, weights, computing)))
    if crew:
        letters = (pickle.dumps(order, pickle.HIGHEST_PROTOCOL) for *_, order in missing)
        tasks = [crew.submit(painted_letter, letter) for letter in letters]
        results: Iterable[tuple[Array, dict[str, Any]]] = map(crew.answer, tasks)
    else:
        results = (painted_cell(*order) for *_, order in missing)
    for (cell, about, _), (image, result) in zip(missing, results, strict=True):
        save_image(image, cell.path, json.dumps(about | {"result": result}))
    return grid.write(range(len(grid.cells)))


def painted_cell(
    content: Array,
    styles: Sequence[Array],
    settings: Settings,
    weights: Weights | None,
    computing: Computing,
) -> tuple[Array, dict[str, Any]]:
    """Paint one of a sweep; return the best picture, and what came out."""
    best: Step | None = None
    for step in stylize(content, styles, settings, weights or load_weights(), computing):
        best = better(step, best)
    assert best is not None
    return best.image, result_of(best)


def painted_letter(letter: bytes) -> tuple[Array, dict[str, Any]]:
    """Paint one, on a worker of a cluster."""
    return painted_cell(*pickle.loads(letter))
