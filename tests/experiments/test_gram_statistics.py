"""Each statistic's gradient against finite differences, and what it can tell apart."""

import numpy as np
import pytest

from nst_numpy.costs import Gram, gram_per_position
from nst_numpy.costs.term import cost
from nst_numpy.experiments.gram.statistics import CANDIDATES, MarkedGram
from nst_numpy.experiments.gram.textures import distance, edited_terms, terms_of
from nst_numpy.gradcheck import adjoint_error, directional_error, elementwise_error

MARKS = np.random.default_rng(3).random((5, 5))
ALL = {**CANDIDATES, "marked": MarkedGram(MARKS + MARKS.T)}
statistics = pytest.mark.parametrize("statistic", ALL.values(), ids=ALL)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def per_position(statistic, a):
    return statistic.measure(a) / (a.shape[0] * a.shape[1])


@statistics
def test_the_gradient_is_that_of_the_cost(statistic, rng):
    a, target = rng.random((4, 3, 5)), per_position(statistic, rng.random((6, 5, 5)))
    _, da = cost(statistic, a, target)
    assert da.shape == a.shape
    directions = rng.standard_normal((5, *a.shape))
    assert directional_error(lambda a: cost(statistic, a, target)[0], a, da, directions) < 1e-8
    assert elementwise_error(lambda a: cost(statistic, a, target)[0], a, da) < 1e-7


@statistics
def test_compare_and_pull_each_have_the_gradient_that_they_say(statistic, rng):
    a, d = rng.random((4, 3, 5)), rng.standard_normal((4, 3, 5))
    s, target = statistic.measure(a), per_position(statistic, rng.random((6, 5, 5)))
    _, ds = statistic.compare(s, target, a.shape)
    assert elementwise_error(lambda s: statistic.compare(s, target, a.shape)[0], s, ds) < 1e-7
    _, upstream = statistic.compare(statistic.measure(rng.random(a.shape)), target, a.shape)

    def change(d):  # of s with a, exactly: s is linear or quadratic in a
        return (statistic.measure(a + d) - statistic.measure(a - d)) / 2

    assert adjoint_error(change, lambda ds: statistic.pull(a, ds), d, upstream) < 1e-12


@statistics
def test_positions_do_not_matter_parts_add_up_and_dtype_is_kept(statistic, rng):
    a = rng.random((4, 3, 5))
    parts = statistic.measure(a[:1]) + statistic.measure(a[1:])
    np.testing.assert_allclose(statistic.measure(a), parts)
    a = a.astype(np.float32)
    mixed = rng.permutation(a.reshape(12, 5)).reshape(4, 3, 5)
    J, da = cost(statistic, mixed, per_position(statistic, a))
    assert J < 1e-12
    assert da.dtype == (np.float32 if statistic in CANDIDATES.values() else float)


def test_with_all_marks_1_it_is_the_gram_matrix(rng):
    a, gram_S = rng.random((4, 3, 5)), gram_per_position(rng.random((6, 5, 5)))
    J, da = cost(MarkedGram(np.ones((5, 5))), a, gram_S)
    J_style, da_style = cost(Gram(), a, gram_S)
    np.testing.assert_allclose(J, J_style)
    np.testing.assert_allclose(da, da_style)


def test_what_each_statistic_can_tell_apart(rng):
    a = rng.random((4, 3, 5))
    apart = a.copy()
    apart[..., 0] = rng.permutation(a[..., 0].ravel()).reshape(4, 3)  # one channel for itself

    def differ(other):
        return [distance(term, other) > 1e-3 for term in terms_of(a)]

    assert list(CANDIDATES) == ["full Gram matrix", "covariance", "diagonal only", "means only"]
    assert differ(apart) == [True, True, False, False]
    assert differ(a + 1) == [True, False, True, True]


def test_the_covariance_is_that_of_numpy(rng):
    a, other = rng.random((4, 3, 5)), rng.random((6, 5, 5))
    V, V_S = (np.cov(x.reshape(-1, 5).T, bias=True) for x in (a, other))
    covariance = terms_of(other)[1]
    J, _ = cost(covariance.statistic, a, covariance.target)
    assert pytest.approx(np.sum((V - V_S) ** 2) / (4 * 5**2)) == J
    expected = np.linalg.norm(V - V_S) / np.linalg.norm(V_S)
    assert distance(covariance, a) == pytest.approx(expected)


def test_the_targets_are_changed_where_they_should_be(rng):
    a = rng.random((4, 3, 6))
    gram = gram_per_position(a)
    channels = {"warm": 1, "high": 2, "upright": 4, "low": 5}
    upright, apart, *scaled = edited_terms(a, channels)
    asked = 0.8 * np.sqrt(gram[1, 1] * gram[4, 4])
    assert upright.target[1, 4] == upright.target[4, 1] == pytest.approx(asked)
    assert np.argwhere(upright.statistic.marks != 1).tolist() == [[1, 4], [4, 1]]
    assert np.argwhere(apart.target != gram).tolist() == [[1, 2], [2, 1]]
    assert apart.target[1, 2] == 0
    for term, times in zip(scaled, (0, 2), strict=True):
        assert distance(term, a * np.where(np.arange(6) == 1, times, 1)) < 1e-10
