"""Gram matrices in a region: the formula in loops, the gradient, and that the parts add up."""

import numpy as np
import pytest

from nst_numpy.costs import Gram, MaskedGram, gram_per_position
from nst_numpy.costs.term import cost
from nst_numpy.gradcheck import elementwise_error

SHAPE = (4, 5, 3)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def a(rng):
    return rng.standard_normal(SHAPE)


@pytest.fixture
def target(rng):
    return gram_per_position(rng.standard_normal((6, 4, 3)))


def test_it_is_the_formula(rng, a, target):
    t = rng.random(SHAPE[:2])
    n_H, n_W, n_C = SHAPE
    gram, m = np.zeros((n_C, n_C)), 0.0
    for i, j in np.ndindex(n_H, n_W):
        m += t[i, j]
        for k, k2 in np.ndindex(n_C, n_C):
            gram[k, k2] += t[i, j] * a[i, j, k] * a[i, j, k2]
    statistic = MaskedGram(t)
    assert statistic.positions == pytest.approx(m, rel=1e-14)
    np.testing.assert_allclose(statistic.measure(a), gram, rtol=1e-12)
    expected = m / (n_H * n_W) * ((gram / m - target) ** 2).sum() / (4 * n_C**2)
    assert cost(statistic, a, target)[0] == pytest.approx(expected, rel=1e-13)


def test_its_gradient_is_that_of_finite_differences(rng, a, target):
    statistic = MaskedGram(rng.random(SHAPE[:2]))
    _, da = cost(statistic, a, target)
    assert elementwise_error(lambda a: cost(statistic, a, target)[0], a, da) < 1e-8


def test_a_white_mask_is_no_mask(a, target):
    J, da = cost(MaskedGram(np.ones(SHAPE[:2])), a, target)
    expected, wanted = cost(Gram(), a, target)
    assert pytest.approx(expected, rel=1e-13) == J
    np.testing.assert_allclose(da, wanted, rtol=1e-12)


def test_regions_whose_shares_add_up_to_one_add_up(rng, a):
    t = rng.random(SHAPE[:2])
    parts = MaskedGram(t).measure(a) + MaskedGram(1 - t).measure(a)
    np.testing.assert_allclose(parts, Gram().measure(a), rtol=1e-12)


def test_rows_of_a_picture_add_up(rng, a):
    t = rng.random(SHAPE[:2])
    parts = MaskedGram(t[:1]).measure(a[:1]) + MaskedGram(t[1:]).measure(a[1:])
    np.testing.assert_allclose(parts, MaskedGram(t).measure(a), rtol=1e-12)


def test_what_is_outside_neither_counts_nor_is_pulled(rng, a, target):
    t = np.zeros(SHAPE[:2])
    t[:, :2] = 1
    J, da = cost(MaskedGram(t), a, target)
    assert np.abs(da[:, :2]).min() > 0
    assert not da[:, 2:].any()
    a[:, 2:] = rng.standard_normal((4, 3, 3))
    assert cost(MaskedGram(t), a, target)[0] == J


def test_a_position_is_pulled_as_strongly_however_small_its_region_is(rng, target):
    """The same activations everywhere: with half of the positions each is pulled as before."""
    a = np.broadcast_to(rng.standard_normal(3), SHAPE)
    t = np.zeros(SHAPE[:2])
    t[:2] = 1
    _, da = cost(MaskedGram(t), a, target)
    _, everywhere = cost(Gram(), a, target)
    np.testing.assert_allclose(da[:2], everywhere[:2], rtol=1e-12)
