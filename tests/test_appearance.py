"""Values show themselves in a line, a table or a picture, and settings as Python reads them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import NARROW

import nst_numpy as nst
from nst_numpy.appearance import html_table, number, share, text_table
from nst_numpy.costs import Covariance
from nst_numpy.studio import averages

RNG = np.random.default_rng(0)
C = RNG.random((32, 48, 3), np.float32)
QUICK = nst.Settings(
    content_layers={"conv1_2": 1.0}, style_layers={"conv1_1": 1.0},
    iterations=1, scales=1, margin=0,
)  # fmt: skip
PLAIN = nst.Computing(backend="numpy")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back(value):
    assert eval(number(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.0**-14, "1/16384"), (0.25, "0.25"), (1 / 3, "1/3"), (0.1, "0.1"), (1000.0, "1000")],
)
def test_a_short_number(value, text):
    assert number(value) == text


def test_a_share():
    assert [share(part, 200) for part in (0, 0.5, 3, 200)] == ["0%", "< 1%", "2%", "100%"]
    assert share(1, 0) == "0%"


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"beta": 1000}, {"style_layers": {"conv1_1": 2**-14, "conv2_1": 0.3}},
        {"style_weights": (1, 2)}, {"style_weights": (2.5,)}, {"pooling": "max"},
        {"pooling": "average"}, {"start": "noise", "seed": 7}, {"learning_rate": 0.02},
        {"statistic": Covariance()}, {"bounds": False, "content_layers": {}},
    ],
)  # fmt: skip
def test_settings_show_what_differs_and_are_read_back(changes):
    settings = nst.Settings(**changes)
    text = repr(settings)
    assert eval(text, vars(nst) | {"Covariance": Covariance}) == settings
    assert text.count("=") == len(changes)


def test_of_a_picture_settings_show_the_size():
    assert repr(nst.Settings(start=C)) == "Settings(start=<48 × 32 pixels>)"
    assert "VGG with 8 channels" in repr(nst.Settings(network=NARROW))
    assert len(repr(nst.Settings(network=NARROW, start=C))) < 200


def test_everything_shows_itself_in_a_line_or_a_table(weights):
    J = nst.Objective(C, [C], QUICK, weights, computing=PLAIN)
    (*_, step) = nst.stylize(C, [C], QUICK, weights, PLAIN)
    painting = nst.paint(C, C, QUICK, weights, computing=PLAIN, progress=False)
    lines = [
        QUICK, PLAIN, J, J.terms[0], J.terms[1], step, averages(2)(step, None), painting,
        nst.Masked([C[:, :, 0]]), nst.PRESETS["gatys"], QUICK.network,
    ]  # fmt: skip
    for value in lines:
        assert "\n" not in repr(value)
        assert len(repr(value)) < 160
    for value in (step.cost, weights, nst.PRESETS, painting.trace):
        first, *rest = repr(value).splitlines()
        assert len(rest) >= 2
        assert max(len(line) for line in (first, *rest)) <= 110
        assert value._repr_html_().startswith("<table>")
    assert repr(weights).splitlines()[1] == "conv1_1     (3, 3, 3, 64)   (64,)      1,792"
    assert repr(averages(2)(step, None)).startswith("AverageStep(scale 1, iteration 1: J = ")
    assert step._repr_png_()[:4] == painting._repr_png_()[:4] == b"\x89PNG"


def test_a_table():
    rows = [("a", "1"), ("bcd", "<22>")]
    assert text_table(("name", "n"), rows) == "name     n\na        1\nbcd   <22>"
    assert '<td style="text-align: right">&lt;22&gt;</td>' in html_table(("name", "n"), rows)
