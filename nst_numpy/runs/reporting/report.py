"""Put the page together, and write it."""

import base64
import hashlib
import os
from collections.abc import Callable
from importlib.resources import files
from string import Template

from nst_numpy.appearance import duration
from nst_numpy.errors import InputError
from nst_numpy.files.writing import check_output, replacing
from nst_numpy.machine import version_of
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.reporting.commands import taken
from nst_numpy.runs.reporting.drawn import RAMP
from nst_numpy.runs.reporting.measured import Measured, measure
from nst_numpy.runs.reporting.pulling import grams, pulls, still_pulling
from nst_numpy.runs.reporting.sections import both, choices, costs, inputs, repeated, strip
from nst_numpy.runs.reporting.told import Told, read_run, saved
from nst_numpy.runs.reporting.words import beside, tables, text

SUFFIXES = (".html", ".htm")
SCRIPT = (
    "var b=document.querySelector('.both'),i=document.querySelector('.slide input');"
    "if(b&&i){var f=function(){b.style.setProperty('--at',i.value+'%')};"
    "i.addEventListener('input',f);f()}"
)


def report(
    folder: str | os.PathLike[str],
    file: str | os.PathLike[str],
    weights: Weights | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
) -> int:
    """Write a page to look at, in one file, about a run that was kept: finished or not.

    What its folder lacks, the Gram matrices and where the gradient still pulls, is measured once
    more; where that cannot be done, the page says why.

    Parameters
    ----------
    folder : path
        Of the run.
    file : path
        .html; it is replaced if it is there.
    weights, objective
        Those that `paint` was given.

    Returns
    -------
    bytes : int
        How long the page is: less than 3 MB.

    Raises
    ------
    InputError
        If there is no run, nothing has been painted yet, a picture is not what it was when it
        began, or the page cannot be written.
    """
    run = RunFolder(folder)
    run.read()  # else it is the page's folder that is found missing
    path = check_output(file, SUFFIXES)
    text = page(read_run(run), weights, objective).encode()
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(text)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    return len(text)


def page(
    told: Told,
    weights: Weights | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
) -> str:
    """Return the page."""
    result, last = saved(told), told.rows[-1]
    found: Measured | None = None
    try:
        found, lacking = measure(told, weights, objective), ""
    except (InputError, MemoryError) as error:
        lacking = str(error) or "There is too little memory."
    styles = [name for role, name in told.names.items() if role.startswith("style")]
    title = f"{told.names['content']}, painted after {', '.join(styles) or 'nothing'}"
    n_H, n_W, _ = result.shape
    J = told.best["J"] if found is None or found.exact else found.pulls.cost.total
    summary = (
        f"{n_W} × {n_H} pixels; J = {J:.4g} after {last['iteration']} steps and "
        f"{duration(last['seconds'])}."
    )
    sections = [
        both(told, result), inputs(told), strip(told), beside(costs(told), pulls(told, found)),
        still_pulling(result, found, lacking), grams(found), choices(told), repeated(told),
        tables([("what", "told", "taken"), *taken(told)], "Told and taken"),
    ]  # fmt: skip
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    stops = ",".join("#{:02x}{:02x}{:02x}".format(*map(int, colour)) for colour in RAMP)
    template = files(__package__).joinpath("page.html").read_text("utf-8")
    return Template(template).substitute(
        hash=digest, title=text(title), summary=text(summary), body="\n".join(sections),
        script=SCRIPT, ramp=f"linear-gradient(90deg,{stops})", version=version_of("nst_numpy"),
    )  # fmt: skip
