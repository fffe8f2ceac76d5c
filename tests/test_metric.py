"""The metric is a symmetric positive matrix that puts coarse changes first."""

import numpy as np
import pytest

from nst_numpy.metric import COLOURS, Metric
from nst_numpy.settings import MOST_METRIC

SHAPES = [(16, 20, 3), (15, 20, 3), (17, 13, 3), (1, 6, 3)]


def as_matrix(metric):
    size = int(np.prod(metric.shape))
    return np.array([metric(one.reshape(metric.shape)).ravel() for one in np.eye(size)]).T


@pytest.mark.parametrize("shape", [(6, 5, 3), (5, 4, 3), (1, 4, 3)])
@pytest.mark.parametrize("p", [0.0, 0.7, 2.0])
def test_the_metric_is_symmetric_and_positive(shape, p):
    M = as_matrix(Metric(shape, p))
    np.testing.assert_allclose(M, M.T, atol=1e-12 * M.max())
    assert np.linalg.eigvalsh(M).min() > 1e-3


@pytest.mark.parametrize("shape", SHAPES)
def test_a_direction_goes_down(shape):
    rng = np.random.default_rng(0)
    metric = Metric(shape)
    for _ in range(20):
        g = rng.standard_normal(shape)
        assert np.vdot(g, -metric(g)) < 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_shape_and_dtype_stay(shape, dtype):
    g = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    made = Metric(shape)(g)
    assert made.shape == shape
    assert made.dtype == dtype


def wave(shape, cycles, colour):
    """A wave along the rows: it is taken apart into itself alone."""
    across = np.cos(2 * np.pi * cycles * np.arange(shape[1]) / shape[1])
    return np.broadcast_to(across[None, :, None] * colour, shape).copy()


@pytest.mark.parametrize("axis", range(3))
def test_each_wave_of_each_colour_is_multiplied_by_one_number(axis):
    shape = (8, 64, 3)
    metric = Metric(shape, p=1.0, colour=0.5, finest=0.125)
    share = [1.0, 0.5, 0.5][axis]
    for cycles, factor in ((1, 8), (2, 4), (4, 2), (8, 1), (16, 1), (32, 1)):
        g = wave(shape, cycles, COLOURS[axis])
        np.testing.assert_allclose(metric(g), share * factor * g, atol=1e-12)


def test_with_p_0_and_no_difference_of_colours_nothing_changes():
    g = np.random.default_rng(0).standard_normal((9, 12, 3))
    np.testing.assert_allclose(Metric(g.shape, p=0, colour=1)(g), g, atol=1e-12)


def test_the_colours_are_axes_at_right_angles():
    np.testing.assert_allclose(COLOURS @ COLOURS.T, np.eye(3), atol=1e-15)


def test_the_largest_power_is_a_number_in_float32_whatever_the_size():
    """Hypothesis found one that was not: a warning of NumPy's, and nothing was painted."""
    metric = Metric((2, 16384, 3), p=MOST_METRIC)
    g = np.ones(metric.shape, np.float32)
    with np.errstate(all="raise"):
        assert np.isfinite(np.square(metric(g), dtype=np.float32)).all()
