"""What is joined, against the same operations one by one: pools in transforms, strips of rows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from networks import SIXTEEN, random_weights

pytest.importorskip("numba")


from nst_numpy import layers
from nst_numpy.costs import Content, Gram, Term
from nst_numpy.costs.part import Part
from nst_numpy.evaluation import Evaluator as Definition
from nst_numpy.kernels import points
from nst_numpy.kernels import strips as strips_module
from nst_numpy.kernels.evaluation import Evaluator
from nst_numpy.kernels.lines import FOUR, SIX
from nst_numpy.kernels.terms import seen_whole
from nst_numpy.kernels.threads import Team
from nst_numpy.kernels.winograd import conv_pool_backward, conv_pool_forward, conv_scratch

TEAMS = [Team(1), Team(2), Team(3)]
teams = st.sampled_from(TEAMS)
sides = st.integers(2, 27)
channels = st.sampled_from([16, 48, 64, 128])
check = settings(max_examples=40, deadline=None, phases=[Phase.generate])


def normal(rng, *shape):
    return rng.standard_normal(shape).astype(np.float32)


def close(got, wanted, tolerance):
    assert got.shape == wanted.shape
    assert np.linalg.norm(got - wanted) <= tolerance * np.linalg.norm(wanted) + 1e-30


@check
@given(
    st.sampled_from([FOUR, SIX]),
    teams,
    sides,
    sides,
    channels,
    channels,
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_a_pool_within_the_transforms(side, team, n_H, n_W, n_in, n_out, maximum, seed):
    rng = np.random.default_rng(seed)
    x, weight, bias = (
        normal(rng, n_H, n_W, n_in),
        normal(rng, 3, 3, n_in, n_out),
        normal(rng, n_out),
    )
    scratch = np.zeros((team.size, max(432, conv_scratch(n_H, n_W, n_in, n_out, team.size))), "f4")
    U = np.empty(len(side) ** 2 * n_in * n_out, "f4")
    bits = np.zeros(n_H * n_W * n_out // 8, np.uint8)
    y = np.full((n_H // 2, n_W // 2, n_out), np.nan, np.float32)
    points.kernel_points(team, side, weight, U, scratch)
    conv_pool_forward(team, x, U, bias, y, bits, scratch, maximum, (0, n_H))
    z = layers.conv_forward(x.astype(float), weight.astype(float), bias.astype(float))
    pool = layers.max_pool_forward(np.maximum(z, 0)) if maximum else None
    wanted = pool[0] if pool else layers.average_pool_forward(np.maximum(z, 0))
    close(y, wanted, 1e-5)

    dy, dx = normal(rng, *y.shape), np.full(x.shape, np.nan, np.float32)
    da = (
        layers.max_pool_backward(dy.astype(float), pool[1], z.shape)
        if pool
        else layers.average_pool_backward(dy.astype(float), z.shape)
    )
    points.kernel_points(team, side, weight, U, scratch, backward=True)
    conv_pool_backward(team, dy, bits, U, dx, scratch, maximum, (n_H, n_W))
    if np.abs(z).min() > 1e-4:  # else a sign may be another in float32
        close(dx, layers.conv_backward(da * (z > 0), weight.astype(float)), 1e-5)
    squares = np.unpackbits(bits, bitorder="little").reshape(z.shape).astype(bool)
    squares[n_H // 2 * 2 :] = squares[:, n_W // 2 * 2 :] = False
    scale = 1 if maximum else 0.25
    up = np.zeros(z.shape)
    up[: n_H // 2 * 2, : n_W // 2 * 2] = scale * dy.repeat(2, 0).repeat(2, 1)
    close(dx, layers.conv_backward(up * squares, weight.astype(float)), 1e-5)


def test_nan_stays_visible_in_a_pool():
    team = TEAMS[1]
    x = np.zeros((8, 8, 16), np.float32)
    x[3, 3, 0] = np.nan
    U, scratch = np.empty(64 * 256, "f4"), np.zeros((2, conv_scratch(8, 8, 16, 16, 2)), "f4")
    points.kernel_points(team, SIX, np.ones((3, 3, 16, 16), np.float32), U, scratch)
    for maximum in (False, True):
        y, bits = np.zeros((4, 4, 16), "f4"), np.zeros(128, np.uint8)
        conv_pool_forward(team, x, U, np.zeros(16, "f4"), y, bits, scratch, maximum, (0, 8))
        assert np.isnan(y[1, 1]).all()


def terms_at(network, weights, taps, G, content_at=()):
    """Return terms with targets of another picture."""
    other = np.random.default_rng(99).random(G.shape)
    terms = [Term(x, x, Content() if x in content_at else Gram(), 1.0) for x in taps]
    found = Definition(network, weights).measure(other, terms)
    scaled = [s if t.layer in content_at else s / np.prod(shape[:2])
              for t, (s, shape) in zip(terms, found, strict=True)]  # fmt: skip
    return [replace(t, target=s) for t, s in zip(terms, scaled, strict=True)]


PATH = [layer for layer, _, _ in SIXTEEN.table][:7]
TAPS = [*([layer] for layer in PATH), PATH[::2], PATH[1::2], PATH, [PATH[0], PATH[-1]]]


@pytest.mark.parametrize("pooling", ["average", "max"])
@pytest.mark.parametrize("taps", TAPS, ids="-".join)
@pytest.mark.parametrize("numbers", [1, 2**20])
def test_taps_anywhere_strips_of_every_height(pooling, taps, numbers, monkeypatch):
    network = replace(SIXTEEN, pooling=pooling)
    weights = random_weights(network)
    single = {x: (w.astype(np.float32), b.astype(np.float32)) for x, (w, b) in weights.items()}
    weights = {x: (w.astype(float), b.astype(float)) for x, (w, b) in single.items()}
    monkeypatch.setattr(strips_module, "NUMBERS", numbers)
    for n_H, n_W in [(33, 18), (41, 27), (16, 8), (9, 30)]:
        G = np.random.default_rng(n_H).random((n_H, n_W, 3)).astype(np.float32)
        for content_at in ((), taps[:1]):
            terms = terms_at(network, weights, taps, G.astype(float), content_at)
            wanted, gradient = Definition(network, weights)(G.astype(float), terms)
            ours = [term.in_dtype(np.dtype("float32")) for term in terms]
            for team in TEAMS:
                evaluator = Evaluator(network, single, team)
                values, dG = evaluator(G, ours)
                assert values == pytest.approx(wanted, rel=1e-3)
                close(dG, gradient, 1e-3)
                again, dG_again = evaluator(G, ours)
                assert again == values
                np.testing.assert_array_equal(dG_again, dG)


def test_features_are_seen_whole_where_a_sum_over_strips_would_not_do():
    first, second = slice(2, 9), slice(3, 9)

    def seen(*statistics, layers=("conv1_1", "conv1_1")):
        each = zip(layers, statistics, strict=False)
        return seen_whole([Term(f"{n}", *one, 1.0) for n, one in enumerate(each)])

    assert seen() == set()
    assert seen(Gram(), Gram()) == set()
    assert seen(Part(Gram(), first), Part(Gram(), first)) == set()
    assert seen(Gram(), Part(Gram(), first)) == {"conv1_1"}  # of other rows, of one layer
    assert seen(Part(Gram(), first), Part(Gram(), second)) == {"conv1_1"}
    two = ("conv1_1", "conv2_1")
    assert seen(Part(Gram(), first), Part(Gram(), second), layers=two) == set()
    assert seen(Gram(), Content(), layers=two) == {"conv2_1"}
    assert seen(Gram(), Part(Content(), first), layers=two) == {"conv2_1"}
