"""The command `report`: of runs kept on the command line, with any options and any names."""

import json
import re
import shlex
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from typed import quick, run

from nst_numpy import save_image
from nst_numpy.cli.app import app
from nst_numpy.runs import read_trace
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.reporting.measured import measure
from nst_numpy.runs.reporting.told import read_run


def kept(capsys, *more, place="kept", **changes):
    words = [w for w in quick(iterations="3", **changes) if w not in ("-o", "out.png")]
    code, _, err = run(capsys, *words, *more, "--run", place)
    assert code == 0, err


def repeated(text):
    """The command of a page, read by the command line."""
    line = unescape(re.search(r"<pre[^>]*>(.*?)</pre>", text, re.S).group(1))
    words = shlex.split(line.replace("\\\n", " "))
    assert words[:3] == ["python", "-m", "nst_numpy"]
    return app.parse_args(words[3:], exit_on_error=False, print_error=False)[1]


def test_a_report_is_written_into_the_folder_or_elsewhere(capsys, folder):
    kept(capsys)
    code, out, _ = run(capsys, "report", "kept")
    assert code == 0
    assert out == f"kept/report.html: {Path('kept/report.html').stat().st_size / 1000:,.0f} kB, " \
        "in one file.\n"  # fmt: skip
    assert run(capsys, "report", "kept", "-o", "here.html")[0] == 0
    assert Path("here.html").read_bytes() == Path("kept/report.html").read_bytes()
    code, _, err = run(capsys, "report", "nowhere")
    assert (code, err) == (2, "There is no run in nowhere: it has no run.toml.\n")


def test_its_command_paints_the_same_again(capsys, folder):
    more = ["--tv-weight", "2", "--no-bounds", "--colours", "match", "--style-scale", "0.9"]
    kept(capsys, *more, alpha="3")
    run(capsys, "report", "kept")
    given = repeated(Path("kept/report.html").read_text()).arguments
    options = given["options"]
    assert given["content"] == Path("photo.png")
    assert (options.alpha, options.tv_weight, options.bounds) == (3, 2, False)
    assert (options.colours, list(options.style_scale), options.size) == ("match", [0.9], 24)
    assert (options.margin, options.scales, options.backend) == (2, 1, "numpy")
    assert dict(options.content_layers) == {"conv1_2": 1}


def test_a_strangers_words_are_shown_and_not_obeyed(capsys, folder):
    name = "<img src=x onerror=alert(1)>\u202e'\".png"
    Path("photo.png").rename(name)
    words = [w for w in quick(iterations="3") if w not in ("-o", "out.png")]
    words[1] = name
    assert run(capsys, *words, "--run", "kept")[0] == 0
    trace = Path("kept/trace.jsonl")
    rows = [json.loads(line) for line in trace.read_text().splitlines()]
    for row in rows:
        row["terms"] = {"</svg><script>alert(2)</script>": 1.0, **row["terms"]}
    trace.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run(capsys, "report", "kept")[0] == 0
    text = Path("kept/report.html").read_text()
    assert text.count("<script>") == 1
    assert "<img src=x" not in text
    assert "\u202e" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;\\u202e" in text


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            lambda: Path("kept/inputs/content.png").write_bytes(b"x"),
            "is not the picture that it was",
        ),
        (lambda: Path("kept/trace.jsonl").write_text('{"scale": 1}\n'), "no step of a trace"),
        (
            lambda: Path("kept/trace.jsonl").write_text(
                json.dumps({**read_trace("kept")[0], "J": "x"}) + "\n"
            ),
            "no step of a trace",
        ),
        (
            lambda: Path("kept/trace.jsonl").write_text(
                json.dumps({**read_trace("kept")[0], "terms": {"content": 1e999}}) + "\n"
            ),
            "no step of a trace",
        ),
        (
            lambda: Path("kept/run.toml").write_text(
                Path("kept/run.toml").read_text().replace("size = 24", 'size = "x"')
            ),
            "size",
        ),
        *(
            (
                lambda line=line: Path("kept/run.toml").write_text(
                    Path("kept/run.toml").read_text().replace("[options]", f"[options]\n{line}", 1)
                ),
                sentence,
            )
            for line, sentence in (
                ("style_scale = 5", "style_scale must be"),
                ("style_scale = [[1]]", "describes no painting"),
                ("rows = 'x'", "rows must be"),
            )
        ),
    ],
)
def test_a_damaged_folder_is_a_sentence(capsys, folder, damage, sentence):
    kept(capsys)
    damage()
    code, _, err = run(capsys, "report", "kept")
    assert code == 2
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "more",
    [
        ["--colours", "luminance"], ["--colours", "match-histogram"], ["--balance"],
        ["--keep", "last"], ["--keep", "average"], ["--statistic", "deviation"], ["--rows", "16"],
        ["--start", "painting.png"], ["--normalise-gradients", "--optimizer", "adam"],
        ["--content-mask", "mask.png"],
    ],
    ids=lambda more: " ".join(more),
)  # fmt: skip
def test_whatever_was_chosen_the_j_is_found_again(capsys, folder, more):
    """Or, of another picture than that of the lowest J, the J of the file."""
    mask = np.zeros((20, 30, 3), np.float32)
    mask[:, :20] = 1
    save_image(mask, folder / "mask.png")
    kept(capsys, *more, "--threads", "1")
    told = read_run(RunFolder("kept"))
    found = measure(told)
    lowest = told.best["J"]
    exact = "--keep" not in more
    assert found.exact is exact
    cost = found.pulls.cost.total
    assert cost == pytest.approx(lowest, rel=1e-4) if exact else cost > 0.99 * lowest
    assert run(capsys, "report", "kept")[0] == 0


def test_pulls_that_were_traced_are_drawn(capsys, folder):
    kept(capsys, "--pulls", "1")
    run(capsys, "report", "kept")
    text = Path("kept/report.html").read_text()
    assert 'aria-label="How hard each term pulls, step by step"' in text
    assert "not traced" not in text


def test_of_a_preset_its_name_is_told_and_what_differs(capsys, folder):
    """Its alpha goes with the size of the picture, and it takes out no grain."""
    words = ["stylize", "photo.png", "painting.png", "--preset", "keras", "--size", "32",
             "--iterations", "2", "--content-layers", "conv1_2", "--style-layers", "conv1_1",
             "--backend", "numpy", "--margin", "0", "--run", "kept"]  # fmt: skip
    code, _, err = run(capsys, *words)
    assert code == 0, err
    told = read_run(RunFolder("kept"))
    assert measure(told).pulls.cost.total == pytest.approx(told.best["J"], rel=1e-4)
    run(capsys, "report", "kept")
    again = repeated(Path("kept/report.html").read_text()).arguments["options"]
    assert again.preset == "keras"
    assert not {"alpha", "learning_rate", "grain", "beta"} & again.given
    _, given, _ = app.parse_args(words, exit_on_error=False, print_error=False)
    first, shape = given.arguments["options"], told.content.shape
    assert again.settings(shape) == first.settings(shape)
