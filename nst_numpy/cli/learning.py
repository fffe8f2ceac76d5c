"""The command ``learn``: a workbook of small files with gaps, checked, painted with, graded."""

import inspect
from pathlib import Path

from cyclopts import App
from rich.syntax import Syntax
from rich.text import Text

from nst_numpy.cli.learn_grading import grade_all
from nst_numpy.cli.learn_limits import (
    Jobs,
    Megabytes,
    Seconds,
    Seed,
    jobs_of,
    limits_of,
    waiting,
    warn_once,
)
from nst_numpy.cli.learn_painting import paint
from nst_numpy.cli.learn_tables import (
    print_outcome,
    progress_table,
    wrapped,
)
from nst_numpy.cli.options import GENERAL
from nst_numpy.cli.spelling import Named, among
from nst_numpy.cli.streams import Output, say
from nst_numpy.learn.asking import named
from nst_numpy.learn.pages import file_of
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.workbook import Workbook, open_workbook, start

learn = App(
    name="learn",
    help="Learn by doing: write the gradients yourself, and be told which mistake you made.",
    result_action="return_value",
    group_parameters=GENERAL,
)
learn.command(paint, usage="Usage: nst_numpy learn paint DIR [OPTIONS]")
learn.command(
    grade_all, name="grade", usage="Usage: nst_numpy learn grade FOLDER [FOLDER ...] [OPTIONS]"
)


@learn.command(name="start", usage="Usage: nst_numpy learn start [DIR]")
def begin(folder: Named = Path("workbook"), /) -> int:
    """Write the workbook into a folder: small files with gaps, in the order of the data.

    What is there already stays as it is.

    Parameters
    ----------
    folder
        It is made if it is not there.
    """
    _, written, kept = start(folder)
    if written:
        say(f"{len(written)} files are in {folder}, in the order of the data.")
    if kept:
        say(f"{len(kept)} were there already and are as they were.")
    first = next(iter(TASKS.values()))
    say(f"Begin with {folder / file_of(first)}: read, and fill the gap. Then:")
    say(f"  python -m nst_numpy learn check {folder}     says what is right, and what is not")
    say(f"  python -m nst_numpy learn hint {folder}      the next of three hints")
    say(f"  python -m nst_numpy learn paint {folder}     paints with what you have written")
    return 0


@learn.command(usage="Usage: nst_numpy learn check DIR [TASK ...] [OPTIONS]")
def check(
    folder: Named,
    /,
    *tasks: among(TASKS),  # type: ignore[valid-type]
    seconds: Seconds = 20.0,
    memory: Megabytes = 1024,
    jobs: Jobs = None,
    seed: Seed = 0,
) -> int:
    """Check what is there: all of it, or some tasks; exit code 1 if something is not right.

    Parameters
    ----------
    folder
        Of the workbook.
    tasks
        "conv-backward", say; all, if none is given.
    """
    workbook = open_workbook(folder)
    wanted = [named(name) for name in dict.fromkeys(tasks)] or list(TASKS.values())
    limits, jobs = limits_of(seconds, memory), jobs_of(jobs)
    warn_once(workbook)
    with waiting("Checking"):
        outcomes = workbook.check(wanted, seed, limits, jobs)
    output = Output()
    begun = [one for one in outcomes if one.status != "not begun"]
    for outcome in outcomes if tasks else begun:
        if tasks or not outcome.right:
            print_outcome(output, outcome, workbook)
    if not tasks or not begun:
        output.print(progress_table(workbook))
    say(progress_line(workbook))
    return 0 if all(one.right for one in (outcomes if tasks else begun)) else 1


@learn.command(usage="Usage: nst_numpy learn progress DIR")
def progress(folder: Named, /) -> int:
    """Show what is done, without running anything.

    Parameters
    ----------
    folder
        Of the workbook.
    """
    workbook = open_workbook(folder)
    Output().print(progress_table(workbook))
    say(progress_line(workbook))
    return 0


@learn.command(usage="Usage: nst_numpy learn hint DIR [TASK]")
def hint(folder: Named, task: among(TASKS) | None = None, /) -> int:  # type: ignore[valid-type]
    """Give the next of three hints for a task; it is never the solution.

    Parameters
    ----------
    folder
        Of the workbook.
    task
        The first that is not right yet, if none is given.
    """
    workbook = open_workbook(folder)
    about = named(task) if task else workbook.first_open()
    if not about:
        say("All tasks are right: there is nothing to give a hint for.")
        return 0
    number, words = workbook.hint(about)
    output = Output()
    output.print(Text(f"{about.name}, hint {number} of {len(about.hints)}", style="bold"))
    say(wrapped(words))
    if number == len(about.hints):
        say(f"It was the last. python -m nst_numpy learn solution {folder} {about.name}")
    return 0


@learn.command(usage="Usage: nst_numpy learn solution DIR TASK")
def solution(folder: Named, task: among(TASKS), /) -> int:  # type: ignore[valid-type]
    """Show how the package does it, and remember that it was shown.

    Parameters
    ----------
    folder
        Of the workbook.
    task
        "conv-backward", say.
    """
    workbook, about = open_workbook(folder), named(task)
    output = Output()
    for one in about.solution:
        where = Path(inspect.getfile(one)).resolve().relative_to(Path(__file__).parents[2])
        output.print(Text(f"{where.as_posix()}", style="bold"))
        source = Syntax("", "python", background_color="default").highlight(inspect.getsource(one))
        source.rstrip()
        output.print(source, soft_wrap=True)
        say("")
    say(f"The chapter: {about.chapter}")
    workbook.show(about)
    say(f"The progress table remembers that the solution of {about.name} was shown.")
    return 0


def progress_line(workbook: Workbook) -> str:
    """Say how far it is, and what comes next."""
    right = sum(workbook.results.get(name) == "right" for name in TASKS)
    line = f"{right} of {len(TASKS)} tasks {'is' if right == 1 else 'are'} right."
    task: Task | None = workbook.first_open()
    if task is None:
        return f"{line} Now paint: python -m nst_numpy learn paint {workbook.folder}"
    return f"{line} Next: {workbook.file(task)}"
