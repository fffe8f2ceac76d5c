"""J, its ledger and its walls, through the real VGG-19; its gradient is in test_checks."""

from dataclasses import replace

import numpy as np
import pytest

from nst_numpy import InputError, Objective, Settings
from nst_numpy.costs import content_cost

CHOSEN = Settings(tv_weight=0.5)


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    return rng.random((20, 24, 3)), rng.random((18, 16, 3)), rng.random((22, 30, 3))


@pytest.fixture(scope="module")
def J(pictures, weights):
    C, S, _ = pictures
    return Objective(C, [S], CHOSEN, weights, dtype="float64")


def test_the_terms_of_the_ledger_are_the_weighted_costs_and_sum_to_the_total(J, pictures):
    _, _, other = pictures
    cost, gradient = J(other[:20, :24])
    assert gradient.shape == J.shape
    assert gradient.dtype == np.float64
    assert cost.terms["content"] == pytest.approx(CHOSEN.alpha * cost.content)
    assert cost.terms["tv"] == pytest.approx(CHOSEN.tv_weight * cost.tv)
    for layer, lambda_l in CHOSEN.style_layers.items():
        assert cost.terms[layer] == pytest.approx(CHOSEN.beta * lambda_l * cost.style[layer])
    assert float(cost) == cost.total == sum(cost.terms.values())
    assert list(cost.terms) == ["content", *CHOSEN.style_layers, "tv"]


def test_the_content_itself_costs_no_content_and_the_style_no_style(weights, pictures):
    C, S, _ = pictures
    cost, _ = Objective(C, [S], CHOSEN, weights, "float64")(C)
    assert cost.content == 0
    cost, _ = Objective(S, [S], CHOSEN, weights, "float64")(S)
    assert cost.style == dict.fromkeys(CHOSEN.style_layers, 0.0)


def test_float32_agrees_with_float64(J, weights, pictures):
    C, S, other = pictures
    G = other[:20, :24]
    cost64, gradient64 = J(G)
    cost32, gradient32 = Objective(C, [S], CHOSEN, weights)(G)
    assert gradient32.dtype == np.float32
    assert cost32.total == pytest.approx(cost64.total, rel=1e-4)
    error = np.linalg.norm(gradient32 - gradient64) / np.linalg.norm(gradient64)
    assert error < 1e-4


def test_several_styles_are_averaged(weights, pictures):
    C, S, T = pictures
    chosen = Settings(style_layers={"conv2_1": 1.0})
    both = Objective(C, [S, T], chosen, weights, "float64").gram_S["conv2_1"]
    one, other = (
        Objective(C, [style], chosen, weights, "float64").gram_S["conv2_1"] for style in (S, T)
    )
    np.testing.assert_allclose(both, (one + other) / 2, 1e-12)


def test_content_alone_needs_no_style(weights, pictures):
    C, _, other = pictures
    chosen = Settings(content_layers={"conv2_2": 2.0, "conv1_1": 1.0}, style_layers={})
    J = Objective(C, [], chosen, weights, "float64")
    cost, gradient = J(other[:20, :24])
    assert cost.total == cost.terms["content"] > 0
    assert gradient.any()


def test_content_layers_are_weighted(weights, pictures):
    C, _, other = pictures
    G = other[:20, :24]
    layers = {"conv1_1": 2.0, "conv2_2": 3.0}
    each = {
        layer: Objective(
            C,
            [],
            Settings(content_layers={layer: 1.0}, style_layers={}),
            weights,
            "float64",
        )(G)[0].content
        for layer in layers
    }
    J = Objective(C, [], Settings(content_layers=layers, style_layers={}), weights, "float64")
    assert J(G)[0].content == pytest.approx(sum(w * each[layer] for layer, w in layers.items()))


def test_the_content_term_is_content_cost_of_the_features(weights, pictures):
    C, S, other = pictures
    chosen = replace(CHOSEN, content_layers={"conv1_2": 1.0})
    J = Objective(C, [S], chosen, weights, "float64")
    K = Objective(other[:20, :24], [S], chosen, weights, "float64")
    expected, _ = content_cost(J.a_C["conv1_2"], K.a_C["conv1_2"])
    assert J(other[:20, :24])[0].content == pytest.approx(expected)


@pytest.mark.parametrize(
    ("content", "styles", "words"),
    [
        (np.zeros((20, 24)), [np.zeros((20, 24, 3))], "The content has the shape (20, 24)"),
        (np.zeros((20, 24, 3)), [np.zeros((20, 24, 4))], "A style has the shape (20, 24, 4)"),
        (np.full((20, 24, 3), np.nan), [np.zeros((20, 24, 3))], "The content holds NaN"),
        (np.full((20, 24, 3), 255.0), [np.zeros((20, 24, 3))], "values from 255 to 255; expected"),
        (np.zeros((20, 24, 3)), [], "There is no style"),
        (np.zeros((15, 24, 3)), [np.zeros((20, 24, 3))], "24 × 15 pixels is too small for conv5_1"),
    ],
)
def test_pictures_that_cannot_be_used_are_refused(weights, content, styles, words):
    with pytest.raises(InputError) as caught:
        Objective(content, styles, Settings(), weights)
    assert words in str(caught.value)


def test_an_unknown_layer_is_refused_with_those_that_there_are(weights, pictures):
    C, S, _ = pictures
    with pytest.raises(InputError, match=r"VGG-19 has no layer 'conv4_5'; it has conv1_1, .*5_4"):
        Objective(C, [S], Settings(content_layers={"conv4_5": 1.0}), weights)


def test_a_picture_of_another_shape_is_refused(J):
    with pytest.raises(InputError, match="has the shape"):
        J(np.zeros((20, 25, 3)))


def test_weights_that_do_not_fit_are_refused(weights, pictures):
    C, S, _ = pictures
    lacking = {layer: pair for layer, pair in weights.items() if layer != "conv3_2"}
    with pytest.raises(InputError, match="The weights lack conv3_2"):
        Objective(C, [S], CHOSEN, lacking)
    weight, bias = weights["conv2_1"]
    with pytest.raises(InputError, match="The weights of conv2_1 have the shapes"):
        Objective(C, [S], CHOSEN, {**weights, "conv2_1": (weight[..., :40], bias[:40])})
