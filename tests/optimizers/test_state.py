"""The inner product, and the size of an array."""

import numpy as np
import pytest
from functions_to_minimise import ALL

from nst_numpy.optimizers import dot


def test_the_inner_product_is_summed_in_float64():
    """A float32 sum of ten million ones and a little is off by more than the little."""
    ones = np.ones(10_000_001, np.float32)
    ones[-1] = 0.5
    assert dot(ones, ones) == 10_000_000.25
    assert isinstance(dot(ones, ones), float)


def test_the_inner_product_takes_any_shape():
    a, b = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    assert dot(a, b) == pytest.approx(np.vdot(a, b))


@pytest.mark.parametrize("optimizer", ALL)
def test_the_size_is_the_root_mean_square_whatever_the_inner_product_counts(optimizer):
    x = np.full((2, 3), -4.0)
    x[0] = 3.0
    expected = np.sqrt((9 + 16) / 2)
    assert optimizer().size(x) == pytest.approx(expected)
    assert optimizer(dot=lambda a, b: 7 * dot(a, b)).size(x) == pytest.approx(expected)
