"""Paint into a folder, and go on from there: the Python face of runs."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError, check_choice, check_number
from nst_numpy.files.about import read_about
from nst_numpy.files.carried import NOTHING, Carried
from nst_numpy.files.images import load_image, save_image
from nst_numpy.files.reading import first_bytes
from nst_numpy.files.weights import load_weights
from nst_numpy.files.writing import check_image_output
from nst_numpy.grain import no_grainier
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.palette import Colours
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.recording import Recording, check_further
from nst_numpy.runs.tables import (
    FORMAT,
    computing_table,
    settings_of,
    settings_table,
    sha256_of_array,
)
from nst_numpy.settings import Settings
from nst_numpy.studio.colouring import recoloured, with_colours
from nst_numpy.studio.keeping import better
from nst_numpy.stylize import Step, stylize


def paint(
    folder: str | os.PathLike[str],
    content: Array,
    styles: Sequence[Array],
    settings: Settings,
    weights: Weights | None = None,
    computing: Computing = Computing(),
    objective: Callable[..., SumOfTerms] = Objective,
    previews: int | None = None,
    complain: Callable[[str], object] = print,
    carried: Carried = NOTHING,
    bits: int = 8,
) -> Iterator[Step]:
    """Paint as `stylize` does, and keep everything in a folder, so that `resume` can go on.

    Parameters
    ----------
    folder : path
        Of its own: new, or empty.
    content, styles, settings, weights, computing, objective
        As `stylize` takes them. `resume` has to be given the same weights and the same objective.
    previews : int, optional
        Every so many steps a small picture is kept; about 60 in all, if not given.
    complain : callable
        Told in a sentence what could not be written.
    carried, bits
        What goes along into ``result.png``, and how many bits it has; see `save_image`. `resume`
        has to be given the same `carried`.

    Yields
    ------
    Step
        The last is followed by the result: ``result.png``, the picture of the lowest J.

    Raises
    ------
    InputError
        If a picture or a setting cannot be used, the folder is not empty, or another process paints
        there.
    """
    run = RunFolder(folder)
    run.refuse_if_used()
    run.make()
    pictures = pictures_of(content, styles, settings)
    tables = description(content, styles, settings, computing)
    check_image_output(run.result, bits=bits)
    tables |= {"bits": bits}
    if previews:
        tables["previews"] = previews
    with run.locked():
        for name, picture in pictures.items():
            np.save(run.inputs / f"{name}.npy", picture, allow_pickle=False)
        run.write(tables)
    weights = weights or load_weights()
    with Recording(run, settings, computing, previews, complain=complain) as recording:
        yield from _painted(
            recording, content, styles, weights, computing, objective, carried, bits
        )


def resume(
    folder: str | os.PathLike[str],
    iterations: int | None = None,
    weights: Weights | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
    complain: Callable[[str], object] = print,
    cluster: str | None = None,
    carried: Carried = NOTHING,
) -> Iterator[Step]:
    """Go on with what `paint` began, to the bytes of a run that was never interrupted.

    Parameters
    ----------
    folder : path
    iterations : int, optional
        Paint further: until each scale has had so many steps in all, not so many more.
    weights, objective, carried
        Those that `paint` was given.
    complain : callable
        Told in a sentence why it cannot come to the same bytes, or what could not be written.
    cluster : str, optional
        Who evaluates the strips from now on, see `Computing`; this machine, if not given.

    Yields
    ------
    Step
        Those that come after what is kept; none, if it was finished.

    Raises
    ------
    InputError
        If there is no run that was begun in Python, it is damaged, or another process paints there.
    """
    run = RunFolder(folder)
    tables = run.read()
    if "settings" not in tables:
        raise InputError(f"The run in {run.path} was begun on the command line; resume it there.")
    pictures = {}
    for name, checksum in table_of(tables, "arrays").items():
        picture = loaded(run.inputs / f"{Path(name).name}.npy")
        if sha256_of_array(picture) != checksum:
            raise InputError(f"The picture {name} in {run.path} is another than that of its run.")
        pictures[name] = picture
    settings = settings_of(table_of(tables, "settings"), pictures.pop("start", None))
    try:
        computing = Computing(**table_of(tables, "computing"))
        content = pictures.pop("content")
    except (TypeError, KeyError) as error:
        raise InputError(f"{run.about} does not describe a run ({error}).") from error
    computing = replace(computing, cluster=cluster)
    if iterations is not None:
        settings = replace(settings, iterations=iterations)
        check_further(run, settings)
    styles = [pictures[f"style-{n}"] for n in range(1, len(pictures) + 1)]
    weights = weights or load_weights()
    previews = tables.get("previews")
    with Recording(run, settings, computing, previews, complain=complain) as recording:
        if iterations is not None:
            run.write({**tables, "settings": settings_table(settings)})
        bits = 16 if tables.get("bits") == 16 else 8
        yield from _painted(
            recording, content, styles, weights, computing, objective, carried, bits
        )


def _painted(
    recording: Recording,
    content: Array,
    styles: Sequence[Array],
    weights: Weights,
    computing: Computing,
    objective: Callable[..., SumOfTerms],
    carried: Carried,
    bits: int,
) -> Iterator[Step]:
    """Paint on from where it was, and save the best picture, even if somebody stops it."""
    found = recording.found
    if found and found.said:
        recording.complain(f"It goes on from the picture, not to the same bytes: {found.said}.")
    best = found.best if found else None
    after = found.step if found else None
    steps = stylize(content, styles, recording.settings, weights, computing, objective, after)
    try:
        for step in recording.recorded(steps):
            best = better(step, best)
            yield step
    finally:
        if best:
            about = description(content, styles, recording.settings, computing) | {"bits": bits}
            with suppress(MemoryError):
                save_image(best.image, recording.folder.result, json.dumps(about), carried, bits)


def replay(
    picture: str | os.PathLike[str],
    content: Array,
    styles: Sequence[Array],
    output: str | os.PathLike[str],
    weights: Weights | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
    carried: Carried = NOTHING,
    start: Array | None = None,
) -> bool:
    """Paint a picture again, by what its file says of itself: one of `paint`, here or in `nst`.

    Parameters
    ----------
    picture : path
    content, styles
        What it was painted from: the same arrays.
    output : path
        Where the new picture is written, of the suffix of the old one.
    weights, objective, carried
        Those that `paint` was given.
    start : ndarray, optional
        The picture that it was begun from, if it was one.

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
        about = read_about(picture)
        tables = json.loads(about)
        settings_are = tables["settings"]
        computing = Computing(**tables["computing"])
        colours, grain = tables.get("colours", "style"), tables.get("grain", 0.0)
        bits = tables.get("bits", 8)
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{picture} does not say how it was painted in Python.") from None
    check_choice("colours", colours, get_args(Colours))
    check_number("grain", grain)
    settings = settings_of(settings_are, start)
    if description(content, styles, settings, computing)["arrays"] != tables.get("arrays"):
        raise InputError(f"{picture} was painted from other pictures than these.")
    check_image_output(output, content.shape, bits)
    seen, looked_at, settings = recoloured(colours, content, styles, settings)
    steps = stylize(seen, looked_at, settings, weights or load_weights(), computing, objective)
    best: Step | None = None
    for step in with_colours(colours, content, settings.margin, steps):
        best = better(step, best)
    if best is not None:
        levels = 0.0 if colours == "luminance" else grain
        save_image(no_grainier(best.image, looked_at, levels), output, about, carried, bits)
    return np.array_equal(load_image(picture), load_image(output))


