"""The kernels as plain Python against their definitions: nothing is compiled, all is small.

What is compiled is tested in the files beside this one, over many more shapes.
"""

import numpy as np
import pytest
from networks import SIXTEEN, random_weights

pytest.importorskip("numba")

from dataclasses import replace

from interpreted import interpreted

from nst_numpy import layers
from nst_numpy.costs import Content, Covariance, Gram, MaskedGram, Term
from nst_numpy.evaluation import Evaluator as Definition

K = interpreted()
TEAMS = [K.threads.Team(1), K.threads.Team(2)]
SIDES = [K.lines.FOUR, K.lines.SIX]


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def empty(*shape):
    return np.full(shape, np.nan, np.float32)


def close(got, wanted, tolerance=1e-5):
    assert got.shape == wanted.shape
    assert np.linalg.norm(got - wanted) <= tolerance * np.linalg.norm(wanted) + 1e-30


def unpack(bits, shape):
    return np.unpackbits(bits, bitorder="little").reshape(shape).astype(bool)


def panels(matrix):
    """Cut a matrix into panels of columns, `WIDE` or 16 wide."""
    found, column = [], 0
    while column < matrix.shape[1]:
        width = K.product.WIDE if column + K.product.WIDE <= matrix.shape[1] else 16
        found.append(matrix[:, column : column + width].ravel())
        column += width
    return np.concatenate(found)


@pytest.mark.parametrize("side", SIDES, ids=len)
def test_a_line_is_convolved_through_its_points(side):
    """In float64, so that a wrong constant cannot hide: y_i = Σ_u d_{i+u}·g_u."""
    n = K.lines.pixels(side)
    d, g = normal(0, n + 2).astype(float), normal(1, 3).astype(float)
    points = [
        a * b for a, b in zip(K.lines.input_line(tuple(d)), K.lines.kernel_line(*g, side),
                              strict=True)
    ]  # fmt: skip
    assert K.lines.output_line(tuple(points)) == pytest.approx(np.correlate(d, g), rel=1e-12)
    chosen = [
        function(*([None] * 3 + [side])[-count:] if count == 4 else (side,))
        for function, count in (
            (K.lines._input_line, 1), (K.lines._output_line, 1), (K.lines._kernel_line, 4)
        )
    ]  # fmt: skip
    number = str(n)
    assert [one.__name__[-1] for one in chosen] == [number] * 3


def test_the_tile_that_means_less_work_is_chosen():
    """Counted by hand: 36 or 64 points a tile, and eight tiles' worth for the kernel."""
    for n_H, n_W in [(1, 1), (4, 4), (5, 4), (6, 6), (7, 13), (12, 12), (25, 25), (49, 64)]:
        work = {
            side: len(side) ** 2
            * (int(np.ceil(n_H / (len(side) - 2))) * int(np.ceil(n_W / (len(side) - 2))) + 8)
            for side in SIDES
        }
        assert K.lines.side_for(n_H, n_W) == min(SIDES, key=work.get)


@pytest.mark.parametrize("rows", [1, 3, 4, 5, 6, 7, 8, 9, 10, 13, 20])
@pytest.mark.parametrize(("terms", "columns"), [(3, 16), (131, 80), (259, 16), (2, 144)])
@pytest.mark.parametrize("add", [False, True])
def test_product(rows, terms, columns, add):
    A, B, before = normal(0, rows, terms), normal(1, terms, columns), normal(2, rows, columns)
    wanted = A.astype(float) @ B.astype(float) + before * add
    for transposed in (False, True):
        stored = A.T if transposed else A
        a = np.concatenate([empty(5), stored.ravel(), empty(3)])
        steps = (1, rows) if transposed else (terms, 1)
        b = np.concatenate([empty(7), panels(B)])
        c = empty(rows, columns + 9)
        c[:, 4 : 4 + columns] = before if add else np.nan
        line = c.ravel()
        K.product.multiply(a, 5, *steps, b, 7, line, 4, columns + 9, rows, terms, columns, add)
        found = line.reshape(c.shape)
        close(found[:, 4 : 4 + columns], wanted, 1e-6)
        assert np.isnan(found[:, :4]).all()
        assert np.isnan(found[:, 4 + columns :]).all()


CONVOLUTIONS = [  # team, n_H, n_W, n_in, n_out
    (0, 5, 7, 16, 32), (1, 9, 6, 32, 16), (1, 3, 4, 16, 128), (0, 1, 1, 16, 16),
    (1, 13, 20, 16, 16), (1, 2, 15, 80, 16),
]  # fmt: skip


@pytest.mark.parametrize("side", SIDES, ids=len)
@pytest.mark.parametrize("case", CONVOLUTIONS, ids=str)
def test_convolution(side, case):
    convolve(K.winograd, side, *case)


@pytest.mark.parametrize("case", [*CONVOLUTIONS[:4], (1, 4, 6, 80, 144), (1, 35, 33, 16, 16)])
def test_convolution_with_kernels_made_where_they_are_used(case):
    convolve(K.fresh, None, *case)


