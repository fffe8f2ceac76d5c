"""`Settings` as a shell spells them."""

from dataclasses import fields

import numpy as np
import pytest
from cyclopts import CycloptsError

from nst_numpy import Computing, InputError, Settings, save_image
from nst_numpy.cli.app import app
from nst_numpy.cli.configuring import options_of, options_table, with_files
from nst_numpy.cli.options import Options
from nst_numpy.cli.spelling import NAMED, show_layers


def parsed(*arguments):
    command, bound, _ = app.parse_args(
        ["stylize", "a.png", "b.png", *arguments], exit_on_error=False, print_error=False
    )
    assert command.__name__ == "stylize"
    return bound.arguments.get("options", Options())


def test_no_option_means_the_defaults_of_settings():
    assert parsed().settings((8, 8, 3)) == Settings()
    assert parsed().computing == Computing()


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        (["--alpha", "2"], "alpha", 2.0),
        (["--tv-weight", "0.5"], "tv_weight", 0.5),
        (
            ["--content-layers", "conv4_2:1,conv5_2:0.5"],
            "content_layers",
            {"conv4_2": 1, "conv5_2": 0.5},
        ),
        (["--style-layers", "conv1_1"], "style_layers", {"conv1_1": 1.0}),
        (["--pooling", "max"], "pooling", "max"),
        (["--style-weights", "3, 0.5"], "style_weights", (3.0, 0.5)),
        (["--start", "noise"], "start", "noise"),
        (["--optimizer", "gradient-descent"], "optimizer", "gradient-descent"),
        (["--learning-rate", "0.1"], "learning_rate", 0.1),
        (["--seed", "7"], "seed", 7),
    ],
)
def test_each_option_reaches_its_field(arguments, field, value):
    assert getattr(parsed(*arguments).settings((8, 8, 3)), field) == value


@pytest.mark.parametrize(
    ("text", "gigabytes"),
    [
        ("4", 4), ("0.5", 0.5), ("4GB", 4), ("4 GB", 4), ("4g", 4), ("800MB", 0.8),
        ("2GiB", 2 * 1.073741824), ("512 MiB", 0.536870912), ("1TB", 1000),
    ],
)  # fmt: skip
def test_memory_is_read_as_people_write_it(text, gigabytes):
    assert parsed("--memory", text).computing.memory == pytest.approx(gigabytes, rel=1e-12)
    assert options_of({"memory": text}, "a.toml").memory == pytest.approx(gigabytes, rel=1e-12)


@pytest.mark.parametrize("text", ["", "GB", "4 kB", "4 pages", "1/4", "4GB8"])
def test_memory_that_is_none_is_a_sentence(text):
    with pytest.raises(InputError, match="is not a memory, as in 4, 4GB or 800MB"):
        options_of({"memory": text}, "a.toml")


def test_every_field_of_settings_is_an_option_with_its_help(capsys):
    app(["stylize", "--help"], exit_on_error=False, print_error=False)
    screen = capsys.readouterr().out
    for field in (*fields(Settings), *fields(Computing)):
        there = f"--{field.name.replace('_', '-')} " in screen
        assert there or len(NAMED[field.name]) == 1  # where there is but one, there is no choice
    assert "α, the weight of the content cost" in screen


def test_help_says_what_masks_and_tiles_need(capsys):
    app(["stylize", "--help"], exit_on_error=False, print_error=False)
    assert "With --statistic gram only" in " ".join(
        capsys.readouterr().out.replace("│", "").split()
    )
    app(["texture", "--help"], exit_on_error=False, print_error=False)
    told = " ".join(capsys.readouterr().out.replace("│", "").split())
    unit = Settings().network.least_side(Settings().taps) * 2 ** (Settings().scales - 1)
    assert f"multiples of {unit}," in told


def test_a_start_that_is_a_file_is_read_in_the_contents_shape(tmp_path):
    save_image(np.full((6, 9, 3), 0.2), tmp_path / "start.png")
    start = parsed("--start", str(tmp_path / "start.png")).settings((8, 4, 3)).start
    assert start.shape == (8, 4, 3)
    np.testing.assert_allclose(start, 0.2, atol=1e-6)


