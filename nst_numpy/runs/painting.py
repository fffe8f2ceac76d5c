"""Paint into a folder, and go on from there: the Python face of runs."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import import_module

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError, check_kind, check_whole
from nst_numpy.files.carried import NOTHING, Carried
from nst_numpy.files.weights import load_weights
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.runs.commission import Commission, carried_in, commissioned
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.recording import Recording
from nst_numpy.runs.tables import settings_table
from nst_numpy.settings import Settings
from nst_numpy.studio.keeping import better
from nst_numpy.stylize import Step, check_order, start_picture

COMMAND_LINE = "nst_numpy.cli.continuing"
"""Who goes on with what the command line began: only there is known what its options mean."""


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
        As `save_image` takes them, for the result: what goes along from the photograph's file, and
        how many bits each number has. Both are kept.

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
    check_kind("settings", settings, Settings)
    if previews is not None:
        check_whole("previews", previews, 1)
    weights = load_weights(network=settings.network) if weights is None else weights
    styles = check_order(content, styles, settings, weights, computing, objective)
    start_picture(content, settings)  # or it is refused
    commission = Commission(
        content=content, styles=styles, settings=settings, weights=weights, computing=computing,
        objective=objective, carried=carried, bits=bits,
    )  # fmt: skip
    tables = commission.tables() | ({"previews": int(previews)} if previews else {})
    run.refuse_if_used()
    run.make()
    with run.locked():
        commission.put(run)
        run.write(tables)
    commission = replace(commission, carried=carried_in(run, content.shape))  # as `resume` has it
    with Recording(run, settings, computing, previews, complain=complain) as recording:
        yield from _painted(recording, commission)


def resume(
    folder: str | os.PathLike[str],
    iterations: int | None = None,
    weights: Weights | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
    complain: Callable[[str], object] = print,
    cluster: str | None = None,
) -> Iterator[Step]:
    """Go on with a run, to the bytes of one that was never interrupted.

    Parameters
    ----------
    folder : path
        Of what `paint` began, or ``stylize --run`` on the command line.
    iterations : int, optional
        Paint further: until each scale has had so many steps in all, not so many more.
    weights, objective
        Those that `paint` was given; the command line keeps its own.
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
        If there is no run, it is damaged, it was begun with other weights or another objective, or
        another process paints there.
    """
    run = RunFolder(folder)
    if "settings" not in run.read():
        if weights is not None or objective is not Objective:
            raise InputError(
                f"The run in {run.path} was begun on the command line, which keeps weights and "
                "masks; leave weights and objective out."
            )
        yield from import_module(COMMAND_LINE).steps(run, iterations, complain, cluster)
        return
    commission = commissioned(run, weights, objective, cluster, iterations)
    with going_on(run, commission, complain) as recording:
        yield from _painted(recording, commission)


@contextmanager
def going_on(
    run: RunFolder, commission: Commission, complain: Callable[[str], object]
) -> Iterator[Recording]:
    """Record in the folder again; where it is to be painted further, that is written down."""
    tables, settings = run.read(), settings_table(commission.settings)
    with Recording(
        run, commission.settings, commission.computing, tables.get("previews"), complain=complain
    ) as recording:
        if settings != tables["settings"]:
            run.write({**tables, "settings": settings})
        yield recording


def _painted(recording: Recording, commission: Commission) -> Iterator[Step]:
    """Paint on from where it was, and save the best picture, even if somebody stops it."""
    found = recording.found
    if found and found.said:
        recording.complain(f"It goes on from the picture, not to the same bytes: {found.said}.")
    best = found.best if found else None
    try:
        for step in recording.recorded(commission.steps(found.step if found else None)):
            best = better(step, best)
            yield step
    finally:
        if best:
            with suppress(MemoryError):
                commission.save(best.image, recording.folder.result)
