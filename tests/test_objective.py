"""J of the paper, its ledger and its walls, through the real VGG-19.

Its gradient is held against finite differences in tests/checks; sums of other terms in test_terms.
"""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from nst_numpy import Computing, InputError, Objective, Settings, SumOfTerms
from nst_numpy.backend import numba_is_installed
from nst_numpy.costs import Content, Gram, TotalVariation, content_cost, total_variation
from nst_numpy.network import PICTURE, VGG19, forward

CHOSEN = Settings(tv_weight=0.5)
SHALLOW = replace(
    CHOSEN, content_layers={"conv1_2": 1.0}, style_layers={"conv1_1": 1.0, "conv2_1": 0.5}
)


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
    assert cost.terms["content"] == pytest.approx(CHOSEN.alpha * cost.values["content"])
    assert cost.terms["tv"] == pytest.approx(CHOSEN.tv_weight * cost.values["tv"])
    assert cost.values["tv"] == pytest.approx(total_variation(other[:20, :24])[0])
    for layer, lambda_l in CHOSEN.style_layers.items():
        assert cost.terms[layer] == pytest.approx(CHOSEN.beta * lambda_l * cost.values[layer])
    assert float(cost) == cost.total == sum(cost.terms.values())
    assert list(cost.terms) == list(cost.values) == ["content", *CHOSEN.style_layers, "tv"]


def test_the_terms_of_j_are_those_of_the_paper(J):
    assert isinstance(J, SumOfTerms)
    assert [(term.name, term.layer, term.statistic) for term in J.terms] == [
        ("content", "conv4_2", Content()),
        *((layer, layer, Gram()) for layer in CHOSEN.style_layers),
        ("tv", PICTURE, TotalVariation()),
    ]
    assert [term.weight for term in J.terms] == [
        CHOSEN.alpha, *(CHOSEN.beta * part for part in CHOSEN.style_layers.values()), 0.5
    ]  # fmt: skip
    assert [term.target.shape for term in J.terms[:3]] == [(2, 3, 512), (64, 64), (128, 128)]


def test_without_its_weight_the_total_variation_is_no_term(weights, pictures):
    C, S, _ = pictures
    J = Objective(C, [S], Settings(tv_weight=0.0), weights)
    assert "tv" not in [term.name for term in J.terms]
    assert J.terms[0].target.dtype == np.float32


def test_parts_of_j_add_up_to_j(weights, pictures):
    """The content's part, the style's and the total variation's: same values, and gradients add."""
    C, S, other = pictures
    G = other[:20, :24]
    J = Objective(C, [S], SHALLOW, weights, "float64")
    whole, gradient = J(G)
    parts = [
        J.with_terms([term for term in J.terms if condition(term)])
        for condition in (
            lambda term: term.name == "content",
            lambda term: term.layer in SHALLOW.style_layers,
            lambda term: term.name == "tv",
        )
    ]
    costs, gradients = zip(*(part(G) for part in parts), strict=True)
    found = {name: term for cost in costs for name, term in cost.terms.items()}
    assert found == pytest.approx(whole.terms, rel=1e-12)
    np.testing.assert_allclose(sum(gradients), gradient, rtol=1e-9, atol=1e-9)


def test_the_content_itself_costs_no_content_and_the_style_no_style(weights, pictures):
    C, S, _ = pictures
    cost, _ = Objective(C, [S], CHOSEN, weights, "float64")(C)
    assert cost.values["content"] == cost.terms["content"] == 0
    cost, _ = Objective(S, [S], CHOSEN, weights, "float64")(S)
    assert {layer: cost.values[layer] for layer in CHOSEN.style_layers} == dict.fromkeys(
        CHOSEN.style_layers, 0.0
    )


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
    both, one, other = (
        Objective(C, styles, chosen, weights, "float64").terms[-1].target
        for styles in ([S, T], [S], [T])
    )
    np.testing.assert_allclose(both, (one + other) / 2, 1e-12)


