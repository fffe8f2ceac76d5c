"""The optimizers on functions whose minimum is known, beside SciPy, and when things go wrong."""

from collections import deque
from itertools import islice, pairwise

import numpy as np
import pytest
import scipy.optimize

from nst_numpy.optimizers import _downhill, adam, gradient_descent, lbfgs


def rosenbrock(x):
    return float(scipy.optimize.rosen(x)), scipy.optimize.rosen_der(x)


def quadratic(n, condition, seed=0):
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.standard_normal((n, n)))
    A = Q @ np.diag(np.geomspace(1, condition, n)) @ Q.T
    minimum = rng.standard_normal(n)
    return lambda x: (float((x - minimum) @ A @ (x - minimum)) / 2, A @ (x - minimum)), minimum


def run(optimizer, function, start, steps, **options):
    return list(islice(optimizer(function, start, **options), steps + 1))


ALL = [gradient_descent, adam, lbfgs]


@pytest.mark.parametrize("optimizer", ALL)
def test_the_first_iterate_is_the_start(optimizer):
    start = np.array([-1.2, 1.0])
    (first,) = run(optimizer, rosenbrock, start, 0)
    assert first.x is start
    assert first.value == rosenbrock(start)[0]
    assert first.evaluations == 1
    assert not first.note


@pytest.mark.parametrize("optimizer", ALL)
def test_each_iterate_tells_what_the_function_says_there(optimizer):
    for point in run(optimizer, rosenbrock, np.array([-1.2, 1.0]), 5):
        value, gradient = rosenbrock(point.x)
        assert point.value == value
        np.testing.assert_array_equal(point.gradient, gradient)


