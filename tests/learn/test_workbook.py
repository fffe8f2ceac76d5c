"""The folder: files that are written once, hints one by one, what is remembered."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from students import fill, filled

from nst_numpy.errors import InputError
from nst_numpy.learn.pages import file_of, page
from nst_numpy.learn.running import Limits
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.workbook import MEMORY, open_workbook, start, untouched


def test_start_writes_a_file_for_each_task_in_order(tmp_path):
    _, written, kept = start(tmp_path / "book")
    assert [path.name for path in written] == [file_of(task) for task in TASKS.values()]
    assert not kept
    assert written == sorted(written)


def test_nothing_is_ever_overwritten(tmp_path):
    start(tmp_path)
    files = [tmp_path / file_of(task) for task in TASKS.values()]
    files[3].write_text("mine")
    files[5].unlink()
    _, written, kept = start(tmp_path)
    assert files[3].read_text() == "mine"
    assert written == [files[5]]
    assert len(kept) == len(TASKS) - 1


def test_hints_come_one_at_a_time_and_are_counted(tmp_path):
    workbook, _, _ = start(tmp_path)
    task = TASKS["conv-backward"]
    given = [workbook.hint(task) for _ in range(4)]
    assert given == [*enumerate(task.hints, 1), (3, task.hints[2])]
    assert open_workbook(tmp_path).hints == {"conv-backward": 3}


def test_it_remembers_what_was_shown_and_what_is_right(tmp_path):
    workbook, _, _ = start(tmp_path)
    task = TASKS["gram-matrix"]
    workbook.file(task).write_text(filled(task))
    workbook.show(task)
    outcomes = workbook.check([TASKS["conv-forward"], task], 0, Limits(), 2)
    assert [one.status for one in outcomes] == ["not begun", "right"]
    again = open_workbook(tmp_path)
    assert again.shown == ["gram-matrix"]
    assert again.results == {"conv-forward": "not begun", "gram-matrix": "right"}
    assert again.first_open() is TASKS["vgg-input-forward"]


@pytest.mark.long
def test_all_of_a_student_s_files_are_right(tmp_path):
    workbook = open_workbook(fill(tmp_path / "book"))
    outcomes = workbook.check(list(TASKS.values()), 7, Limits(), 4)
    assert [one.short for one in outcomes if not one.right] == []
    assert workbook.first_open() is None


def test_a_file_as_it_was_given_is_known_whatever_its_folder_is_called():
    task = TASKS["conv-forward"]
    assert untouched(page(task, "another folder"), task)
    assert not untouched(filled(task), task)


def test_a_file_that_is_gone_is_missing(tmp_path):
    workbook = open_workbook(fill(tmp_path / "book"))
    workbook.file(TASKS["two-loop"]).unlink()
    [outcome] = workbook.check([TASKS["two-loop"]], 0, Limits(), 1)
    assert outcome.status == "missing"


@pytest.mark.parametrize("text", ["", "[]", "{}", "words", '{"hints": 3}'])
def test_a_memory_that_is_not_ours_is_refused_and_kept(tmp_path, text):
    start(tmp_path)
    (tmp_path / MEMORY).write_text(text)
    with pytest.raises(InputError, match="no workbook's memory"):
        open_workbook(tmp_path)
    with pytest.raises(InputError, match="no workbook's memory"):
        start(tmp_path)
    assert (tmp_path / MEMORY).read_text() == text


def test_what_is_no_workbook_is_told(tmp_path):
    with pytest.raises(InputError, match=r"no folder .*; learn start"):
        open_workbook(tmp_path / "none")
    with pytest.raises(InputError, match="no file of the workbook"):
        open_workbook(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        start(tmp_path / "file")


def test_a_memory_of_tasks_that_are_gone_is_read(tmp_path):
    start(tmp_path)
    old = json.loads((tmp_path / MEMORY).read_text())
    old["hints"] = {"no-such-task": 2, "conv-forward": 1}
    (tmp_path / MEMORY).write_text(json.dumps(old))
    assert open_workbook(tmp_path).hints == {"conv-forward": 1}


TWO = """
import sys
from pathlib import Path
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.workbook import open_workbook, start

start(Path("book"))
for number in range(60):
    book = open_workbook(Path("book"))
    book.hints["conv-backward"] = number
    book.save()
"""


def test_two_processes_on_one_workbook(tmp_path):
    """Every file is there once, and whole; what is remembered can always be read."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    both = [
        subprocess.Popen([sys.executable, "-c", TWO], cwd=tmp_path, env=environment)
        for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0]
    book = open_workbook(tmp_path / "book")
    assert book.hints["conv-backward"] == 59
    for task in TASKS.values():
        assert book.file(task).read_text("utf-8") == page(task, Path("book"))
    assert len(list((tmp_path / "book").iterdir())) == len(TASKS) + 1


def test_a_file_that_is_cut_off_is_never_left(tmp_path, monkeypatch):
    """The disk is full at the third file: two are there, whole, and the next start goes on."""
    real, written = Path.write_text, []

    def full(path, text, **options):
        written.append(path)
        if len(written) == 3:
            real(path, text[:99], **options)
            raise OSError(28, "No space left on device")
        return real(path, text, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(InputError, match=r"cannot be written \(No space left on device\)\.$"):
        start(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    monkeypatch.undo()
    _, new, kept = start(tmp_path)
    assert (len(new), len(kept)) == (len(TASKS) - 2, 2)
