"""Each statistic's gradient against finite differences, and what it can tell apart."""

import numpy as np
import pytest

from nst_numpy.costs import gram_per_position, style_cost
from nst_numpy.experiments.gram.statistics import (
    COVARIANCE,
    DIAGONAL,
    GRAM,
    MEANS,
    STATISTICS,
    marked_style_cost,
)
from nst_numpy.gradcheck import directional_error, elementwise_error


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def check(cost, a, rng):
    _, gradient = cost(a)
    assert gradient.shape == a.shape
    directions = [rng.standard_normal(a.shape) for _ in range(5)]
    assert directional_error(lambda a: cost(a)[0], a, gradient, directions) < 1e-8
    assert elementwise_error(lambda a: cost(a)[0], a, gradient) < 1e-7


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda s: s.name)
def test_the_gradient_is_that_of_the_cost(statistic, rng):
    a, other = rng.random((4, 3, 5)), rng.random((6, 5, 5))
    target = statistic.measure(other)
    check(lambda a: statistic.cost(target, a), a, rng)


def test_the_gradient_through_an_upstream_factor(rng):
    # J = ⟨u, costs⟩ of all four at once, as a network above them would weigh them
    a, other = rng.random((4, 3, 5)), rng.random((6, 5, 5))
    u = rng.standard_normal(len(STATISTICS))

    def cost(a):
        both = [s.cost(s.measure(other), a) for s in STATISTICS]
        return sum(f * J for f, (J, _) in zip(u, both, strict=True)), sum(
            f * da for f, (_, da) in zip(u, both, strict=True)
        )

    check(cost, a, rng)


def test_the_gradient_of_the_marked_style_cost(rng):
    a, gram_S = rng.random((4, 3, 5)), gram_per_position(rng.random((6, 5, 5)))
    marks = rng.random((5, 5))
    marks += marks.T
    check(lambda a: marked_style_cost(gram_S, marks, a), a, rng)


def test_with_all_marks_1_it_is_the_style_cost(rng):
    a, gram_S = rng.random((4, 3, 5)), gram_per_position(rng.random((6, 5, 5)))
    J, da = marked_style_cost(gram_S, np.ones((5, 5)), a)
    J_style, da_style = style_cost(gram_S, a)
    np.testing.assert_allclose(J, J_style)
    np.testing.assert_allclose(da, da_style)


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda s: s.name)
def test_positions_do_not_matter_and_dtype_is_kept(statistic, rng):
    a = rng.random((4, 3, 5)).astype(np.float32)
    mixed = rng.permutation(a.reshape(12, 5)).reshape(4, 3, 5)
    J, da = statistic.cost(statistic.measure(a), mixed)
    assert J < 1e-12
    assert da.dtype == np.float32


def test_what_each_statistic_can_tell_apart(rng):
    a = rng.random((4, 3, 5))
    apart = a.copy()
    apart[..., 0] = rng.permutation(a[..., 0].ravel()).reshape(4, 3)  # one channel for itself
    brighter = a + 1

    def differs(statistic, other):
        return statistic.cost(statistic.measure(a), other)[0] > 1e-6

    assert [differs(s, apart) for s in (GRAM, COVARIANCE, DIAGONAL, MEANS)] == [
        True,
        True,
        False,
        False,
    ]
    assert [differs(s, brighter) for s in (GRAM, COVARIANCE, DIAGONAL, MEANS)] == [
        True,
        False,
        True,
        True,
    ]


def test_the_covariance_is_the_gram_matrix_less_the_product_of_the_means(rng):
    a = rng.random((4, 3, 5))
    m = MEANS.measure(a)
    np.testing.assert_allclose(COVARIANCE.measure(a), GRAM.measure(a) - np.outer(m, m), atol=1e-14)
    np.testing.assert_allclose(DIAGONAL.measure(a), np.diag(GRAM.measure(a)))
