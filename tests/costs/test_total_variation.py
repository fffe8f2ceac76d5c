"""Total variation against its formula, written out in loops."""

import numpy as np
import pytest

from nst_numpy.costs import TotalVariation, total_variation


@pytest.fixture
def rng():
    return np.random.default_rng(0)


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


def test_what_is_measured_is_the_differences_and_zero_where_no_neighbour_is(rng):
    x = rng.random((3, 4, 3))
    down, right = TotalVariation().measure(x)
    np.testing.assert_array_equal(down[:2], x[1:] - x[:2])
    np.testing.assert_array_equal(right[:, :3], x[:, 1:] - x[:, :3])
    assert not down[2].any()
    assert not right[:, 3].any()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 5, 3), (5, 1, 3)])
def test_a_row_or_a_pixel_alone_has_a_gradient_too(rng, shape):
    x = rng.random(shape)
    J, dx = total_variation(x)
    assert pytest.approx(np.sum(np.diff(x.reshape(-1, 3), axis=0) ** 2) / x.size) == J
    assert dx.shape == shape
    assert dx.sum() == pytest.approx(0, abs=1e-15)  # brightness costs nothing
    assert dx.any() == (max(shape[:2]) > 1)
