"""The curves under a film: each value at its height, each name where its curve ends."""

import numpy as np
import pytest

from nst_numpy.runs.curves import COLOURS, FAINT, INK, Curves


def row(scale, iteration, J, **terms):
    return {"scale": scale, "iteration": iteration, "J": J, "terms": terms}


ROWS = [row(1, n, 1e4, tv=100.0) for n in range(3)] + [
    row(2, n, 1e3, tv=100.0) for n in range(3, 6)
]
LEFT, TOP, BOTTOM = 30, 6, 112  # of a picture 120 high
Y = {100.0: BOTTOM, 1e3: (TOP + BOTTOM) / 2, 1e4: TOP}


def is_(picture, colour):
    wanted = tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return (np.asarray(picture) == wanted).all(axis=2)


@pytest.fixture
def curves():
    return Curves(ROWS, (400, 120))


def right_of(picture):
    """Where the lines of the powers of ten end."""
    return int(np.flatnonzero(is_(picture, FAINT)[TOP]).max())


def test_each_value_stands_at_the_height_of_its_logarithm(curves):
    assert (curves.low, curves.high) == (2, 4)
    picture = curves.drawn(2, 5)
    right, black, term = right_of(picture), is_(picture, INK), is_(picture, COLOURS[0])
    across = (right - LEFT) / 5
    for number, one in enumerate(ROWS):
        x = round(LEFT + across * number) + (2 if number in (0, 3) else -2)  # of its own scale
        assert np.flatnonzero(black[:, x]).mean() == pytest.approx(Y[one["J"]], abs=1)
        assert np.flatnonzero(term[:, x]).mean() == pytest.approx(Y[100.0], abs=1)
    lines = is_(picture, FAINT)[:, LEFT + 3 : LEFT + 9]  # of the powers of ten, where no curve is
    assert [n for n in range(120) if lines[n].all()] == [59]
    numbers = is_(picture, INK)[:, : LEFT - 4]  # beside them
    assert [numbers[round(y) - 5 : round(y) + 6].any() for y in Y.values()] == [True] * 3
    between = round(LEFT + across * 2.5)
    assert not black[:, between].any()  # J is another at another scale
    assert is_(picture, FAINT)[TOP + 5 : BOTTOM - 5, between - 1 : between + 2].any(axis=1).all()


def test_it_is_drawn_as_far_as_a_step(curves):
    whole = curves.drawn(2, 5)
    right = right_of(whole)
    across = (right - LEFT) / 5
    for scale, iteration in ((1, 1), (1, 2), (2, 4)):
        black = is_(curves.drawn(scale, iteration), INK)[:, LEFT : right + 1]
        assert np.flatnonzero(black.any(axis=0)).max() == pytest.approx(across * iteration, abs=2)
    assert not is_(curves.drawn(1, 0), INK)[:, LEFT : right + 1].any()  # a point is no line


def test_names_stand_where_their_curves_end_and_not_over_each_other(curves):
    picture = curves.drawn(2, 5)
    beyond = right_of(picture) + 4
    black, term = (is_(picture, colour)[:, beyond:] for colour in (INK, COLOURS[0]))
    middle = {name: np.argwhere(seen)[:, 0].mean() for name, seen in (("J", black), ("tv", term))}
    assert middle["J"] == pytest.approx(Y[1e3], abs=4)
    assert Y[1e3] + 20 < middle["tv"] < BOTTOM  # no lower than the curves
    same = [row(1, n, 3.0, one=1.0, two=1.0, three=1.0) for n in range(3)]
    picture = Curves(same, (400, 120)).drawn(1, 2)
    seen = [is_(picture, one)[:, right_of(picture) + 4 :] for one in COLOURS[:3]]
    heights = sorted(np.argwhere(one)[:, 0].mean() for one in seen if one.any())
    assert len(heights) == 3
    assert np.diff(heights).min() > 8


@pytest.mark.parametrize("J", [0.0, -1.0])
def test_what_has_no_logarithm_lies_at_the_bottom(J):
    curves = Curves([row(1, n, J, tv=0.0) for n in range(3)], (400, 120))
    picture = curves.drawn(1, 2)
    assert np.flatnonzero(is_(picture, INK)[:, 100]).mean() == pytest.approx(BOTTOM, abs=1)
