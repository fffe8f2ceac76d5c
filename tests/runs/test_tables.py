"""Settings as TOML: written and read back they are the same; a wrong line is one sentence."""

import tomllib
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_numpy import InputError, Settings
from nst_numpy.cli.configuring import options_of, options_table, varied
from nst_numpy.cli.options import Options
from nst_numpy.costs import STATISTICS, Gram
from nst_numpy.runs.tables import read_toml, settings_of, settings_table, toml

words = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | words
    | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
tables = st.recursive(
    st.dictionaries(words, values, max_size=3),
    lambda inner: st.dictionaries(words, inner | values, max_size=3),
    max_leaves=6,
)


@given(tables)
def test_what_is_written_is_read_back(table):
    assert tomllib.loads(toml(table)) == table


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(alpha=0.1, beta=1 / 3, content_layers={"conv1_1": 2, "conv5_4": 1e-9}),
        Settings(style_weights=(3, 1), pooling="max", optimizer="adam", learning_rate=1e-3),
        Settings(start="noise", bounds=False, gain=0, scales=1, seed=2**40, iterations=0),
        *(Settings(statistic=statistic) for statistic in STATISTICS.values()),
    ],
)
def test_settings_are_the_same_again(settings):
    found = settings_of(tomllib.loads(toml(settings_table(settings))))
    for field in fields(Settings):
        if field.name != "pooling":  # the network says it
            assert getattr(found, field.name) == getattr(settings, field.name), field.name


def test_a_start_of_ones_own_lies_beside_them():
    picture = np.full((4, 5, 3), 0.5)
    table = settings_table(Settings(start=picture))
    assert settings_of(table, picture) == replace(Settings(start=picture), pooling="average")


def test_what_has_no_name_is_not_written():
    class Mine(Gram):
        pass

    with pytest.raises(InputError, match="This statistic has no name"):
        settings_table(Settings(statistic=Mine()))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"betta": 1}, "There is no setting 'betta'; did you mean beta?"),
        ({"beta": "much"}, "beta must be a number of at least 0, not 'much'."),
        ({"statistic": "magic"}, "statistic must be one of gram, "),
        ({"network": []}, "network must be one of vgg19, not []."),
        ({"iterations": 1.5}, "iterations must be a whole number, not 1.5."),
        (
            {"content_layers": 3},
            "content_layers must be layers with their weights, as in {'conv4_2': 1}, not 3.",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(table, sentence):
    with pytest.raises(InputError) as error:
        settings_of(table)
    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize("text", [b"beta = ", b"\xff\xfe", b"x" * 2**21, b"a = " + b"[" * 9999])
def test_what_is_no_toml_is_one_sentence(tmp_path, text):
    (tmp_path / "run.toml").write_bytes(text)
    with pytest.raises(InputError, match=r"is no TOML|more than 1048576 bytes") as error:
        read_toml(tmp_path / "run.toml")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(size=99, content_layers={"conv1_1": 0.1, "conv2_2": 1e-12}, style_weights=(1 / 3,)),
        Options(
            bounds=False, style_scale=(1.0, 0.5), colours="match", learning_rate=0.1, threads=3
        ),
        Options(size="max", style_layers={}, pooling="max", statistic="sliced"),
    ],
)
def test_options_are_the_same_again(options):
    found = options_of(tomllib.loads(toml(options_table(options))), "run.toml")
    for field in fields(Options):
        assert getattr(found, field.name) == getattr(options, field.name), field.name


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"betta": 1}, "run.toml has an option 'betta', unknown here; did you mean beta?"),
        ({"beta": "much"}, "run.toml: "),
        ({"content_layers": {"conv1_1": "x"}}, "content-layers must be layers with a number"),
        ({"size": [1, 2]}, "run.toml: "),
        ({"content_mask": "x.png"}, "run.toml has an option 'content_mask', unknown here; did you"),
        ({"beta": "1 --weights=/etc/passwd"}, "run.toml: "),
        ({"beta --help": 1}, "run.toml has an option 'beta --help', unknown here."),
    ],
)
def test_a_strangers_options_are_one_sentence(table, sentence):
    with pytest.raises(InputError) as error:
        options_of(table, "run.toml")
    assert str(error.value).startswith(sentence)
    assert "\n" not in str(error.value)


def test_a_value_of_a_sweep_is_read_as_the_command_line_reads_it():
    assert varied(Options(), "beta", "10").beta == 10
    assert varied(Options(size=7), "content_layers", "conv1_1,conv2_1:2").content_layers == {
        "conv1_1": 1, "conv2_1": 2
    }  # fmt: skip
    assert varied(Options(size=7), "beta", "1").size == 7
    with pytest.raises(InputError, match="--over has an option 'magic', unknown here"):
        varied(Options(), "magic", "1")


def test_a_byte_order_mark_is_no_part_of_the_table(tmp_path):
    (tmp_path / "notepad.toml").write_text("beta = 10\n", encoding="utf-8-sig")
    assert read_toml(tmp_path / "notepad.toml") == {"beta": 10}
