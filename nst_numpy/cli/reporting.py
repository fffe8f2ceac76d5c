"""The command ``report``: a run to look at, as one page of HTML."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from nst_numpy.cli.app import app
from nst_numpy.cli.naming import Force, refuse_existing
from nst_numpy.cli.options import File
from nst_numpy.cli.streams import say
from nst_numpy.runs.reporting import report as write_report


@app.command
def report(
    folder: Path,
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
        The page, .html; report.html in the folder, if not given.
    force
        Replace a file that is there already; the folder's own page is replaced anyway.
    """
    if output:
        refuse_existing(output, force)
    output = output or folder / "report.html"
    size = write_report(folder, output)
    say(f"{output}: {size / 1000:,.0f} kB, in one file.")
    return 0
