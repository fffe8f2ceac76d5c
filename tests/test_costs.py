"""Each cost against its formula, written out in loops, and the properties that make it what it is.

The gradients are held against finite differences in test_checks.
"""

import numpy as np
import pytest

from nst_numpy.costs import (
    content_cost,
    gram_matrix,
    gram_per_position,
    style_cost,
    total_variation,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_content_cost_is_the_formula(rng):
    a_C, a_G = rng.standard_normal((2, 3, 4, 5))
    J, _ = content_cost(a_C, a_G)
    expected = sum(
        (a_C[i, j, k] - a_G[i, j, k]) ** 2 for i in range(3) for j in range(4) for k in range(5)
    )
    assert pytest.approx(expected / (4 * 3 * 4 * 5), rel=1e-14) == J


def test_gram_matrix_is_the_formula(rng):
    a = rng.standard_normal((3, 4, 2))
    for k in range(2):
        for m in range(2):
            expected = sum(a[i, j, k] * a[i, j, m] for i in range(3) for j in range(4))
            assert gram_matrix(a)[k, m] == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(gram_per_position(a), gram_matrix(a) / 12)


def test_style_cost_is_the_lectures_formula_where_sizes_are_equal(rng):
    a_S, a_G = rng.standard_normal((2, 3, 4, 5))
    J, _ = style_cost(gram_per_position(a_S), a_G)
    expected = np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * 5**2 * (3 * 4) ** 2)
    assert pytest.approx(expected, rel=1e-13) == J


def test_style_does_not_care_where_things_are_and_content_does(rng):
    a = rng.standard_normal((4, 5, 3))
    shuffled = rng.permutation(a.reshape(20, 3)).reshape(4, 5, 3)
    assert style_cost(gram_per_position(a), shuffled)[0] == pytest.approx(0, abs=1e-28)
    assert content_cost(a, shuffled)[0] > 0.1


def test_a_style_of_twice_the_size_is_the_same_style(rng):
    a = rng.standard_normal((4, 5, 3))
    twice = np.concatenate([a, a])
    assert style_cost(gram_per_position(twice), a)[0] == pytest.approx(0, abs=1e-28)


def test_total_variation_is_the_formula(rng):
    x = rng.random((3, 4, 3))
    expected = 0.0
    for i in range(3):
        for j in range(4):
            if i + 1 < 3:
                expected += np.sum((x[i + 1, j] - x[i, j]) ** 2)
            if j + 1 < 4:
                expected += np.sum((x[i, j + 1] - x[i, j]) ** 2)
    assert total_variation(x)[0] == pytest.approx(expected / (3 * 4 * 3), rel=1e-13)


def test_nothing_to_change_means_no_cost_and_no_gradient(rng):
    a = rng.standard_normal((4, 5, 3))
    for J, gradient in (
        content_cost(a, a),
        style_cost(gram_per_position(a), a),
        total_variation(np.full((3, 4, 3), 0.5)),
    ):
        assert J == 0
        assert not gradient.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(dtype):
    a = np.ones((3, 4, 2), dtype)
    assert content_cost(a, a)[1].dtype == dtype
    assert style_cost(gram_per_position(a), a)[1].dtype == dtype
    assert total_variation(a)[1].dtype == dtype