def test_a_start_that_is_neither_is_named():
    with pytest.raises(InputError, match=r"lost\.png does not exist"):
        parsed("--start", "lost.png").settings((8, 8, 3))


def test_layers_are_shown_as_they_are_read():
    layers = {"conv1_1": 0.25, "conv5_4": 1.0}
    shown = show_layers(layers)
    assert shown == "conv1_1:0.25,conv5_4:1"
    assert parsed("--style-layers", shown).style_layers == layers
    defaults = Settings().style_layers
    assert parsed("--style-layers", show_layers(defaults)).style_layers == defaults


def test_spaces_around_layers_do_not_matter_and_nothing_means_no_layers():
    read = parsed("--content-layers", " conv1_1 : 2 , conv1_2", "--style-layers", "")
    assert read.content_layers == {"conv1_1": 2.0, "conv1_2": 1.0}
    assert read.style_layers == {}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--style-layers", "conv1_1,conv1_1:2"], "conv1_1 is given twice"),
        (["--style-layers", "conv1_1,,"], "'' is not a layer and its weight"),
        (["--iterations", "1.5"], "'1.5' is not a whole number"),
        (["--threads", "1e3"], "'1e3' is not a whole number"),
        (["--size", "large"], "'large' is neither a whole number nor max"),
        (["--weights", ""], "The name of the file is empty"),
        (["--output", ""], "The name of the file is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments, sentence):
    with pytest.raises(CycloptsError) as error:
        parsed(*arguments)
    assert sentence in str(error.value)


def test_the_options_of_what_computes_reach_it():
    read = parsed("--backend", "numpy", "--threads", "3", "--memory", "1.5")
    assert read.computing == Computing("numpy", 3, 1.5)
    with pytest.raises(InputError, match="memory must be above 0, not 0"):
        parsed("--memory", "0").computing  # noqa: B018  (it is checked when it is made)


@pytest.mark.parametrize(
    ("text", "said"),
    [("1e300", r"at most 1e\+09 .*, not 1e\+300"), ("1e400", "finite and"), ("nan", "finite and")],
)
def test_what_no_memory_can_be_is_said_as_it_was_typed(text, said):
    with pytest.raises(InputError, match=f"^memory must be {said}"):
        parsed("--memory", text).computing  # noqa: B018


@pytest.mark.parametrize("start", ["Noise", ""])
def test_a_start_that_is_nothing_names_the_choices(start):
    with pytest.raises(InputError, match="one of content, noise, gray, or a picture's file"):
        parsed("--start", start).settings()


@pytest.mark.parametrize(
    ("number", "text"),
    [(1 / 4096, "1/4096"), (1 / 262144, "1/262144"), (0.5, "0.5"), (2.0, "2"), (1 / 3, "1/3"),
     (0.1234567, "0.1234567"), (1e-300, "1e-300"), (0.0, "0")],
)  # fmt: skip
def test_a_weight_is_written_as_people_say_it_and_read_back(number, text):
    assert show_layers({"conv1_1": number}) == f"conv1_1:{text}"
    assert parsed("--style-layers", f"conv1_1:{text}").style_layers == {"conv1_1": number}


@pytest.mark.parametrize("text", ["1/0", "1/", "/4", "1/2/3", "1/nan"])
def test_what_is_no_weight_is_refused(text):
    with pytest.raises((CycloptsError, InputError)):
        parsed("--style-layers", f"conv1_1:{text}").settings()


def test_what_a_preset_chose_is_not_given_when_options_are_read_back():
    """Else a resumed painting would have another α, made for another size, and lose its grain."""
    shape = (85, 128, 3)
    typed = Options(preset="keras", iterations=7)
    for options in (
        options_of(options_table(typed), "run.toml"),
        with_files(typed, {}),
        typed.but(dpi=200.0),
    ):
        assert options.settings(shape) == typed.settings(shape)
        assert "grain" not in options.given
        assert options.settings(shape).alpha != typed.settings((64, 64, 3)).alpha
    assert options_of(options_table(Options(preset="keras", alpha=3.0)), "x").settings().alpha == 3
