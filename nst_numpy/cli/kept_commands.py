"""The commands on what has been kept: ``resume``, ``replay``."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from cyclopts import Parameter

from nst_numpy.cli.app import app, painted, painting
from nst_numpy.cli.continuing import (
    Begun,
    begun,
    described_inputs,
    of_python,
    options_from,
    silently,
    styles_of,
)
from nst_numpy.cli.keeping import Keeping
from nst_numpy.cli.naming import Force, Quiet, Verbose, place, refuse_existing
from nst_numpy.cli.spelling import File, Named, Whole
from nst_numpy.cli.streams import detail, say, telling
from nst_numpy.errors import InputError
from nst_numpy.files.about import read_about
from nst_numpy.files.embedded import ROOTS
from nst_numpy.files.images import load_image
from nst_numpy.files.reading import first_bytes, sha256_of
from nst_numpy.files.writing import is_same, refuse_input
from nst_numpy.machine import differences
from nst_numpy.runs.folder import RunFolder


@app.command
def resume(
    folder: Named,
    /,
    *,
    iterations: Annotated[Whole | None, Parameter(show_default=False)] = None,
    output: Annotated[File, Parameter(alias="-o")] = None,
    cluster: Annotated[str | None, Parameter(show_default=False)] = None,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Go on with a run that was kept by --run, to the bytes of one that was never interrupted.

    One that nst_numpy.runs.paint began in Python can be gone on with, too.

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
        Replace a picture that is at `output` already; the folder's own is replaced anyway.
    quiet
        Print errors, and where the picture is, and nothing else.
    verbose
        Print every option's value, too, and how each scale went.
    """
    run = RunFolder(folder)
    run.refuse_own(output, run.result)
    if output and not is_same(output, run.result):
        refuse_existing(output, force)
    with telling(quiet, verbose):
        if "settings" in run.read():
            return of_python(run, iterations, output, cluster)
        content, styles, weights, options, keeping = begun(run, iterations, cluster)
        return painted(content, styles, output, weights, options, keeping)


@app.command(usage="Usage: nst_numpy replay PICTURE [FILE ...] [OPTIONS]")
def replay(
    picture: Named,
    /,
    *files: Named,
    output: Annotated[File, Parameter(alias="-o")] = None,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
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
        The new one; beside the old one, with -replay after its name, if not given.
    force
        Replace a picture that is there already.
    quiet
        Print errors, and where the new picture is, and nothing else.
    verbose
        Print every option's value, too, and how each scale went.
    """
    tables = described_by(picture)
    content, styles, weights, options, keeping = repeating(tables, picture, files)
    output = place(output, picture.with_name(f"{picture.stem}-replay{picture.suffix}"), force)
    refuse_input(output, [picture])
    load_image(picture)  # which refuses now, not after the painting, what cannot be compared
    tell = detail if quiet else say
    for name, said in REMARKS.items():
        if name in tables:
            tell(said)
    with telling(quiet, verbose):
        painted(content, styles, output, weights, options, keeping)
    if picture.read_bytes() == output.read_bytes():
        tell(f"{output} is identical to {picture}, byte for byte.")
        return 0
    machine = tables.get("machine")
    said = differences(machine if isinstance(machine, dict) else {}, keeping.machine)
    tell(f"{output} is not identical to {picture}: {how_far(picture, output)}.")
    tell(f"What differs here: {said}." if said else "Versions and machine are the same.")
    return 1


def repeating(tables: dict[str, Any], picture: Path, files: Sequence[Path]) -> Begun:
    """Return what a picture was painted from, and how, as `painted` takes it."""
    inputs = found_inputs(described_inputs(tables, picture), picture, files)
    options, weights = options_from(tables, inputs, picture)
    keeping = Keeping(tables={name: tables[name] for name in ("format", "options", "inputs")})
    return inputs["content"], styles_of(inputs), weights, options, keeping


def repainted(picture: Path, files: Sequence[Path], output: Path) -> None:
    """Do in Python what `replay` does; nothing is printed, or compared."""
    refuse_input(output, [picture])
    content, styles, weights, options, keeping = repeating(described_by(picture), picture, files)
    for _ in silently(painting(content, styles, output, weights, options, keeping)):
        pass


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
