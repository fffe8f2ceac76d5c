import numpy as np
import pytest

from nst_numpy import gradcheck
from nst_numpy.costs import gram_per_position
from nst_numpy.experiments import why_not_pixels
from nst_numpy.experiments.features import minimise
from nst_numpy.experiments.why_not_pixels import (
    colour_map,
    detail_in_common,
    of_one_size,
    pixel_cost,
)


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return why_not_pixels.answer(castle, church, weights, iterations=8)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_content_alone_gives_the_photograph_back(answer):
    assert answer.numbers["content alone, largest error"] < 1e-6


def test_style_at_the_pixels_moves_only_colours(answer):
    assert answer.numbers["both, style cost of the pixels as a share"] < 0.01
    explained = answer.numbers["variance that one matrix explains"]
    assert explained["both"] > 0.9999
    assert explained["features"] < 0.9
    left = answer.numbers["style cost as a share of the photograph's"]
    for layer in ("conv4_1", "conv5_1"):
        assert left["both"][layer] > 0.5
        assert left["both"][layer] > 1.5 * left["features"][layer]


def test_the_mean_of_two_pictures_keeps_the_detail_of_both_in_place(answer):
    in_common = answer.numbers["detail in common with the painting"]
    assert in_common["double exposure"] > 0.3
    assert abs(in_common["features"]) < 0.1


def test_above_the_edges_the_deeper_layer_notices_less_of_a_shift(answer):
    """At this size conv5_1 has four positions, too few to tell it from conv4_2."""
    seen = answer.numbers["noticed of a shift"]
    for shift in range(8):
        assert seen["conv2_1"][shift] > seen["conv3_1"][shift] > seen["conv4_2"][shift]
        assert seen["conv5_1"][shift] < seen["conv3_1"][shift]
    for shares in seen.values():
        assert shares[0] < shares[3] < shares[7]


def test_every_claim_but_the_last_holds_even_at_this_size(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims[:-1])


def test_where_the_gradient_is_0_the_colours_went_through_the_matrix_of_the_formula(rng):
    C, S = rng.random((2, 9, 7, 3))
    gram_S = gram_per_position(S**2)
    alpha, beta = 2.0, 30.0
    G, _ = minimise(pixel_cost(C, gram_S, alpha, beta), rng.random(C.shape), 300)
    D = gram_per_position(G) - gram_S
    expected = np.linalg.inv(np.eye(3) + 2 * beta / (3 * alpha) * D)
    matrix, explained = colour_map(C, G)
    np.testing.assert_allclose(matrix, expected, atol=1e-6)
    assert explained == pytest.approx(1, abs=1e-10)


def test_the_gradient_of_the_pixel_cost(rng):
    C, G, S = rng.random((3, 6, 5, 3))
    J = pixel_cost(C, gram_per_position(S), 0.7, 3.0)
    directions = rng.standard_normal((5, *G.shape))
    error = gradcheck.directional_error(lambda x: J(x)[0], G, J(G)[1], directions)
    assert error < 1e-8


def test_detail_in_common(rng):
    C, S = rng.random((2, 40, 40, 3))
    assert detail_in_common(S, S) == pytest.approx(1)
    assert abs(detail_in_common(C, S)) < 0.05
    assert detail_in_common((C + S) / 2, S) == pytest.approx(0.5**0.5, abs=0.05)


def test_of_one_size_takes_the_middle():
    picture = np.arange(6 * 8 * 3).reshape(6, 8, 3)
    one, other = of_one_size(picture, np.zeros((8, 4, 3)))
    assert one.shape == other.shape == (6, 4, 3)
    np.testing.assert_array_equal(one, picture[:, 2:6])
