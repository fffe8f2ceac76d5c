"""The content cost against its formula, written out in loops."""

import numpy as np
import pytest

from nst_numpy.costs import Content, content_cost


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


def test_its_gradient_is_the_formula(rng):
    a_C, a_G = rng.standard_normal((2, 3, 4, 5))
    _, da_G = content_cost(a_C, a_G)
    np.testing.assert_allclose(da_G, (a_G - a_C) / (2 * 3 * 4 * 5), rtol=1e-14)


def test_what_is_measured_is_the_activations_themselves(rng):
    a = rng.standard_normal((3, 4, 5))
    assert Content().measure(a) is a


def test_every_number_counts_at_its_place(rng):
    a = rng.standard_normal((4, 5, 3))
    shuffled = rng.permutation(a.reshape(20, 3)).reshape(4, 5, 3)
    assert content_cost(a, a)[0] == 0
    assert content_cost(a, shuffled)[0] > 0.1
