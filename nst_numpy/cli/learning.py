"""The command ``learn``: a workbook of small files with gaps, checked, painted with, graded."""

import inspect
import json
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.syntax import Syntax
from rich.text import Text

from nst_numpy.cli.learn_tables import (
    grades_table,
    mistakes_table,
    print_outcome,
    progress_table,
    wrapped,
)
from nst_numpy.cli.options import File, Whole
from nst_numpy.cli.saving import new_file
from nst_numpy.cli.streams import Output, Screen, complain, say
from nst_numpy.errors import InputError, check_number, check_whole
from nst_numpy.files.images import save_image
from nst_numpy.files.writing import check_image_output, check_output, replacing
from nst_numpy.learn.asking import named
from nst_numpy.learn.grading import Grade, grade, mistakes_of, report
from nst_numpy.learn.pages import file_of
from nst_numpy.learn.painting import Paintings, paint_with
from nst_numpy.learn.running import NOT_A_SANDBOX, Limits
from nst_numpy.learn.sheet import sheet
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.workbook import Workbook, open_workbook, start

learn = App(
    name="learn",
    help="Learn by doing: write the gradients yourself, and be told which mistake you made.",
    result_action="return_value",
)
SMALLEST = 32
LAST_PAGE = "Painted by a network, a J and an optimizer\nthat somebody wrote to understand them."
Seconds = Annotated[float, Parameter(help="How long each file may run.")]
Megabytes = Annotated[Whole, Parameter(help="How much memory each may take, beyond Python's.")]
Jobs = Annotated[Whole | None, Parameter(help="Files at a time; one for each processor.")]
Seed = Annotated[Whole, Parameter(help="Of the inputs that are drawn.")]


@learn.command(name="start", usage="Usage: nst_numpy learn start [DIR]")
def begin(folder: Path = Path("workbook"), /) -> int:
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
    folder: Path,
    /,
    *tasks: str,
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
    limits = limits_of(seconds, memory)
    warn_once(workbook)
    with waiting("Checking"):
        outcomes = workbook.check(wanted, seed, limits, jobs_of(jobs))
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
def progress(folder: Path, /) -> int:
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
def hint(folder: Path, task: str | None = None, /) -> int:
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
def solution(folder: Path, task: str, /) -> int:
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
        source = inspect.getsource(one).rstrip()
        output.print(Syntax(source, "python", background_color="default", word_wrap=True))
        say("")
    say(f"The chapter: {about.chapter}")
    workbook.show(about)
    say(f"The progress table remembers that the solution of {about.name} was shown.")
    return 0


@learn.command(usage="Usage: nst_numpy learn paint DIR [OPTIONS]")
def paint(
    folder: Path,
    /,
    *,
    output: Annotated[File, Parameter(alias="-o")] = None,
    size: Whole = 128,
    iterations: Whole = 30,
    optimizer: Literal["lbfgs", "adam", "gradient-descent"] = "lbfgs",
    pooling: Literal["average", "max"] = "average",
    content: File = None,
    style: File = None,
    minutes: float = 30.0,
    jobs: Jobs = None,
) -> int:
    """Paint with everything that is right and yours, beside the package; and what mistakes paint.

    Parameters
    ----------
    folder
        Of the workbook.
    output
        The pictures beside each other; painting.png in the folder, if not given.
    size
        Longest side, in pixels.
    iterations
        Of the optimizer, at most.
    optimizer
        Which of the three that you have written walks down.
    pooling
        Which of the two pools.
    content
        A photograph; the castle that comes with the package, if not given.
    style
        A painting; the church that comes with the package, if not given.
    minutes
        How long it may take.
    """
    workbook = open_workbook(folder)
    check_whole("size", size, SMALLEST, 512)
    check_whole("iterations", iterations, 1, 1000)
    check_number("minutes", minutes, above=True)
    if output:
        check_image_output(output)
    warn_once(workbook)
    with waiting("Checking"):
        outcomes = workbook.check(list(TASKS.values()), 0, Limits(), jobs_of(jobs))
    made = paint_with(
        folder, outcomes, size, iterations, pooling, optimizer, minutes, content, style
    )
    target = output or new_file(folder, "painting")
    tell_of(made)
    pictures = [(x.picture, words_under(x, made)) for x in made.pictures if x.picture is not None]
    save_image(sheet(pictures), target)
    say(f"{target}: {len(pictures)} pictures of {pictures[0][0].shape[1]} × "
        f"{pictures[0][0].shape[0]} pixels.")  # fmt: skip
    yours = made.pictures[1].picture
    if made.all_theirs and yours is not None:
        page = new_file(folder, "last-page")
        save_image(sheet([(yours, LAST_PAGE)], least=768), page)
        say(f"{page}: the last page of the workbook, painted by your own network.")
    return 0


