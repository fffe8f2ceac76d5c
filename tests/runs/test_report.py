"""A run to look at: what the page shows, what it leaves out, and who wrote it."""

import base64
import hashlib
import re
import shutil
from html.parser import HTMLParser
from itertools import islice

import numpy as np
import pytest
from PIL import Image

import nst_numpy
from nst_numpy import Computing, InputError, Objective, Settings, runs
from nst_numpy.canvas import mirrored
from nst_numpy.cli.options import Options
from nst_numpy.costs import gram_per_position
from nst_numpy.network import VGG19, forward
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.reporting import measured
from nst_numpy.runs.reporting.commands import chosen, command, taken
from nst_numpy.runs.reporting.curves import apart, parts_of, svg
from nst_numpy.runs.reporting.drawn import RAMP, ramped, webp
from nst_numpy.runs.reporting.measured import measure
from nst_numpy.runs.reporting.told import BESIDE, read_run
from nst_numpy.runs.tables import settings_table
from nst_numpy.runs.trace import read_trace

PLAIN = Computing("numpy", 1)
SETTINGS = Settings(
    content_layers={"conv2_1": 1}, style_layers={"conv1_1": 1e-3, "conv1_2": 1e-3},
    margin=4, iterations=4, gain=0,
)  # fmt: skip


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    return rng.random((22, 37, 3)).astype("float32"), rng.random((25, 21, 3)).astype("float32")


@pytest.fixture(scope="module")
def kept(tmp_path_factory, pictures, weights):
    """A finished run, and one that was stopped at its coarse scale."""
    folder = tmp_path_factory.mktemp("runs")
    content, style = pictures
    for name, steps in (("whole", 99), ("half", 3)):
        painting = runs.paint(folder / name, content, [style], SETTINGS, weights, PLAIN)
        list(islice(painting, steps))
        painting.close()
    return folder


class Elements(HTMLParser):
    """Every element of a page, with its attributes; and whether each is closed."""

    VOID = ("meta", "img", "input", "path", "circle", "polyline")

    def __init__(self, text):
        super().__init__()
        self.found, self.open = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page(folder, file, **options):
    size = runs.report(folder, file, **options)
    assert size == file.stat().st_size < 3_000_000
    return file.read_text("utf-8")


def test_the_page_is_whole_and_loads_nothing(kept, tmp_path, weights):
    text = page(kept / "whole", tmp_path / "page.html", weights=weights)
    elements = Elements(text)
    assert elements.open == []
    pictures = [given for tag, given in elements.found if tag == "img"]
    assert all(given["alt"] and given["src"].startswith("data:image/") for given in pictures)
    assert not any(tag in ("link", "iframe", "object", "base") for tag, _ in elements.found)
    assert re.findall(r"https?://[^\"'<>]*", text) == ["http://www.w3.org/2000/svg"] * 1
    for title in ("How it grew", "What each term costs", "Gram matrices", "The same again",
                  "Where the gradient still pulls", "Told and taken"):  # fmt: skip
        assert f"<h2>{title}</h2>" in text
    assert "not traced" in text


def test_its_one_script_is_the_one_that_may_run(kept, tmp_path, weights):
    text = page(kept / "whole", tmp_path / "page.html", weights=weights)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text


def test_what_is_measured_is_the_picture_of_the_lowest_J(kept, weights):
    told = read_run(RunFolder(kept / "whole"))
    found = measure(told, weights)
    rows = read_trace(kept / "whole")
    assert found.exact
    lowest = min(row["J"] for row in rows if row["scale"] == 2)
    assert found.pulls.cost.total == pytest.approx(lowest, rel=1e-6)
    assert set(found.maps) == {"J", "content", "style"}
    assert found.maps["J"].shape == (22, 37)


def test_the_gram_matrices_are_those_of_the_layers(kept, pictures, weights):
    """Against the plain definition, in the order of the style's diagonal."""
    found = measure(read_run(RunFolder(kept / "whole")), weights).grams
    assert [of.layer for of in found] == ["conv1_1", "conv1_2"]
    features, _ = forward(pictures[1], VGG19, weights, {"conv1_1", "conv1_2"})
    for of in found:
        G_S = gram_per_position(features[of.layer])
        order = np.argsort(-np.diag(G_S))
        np.testing.assert_allclose(of.style, G_S[np.ix_(order, order)], rtol=1e-3, atol=1e-3)
        assert of.before > of.after


