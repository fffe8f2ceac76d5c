import inspect
from itertools import islice, pairwise

import numpy as np
import pytest

from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.descent import C1, C2, POINTS, Run, search, walk_by_turns
from nst_numpy.experiments.optimizers import FACTORS, trials_of
from nst_numpy.optimizers import LBFGS, GradientDescent, iterates
from nst_numpy.optimizers.lbfgs import downhill
from nst_numpy.optimizers.line_search import strong_wolfe

EVALUATIONS = 16
START = np.array([-1.2, 1.0, -0.5, 0.8])


@pytest.fixture(scope="module")
def answer(corner, weights):
    return EXPERIMENTS["optimizers"].answer(*corner, weights, evaluations=EVALUATIONS)


@pytest.fixture(scope="module")
def measured(answer):
    return answer.measured


def banana(x):
    """Rosenbrock's valley in four dimensions: here the first trial is often wrong."""
    bend = x[1:] - x[:-1] ** 2
    gradient = np.zeros_like(x)
    gradient[1:] += 200 * bend
    gradient[:-1] += -400 * x[:-1] * bend - 2 * (1 - x[:-1])
    return float(np.sum(100 * bend**2 + (1 - x[:-1]) ** 2)), gradient


def run_of(optimizer, function, start, evaluations):
    run = Run("", 1, start)
    walk_by_turns([(run, iterates(optimizer, function, start))], evaluations)
    return run


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert [claim for claim in answer.claims if not claim.holds] == []
    assert len(answer.lines) == 1 + len(answer.measured.runs)


def test_lbfgs_needs_the_fewest_evaluations_and_gradient_descent_the_most(measured):
    goal = measured.best("Adam").J[-1]
    needed = {name: measured.best(name).evaluations_to(goal) for name in FACTORS}
    assert needed["L-BFGS"] < needed["Adam"] <= EVALUATIONS
    finished = [run.J for run in measured.runs_of("gradient descent") if not run.overflow]
    assert min(map(min, finished)) > goal


def test_all_begin_at_one_height_and_stop_in_time(measured):
    assert len({run.J[0] for run in measured.runs}) == 1
    for run in measured.runs:
        assert run.overflow or run.evaluations[-1] >= EVALUATIONS
        assert len(run.seconds) == len(run.evaluations) == len(run.J)
        assert all(later > earlier > 0 for earlier, later in pairwise(run.seconds))


def test_only_lbfgs_never_rises(measured):
    for name in FACTORS:
        runs = measured.runs_of(name)
        assert [run.rises for run in runs] == [np.sum(np.diff(run.J) > 0) for run in runs]
        assert (runs[-1].rises > 0) == (name != "L-BFGS")


def test_the_best_learning_rate_lies_between_the_others(measured):
    """Else the comparison would not be fair to the optimizer."""
    for name in ("gradient descent", "Adam"):
        assert min(FACTORS[name]) < measured.best(name).factor < max(FACTORS[name])


def test_searches_end_where_both_wolfe_conditions_hold(measured):
    as_it_went, long, short = measured.searches
    assert as_it_went.start == long.start == short.start
    for line in measured.searches:
        _, height, slope = line.start
        t, accepted, slope_there = line.trials[-1]
        assert accepted <= height + 1e-4 * t * slope
        assert abs(slope_there) <= 0.9 * abs(slope)
    assert long.trials[0].t > long.trials[-1].t
    assert short.trials[0].t < short.trials[-1].t
    assert min(len(long.trials), len(short.trials)) > 1


def test_most_searches_take_their_first_trial(measured):
    lbfgs = measured.best("L-BFGS")
    trials = trials_of(lbfgs)
    assert trials.count(1) > 0.8 * len(trials)
    assert sum(trials) + 1 == lbfgs.evaluations[-1]
    assert len(measured.searches[0].trials) == trials[measured.searches[0].iteration - 1]


def test_the_conditions_are_those_of_the_line_search():
    defaults = inspect.signature(strong_wolfe).parameters
    assert (defaults["c1"].default, defaults["c2"].default) == (C1, C2)


def test_a_line_that_is_searched_again_is_the_line_that_was_searched():
    states = list(islice(iterates(LBFGS(), banana, START), 30))
    most = 0
    for n, (before, after) in enumerate(pairwise(states[1:]), start=2):
        line = search(banana, before, n)
        assert len(line.trials) == after.evaluations - before.evaluations
        most = max(most, len(line.trials))
        t, height, slope = line.trials[-1]
        d = downhill(before)
        np.testing.assert_allclose(before.x + t * d, after.x)
        assert height == after.value
        assert line.verdict(line.trials[-1]) == "accepted"
        assert {line.verdict(trial) for trial in line.trials[:-1]} <= {"too long", "too short"}
        h = 1e-6 * t
        higher, lower = (banana(before.x + (t + step) * d)[0] for step in (h, -h))
        np.testing.assert_allclose(slope, (higher - lower) / (2 * h), rtol=1e-4, atol=1e-4)
    assert most > 1


def test_the_curve_lies_on_the_line():
    state = next(islice(iterates(LBFGS(), banana, START), 3, None))
    line = search(banana, state, 4)
    furthest = max(trial.t for trial in line.trials)
    expected = np.linspace(0, 1.15 * furthest, POINTS)
    for (t, height, _), wanted in zip(line.curve, expected, strict=True):
        np.testing.assert_allclose(t, wanted, atol=1e-12)
        np.testing.assert_allclose(height, banana(state.x + wanted * downhill(state))[0])


def test_an_overflow_and_a_minimum_end_a_run():
    overflown = run_of(GradientDescent(1.0), banana, START, 1000)
    assert "lower the learning rate" in overflown.overflow
    assert np.isfinite(overflown.J).all()
    arrived = run_of(LBFGS(), lambda x: (float(x @ x), 2 * x), np.ones(3), 100)
    assert not arrived.overflow
    assert arrived.evaluations_to(1e-6) <= arrived.evaluations[-1] < 100
    assert arrived.evaluations_to(-1.0) is None
