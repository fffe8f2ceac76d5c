"""The command ``learn`` as somebody types it."""

import json

import numpy as np
import pytest
from students import fill
from typed import run

from nst_numpy.cli import learn_painting
from nst_numpy.learn.pages import GAP, file_of
from nst_numpy.learn.painting import Painted, Paintings
from nst_numpy.learn.tasks import TASKS


@pytest.fixture
def learn(capsys, tmp_path, monkeypatch):
    """Run the command in an empty folder, on a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *arguments: run(capsys, "learn", *arguments)


def test_start_says_how_to_begin(learn, tmp_path):
    code, out, err = learn("start", "book")
    assert (code, err) == (0, "")
    assert f"{len(TASKS)} files are in book" in out
    assert "book/step01_vgg_input_forward.py" in out
    assert GAP in (tmp_path / "book/step01_vgg_input_forward.py").read_text()
    code, out, _ = learn("start", "book")
    assert code == 0
    assert f"{len(TASKS)} were there already and are as they were." in out


def test_check_says_what_is_wrong_and_shows_how_far_it_is(learn, tmp_path):
    learn("start", "book")
    fill(tmp_path / "other", conv_backward="return conv_forward(dz, weight.swapaxes(2, 3))")
    for name in ("vgg-input-forward", "conv-backward"):
        name = file_of(TASKS[name])
        (tmp_path / "book" / name).write_text((tmp_path / "other" / name).read_text())
    code, out, err = learn("check", "book")
    assert code == 1
    assert "This is not a sandbox." in err
    assert "not turned by 180°" in out
    assert "DOES NOT HOLD" in out
    assert "1 of 22 tasks is right. Next: book/step02_vgg_input_backward.py" in out
    assert max(map(len, out.splitlines())) <= 80
    code, out, err = learn("check", "book", "vgg-input-forward")
    assert (code, err) == (0, "")
    assert "vgg-input-forward is right" in out
    code, out, _ = learn("check", "book", "conv-forward")
    assert code == 1
    assert "conv-forward is not begun" in out


def test_hints_come_one_at_a_time(learn):
    learn("start", "book")
    said = [" ".join(learn("hint", "book", "conv-backward")[1].split()) for _ in range(3)]
    for number, (words, hint) in enumerate(zip(said, TASKS["conv-backward"].hints, strict=True), 1):
        assert f"hint {number} of 3" in words
        assert hint in words
    assert "It was the last." in said[2]
    assert TASKS["vgg-input-forward"].hints[0][:40] in learn("hint", "book")[1]
    assert "conv-backward" in learn("progress", "book")[1]


def test_a_solution_is_the_package_s_source_and_is_remembered(learn):
    learn("start", "book")
    code, out, _ = learn("solution", "book", "conv-backward")
    assert code == 0
    assert "nst_numpy/layers/conv.py" in out
    assert "    return conv_forward(dz, weight[::-1, ::-1].swapaxes(2, 3))" in out
    assert TASKS["conv-backward"].chapter in out
    shown = [line for line in learn("progress", "book")[1].splitlines() if "shown" in line]
    assert len(shown) == 1
    assert "conv-backward" in shown[0]


@pytest.mark.parametrize("name", TASKS)
def test_every_solution_can_be_shown(learn, name):
    learn("start", "book")
    code, out, _ = learn("solution", "book", name)
    assert code == 0
    assert "def " in out


def test_grade_tells_everybody_s_result_and_writes_a_report(learn, tmp_path):
    for name in ("ann", "bob"):
        learn("start", name)
    name = file_of(TASKS["gram-matrix"])
    fill(tmp_path / "other", gram_matrix="return a.reshape(-1, a.shape[2])")
    (tmp_path / "bob" / name).write_text((tmp_path / "other" / name).read_text())
    code, out, err = learn("grade", "ann", "bob", "--json", "report.json", "--jobs", "2")
    assert code == 0
    assert "This is not a sandbox." in err
    assert "What was wrong" in out
    told = json.loads((tmp_path / "report.json").read_text())
    assert [one["folder"] for one in told["folders"]] == ["ann", "bob"]
    assert told["folders"][1]["tasks"]["gram-matrix"]["status"] == "wrong"


def test_paint_tells_what_painted_and_overwrites_nothing(learn, tmp_path, monkeypatch):
    fill(tmp_path / "book")
    (tmp_path / "book/painting.png").write_text("mine")
    gray = np.full((20, 30, 3), 0.5, np.float32)
    pictures = (
        Painted("ours", gray, 100.0, "", "lbfgs"),
        Painted("yours", gray + 0.01, 101.0, "", "lbfgs"),
        Painted("ours-by-adam", gray, 102.0, "", "adam"),
        Painted("conv-backward", gray, 103.0, "", "adam"),
        Painted("relu-backward", None, note="it failed"),
    )

    def painted(*_):
        return Paintings(pictures, ("conv-forward",), {"gram-matrix": "right, but slow"}, ())

    monkeypatch.setattr(learn_painting, "paint_with", painted)
    monkeypatch.setattr(learn_painting, "TASKS", {"relu-forward": TASKS["relu-forward"]})
    code, out, _ = learn("paint", "book")
    out = " ".join(out.split())
    assert code == 0
    assert "Left out, gram-matrix: right, but slow." in out
    assert "a colour differs by 2.5 of 255" in out
    assert "The package but for your conv-backward, by Adam: J = 103." in out
    assert "What relu-backward paints could not be seen: it failed." in out
    assert "book/painting-2.png: 4 pictures of 30 × 20 pixels." in out
    assert "book/last-page.png: the last page of the workbook" in out
    assert (tmp_path / "book/painting.png").read_text() == "mine"
    assert (tmp_path / "book/last-page.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "none"], "There is no folder none; learn start none makes one."),
        (["check", "."], "has no file of the workbook"),
        (["hint", "book", "conv-backwards"], "did you mean conv-backward?"),
        (["check", "book", "--seconds", "0"], "seconds must be above 0"),
        (["check", "book", "--memory", "1"], "memory must be at least 64"),
        (["check", "book", "--jobs", "0"], "jobs must be between 1 and 256"),
        (["paint", "book", "--size", "8"], "size must be between 32 and 512"),
        (["paint", "book", "-o", "out.txt"], "out.txt"),
        (["grade"], "There is no folder; name at least one."),
        (["grade", "none"], "There is no folder none."),
        (["grade", "book", "--json", "out.txt"], "out.txt"),
    ],
)
def test_a_mistake_is_a_sentence(learn, arguments, sentence):
    learn("start", "book")
    code, out, err = learn(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
