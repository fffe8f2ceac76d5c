"""What all optimizers have in common: states, walking on, and what they assume of an array."""

import tracemalloc
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from functions_to_minimise import ALL, Halves, quadratic, rosenbrock, walk

from nst_numpy.optimizers import LBFGS, OPTIMIZERS, Adam, GradientDescent, State, dot, iterates

START = np.array([-1.2, 1.0])
each = pytest.mark.parametrize("optimizer", ALL)


def test_they_are_known_by_name():
    known = {"lbfgs": LBFGS, "adam": Adam, "gradient-descent": GradientDescent}
    assert known == OPTIMIZERS
    for optimizer in OPTIMIZERS.values():
        assert optimizer(0.5).learning_rate == 0.5
        assert optimizer(None) == optimizer()


@each
def test_the_first_state_is_the_start(optimizer):
    (first,) = walk(optimizer(), rosenbrock, START, 0)
    assert isinstance(first, State)
    assert type(first) is optimizer.kind
    assert first.x is START
    assert first.value == rosenbrock(START)[0]
    assert first.evaluations == 1
    assert not first.note
    assert not first.ended


@each
def test_each_state_tells_what_the_function_says_there(optimizer):
    for state in walk(optimizer(), rosenbrock, START, 5):
        value, gradient = rosenbrock(state.x)
        assert state.value == value
        np.testing.assert_array_equal(state.gradient, gradient)


@each
def test_evaluations_are_counted(optimizer):
    count = 0

    def function(x):
        nonlocal count
        count += 1
        return rosenbrock(x)

    for state in iterates(optimizer(), function, START):
        assert state.evaluations == count
        if count > 20:
            break


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_dtype_are_kept(optimizer, dtype):
    start = np.ones((2, 3, 3), dtype)
    for state in walk(optimizer(), lambda x: (np.sum(x**4), 4 * x**3), start, 4):
        assert state.x.shape == start.shape
        assert state.x.dtype == dtype
    np.testing.assert_array_equal(start, np.ones((2, 3, 3)))


@each
def test_a_learning_rate_that_is_a_number_of_numpy_leaves_the_dtype_alone(optimizer):
    start = np.ones(3, np.float32)
    for state in walk(optimizer(np.float64(1e-3)), lambda x: (np.sum(x**4), 4 * x**3), start, 3):
        assert state.x.dtype == np.float32


@each
def test_a_state_is_a_value_that_a_step_leaves_alone(optimizer):
    function, _ = quadratic(6, 50)
    chosen = optimizer()
    state = walk(chosen, function, np.zeros(6), 4)[-1]
    before = {name: np.copy(part) for name, part in vars(state).items()}
    first, again = (chosen.step(function, state) for _ in range(2))
    for name, part in before.items():
        np.testing.assert_array_equal(getattr(state, name), part)
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    with pytest.raises(FrozenInstanceError):
        state.x = first.x


@each
@pytest.mark.parametrize("steps", [0, 1, 7])
def test_going_on_from_a_state_gives_the_same_bits(optimizer, steps):
    function, _ = quadratic(10, 100)
    whole = walk(optimizer(), function, np.zeros(10), 12)
    again = walk(optimizer(), function, whole[steps], 12 - steps)
    assert again[0] is whole[steps]
    for state, other in zip(again, whole[steps:], strict=True):
        assert state.evaluations == other.evaluations
        assert state.value == other.value
        np.testing.assert_array_equal(state.x, other.x)


@each
def test_an_ended_state_is_the_last(optimizer):
    function, _ = quadratic(3, 10)
    state = replace(optimizer().start(function, np.ones(3)), ended=True)
    assert walk(optimizer(), function, state, 10) == [state]


@each
def test_the_value_may_be_anything_that_float_takes(optimizer):
    class Ledger(float):
        pass

    states = walk(optimizer(), lambda x: (Ledger(x @ x), 2 * x), np.ones(3), 3)
    assert all(type(state.value) is Ledger for state in states)


@each
def test_all_that_is_assumed_of_an_array_is_arithmetic_and_ones_own_inner_product(optimizer):
    function, _ = quadratic(7, 100)

    def of_halves(x):
        value, gradient = function(np.concatenate(x.parts))
        return value, Halves(gradient[:3], gradient[3:])

    def dot_of_halves(a, b):
        return sum(dot(p, q) for p, q in zip(a.parts, b.parts, strict=True))

    start = np.ones(7)
    found = walk(optimizer(dot=dot_of_halves), of_halves, Halves(start[:3], start[3:]), 15)
    expected = walk(optimizer(), function, start, 15)
    assert len(found) == len(expected)
    for state, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.concatenate(state.x.parts), other.x, rtol=1e-9, atol=1e-12)
        assert state.evaluations == other.evaluations


@each
def test_a_weighted_inner_product_is_the_same_walk_in_other_units(optimizer):
    """Every second number counts four times: as if it, too, were there four times."""
    weights = np.tile([1.0, 4.0], 3)

    def weighted(a, b):
        return float(np.sum(weights * a * b))

    def function(x):  # and its gradient with respect to that inner product
        return float(np.sum(weights * (x - 1) ** 4)), 4 * (x - 1) ** 3

    spread = np.repeat(np.arange(6), weights.astype(int))

    def of_spread(x):
        return float(np.sum((x - 1) ** 4)), 4 * (x - 1) ** 3

    start = np.linspace(2, 3, 6)
    found = walk(optimizer(dot=weighted), function, start, 12)
    expected = walk(optimizer(), of_spread, start[spread], 12)
    for state, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(state.x[spread], other.x, rtol=1e-8)


@pytest.mark.parametrize(
    "optimizer",
    [GradientDescent, Adam, LBFGS],
)
def test_the_pictures_are_no_fewer_than_there_are_at_a_time(optimizer):
    """Found by the peak of memory, with a function whose line searches are long."""
    n = 50_000
    chosen = optimizer(memory=3) if optimizer is LBFGS else optimizer(1e-3)
    draw = np.random.default_rng(0)

    def function(x):  # a gradient of the right direction and of any length
        gradient = x * draw.uniform(-2, 2)
        return float(np.einsum("i,i", x, x)) / 2, gradient

    tracemalloc.start()
    try:
        for _ in walk_on(iterates(chosen, function, np.ones(n)), 40):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 5 <= peak / (8 * n) <= chosen.pictures + 0.1


def walk_on(states, steps):
    """Yield so many more states, and keep none."""
    for _, state in zip(range(steps), states, strict=False):
        yield state


@each
def test_nan_at_the_start_is_an_error(optimizer):
    with pytest.raises(FloatingPointError, match="The cost is nan; look for NaN at the start"):
        walk(optimizer(), lambda x: (float("nan"), x), np.ones(3), 1)


@each
def test_a_gradient_that_overflows_at_the_start_is_an_error(optimizer):
    with pytest.raises(FloatingPointError, match=r"The gradient is inf; .* lower the weights"):
        walk(optimizer(), lambda x: (1.0, x * np.inf), np.ones(3), 1)
