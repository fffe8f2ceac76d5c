from pathlib import Path

import numpy as np
import pytest

import nst_numpy
from nst_numpy import layers
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.paper import network
from nst_numpy.experiments.paper.page import grid, side_by_side, step
from nst_numpy.experiments.trace_one_number import PIXEL

SOURCE = Path(nst_numpy.__file__).parent.parent
TRACE = EXPERIMENTS["trace-one-number"]


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return TRACE.answer(castle, church, weights)


@pytest.fixture(scope="module")
def measured(answer):
    return answer.measured


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert [claim for claim in answer.claims if not claim.holds] == []


def test_the_ways_add_up_to_what_backward_gives_and_to_what_j_does(measured):
    by_backward = measured.dG.x[PIXEL][0]
    assert by_backward != 0
    assert measured.by_hand == pytest.approx(by_backward, rel=1e-12)
    assert (measured.J_more - measured.J_less) / 2e-3 == pytest.approx(by_backward, rel=1e-5)
    parts = [one.x[PIXEL][0] for one in (measured.of_content, measured.of_style)]
    assert sum(parts) == pytest.approx(by_backward, rel=1e-12)
    assert all(parts)


def test_what_the_relu_cut_off_gets_nothing(measured):
    z, dG = measured.G.z, measured.dG
    assert (z <= 0).any()
    assert (dG.z[z <= 0] == 0).all()
    assert (dG.z[z > 0] == dG.a[z > 0]).all()
    assert np.abs(z).min() >= 0.25  # far from the kink, and from what the pixel is moved
    for way in measured.ways:
        assert way.z == z[way.i, way.j, way.o]
        assert way.z > 0 or way.product == 0


def test_the_pixel_reaches_as_many_z_as_it_has_weights(measured):
    assert len(measured.ways) == measured.z_moved == np.count_nonzero(network.WEIGHT) == 11


def test_the_numbers_are_those_that_a_pencil_gets(measured):
    """One entry of each step by the formula, with plain arithmetic."""
    C, S, G, dG = measured.C, measured.S, measured.G, measured.dG
    x = G.x[..., 0]
    assert (x == (C.x + S.x)[..., 0] / 2).all()
    assert G.z[1, 1, 0] == 0.25 + x[:3, 2].sum() - x[:3, 0].sum()
    assert G.z[1, 1, 1] == x[1, :3].sum() + x[0, 1] + x[2, 1] - 6.75
    assert G.p[0, 0, 0] == np.maximum(G.z[:2, :2, 0], 0).sum() / 4
    p_G, p_C, p_S = (one.p.reshape(4, 2) for one in (G, C, S))
    D = (p_G.T @ p_G - p_S.T @ p_S) / 4
    J = 16 * ((p_G - p_C) ** 2).sum() / 32 + 16 * (D**2).sum() / 16
    assert pytest.approx(J) == measured.cost.total
    assert dG.p.reshape(4, 2) == pytest.approx((p_G - p_C) + p_G @ D)
    assert (dG.x == network.objective(C, S)(G.x)[1]).all()  # as J's own evaluator has it


def test_each_step_names_the_line_that_computes_it(answer):
    places = [n for n, line in enumerate(answer.lines) if line.startswith("    nst_numpy/")]
    assert len(places) == 14
    computed = []
    for number, n in enumerate(places, start=1):
        assert answer.lines[n - 1].startswith(f"{number:2}  ")
        file, line = answer.lines[n].strip().split(":")
        computed.append(answer.lines[n + 1].strip())
        source = (SOURCE / file).read_text(encoding="utf-8").splitlines()
        assert source[int(line) - 1].strip() == computed[-1]
    for code in ("np.matmul(", "np.maximum(z, 0)", "0.25", "A.T @ A", "da * positive", "swapaxes"):
        assert any(code in line for line in computed)


def test_a_place_is_found_by_what_stands_there_or_not_at_all():
    formula, place, code, _ = step("dz = …", (layers.relu_backward, "return"))
    assert formula == "dz = …"
    assert place.startswith("    nst_numpy/layers/relu.py:")
    assert code == "        return da * positive"
    for words, count in (("no such code", "0"), ("a", "")):
        with pytest.raises(LookupError, match=f"{count} lines of relu_backward"):
            step("", (layers.relu_backward, words))


def test_what_is_printed_fits_a_terminal(answer):
    assert max(map(len, answer.lines)) <= 100
    assert not any(line != line.rstrip() for line in answer.lines)
    assert any("•" in line for line in answer.lines)


def test_another_pair_of_pictures_works_as_well(castle, church, weights):
    """The photograph as its own style: G is C, J is 0, and nothing pulls."""
    for picture in (church, np.full((20, 30, 3), 0.5, np.float32)):
        same = TRACE.answer(picture, picture, weights).measured
        assert same.cost.total == same.by_hand == same.dG.x[PIXEL][0] == 0
    swapped = TRACE.answer(church, castle, weights)
    assert all(claim.holds for claim in swapped.claims)


def test_small_pictures_keep_the_mean_of_each_block():
    picture = np.zeros((8, 10, 3))
    picture[:2, 1:3] = 0.5  # the first block of the middle square
    picture[6:, 7:9] = 1.0  # the last
    small = network.small_picture(picture)
    assert small.shape == (4, 4, 1)
    assert (small[0, 0, 0], small[3, 3, 0], small.sum()) == (2, 4, 6)


def test_grids_are_written_in_columns():
    one = grid("one", np.array([[1.0, -0.5], [0.25, -0.0]]), (1, 0))
    assert [line.rstrip() for line in one] == ["one", " 1.00  -0.50", "•0.25   0.00"]
    wide, low = grid("w" * 50, np.eye(2)), grid("low", np.ones((1, 1)))
    lines = side_by_side(one, low, one, wide, wide)
    assert lines[0] == "one" + " " * 13 + "low    one" + " " * 13 + "w" * 50
    assert lines[2] == "•0.25   0.00" + " " * 11 + "•0.25   0.00    0  1"
    assert lines[3] == ""
    assert lines[4] == "w" * 50
