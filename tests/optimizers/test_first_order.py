"""Gradient descent and Adam: their formulas, their own learning rates, and rates too large."""

import numpy as np
import pytest
from functions_to_minimise import quadratic, rosenbrock, walk

from nst_numpy.optimizers import Adam, GradientDescent


def test_gradient_descent_is_its_formula():
    function, _ = quadratic(3, 10)
    start = np.ones(3)
    _, second, third = walk(GradientDescent(0.05), function, start, 2)
    np.testing.assert_array_equal(second.x, start - 0.05 * function(start)[1])
    np.testing.assert_array_equal(third.x, second.x - 0.05 * function(second.x)[1])


@pytest.mark.parametrize("n", [5, 500])
def test_gradient_descents_own_first_step_is_a_four_hundredth_root_mean_square(n):
    function, _ = quadratic(n, 10)
    start, second = walk(GradientDescent(), function, np.ones(n), 1)
    assert np.sqrt(np.mean((second.x - start.x) ** 2)) == pytest.approx(0.0025)
    assert start.rate == second.rate


def test_gradient_descent_stays_where_the_gradient_is_zero():
    function, minimum = quadratic(3, 1)
    states = walk(GradientDescent(), function, minimum, 3)
    assert len(states) == 4
    np.testing.assert_array_equal(states[-1].x, minimum)


def test_gradient_descent_comes_down_a_quadratic():
    function, minimum = quadratic(5, 10)
    last = walk(GradientDescent(0.1), function, np.zeros(5), 300)[-1]
    np.testing.assert_allclose(last.x, minimum, atol=1e-6)


@pytest.mark.parametrize(
    ("chosen", "beta1", "beta2", "epsilon"),
    [(Adam(0.1), 0.9, 0.999, 1e-8), (Adam(0.1, beta1=0.5, beta2=0.8, epsilon=0.1), 0.5, 0.8, 0.1)],
)
def test_adam_is_its_published_algorithm(chosen, beta1, beta2, epsilon):
    rng = np.random.default_rng(0)
    gradients = rng.standard_normal((4, 3))
    given = iter(gradients)
    states = walk(chosen, lambda x: (0.0, next(given)), np.zeros(3), 3)
    x = m = v = np.zeros(3)
    for t, g in enumerate(gradients[:3], start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        x = x - 0.1 * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        np.testing.assert_allclose(states[t].x, x, 1e-13)
        np.testing.assert_allclose(states[t].m, m, 1e-13)
        np.testing.assert_allclose(states[t].v, v, 1e-13)
        assert states[t].t == t


def test_adams_own_first_step_moves_every_number_by_a_twentieth():
    function, _ = quadratic(5, 10)
    start, second = walk(Adam(), function, np.ones(5), 1)
    np.testing.assert_allclose(np.abs(second.x - start.x), 0.05, rtol=1e-6)


def test_with_a_metric_adams_step_is_as_long_as_without_and_of_its_shape():
    function, _ = quadratic(5, 10)
    M = np.array([4.0, 1, 1, 1, 0.25])
    plain = walk(Adam(0.1), function, np.ones(5), 1)
    shaped = walk(Adam(0.1, metric=lambda g: M * g), function, np.ones(5), 1)
    step, moved = (states[1].x - states[0].x for states in (plain, shaped))
    assert np.linalg.norm(moved) == pytest.approx(np.linalg.norm(step))
    np.testing.assert_allclose(moved / moved[1], M * step / step[1], rtol=1e-6)


def test_adam_comes_down_rosenbrock():
    last = walk(Adam(0.02), rosenbrock, np.array([-1.2, 1.0]), 3000)[-1]
    assert last.value < 1e-3


@pytest.mark.parametrize("optimizer", [GradientDescent, Adam])
def test_a_learning_rate_that_is_too_large_is_named(optimizer):
    def function(x):
        return float(np.sum(x**4)), 4 * x**3

    with pytest.raises(FloatingPointError, match=r"lower the learning rate of 1e\+90"):
        walk(optimizer(1e90), function, np.ones(3), 100)
