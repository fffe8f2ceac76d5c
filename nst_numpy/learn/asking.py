"""Ask about a function of one's own, in a notebook or in a file that is run by itself."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from pathlib import Path
from textwrap import fill
from typing import Any

from nst_numpy.errors import InputError
from nst_numpy.learn.judging import Outcome, judge
from nst_numpy.learn.running import call_here
from nst_numpy.learn.showing import example, results
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks import TASKS


@dataclass(frozen=True)
class Answer:
    """What is said of a function; it prints itself, in a notebook as well."""

    outcome: Outcome

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return self.outcome.right

    def __repr__(self) -> str:
        return "\n".join(
            fill(line, 88, subsequent_indent="    ") for line in lines_of(self.outcome)
        )

    def _repr_html_(self) -> str:
        mark = "green" if self.right else "crimson"
        first, *others = (escape(line) for line in lines_of(self.outcome))
        return f'<b style="color: {mark}">{first}</b><br>' + "<br>".join(others)


def check(name: str, function: Callable[..., Any], seed: int = 0) -> Answer:
    """Check a function of your own against a task of the workbook, here and now.

    Parameters
    ----------
    name : str
        Of the task, "conv-backward" for example.
    function : callable
        Yours. It runs in this process, without a limit of time.
    seed : int
        Of the inputs.

    Returns
    -------
    answer : Answer
        It prints itself; ``answer.right``, ``answer.outcome`` for a program.

    Raises
    ------
    InputError
        If there is no such task.
    """
    task = named(name)
    return Answer(judge(task, call_here(function, task, seed, source_folder(function))))


def try_example(name: str, function: Callable[..., Any]) -> None:
    """Print a task's example and, under it, what a function of your own makes of it."""
    task = named(name)
    try:
        yours = ["and yours:", "", *results(task, function(*task.example))]
    except NotImplementedError:
        yours = ["and yours: the gap is not filled yet."]
    lines = [example(task), "", *yours]
    sys.stdout.write("\n".join(lines) + "\n")


def named(name: str) -> Task:
    """Find a task by its name, or by that of its function; or say which names there are."""
    wanted = name.replace("_", "-").removesuffix(".py")
    if wanted in TASKS:
        return TASKS[wanted]
    for task in TASKS.values():
        if wanted.endswith(task.function.replace("_", "-")) and wanted.startswith("step"):
            return task
    close = get_close_matches(wanted, TASKS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(TASKS)}."
    raise InputError(f"There is no task {name!r}; {hint}")


def source_folder(function: Callable[..., Any]) -> Path:
    """Return where a function was written, to tell its lines from others'."""
    try:
        return Path(inspect.getfile(inspect.unwrap(function))).parent
    except TypeError:  # it is built in
        return Path("nowhere")


def lines_of(outcome: Outcome) -> list[str]:
    """Say in plain lines what came of a task."""
    task = TASKS[outcome.task]
    if outcome.right:
        lines = [f"{task.name} is right, in {outcome.calls} calls."]
    else:
        words = {"wrong": "is not right yet", "raises": "raises an exception"}
        lines = [f"{task.name} {words.get(outcome.status, outcome.status)}."]
    if outcome.trouble:
        lines += [
            outcome.trouble.sentence,
            *([outcome.trouble.text] if outcome.trouble.text else []),
        ]
    if outcome.sentence:
        lines.append(outcome.sentence)
    for n, finding in enumerate(outcome.findings[:3]):
        begin = "" if n == 0 else "Or: "
        lines.append(f"{begin}{finding.sentence}{finding.number and f' ({finding.number})'}")
        if finding.mistake and n == 0:
            lines.append(f"The formula has: {finding.mistake.line}")
    for one in outcome.checks:
        sign = "holds" if one.holds else "does not hold"
        lines.append(f"{one.method}: {sign}, {one.error:.1e} where {one.allowed:.0e} is allowed")
    if not outcome.right:
        lines.append(f"Read on: {task.chapter}")
    return lines