@learn.command(name="grade", usage="Usage: nst_numpy learn grade FOLDER [FOLDER ...] [OPTIONS]")
def grade_all(
    *folders: Path,
    as_json: Annotated[File, Parameter(name="--json")] = None,
    seconds: Seconds = 20.0,
    memory: Megabytes = 1024,
    jobs: Jobs = None,
    seed: Seed = 0,
) -> int:
    """Check many people's folders: what is right, and which mistakes were made how often.

    Parameters
    ----------
    folders
        One for each person.
    as_json
        A file for all results, to be read by a program.
    """
    if not folders:
        raise InputError("There is no folder; name at least one.")
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"There is no folder {folder}.")
    if as_json:
        check_output(as_json, (".json",))
    limits = limits_of(seconds, memory)
    complain(NOT_A_SANDBOX)
    grades: list[Grade] = []
    with waiting(f"Grading {len(folders)} folders") as status:
        for one in grade(folders, seed, limits, jobs_of(jobs)):
            grades.append(one)
            if status:
                status.update(f"Graded {len(grades)} of {len(folders)}, the last: {one.folder}")
    output = Output()
    output.print(grades_table(grades))
    if mistakes := mistakes_of(grades):
        output.print(mistakes_table(mistakes))
    if as_json:
        with replacing(as_json) as file:
            file.write_text(json.dumps(report(grades, seed), indent=2) + "\n", "utf-8")
        say(f"{as_json} holds every result.")
    return 0


def tell_of(made: Paintings) -> None:
    """Say what painted, and how far it is from the package's picture."""
    say(wrapped(f"Yours: {', '.join(made.used) or 'nothing yet'}."))
    if made.missing:
        say(wrapped(f"The package's: {', '.join(made.missing)}."))
    for name, why in made.left_out.items():
        say(wrapped(f"Left out, {name}: {why}."))
    ours, yours, *_ = made.pictures
    if ours.picture is None:
        raise InputError(f"The package's own picture was not painted: {ours.note}.")
    if yours.picture is None:
        say(wrapped(f"Yours was not painted: {yours.note}."))
    elif made.used:
        say(wrapped(
            f"The package comes to J = {ours.J:,.0f}, you to {yours.J:,.0f}; a colour differs by "
            f"{255 * made.difference:.1f} of 255, root mean square. What differs in the last "
            "digit grows from step to step."
        ))  # fmt: skip
    for one in made.pictures[1:]:
        if one.picture is None and one.name != "yours":
            say(wrapped(f"What {one.name} paints could not be seen: {one.note}."))
        elif one.name != "yours":
            say(wrapped(
                f"The package but for your {one.name}, by {one.optimizer}: J = {one.J:,.0f}"
                f"{one.note and f'; {one.note}'}."
            ))  # fmt: skip


def words_under(one: Any, made: Paintings) -> str:
    """Say what a picture is, in the two lines under it."""
    first = {
        "ours": "The package",
        "yours": f"{len(made.used)} of {len(made.used) + len(made.missing)} parts are yours",
    }.get(one.name, f"With your {one.name}")
    return f"{first}\nJ = {one.J:,.0f}"


def warn_once(workbook: Workbook) -> None:
    """Say once for a folder what running a file means."""
    if not workbook.warned:
        complain(NOT_A_SANDBOX)
        workbook.warned = True
        workbook.save()


def progress_line(workbook: Workbook) -> str:
    """Say how far it is, and what comes next."""
    right = sum(workbook.results.get(name) == "right" for name in TASKS)
    line = f"{right} of {len(TASKS)} tasks are right."
    task: Task | None = workbook.first_open()
    if task is None:
        return f"{line} Now paint: python -m nst_numpy learn paint {workbook.folder}"
    return f"{line} Next: {workbook.file(task)}"


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
