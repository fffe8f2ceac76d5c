import numpy as np
import pytest

from nst_numpy.costs import gram_per_position
from nst_numpy.experiments import what_a_gram_entry_means
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.gram.channels import (
    ANGLES,
    FIELD,
    STRIDE,
    correlations,
    exciting_patches,
    flat,
    pair,
    partners,
    stripes,
)
from nst_numpy.experiments.what_a_gram_entry_means import edited_costs
from nst_numpy.gradcheck import directional_error


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return what_a_gram_entry_means.answer(castle, church, weights, iterations=30, side=40)


def test_the_sum_of_the_product_is_the_entry(answer):
    for seen in answer.numbers["pairs"].values():
        assert seen["sum of the product"] == pytest.approx(seen["entry"], rel=1e-5)


def test_channels_see_orange_and_upright_stripes(answer):
    for probes in ("answers to flat colours", "answers to stripes"):
        first, *others = answer.numbers[probes]
        assert first > 5 * max(others)


def test_a_high_entry_occurs_together_and_a_low_one_does_not(answer):
    high, low = (answer.numbers["pairs"][name] for name in ("high", "low"))
    assert high["correlation"] > 0.6
    assert low["correlation"] < 0.1
    assert high["where k is"] > 1.5
    assert low["where k is"] < 0.5


def test_what_leaves_out_entries_stays_further_from_the_gram_matrix(answer):
    far = {name: G["full Gram matrix"] for name, G in answer.numbers["textures"].items()}
    assert far["full Gram matrix"] < far["covariance"]
    assert far["full Gram matrix"] < 0.7 * min(far["diagonal only"], far["means only"])


def test_each_statistic_is_met_best_by_the_texture_made_from_it(answer):
    textures = answer.numbers["textures"]
    made = ("full Gram matrix", "covariance", "diagonal only", "means only")
    for name in made:
        assert min(made, key=lambda other: textures[other][name]) == name


def test_changed_entries_change_the_texture(answer):
    textures = answer.numbers["textures"]
    full, upright, apart, none, twice = (
        textures[name]
        for name in (
            "full Gram matrix",
            "orange upright",
            "never together",
            "no orange",
            "orange twice",
        )
    )
    assert upright["orange with upright"] > 1.3 * full["orange with upright"]
    assert apart["orange with high"] < 0.5 * full["orange with high"]
    assert none["red less blue"] < full["red less blue"] < twice["red less blue"]


def test_the_answer_is_well_formed(answer, well_formed):
    well_formed(answer)


def test_the_targets_are_changed_where_they_should_be():
    rng = np.random.default_rng(0)
    a = rng.random((4, 3, 6))
    gram = gram_per_position(a)
    channels = {"orange": 1, "high": 2, "upright": 4, "low": 5}
    costs = edited_costs(gram, channels)
    upright, marks = costs["orange upright"].args
    assert upright[1, 4] == upright[4, 1] == pytest.approx(0.8 * np.sqrt(gram[1, 1] * gram[4, 4]))
    assert np.argwhere(marks != 1).tolist() == [[1, 4], [4, 1]]
    apart, marks = costs["never together"].args
    assert np.argwhere(apart != gram).tolist() == [[1, 2], [2, 1]]
    assert apart[1, 2] == 0
    for name, times in (("no orange", 0), ("orange twice", 2)):
        scaled = a * np.where(np.arange(6) == 1, times, 1)
        assert costs[name](scaled)[0] < 1e-20
    for cost in costs.values():
        _, gradient = cost(a)
        directions = [rng.standard_normal(a.shape) for _ in range(5)]
        assert directional_error(lambda a, cost=cost: cost(a)[0], a, gradient, directions) < 1e-8


def test_correlations_are_1_for_proportional_channels_and_0_for_separate_ones():
    a = np.zeros((2, 2, 4))
    a[0, 0] = 1, 3, 0, 0
    a[0, 1] = 2, 6, 0, 0
    a[1, 1] = 0, 0, 5, 0
    r = correlations(a)
    assert r[0, 1] == pytest.approx(1)
    assert r[0, 2] == 0
    assert not r[3].any()
    assert partners(np.concatenate([a, 0.1 * a], axis=2), 0, 3) == (1, 2)
    seen = pair(a, 0, 1)
    assert seen["entry"] == 15


def test_the_patches_are_what_one_position_sees(weights):
    rng = np.random.default_rng(0)
    picture = rng.random((64, 64, 3)).astype(np.float32)
    activation = np.zeros((16, 16), np.float32)
    activation[7, 9] = 1
    patch = exciting_patches(picture, activation, most=1)[0]
    y, x = 7 * STRIDE + STRIDE // 2 - FIELD // 2, 9 * STRIDE + STRIDE // 2 - FIELD // 2
    assert np.array_equal(patch, picture[y : y + FIELD, x : x + FIELD])

    before = features_of(picture, weights, ["conv3_1"])["conv3_1"][7, 9]
    other = rng.random(picture.shape).astype(np.float32)
    other[y : y + FIELD, x : x + FIELD] = patch
    after = features_of(other, weights, ["conv3_1"])["conv3_1"][7, 9]
    np.testing.assert_allclose(after, before, rtol=1e-4, atol=0.01)
    other[y + 1 : y + FIELD, x : x + FIELD] = patch[1:]
    other[y, x : x + FIELD] = 1 - patch[0]
    assert np.abs(features_of(other, weights, ["conv3_1"])["conv3_1"][7, 9] - before).max() > 0.01


def test_probes():
    assert np.all(flat((1, 0, 0.5)) == np.float32([1, 0, 0.5]))
    upright, _, lying, _ = (stripes(angle) for angle in ANGLES)
    assert np.abs(np.diff(upright, axis=0)).max() < 1e-5
    assert np.abs(np.diff(upright, axis=1)).max() > 0.3
    assert np.abs(np.diff(lying, axis=1)).max() < 1e-5
