"""What those who come from elsewhere type: names of other programs, masks, weights, too much."""

import re
from pathlib import Path

import numpy as np
import pytest
from typed import QUICK, quick, run

from nst_numpy import save_image
from nst_numpy.cli import sizes
from nst_numpy.cli.others import CALLED, OTHERS, OURS, name_of, with_one_dash
from nst_numpy.cli.sizes import cure
from nst_numpy.cli.texturing import UNUSED
from nst_numpy.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs/options.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.*`.*) \| (.*) \| (.*) \| (.*) \| .* \|$", PAGE, re.M)


def test_each_name_on_the_page_is_known_and_leads_to_its_row():
    found: dict[str, list[str]] = {}
    for ours, *theirs in ROWS:
        here = ours.replace("`", "")
        for option in re.findall(r"(?<![\w-])--?[a-z][a-z_-]*", " ".join(theirs)):
            found.setdefault(name_of(option), []).append(here)
    assert found.keys() - OURS - {"weights"} <= OTHERS.keys()
    for name, ours in OTHERS.items():
        if name != "content":  # crowsonkb's pictures have no option
            assert any(ours in row for row in found[name]), name


def test_no_name_leads_to_two_places_and_none_is_one_of_ours():
    names = " ".join(CALLED.values()).split()
    assert len(names) == len(set(names))
    assert not OURS & set(names)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--init", "image"], "--init is --start here."),
        (["--init=image"], "--init is --start here."),
        (["-init", "image"], "-init is --start here."),
        (["--content-weight", "5"], "--content-weight is --alpha here."),
        (["--style_weight", "5"], "--style_weight is --beta here."),
        (["-style_scale", "2"], "-style_scale has two dashes here: --style-scale."),
        (["-output_image", "x.png"], "-output_image is --output here."),
        (["-output", "x.png"], "-output has two dashes here: --output."),
        (["--colors", "match"], "Unknown option: --colors. Did you mean --colours?"),
    ],
)
def test_an_option_of_another_program_leads_to_ours(capsys, folder, words, sentence):
    code, _, err = run(capsys, "stylize", "photo.png", "painting.png", *words)
    assert (code, err) == (2, sentence + "\n")


def test_what_is_ours_with_one_dash_and_what_follows_two_is_left_alone():
    assert with_one_dash(["a.png", "-o", "x.png", "--start=-init", "--", "-init"]) is None


def test_a_style_that_is_a_number_was_a_weight(capsys, folder):
    code, _, err = run(capsys, *QUICK, "--style-weights", "3", "1")
    assert code == 2
    assert err.startswith("There is no picture 1; several numbers are joined by commas")
    (folder / "painting.png").rename("1")  # but a picture of that name is a picture
    words = [word if word != "painting.png" else "1" for word in QUICK]
    assert run(capsys, *words)[0] == 0


@pytest.mark.parametrize("option", ["--size", "-o"])
def test_a_style_that_is_an_option_stood_after_two_dashes(capsys, folder, option):
    words = ["stylize", "--size", "24", "--", "photo.png", "painting.png", option, "32"]
    code, _, err = run(capsys, *words)
    said = f"There is no picture {option}; options come before --, and only pictures after it.\n"
    assert (code, err) == (2, said)
    (folder / "painting.png").rename(option)  # but a picture of that name is a picture
    assert run(capsys, "stylize", *QUICK[3:], "--", "photo.png", option)[0] == 0


@pytest.mark.parametrize("words", [["mask.png", "land.png"], ["mask.png,land.png"]])
def test_masks_that_are_not_repeated_are_told_how(capsys, folder, words):
    for name in ("mask.png", "land.png"):
        save_image(np.ones((20, 30, 3)), folder / name)
    code, _, err = run(capsys, *QUICK, "painting.png", "--content-mask", *words)
    assert code == 2
    assert err.startswith(f"There is 1 content mask and no style mask for {len(words) + 1} styles;")
    assert "Repeat --content-mask before each mask, once for each style; these are paint" in err
    assert ("land.png" in err) == (len(words) == 2)


def test_a_layer_named_after_its_relu_is_told_ours(capsys, folder):
    code, _, err = run(capsys, *quick(style_layers="relu1_1"))
    assert code == 2
    assert "relu1_1 is conv1_1 here" in err


def test_fewer_pairs_or_adam_are_named_where_they_make_it_fit():
    settings = Settings()
    assert cure(settings, lambda s: s.pairs <= 8) == " With --pairs 8 it fits."
    assert cure(settings, lambda s: s.optimizer == "adam") == " With --optimizer adam it fits."
    assert cure(settings, lambda _: False) == ""
    assert cure(Settings(pairs=5), lambda s: s.pairs > 5 or s.pairs == 3) == (
        " With --pairs 3 it fits."
    )
    assert cure(Settings(optimizer="adam"), lambda _: True) == ""


def test_a_texture_that_is_too_large_is_told_what_would_fit(capsys, folder, monkeypatch):
    monkeypatch.setattr(sizes, "available_memory", lambda: 10**9)
    monkeypatch.setattr(sizes, "predicted_memory", lambda _, s, *__: s.pairs * 10**8)
    code, _, err = run(capsys, "texture", "painting.png", "--size", "48")
    assert code == 2
    assert err.endswith("48 × 48 pixels need about 2.0 GB, and 1.0 GB are free. With --pairs 8 it "
                        "fits.\n")  # fmt: skip


def test_the_first_line_says_how_large_it_will_be(capsys, folder):
    code, _, err = run(capsys, *quick(size="40", iterations="1"))
    assert code == 0
    assert re.match(r"40 × 27 pixels; about \d\.\d GB of memory\.\n", err)


def test_the_help_of_a_texture_shows_what_it_can_use(capsys):
    screen = run(capsys, "texture", "--help")[1]
    for name in UNUSED:
        assert f"--{name.replace('_', '-')} " not in screen
    assert "--empty" not in screen
    assert "--style-layers" in screen


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--start", "content"], "A texture has no content to start from; start from noise"),
    ],
)  # fmt: skip
def test_a_texture_refuses_what_it_cannot_use(capsys, folder, words, sentence):
    code, _, err = run(capsys, "texture", "painting.png", *words)
    assert code == 2
    assert err.startswith(sentence)


def test_a_texture_says_what_changes_nothing(capsys, folder):
    words = ["texture", "painting.png", "--size", "24", "--iterations", "1", "--scales", "1"]
    code, _, err = run(capsys, *words, "--alpha", "3", "--grain", "0")
    assert code == 0
    assert err.startswith("A texture has no photograph, so there is no use in --alpha, --grain.\n")


def test_what_a_texture_cannot_use_may_stand_in_a_file(capsys, folder):
    (folder / "mine.toml").write_text('alpha = 3\nstart = "content"\niterations = 1\nscales = 1\n')
    words = ["texture", "painting.png", "--config", "mine.toml", "--size", "24", "-o", "t.png"]
    assert run(capsys, *words)[0] == 0
