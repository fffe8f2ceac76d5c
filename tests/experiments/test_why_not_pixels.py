import numpy as np
import pytest

from nst_numpy.costs import Content, Gram, Term, gram_per_position
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.features import minimise, sum_of
from nst_numpy.experiments.scale import of_one_size
from nst_numpy.experiments.why_not_pixels import colour_map, detail_in_common
from nst_numpy.network import PICTURE


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return EXPERIMENTS["why-not-pixels"].answer(castle, church, weights, iterations=8)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_content_alone_gives_the_photograph_back(answer):
    assert np.abs(answer.measured.made["content"] - answer.measured.C).max() < 1e-6


def test_style_at_the_pixels_moves_only_colours(answer):
    assert answer.measured.reached < 0.01
    explained, left = answer.measured.explained, answer.measured.style_left
    assert explained["both"] > 0.9999
    assert explained["features"] < 0.9
    for layer in ("conv4_1", "conv5_1"):
        assert left["both"][layer] > 0.5
        assert left["both"][layer] > 1.5 * left["features"][layer]


def test_the_mean_of_two_pictures_keeps_the_detail_of_both_in_place(answer):
    in_common = answer.measured.in_common
    assert in_common["double exposure"] > 0.3
    assert abs(in_common["features"]) < 0.1


def test_above_the_edges_the_deeper_layer_notices_less_of_a_shift(answer):
    """At this size conv5_1 has four positions, too few to tell it from conv4_2."""
    seen = answer.measured.noticed
    for shift in range(8):
        assert seen["conv2_1"][shift] > seen["conv3_1"][shift] > seen["conv4_2"][shift]
        assert seen["conv5_1"][shift] < seen["conv3_1"][shift]
    for shares in seen.values():
        assert shares[0] < shares[3] < shares[7]


def test_every_claim_but_the_last_holds_even_at_this_size(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims[:-1])


def test_where_the_gradient_is_0_the_colours_went_through_the_matrix_of_the_formula(rng, weights):
    C, S, noise = rng.random((3, 9, 7, 3))
    alpha, beta = 2.0, 30.0
    gram_S = gram_per_position(S**2)
    of_content = Term("content", PICTURE, Content(), alpha, C)
    of_style = Term("style", PICTURE, Gram(), beta, gram_S)
    G, _ = minimise(sum_of([of_content, of_style], weights, noise), noise, 300)
    D = gram_per_position(G) - gram_S
    expected = np.linalg.inv(np.eye(3) + 2 * beta / (3 * alpha) * D)
    matrix, explained = colour_map(C, G)
    np.testing.assert_allclose(matrix, expected, atol=1e-6)
    assert explained == pytest.approx(1, abs=1e-10)


def test_detail_in_common(rng):
    C, S = rng.random((2, 40, 40, 3))
    assert detail_in_common(S, S) == pytest.approx(1)
    assert abs(detail_in_common(C, S)) < 0.05
    assert detail_in_common((C + S) / 2, S) == pytest.approx(0.5**0.5, abs=0.05)
    assert detail_in_common(np.ones_like(S), S) == 0


def test_of_one_size_takes_the_middle():
    picture = np.arange(6 * 8 * 3).reshape(6, 8, 3)
    one, other = of_one_size(picture, np.zeros((8, 4, 3)))
    assert one.shape == other.shape == (6, 4, 3)
    np.testing.assert_array_equal(one, picture[:, 2:6])
