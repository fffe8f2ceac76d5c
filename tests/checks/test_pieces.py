"""J with one function of dJ/dG exchanged: it is J, and the gradient is that function's work."""

from dataclasses import replace

import numpy as np
import pytest

from nst_numpy import Objective, Settings, load_image
from nst_numpy.checks import Pieces, with_pieces
from nst_numpy.checks.pieces import OURS
from nst_numpy.costs import Gram, content_cost
from nst_numpy.files.embedded import embedded


@pytest.fixture(scope="module", params=["average", "max"])
def J_and_style(request, weights):
    content = load_image(embedded("pictures/eilean-donan-castle.webp"), size=32)
    style = load_image(embedded("pictures/church-at-auvers.webp"), size=40)
    settings = Settings(
        pooling=request.param, content_layers={"conv2_1": 1.0, "conv3_1": 2.0},
        style_layers={"conv1_1": 0.1, "conv2_1": 0.2}, tv_weight=3.0,
    )  # fmt: skip
    return Objective(content, [style], settings, weights, "float64"), style


def test_the_package_s_own_pieces_make_its_own_j(J_and_style):
    J, style = J_and_style
    G = np.random.default_rng(0).random(J.shape)
    cost, gradient = with_pieces(J, style, OURS)(G)
    expected_cost, expected = J(G)
    assert cost.terms == pytest.approx(expected_cost.terms, rel=1e-12)
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize(
    "pieces",
    [
        Pieces(style_gradient=lambda a_S, a_G: a_G),
        Pieces(content_gradient=lambda a_C, a_G: a_C - a_G),
        Pieces(relu_backward=lambda da, positive: da),
        Pieces(vgg_input_backward=lambda dx: dx),
    ],
    ids=["style", "content", "ReLU", "VGG input"],
)
def test_a_wrong_piece_changes_the_gradient_and_not_j(J_and_style, pieces):
    J, style = J_and_style
    G = np.random.default_rng(0).random(J.shape)
    cost, gradient = with_pieces(J, style, pieces)(G)
    expected_cost, expected = J(G)
    assert float(cost) == pytest.approx(float(expected_cost), rel=1e-12)
    assert np.linalg.norm(gradient - expected) > 1e-3 * np.linalg.norm(expected)


def test_a_gradient_of_a_cost_is_scaled_as_its_term_is(J_and_style):
    """A content gradient without its 2 is half as much of dJ/dG; the rest stays as it is."""
    J, style = J_and_style
    G = np.random.default_rng(0).random(J.shape)
    half = Pieces(content_gradient=lambda a_C, a_G: content_cost(a_C, a_G)[1] / 2)
    without = J.with_terms([term for term in J.terms if not term.name.startswith("content")])
    _, gradient = with_pieces(J, style, half)(G)
    expected = (J(G)[1] + without(G)[1]) / 2
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())


class Half(Gram):
    """A statistic of its own, whose J is half the Gram matrix's."""

    def compare(self, s, s_S, shape):
        J, ds = super().compare(s, s_S, shape)
        return J / 2, ds / 2


def test_a_term_of_another_statistic_stays_as_it_is(J_and_style):
    J, style = J_and_style
    halved = [
        replace(term, statistic=Half()) if type(term.statistic) is Gram else term
        for term in J.terms
    ]
    J = J.with_terms(halved)
    G = np.random.default_rng(0).random(J.shape)
    wrong = Pieces(style_gradient=lambda a_S, a_G: 0 * a_G)
    cost, gradient = with_pieces(J, style, wrong)(G)
    expected_cost, expected = J(G)
    assert cost.terms == pytest.approx(expected_cost.terms, rel=1e-12)
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())
