"""`Settings` as a shell spells them."""

from dataclasses import fields

import numpy as np
import pytest

from nst_numpy import InputError, Settings, save_image
from nst_numpy.cli.app import app
from nst_numpy.cli.options import Options, show_layers


def parsed(*arguments):
    command, bound, _ = app.parse_args(
        ["stylize", "a.png", "b.png", *arguments], exit_on_error=False, print_error=False
    )
    assert command.__name__ == "stylize"
    return bound.arguments.get("options", Options())


def test_no_option_means_the_defaults_of_settings():
    assert parsed().settings((8, 8, 3)) == Settings()


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
        (["--start", "noise"], "start", "noise"),
        (["--optimizer", "gradient-descent"], "optimizer", "gradient-descent"),
        (["--learning-rate", "0.1"], "learning_rate", 0.1),
        (["--seed", "7"], "seed", 7),
    ],
)
def test_each_option_reaches_its_field(arguments, field, value):
    assert getattr(parsed(*arguments).settings((8, 8, 3)), field) == value


def test_every_field_of_settings_is_an_option_with_its_help(capsys):
    app(["stylize", "--help"], exit_on_error=False, print_error=False)
    screen = capsys.readouterr().out
    for field in fields(Settings):
        assert f"--{field.name.replace('_', '-')} " in screen
    assert "α, the weight of the content cost" in screen


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
