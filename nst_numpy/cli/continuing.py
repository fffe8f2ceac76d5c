"""Runs that are gone on with: those of the command line, here or in Python; those of Python, here.

What the options of a run mean is known up here alone. So `nst_numpy.runs.resume`, further down,
calls `steps` by its name, and nothing of this is loaded before somebody has such a run.
"""

import json
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, get_args

from nst_numpy.backend import check_address
from nst_numpy.cli.app import painting
from nst_numpy.cli.configuring import NOT_TOLD, options_of, options_table, with_files
from nst_numpy.cli.keeping import Keeping, copied_name
from nst_numpy.cli.options import Options
from nst_numpy.cli.painting import Interrupted, drained, result
from nst_numpy.cli.painting import painting as saved
from nst_numpy.cli.saving import Filing, save
from nst_numpy.cli.streams import TELLING, Screen, complain, say, telling
from nst_numpy.errors import InputError, check_whole
from nst_numpy.files.reading import first_bytes, sha256_of
from nst_numpy.files.writing import check_image_output
from nst_numpy.runs.commission import commissioned
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.found import check_further
from nst_numpy.runs.painting import going_on
from nst_numpy.runs.tables import FORMAT
from nst_numpy.settings import Start
from nst_numpy.stylize import Step

Begun = tuple[Path, list[Path], Path | None, Options, Keeping]


def begun(
    run: RunFolder,
    iterations: int | None,
    cluster: str | None,
    told: Callable[[str], object] = complain,
) -> Begun:
    """Read what is painted in a folder, and write down if it is to be painted further.

    Returns
    -------
    content, styles, weights, options, keeping
        As `painting` takes them.

    Raises
    ------
    InputError
        If it cannot be gone on with.
    """
    tables = run.read()
    inputs = checked_inputs(run, tables)
    options, weights = options_from(tables, inputs, run.about)
    if iterations is not None:
        check_whole("iterations", iterations)
        earlier = options.iterations
        options = options.but(iterations=iterations)
        check_further(run, options.settings())
        if iterations != earlier:
            tables["options"] = options_table(options)
            before = tables.get("earlier", [])
            tables["earlier"] = [*(before if isinstance(before, list) else []), earlier]
            with run.locked():
                run.write(tables)
            tables = run.read()  # in the order in which the next process will read it
    if cluster:
        check_address(cluster)
        object.__setattr__(options, "cluster", cluster)
    keeping = Keeping(run, tables.get("previews"), tables.get("csv") is True, tables, told)
    return inputs["content"], styles_of(inputs), weights, options, keeping


def steps(
    run: RunFolder,
    iterations: int | None,
    told: Callable[[str], object],
    cluster: str | None,
) -> Iterator[Step]:
    """Go on in Python with a run that was begun here; nothing is printed.

    The steps are those that `painting` makes: in the photograph's colours, if these are kept.
    """
    content, styles, weights, options, keeping = begun(run, iterations, cluster, told)
    try:
        yield from silently(painting(content, styles, None, weights, options, keeping))
    except Interrupted:
        raise KeyboardInterrupt from None


def silently(steps: Generator[Step, None, object]) -> Iterator[Step]:
    """Pass steps on; whoever takes them may print meanwhile, but who makes them may not."""
    try:
        while True:
            with telling(quiet=True, verbose=False):
                step = next(steps, None)
            if step is None:
                return
            yield step
    finally:
        with telling(quiet=True, verbose=False):
            steps.close()


def of_python(
    run: RunFolder, iterations: int | None, output: Path | None, cluster: str | None
) -> int:
    """Go on here with a run that was begun in Python, to the same bytes as there.

    Raises
    ------
    InputError
        If it had weights or an objective that only its program knows.
    """
    if output:
        check_image_output(output)
    commission = commissioned(run, cluster=cluster, iterations=iterations)
    settings, shape = commission.settings, commission.content.shape
    about = json.dumps(commission.tables())
    filing = Filing(commission.carried, commission.bits)
    with going_on(run, commission, complain) as recording:
        found = recording.found
        if found and found.said:
            complain(f"It goes on from the picture, not to the same bytes: {found.said}.")
        made = recording.recorded(commission.steps(found.step if found else None))
        step = drained(
            saved(
                made, settings, commission.computing, shape, run.result,
                Screen(stderr=True, quiet=TELLING.quiet), about=lambda *_: about,
                best=found.best if found else None, filing=filing,
            )
        )  # fmt: skip
    if output:
        save(step.image, shape, output, about, filing)
    say(
        str(output or run.result)
        if TELLING.quiet
        else f"{output or run.result}: {result(step, shape)}."
    )
    return 0


def options_from(
    tables: dict[str, Any], inputs: dict[str, Path], where: object
) -> tuple[Options, Path | None]:
    """Return the options of a description, and the weights if they are somebody's own."""
    table = tables.get("options")
    if not isinstance(table, dict) or tables.get("format") != FORMAT:
        raise InputError(f"{where} describes no painting of this version.")
    for name in sorted(set(NOT_TOLD) & set(table)):
        raise InputError(f"{where} has an option {name!r}, which no painting tells of itself.")
    if table.get("start", "content") not in get_args(Start):
        raise InputError(f"{where} begins from a file of this machine; a painting tells of none.")
    return with_files(options_of(table, where), inputs), inputs.get("weights")


def styles_of(inputs: dict[str, Path]) -> list[Path]:
    """Return the styles among some inputs, in their order."""
    return [path for role, path in inputs.items() if role.startswith("style-")]


def described_inputs(tables: dict[str, Any], where: object) -> dict[str, dict[str, Any]]:
    """Return name, bytes and checksum of each input; a stranger may have written them."""
    if "settings" in tables:
        raise InputError(f"{where} was painted from arrays; nst_numpy.runs.replay paints it again.")
    inputs = tables.get("inputs")
    found: dict[str, Any] = inputs if isinstance(inputs, dict) else {}
    sound = all(
        isinstance(one, dict) and all(isinstance(one.get(part), str) for part in ("name", "sha256"))
        for one in found.values()
    )
    if "content" not in found or not sound:
        raise InputError(f"{where} does not say from what pictures it was painted.")
    return found


def checked_inputs(run: RunFolder, tables: dict[str, Any]) -> dict[str, Path]:
    """Return the copies in a run's folder, by their roles.

    Raises
    ------
    InputError
        If one is missing, or is not what it was when the run began.
    """
    found = {}
    for role, one in described_inputs(tables, run.about).items():
        path = run.inputs / Path(copied_name(role, one["name"])).name
        first_bytes(path)
        if sha256_of(path) != one["sha256"]:
            raise InputError(f"{path} is not the picture that it was when the run began.")
        found[role] = path
    return found
