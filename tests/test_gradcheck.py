"""The checkers: they accept what is right and, above all, refuse what is wrong."""

import numpy as np
import pytest

from nst_numpy import costs, gradcheck, layers

STEPS = [10.0 ** (-n / 2) for n in range(2, 9)]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_slope_of_2_001_is_refused_where_2_is_right():
    x = np.ones(1)

    def square(x):
        return float(x[0] ** 2)

    assert gradcheck.directional_error(square, x, 2.0 * x, [x]) < 1e-10
    assert gradcheck.directional_error(square, x, 2.001 * x, [x]) == pytest.approx(5e-4, rel=1e-2)
    assert gradcheck.elementwise_error(square, x, 2.0 * x) < 1e-10
    assert gradcheck.elementwise_error(square, x, 2.001 * x) == pytest.approx(5e-4, rel=1e-2)


def test_the_relative_error_is_the_distance_as_a_share_of_the_larger():
    assert gradcheck.relative_error(3.0, 4.0) == pytest.approx(0.25)
    assert gradcheck.relative_error(-4.0, 3.0) == pytest.approx(7 / 4)
    assert gradcheck.relative_error(1e-300, 1e-300) == 0


def test_the_taylor_slope_is_2_for_a_right_gradient_and_1_for_a_wrong_one(rng):
    x, d = rng.standard_normal((2, 10))

    def function(x):
        return float(np.sum(np.exp(x)))

    right, remainders = gradcheck.taylor_slope(function, x, np.exp(x), d, STEPS)
    wrong, _ = gradcheck.taylor_slope(function, x, 1.01 * np.exp(x), d, STEPS)
    assert right == pytest.approx(2, abs=0.02)
    assert wrong < 1.5
    assert len(remainders) == len(STEPS)


def test_a_transpose_that_is_none_is_refused(rng):
    A = rng.standard_normal((4, 4))
    u, v = rng.standard_normal((2, 4))
    assert gradcheck.adjoint_error(lambda v: A @ v, lambda u: A.T @ u, v, u) < 1e-13
    assert gradcheck.adjoint_error(lambda v: A @ v, lambda u: A @ u, v, u) > 1e-3


def test_the_best_step_counts_so_that_a_kink_nearby_does_not():
    x = np.array([1e-5])
    assert gradcheck.directional_error(lambda x: float(abs(x[0])), x, np.ones(1), [x / x]) < 1e-8


def test_two_numbers_that_are_both_zero_agree():
    assert gradcheck.relative_error(0.0, 0.0) == 0
    assert gradcheck.relative_error(1.0, 0.0) == 1


WEIGHT = np.random.default_rng(1).standard_normal((3, 3, 2, 2))
GRAM = costs.gram_per_position(np.random.default_rng(2).standard_normal((5, 4, 2)))
A_S = np.random.default_rng(3).standard_normal((4, 6, 2))
A_C = np.random.default_rng(4).standard_normal((4, 6, 2))


def style_gradient(a, features=None, factor=1.0):
    n_H, n_W, n_C = a.shape
    A = (a if features is None else features).reshape(-1, n_C)
    D = costs.gram_per_position(a) - GRAM
    return (factor * A @ D / (n_C**2 * n_H * n_W)).reshape(a.shape)


STYLE_MUTANTS = {
    "the style's features instead of the picture's": lambda a: style_gradient(a, features=A_S),
    "a stray quarter": lambda a: style_gradient(a, factor=0.25),
    "1/(n_C²·M) dropped": lambda a: style_gradient(a, factor=a.shape[2] ** 2 * 24),
    "M = n_H": lambda a: style_gradient(a, factor=6.0),
    "a lost factor 2": lambda a: style_gradient(a, factor=0.5),
}


@pytest.mark.parametrize("mutant", STYLE_MUTANTS.values(), ids=STYLE_MUTANTS)
def test_mistakes_in_the_style_gradient_are_caught(rng, mutant):
    a = rng.standard_normal((4, 6, 2))
    directions = list(rng.standard_normal((5, *a.shape)))

    def value(a):
        return costs.style_cost(GRAM, a)[0]

    assert gradcheck.directional_error(value, a, style_gradient(a), directions) < 1e-8
    assert gradcheck.directional_error(value, a, mutant(a), directions) > 1e-2


def test_a_content_cost_that_squares_the_sum_is_caught(rng):
    a = rng.standard_normal((4, 6, 2))
    directions = list(rng.standard_normal((5, *a.shape)))
    _, gradient = costs.content_cost(A_C, a)

    def squared_sum(a):
        return float(np.sum(a - A_C) ** 2) / (4 * a.size)

    assert gradcheck.directional_error(squared_sum, a, gradient, directions) > 1e-2


LAYER_MUTANTS = {
    "kernel not turned": (
        lambda x: layers.conv_forward(x, WEIGHT),
        lambda dz: layers.conv_forward(dz, WEIGHT.swapaxes(2, 3)),
    ),
    "channels not swapped": (
        lambda x: layers.conv_forward(x, WEIGHT),
        lambda dz: layers.conv_forward(dz, WEIGHT[::-1, ::-1]),
    ),
    "average pooling without the quarter": (
        layers.average_pool_forward,
        lambda dy: 4 * layers.average_pool_backward(dy, (4, 6, 2)),
    ),
}


@pytest.mark.parametrize(("forward", "backward"), LAYER_MUTANTS.values(), ids=LAYER_MUTANTS)
def test_mistakes_in_linear_layers_are_caught(rng, forward, backward):
    x = rng.standard_normal((4, 6, 2))
    u = rng.standard_normal(forward(x).shape)
    assert gradcheck.adjoint_error(forward, backward, x, u) > 1e-2


def test_the_cosine_of_the_angle_between_two_gradients(rng):
    a, b = rng.standard_normal((2, 4, 6, 2))
    assert gradcheck.cosine(a, 3 * a) == pytest.approx(1)
    assert gradcheck.cosine(a, -a) == pytest.approx(-1)
    across = b - a * np.vdot(a, b) / np.vdot(a, a)
    assert gradcheck.cosine(a, across) == pytest.approx(0, abs=1e-12)
    assert gradcheck.cosine(a, a + across) == pytest.approx(
        np.linalg.norm(a) / np.linalg.norm(a + across)
    )
    assert gradcheck.cosine(a, np.zeros_like(a)) == 0
    assert gradcheck.cosine(1e-30 * a.astype(np.float32), a) == pytest.approx(1)


def test_a_relu_masked_by_the_sign_of_the_gradient_is_caught(rng):
    x, u = rng.standard_normal((2, 4, 6, 2))
    directions = list(rng.standard_normal((5, *x.shape)))

    def value(x):
        return float(np.vdot(u, layers.relu_forward(x)[0]))

    right = layers.relu_backward(u, x > 0)
    assert gradcheck.directional_error(value, x, right, directions) < 1e-8
    assert gradcheck.directional_error(value, x, u * (u > 0), directions) > 1e-2


def test_ties_in_a_max_pool_counted_twice_are_caught(rng):
    """All four are equal along the direction (1, 1, 1, 1), so the pool moves by 1, not by 4."""
    x = np.full((2, 2, 1), 0.5)
    y, winner = layers.max_pool_forward(x)
    d = np.ones_like(x)

    def value(x):
        return float(layers.max_pool_forward(x)[0].sum())

    right = layers.max_pool_backward(np.ones_like(y), winner, x.shape)
    twice = (x == y).astype(float)
    assert gradcheck.directional_error(value, x, right, [d]) < 1e-8
    assert gradcheck.directional_error(value, x, twice, [d]) > 0.5
