"""Pictures on the way: `--save-every`."""

import numpy as np
import pytest
from typed import run

from nst_numpy import load_image
from nst_numpy.cli import series, studio
from nst_numpy.cli.series import name_of

FAST = ["--size", "24", "--iterations", "5", "--gain", "0", "--margin", "2", "--grain", "0",
        "--content-layers", "conv1_2:1", "--style-layers", "conv1_1:1", "--beta", "1"]  # fmt: skip
PAINT = ["stylize", "photo.png", "painting.png", "-o", "out.png", *FAST]


def test_pictures_are_saved_on_the_way_in_full_size(capsys, folder):
    code, *_ = run(capsys, *PAINT, "--save-every", "2")
    assert code == 0
    on_the_way = sorted(path.name for path in folder.glob("out-*"))
    assert on_the_way == [f"out-{n:04d}.png" for n in (2, 4, 6, 8, 10)]
    pictures = [load_image(folder / name) for name in (*on_the_way, "out.png")]
    assert {picture.shape for picture in pictures} == {(16, 24, 3)}  # of the coarse scale, too
    assert len({picture.tobytes() for picture in pictures[:5]}) == 5
    np.testing.assert_array_equal(pictures[4], pictures[5])  # the last step is the best


def test_the_painting_is_the_same_without_them_and_they_are_not_told(capsys, folder):
    run(capsys, *PAINT, "--save-every", "3")
    with_them = (folder / "out.png").read_bytes()
    run(capsys, *PAINT, "--force")
    assert (folder / "out.png").read_bytes() == with_them


def test_an_earlier_series_is_not_written_over_unasked(capsys, folder):
    (folder / "out-0003.png").write_bytes(b"mine")
    code, _, err = run(capsys, *PAINT, "--save-every", "4")
    assert code == 2
    assert "out-0003.png is there already" in err
    assert run(capsys, *PAINT, "--save-every", "4", "--force")[0] == 0
    (folder / "out-3.png").write_bytes(b"no name of a series")
    assert name_of(folder / "out.png", 123456).name == "out-123456.png"


def test_a_picture_that_came_meanwhile_stays(capsys, folder, monkeypatch):
    real = series.saved_on_the_way

    def watched(steps, *others):
        for step in real(steps, *others):
            if step.iteration == 3:
                (folder / "out-0004.png").write_bytes(b"another process was quicker")
            yield step

    monkeypatch.setattr(studio, "saved_on_the_way", watched)
    code, _, err = run(capsys, *PAINT, "--save-every", "4")
    assert code == 0
    assert "out-0004.png was not there before; it stays as it is. The painting goes on." in err
    assert (folder / "out-0004.png").read_bytes() == b"another process was quicker"
    assert load_image(folder / "out-0008.png").shape == load_image(folder / "out.png").shape


def test_a_texture_has_them_too_and_a_run_keeps_them_in_its_folder(capsys, folder):
    texture = ["texture", "painting.png", "-o", "t.png", "--size", "24x16", "--iterations", "4",
               "--scales", "1", "--style-layers", "conv1_1:1", "--save-every", "2"]  # fmt: skip
    assert run(capsys, *texture)[0] == 0
    assert sorted(path.name for path in folder.glob("t-*")) == ["t-0002.png", "t-0004.png"]
    kept = ["stylize", "photo.png", "painting.png", "--run", "kept", *FAST, "--save-every", "5"]
    assert run(capsys, *kept)[0] == 0
    assert (folder / "kept/result-0005.png").is_file()


@pytest.mark.parametrize("value", ["-1", "x"])
def test_a_number_that_is_none_is_refused(capsys, folder, value):
    code, _, err = run(capsys, *PAINT, f"--save-every={value}")
    assert code == 2
    assert "save-every" in err


def test_what_cannot_be_saved_on_the_way_is_said_once_and_the_painting_goes_on(capsys, folder):
    for n in range(1, 11):
        (folder / f"out-{n:04d}.png").mkdir()
    code, _, err = run(capsys, *PAINT, "--save-every", "1", "--force")
    assert code == 0
    assert err.count("The painting goes on.") == 1
    assert (folder / "out.png").is_file()


@pytest.mark.parametrize(
    "words",
    [
        ["stylize", "photo.png", "painting.png", "-o", "o.png"],
        ["texture", "painting.png", "-o", "o.png"],
        ["batch", "photo.png", "painting.png", "-o", "o"],
        ["sweep", "photo.png", "painting.png", "-o", "o", "--over", "beta=1"],
        ["sweep", "photo.png", "painting.png", "-o", "o", "--over", "averaged=3,4"],
    ],
)
def test_how_many_are_averaged_is_refused_where_no_average_is_saved(capsys, folder, words):
    more = [] if "averaged=3,4" in words else ["--averaged", "3"]
    code, out, err = run(capsys, *words, *more, "--iterations", "0", "--size", "24")
    assert (code, out) == (2, "")
    assert err == "--averaged belongs to --keep average; give both, or leave it out.\n"
    assert not list(folder.glob("o.png"))


def test_how_many_are_averaged_may_stand_in_a_file_and_be_swept_over_with_keep(capsys, folder):
    (folder / "mine.toml").write_text('keep = "best"\naveraged = 3\n')
    (folder / "average.toml").write_text('keep = "average"\n')
    assert run(capsys, *PAINT, "--config", "mine.toml")[0] == 0
    words = [*PAINT, "--force", "--averaged", "3", "--config", "average.toml"]
    assert run(capsys, *words)[0] == 0
    sweep = ["sweep", "photo.png", "painting.png", *FAST, "--averaged", "3"]
    assert run(capsys, *sweep, "--over", "keep=best,average")[0] == 0