@pytest.mark.parametrize("optimizer", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_dtype_are_kept(optimizer, dtype):
    start = np.ones((2, 3, 3), dtype)
    for point in run(optimizer, lambda x: (np.sum(x**4), 4 * x**3), start, 4):
        assert point.x.shape == start.shape
        assert point.x.dtype == dtype
    np.testing.assert_array_equal(start, np.ones((2, 3, 3)))


def test_gradient_descent_is_its_formula():
    function, _ = quadratic(3, 10)
    start = np.ones(3)
    _, second = run(gradient_descent, function, start, 1, learning_rate=0.05)
    np.testing.assert_array_equal(second.x, start - 0.05 * function(start)[1])


def test_gradient_descents_own_first_step_moves_no_component_by_more_than_a_fiftieth():
    function, _ = quadratic(5, 10)
    start, second = run(gradient_descent, function, np.ones(5), 1)
    assert np.abs(second.x - start.x).max() == pytest.approx(0.02)


def test_gradient_descent_comes_down_a_quadratic():
    function, minimum = quadratic(5, 10)
    last = run(gradient_descent, function, np.zeros(5), 300, learning_rate=0.1)[-1]
    np.testing.assert_allclose(last.x, minimum, atol=1e-6)


def test_adam_is_its_published_algorithm():
    rng = np.random.default_rng(0)
    gradients = rng.standard_normal((4, 3))
    given = iter(gradients)
    points = run(adam, lambda x: (0.0, next(given)), np.zeros(3), 3, learning_rate=0.1)
    x = m = v = np.zeros(3)
    for t, g in enumerate(gradients[:3], start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        x = x - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        np.testing.assert_allclose(points[t].x, x, 1e-13)


def test_adam_comes_down_rosenbrock():
    last = run(adam, rosenbrock, np.array([-1.2, 1.0]), 3000, learning_rate=0.02)[-1]
    assert last.value < 1e-3


@pytest.mark.parametrize("n", [2, 10, 50])
def test_lbfgs_needs_about_as_few_evaluations_as_scipy_on_rosenbrock(n):
    start = np.tile([-1.2, 1.0], n // 2)
    peer = scipy.optimize.minimize(
        rosenbrock, start, jac=True, method="L-BFGS-B", options={"maxcor": 20, "gtol": 1e-6}
    )
    points = run(lbfgs, rosenbrock, start, 300)
    down = next(point for point in points if point.value <= max(peer.fun, 1e-10))
    assert down.evaluations <= 1.2 * peer.nfev + 5
    np.testing.assert_allclose(points[-1].x, np.ones(n), atol=1e-6)


@pytest.mark.parametrize("condition", [10, 1e4])
def test_lbfgs_needs_about_as_few_evaluations_as_scipy_on_quadratics(condition):
    function, minimum = quadratic(30, condition)
    peer = scipy.optimize.minimize(
        function, np.zeros(30), jac=True, method="L-BFGS-B", options={"maxcor": 20, "ftol": 1e-14}
    )
    points = run(lbfgs, function, np.zeros(30), 800)
    down = next(point for point in points if point.value <= max(peer.fun, 1e-12))
    assert down.evaluations <= 1.2 * peer.nfev + 5
    np.testing.assert_allclose(points[-1].x, minimum, atol=1e-5)


def test_the_two_loops_are_the_bfgs_update_without_its_matrix():
    rng = np.random.default_rng(0)
    root = rng.standard_normal((8, 8))
    hessian = root @ root.T + np.eye(8)
    pairs = deque((s, hessian @ s) for s in rng.standard_normal((5, 8)))
    s, y = pairs[-1]
    B = np.eye(8) * (s @ y) / (y @ y)
    for s, y in pairs:
        V = np.eye(8) - np.outer(y, s) / (s @ y)
        B = V.T @ B @ V + np.outer(s, s) / (s @ y)
        np.testing.assert_allclose(B @ y, s)
    gradient = rng.standard_normal(8)
    np.testing.assert_allclose(_downhill(gradient, pairs), -B @ gradient, rtol=1e-10)


def test_lbfgs_never_rises():
    values = [point.value for point in run(lbfgs, rosenbrock, np.array([-1.2, 1.0]), 60)]
    assert all(after <= before for before, after in pairwise(values))


def test_lbfgs_ends_where_the_gradient_is_zero():
    function, minimum = quadratic(3, 1)
    assert len(run(lbfgs, function, minimum.copy(), 10)) == 1


def nan_at(evaluations, function):
    """Make a function that is NaN at some of its evaluations, counted from 1."""
    count = 0

    def broken(x):
        nonlocal count
        count += 1
        value, gradient = function(x)
        if count in evaluations:
            return float("nan"), np.full_like(gradient, np.nan)
        return value, gradient

    return broken


def test_lbfgs_meets_one_nan_says_so_and_goes_on():
    function, minimum = quadratic(10, 100)
    points = run(lbfgs, nan_at({7}, function), np.zeros(10), 100)
    notes = [point.note for point in points if point.note]
    assert "not a finite number, and stepped shorter" in notes[0]
    np.testing.assert_allclose(points[-1].x, minimum, atol=1e-4)


def test_lbfgs_falls_back_to_a_gradient_step_when_a_whole_search_is_nan_and_goes_on():
    function, minimum = quadratic(10, 100)
    points = run(lbfgs, nan_at(range(7, 27), function), np.zeros(10), 200)
    notes = [point.note for point in points if point.note]
    assert "took a gradient step of" in notes[0]
    values = [point.value for point in points]
    assert all(after <= before for before, after in pairwise(values))
    np.testing.assert_allclose(points[-1].x, minimum, atol=1e-4)


def test_lbfgs_says_that_it_cannot_descend_and_keeps_its_best():
    """The gradient points uphill, so nothing goes down."""
    start = np.ones(3)
    points = run(lbfgs, lambda x: (float(x @ x), -x), start, 10)
    assert len(points) == 2
    assert "no gradient step goes down either" in points[-1].note
    np.testing.assert_array_equal(points[-1].x, start)
    assert points[-1].value == 3.0


@pytest.mark.parametrize("optimizer", ALL)
def test_nan_at_the_start_is_an_error(optimizer):
    with pytest.raises(FloatingPointError, match="The cost is nan at the start"):
        run(optimizer, lambda x: (float("nan"), x), np.ones(3), 1)


@pytest.mark.parametrize("optimizer", [gradient_descent, adam])
def test_a_learning_rate_that_is_too_large_is_named(optimizer):
    def function(x):
        return float(np.sum(x**4)), 4 * x**3

    with pytest.raises(FloatingPointError, match=r"lower the learning rate of 1e\+90"):
        run(optimizer, function, np.ones(3), 100, learning_rate=1e90)


@pytest.mark.parametrize("optimizer", ALL)
def test_a_gradient_that_overflows_at_the_start_is_an_error(optimizer):
    with pytest.raises(FloatingPointError, match="The gradient is inf at the start"):
        run(optimizer, lambda x: (1.0, x * np.inf), np.ones(3), 1)


def test_lbfgs_survives_changes_too_small_for_float32():
    """The square of the gradient's change underflows to 0."""
    start = np.full(3, 1e-22, np.float32)
    points = run(lbfgs, lambda x: (float(np.sum(np.float64(x) ** 2)), 2 * x), start, 5)
    assert points[-1].value <= points[0].value
