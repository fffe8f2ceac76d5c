"""How long and with how much memory somebody's files may run, as a shell spells it."""

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any

from cyclopts import Parameter

from nst_numpy.cli.spelling import Whole
from nst_numpy.cli.streams import Screen, complain
from nst_numpy.errors import check_number, check_whole
from nst_numpy.learn.running import NOT_A_SANDBOX, Limits
from nst_numpy.learn.workbook import Workbook

Seconds = Annotated[float, Parameter(help="How long each file may run.")]
Megabytes = Annotated[Whole, Parameter(help="How much memory each may take, beyond Python's.")]
Jobs = Annotated[Whole | None, Parameter(help="Files at a time; one for each processor.")]
Seed = Annotated[Whole, Parameter(help="Of the inputs that are drawn.")]


def warn_once(workbook: Workbook) -> None:
    """Say once for a folder what running a file means."""
    if not workbook.warned:
        complain(NOT_A_SANDBOX)
        workbook.warned = True
        workbook.save()


def limits_of(seconds: float, megabytes: int) -> Limits:
    """Check the limits, and return them."""
    check_number("seconds", seconds, above=True)
    check_whole("memory", megabytes, 64)
    return Limits(seconds, megabytes)


def jobs_of(jobs: int | None) -> int:
    """Return how many files are run at a time."""
    if jobs is None:
        return min(8, os.cpu_count() or 1)
    check_whole("jobs", jobs, 1, 256)
    return jobs


def waiting(what: str) -> AbstractContextManager[Any]:
    """On a terminal, show that something is going on."""
    console = Screen(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        return nullcontext()
    return console.status(what)
