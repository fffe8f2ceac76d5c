"""The gallery: each row has its commands, and what a painter can choose is in some row."""

import re
import sys
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from PIL import Image

from nst_numpy.cli.options import Options

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/gallery.md").read_text(encoding="utf-8")
NOT_OURS = {"defaults", "grain"}
"""Rows of pictures that do not come with the package."""
NOT_SEEN = {
    "network", "backend", "threads", "memory", "rows", "strips", "cluster", "remember", "pairs",
    "trace", "bits", "print_size", "dpi", "profile", "keep_location", "gain", "save_every",
}  # fmt: skip
"""Options that change no picture, or nothing that one can see in it."""


@pytest.fixture(scope="module")
def make():
    sys.path.insert(0, str(ROOT / "docs/gallery"))
    yield import_module("make")
    sys.path.pop(0)
    del sys.modules["make"]


def test_every_picture_has_its_commands_and_every_panel_is_painted_once(make):
    rows = make.rows(TEXT)
    painted = [
        output for lines in rows.values() for line in lines if (output := make.output_of(line))
    ]
    assert len(painted) == len(set(painted))
    made = {
        *painted,
        *re.findall(r"save\('([^']*)'\)", TEXT),
        *re.findall(r"^cp \S+ (\S+)$", TEXT, re.M),
    }
    pictures = set(re.findall(r"\(gallery/(\w+)\.webp\)", TEXT))
    assert set(rows) - {""} == pictures - {"grain"}
    for name in pictures - NOT_OURS:
        shown = make.panels(rows[name])
        assert shown
        assert set(shown) <= made


def test_what_a_painter_chooses_is_in_the_gallery(make):
    commands = " ".join(line for lines in make.rows(TEXT).values() for line in lines)
    words = (word.removeprefix("no-") for word in re.findall(r"--([a-z-]+)", commands))
    named = {word.replace("-", "_") for word in words}
    assert {field.name for field in fields(Options)} - named == NOT_SEEN


def test_lines_are_cut_where_no_quote_is_open(make):
    block = 'one --output a.png\npython -c "x\ny" two\n\n# shown: b.png a.png\n'
    lines = make.whole_lines(block)
    assert lines == ["one --output a.png", 'python -c "x\ny" two', "# shown: b.png a.png"]
    assert make.panels(lines) == ["b.png", "a.png"]
    assert make.output_of("python -m nst_numpy texture s --output t.png") == "t.png"
    assert make.output_of("cp a b") is None


def test_a_sheet_puts_panels_into_rows_of_one_height(make):
    colours = ("red", "lime", "blue", "black")
    large = [Image.new("RGB", (3 * make.WIDTH, 2 * make.WIDTH), colour) for colour in colours]
    made = make.sheet(large)
    width = (make.WIDTH - 2 * make.GAP) // 3
    height = round(width * 2 / 3)
    assert made.width == make.WIDTH
    seen = [made.getpixel((n * (width + make.GAP) + 5, 5)) for n in range(3)]
    assert seen == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert made.getpixel((5, height + make.GAP + 5)) == (0, 0, 0)  # the fourth, in a row of its own


def test_under_each_picture_stands_its_name(make):
    lines = ["# named: one two three", "python -m nst_numpy stylize a b --output a.png"]
    assert make.told(lines, "named") == ["one", "two", "three"]
    assert make.told(lines, "shown") == []
    pictures = [Image.new("RGB", (90, 60), "white")] * 4
    made = make.sheet(pictures, ["one", "two", "three", "four"])
    assert made.height == make.sheet(pictures).height + 2 * make.LETTERS
    for left in (0, 90 + make.GAP):
        under = made.crop((left, 60, left + 40, 60 + make.LETTERS)).convert("L")
        assert under.getextrema()[0] < 128
    assert made.crop((0, 0, made.width, 60)).convert("L").getextrema() == (255, 255)
    with pytest.raises(ValueError, match=r"shorter|longer"):
        make.sheet(pictures, ["one"])


def test_other_systems_are_named_as_they_are_chosen(make):
    lines = make.rows(TEXT)["presets"]
    chosen = [re.search(r"--preset (\S+)", line)[1] for line in lines if "--preset" in line]
    assert make.told(lines, "named") == chosen


def test_a_sheet_enlarges_nothing_and_keeps_what_is_upright(make):
    made = make.sheet([Image.new("RGB", (30, 20), "red"), Image.new("RGB", (20, 40), "blue")])
    assert made.size == (30 + make.GAP + 10, 20)


def test_what_would_be_too_large_a_file_is_saved_more_coarsely(make, tmp_path, monkeypatch):
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    make.save(noise, tmp_path / "fine.webp")
    fine = (tmp_path / "fine.webp").stat().st_size
    monkeypatch.setattr(make, "LARGEST", fine - 1)
    make.save(noise, tmp_path / "coarse.webp")
    assert (tmp_path / "coarse.webp").stat().st_size < fine
