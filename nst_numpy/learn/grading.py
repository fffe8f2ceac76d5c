"""Many people's folders: what is right, what is wrong, and how often each mistake was made."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nst_numpy.learn.judging import Outcome
from nst_numpy.learn.pages import file_of
from nst_numpy.learn.running import Limits, stop_all
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.workbook import outcome_of

KNOWN = "This looks like a known mistake: "
"""How the diagnosis begins, which need not stand in every row of a table."""


@dataclass(frozen=True)
class Grade:
    """What came of one folder."""

    folder: Path
    outcomes: tuple[Outcome, ...]

    @property
    def right(self) -> int:
        """How many tasks are right."""
        return sum(outcome.right for outcome in self.outcomes)


def grade(
    folders: Sequence[Path], seed: int = 0, limits: Limits = Limits(), jobs: int = 2
) -> Iterator[Grade]:
    """Check every task of every folder, several files at a time; yield each folder when it is done.

    Whatever is wrong with one file is said in its outcome, and stops no other.
    """
    with ThreadPoolExecutor(jobs) as pool:
        try:
            waiting = [
                (
                    folder,
                    [
                        pool.submit(safely, folder / file_of(task), task.name, seed, limits)
                        for task in TASKS.values()
                    ],
                )
                for folder in folders
            ]
            for folder, made in waiting:
                yield Grade(folder, tuple(one.result() for one in made))
        except BaseException:  # Ctrl-C, or nobody asks for more
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def safely(path: Path, name: str, seed: int, limits: Limits) -> Outcome:
    """Return what came of one file, even where that cannot be found out."""
    try:
        return outcome_of(path, TASKS[name], seed, limits)
    except Exception as error:  # a result that the diagnosis cannot read must stop nobody's grading
        what = f"{type(error).__name__}: {error}"
        return Outcome(name, "stopped", f"What it returned could not be looked at ({what}).")


def mistakes_of(grades: Sequence[Grade]) -> list[tuple[str, str, int]]:
    """Count what was wrong: (task, what, how often), the most frequent first."""
    counts = Counter(
        (outcome.task, what_is_wrong(outcome))
        for one in grades
        for outcome in one.outcomes
        if outcome.status in ("wrong", "raises", "stopped")
    )
    order = list(TASKS)
    found = [(task, what, number) for (task, what), number in counts.items()]
    return sorted(found, key=lambda row: (-row[2], order.index(row[0]), row[1]))


def what_is_wrong(outcome: Outcome) -> str:
    """Say what is wrong, so that two people's same mistake reads the same."""
    if outcome.findings:
        return outcome.findings[0].sentence.removeprefix(KNOWN)
    if outcome.trouble:
        return f"It raises {outcome.trouble.kind}."
    if outcome.status == "stopped":
        return outcome.sentence.split(", ")[0].rstrip(".") + "."
    return outcome.sentence


def report(grades: Sequence[Grade], seed: int) -> dict[str, Any]:
    """Return everything for a program to read."""
    return {
        "seed": seed,
        "folders": [
            {
                "folder": str(one.folder),
                "right": one.right,
                "of": len(one.outcomes),
                "tasks": {outcome.task: as_json(outcome) for outcome in one.outcomes},
            }
            for one in grades
        ],
        "mistakes": [
            {"task": task, "mistake": what, "times": number}
            for task, what, number in mistakes_of(grades)
        ],
    }


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome for a program to read."""
    trouble = outcome.trouble
    return {
        "status": outcome.status,
        "sentence": outcome.sentence,
        "findings": [
            {
                "sentence": finding.sentence,
                "number": finding.number,
                "mistake": finding.mistake.name if finding.mistake else None,
                "sure": bool(finding.sure),
            }
            for finding in outcome.findings
        ],
        "checks": [
            {
                "method": x.method,
                "error": x.error if math.isfinite(x.error) else None,
                "allowed": x.allowed,
                "holds": bool(x.holds),
            }
            for x in outcome.checks
        ],
        "exception": trouble
        and {"kind": trouble.kind, "message": trouble.message, "line": trouble.line},
    }