def convolve(way, side, team, n_H, n_W, n_in, n_out):
    team = TEAMS[team]
    x, weight, bias = normal(0, n_H, n_W, n_in), normal(1, 3, 3, n_in, n_out), normal(2, n_out)
    room = way.conv_scratch(n_H, n_W, n_in, n_out, team.size)
    scratch = empty(team.size, max(K.points.TRANSFORM_SCRATCH, room))
    out, bits = empty(n_H, n_W, n_out), np.full(n_H * n_W * n_out // 8, 170, np.uint8)
    way.conv_relu_forward(team, x, kernel_for(team, side, weight), bias, out, bits, scratch)
    z = layers.conv_forward(x.astype(float), weight.astype(float), bias.astype(float))
    close(out, np.maximum(z, 0))
    positive = unpack(bits, z.shape)
    assert (positive == (out > 0)).all()

    da, before = normal(3, n_H, n_W, n_out), normal(4, n_H, n_W, n_in)
    wanted = layers.conv_backward((da * positive).astype(float), weight.astype(float))
    turned = kernel_for(team, side, weight, backward=True)
    for add in (False, True):
        dx = before.copy() if add else empty(n_H, n_W, n_in)
        way.conv_relu_backward(team, da, bits, turned, dx, scratch, add)
        close(dx, wanted + before * add)


def kernel_for(team, side, weight, backward=False):
    """Return the points of a kernel for a size of tile; without one, the kernel."""
    if side is None:
        return weight
    U = empty(len(side) ** 2 * weight.shape[2] * weight.shape[3])
    scratch = empty(team.size, K.points.TRANSFORM_SCRATCH)
    K.points.kernel_points(team, side, weight, U, scratch, backward)
    return U


@pytest.mark.parametrize("side", SIDES, ids=len)
@pytest.mark.parametrize("backward", [False, True])
def test_points_of_a_kernel(side, backward):
    weight = normal(0, 3, 3, 32, 80)
    U = kernel_for(TEAMS[1], side, weight, backward)
    G = np.array([K.lines.kernel_line(*unit, side) for unit in np.eye(3)]).T
    g = (weight[::-1, ::-1].swapaxes(2, 3) if backward else weight).astype(float)
    wanted = np.einsum("ui,vj,ijco->uvco", G, G, g).reshape(-1, *g.shape[2:])
    close(U, np.concatenate([panels(matrix) for matrix in wanted]), 1e-6)


@pytest.mark.parametrize("side", SIDES, ids=len)
@pytest.mark.parametrize("shape", [(4, 6), (7, 9), (13, 8)])
@pytest.mark.parametrize("maximum", [False, True])
def test_a_pool_within_the_transforms(side, shape, maximum):
    (n_H, n_W), team, n_in, n_out = shape, TEAMS[1], 16, 32
    x, weight, bias = normal(0, n_H, n_W, n_in), normal(1, 3, 3, n_in, n_out), normal(2, n_out)
    scratch = empty(2, max(K.winograd.conv_scratch(n_H, n_W, n_in, n_out, 2), 432))
    y, bits = empty(n_H // 2, n_W // 2, n_out), np.zeros(n_H * n_W * n_out // 8, np.uint8)
    U = kernel_for(team, side, weight)
    K.winograd.conv_pool_forward(team, x, U, bias, y, bits, scratch, maximum, (0, n_H))
    z = layers.conv_forward(x.astype(float), weight.astype(float), bias.astype(float))
    if maximum:
        wanted, winner = layers.max_pool_forward(np.maximum(z, 0))
    else:
        wanted = layers.average_pool_forward(np.maximum(z, 0))
    close(y, wanted)
    dy, dx = normal(3, *y.shape), empty(*x.shape)
    U = kernel_for(team, side, weight, backward=True)
    K.winograd.conv_pool_backward(team, dy, bits, U, dx, scratch, maximum, (n_H, n_W))
    back = layers.max_pool_backward if maximum else layers.average_pool_backward
    da = back(dy.astype(float), *([winner] if maximum else []), z.shape)
    close(dx, layers.conv_backward(da * (z > 0), weight.astype(float)))


@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.size)
@pytest.mark.parametrize("shape", [(1, 1, 16), (2, 50, 48), (7, 5, 80)])
def test_first_convolution(team, shape):
    n_H, n_W, n_out = shape
    x, weight, bias = normal(0, n_H, n_W, 3), normal(1, 3, 3, 3, n_out), normal(2, n_out)
    scratch = empty(team.size, K.first.first_scratch(n_W, n_out))
    out, bits = empty(*shape), np.full(n_H * n_W * n_out // 8, 170, np.uint8)
    kernel = K.first.first_kernel_forward(weight)
    K.first.first_relu_forward(team, x, kernel, bias, out, bits, scratch)
    z = layers.conv_forward(x.astype(float), weight.astype(float), bias.astype(float))
    close(out, np.maximum(z, 0), 1e-6)
    positive = unpack(bits, z.shape)
    assert (positive == (out > 0)).all()
    da, dx = normal(3, *shape), empty(n_H, n_W, 3)
    kernel = K.first.first_kernel_backward(weight)
    K.first.first_relu_backward(team, da, bits, kernel, dx, scratch)
    close(dx, layers.conv_backward((da * positive).astype(float), weight.astype(float)), 1e-6)


@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.size)
@pytest.mark.parametrize("shape", [(2, 3, 16), (5, 4, 32), (1, 7, 16)])
def test_pools(team, shape):
    n_H, n_W, n_C = shape
    x = np.round(normal(0, *shape) * 2) / 2  # with equals
    pooled = (n_H // 2, n_W // 2, n_C)
    y, dy, dx = empty(*pooled), normal(1, *pooled), empty(*shape)
    K.pool.average_pool_forward(team, x, y)
    np.testing.assert_array_equal(y, layers.average_pool_forward(x))
    K.pool.average_pool_backward(team, dy, dx)
    np.testing.assert_array_equal(dx, layers.average_pool_backward(dy, shape))
    winner = np.full(pooled, 9, np.uint8)
    K.pool.max_pool_forward(team, x, y, winner)
    for found, wanted in zip((y, winner), layers.max_pool_forward(x), strict=True):
        np.testing.assert_array_equal(found, wanted)
    dx[...] = np.nan
    K.pool.max_pool_backward(team, dy, winner, dx)
    np.testing.assert_array_equal(dx, layers.max_pool_backward(dy, winner, shape))


@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.size)
@pytest.mark.parametrize("shape", [(1, 3, 16), (7, 9, 80), (13, 21, 32)])
@pytest.mark.parametrize("add", [False, True])
def test_gram_matrices_of_all_and_of_a_region(team, shape, add):
    n_C = shape[2]
    a, D, before = normal(0, *shape), normal(1, n_C, n_C), normal(2, *shape)
    t = np.random.default_rng(3).random(shape[:2], np.float32)
    t[shape[0] // 3 :] *= shape[0] < 10  # nobody has a share in many rows
    A, scratch = a.reshape(-1, n_C).astype(float), empty(team.size, K.gram.gram_scratch(n_C))
    for mask in (None, t, np.ones_like(t)):  # where all have a share of 1, too
        share = np.ones(len(A)) if mask is None else mask.ravel().astype(float)
        s, da = empty(n_C, n_C), before.copy() if add else empty(*shape)
        if mask is None:
            K.gram.gram_matrix(team, a, s, scratch)
            K.gram.style_gradient(team, a, D, 0.125, da, scratch, add)
        else:
            K.masked.masked_gram_matrix(team, a, mask, s, scratch)
            K.masked.masked_style_gradient(team, a, mask, D, 0.125, da, scratch, add)
        close(s, A.T @ (share[:, np.newaxis] * A), 1e-6)
        wanted = 0.125 * (share[:, np.newaxis] * A @ D).reshape(shape)
        close(da, wanted + before * add, 1e-6)


@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.size)
def test_content(team):
    a_C, a_G, before = normal(0, 3, 5, 16), normal(1, 3, 5, 16), normal(2, 3, 5, 16)
    difference = a_G.astype(float) - a_C
    found = K.content.squared_distance(team, a_C, a_G)
    assert found == pytest.approx(np.sum(difference**2), rel=1e-6)
    for add in (False, True):
        out = before.copy() if add else empty(3, 5, 16)
        K.content.content_gradient(team, a_C, a_G, 0.25, out, add)
        close(out, 0.25 * difference + before * add, 1e-6)


PATH = [layer for layer, _, _ in SIXTEEN.table][:4]
COSTS = {
    "gram below, content above": [(PATH[0], Gram()), (PATH[3], Content())],
    "everywhere": [(layer, Gram()) for layer in PATH],
    "others": [(PATH[1], Covariance()), (PATH[2], MaskedGram(np.full((1, 1), 0.5)))],
}


@pytest.mark.parametrize("pooling", ["average", "max"])
@pytest.mark.parametrize("costs", COSTS.values(), ids=COSTS)
@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.size)
def test_j_and_its_gradient(pooling, costs, team, monkeypatch):
    """Strips of the smallest height, then one as high as the picture."""
    network = replace(SIXTEEN, pooling=pooling)
    weights = random_weights(network, dtype="float32")
    exact = {x: (w.astype(float), b.astype(float)) for x, (w, b) in weights.items()}
    G, other = normal(0, 17, 10, 3), normal(1, 17, 10, 3)
    terms = [Term(layer, layer, statistic, 0.5) for layer, statistic in costs]
    targets = Definition(network, exact).measure(other.astype(float), terms)
    terms = [
        replace(term, target=s if isinstance(term.statistic, Content) else s / np.prod(shape[:2]))
        for term, (s, shape) in zip(terms, targets, strict=True)
    ]
    wanted, gradient = Definition(network, exact)(G.astype(float), terms)
    ours = [term.in_dtype(np.dtype("float32")) for term in terms]
    for numbers in (1, 2**20):
        monkeypatch.setattr(K.strips, "NUMBERS", numbers)
        evaluator = K.evaluation.Evaluator(network, weights, team)
        values, dG = evaluator(G, ours)
        assert values == pytest.approx(wanted, rel=1e-4)
        close(dG, gradient, 1e-4)
