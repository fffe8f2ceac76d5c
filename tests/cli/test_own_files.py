"""What a run keeps is not written over: not its copies, its trace, its checkpoint, its previews."""

import errno
import shutil
from pathlib import Path

import pytest
from typed import quick, run

KEPT = [word for word in quick(iterations="2") if word not in ("-o", "out.png")]
OWN = ["inputs/content.png", "inputs/other.png", "previews/1-000000.jpg"]


def tree(place):
    return {path: path.read_bytes() for path in sorted(Path(place).rglob("*")) if path.is_file()}


def refused(capsys, *words):
    before = tree(".")
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert "keeps; choose another." in err
    assert err.count("\n") == 1
    assert tree(".") == before


@pytest.mark.parametrize("own", OWN)
def test_a_painting_does_not_go_there(capsys, folder, own):
    refused(capsys, *KEPT, "--run", "kept", "-o", f"kept/{own}", "--force")
    assert run(capsys, *KEPT, "--run", "kept")[0] == 0
    refused(capsys, "resume", "kept", "--iterations", "3", "-o", f"kept/{own}", "--force")
    Path("by-another-name").symlink_to("kept")
    refused(capsys, "resume", "kept", "-o", f"by-another-name/{own}", "--force")


@pytest.mark.parametrize("own", ["trace.jsonl", "run.toml", "checkpoint.bin", "inputs/trace.jsonl",
                                 "result.png"])  # fmt: skip
def test_nor_does_a_trace(capsys, folder, own):
    Path("kept").mkdir()
    refused(capsys, *KEPT, "--run", "kept", "--trace", f"kept/{own}", "--force")
    assert run(capsys, *KEPT, "--run", "kept", "--trace", "kept-beside.jsonl")[0] == 0


def test_nor_does_a_film(capsys, folder):
    assert run(capsys, *KEPT, "--run", "kept")[0] == 0
    refused(capsys, "film", "kept", "-o", "kept/inputs/content.webp", "--force")
    assert run(capsys, "film", "kept", "-o", "kept/film.webp")[0] == 0


def test_a_run_of_python_neither(capsys, folder):
    from nst_numpy import Settings, load_image, runs

    settings = Settings(iterations=2, scales=1, margin=2, content_layers={"conv1_2": 1.0})
    pictures = (load_image(path, 24) for path in ("photo.png", "painting.png"))
    content, style = pictures
    list(runs.paint("kept", content, [style], settings))
    refused(capsys, "resume", "kept", "--iterations", "3", "-o", "kept/inputs/content.png",
            "--force")  # fmt: skip


def test_its_result_is_its_own(capsys, folder):
    assert run(capsys, *KEPT, "--run", "kept")[0] == 0
    assert run(capsys, "resume", "kept", "--iterations", "3", "-o", "kept/result.png")[0] == 0


def test_a_painting_has_not_the_name_of_its_run(capsys, folder):
    code, out, err = run(capsys, *KEPT, "--run", "one.png", "-o", "./one.png")
    assert (code, out) == (2, "")
    assert err == "one.png is the folder of the run; choose another output.\n"
    assert not Path("one.png").exists()


@pytest.mark.skipif(not Path("/sys/kernel").exists(), reason="a folder that nobody can write to")
def test_where_no_folder_can_be_made_it_is_the_one_that_was_asked_for(capsys, folder):
    code, _, err = run(capsys, *KEPT, "--run", "/sys/mine")
    assert (code, err) == (2, "/sys/mine cannot be written (Permission denied).\n")


def test_a_copy_that_cannot_be_made_is_told_without_the_name_of_a_temporary_file(
    capsys, folder, monkeypatch
):
    def full(source, place):
        raise OSError(errno.EFBIG, "File too large", source, None, place)

    monkeypatch.setattr(shutil, "copyfile", full)
    code, _, err = run(capsys, *KEPT, "--run", "kept")
    assert code == 2
    assert err.splitlines()[-1] == "photo.png cannot be copied to kept (File too large)."