def pictures_of(content: Array, styles: Sequence[Array], settings: Settings) -> dict[str, Array]:
    """Return each picture that a painting is made of, by its role."""
    pictures = {"content": content, **{f"style-{n}": S for n, S in enumerate(styles, 1)}}
    if isinstance(settings.start, np.ndarray):
        pictures["start"] = settings.start
    return pictures


def description(
    content: Array, styles: Sequence[Array], settings: Settings, computing: Computing
) -> dict[str, Any]:
    """Return what is painted as plain values: settings, and a checksum of each picture."""
    pictures = pictures_of(content, styles, settings)
    return {
        "format": FORMAT,
        "computing": computing_table(computing),
        "settings": settings_table(settings),
        "arrays": {name: sha256_of_array(picture) for name, picture in pictures.items()},
    }


def loaded(path: Path) -> Array:
    """Read an array of ours; no pickle."""
    first_bytes(path)
    try:
        array: Any = np.load(path, allow_pickle=False)
    except Exception as error:  # damaged, NumPy may raise anything
        raise InputError(f"{path} holds no picture ({error}).") from error
    if not isinstance(array, np.ndarray):
        raise InputError(f"{path} holds no picture.")
    return array


def table_of(tables: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a table, or say that there is none."""
    table = tables.get(name)
    if not isinstance(table, dict):
        raise InputError(f"run.toml has no table [{name}].")
    return table
