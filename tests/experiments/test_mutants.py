"""Every mistake is caught, and no right gradient is."""

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from nst_numpy import Objective, Settings, checks, layers, vgg19
from nst_numpy.experiments.mutants.outcome import MUTANTS, degrees, error_of_right, outcome
from nst_numpy.experiments.mutants.pieces import (
    RIGHT,
    WORDS,
    Mutant,
    Pieces,
    assemble,
    max_pool_gradient,
)
from nst_numpy.experiments.mutants.problems import problem, tied_problem
from nst_numpy.experiments.scale import cosine

BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_is_caught(mutant, seed):
    found = outcome(mutant, seed)
    assert found.caught
    assert found.error > 0.05  # not by a hair
    assert -1 <= found.cosine <= 1


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("piece", WORDS)
def test_the_right_gradients_pass_the_same_check(piece, seed):
    assert error_of_right(piece, seed) <= checks.CENTRAL
    right = Mutant("right", "Nothing is wrong.", piece, getattr(RIGHT, piece))
    found = outcome(right, seed)
    assert not found.caught
    assert found.angle < 1e-4


def test_every_piece_has_its_mutants_and_a_name():
    assert list(WORDS) == [field.name for field in fields(Pieces)]
    assert {mutant.piece for mutant in MUTANTS} == set(WORDS)
    assert len(BY_NAME) == len(MUTANTS)
    assert all(mutant.sentence.endswith(".") for mutant in MUTANTS)


def test_the_mistakes_that_only_scale_have_an_angle_of_0():
    scaled = {mutant.name for mutant in MUTANTS if outcome(mutant).angle < 1e-4}
    assert scaled == {
        "content without 2", "content undivided", "style undivided", "n_C² twice", "stray ¼",
        "style without 2", "M = n_H", "no ¼", "no 255",
    }  # fmt: skip
    for name in ("content uphill", "style uphill"):
        assert outcome(BY_NAME[name]).angle == pytest.approx(180, abs=1e-4)


def test_all_ones_and_numbers_without_ties_each_miss_some():
    outcomes = [outcome(mutant) for mutant in MUTANTS]
    assert {found.mutant.name for found in outcomes if found.needs_ties} == {"max: ties twice"}
    missed = {found.mutant.name for found in outcomes if found.missed_with_ones}
    assert missed == {"mask by both", "tile for repeat", "still BGR", "max: ties twice"}
    assert all((o.error_with_ones is None) == ("cost" in o.mutant.piece) for o in outcomes)


@pytest.mark.parametrize("name", ["(Σ·)² for Σ(·)²", "Gram reshaped"])
def test_a_mistake_of_the_cost_agrees_with_its_own_cost_alone(name):
    found = outcome(BY_NAME[name])
    assert found.error_of_own_cost <= checks.CENTRAL < found.error


def test_the_tied_problem_is_tied_and_its_squares_move_as_one():
    tied = tied_problem(np.random.default_rng(0))
    y, winner = layers.max_pool_forward(tied.x)
    assert not winner.any()  # the first of the two that are equal
    assert np.array_equal(y, tied.x[1::2, 1::2])
    for d in tied.directions:
        assert np.array_equal(d[0::2, 0::2], d[1::2, 1::2])
        assert np.array_equal(d[0::2, 0::2], d[0::2, 1::2])


def test_max_pooling_passes_everything_back_to_the_winners():
    x = problem("max_pool", np.random.default_rng(0)).x
    dx = max_pool_gradient(np.ones((2, 3, 4)), x)
    assert dx.sum() == 24
    assert float(np.sum(dx * x)) == pytest.approx(float(layers.max_pool_forward(x)[0].sum()))


@pytest.mark.parametrize("pooling", ["average", "max"])
def test_the_right_pieces_make_the_package_s_own_j(castle, church, weights, pooling):
    content, style = (picture[:32, :36].astype(float) for picture in (castle, church))
    chosen = Settings(pooling=pooling, content_layers={"conv2_1": 1.0, "conv3_1": 2.0},
                      style_layers={"conv1_1": 0.1, "conv2_1": 0.2})  # fmt: skip
    precise = {layer: (W.astype(float), b.astype(float)) for layer, (W, b) in weights.items()}
    J = assemble(content, style, chosen, precise)
    G = np.random.default_rng(0).random(content.shape)
    value, gradient = J(G)
    cost, expected = Objective(content, [style], chosen, weights, "float64")(G)
    assert value == pytest.approx(float(cost), rel=1e-12)
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())
    assert vgg19.deepest((*J.a_C, *J.a_S)) == "conv3_1"


def test_an_angle_is_in_degrees_and_0_has_none():
    assert degrees(cosine(np.array([1.0, 0]), np.array([1.0, 1]))) == pytest.approx(45)
    assert cosine(np.zeros(2), np.ones(2)) == 0


def test_the_mutants_need_no_matplotlib():
    program = (
        "import sys; sys.modules['matplotlib'] = None; import nst_numpy.cli.app; "
        "from nst_numpy.experiments.mutants.outcome import check_mutants; "
        "assert all(outcome.caught for outcome in check_mutants())"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
