"""Many photographs, one command; options from a file; completion."""

import shutil

import pytest
from typed import quick, run

from nst_numpy import load_image

OPTIONS = quick(iterations="2")[5:]


@pytest.fixture
def photographs(folder):
    (folder / "photos").mkdir()
    for name in ("a", "b"):
        shutil.copy(folder / "photo.png", folder / "photos" / f"{name}.png")
    return folder / "photos"


def batch(capsys, *more):
    return run(capsys, "batch", "photos", "painting.png", *OPTIONS, *more)


def test_one_bad_file_stops_nobody_and_what_is_there_is_left(capsys, folder, photographs):
    (photographs / "aa.png").write_bytes(b"no picture")
    code, out, err = batch(capsys)
    assert code == 1
    assert "3 paintings: 2 painted, 1 failed." in out
    assert "aa.png" in err
    assert load_image(folder / "batch/b-painting.png").shape == (16, 24, 3)
    before = (folder / "batch/a-painting.png").stat().st_mtime_ns
    (photographs / "aa.png").unlink()
    code, out, _ = batch(capsys)
    assert (code, "2 paintings: 2 was there." in out) == (0, True)
    assert (folder / "batch/a-painting.png").stat().st_mtime_ns == before
    code, out, err = batch(capsys, "--seed", "3")  # another painting of the same name
    assert code == 1
    assert "--force" in err


def test_one_photograph_after_each_style(capsys, folder):
    shutil.copy("painting.png", "other.png")
    words = ("batch", "photo.png", "painting.png", "other.png", "--each", "--quiet", *OPTIONS)
    assert run(capsys, *words) == (0, "batch/photo-painting.png\nbatch/photo-other.png\n", "")


def test_options_come_from_a_file_and_what_is_typed_wins(capsys, folder):
    (folder / "mine.toml").write_text('iterations = 1\nscales = 1\nbackend = "numpy"\n')
    words = ("stylize", "photo.png", "painting.png", "--size", "32", "--config", "mine.toml")
    code, _, err = run(capsys, *words, "--iterations", "2", "--verbose", "-o", "x.png")
    assert code == 0
    assert "--iterations=2\n" in err
    assert "--scales=1\n" in err
    (folder / "mine.toml").write_text("iteratons = 1\n")
    code, _, err = run(capsys, *words)
    assert code == 2
    assert "did you mean iterations?" in err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete(capsys, shell):
    code, out, _ = run(capsys, "completion", shell)
    assert code == 0
    assert "stylize" in out
