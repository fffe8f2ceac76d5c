"""Every kernel against its definition in float64: odd shapes, strips, any number of tiles."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

from nst_numpy import layers
from nst_numpy.costs import gram_matrix as gram_definition
from nst_numpy.kernels import content, first, fresh, gram, lines, points, pool, winograd
from nst_numpy.kernels.threads import Team

TEAMS = [Team(1), Team(2), Team(3)]
teams = st.sampled_from(TEAMS)
sides = st.integers(1, 23)
channels = st.sampled_from([16, 32, 48, 64, 80, 128, 144, 192])
seeds = st.integers(0, 2**32 - 1)
tile_sizes = st.sampled_from([lines.FOUR, lines.SIX])
check = settings(max_examples=60, deadline=None, phases=[Phase.generate])


def normal(rng, *shape):
    return rng.standard_normal(shape).astype(np.float32)


def close(got, wanted, tolerance):
    wanted = np.asarray(wanted)
    assert got.shape == wanted.shape
    scale = np.linalg.norm(wanted)
    assert np.linalg.norm(got - wanted) <= tolerance * scale + 1e-30


def unpack(bits, shape):
    return np.unpackbits(bits, bitorder="little").reshape(shape).astype(bool)


def empty(*shape):
    return np.full(shape, np.nan, np.float32)


@check
@given(
    st.sampled_from([winograd, fresh]),
    tile_sizes,
    teams,
    sides,
    sides,
    channels,
    channels,
    st.booleans(),
    seeds,
)
def test_convolution(way, side, team, n_H, n_W, n_in, n_out, add, seed):
    rng = np.random.default_rng(seed)
    x, weight, bias = (
        normal(rng, n_H, n_W, n_in),
        normal(rng, 3, 3, n_in, n_out),
        normal(rng, n_out),
    )
    room = way.conv_scratch(n_H, n_W, n_in, n_out, team.size)
    scratch = empty(team.size, max(points.TRANSFORM_SCRATCH, room))
    out, bits = empty(n_H, n_W, n_out), np.empty(n_H * n_W * n_out // 8, np.uint8)
    kernel = kernel_for(way, side, team, weight, scratch)
    way.conv_relu_forward(team, x, kernel, bias, out, bits, scratch)
    z = layers.conv_forward(x.astype(float), weight.astype(float), bias.astype(float))
    close(out, np.maximum(z, 0), 1e-5)
    positive = unpack(bits, z.shape)
    assert (positive == (out > 0)).all()
    assert np.abs(z[positive != (z > 0)]).max(initial=0) < 1e-4 * np.abs(z).max()

    da = normal(rng, n_H, n_W, n_out)
    before = normal(rng, n_H, n_W, n_in)
    dx = before.copy() if add else empty(n_H, n_W, n_in)
    kernel = kernel_for(way, side, team, weight, scratch, backward=True)
    way.conv_relu_backward(team, da, bits, kernel, dx, scratch, add)
    wanted = layers.conv_backward((da * positive).astype(float), weight.astype(float))
    close(dx, wanted + before * add, 1e-5)


def kernel_for(way, side, team, weight, scratch, backward=False):
    """Return what a way to convolve takes: the weights, or their points."""
    if way is fresh:
        return weight
    U = empty(len(side) ** 2 * weight.shape[2] * weight.shape[3])
    points.kernel_points(team, side, weight, U, scratch, backward)
    return U


@check
@given(tile_sizes, channels, channels, st.booleans(), st.data(), seeds)
def test_points_of_a_piece_of_a_kernel(side, n_in, n_out, backward, data, seed):
    """In panels, at a place of their own, and nothing beside them is touched."""
    weight = normal(np.random.default_rng(seed), 3, 3, n_in, n_out)
    g = weight[::-1, ::-1].swapaxes(2, 3) if backward else weight
    (row, rows), (column, columns) = (
        (16 * first, 16 * data.draw(st.integers(1, n // 16 - first)))
        for n in g.shape[2:]
        for first in [data.draw(st.integers(0, n // 16 - 1))]
    )
    step = rows * columns + 16
    n, G = len(side) ** 2, np.array([lines.kernel_line(*unit, side) for unit in np.eye(3)]).T
    U, work = empty(16 + n * step), empty(points.TRANSFORM_SCRATCH)
    points.some_points(
        side, weight.reshape(-1), n_in, n_out, backward, row, rows, column, columns,
        work, U, 16, step,
    )  # fmt: skip
    piece = g[:, :, row : row + rows, column : column + columns].astype(float)
    wanted = np.einsum("ui,vj,ijco->uvco", G, G, piece).reshape(n, rows, columns)
    for point, matrix in enumerate(wanted):
        panels, at = [], 0
        while at < columns:
            width = points.panel_width.py_func(at, columns)
            panels.append(matrix[:, at : at + width].ravel())
            at += width
        start = 16 + point * step
        close(U[start : start + rows * columns], np.concatenate(panels), 1e-6)
        assert np.isnan(U[start - 16 : start]).all()


@pytest.mark.parametrize("team", TEAMS)
@pytest.mark.parametrize("side", [3, 31, 61])
def test_fresh_kernels_give_the_same_bits_again(team, side):
    """Fewer blocks than threads, as many, more; and other scratch."""
    rng = np.random.default_rng(0)
    x, weight = normal(rng, side, side, 144), normal(rng, 3, 3, 144, 192)
    room = fresh.conv_scratch(side, side, 144, 192, team.size)
    results = []
    for rest in (np.nan, 0, 1e30):
        scratch = np.full((team.size, room), rest, np.float32)
        out, bits = empty(side, side, 192), np.empty(side * side * 24, np.uint8)
        dx = empty(side, side, 144)
        fresh.conv_relu_forward(team, x, weight, weight[0, 0, 0], out, bits, scratch)
        fresh.conv_relu_backward(team, out, bits, weight, dx, scratch)
        results.append((out, bits, dx))
    for result in results:
        for one, other in zip(result, results[0], strict=True):
            np.testing.assert_array_equal(one, other)


@check
@given(teams, st.integers(1, 120), st.integers(1, 120), st.sampled_from([16, 48, 64, 80]), seeds)
def test_first_convolution(team, n_H, n_W, n_out, seed):
    rng = np.random.default_rng(seed)
    x, weight, bias = normal(rng, n_H, n_W, 3), normal(rng, 3, 3, 3, n_out), normal(rng, n_out)
    scratch = empty(team.size, first.first_scratch(n_W, n_out))
    out, bits = empty(n_H, n_W, n_out), np.empty(n_H * n_W * n_out // 8, np.uint8)
    kernel = first.first_kernel_forward(weight)
    first.first_relu_forward(team, x, kernel, bias, out, bits, scratch)
    z = layers.conv_forward(x.astype(float), weight.astype(float), bias.astype(float))
    close(out, np.maximum(z, 0), 1e-6)
    positive = unpack(bits, z.shape)
    assert (positive == (out > 0)).all()

    da, dx = normal(rng, n_H, n_W, n_out), empty(n_H, n_W, 3)
    kernel = first.first_kernel_backward(weight)
    first.first_relu_backward(team, da, bits, kernel, dx, scratch)
    close(dx, layers.conv_backward((da * positive).astype(float), weight.astype(float)), 1e-6)


@check
@given(teams, sides, sides, channels, seeds)
def test_pools(team, n_H, n_W, n_C, seed):
    rng = np.random.default_rng(seed)
    x = np.round(normal(rng, n_H, n_W, n_C) * 2) / 2  # with equals
    shape = (n_H // 2, n_W // 2, n_C)
    y, dy, dx = empty(*shape), normal(rng, *shape), empty(*x.shape)
    pool.average_pool_forward(team, x, y)
    np.testing.assert_array_equal(y, layers.average_pool_forward(x))
    pool.average_pool_backward(team, dy, dx)
    np.testing.assert_array_equal(dx, layers.average_pool_backward(dy, x.shape))

    winner = np.empty(shape, np.uint8)
    pool.max_pool_forward(team, x, y, winner)
    y_wanted, winner_wanted = layers.max_pool_forward(x)
    np.testing.assert_array_equal(y, y_wanted)
    np.testing.assert_array_equal(winner, winner_wanted)
    dx[...] = np.nan
    pool.max_pool_backward(team, dy, winner, dx)
    np.testing.assert_array_equal(dx, layers.max_pool_backward(dy, winner, x.shape))


@check
@given(teams, st.integers(1, 40), st.integers(1, 40), channels, st.booleans(), seeds)
def test_gram(team, n_H, n_W, n_C, add, seed):
    rng = np.random.default_rng(seed)
    a = normal(rng, n_H, n_W, n_C)
    scratch = empty(team.size, gram.gram_scratch(n_C))
    G, again = empty(n_C, n_C), empty(n_C, n_C)
    gram.gram_matrix(team, a, G, scratch)
    close(G, gram_definition(a.astype(float)), 1e-6)
    assert (G == G.T).all()
    gram.gram_matrix(team, a, again, scratch)
    assert (again == G).all()

    D, before = normal(rng, n_C, n_C), normal(rng, *a.shape)
    da = before.copy() if add else empty(*a.shape)
    gram.style_gradient(team, a, D, 0.125, da, scratch, add)
    wanted = 0.125 * (a.reshape(-1, n_C).astype(float) @ D.astype(float)).reshape(a.shape)
    close(da, wanted + before * add, 1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (9, 13)])
def test_nan_stays_visible(shape):
    team, (n_H, n_W) = TEAMS[1], shape
    x = np.zeros((n_H, n_W, 16), np.float32)
    x[0, 0, 0] = np.nan
    weight, bias = np.ones((3, 3, 16, 16), np.float32), np.zeros(16, np.float32)
    scratch = empty(2, max(points.TRANSFORM_SCRATCH, winograd.conv_scratch(n_H, n_W, 16, 16, 2)))
    U = empty(64 * 256)
    out, bits = empty(n_H, n_W, 16), np.empty(n_H * n_W * 2, np.uint8)
    points.kernel_points(team, lines.SIX, weight, U, scratch)
    winograd.conv_relu_forward(team, x, U, bias, out, bits, scratch)
    assert np.isnan(out[0, 0]).all()
    y, winner = (
        np.empty((n_H // 2, n_W // 2, 16), np.float32),
        np.empty((n_H // 2, n_W // 2, 16), np.uint8),
    )
    pool.max_pool_forward(team, out, y, winner)
    assert np.isnan(y[:1, :1]).all()


def test_same_bits_again():
    team = TEAMS[1]
    rng = np.random.default_rng(0)
    x, weight = normal(rng, 61, 67, 64), normal(rng, 3, 3, 64, 64)
    scratch = empty(2, winograd.conv_scratch(61, 67, 64, 64, 2))
    U = empty(64 * 64 * 64)
    points.kernel_points(team, lines.SIX, weight, U, scratch)
    results = []
    for _ in range(5):
        out, bits = empty(61, 67, 64), np.empty(61 * 67 * 8, np.uint8)
        winograd.conv_relu_forward(team, x, U, weight[0, 0, 0], out, bits, scratch)
        results.append(out)
    assert all((result == results[0]).all() for result in results)


def test_compiled_before_asks_for_the_function_that_runs():
    test_nan_stays_visible((1, 1))  # with the larger of both tiles

    def of_that_tile():
        return [one for one in winograd._conv.signatures if one[2].count == len(lines.SIX)]

    known = of_that_tile()
    assert winograd.compiled_before()
    assert of_that_tile() == known


def test_what_would_have_to_be_compiled_was_not_compiled_before(monkeypatch):
    class Begins:
        def compile(self, _):
            raise InterruptedError

    monkeypatch.setattr(winograd, "_conv", Begins())
    assert not winograd.compiled_before()


@pytest.mark.parametrize("team", TEAMS)
def test_squares_are_summed_in_float64(team):
    rng = np.random.default_rng(0)
    a_C, a_G = 100 + normal(rng, 61, 67, 64), normal(rng, 61, 67, 64)
    wanted = np.sum(np.square(a_C - a_G), dtype=np.float64)
    assert abs(content.squared_distance(team, a_C, a_G) / wanted - 1) < 1e-12


def test_ds_in_float64_or_by_columns_is_not_read_as_other_bytes():
    """With the oldest NumPy a statistic's ds was in float64, and the gradient infinite."""
    rng, team = np.random.default_rng(0), TEAMS[1]
    a, D = normal(rng, 5, 6, 16), normal(rng, 16, 16)
    scratch = empty(team.size, gram.gram_scratch(16))
    wanted = (a.reshape(-1, 16) @ D).reshape(a.shape)
    for ds in (D, D.astype(float), np.asfortranarray(D)):
        da = empty(*a.shape)
        gram.style_gradient(team, a, ds, 1.0, da, scratch)
        close(da, wanted, 1e-6)
