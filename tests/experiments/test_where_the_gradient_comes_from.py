import numpy as np
import pytest

from nst_numpy import vgg19
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.experiments import scale, where_the_gradient_comes_from
from nst_numpy.experiments.gradients import way
from nst_numpy.experiments.where_the_gradient_comes_from import (
    CHOSEN,
    CONTENT,
    STYLE,
    term_gradients,
)
from nst_numpy.gradcheck import directional_error
from nst_numpy.vgg_input import vgg_input_forward

ITERATIONS = 4


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return where_the_gradient_comes_from.answer(castle, church, weights, ITERATIONS)


@pytest.fixture(scope="module")
def narrow():
    """VGG-19 with few channels and random weights, float64."""
    rng = np.random.default_rng(0)
    weights = {}
    n_C_in = 3
    for name in vgg19.CHANNELS:
        n_C = int(rng.integers(3, 6))
        scale = np.sqrt(2 / (9 * n_C_in))
        weights[name] = scale * rng.standard_normal((3, 3, n_C_in, n_C)), np.full(n_C, 0.5)
        n_C_in = n_C
    return weights


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims)


def test_at_the_photograph_only_the_style_pulls(answer):
    lengths = answer.numbers["lengths at the photograph"]
    assert lengths[CONTENT] == 0
    assert min(lengths[layer] for layer in STYLE) > 0
    assert answer.numbers["terms"][CONTENT]["length"] > 0


def test_the_terms_add_up(answer):
    assert 0 < answer.numbers["the sum is off by"] < 1e-5
    assert answer.numbers["the kernels are off by"] < 1e-3
    lengths = [term["length"] for term in answer.numbers["terms"].values()]
    assert max(lengths) < 2 * answer.numbers["length"] < 2 * sum(lengths)


def test_one_value_reaches_its_receptive_field(answer):
    sides = {field["layer"]: field["side"] for field in answer.numbers["fields"]}
    assert sides == {"conv1_1": 3, "conv2_1": 10, "conv3_1": 24, "conv4_1": 68, "conv5_1": 156}
    assert len(answer.numbers["fields"]) == 2 * len(STYLE)
    for field in answer.numbers["fields"]:
        assert field["seen"] == field["expected"]
        assert field["share"] == 1
        assert 0 < field["half"] < 0.5
    (top, bottom), (left, right) = answer.numbers["fields"][4]["seen"]  # conv3_1, uncut
    assert bottom - top + 1 == right - left + 1 == 24


def test_average_pooling_halves_the_length_and_max_pooling_keeps_it(answer):
    for pooling, values, length in (("average", 4, 0.5), ("max", 1, 1)):
        pools = answer.numbers["pools"][pooling]
        assert list(pools) == ["pool4", "pool3", "pool2", "pool1"]
        for passed in pools.values():
            assert passed["values"] == values
            assert passed["length"] == pytest.approx(length, rel=1e-4)
    arrived = answer.numbers["lengths at the picture"]
    assert arrived["max"] > arrived["average"]


@pytest.mark.parametrize("pooling", ["average", "max"])
def test_the_way_down_ends_where_backward_does(pooling, narrow):
    rng = np.random.default_rng(1)
    _, cache = vgg19.forward(rng.standard_normal((37, 33, 3)), narrow, ["conv4_2"], pooling)
    da = rng.standard_normal((4, 4, narrow["conv4_2"][1].size))
    steps = way.way_down(da, "conv4_2", cache, narrow)
    assert [name for name, _ in steps[1:]] == list(vgg19.PATH[: len(steps) - 1][::-1])
    np.testing.assert_array_equal(steps[-1][1], vgg19.backward({"conv4_2": da}, cache, narrow))


def test_the_receptive_field_is_what_a_change_of_a_pixel_reaches(narrow):
    """Forward instead of backward: move one pixel, and see whether the value moves."""
    rng = np.random.default_rng(2)
    x = rng.standard_normal((40, 4, 3))
    index = 4
    features, _ = vgg19.forward(x, narrow, ["conv3_1"])
    moved = []
    for i in range(len(x)):
        other = x.copy()
        other[i] += 1
        there, _ = vgg19.forward(other, narrow, ["conv3_1"])
        moved.append(not np.array_equal(there["conv3_1"][index], features["conv3_1"][index]))
    span = scale.seen_by("conv3_1", index)
    assert way.cut(span, len(x)) == (np.flatnonzero(moved)[0], np.flatnonzero(moved)[-1])
    assert span[1] - span[0] + 1 == 24
    assert way.cut((-3, 50), 40) == (0, 39)


def test_each_term_has_the_gradient_of_its_own_cost(castle, church, weights):
    weights = {
        layer: (weight.astype(np.float64), bias.astype(np.float64))
        for layer, (weight, bias) in weights.items()
    }
    C, S = (picture[:24, :20].astype(np.float64) for picture in (castle, church))
    rng = np.random.default_rng(3)
    G = 0.8 * C + 0.2 * rng.random(C.shape)

    def features_at(G):
        return vgg19.forward(vgg_input_forward(G), weights, [CONTENT, *STYLE])[0]

    a_C = features_at(C)[CONTENT]
    gram_S = {layer: gram_per_position(a) for layer, a in features_at(S).items()}
    terms, together = term_gradients(G, a_C, gram_S, weights)
    np.testing.assert_allclose(sum(terms.values()), together, atol=1e-12 * np.abs(together).max())

    directions = list(rng.standard_normal((3, *G.shape)))
    costs = {
        layer: lambda a, layer=layer: (
            CHOSEN.beta * CHOSEN.style_layers[layer] * style_cost(gram_S[layer], a)[0]
        )
        for layer in ("conv1_1", "conv4_1")
    }
    costs[CONTENT] = lambda a: CHOSEN.alpha * content_cost(a_C, a)[0]
    for layer, cost in costs.items():
        error = directional_error(
            lambda G, cost=cost, layer=layer: cost(features_at(G)[layer]),
            G,
            terms[layer],
            directions,
            (1e-6, 1e-7),
        )
        assert error < 1e-4, layer  # some ReLU lies at its kink between the two ends


def test_half_lies_in_the_fewest_pixels():
    assert way.half_lies_in(np.array([[1.0, 1.0], [1.0, 1.0]])) == 0.5
    assert way.half_lies_in(np.array([[0.0, 9.0], [1.0, 1.0]])) == 0.25
    assert way.half_lies_in(np.array([[5.0, 1.0], [3.0, 2.0]])) == 0.5
