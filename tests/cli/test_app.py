"""The commands as somebody types them: output, exit codes, one line for each error."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from typed import run

from nst_numpy import load_image
from nst_numpy.cli import app as app_module

SHALLOW_LAYERS = [
    "--content-layers",
    "conv1_2:1",
    "--style-layers",
    "conv1_1:1",
    "--beta",
    "1",
    "--margin",
    "2",
]
SHALLOW = [*SHALLOW_LAYERS, "--scales", "1"]


def test_stylize_paints_and_says_what_it_wrote(capsys, folder):
    code, out, err = run(
        capsys,
        "stylize",
        "photo.png",
        "painting.png",
        "-o",
        "out.png",
        "--size",
        "24",
        "--iterations",
        "5",
        *SHALLOW,
    )
    assert code == 0
    assert load_image(folder / "out.png").shape == (16, 24, 3)
    assert "out.png: 24 × 16 pixels, iteration 5, J = " in out
    memory, *lines = [line for line in err.splitlines() if not line.startswith("Compiling")]
    assert re.fullmatch(r"24 × 16 pixels; about \d+\.\d GB of memory\.", memory)
    assert len(lines) == 6
    assert "0/5" in lines[0]
    for line in lines[1:]:
        assert "s/evaluation" in line
        assert "J " in line
        assert "content" in line
        assert "conv1_1" in line


def test_the_default_output_is_named_after_both_pictures(capsys, folder):
    code, _, _ = run(
        capsys,
        "stylize",
        "photo.png",
        "painting.png",
        "--size",
        "16",
        "--iterations",
        "0",
        *SHALLOW,
    )
    assert code == 0
    assert (folder / "photo-painting.png").exists()


def test_several_styles_and_a_start_of_ones_own(capsys, folder):
    code, _, _ = run(
        capsys,
        "stylize",
        "photo.png",
        "painting.png",
        "photo.png",
        "--size",
        "24",
        "--iterations",
        "0",
        "--start",
        "painting.png",
        "-o",
        "out.png",
        *SHALLOW,
    )
    assert code == 0
    expected = load_image("painting.png", shape=(16, 24))
    np.testing.assert_allclose(load_image("out.png"), expected, atol=0.013)  # a start is inside


def test_without_a_style_the_content_alone_is_painted(capsys, folder):
    code, _, err = run(
        capsys, "stylize", "photo.png", "--beta", "0", "--start", "noise", "--size", "24",
        "--iterations", "2", "--content-layers", "conv1_2:1", "--margin", "0", "--scales", "1",
        "-o", "again.png",
    )  # fmt: skip
    assert (code, err.count("Traceback")) == (0, 0)
    assert load_image("again.png").shape == (16, 24, 3)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["stylize", "lost.png", "painting.png"], "lost.png does not exist."),
        (["stylize", "photo.png"], "There is no style; name at least one painting"),
        (["stylize", "photo.png", "painting.png", "-o", "out.gif"], "out.gif has the suffix .gif"),
        (["stylize", "photo.png", "painting.png", "-o", "no/out.png"], "no/out.png cannot be"),
        (["stylize", "photo.png", "painting.png", "--size", "20"],
         "photo.png would be 20 × 13 pixels, but each side needs 32 for what is asked for; "
         "the smallest size that works is 48."),
        (["stylize", "photo.png", "painting.png", "--alpha", "x"], "Invalid value for --alpha"),
        (["stylize", "photo.png", "painting.png", "--alpha", "-1"], "alpha must be a number"),
        (["stylize", "photo.png", "painting.png", "--sise", "9"], "Did you mean --size?"),
        (["stylize", "photo.png", "painting.png", "--style-layers", "conv1_1:x"],
         "'conv1_1:x' is not a layer and its weight"),
        (["stylize", "photo.png", "painting.png", "--style-layers", "conv9_9:1"],
         "VGG-19 has no layer 'conv9_9'"),
        (["stylize", "photo.png", "painting.png", "--weights", "photo.png"], "photo.png"),
        (["weights", "photo.png"], "photo.png"),
        (["weights", "lost.h5"], "lost.h5"),
        (["check", "extra"], "check does not take extra; see nst_numpy check --help."),
        (["stylize", "photo.png", "painting.png", "-o", ".png"], ".png has a suffix but no name"),
        (["stylize", "photo.png", "painting.png", "-o", "./photo.png"],
         "photo.png is read by this run; choose another output."),
        (["stylize", "photo.png", "painting.png", "--margin", "1000000"], "no size works."),
        (["stylize", "photo.png", "painting.png", "--margin", "1000000", "--size", "max"],
         "No size works: each side needs 1000000 pixels."),
        (["paint"], 'Unknown command "paint"'),
    ],
)  # fmt: skip
def test_a_users_error_is_one_line_and_exit_code_2(capsys, folder, arguments, sentence):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert not out
    assert sentence.replace('"', "") in err.replace('"', "")  # an older Cyclopts quotes more
    assert err.count("\n") == 1
    assert sorted(p.name for p in folder.iterdir()) == ["painting.png", "photo.png"]


def test_a_run_that_overflows_saves_the_best_and_says_so(capsys, folder):
    code, _, err = run(
        capsys,
        "stylize",
        "photo.png",
        "painting.png",
        "--size",
        "24",
        "-o",
        "out.png",
        "--optimizer",
        "gradient-descent",
        "--learning-rate",
        "1e30",
        "--no-bounds",
        *SHALLOW,
    )
    assert code == 2
    assert "lower the learning rate" in err.splitlines()[-1]
    assert "out.png holds the best picture before that" in err.splitlines()[-1]
    expected = load_image("photo.png", size=24)
    np.testing.assert_allclose(load_image("out.png"), expected, atol=1e-2)


@pytest.mark.parametrize(
    ("scales", "number", "backend"),
    [
        ("1", signal.SIGINT, "auto"), ("1", signal.SIGTERM, "numpy"),
        pytest.param("2", signal.SIGINT, "numpy", marks=pytest.mark.long),
        pytest.param("1", signal.SIGHUP, "numpy", marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_a_signal_to_stop_saves_the_best_picture_and_is_the_exit_code(
    folder, scales, number, backend
):
    process = subprocess.Popen(
        [sys.executable, "-m", "nst_numpy", "stylize", "photo.png", "painting.png",
         "--iterations", "100000", "--gain", "0", "--size", "32", "--scales", scales,
         "--backend", backend, "-o", "out.png", *SHALLOW_LAYERS],
        cwd=folder, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert "GB of memory" in process.stderr.readline()
    first = process.stderr.readline()
    if first.startswith("Compiling"):  # where no test has compiled them before
        first = process.stderr.readline()
    assert "0/" in first
    time.sleep(0.5)
    for _ in range(3):  # the second and the third are ignored
        process.send_signal(number)
        time.sleep(0.02)
    _, err = process.communicate(timeout=60)
    assert process.returncode == {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}[number.name]
    stopped, size = err.splitlines()[-2:]
    assert stopped == "Stopped; out.png holds the best picture so far:"
    assert size.startswith(("32 × 21 pixels", "painted at 16 × 10, enlarged to 32 × 21"))
    assert "Traceback" not in err
    assert load_image(folder / "out.png").shape == (21, 32, 3)


def test_nothing_paints_the_demo_and_says_what_to_type_next(capsys, folder, monkeypatch):
    quick = replace(app_module.DEMO, iterations=0, size=64)
    monkeypatch.setattr(app_module, "DEMO", quick)
    code, out, _ = run(capsys)
    assert code == 0
    assert (folder / "castle-church.png").exists()
    assert "Painting Eilean Donan castle" in out.splitlines()[0]
    assert "python -m nst_numpy stylize" in out


def test_help_and_version(capsys):
    assert "stylize" in run(capsys, "--help")[1]
    assert run(capsys, "--version")[1].strip() == "0.1.0"
