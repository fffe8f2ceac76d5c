"""A learner's folder: files that are written once and never again, and what is remembered of it."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError
from nst_numpy.files.temporary import remove_left_behind, temporary_file
from nst_numpy.learn.judging import Outcome, judge
from nst_numpy.learn.pages import file_of, page
from nst_numpy.learn.running import Limits, run_file, stop_all
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks import TASKS

MEMORY = ".workbook.json"
"""What is remembered of a folder: hints given, solutions shown, the last results."""


@dataclass
class Workbook:
    """A folder, and what is remembered of it.

    Attributes
    ----------
    folder
    hints
        Task -> how many hints were given.
    shown
        The tasks whose solution was shown.
    results
        Task -> how its last check ended.
    warned
        Whether it was said that running a file is running it.
    """

    folder: Path
    hints: dict[str, int] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    results: dict[str, str] = field(default_factory=dict)
    warned: bool = False

    def file(self, task: Task) -> Path:
        """Return where a task's file is."""
        return self.folder / file_of(task)

    def first_open(self) -> Task | None:
        """Return the first task that is not known to be right."""
        return next((t for t in TASKS.values() if self.results.get(t.name) != "right"), None)

    def hint(self, task: Task) -> tuple[int, str]:
        """Give the next hint, and remember that it was given; after the last, the last again."""
        number = min(self.hints.get(task.name, 0), len(task.hints) - 1)
        self.hints[task.name] = number + 1
        self.save()
        return number + 1, task.hints[number]

    def show(self, task: Task) -> None:
        """Remember that the solution was shown."""
        if task.name not in self.shown:
            self.shown.append(task.name)
            self.save()

    def check(self, tasks: Sequence[Task], seed: int, limits: Limits, jobs: int) -> list[Outcome]:
        """Run the files of some tasks, several at a time, and remember how it ended."""
        with ThreadPoolExecutor(jobs) as pool:
            try:
                made = [pool.submit(outcome_of, self.file(x), x, seed, limits) for x in tasks]
                outcomes = [one.result() for one in made]
            except BaseException:  # Ctrl-C
                pool.shutdown(wait=False, cancel_futures=True)
                stop_all()
                raise
        for outcome in outcomes:
            self.results[outcome.task] = outcome.status
        self.save()
        return outcomes

    def save(self) -> None:
        """Write what is remembered.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        kept = {
            "workbook": 1,
            "hints": self.hints,
            "shown": self.shown,
            "results": self.results,
            "warned": self.warned,
        }
        path = self.folder / MEMORY
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            part.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise InputError(f"{path} cannot be written ({error.strerror}).") from error


def start(folder: Path) -> tuple[Workbook, list[Path], list[Path]]:
    """Write the files that are not there yet.

    Returns
    -------
    workbook : Workbook
    written, kept : list of Path
        Those that were written; those that were there, and are as they were.

    Raises
    ------
    InputError
        If the folder or a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be made ({error.strerror}).") from error
    workbook = remembered(folder)
    written: list[Path] = []
    kept: list[Path] = []
    for task in TASKS.values():
        path = workbook.file(task)
        try:
            made = created(path, page(task, folder))
        except OSError as error:
            raise InputError(f"{path} cannot be written ({error.strerror}).") from error
        (written if made else kept).append(path)
    workbook.save()
    return workbook, written, kept


def created(path: Path, text: str) -> bool:
    """Write a file whole, or not at all where there is one already; return whether it was written.

    A part of it would be taken, the next time, for a file that was there.
    """
    if path.exists():
        return False
    remove_left_behind(path.parent)
    with temporary_file(path.parent) as temporary:
        temporary.write_text(text, encoding="utf-8")
        try:
            os.link(temporary, path)  # which never replaces anything
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            temporary.replace(path)
    return True


def open_workbook(folder: Path) -> Workbook:
    """Read what is remembered of a folder.

    Raises
    ------
    InputError
        If there is no such folder, or no file of the workbook in it.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}; learn start {folder} makes one.")
    if not any((folder / file_of(task)).exists() for task in TASKS.values()):
        raise InputError(f"{folder} has no file of the workbook; learn start {folder} writes them.")
    return remembered(folder)


def remembered(folder: Path) -> Workbook:
    """Read what is remembered, if anything is."""
    path = folder / MEMORY
    if not path.exists():
        return Workbook(folder)
    try:
        kept: Any = json.loads(path.read_text("utf-8"))
        return Workbook(
            folder,
            {str(name): int(n) for name, n in kept["hints"].items() if name in TASKS},
            [name for name in TASKS if name in kept["shown"]],
            {str(name): str(x) for name, x in kept["results"].items() if name in TASKS},
            bool(kept["warned"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is no workbook's memory; move it away to begin anew.") from error


def outcome_of(path: Path, task: Task, seed: int, limits: Limits) -> Outcome:
    """Run one file, and say what came of it; a file as it was given is not run."""
    if not path.is_file():
        return Outcome(task.name, "missing", f"There is no file {path.name}.")
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        return Outcome(task.name, "missing", f"{path.name} cannot be read ({error.strerror}).")
    if untouched(text, task):
        return Outcome(task.name, "not begun", "There is still the gap.")
    return judge(task, run_file(path, task, seed, limits))


def untouched(text: str, task: Task) -> bool:
    """Say whether a file is as it was given, but for the folder's name in it."""

    def code(text: str) -> str:
        return text.split('"""', 2)[-1].strip()

    return code(text) == code(page(task))
