import inspect
from itertools import islice, pairwise

import numpy as np
import pytest

from nst_numpy.experiments import optimizers
from nst_numpy.experiments.descent import watching
from nst_numpy.experiments.descent.watching import Run, line_searches
from nst_numpy.line_search import strong_wolfe
from nst_numpy.optimizers import lbfgs

EVALUATIONS = 16


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return optimizers.answer(castle, church, weights, EVALUATIONS)


def banana(x):
    """Rosenbrock's valley in four dimensions: here the first trial is often wrong."""
    bend = x[1:] - x[:-1] ** 2
    gradient = np.zeros_like(x)
    gradient[1:] += 200 * bend
    gradient[:-1] += -400 * x[:-1] * bend - 2 * (1 - x[:-1])
    return float(np.sum(100 * bend**2 + (1 - x[:-1]) ** 2)), gradient


def run_of(function, start, evaluations):
    run = Run("lbfgs", function, start, 1.0)
    watching.by_turns([run], evaluations)
    return run


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims)


def test_lbfgs_needs_the_fewest_evaluations_and_gradient_descent_the_most(answer):
    needed = answer.numbers["evaluations to the goal"]
    assert needed["L-BFGS"] < needed["Adam"] <= EVALUATIONS
    descent = answer.numbers["runs"]["gradient descent"]
    finished = [run["J"] for run in descent.values() if not run["end"]]
    assert min(map(min, finished)) > answer.numbers["goal"]
    assert needed["gradient descent"] is None


def test_all_begin_at_one_height_and_stop_in_time(answer):
    runs = [run for some in answer.numbers["runs"].values() for run in some.values()]
    assert len({run["J"][0] for run in runs}) == 1
    for run in runs:
        assert run["end"] or run["evaluations"][-1] >= EVALUATIONS
        assert len(run["seconds"]) == len(run["J"])
        assert all(later > earlier for earlier, later in pairwise(run["seconds"]))
        assert 0 < run["overhead"] < 1


def test_only_lbfgs_never_rises(answer):
    runs = answer.numbers["runs"]
    for name, some in runs.items():
        for run in some.values():
            assert run["rises"] == np.count_nonzero(np.diff(run["J"]) > 0)
        largest = max(some, key=float)
        assert (some[largest]["rises"] > 0) == (name != "L-BFGS")


def test_the_best_learning_rate_lies_between_the_others(answer):
    """Else the comparison would not be fair to the optimizer."""
    for name in ("gradient descent", "Adam"):
        factors = optimizers.FACTORS[name]
        assert min(factors) < answer.numbers["best"][name] < max(factors)


def test_searches_end_where_both_wolfe_conditions_hold(answer):
    as_it_went, long, short = answer.numbers["searches"]
    for line in (as_it_went, long, short):
        height, slope = line["start"]
        t, accepted, slope_there = line["trials"][-1]
        assert accepted <= height + 1e-4 * t * slope
        assert abs(slope_there) <= 0.9 * abs(slope)
    assert as_it_went["start"] == long["start"] == short["start"]
    assert long["trials"][0][0] > long["trials"][-1][0]
    assert short["trials"][0][0] < short["trials"][-1][0]
    assert min(len(long["trials"]), len(short["trials"])) > 1


def test_most_searches_take_their_first_trial(answer):
    trials = answer.numbers["trials of each search"]
    assert sum(count == 1 for count in trials) > 0.8 * len(trials)
    assert sum(trials) + 1 == answer.numbers["runs"]["L-BFGS"]["1"]["evaluations"][-1]


def test_the_conditions_are_those_of_the_line_search():
    defaults = inspect.signature(strong_wolfe).parameters
    assert (defaults["c1"].default, defaults["c2"].default) == (watching.C1, watching.C2)


def test_a_line_that_is_found_again_is_the_line_that_was_searched():
    start = np.array([-1.2, 1.0, -0.5, 0.8])
    run = run_of(banana, start, 40)
    plain = list(islice(lbfgs(banana, start, 1.0), len(run.points)))
    lines = line_searches(run)
    assert [line.iteration for line in lines] == list(range(1, len(run.points)))
    assert max(len(line.trials) for line in lines) > 1
    for line, before, after in zip(lines, plain, plain[1:], strict=False):
        np.testing.assert_array_equal(line.point.x, before.x)
        t, height, slope = line.trials[-1]
        np.testing.assert_allclose(before.x + t * line.d, after.x)
        assert height == after.value
        assert line.verdict(line.trials[-1]) == "accepted"
        assert {line.verdict(trial) for trial in line.trials[:-1]} <= {"too long", "too short"}
        h = 1e-6 * t
        higher, lower = (banana(before.x + (t + step) * line.d)[0] for step in (h, -h))
        np.testing.assert_allclose(slope, (higher - lower) / (2 * h), rtol=1e-4, atol=1e-4)


def test_the_grid_lies_on_the_line():
    line = line_searches(run_of(banana, np.array([-1.2, 1.0, -0.5, 0.8]), 10))[3]
    grid = line.grid(banana, 2.0, count=5)
    for (t, height, _), expected in zip(grid, np.linspace(0, 2, 5), strict=True):
        np.testing.assert_allclose(t, expected, atol=1e-12)
        np.testing.assert_allclose(height, banana(line.point.x + expected * line.d)[0])


def test_an_overflow_and_a_minimum_end_a_run():
    overflown = Run("gradient-descent", banana, np.array([-1.2, 1.0, -0.5, 0.8]), 1.0)
    arrived = run_of(lambda x: (float(x @ x), 2 * x), np.ones(3), 100)
    watching.by_turns([overflown], 1000)
    assert "lower the learning rate" in overflown.end
    assert np.isfinite(overflown.J).all()
    assert arrived.end
    assert arrived.evaluations_to(1e-6) <= len(arrived.watched.seen) < 100
    assert arrived.evaluations_to(-1.0) is None
