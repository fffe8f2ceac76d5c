import numpy as np
import pytest

from nst_numpy.costs import Gram, gram_per_position
from nst_numpy.costs.term import cost
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.does_a_texture_know_up_from_down import (
    REACH,
    TARGETS,
    Inside,
    at_border,
    inside,
    label,
    trend,
)
from nst_numpy.gradcheck import directional_error, elementwise_error


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return EXPERIMENTS["does-a-texture-know-up-from-down"].answer(
        castle, church, weights, iterations=8, side=40
    )


def test_the_gradient_inside_a_frame_is_that_of_the_cost():
    rng = np.random.default_rng(4)
    a, target = rng.random((7, 6, 5)), gram_per_position(rng.random((6, 5, 5)))
    statistic = Inside(2)
    _, da = cost(statistic, a, target)
    directions = rng.standard_normal((5, *a.shape))
    assert directional_error(lambda a: cost(statistic, a, target)[0], a, da, directions) < 1e-8
    assert elementwise_error(lambda a: cost(statistic, a, target)[0], a, da) < 1e-7
    assert not da[:2].any()
    assert inside(da, 2).all()


def test_inside_a_frame_is_the_gram_cost_of_what_is_there():
    rng = np.random.default_rng(5)
    a, target = rng.random((7, 6, 5)), gram_per_position(rng.random((6, 5, 5)))
    assert cost(Inside(2), a, target)[0] == pytest.approx(cost(Gram(), inside(a, 2), target)[0])


def test_the_trend_is_red_less_blue_from_top_to_bottom():
    G = np.zeros((9, 4, 3))
    G[:3, :, 2] = 0.5  # blue above
    G[-3:, :, 0] = 0.25  # red below
    assert trend(G) == pytest.approx(0.75)
    assert trend(G[::-1]) == pytest.approx(-0.75)


def test_zeros_beyond_the_border_reach_so_far_and_no_further(weights):
    far = at_border(weights)
    assert min(far[:REACH]) > 0.05
    assert max(far[REACH:]) < 1e-5


def test_with_the_frame_cut_off_textures_turn_as_the_painting_is_turned(answer):
    trends = answer.measured.trends
    up, down, _ = (np.mean(trends[label(name, REACH)]) for name in TARGETS)
    assert answer.measured.trend > 0.2
    assert up > 0 > down


def test_what_is_reported_is_well_formed(answer, well_formed):
    well_formed(answer)
    blind, border, *_ = answer.claims
    assert blind.holds
    assert border.holds
