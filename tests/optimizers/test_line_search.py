"""The line search: what it finds satisfies the strong Wolfe conditions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nst_numpy.optimizers import State, dot
from nst_numpy.optimizers.line_search import Trial, _between, strong_wolfe

C1, C2 = 1e-4, 0.9

FUNCTIONS = {
    "parabola": lambda t: ((t - 1) ** 2, 2 * (t - 1)),
    "quartic": lambda t: ((t - 3) ** 4, 4 * (t - 3) ** 3),
    "waves": lambda t: (-np.sin(t) - 0.3 * np.sin(5 * t), -np.cos(t) - 1.5 * np.cos(5 * t)),
    "flat": lambda t: (-t / (t**2 + 2), (t**2 - 2) / (t**2 + 2) ** 2),
}


def state(x, value, gradient):
    return State(x=x, value=value, gradient=gradient, evaluations=1)


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(max_examples=40, deadline=None)
@given(first=st.floats(1e-4, 1e3))
def test_the_point_found_satisfies_both_conditions(name, first):
    f = FUNCTIONS[name]

    count = -1  # the start, which is known

    def function(x):
        nonlocal count
        count += 1
        value, slope = f(x[0])
        return float(value), np.array([slope])

    x = np.zeros(1)
    value, gradient = function(x)
    start = state(x, value, gradient)
    trial, spent, note = strong_wolfe(function, start, np.ones(1), dot, first, C1, C2, most=60)
    assert trial is not None
    assert not note
    assert spent == count
    assert trial.height <= value + C1 * trial.t * gradient[0]
    assert abs(trial.slope) <= C2 * abs(gradient[0])
    assert function(trial.x) == (trial.value, trial.gradient)


@pytest.mark.parametrize("direction", [(1.0, 1.0), (1.0, -1.0)], ids=["up", "level"])
def test_what_does_not_go_down_is_refused(direction):
    start = state(np.ones(2), 2.0, 2 * np.ones(2))
    d = np.array(direction)
    trial, spent, note = strong_wolfe(lambda x: (float(x @ x), 2 * x), start, d, dot)
    assert trial is None
    assert spent == 0
    assert note == "the direction does not go down"


def test_where_the_evaluations_run_out_the_lowest_that_went_down_is_taken():
    """A straight slope has no flat place, but every step along it goes down."""
    slope = np.array([-1.0])
    start = state(np.zeros(1), 0.0, slope)
    trial, spent, _ = strong_wolfe(
        lambda x: (-float(x[0]), slope), start, np.ones(1), dot, 1.0, most=5
    )
    assert trial is not None
    assert trial.t == 16.0
    assert spent == 5


def test_where_nothing_goes_down_nothing_is_found():
    """The gradient says down, and the function rises."""
    start = state(np.zeros(1), 0.0, np.array([-1.0]))
    trial, spent, note = strong_wolfe(
        lambda x: (float(x[0]), np.array([-1.0])), start, np.ones(1), dot, most=7
    )
    assert trial is None
    assert spent == 7
    assert note == "no step along the direction goes down, in 7 trials"


def test_overflow_is_stepped_back_from_and_told():
    def function(x):
        return (float((x[0] - 1) ** 2), 2 * (x - 1)) if x[0] < 2 else (float("inf"), x * np.inf)

    start = state(np.zeros(1), 1.0, np.array([-2.0]))
    trial, _, note = strong_wolfe(function, start, np.ones(1), dot, first=100.0)
    assert trial is not None
    assert 0 < trial.t < 2
    assert "not a finite number" in note


def test_the_slope_is_taken_with_the_inner_product_that_is_given():
    """Ten times the inner product, ten times the slope: the same step satisfies the conditions."""
    start = state(np.zeros(1), 1.0, np.array([-2.0]))
    found = [
        strong_wolfe(lambda x: ((x[0] - 1) ** 2, 2 * (x - 1)), start, np.ones(1), product, 0.5)[0]
        for product in (dot, lambda a, b: 10 * dot(a, b))
    ]
    assert found[0].t == found[1].t == 0.5
    assert found[1].slope == 10 * found[0].slope


def test_the_next_trial_is_the_lowest_point_of_the_cubic():
    """Of t³ - 2t² - t between 0.5 and 2.5: where 3t² - 4t - 1 = 0, at (2 + √7)/3."""

    def end(t):
        return Trial(t, np.empty(0), 0.0, np.empty(0), t**3 - 2 * t**2 - t, 3 * t**2 - 4 * t - 1)

    assert _between(end(0.5), end(2.5)) == pytest.approx((2 + 7**0.5) / 3, rel=1e-12)
    assert _between(end(0.0), end(2.0)) == pytest.approx((2 + 7**0.5) / 3, rel=1e-12)


def test_after_a_cost_that_is_not_finite_it_steps_a_tenth_as_far():
    tried = []

    def function(x):
        tried.append(float(x[0]))
        inside = x[0] < 0.05
        return (float(x[0] ** 2 - x[0]) if inside else np.inf), 2 * x - 1

    start = state(np.zeros(1), 0.0, np.array([-1.0]))
    strong_wolfe(function, start, np.ones(1), dot, 1.0)
    assert tried[:3] == pytest.approx([1, 0.1, 0.01])
