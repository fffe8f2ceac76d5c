"""The commands on what has been kept: ``resume``, ``replay``, ``film``."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, get_args

import numpy as np
from cyclopts import Parameter

from nst_numpy.backend import check_address
from nst_numpy.cli.app import app, painted
from nst_numpy.cli.configuring import NOT_TOLD, options_of, options_table, with_files
from nst_numpy.cli.keeping import FORMAT, Keeping, copied_name
from nst_numpy.cli.naming import Force, free_name, refuse_existing
from nst_numpy.cli.options import File, Options, Whole
from nst_numpy.cli.streams import say
from nst_numpy.errors import InputError, check_whole
from nst_numpy.files.about import read_about
from nst_numpy.files.embedded import ROOTS
from nst_numpy.files.images import load_image
from nst_numpy.files.reading import first_bytes, sha256_of
from nst_numpy.files.writing import is_same, refuse_input
from nst_numpy.machine import differences
from nst_numpy.runs import films
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.recording import check_further
from nst_numpy.settings import Start

OF_THIS_MACHINE = set(NOT_TOLD)
"""Options that lead to files and machines: whoever wrote the description has no say in these."""


@app.command
def resume(
    folder: Path,
    /,
    *,
    iterations: Annotated[Whole | None, Parameter(show_default=False)] = None,
    output: Annotated[File, Parameter(alias="-o")] = None,
    cluster: Annotated[str | None, Parameter(show_default=False)] = None,
    force: Force = False,
) -> int:
    """Go on with a run that was kept by --run, to the bytes of one that was never interrupted.

    Parameters
    ----------
    folder
        Of the run.
    iterations
        Paint further: until each scale has had so many steps in all, not so many more.
    output
        Save the painting here, too.
    cluster
        Who evaluates the strips from now on: tcp://host:port, or local:4; this machine, if not
        given. The bytes are the same.
    force
        Replace a picture that is there already; the folder's own is replaced anyway.
    """
    run = RunFolder(folder)
    tables = run.read()
    if output and not is_same(output, run.result):
        refuse_existing(output, force)
    if "settings" in tables:
        raise InputError(f"The run in {folder} was begun in Python; nst_numpy.runs.resume goes on.")
    inputs = checked_inputs(run, tables)
    options, weights = options_from(tables, inputs, run.about)
    if iterations is not None:
        check_whole("iterations", iterations)
        earlier = options.iterations
        options = options.but(iterations=iterations)
        check_further(run, options.settings())
        if iterations != earlier:
            tables["options"] = options_table(options)
            tables["earlier"] = [*tables.get("earlier", []), earlier]
            with run.locked():
                run.write(tables)
    if cluster:
        check_address(cluster)
        object.__setattr__(options, "cluster", cluster)
    content, styles = inputs["content"], styles_of(inputs)
    previews = tables.get("previews")
    keeping = Keeping(run, previews, tables.get("csv") is True, tables)
    return painted(content, styles, output, weights, options, keeping)


def options_from(
    tables: dict[str, Any], inputs: dict[str, Path], where: object
) -> tuple[Options, Path | None]:
    """Return the options of a description, and the weights if they are somebody's own."""
    table = tables.get("options")
    if not isinstance(table, dict) or tables.get("format") != FORMAT:
        raise InputError(f"{where} describes no painting of this version.")
    for name in sorted(OF_THIS_MACHINE & set(table)):
        raise InputError(f"{where} has an option {name!r}, which no painting tells of itself.")
    if table.get("start", "content") not in get_args(Start):
        raise InputError(f"{where} begins from a file of this machine; a painting tells of none.")
    return with_files(options_of(table, where), inputs), inputs.get("weights")


def styles_of(inputs: dict[str, Path]) -> list[Path]:
    """Return the styles among some inputs, in their order."""
    return [path for role, path in inputs.items() if role.startswith("style-")]


def described_inputs(tables: dict[str, Any], where: object) -> dict[str, dict[str, Any]]:
    """Return name, bytes and checksum of each input; a stranger may have written them."""
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


