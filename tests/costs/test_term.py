"""The three steps of every statistic: one function, and its gradient by finite differences."""

from dataclasses import replace

import numpy as np
import pytest
from statistics_of_ones_own import ChannelMean

from nst_numpy.costs import (
    Content,
    Gram,
    Term,
    TotalVariation,
    content_cost,
    gram_per_position,
    style_cost,
    total_variation,
)
from nst_numpy.costs.term import cost, sum_of_squares
from nst_numpy.gradcheck import adjoint_error, elementwise_error

SHAPE = (4, 5, 3)
A, OTHER, DIRECTION = np.random.default_rng(0).standard_normal((3, *SHAPE))
CASES = {  # statistic, target, the same cost as a function of the activations alone
    "content": (Content(), OTHER, lambda a: content_cost(OTHER, a)),
    "gram": (
        Gram(),
        gram_per_position(OTHER),
        lambda a: style_cost(gram_per_position(OTHER), a),
    ),
    "total variation": (TotalVariation(), None, total_variation),
    "one's own": (
        ChannelMean(),
        OTHER.mean((0, 1)),
        lambda a: ChannelMean.closed(a, OTHER.mean((0, 1))),
    ),
}
cases = pytest.mark.parametrize(("statistic", "target", "closed"), CASES.values(), ids=CASES)


@cases
def test_measure_compare_and_pull_are_the_closed_function(statistic, target, closed):
    s = statistic.measure(A)
    J, ds = statistic.compare(s, target, SHAPE)
    assert ds.shape == s.shape
    assert closed(A)[0] == pytest.approx(J, rel=1e-14)
    np.testing.assert_allclose(statistic.pull(A, ds), closed(A)[1], rtol=1e-13)
    again, da = cost(statistic, A, target)
    assert again == J
    np.testing.assert_array_equal(da, statistic.pull(A, ds))


@cases
def test_the_gradient_is_that_of_finite_differences(statistic, target, closed):
    _, da = cost(statistic, A, target)
    assert elementwise_error(lambda a: cost(statistic, a, target)[0], A, da) < 1e-8


@cases
def test_compare_alone_has_the_gradient_that_it_says(statistic, target, closed):
    s = statistic.measure(A)
    _, ds = statistic.compare(s, target, SHAPE)
    assert elementwise_error(lambda s: statistic.compare(s, target, SHAPE)[0], s, ds) < 1e-8


@cases
def test_pull_is_the_transpose_of_what_measure_does_to_a_small_change(statistic, target, closed):
    """To any gradient that compare can return; it need not be that of these activations."""
    another = np.random.default_rng(1).standard_normal(SHAPE)
    _, upstream = statistic.compare(statistic.measure(another), target, SHAPE)

    def change(d):  # of s with a, exactly: s is linear or quadratic in a
        return (statistic.measure(A + d) - statistic.measure(A - d)) / 2

    def pull(ds):
        return statistic.pull(A, ds)

    assert adjoint_error(change, pull, DIRECTION, upstream) < 1e-12


@cases
def test_the_steps_leave_what_they_are_given_alone(statistic, target, closed):
    a = A.copy()
    s = statistic.measure(a)
    before = s.copy(), None if target is None else target.copy()
    _, ds = statistic.compare(s, target, SHAPE)
    pulled, kept = statistic.pull(a, ds), ds.copy()
    np.testing.assert_array_equal(a, A)
    np.testing.assert_array_equal(s, before[0])
    if target is not None:
        np.testing.assert_array_equal(target, before[1])
    np.testing.assert_array_equal(statistic.pull(a, kept), pulled)
    assert not np.shares_memory(ds, s)  # a new array


@pytest.mark.parametrize("statistic", [Gram(), ChannelMean()])
def test_what_is_measured_of_the_parts_of_a_picture_adds_up(statistic):
    parts = statistic.measure(A[:1]) + statistic.measure(A[1:])
    np.testing.assert_allclose(parts, statistic.measure(A), rtol=1e-13)


@pytest.mark.parametrize("name", ["content", "gram", "one's own"])
def test_the_gradient_of_a_part_is_the_part_of_the_gradient(name):
    """So that parts of a picture can be pulled at apart, once their s are added up."""
    statistic, target, _ = CASES[name]
    s = statistic.measure(A)
    _, ds = statistic.compare(s, target, SHAPE)
    rows = slice(1, 3)
    part = statistic.pull(A[rows], ds[rows] if name == "content" else ds)
    np.testing.assert_allclose(part, statistic.pull(A, ds)[rows], rtol=1e-13)


def test_nothing_to_change_means_no_cost_and_no_gradient():
    for J, gradient in (
        content_cost(A, A),
        style_cost(gram_per_position(A), A),
        total_variation(np.full((3, 4, 3), 0.5)),
    ):
        assert J == 0
        assert not gradient.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(dtype):
    a = np.ones((3, 4, 2), dtype)
    for statistic, target in [
        (Content(), a),
        (Gram(), gram_per_position(a)),
        (TotalVariation(), None),
    ]:
        s = statistic.measure(a)
        J, ds = statistic.compare(s, target, a.shape)
        assert isinstance(J, float)
        assert s.dtype == ds.dtype == statistic.pull(a, ds).dtype == dtype


def test_costs_are_summed_in_float64():
    """A float32 sum of ten million ones and a little is off by more than the little."""
    ones = np.ones(10_000_001, np.float32)
    ones[-1] = 0.5
    assert sum_of_squares(ones) == 10_000_000.25


def test_a_term_is_a_value_that_can_be_replaced():
    term = Term("conv1_1", "conv1_1", Gram(), 2.0)
    assert term.target is None
    other = replace(term, weight=3.0, target=OTHER)
    assert (other.name, other.layer, other.weight) == ("conv1_1", "conv1_1", 3.0)
    assert other.target is OTHER
    assert term.weight == 2.0
    assert term != replace(term)  # targets are arrays, so a term is only itself


def test_statistics_of_one_kind_are_equal():
    assert Gram() == Gram()
    assert Content() != Gram()


def test_a_term_says_what_it_is_and_of_what_shape_its_target():
    term = Term("own", "conv1_1", Gram(), 0.5)
    assert repr(term) == f"Term('own': 0.5 · {Gram()} at conv1_1)"
    term = replace(term, target=np.zeros((3, 3)))
    assert repr(term) == f"Term('own': 0.5 · {Gram()} at conv1_1; target of the shape (3, 3))"


def test_a_target_is_of_the_dtype_that_is_asked_for_and_not_copied_for_nothing():
    target = np.ones((2, 2), np.float32)
    term = Term("own", "conv1_1", Gram(), np.float32(0.5), target)
    same, wide = (term.in_dtype(np.dtype(name)) for name in ("float32", "float64"))
    assert same.target is target
    assert wide.target.dtype == np.float64
    assert type(wide.weight) is float
    assert replace(term, target="a word").in_dtype(np.dtype("float64")).target == "a word"
