"""Between the numbers that an optimizer changes and a picture inside [0, 1]."""

import numpy as np
import pytest

from nst_numpy.bounds import INSET, bounds_backward, bounds_forward, bounds_inverse, within_bounds


def test_whatever_the_numbers_are_the_picture_is_inside():
    u = np.random.default_rng(0).normal(0, 100, (50, 40, 3)).astype(np.float32)
    G = bounds_forward(u)
    assert G.dtype == np.float32
    assert 0 <= G.min() < 0.001
    assert 0.999 < G.max() <= 1


def test_the_way_back_leads_to_the_same_picture():
    G = np.random.default_rng(0).random((20, 30, 3))
    inside = G.clip(INSET, 1 - INSET)
    np.testing.assert_allclose(bounds_forward(bounds_inverse(G)), inside, rtol=1e-12)


@pytest.mark.parametrize("bound", [0.0, 1.0])
def test_a_start_at_a_bound_begins_a_little_inside(bound):
    made = bounds_forward(bounds_inverse(np.full((2, 2, 3), bound, np.float32)))
    assert made.dtype == np.float32
    np.testing.assert_allclose(np.abs(made - bound), INSET, rtol=1e-4)


def test_and_it_can_be_left():
    u = bounds_inverse(np.zeros((1, 1, 3)))
    assert (bounds_backward(np.ones((1, 1, 3)), u) > 0.05).all()
    assert (np.abs(bounds_backward(np.ones((1, 1, 3)), np.full((1, 1, 3), np.pi / 4))) < 1e-9).all()


def test_a_function_within_bounds_has_the_gradient_of_the_chain_rule():
    rng = np.random.default_rng(0)
    u, target, d = rng.standard_normal((3, 4, 5, 3))
    function = within_bounds(lambda G: (float(np.sum((G - target) ** 4)), 4 * (G - target) ** 3))
    h = 1e-6
    ahead, behind = function(u + h * d)[0], function(u - h * d)[0]
    np.testing.assert_allclose((ahead - behind) / (2 * h), np.vdot(function(u)[1], d), rtol=1e-7)
