"""What is there already is not replaced unasked, and a stranger's description leads nowhere."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from typed import quick, run

from nst_numpy.cli.saving import Filing, save
from nst_numpy.cli.streams import usable_width
from nst_numpy.errors import InputError
from nst_numpy.files.images import load_image
from nst_numpy.files.reading import described

SHORT = quick(iterations="1")
PLACELESS = [word for word in SHORT if word not in ("-o", "out.png")]
SWEEP = ["sweep", *PLACELESS[1:], "--over", "beta=1"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("trace", "mine.txt"), ("cluster", "tcp://127.0.0.1:1"), ("memory", 9), ("start", "mine.txt")],
)
def test_a_strangers_picture_names_no_file_and_no_machine_of_mine(capsys, folder, name, value):
    Path("mine.txt").write_text("mine")
    about = PngImagePlugin.PngInfo()
    inputs = {"content": described(Path("photo.png")), "style-1": described(Path("painting.png"))}
    tables = {"format": 1, "options": {"size": 24, name: value}, "inputs": inputs}
    about.add_itxt("nst_numpy", json.dumps(tables))
    Image.new("RGB", (24, 16)).save("theirs.png", pnginfo=about)
    code, _, err = run(capsys, "replay", "theirs.png")
    said = "theirs.png begins from a file" if name == "start" else f"has an option {name!r}, which"
    assert (code, said in err) == (2, True)
    assert Path("mine.txt").read_text() == "mine"


def test_a_sweep_replaces_neither_other_paintings_nor_another_sheet(capsys, folder):
    Path("swept").mkdir()
    Path("swept/sheet.png").write_bytes(b"mine")
    code, _, err = run(capsys, *SWEEP, "-o", "swept")
    assert (code, "sheet.png is there already" in err) == (2, True)
    assert Path("swept/sheet.png").read_bytes() == b"mine"
    assert run(capsys, *SWEEP, "-o", "swept", "--force")[0] == 0
    assert run(capsys, *SWEEP, "-o", "swept", "--threads", "1")[0] == 0
    before = Path("swept/beta=1.png").read_bytes()
    code, _, err = run(capsys, *SWEEP, "-o", "swept", "--seed", "7")
    assert (code, "beta=1.png is there already" in err) == (2, True)
    assert Path("swept/beta=1.png").read_bytes() == before


def test_a_sweep_that_holds_another_goes_on_and_one_that_does_not_loses_nothing(capsys, folder):
    words = [*SWEEP[:-2], "-o", "swept", "-q"]
    assert run(capsys, *words, "--over", "beta=1,10")[0] == 0
    before = {path.name: path.read_bytes() for path in Path("swept").iterdir()}
    for other in ("beta=1,20", "beta=1", "alpha=2"):
        code, _, err = run(capsys, *words, "--over", other)
        assert (code, err.startswith("swept/sheet.png is there already")) == (2, True)
        assert {path.name: path.read_bytes() for path in Path("swept").iterdir()} == before
    Path("swept/sheet.png").unlink()
    code, _, err = run(capsys, *words, "--over", "alpha=2")
    assert (code, err.startswith("swept/table.csv is there already")) == (2, True)
    assert run(capsys, *words, "--over", "beta=1,10,20")[0] == 0
    assert len(Path("swept/table.csv").read_text().splitlines()) == 4
    assert run(capsys, *words, "--over", "beta=20,1", "--force")[0] == 0
    assert len(Path("swept/table.csv").read_text().splitlines()) == 3


def test_what_is_made_of_a_run_replaces_nothing_unasked(capsys, folder):
    assert run(capsys, *PLACELESS, "--run", "kept")[0] == 0
    for words, name in (
        (["film", "kept"], "a.webp"), (["report", "kept"], "a.html"), (["resume", "kept"], "a.png"),
        (["replay", "kept/result.png"], "b.png"),
    ):  # fmt: skip
        Path(name).write_bytes(b"mine")
        code, _, err = run(capsys, *words, "-o", name)
        assert (code, "is there already" in err) == (2, True)
        assert Path(name).read_bytes() == b"mine"
    assert run(capsys, "film", "kept", "-o", "a.webp", "--force")[0] == 0
    assert run(capsys, "resume", "kept", "-o", "kept/result.png")[0] == 0
    for name in ("result-replay.png", "result-replay-2.png"):
        assert run(capsys, "replay", "kept/result.png")[0] == 0
        assert Path("kept", name).is_file()


def test_a_trace_replaces_a_trace_and_nothing_else(capsys, folder):
    before = Path("painting.png").read_bytes()
    Path("old.png").write_bytes(before)
    code, _, err = run(capsys, *SHORT, "--trace", "old.png")
    assert (code, "is no trace" in err) == (2, True)
    assert Path("old.png").read_bytes() == before
    for _ in range(2):
        assert run(capsys, *SHORT, "--force", "--trace", "t.jsonl")[0] == 0


def test_a_painting_that_came_meanwhile_stays(folder):
    image = load_image("photo.png")
    Path("out.png").write_bytes(b"another process was quicker")
    with pytest.raises(InputError, match=r"out\.png was not there .* is in .*out-2\.png instead"):
        save(image, image.shape, Path("out.png"), filing=Filing(new=True))
    assert Path("out.png").read_bytes() == b"another process was quicker"
    assert Path("out-2.png").is_file()


@pytest.mark.parametrize(("told", "used"), [("1", "20"), ("80", "80"), ("99999999", "1000")])
def test_a_width_is_one_that_can_be_printed_in(monkeypatch, told, used):
    monkeypatch.setenv("COLUMNS", told)
    usable_width()
    assert os.environ["COLUMNS"] == used


def test_help_in_no_columns(capsys, folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "0")
    assert "FOLDER" in run(capsys, "film", "--help")[1]


@pytest.mark.parametrize(
    "words",
    [["stylize", "photo.png", ""], ["stylize", "", "painting.png"], ["batch", "", "painting.png"],
     ["texture", ""], ["sweep", "photo.png", "", "--over", "beta=1,2"], ["resume", ""],
     ["replay", ""], ["film", ""], ["report", ""], ["learn", "start", ""]],
)  # fmt: skip
def test_an_empty_name_is_not_that_of_the_folder(capsys, folder, words):
    before = sorted(folder.iterdir())
    assert run(capsys, *words) == (2, "", "The name of the file is empty.\n")
    assert sorted(folder.iterdir()) == before
