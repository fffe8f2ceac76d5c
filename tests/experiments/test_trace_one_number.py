from pathlib import Path

import numpy as np
import pytest

import nst_numpy
from nst_numpy import layers
from nst_numpy.experiments import trace_one_number
from nst_numpy.experiments.paper import network
from nst_numpy.experiments.paper.page import Grid, lines_of_grid, place_of, side_by_side

SOURCE = Path(nst_numpy.__file__).parent.parent


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return trace_one_number.answer(castle, church, weights)


@pytest.fixture(scope="module")
def values(answer):
    """All grids of all steps: title -> array."""
    grids = {}
    for step in answer.numbers["steps"]:
        grids.update(step["values"])
    return {title: np.array(rows) for title, rows in grids.items()}


def test_the_ways_add_up_to_what_backward_gives_and_to_what_j_does(answer):
    numbers = answer.numbers
    assert numbers["by backward"] != 0
    assert sum(way["product"] for way in numbers["ways"]) == numbers["by hand"]
    assert numbers["by hand"] == pytest.approx(numbers["by backward"], rel=1e-12)
    assert numbers["by moving"] == pytest.approx(numbers["by backward"], rel=1e-5)
    both = numbers["content alone"] + numbers["style alone"]
    assert both == pytest.approx(numbers["by backward"], rel=1e-12)
    assert numbers["content alone"] != 0
    assert numbers["style alone"] != 0


def test_what_the_relu_cut_off_gets_nothing(answer, values):
    cut = 0
    for channel in network.CHANNELS:
        z, dz, da = (values[f"{name}, {channel}"] for name in ("z", "dz", "da"))
        assert (dz[z <= 0] == 0).all()
        assert (dz[z > 0] == da[z > 0]).all()
        assert np.abs(z).min() >= 0.25  # far from the kink, and from what H moves
        cut += int((z <= 0).sum())
    assert cut == answer.numbers["cut off"] > 0
    for way in answer.numbers["ways"]:
        assert way["passes"] == (way["z"] > 0)
        assert way["passes"] or way["product"] == 0


def test_the_pixel_reaches_as_many_z_as_it_has_weights(answer):
    count = np.count_nonzero(network.WEIGHT)
    assert len(answer.numbers["ways"]) == answer.numbers["z that moved"] == count == 11


def test_the_numbers_are_those_that_a_pencil_gets(answer, values):
    """One entry of each step by the formula, with plain arithmetic."""
    x = values["x = G"]
    assert (
        x == (np.array(answer.numbers["pictures"]["C"]) + answer.numbers["pictures"]["S"]) / 2
    ).all()
    assert values["z, edge"][1, 1] == 0.25 + x[:3, 2].sum() - x[:3, 0].sum()
    assert values["z, bright"][1, 1] == x[1, :3].sum() + x[0, 1] + x[2, 1] - 6.75
    assert values["p, edge"][0, 0] == np.maximum(values["z, edge"][:2, :2], 0).sum() / 4
    p_G, p_C, p_S = (
        values[name] for name in ("p_G", "p_C, a row per position", "p_S, a row per position")
    )
    D = (p_G.T @ p_G - p_S.T @ p_S) / 4
    J = 16 * ((p_G - p_C) ** 2).sum() / 32 + 16 * (D**2).sum() / 16
    assert answer.numbers["J"] == pytest.approx(J)
    dp = (p_G - p_C) + p_G @ D
    assert values["dp, edge"].ravel() == pytest.approx(dp[:, 0])
    assert values["dp, bright"].ravel() == pytest.approx(dp[:, 1])
    assert values["dx = dJ/dG"][1, 1] == answer.numbers["by backward"]


def test_each_step_names_the_line_that_computes_it(answer):
    steps = answer.numbers["steps"]
    assert len(steps) == 14
    for step in steps:
        lines = (SOURCE / step["file"]).read_text(encoding="utf-8").splitlines()
        assert lines[step["line"] - 1].strip() == step["code"]
        assert any(f"{step['file']}:{step['line']}" in line for line in answer.lines)
    computed = " ".join(step["code"] for step in steps)
    for code in ("np.matmul(", "np.maximum(z, 0)", "0.25", "A.T @ A", "da * positive", "swapaxes"):
        assert code in computed


def test_a_place_is_found_by_what_stands_there_or_not_at_all():
    place = place_of(layers.relu_backward, "return")
    assert place.file == "nst_numpy/layers/relu.py"
    assert place.code == "return da * positive"
    with pytest.raises(LookupError, match="0 lines of relu_backward"):
        place_of(layers.relu_backward, "no such code")
    with pytest.raises(LookupError, match="lines of relu_backward"):
        place_of(layers.relu_backward, "a")


def test_what_is_printed_fits_a_terminal(answer):
    assert max(map(len, answer.lines)) <= 100
    assert not any(line != line.rstrip() for line in answer.lines)
    assert any("•" in line for line in answer.lines)


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims)


def test_another_pair_of_pictures_works_as_well(castle, church, weights):
    """The photograph as its own style: G is C, J is 0, and nothing pulls."""
    for picture in (church, np.full((20, 30, 3), 0.5, np.float32)):
        answer = trace_one_number.answer(picture, picture, weights)
        assert (
            answer.numbers["J"] == answer.numbers["by hand"] == answer.numbers["by backward"] == 0
        )
    swapped = trace_one_number.answer(church, castle, weights)
    assert all(claim.holds for claim in swapped.claims)


def test_small_pictures_keep_the_mean_of_each_block():
    picture = np.zeros((8, 10, 3))
    picture[:2, 1:3] = 0.5  # the first block of the middle square
    picture[6:, 7:9] = 1.0  # the last
    small = network.small_picture(picture)
    assert small.shape == (4, 4, 1)
    assert (small[0, 0, 0], small[3, 3, 0], small.sum()) == (2, 4, 6)


def test_grids_are_written_in_columns():
    one = Grid("one", np.array([[1.0, -0.5], [0.25, -0.0]]), marked=(1, 0))
    assert lines_of_grid(one) == ["one", " 1.00  -0.50", "•0.25   0.00"]
    wide = Grid("w" * 60, np.eye(2))
    lines = side_by_side([one, one, wide, wide])
    assert lines[0] == "one" + " " * 13 + "one" + " " * 13 + "w" * 60
    assert lines[3] == ""
    assert lines[4] == "w" * 60
