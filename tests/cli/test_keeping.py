"""Runs on the command line: kept, killed, resumed, replayed, filmed, swept."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from typed import QUICK, quick, run

from nst_numpy import load_image, save_image
from nst_numpy.files.about import MOST, read_about
from nst_numpy.files.writing import FORMATS

KEPT = [
    word for word in quick(iterations="4", scales="2", gain="0") if word not in ("-o", "out.png")
]
KILLING = Path(__file__).parents[1] / "runs" / "killing.py"


def test_a_run_is_kept_and_is_the_picture_of_one_that_is_not(capsys, folder):
    assert run(capsys, *KEPT, "-o", "plain.png")[0] == 0
    code, out, _ = run(capsys, *KEPT, "--run", "kept", "--csv", "-o", "too.jpg")
    assert code == 0
    assert "too.jpg: 24 × 16 pixels, iteration 8" in out
    assert Path("kept/result.png").read_bytes() == Path("plain.png").read_bytes()
    assert {path.name for path in Path("kept").iterdir()} == {
        ".lock", "run.toml", "inputs", "trace.jsonl", "trace.csv", "checkpoint.bin", "previews",
        "result.png",
    }  # fmt: skip
    assert len(Path("kept/trace.jsonl").read_text().splitlines()) == 10
    assert len(list(Path("kept/previews").iterdir())) == 10


def test_a_run_goes_on_when_its_pictures_have_moved(capsys, folder):
    run(capsys, *KEPT, "--run", "kept")
    before = Path("kept/result.png").read_bytes()
    for path in ("photo.png", "painting.png"):
        Path(path).unlink()
    code, out, _ = run(capsys, "resume", "kept")
    assert code == 0
    assert Path("kept/result.png").read_bytes() == before
    code, out, _ = run(capsys, "resume", "kept", "--iterations", "7", "-o", "more.png")
    assert code == 0
    assert "more.png: 24 × 16 pixels, iteration 14" in out
    about = json.loads(read_about("more.png"))
    assert (about["earlier"], about["options"]["iterations"]) == ([4], 7)


def test_a_run_whose_trace_was_cut_off_goes_on_and_its_table_too(capsys, folder):
    run(capsys, *KEPT, "--run", "kept", "--csv")
    with Path("kept/trace.jsonl").open("rb+") as trace:
        trace.truncate(Path("kept/trace.jsonl").stat().st_size - 5)
    code, _, err = run(capsys, "resume", "kept", "--iterations", "6")
    assert (code, "written" in err) == (0, False)
    for more in (6, 7):
        assert run(capsys, "resume", "kept", "--iterations", str(more))[0] == 0
        rows = Path("kept/trace.jsonl").read_text().splitlines()
        assert [json.loads(row)["iteration"] for row in rows][-1] == 2 * more
        assert len(Path("kept/trace.csv").read_text().splitlines()) == 1 + len(rows)
    assert run(capsys, "report", "kept")[0] == 0


def test_of_a_damaged_trace_it_is_said_that_it_is_damaged(capsys, folder):
    run(capsys, *KEPT, "--run", "kept", "--csv")
    lines = Path("kept/trace.jsonl").read_bytes().splitlines(keepends=True)
    Path("kept/trace.jsonl").write_bytes(b"".join([*lines[:2], b"no step\n", *lines[3:]]))
    code, _, err = run(capsys, "resume", "kept", "--iterations", "6")
    assert code == 0
    assert err.endswith(
        "The trace is damaged, so kept/trace.csv is not written: Line 3 of kept/trace.jsonl is no "
        "step of a trace.\n"
    )


@pytest.mark.parametrize("command", ["resume", "film", "report"])
@pytest.mark.parametrize("place", ["nowhere", ".", "photo.png"])
def test_where_there_is_no_run_it_says_so(capsys, folder, command, place):
    code, _, err = run(capsys, command, place)
    assert (code, err) == (2, f"There is no run in {place}: it has no run.toml.\n")


def test_a_folder_that_is_used_is_refused_before_anything_is_painted(capsys, folder):
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("")
    code, _, err = run(capsys, *KEPT, "--run", "mine")
    assert (code, err) == (2, "mine is not empty; a run needs a folder of its own.\n")
    run(capsys, *KEPT, "--run", "kept")
    code, _, err = run(capsys, *KEPT, "--run", "kept")
    assert (code, err.startswith("kept holds a run; resume kept goes on with it")) == (2, True)
    code, _, err = run(capsys, *QUICK, "--csv")
    assert (code, err) == (2, "--previews and --csv belong to the folder that --run names.\n")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            lambda: Path("kept/inputs/content.png").write_bytes(b"other"),
            "is not the picture that it was",
        ),
        (lambda: Path("kept/inputs/style-1.png").unlink(), "does not exist"),
        (lambda: Path("kept/run.toml").write_text("format = 1"), "from what pictures"),
        (lambda: Path("kept/run.toml").write_text("format = "), "is no TOML"),
        (lambda: Path("kept/checkpoint.bin").write_text("x"), "no sound checkpoint"),
        (
            lambda: Path("kept/run.toml").write_text(
                Path("kept/run.toml").read_text().replace('name = "photo.png"', 'name = "/etc/x"')
            ),
            "does not exist",
        ),
    ],
)
def test_a_damaged_run_is_one_sentence(capsys, folder, damage, sentence):
    run(capsys, *KEPT, "--run", "kept")
    damage()
    code, _, err = run(capsys, "resume", "kept")
    assert code == 2
    assert sentence in err.splitlines()[-1]
    assert "Traceback" not in err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the script forks")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["4", "3", "masks", "strips"], marks=pytest.mark.long),
        pytest.param(["100"], marks=pytest.mark.slow),  # of all kinds
    ],
)
def test_killed_at_random_moments_it_comes_to_the_same_bytes(capsys, tmp_path, words):
    """Masks, strips and all, finished from Python every second time."""
    ended = subprocess.run(
        [sys.executable, str(KILLING), *words],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(KILLING.parents[2])},
        capture_output=True, text=True, timeout=1500, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "identical to the last byte" in ended.stdout
    with capsys.disabled():
        print(f"\n{ended.stdout.splitlines()[-1]}" if len(words) == 1 else "", end="")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_a_picture_is_painted_again_by_what_it_says_of_itself(capsys, folder, suffix):
    picture = f"out{suffix}"
    assert run(capsys, *[picture if word == "out.png" else word for word in QUICK])[0] == 0
    about = json.loads(read_about(picture))
    assert about["inputs"]["content"]["name"] == "photo.png"
    assert str(folder) not in json.dumps(about)
    assert about["result"]["J"] == pytest.approx(sum(about["result"]["terms"].values()))
    Path("elsewhere").mkdir()
    shutil.move("photo.png", "elsewhere/renamed.png")
    code, out, err = run(capsys, "replay", picture)
    assert (code, "The content is missing, photo.png" in err) == (2, True)
    code, out, _ = run(capsys, "replay", picture, "elsewhere/renamed.png")
    assert code == 0
    assert out.endswith(f"out-replay{suffix} is identical to {picture}, byte for byte.\n")


def test_the_text_of_each_format_is_found_again(tmp_path):
    text = "α < β & \"γ\" 'δ' " + "x" * 20000
    for suffix in FORMATS:
        save_image(np.full((3, 4, 3), 0.5), tmp_path / f"a{suffix}", text)
        assert read_about(tmp_path / f"a{suffix}") == text
        save_image(np.full((3, 4, 3), 0.5), tmp_path / f"b{suffix}")
        assert read_about(tmp_path / f"b{suffix}") == ""
        np.testing.assert_array_equal(
            load_image(tmp_path / f"a{suffix}"), load_image(tmp_path / f"b{suffix}")
        )


def test_a_picture_that_came_out_otherwise_is_told(capsys, folder):
    run(capsys, *QUICK)
    text = read_about("out.png")
    picture = load_image("out.png").copy()
    picture[0, 0, 0] = 1 - picture[0, 0, 0]
    save_image(picture, "out.png", text)
    code, out, _ = run(capsys, "replay", "out.png", "-o", "again.png")
    assert code == 1
    assert "again.png is not identical to out.png:" in out
    assert "Versions and machine are the same." in out
    save_image(load_image("again.png"), "out.png", text.replace('"threads":', '"threads":9'))
    code, _, err = run(capsys, "replay", "out.png", "-o", "again.png")
    assert (code, "again.png is there already" in err) == (2, True)
    code, out, _ = run(capsys, "replay", "out.png", "-o", "again.png", "--force")
    assert code == 1
    assert "the pixels are the same, but not what else is in the file" in out
    assert "What differs here: threads 9" in out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "does not say how it was painted."),
        ("nonsense", "is not the description of a painting."),
        ("[" * 9000, "is not the description of a painting."),
        ("[1]", "is not the description of a painting."),
        ("{}", "does not say from what pictures it was painted."),
        ('{"inputs": {"content": 3}}', "does not say from what pictures it was painted."),
        ('{"inputs": {"content": {"name": "\\u0007x", "sha256": "0"}}}', "The content is missing"),
        ("x" * (MOST + 1), "says more than 32768 bytes of itself"),
    ],
)
def test_a_strangers_text_is_one_sentence(capsys, folder, text, sentence):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("nst_numpy", text)
    Image.new("RGB", (8, 8)).save("evil.png", pnginfo=info)
    code, _, err = run(capsys, "replay", "evil.png")
    assert code == 2
    assert sentence in err
    assert err.count("\n") == 1
    assert "\a" not in err


def test_a_film_of_a_run(capsys, folder):
    run(capsys, *KEPT, "--run", "kept", "--previews", "2")
    code, out, _ = run(capsys, "film", "kept", "--ledger", "--size", "48")
    assert code == 0
    assert out.startswith("kept/film.webp: 6 frames")
    code, out, err = run(capsys, "film", "kept", "-o", "film.mp4")
    if importlib.util.find_spec("imageio_ffmpeg"):
        assert code == 0
        assert Path("film.mp4").read_bytes()[4:8] == b"ftyp"
    else:
        assert (code, err.startswith("An MP4 needs an encoder")) == (2, True)


@pytest.mark.long
def test_a_sweep_skips_what_is_finished(capsys, folder):
    words = ["sweep", *[w for w in QUICK[1:] if w not in ("-o", "out.png")], "-o", "swept"]
    words += ["--over", "beta=1,10", "--over", "style-layers=conv1_1;conv1_1,conv1_2"]
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert out.count("Read again from the file") == 4
    assert "4 of 4: beta 10, style_layers conv1_1,conv1_2\n" in out
    Path("swept/beta=1,style_layers=conv1_1.png").unlink()
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert out.count("Read again from the file") == 1
    assert out.count("is there.") == 3
    assert len(Path("swept/table.csv").read_text().splitlines()) == 5
    code, _, err = run(capsys, *words, "--seed", "3", "--start", "noise")  # of the same names
    assert (code, "is there already" in err) == (2, True)
    words[words.index("beta=1,10")] = "beta=2"
    code, _, err = run(capsys, *words)  # another sweep in the same folder
    assert (code, "sheet.png is there already" in err) == (2, True)
    code, out, _ = run(capsys, *words, "--force", "--quiet")
    assert code == 0
    assert out.splitlines() == [
        f"swept/beta=2,style_layers={one}.png" for one in ("conv1_1", "conv1_1,conv1_2")
    ]


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ([], "A sweep goes over something"),
        (["--over", "beta"], "'beta' is not an option and its values"),
        (["--over", "magic=1"], "--over has an option 'magic', unknown here"),
        (["--over", "beta=1,much"], "--over: "),
        (["--over", "beta=1,1"], "A sweep goes over the same value twice."),
        (["--over", "beta=1", "--over", "beta=2"], "A sweep goes over each option once."),
        (["--over", "iterations=" + ",".join(map(str, range(500)))], "500 paintings"),
    ],
)
def test_a_sweep_over_nothing_is_one_sentence(capsys, folder, over, sentence):
    code, _, err = run(capsys, "sweep", "photo.png", "painting.png", *over)
    assert (code, err.count("\n")) == (2, 1)
    assert sentence in err


def test_fewer_steps_than_there_have_been_are_refused_and_change_nothing(capsys, folder):
    run(capsys, *KEPT, "--run", "kept")
    before = Path("kept/run.toml").read_bytes()
    code, _, err = run(capsys, "resume", "kept", "--iterations", "2")
    assert code == 2
    assert "There have been 8 steps up to scale 2; 2 at each are fewer. Ask for 4 at least." in err
    assert Path("kept/run.toml").read_bytes() == before