def test_the_styles_count_by_their_weights(pictures, weights):
    C, S, T = pictures

    def target(styles, *style_weights):
        chosen = replace(SHALLOW, tv_weight=0.0, style_weights=style_weights)
        return Objective(C, styles, chosen, weights, "float64").terms[-1].target

    one, other = target([S]), target([T])
    np.testing.assert_allclose(target([S, T], 3, 1), 0.75 * one + 0.25 * other, 1e-12)
    np.testing.assert_allclose(target([S, T], 0, 5), other, 1e-12)
    np.testing.assert_allclose(target([S], 7), one, 1e-12)
    with pytest.raises(InputError, match="There are 3 style_weights for 2 styles"):
        target([S, T], 1, 2, 3)


def test_content_alone_needs_no_style(weights, pictures):
    C, _, other = pictures
    chosen = Settings(content_layers={"conv2_2": 2.0, "conv1_1": 1.0}, style_layers={})
    J = Objective(C, [], chosen, weights, "float64")
    cost, gradient = J(other[:20, :24])
    assert list(cost.terms) == ["content conv2_2", "content conv1_1"]
    assert cost.total == sum(cost.terms.values()) > 0
    assert gradient.any()
    assert gradient.shape == C.shape


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
        )(G)[0].values["content"]
        for layer in layers
    }
    chosen = Settings(alpha=0.5, content_layers=layers, style_layers={})
    cost, _ = Objective(C, [], chosen, weights, "float64")(G)
    for layer, weight in layers.items():
        assert cost.values[f"content {layer}"] == pytest.approx(each[layer])
        assert cost.terms[f"content {layer}"] == pytest.approx(0.5 * weight * each[layer])


def test_the_content_term_is_content_cost_of_the_features(weights, pictures):
    C, S, other = pictures
    G = other[:20, :24]
    J = Objective(C, [S], SHALLOW, weights, "float64")
    a_C, a_G = (forward(picture, VGG19, weights, ["conv1_2"])[0]["conv1_2"] for picture in (C, G))
    np.testing.assert_allclose(J.terms[0].target, a_C, rtol=1e-12)
    assert J(G)[0].values["content"] == pytest.approx(content_cost(a_C, a_G)[0])


def test_the_settings_pooling_is_the_networks(weights, pictures):
    C, S, other = pictures
    average, most = (
        Objective(C, [S], replace(SHALLOW, pooling=pooling), weights, "float64")
        for pooling in ("average", "max")
    )
    assert most.evaluator.network == replace(VGG19, pooling="max")
    assert average.evaluator.network == VGG19
    G = other[:20, :24]
    assert most(G)[0].values["conv1_1"] == average(G)[0].values["conv1_1"]
    assert most(G)[0].values["conv2_1"] != average(G)[0].values["conv2_1"]


@pytest.mark.parametrize("backend", ["definition", "numpy", "numba"])
def test_it_can_be_pickled(weights, pictures, backend):
    if backend == "numba" and not numba_is_installed():
        pytest.skip("Numba is not installed")
    C, S, _ = pictures
    J = Objective(C, [S], SHALLOW, weights, computing=Computing(backend=backend, threads=2))
    (before, d_before), (after, d_after) = (one(C) for one in (J, pickle.loads(pickle.dumps(J))))
    assert after == before
    assert (d_after == d_before).all()


@pytest.mark.skipif(not numba_is_installed(), reason="Numba is not installed")
def test_what_computes_is_chosen_beside_the_settings(weights, pictures):
    C, S, other = pictures
    G = other[:20, :24]
    numpy, numba = (
        Objective(C, [S], SHALLOW, weights, computing=Computing(backend=backend))
        for backend in ("numpy", "numba")
    )
    assert type(numpy.evaluator) is not type(numba.evaluator)
    assert float(numpy(G)[0]) == pytest.approx(float(numba(G)[0]), rel=1e-4)


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
