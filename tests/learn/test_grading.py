"""Many people's folders: one broken submission stops nobody's grading."""

import json

import pytest
from students import fill

from nst_numpy.learn import grading
from nst_numpy.learn.grading import grade, mistakes_of, report
from nst_numpy.learn.running import Limits
from nst_numpy.learn.tasks import TASKS

WRONG = "return conv_forward(dz, weight.swapaxes(2, 3))"


def few(monkeypatch, *names):
    """Grade some tasks only: the others take their time."""
    monkeypatch.setattr(grading, "TASKS", {name: TASKS[name] for name in names})


@pytest.mark.long
def test_everybody_is_graded_and_mistakes_are_counted(tmp_path, monkeypatch):
    few(monkeypatch, "conv-backward", "gram-matrix")
    folders = [
        fill(tmp_path / "ann"),
        fill(tmp_path / "bob", conv_backward=WRONG),
        fill(tmp_path / "cyd", conv_backward=WRONG, gram_matrix="import time\ntime.sleep(60)"),
        fill(tmp_path / "dan", gram_matrix="import os\nos._exit(1)"),
        tmp_path / "eve",
    ]
    folders[4].mkdir()
    (folders[4] / "step04_conv_backward.py").mkdir()
    limits = Limits(seconds=10)  # on a busy machine, too, nobody is stopped but who sleeps
    grades = list(grade(folders, limits=limits, jobs=2))
    assert [one.folder for one in grades] == folders
    assert [one.right for one in grades] == [2, 1, 0, 1, 0]
    statuses = [[outcome.status for outcome in one.outcomes] for one in grades]
    assert statuses[2:] == [["wrong", "stopped"], ["right", "stopped"], ["missing", "missing"]]
    first, *others = mistakes_of(grades)
    assert first[0] == "conv-backward"
    assert "not turned" in first[1]
    assert first[2] == 2
    assert {row[0] for row in others} == {"gram-matrix"}


def test_the_report_is_plain_json(tmp_path, monkeypatch):
    few(monkeypatch, "conv-backward", "gram-matrix")
    folder = fill(tmp_path / "bob", conv_backward=WRONG, gram_matrix="return 1 / 0")
    told = json.loads(json.dumps(report(list(grade([folder], 5)), 5)))
    assert told["seed"] == 5
    [bob] = told["folders"]
    assert (bob["right"], bob["of"]) == (0, 2)
    assert bob["tasks"]["conv-backward"]["findings"][0]["mistake"] == "kernel not turned"
    assert bob["tasks"]["gram-matrix"]["exception"]["kind"] == "ZeroDivisionError"
    assert {row["times"] for row in told["mistakes"]} == {1}


def test_what_cannot_be_looked_at_is_told_and_stops_nobody(tmp_path, monkeypatch):
    few(monkeypatch, "gram-matrix")

    def fails(*_):
        raise RuntimeError("no idea")

    monkeypatch.setattr(grading, "outcome_of", fails)
    [one] = grade([tmp_path])
    assert "RuntimeError: no idea" in one.outcomes[0].sentence
