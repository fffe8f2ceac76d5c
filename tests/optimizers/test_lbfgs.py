"""L-BFGS beside SciPy, on functions whose minimum is known, and when things go wrong."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.optimize
from functions_to_minimise import nan_at, quadratic, rosenbrock, walk

from nst_numpy.optimizers import LBFGS
from nst_numpy.optimizers.lbfgs import FIRST, LBFGSState, downhill


@pytest.mark.parametrize("n", [2, 10, 50])
def test_lbfgs_needs_about_as_few_evaluations_as_scipy_on_rosenbrock(n):
    start = np.tile([-1.2, 1.0], n // 2)
    peer = scipy.optimize.minimize(
        rosenbrock, start, jac=True, method="L-BFGS-B", options={"maxcor": 20, "gtol": 1e-6}
    )
    states = walk(LBFGS(), rosenbrock, start, 300)
    down = next(state for state in states if state.value <= max(peer.fun, 1e-10))
    assert down.evaluations <= 1.2 * peer.nfev + 5
    np.testing.assert_allclose(states[-1].x, np.ones(n), atol=1e-6)


@pytest.mark.parametrize("condition", [10, 1e4])
def test_lbfgs_needs_about_as_few_evaluations_as_scipy_on_quadratics(condition):
    function, minimum = quadratic(30, condition)
    peer = scipy.optimize.minimize(
        function, np.zeros(30), jac=True, method="L-BFGS-B", options={"maxcor": 20, "ftol": 1e-14}
    )
    states = walk(LBFGS(), function, np.zeros(30), 800)
    down = next(state for state in states if state.value <= max(peer.fun, 1e-12))
    assert down.evaluations <= 1.2 * peer.nfev + 5
    np.testing.assert_allclose(states[-1].x, minimum, atol=1e-5)


def test_the_two_loops_are_the_bfgs_update_without_its_matrix():
    rng = np.random.default_rng(0)
    root = rng.standard_normal((8, 8))
    hessian = root @ root.T + np.eye(8)
    steps = rng.standard_normal((5, 8))
    changes = steps @ hessian
    s, y = steps[-1], changes[-1]
    B = np.eye(8) * (s @ y) / (y @ y)
    for s, y in zip(steps, changes, strict=True):
        V = np.eye(8) - np.outer(y, s) / (s @ y)
        B = V.T @ B @ V + np.outer(s, s) / (s @ y)
        np.testing.assert_allclose(B @ y, s)
    gradient = rng.standard_normal(8)
    state = LBFGSState(
        x=np.zeros(8),
        value=0.0,
        gradient=gradient,
        evaluations=1,
        s=tuple(steps),
        y=tuple(changes),
        sy=tuple(float(s @ y) for s, y in zip(steps, changes, strict=True)),
    )
    np.testing.assert_allclose(downhill(state), -B @ gradient, rtol=1e-10)
    np.testing.assert_array_equal(state.gradient, gradient)


def test_without_a_memory_downhill_is_against_the_gradient():
    state = LBFGS().start(rosenbrock, np.array([-1.2, 1.0]))
    assert state.s == state.y == state.sy == ()
    np.testing.assert_array_equal(downhill(state), -state.gradient)


@pytest.mark.parametrize("rate", [None, 0.5])
def test_the_first_trial_is_a_four_hundredth_root_mean_square_times_the_learning_rate(rate):
    seen = []

    def function(x):
        seen.append(x)
        return float(np.sum((x - 9) ** 2)) / 2, x - 9

    walk(LBFGS(rate), function, np.zeros((4, 5, 3)), 1)
    first = np.sqrt(np.mean((seen[1] - seen[0]) ** 2))
    assert first == pytest.approx((rate or 1) * FIRST)
    assert FIRST == 0.0025


def test_the_memory_holds_the_newest_pairs():
    function, _ = quadratic(10, 1e4)
    states = walk(LBFGS(memory=3), function, np.zeros(10), 8)
    assert [len(state.s) for state in states] == [0, 1, 2, 3, 3, 3, 3, 3, 3]
    for before, after in pairwise(states):
        np.testing.assert_array_equal(after.s[-1], after.x - before.x)
        np.testing.assert_array_equal(after.y[-1], after.gradient - before.gradient)
        assert after.sy[-1] == pytest.approx(float(after.s[-1] @ after.y[-1]))
        assert len(after.s) == len(after.y) == len(after.sy)
    assert states[-1].s[0] is states[-2].s[1]


def test_lbfgs_never_rises():
    values = [state.value for state in walk(LBFGS(), rosenbrock, np.array([-1.2, 1.0]), 60)]
    assert all(after <= before for before, after in pairwise(values))


def test_lbfgs_ends_where_the_gradient_is_zero():
    function, minimum = quadratic(3, 1)
    (only,) = walk(LBFGS(), function, minimum.copy(), 10)
    assert only.ended


def test_lbfgs_meets_one_nan_says_so_and_goes_on():
    function, minimum = quadratic(10, 100)
    states = walk(LBFGS(), nan_at({7}, function), np.zeros(10), 100)
    notes = [state.note for state in states if state.note]
    assert "not a finite number, and stepped shorter" in notes[0]
    np.testing.assert_allclose(states[-1].x, minimum, atol=1e-4)


def test_lbfgs_falls_back_to_a_gradient_step_when_a_whole_search_is_nan_and_goes_on():
    function, minimum = quadratic(10, 100)
    begin = walk(LBFGS(), function, np.zeros(10), 3)[-1].evaluations + 1
    states = walk(LBFGS(), nan_at(range(begin, begin + 20), function), np.zeros(10), 200)
    fallen = next(state for state in states if state.note)
    assert fallen is states[4]
    assert f"took a gradient step of {FIRST:g} instead" in fallen.note
    assert np.sqrt(np.mean((fallen.x - states[3].x) ** 2)) == pytest.approx(FIRST)
    assert fallen.evaluations == begin + 20
    assert len(fallen.s) <= 1  # the memory was dropped
    values = [state.value for state in states]
    assert all(after <= before for before, after in pairwise(values))
    np.testing.assert_allclose(states[-1].x, minimum, atol=1e-4)


def test_a_gradient_step_is_a_tenth_as_long_until_something_goes_down():
    """A valley that is narrower than the first step, and than a tenth of it."""

    def valley(x):
        return 1e4 * float(x @ x), 2e4 * x

    x = np.full(3, 0.4 * FIRST / 10)
    start = LBFGSState(x=x, value=valley(x)[0], gradient=valley(x)[1], evaluations=1)
    found, spent, note = LBFGS()._gradient_step(valley, start, "why")
    assert spent == found.evaluations == 3
    assert np.sqrt(np.mean((found.x - x) ** 2)) == pytest.approx(FIRST / 100)
    assert note == f"why; took a gradient step of {FIRST / 100:g} instead"


def test_lbfgs_says_that_it_cannot_descend_and_keeps_its_best():
    """The gradient points uphill, so nothing goes down."""
    start = np.ones(3)
    states = walk(LBFGS(), lambda x: (float(x @ x), -x), start, 10)
    assert len(states) == 2
    assert states[-1].ended
    assert "no gradient step goes down either" in states[-1].note
    np.testing.assert_array_equal(states[-1].x, start)
    assert states[-1].value == 3.0


def test_lbfgs_survives_changes_too_small_for_float32():
    """The square of the gradient's change underflows to 0."""
    start = np.full(3, 1e-22, np.float32)
    states = walk(LBFGS(), lambda x: (float(np.sum(np.float64(x) ** 2)), 2 * x), start, 5)
    assert states[-1].value <= states[0].value


def test_without_a_memory_no_pair_is_kept():
    function, _ = quadratic(5, 10)
    assert walk(LBFGS(memory=0), function, np.zeros(5), 4)[-1].s == ()