@app.command(usage="Usage: nst_numpy replay PICTURE [FILE ...] [OPTIONS]")
def replay(
    picture: Path,
    /,
    *files: Path,
    output: Annotated[File, Parameter(alias="-o")] = None,
    force: Force = False,
) -> int:
    """Paint a picture again, by what its file says of itself; exit code 1 if it differs.

    Parameters
    ----------
    picture
        One that was painted by `stylize`.
    files
        What it was painted of, in any order. What is not given is looked for beside the picture, in
        this folder and among the pictures of this package.
    output
        The new one; beside the old one, with -replay after its name, or -replay-2, if not given.
    force
        Replace a picture that is there already.
    """
    tables = described_by(picture)
    inputs = found_inputs(described_inputs(tables, picture), picture, files)
    options, weights = options_from(tables, inputs, picture)
    beside = picture.with_name(f"{picture.stem}-replay{picture.suffix}")
    output = output or (beside if force else free_name(beside))
    refuse_input(output, [picture])
    for name, said in REMARKS.items():
        if name in tables:
            say(said)
    again = {name: tables[name] for name in ("format", "options", "inputs")}
    keeping = Keeping(tables=again)
    painted(inputs["content"], styles_of(inputs), output, weights, options, keeping, force)
    if picture.read_bytes() == output.read_bytes():
        say(f"{output} is identical to {picture}, byte for byte.")
        return 0
    machine = tables.get("machine")
    said = differences(machine if isinstance(machine, dict) else {}, keeping.machine)
    say(f"{output} is not identical to {picture}: {how_far(picture, output)}.")
    say(f"What differs here: {said}." if said else "Versions and machine are the same.")
    return 1


REMARKS = {
    "cut_short": "It was stopped before it was finished; this paints it to the end.",
    "earlier": "It was painted further after it was finished; this paints all in one.",
}


def described_by(picture: Path) -> dict[str, Any]:
    """Return what a picture says of itself."""
    text = read_about(picture)
    if not text:
        raise InputError(f"{picture} does not say how it was painted.")
    try:
        tables = json.loads(text)
    except (ValueError, RecursionError):
        tables = None
    if not isinstance(tables, dict):
        raise InputError(f"What {picture} says of itself is not the description of a painting.")
    return tables


def found_inputs(
    wanted: Mapping[str, Mapping[str, Any]], picture: Path, files: Sequence[Path]
) -> dict[str, Path]:
    """Find each input by its length and checksum."""
    for path in files:
        first_bytes(path)
    folders = [picture.parent, picture.parent / "inputs", Path(), *(r / "pictures" for r in ROOTS)]
    there = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    sums: dict[Path, str] = {}
    found = {}
    for role, one in wanted.items():
        for path in [*files, *there]:
            with suppress(OSError):
                if path.is_file() and path.stat().st_size == one.get("bytes"):
                    sums[path] = sums.get(path) or sha256_of(path)
                    if sums[path] == one["sha256"]:
                        found[role] = path
                        break
        if role not in found:
            raise InputError(
                f"The {role.replace('_', ' ').replace('-', ' ')} is missing, {one['name']}: name "
                f"the file after the picture (its SHA-256 begins {one['sha256'][:12]})."
            )
    return found


def how_far(one: Path, other: Path) -> str:
    """Say how far two pictures are apart."""
    a, b = load_image(one), load_image(other)
    if a.shape != b.shape:
        return f"it has {b.shape[1]} × {b.shape[0]} pixels, not {a.shape[1]} × {a.shape[0]}"
    apart = 255 * np.abs(a - b)
    if not apart.any():
        return "the pixels are the same, but not what else is in the file"
    return f"{apart.mean():.2g} of 255 apart on average, {apart.max():.0f} at most"


@app.command
def film(
    folder: Path,
    /,
    *,
    output: Annotated[File, Parameter(alias="-o")] = None,
    ledger: Annotated[bool, Parameter(negative=())] = False,
    size: Annotated[Whole | None, Parameter(show_default=False)] = None,
    seconds: float = films.SECONDS,
    force: Force = False,
) -> int:
    """Make a film of a run that was kept by --run.

    Parameters
    ----------
    folder
        Of the run, finished or not.
    output
        .webp, .gif, or .mp4 (with the extra `film`); film.webp in the folder, if not given.
    ledger
        Draw under the picture what each term adds to J.
    size
        Longest side of the picture, in pixels; that of the largest preview, if not given.
    seconds
        How long it lasts, but for its last frame.
    force
        Replace a file that is there already; the folder's own film is replaced anyway.
    """
    if output:
        refuse_existing(output, force)
    output = output or folder / "film.webp"
    frames = films.film(folder, output, ledger, size, seconds)
    say(f"{output}: {frames} frames, {output.stat().st_size / 1000:,.0f} kB.")
    return 0
