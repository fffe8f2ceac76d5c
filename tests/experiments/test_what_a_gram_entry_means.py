import numpy as np
import pytest

from nst_numpy.costs import gram_per_position
from nst_numpy.experiments import what_a_gram_entry_means
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.gram.channels import (
    FIELD,
    OTHER,
    STRIDE,
    TILTED,
    UPRIGHT,
    WARM,
    correlations,
    correlations_off_by,
    exciting_patches,
    flat,
    most_selective,
    pair,
    partners,
    stripes,
    warmth,
)
from nst_numpy.experiments.gram.statistics import edited_costs
from nst_numpy.gradcheck import directional_error


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return what_a_gram_entry_means.answer(castle, church, weights, iterations=30, side=40)


def test_the_sum_of_the_product_is_the_entry(answer):
    for seen in answer.numbers["pairs"].values():
        assert seen["sum of the product"] == pytest.approx(seen["entry"], rel=1e-5)


def test_channels_see_warm_colours_and_upright_stripes(answer):
    answers = answer.numbers["answers"]
    for wanted, others in ((WARM, OTHER), (UPRIGHT, TILTED)):
        assert min(answers[name] for name in wanted) > 5 * max(answers[name] for name in others)


def test_a_high_entry_occurs_together_and_a_low_one_does_not(answer):
    high, low = (answer.numbers["pairs"][name] for name in ("high", "low"))
    assert high["correlation"] > 0.6
    assert low["correlation"] < 0.1
    assert high["where k is"] > 1.5
    assert low["where k is"] < 0.5


def test_entries_off_the_diagonal_bring_the_correlations_nearer(answer):
    off = {name: seen["correlations off by"] for name, seen in answer.numbers["pictures"].items()}
    assert off["painting"] == 0
    for name in ("full Gram matrix", "covariance"):
        assert off[name] < 0.9 * min(off["diagonal only"], off["means only"])
    assert max(off["diagonal only"], off["means only"]) < off["noise"]  # a part comes without


def test_each_statistic_is_met_best_by_the_texture_made_from_it(answer):
    pictures = answer.numbers["pictures"]
    made = ("full Gram matrix", "covariance", "diagonal only", "means only")
    for name in made:
        assert min(made, key=lambda other: pictures[other][name]) == name


def test_a_changed_pair_changes_what_occurs_together(answer):
    pictures = answer.numbers["pictures"]
    full = pictures["full Gram matrix"]
    assert pictures["warm upright"]["warm with upright"] > 1.3 * full["warm with upright"]
    assert pictures["never together"]["warm with high"] < 0.5 * full["warm with high"]


def test_a_multiplied_channel_changes_the_colour_from_every_start(answer):
    numbers = answer.numbers
    assert len(numbers["red less blue"]) == 3
    for none, own, twice in numbers["red less blue"]:
        assert none < own < twice
    first = [
        numbers["pictures"][name]["red less blue"]
        for name in ("no warm", "full Gram matrix", "warm twice")
    ]
    assert numbers["red less blue"][0] == first


def test_the_painting_is_compared_with_itself(answer, church):
    painting = answer.numbers["pictures"]["painting"]
    assert painting["red less blue"] == pytest.approx(warmth(church))
    for name in ("high", "upright"):
        there = answer.numbers["pairs"][name]["correlation"]
        assert painting[f"warm with {name}"] == pytest.approx(there)


def test_the_answer_is_well_formed(answer, well_formed):
    well_formed(answer)


def test_the_targets_are_changed_where_they_should_be():
    rng = np.random.default_rng(0)
    a = rng.random((4, 3, 6))
    gram = gram_per_position(a)
    channels = {"warm": 1, "high": 2, "upright": 4, "low": 5}
    costs = edited_costs(gram, channels)
    upright, marks = costs["warm upright"].args
    assert upright[1, 4] == upright[4, 1] == pytest.approx(0.8 * np.sqrt(gram[1, 1] * gram[4, 4]))
    assert np.argwhere(marks != 1).tolist() == [[1, 4], [4, 1]]
    apart, marks = costs["never together"].args
    assert np.argwhere(apart != gram).tolist() == [[1, 2], [2, 1]]
    assert apart[1, 2] == 0
    for name, times in (("no warm", 0), ("warm twice", 2)):
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


def test_how_far_correlations_are_off():
    rng = np.random.default_rng(1)
    a, b = rng.random((2, 5, 4, 3))
    r_a, r_b = correlations(a), correlations(b)
    expected = np.mean([(r_a[i, j] - r_b[i, j]) ** 2 for i, j in ((0, 1), (0, 2), (1, 2))])
    assert correlations_off_by(a, b) == pytest.approx(expected**0.5)
    # how strong a channel is does not count
    assert correlations_off_by(a * (1, 2, 3), a) == pytest.approx(0, abs=1e-12)
    # nor does a channel that is silent in one of the two
    silent = a * (1, 1, 0)
    assert correlations_off_by(silent, b) == pytest.approx(abs(r_a[0, 1] - r_b[0, 1]))


def test_a_channel_must_answer_to_all_wanted_probes(weights):
    wanted = {name: flat(rgb) for name, rgb in WARM.items()}
    others = {name: flat(rgb) for name, rgb in OTHER.items()}
    k, answers = most_selective(wanted, others, weights)
    assert list(answers) == [*WARM, *OTHER]
    for name, probe in (wanted | others).items():
        middle = features_of(probe, weights, ["conv3_1"])["conv3_1"][6, 6, k]
        assert answers[name] == pytest.approx(middle, rel=1e-3, abs=1e-3)


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
    upright, lying = stripes(UPRIGHT["upright"]), stripes(TILTED["lying"])
    assert np.abs(np.diff(upright, axis=0)).max() < 1e-5
    assert np.abs(np.diff(upright, axis=1)).max() > 0.3
    assert np.abs(np.diff(lying, axis=1)).max() < 1e-5
