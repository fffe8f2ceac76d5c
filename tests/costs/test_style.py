"""Gram matrix and style cost against their formulas, and what makes them a style."""

import numpy as np
import pytest

from nst_numpy.costs import Gram, gram_matrix, gram_per_position, style_cost


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_gram_matrix_is_the_formula(rng):
    a = rng.standard_normal((3, 4, 2))
    for k in range(2):
        for m in range(2):
            expected = sum(a[i, j, k] * a[i, j, m] for i in range(3) for j in range(4))
            assert gram_matrix(a)[k, m] == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(gram_per_position(a), gram_matrix(a) / 12)


def test_what_is_measured_is_the_gram_matrix_and_parts_of_a_picture_add_up(rng):
    a = rng.standard_normal((5, 4, 3))
    np.testing.assert_array_equal(Gram().measure(a), gram_matrix(a))
    parts = Gram().measure(a[:2]) + Gram().measure(a[2:])
    np.testing.assert_allclose(parts, Gram().measure(a), rtol=1e-13)


def test_style_cost_is_the_lectures_formula_where_sizes_are_equal(rng):
    a_S, a_G = rng.standard_normal((2, 3, 4, 5))
    J, _ = style_cost(gram_per_position(a_S), a_G)
    expected = np.sum((gram_matrix(a_S) - gram_matrix(a_G)) ** 2) / (4 * 5**2 * (3 * 4) ** 2)
    assert pytest.approx(expected, rel=1e-13) == J


def test_its_gradient_is_the_formula(rng):
    a_S, a_G = rng.standard_normal((2, 3, 4, 5))
    _, da_G = style_cost(gram_per_position(a_S), a_G)
    D = (gram_matrix(a_G) - gram_matrix(a_S)) / 12
    np.testing.assert_allclose(da_G, a_G @ D / (5**2 * 12), rtol=1e-12)


def test_style_does_not_care_where_things_are(rng):
    a = rng.standard_normal((4, 5, 3))
    shuffled = rng.permutation(a.reshape(20, 3)).reshape(4, 5, 3)
    assert style_cost(gram_per_position(a), shuffled)[0] == pytest.approx(0, abs=1e-28)


def test_a_style_of_twice_the_size_is_the_same_style(rng):
    a = rng.standard_normal((4, 5, 3))
    twice = np.concatenate([a, a])
    assert style_cost(gram_per_position(twice), a)[0] == pytest.approx(0, abs=1e-28)
