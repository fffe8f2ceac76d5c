"""``presets`` and ``--preset`` as somebody types them."""

import pytest
from test_options import parsed
from typed import run

from nst_numpy import PRESETS, preset


def test_the_table_has_a_row_for_each(capsys):
    code, out, _ = run(capsys, "presets")
    assert code == 0
    for name in PRESETS:
        assert sum(line.split()[:1] == [name] for line in out.splitlines()) == 2


def test_their_weight_becomes_ours_and_ours_theirs(capsys):
    _, there, _ = run(capsys, "presets", "anishathalye", "--style-weight", "1000")
    _, back, _ = run(capsys, "presets", "anishathalye", "--beta", "800")
    row = ["style", "--style-weight", "1000", "0.8", "800", "β,", "--beta"]
    for screen in (there, back):
        assert row in [line.split() for line in screen.splitlines()]


def test_what_differs_is_said(capsys):
    for name, one in PRESETS.items():
        _, out, _ = run(capsys, "presets", name)
        for sentence in one.differs:
            assert sentence in out
        assert one.source in out


def test_the_size_counts_where_squares_are_added_up(capsys):
    _, out, _ = run(capsys, "presets", "keras", "--pixels", "1000")
    assert f"{preset('keras', pixels=1000).alpha:.6g}" in out
    assert f"gradient-descent by {preset('keras', pixels=1000).learning_rate:.4g}," in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--beta", "3"], "Whose weights? Name a system, as in: presets gatys --beta 250."),
        (["gatys", "--beta", "-1"], "beta must be a number of at least 0, not -1.0."),
        (["gatys", "--pixels", "0"], "pixels must be at least 1, not 0."),
        (["nobody"], '"gatys"'),
    ],
)
def test_what_cannot_be_translated(capsys, arguments, sentence):
    code, _, err = run(capsys, "presets", *arguments)
    assert code == 2
    assert sentence in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", PRESETS)
def test_the_option_is_the_preset_at_the_contents_size(name):
    assert parsed("--preset", name).settings((64, 32, 3)) == preset(name, pixels=64 * 32)


def test_what_is_given_beside_it_wins_even_where_it_is_the_default():
    chosen = parsed("--preset", "gatys", "--beta", "250", "--scales", "2", "--start", "noise")
    assert (chosen.beta, chosen.scales, chosen.start) == (250, 2, "noise")
    made = chosen.settings((64, 64, 3))
    assert (made.alpha, made.beta, made.scales, made.network.pooling) == (4, 250, 2, "max")
    assert parsed("--preset", "keras", "--alpha", "1").settings((64, 32, 3)).alpha == 1
    rate = parsed("--preset", "keras", "--learning-rate", "0.1").settings((64, 32, 3)).learning_rate
    assert rate == 0.1


def test_an_unknown_one_is_refused_with_the_names(capsys, folder):
    code, _, err = run(capsys, "stylize", "photo.png", "painting.png", "--preset", "monet")
    assert code == 2
    assert '"neural-style"' in err


def test_it_paints(capsys, folder):
    code, out, _ = run(
        capsys, "stylize", "photo.png", "painting.png", "--preset", "pytorch",
        "-o", "out.png", "--size", "24", "--iterations", "3",
    )  # fmt: skip
    assert code == 0
    assert "iteration 3" in out
