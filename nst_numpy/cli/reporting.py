"""A run to look at: the commands ``report``, a page of HTML, and ``film``."""

from typing import Annotated

from cyclopts import Parameter

from nst_numpy.cli.app import app
from nst_numpy.cli.naming import Force, place
from nst_numpy.cli.spelling import File, Named, Whole
from nst_numpy.cli.streams import say
from nst_numpy.runs import films
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.reporting import report as write_report


@app.command
def report(
    folder: Named,
    /,
    *,
    output: Annotated[File, Parameter(alias="-o")] = None,
    force: Force = False,
) -> int:
    """Write one page of HTML to look at, about a run that was kept by --run.

    Parameters
    ----------
    folder
        Of the run, finished or not.
    output
        The page, .html; report.html in the folder, or the next free name, if not given.
    force
        Replace a page that is there already.
    """
    output = place(output, folder / "report.html", force)
    size = write_report(folder, output)
    say(f"{output}: {size / 1000:,.0f} kB, in one file.")
    return 0


@app.command
def film(
    folder: Named,
    /,
    *,
    output: Annotated[File, Parameter(alias="-o")] = None,
    ledger: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
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
        .webp, .gif, or .mp4 (with the extra `film`); film.webp in the folder, or the next free
        name, if not given.
    ledger
        Draw under the picture what each term adds to J.
    size
        Longest side of the picture, in pixels; that of the largest preview, if not given.
    seconds
        How long it lasts, but for its last frame.
    force
        Replace a film that is there already.
    """
    run = RunFolder(folder)
    if not run.all_previews():
        run.read()  # which says so, if there is no run
    output = place(output, folder / "film.webp", force)
    frames = films.film(folder, output, ledger, size, seconds)
    say(f"{output}: {frames} frames, {output.stat().st_size / 1000:,.0f} kB.")
    return 0
