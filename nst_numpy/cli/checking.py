"""The commands ``check`` and ``weights``: is the mathematics right, and what is in a file."""

import json
from collections.abc import Iterable
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from nst_numpy import blas
from nst_numpy.checks import Check, all_checks
from nst_numpy.checks.mutants import check_mutants
from nst_numpy.cli.signals import stop_if_asked
from nst_numpy.cli.spelling import File
from nst_numpy.cli.streams import Output, Screen, say
from nst_numpy.cli.tables import (
    checks_json,
    checks_table,
    mutants_json,
    mutants_table,
    weights_table,
)
from nst_numpy.files.description import describe_weights
from nst_numpy.files.embedded import embedded
from nst_numpy.files.images import load_image
from nst_numpy.files.weights import load_weights
from nst_numpy.studio.cases import studio_checks


def check(
    *,
    mutants: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative=(), show_default=False)] = False,
    weights: File = None,
) -> int:
    """Compare every gradient with finite differences; exit code 1 if one is wrong.

    Parameters
    ----------
    mutants
        Check wrong gradients instead, each with one known mistake; exit code 1 if one passes.
    as_json
        Print a list for a program to read, instead of a table.
    weights
        An HDF5 file of VGG-19 to use instead of the embedded one.
    """
    with blas.limited(1):  # the matrices are small: more threads wait for each other, and cost time
        return check_all(mutants, as_json, weights)


def check_all(mutants: bool, as_json: bool, weights: Path | None) -> int:
    """Do what `check` says."""
    if mutants:
        return check_the_check(as_json)
    content = load_image(embedded("pictures/eilean-donan-castle.webp"), size=24)
    style = load_image(embedded("pictures/church-at-auvers.webp"), size=24)
    of_J = all_checks(content, style, load_weights(weights))
    checks = watched(chain(of_J, studio_checks()))
    if as_json:
        say(json.dumps(checks_json(checks), indent=2))
    else:
        Output().print(checks_table(checks))
    return 0 if all(check.holds for check in checks) else 1


def check_the_check(as_json: bool) -> int:
    """Check gradients with known mistakes against finite differences: each must be caught."""
    outcomes = list(check_mutants())
    if as_json:
        say(json.dumps(mutants_json(outcomes), indent=2))
    else:
        Output().print(mutants_table(outcomes))
        caught = sum(outcome.caught for outcome in outcomes)
        allowed = f"{outcomes[0].allowed:.0e}"
        say(f"{caught} of {len(outcomes)} mistakes caught: their error is above {allowed}.")
    return 0 if all(outcome.caught for outcome in outcomes) else 1


def watched(checks: Iterable[Check]) -> list[Check]:
    """Collect the checks; on a terminal, name the one just done."""
    console = Screen(stderr=True)
    on_terminal = console.is_terminal and not console.is_dumb_terminal
    done = []
    with console.status("Checking") if on_terminal else nullcontext() as status:
        for check in checks:
            stop_if_asked()
            done.append(check)
            if status:
                status.update(f"{len(done)} done, the last: {check.name}, {check.method}")
    return done


def show_weights(file: Path | None = None, /) -> int:
    """Show what a weights file holds, layer by layer.

    Parameters
    ----------
    file
        An HDF5 file; the embedded VGG-19, if not given.
    """
    description = describe_weights(file)
    canonical = (
        "these are the canonical VGG-19 weights, as exactly as float16 can tell"
        if description.canonical
        else "these are not the canonical VGG-19 weights: the same shapes, other numbers"
    )
    say(f"{description.path}: {description.bytes:,} bytes, layout {description.layout}")
    say(f"sha256 {description.sha256}")
    Output().print(weights_table(description))
    say(f"numbers {description.fingerprint}: {canonical}")
    return 0
