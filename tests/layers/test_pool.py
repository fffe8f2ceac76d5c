"""Pooling against loops over its own formula, and what it hands back."""

import loops
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nst_numpy.layers import (
    average_pool_backward,
    average_pool_forward,
    max_pool_backward,
    max_pool_forward,
)

SIDES = st.integers(2, 7)


@settings(max_examples=30, deadline=None)
@given(SIDES, SIDES, st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_forward_is_the_formula(n_H, n_W, n_C, seed):
    x = np.random.default_rng(seed).standard_normal((n_H, n_W, n_C))
    np.testing.assert_allclose(average_pool_forward(x), loops.pool(x, "average"), 0, 1e-15)
    np.testing.assert_array_equal(max_pool_forward(x)[0], loops.pool(x, "max"))


def test_an_odd_last_row_and_column_get_no_gradient():
    x = np.random.default_rng(0).standard_normal((5, 7, 2))
    y, winner = max_pool_forward(x)
    for dx in (
        average_pool_backward(np.ones_like(y), x.shape),
        max_pool_backward(np.ones_like(y), winner, x.shape),
    ):
        assert dx.shape == x.shape
        assert not dx[4].any()
        assert not dx[:, 6].any()
        assert dx.sum() == y.size


def test_the_largest_takes_all():
    x = np.array([[1.0, 2.0], [4.0, 3.0]])[:, :, None]
    y, winner = max_pool_forward(x)
    assert y.item() == 4.0
    dx = max_pool_backward(np.full((1, 1, 1), 8.0), winner, x.shape)
    np.testing.assert_array_equal(dx[:, :, 0], [[0, 0], [8, 0]])


def test_among_equals_only_the_first_wins():
    x = np.zeros((2, 2, 1))
    _, winner = max_pool_forward(x)
    dx = max_pool_backward(np.ones((1, 1, 1)), winner, x.shape)
    np.testing.assert_array_equal(dx[:, :, 0], [[1, 0], [0, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(dtype):
    x = np.ones((4, 4, 2), dtype)
    y, winner = max_pool_forward(x)
    assert y.dtype == average_pool_forward(x).dtype == dtype
    assert average_pool_backward(y, x.shape).dtype == dtype
    assert max_pool_backward(y, winner, x.shape).dtype == dtype
