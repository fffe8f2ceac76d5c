"""Every mistake is caught, and no right gradient is."""

import subprocess
import sys

import numpy as np
import pytest

from nst_numpy.checks import cases, checks_of
from nst_numpy.checks.case import CENTRAL, Problem
from nst_numpy.checks.cases import max_pool_of_equals
from nst_numpy.checks.mutants import MUTANTS, Mutant, check_mutants, outcome
from nst_numpy.checks.mutants.mutant import angle
from nst_numpy.checks.pieces import OURS
from nst_numpy.layers import max_pool_forward

BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


@pytest.fixture(scope="module")
def outcomes():
    return {found.name: found for found in check_mutants()}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_is_caught(mutant, seed):
    found = outcome(mutant, seed)
    assert found.caught
    assert found.error > 0.05  # not by a hair
    assert 0 <= found.angle <= 180
    assert found.error_of_right <= CENTRAL == found.allowed


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_where_nothing_is_wrong_nothing_is_caught(mutant):
    right = Mutant("right", "Nothing is wrong.", mutant.case, OURS, ties=mutant.ties)
    found = outcome(right)
    assert not found.caught
    assert found.angle < 1e-4


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_table_of_check_refuses_every_mutant_too(mutant):
    found = (check for case in cases(mutant.pieces) for check in checks_of(case))
    assert any(not check.holds for check in found)


def test_there_are_32_each_with_a_name_and_a_sentence():
    assert len(BY_NAME) == len(MUTANTS) == 32
    assert all(mutant.sentence.endswith(".") for mutant in MUTANTS)
    assert {mutant.case(OURS).name for mutant in MUTANTS} == {
        "content cost", "style cost", "convolution", "ReLU", "average pool", "max pool",
        "VGG-19 taps", "VGG input",
    }  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_way_up_stays_the_right_one(mutant):
    wrong, right = (Problem(mutant.case(pieces), 0) for pieces in (mutant.pieces, OURS))
    assert np.array_equal(wrong.x, right.x)
    assert np.array_equal(wrong.forward(wrong.x), right.forward(right.x))


def test_the_mistakes_that_only_scale_have_an_angle_of_0(outcomes):
    assert {name for name, found in outcomes.items() if found.angle < 1e-4} == {
        "content without 2", "content undivided", "style undivided", "n_C² twice", "stray ¼",
        "style without 2", "M = n_H", "no ¼", "no 255",
    }  # fmt: skip
    for name in ("content uphill", "style uphill"):
        assert outcomes[name].angle == pytest.approx(180, abs=1e-4)


def test_all_ones_and_numbers_without_ties_each_miss_some(outcomes):
    assert [name for name, found in outcomes.items() if found.needs_ties] == ["max: ties twice"]
    missed = {name for name, found in outcomes.items() if found.missed_with_ones}
    assert missed == {"mask by both", "tile for repeat", "still BGR", "max: ties twice"}
    for found in outcomes.values():
        assert (found.error_with_ones is None) == ("cost" in found.gradient_of)


def test_a_mistake_of_the_cost_agrees_with_its_own_cost_alone(outcomes):
    own = {name: found for name, found in outcomes.items() if found.error_of_own_cost is not None}
    assert set(own) == {"(Σ·)² for Σ(·)²", "Gram reshaped"}
    assert all(found.error_of_own_cost <= CENTRAL < found.error for found in own.values())


def test_the_squares_of_equals_are_tied_and_move_as_one():
    tied = Problem(max_pool_of_equals(OURS), 0)
    y, winner = max_pool_forward(tied.x)
    assert not winner.any()  # the first of the two that are equal
    assert np.array_equal(y, tied.x[1::2, 1::2])
    for d in tied.directions:
        for part in (d[0::2, 1::2], d[1::2, 0::2], d[1::2, 1::2]):
            assert np.array_equal(d[0::2, 0::2], part)
    [check] = checks_of(max_pool_of_equals(OURS))
    assert check.holds


def test_an_angle_is_in_degrees_and_0_has_none():
    assert angle(np.array([1.0, 0]), np.array([1.0, 1])) == pytest.approx(45)
    assert angle(np.ones(2), np.ones(2)) == pytest.approx(0, abs=1e-5)
    assert angle(np.zeros(2), np.ones(2)) == 90


def test_the_mutants_need_no_matplotlib_and_no_experiments():
    program = (
        "import sys; sys.modules['matplotlib'] = sys.modules['nst_numpy.experiments'] = None; "
        "from nst_numpy.checks.mutants import check_mutants; "
        "assert all(outcome.caught for outcome in check_mutants())"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