def test_what_would_leave_the_bounds_does_not_pull(kept, weights):
    told = read_run(RunFolder(kept / "whole"))
    G, *_ = measured.canvas_of(told)
    black = np.zeros_like(G)
    content = told.content
    J = Objective(mirrored(content, 4), told.styles, told.settings, weights, computing=PLAIN)
    _, dG = J(black)
    inside = measured.pulls_and_maps(J, black, bounds=True)[1]["J"]
    free = measured.pulls_and_maps(J, black, bounds=False)[1]["J"]
    np.testing.assert_allclose(free, np.sqrt(np.sum(dG**2, axis=2)), rtol=1e-3, atol=1e-6)
    held = np.where(dG > 0, 0, dG)
    np.testing.assert_allclose(inside, np.sqrt(np.sum(held**2, axis=2)), rtol=1e-3, atol=1e-6)
    assert (inside < free).any()


def test_a_run_that_was_stopped_early_has_a_page(kept, tmp_path, weights):
    text = page(kept / "half", tmp_path / "half.html", weights=weights)
    assert "after 2 steps" in text
    assert "Gram matrices" in text


def test_what_cannot_be_measured_is_left_out_and_said(kept, tmp_path, weights):
    def other(*arguments, **named):
        J = Objective(*arguments, **named)
        return J.with_terms(J.terms[:1])

    text = page(kept / "whole", tmp_path / "o.html", weights=weights, objective=other)
    assert "an objective of its own" in text
    assert "<h2>Gram matrices</h2>" not in text


def test_a_kill_leaves_enough_for_a_page(kept, tmp_path, weights):
    shutil.copytree(kept / "whole", tmp_path / "killed")
    (tmp_path / "killed/result.png").unlink()
    (tmp_path / "killed/checkpoint.bin").unlink()
    text = page(tmp_path / "killed", tmp_path / "page.html", weights=weights)
    assert "neither a checkpoint nor a result" in text


def test_nothing_painted_is_no_report(tmp_path, kept, weights):
    with pytest.raises(InputError, match="There is no run in"):
        runs.report(tmp_path / "nowhere", tmp_path / "page.html")
    with pytest.raises(InputError, match=r"suffix \.pdf"):
        runs.report(kept / "whole", tmp_path / "page.pdf")
    shutil.copytree(kept / "whole", tmp_path / "empty")
    (tmp_path / "empty/trace.jsonl").write_text("")
    with pytest.raises(InputError, match="Nothing has been painted yet"):
        runs.report(tmp_path / "empty", tmp_path / "page.html")


@pytest.mark.long
def test_a_large_and_noisy_picture_stays_small():
    noise = np.random.default_rng(1).integers(0, 255, (900, 1200, 3), np.uint8)
    source = webp(Image.fromarray(noise), 100_000)
    assert len(base64.b64decode(source.partition(",")[2])) <= 100_000


def test_each_colour_of_the_ramp_is_lighter_than_the_one_before():
    light = RAMP @ [0.299, 0.587, 0.114]
    assert (np.diff(light) > 0).all()
    np.testing.assert_array_equal(ramped(np.array([-1.0, 0.0, 1.0, 2.0]))[[0, 3]],
                                  ramped(np.array([0.0, 1.0])))  # fmt: skip


def test_curves_break_at_a_scale_and_escape_names():
    points = [(1, 0, 100.0), (1, 1, 10.0), (2, 1, 1000.0), (2, 2, 1.0)]
    assert parts_of(points) == [[(0, 100.0), (1, 10.0)], [(1, 1000.0), (2, 1.0)]]
    drawn = svg({"J": parts_of(points), "<b>&": [[(0, 0.0), (2, 0.0)]]}, 'a "title"', [1])
    assert drawn.count("<polyline") == 3
    assert "<b>" not in drawn
    assert "&lt;b&gt;&amp;" in drawn
    lines = re.findall(r'points="([^"]*)"', drawn)
    heights = [float(pair.split(",")[1]) for pair in lines[0].split()]
    assert heights[1] - heights[0] == pytest.approx((280 - 40) / 3, abs=0.2)  # one power of three


def test_names_do_not_stand_over_each_other():
    places = [y for y, *_ in apart([(50.0, name, "") for name in "abcdef"], 270)]
    assert min(np.diff(places)) >= 15


def test_what_is_usual_beside_the_settings_is_the_command_lines():
    options = Options()
    for name, value in BESIDE.items():
        usual = getattr(options, name)
        assert (list(usual) if isinstance(usual, tuple) else usual) == value
    assert set(BESIDE) == {
        "colours", "grain", "style_scale", "balance", "normalise_gradients", "keep", "averaged",
        "pulls",
    }  # fmt: skip


def test_the_settings_that_were_chosen_are_told(kept):
    told = read_run(RunFolder(kept / "whole"))
    assert set(chosen(told)) == {
        "content_layers", "style_layers", "margin", "iterations", "gain", "backend", "threads",
    }  # fmt: skip
    again = eval(command(told).partition(" = ")[2], {"nst_numpy": nst_numpy})
    assert settings_table(again) == settings_table(told.settings)
    rows = {name: (before, after) for name, before, after in taken(told)}
    assert rows["steps"] == ("at most 8", "8")
    assert rows["memory"][1].endswith("GB")
