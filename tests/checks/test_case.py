"""The runner: it accepts a right case, refuses a wrong one, and knows which ways apply."""

from dataclasses import replace

import numpy as np
import pytest

from nst_numpy.checks import Case, Check, checks_of
from nst_numpy.checks.case import ADJOINT, CENTRAL, MOST, Problem
from nst_numpy.errors import InputError
from nst_numpy.gradcheck import directional_error

MATRIX = np.random.default_rng(0).standard_normal((4, 6))

SOFTPLUS = Case(
    "softplus",
    forward=lambda x: np.log1p(np.exp(x)),
    backward=lambda dy, x: dy / (1 + np.exp(-x)),
    draw=lambda rng: (rng.standard_normal((5, 7, 3)),),
)
AFFINE = Case(
    "affine",
    forward=lambda x, b: MATRIX @ x + b,
    backward=lambda dy, x, b: MATRIX.T @ dy,
    draw=lambda rng: (rng.standard_normal(6), rng.standard_normal(4)),
    linear=True,
)
LENGTH = Case(
    "squared length",
    forward=lambda x: float(np.sum(x**2)),
    backward=lambda dJ, x: dJ * 2 * x,
    draw=lambda rng: (rng.standard_normal(8),),
)


@pytest.mark.parametrize("case", [SOFTPLUS, AFFINE, LENGTH], ids=lambda case: case.name)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_right_case_holds_in_every_way_that_applies(case, seed):
    found = list(checks_of(case, seed))
    adjoint = ["adjoint"] if case.linear else []
    assert [check.method for check in found] == [*adjoint, "central differences", "pixel by pixel"]
    assert all(check.name == case.name and check.holds for check in found)
    assert {check.allowed for check in found} == ({ADJOINT, CENTRAL} if adjoint else {CENTRAL})


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SOFTPLUS, backward=lambda dy, x: dy / (1 + np.exp(x))),
        replace(AFFINE, backward=lambda dy, x, b: 1.001 * MATRIX.T @ dy),
        replace(LENGTH, backward=lambda dJ, x: dJ * x),
        replace(LENGTH, backward=lambda dJ, x: np.full_like(x, np.nan)),
    ],
    ids=["mirrored", "1.001", "half", "NaN"],
)
def test_a_wrong_backward_pass_is_refused_in_every_way(wrong):
    assert not any(check.holds for check in checks_of(wrong))


def test_a_gradient_of_another_shape_is_refused_in_words():
    turned = replace(SOFTPLUS, backward=lambda dy, x: SOFTPLUS.backward(dy, x).swapaxes(0, 1))
    with pytest.raises(InputError, match=r"softplus has the shape \(7, 5, 3\); x has \(5, 7, 3\)"):
        next(checks_of(turned))


def test_one_wrong_component_is_refused():
    def backward(dJ, x):
        dx = dJ * 2 * x
        dx[3] += 1e-4 * dJ
        return dx

    assert not any(check.holds for check in checks_of(replace(LENGTH, backward=backward)))


def test_exchanged_axes_are_seen_although_all_ones_hide_them():
    exchanged = replace(
        SOFTPLUS,
        forward=lambda x: 3 * x,
        backward=lambda dy, x: 3 * dy.swapaxes(0, 1),
        draw=lambda rng: (rng.standard_normal((5, 5, 3)),),
    )
    assert Problem(exchanged, 0).error() > 0.1
    assert Problem(exchanged, 0, all_ones=True).error() < CENTRAL


def test_a_linear_case_that_is_not_linear_is_refused_by_the_adjoint():
    first, *others = checks_of(replace(SOFTPLUS, linear=True))
    assert first.method == "adjoint"
    assert not first.holds
    assert all(check.holds for check in others)


def test_a_large_x_is_tried_along_directions_alone():
    large = replace(LENGTH, draw=lambda rng: (rng.standard_normal(MOST + 1),))
    assert [check.method for check in checks_of(large)] == ["central differences"]


def test_along_a_kink_only_its_own_directions_are_tried():
    kink = Case(
        "largest of two equals",
        forward=lambda x: float(x.max()),
        backward=lambda dJ, x: dJ * np.array([1.0, 0.0]),
        draw=lambda rng: (np.ones(2),),
        direction=lambda rng: np.full(2, rng.standard_normal()),
    )
    [check] = checks_of(kink)
    assert check.method == "central differences"
    assert check.holds
    twice = replace(kink, backward=lambda dJ, x: dJ * np.ones(2))
    assert not next(checks_of(twice)).holds


def test_the_same_seed_draws_the_same_and_a_generator_goes_on():
    rng = np.random.default_rng(3)
    first, second = Problem(SOFTPLUS, rng), Problem(SOFTPLUS, rng)
    again = Problem(SOFTPLUS, 3)
    for name in ("x", "u", "directions", "gradient"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
        assert not np.array_equal(getattr(first, name), getattr(second, name))
    assert again.error() == first.error()
    slope = directional_error(again.J, again.x, again.gradient, again.directions)
    assert slope == again.error()


def test_nan_does_not_hold():
    assert not Check("anything", "adjoint", float("nan"), 1.0).holds
    assert Check("anything", "adjoint", 0.5, 1.0).holds
