"""What ``learn`` prints."""

from collections import Counter
from collections.abc import Sequence
from textwrap import fill

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from nst_numpy.cli.streams import Output
from nst_numpy.learn.grading import Grade
from nst_numpy.learn.judging import Outcome
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.workbook import Workbook

STYLES = {
    "right": "green",
    "wrong": "bold red",
    "raises": "bold red",
    "stopped": "bold red",
    "missing": "yellow",
    "not begun": "dim",
}
SAYS = {
    "right": "is right",
    "wrong": "is not right yet",
    "raises": "raises an exception",
    "stopped": "was stopped",
    "missing": "is not there",
    "not begun": "is not begun",
}
FINDINGS = 3
"""How many are shown: more would be guesses."""


def progress_table(workbook: Workbook) -> Table:
    """One row for each task: how it stands, how many hints were given, whether it was solved."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column("task", no_wrap=True)
    table.add_column("")
    table.add_column("hints", justify="right")
    table.add_column("solution")
    for number, name in enumerate(TASKS, 1):
        status = workbook.results.get(name, "not begun")
        hints = workbook.hints.get(name, 0)
        table.add_row(
            str(number),
            name,
            Text(status if status != "not begun" else "–", style=STYLES.get(status, "")),
            str(hints) if hints else "",
            "shown" if name in workbook.shown else "",
        )
    return table


def print_outcome(output: Output, outcome: Outcome, workbook: Workbook) -> None:
    """Say what came of a task: what it looks like, the line, and how the gradient agrees."""
    task = TASKS[outcome.task]
    style = STYLES.get(outcome.status, "")
    output.print(Text.assemble((task.name, "bold"), " ", (SAYS[outcome.status], style)))
    if outcome.right:
        said(output, f"{outcome.calls} calls agree with the package.")
    if outcome.trouble:
        said(output, outcome.trouble.sentence)
        if outcome.trouble.text:
            said(output, outcome.trouble.text, 6, "cyan")
    if outcome.sentence:
        said(output, outcome.sentence)
    for number, finding in enumerate(outcome.findings[:FINDINGS]):
        said(output, f"{'Or: ' if number else ''}{finding.sentence}")
        if finding.number:
            said(output, finding.number, 6, "dim")
        if finding.mistake and number == 0:
            said(output, f"The formula: {finding.mistake.line}", 6, "cyan")
    for check in outcome.checks:
        verdict = "holds" if check.holds else "DOES NOT HOLD"
        words = f"{check.method}: {verdict} ({check.error:.1e}, {check.allowed:.0e} is allowed)"
        said(output, words, 4, "dim" if check.holds else "")
    if outcome.printed.strip():
        said(output, "Your file printed:", 4, "dim")
        for line in outcome.printed.strip().splitlines()[:5]:
            said(output, line[:300], 6)
    if outcome.status in ("wrong", "raises", "stopped"):
        said(output, f"To read: {task.chapter}", 4, "dim")
    output.print("")


def said(output: Output, words: str, indent: int = 4, style: str = "") -> None:
    """Print a sentence, some letters to the right."""
    printable = "".join(c if c.isprintable() or c == "\n" else "?" for c in words)
    output.print(Padding(Text(printable, style=style), (0, 0, 0, indent), expand=False))


def wrapped(words: str) -> str:
    """Break a sentence into lines that fit a narrow terminal."""
    return fill(words, 79, break_on_hyphens=False, break_long_words=False)


def grades_table(grades: Sequence[Grade]) -> Table:
    """One row for each folder."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("folder")
    for column in ("right", "wrong", "raises", "stopped", "open"):
        table.add_column(column, justify="right")
    for one in grades:
        counts = Counter(outcome.status for outcome in one.outcomes)
        cells = [counts[word] for word in ("right", "wrong", "raises", "stopped")]
        cells.append(counts["not begun"] + counts["missing"])
        table.add_row(Text(str(one.folder)), *(str(n) if n else "" for n in cells))
    return table


def mistakes_table(mistakes: Sequence[tuple[str, str, int]]) -> Table:
    """One row for each mistake that was made, the most frequent first."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="What was wrong", title_justify="left")
    table.add_column("times", justify="right")
    table.add_column("task", no_wrap=True)
    table.add_column("what it looks like")
    for task, what, times in mistakes:
        table.add_row(str(times), task, Text(what))
    return table
