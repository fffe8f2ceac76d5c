"""Many photographs, one command; options from a file."""

import os
import shutil
import signal
import subprocess
import sys

import pytest
from typed import quick, run

from nst_numpy import load_image, save_image

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


@pytest.mark.parametrize(
    "words",
    [
        ["nope", "painting.png"],
        ["photos", "nope"],
        ["photos", "nope", "painting.png", "--each"],
        ["photos", "painting.png", "--weights", "nope"],
        ["photos", "painting.png", "--content-mask", "nope"],
    ],
)
def test_what_every_painting_lacks_is_one_sentence_and_nothing_is_made(
    capsys, folder, photographs, words
):
    code, out, err = run(capsys, "batch", *words, *OPTIONS, "-o", "b")
    assert (code, out, err) == (2, "", "nope does not exist.\n")
    assert not (folder / "b").exists()


def test_after_each_style_a_bad_one_among_a_folder_stops_nobody(capsys, folder, photographs):
    (folder / "styles").mkdir()
    shutil.copy("painting.png", "styles")
    (folder / "styles/bad.png").write_bytes(b"no picture")
    words = ["batch", "photo.png", "styles", *OPTIONS]
    code, out, _ = run(capsys, *words, "--each")
    assert (code, "2 paintings: 1 failed, 1 painted." in out) == (1, True)
    code, out, err = run(capsys, *words, "-o", "b")  # it would be part of all of them
    assert (code, out, "bad.png is not a picture" in err) == (2, "", True)


def test_paintings_in_the_folder_of_the_photographs_are_not_painted_again(
    capsys, folder, photographs
):
    shutil.copy("painting.png", "other.png")
    assert batch(capsys, "-o", "photos", "-q")[0] == 0
    code, out, _ = batch(capsys, "-o", "photos/../photos")
    assert (code, "2 paintings: 2 was there." in out) == (0, True)
    code, out, _ = run(capsys, "batch", "photos", "other.png", *OPTIONS, "-o", "photos")
    assert (code, "2 paintings: 2 painted." in out) == (0, True)
    save_image(load_image("photos/a-painting.png"), "photos/a-painting.png")  # it says no more
    code, out, err = batch(capsys, "-o", "photos")
    assert (code, "photos/a-painting.png is there already" in err) == (1, True)
    assert {path.name for path in photographs.iterdir()} == {
        f"{name}{end}.png" for name in ("a", "b") for end in ("", "-painting", "-other")
    }
    for name in ("a", "b", "a-painting"):
        (photographs / f"{name}.png").unlink()
    code, _, err = batch(capsys, "-o", "photos")
    assert (code, err) == (2, "There is no photograph in the folder photos, only paintings.\n")


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_in_a_table_and_it_goes_on_when_it_is_run_again(capsys, folder, photographs):
    """A real signal, while the second of three is painted: the first heard none of it."""
    shutil.copy("photo.png", photographs / "c.png")
    words = ["batch", "photos", "painting.png", *quick(iterations="300", gain="0")[5:]]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "nst_numpy", *words], cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as batch_process:  # fmt: skip
        begun = 0
        while begun < 2:  # the second, on its way
            begun += batch_process.stderr.readline().startswith(" 15/300")
        batch_process.send_signal(signal.SIGINT)
        out, err = batch_process.communicate(timeout=60)
    assert batch_process.returncode == 130
    assert "3 paintings: 1 painted, 1 stopped, 1 not begun." in out
    assert "Stopped; batch/b-painting.png holds the best picture so far:" in err
    for path in (folder / "batch").iterdir():
        assert load_image(path).shape == (16, 24, 3)  # nothing half-written, nothing beside it
    assert (folder / "batch/a-painting.png").exists()
    code, out, _ = run(capsys, *words)
    assert (code, "3 paintings: 1 was there, 2 painted." in out) == (0, True)


@pytest.mark.parametrize(
    ("format", "names"),
    [("webp", ["a.webp", "b.webp", "c.webp"]), ("same", ["a.png", "b.jpeg", "c.png"])],
)
def test_a_format_for_all_or_that_of_each(capsys, folder, photographs, format, names):
    (photographs / "b.png").rename(photographs / "b.jpeg")  # by its name; what it is, is seen
    shutil.copy("photo.png", photographs / "c.bmp")
    code, *_ = batch(capsys, "--format", format)
    assert code == 0
    found = sorted(path.name.replace("-painting", "") for path in (folder / "batch").iterdir())
    assert found == names
    code, _, err = batch(capsys, "--format", "jpg", "--bits", "16", "-o", "deep")
    assert (code, "cannot hold 16 bits" in err) == (2, True)


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
