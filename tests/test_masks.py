"""Masks on the way down the network, and the J that they make."""

from dataclasses import replace

import numpy as np
import pytest
from networks import SIXTEEN, random_weights
from statistics_of_ones_own import ChannelMean

from nst_numpy import Computing, Objective, Settings, stylize
from nst_numpy.backend import numba_is_installed
from nst_numpy.canvas import halve, mirrored
from nst_numpy.costs import MaskedGram, gram_matrix, gram_per_position
from nst_numpy.errors import InputError
from nst_numpy.evaluation import Evaluator
from nst_numpy.gradcheck import directional_error
from nst_numpy.masks import Masked, brought_to, carried
from nst_numpy.network import VGG19, forward

SHAPE = (24, 22, 3)
OF_STYLE = (20, 29, 3)
LAYERS = {"conv1_1": 1.0, "conv2_1": 0.5, "conv3_2": 0.25}
SETTINGS = Settings(network=SIXTEEN, content_layers={"conv2_2": 1.0}, style_layers=LAYERS, margin=4)
WEIGHTS = random_weights(SIXTEEN)
needs_numba = pytest.mark.skipif(not numba_is_installed(), reason="Numba is not installed")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def C(rng):
    return rng.random(SHAPE)


@pytest.fixture
def styles(rng):
    return [rng.random(OF_STYLE), 0.5 * rng.random(OF_STYLE)]


@pytest.fixture
def soft(rng):
    """Two regions that share all pixels."""
    left = rng.random(SHAPE[:2])
    return [left, 1 - left]


def left_half(shape=SHAPE):
    mask = np.zeros(shape[:2])
    mask[:, : shape[1] // 2] = 1
    return mask


def test_a_mask_is_averaged_by_each_pool_and_shares_go_on_adding_up(rng):
    mask = rng.random((37, 50))
    one, other = (
        carried("mask", m, VGG19, ["conv1_1", "conv1_2", "conv3_1", "conv5_1"])
        for m in (mask, 1 - mask)
    )
    assert one["conv5_1"].shape == (2, 3)
    np.testing.assert_array_equal(one["conv1_1"], mask)
    np.testing.assert_array_equal(one["conv1_2"], mask)
    cells = mask[:36, :48].reshape(9, 4, 12, 4).mean((1, 3))
    np.testing.assert_allclose(one["conv3_1"], cells, rtol=1e-13)
    for layer in one:
        np.testing.assert_allclose(one[layer] + other[layer], 1, rtol=1e-13)


def test_a_mask_has_the_shape_of_its_features(rng):
    features, _ = forward(rng.random((21, 19, 3)), SIXTEEN, WEIGHTS, LAYERS)
    shares = carried("mask", np.ones((21, 19)), SIXTEEN, LAYERS)
    assert {x: a.shape[:2] for x, a in features.items()} == {x: t.shape for x, t in shares.items()}


def test_what_the_pools_leave_over_gets_a_sentence():
    mask = np.zeros((33, 32))
    mask[-1] = 1
    with pytest.raises(InputError, match="Nothing of the sky is left at conv2_1"):
        carried("sky", mask, VGG19, ["conv1_1", "conv2_1"])


@pytest.mark.parametrize("halvings", [0, 1, 2])
def test_a_mask_gets_its_margin_and_is_halved_as_the_picture_is(rng, halvings):
    mask = rng.random((21, 30))
    picture = halve(mirrored(np.repeat(mask[:, :, None], 3, axis=2), 8), halvings)
    found = brought_to("mask", mask, picture.shape, 8)
    np.testing.assert_allclose(found, picture[:, :, 0], rtol=1e-13)


def test_a_mask_of_another_shape_gets_a_sentence(C, styles):
    with pytest.raises(InputError, match=r"content mask 1 has the shape \(24, 20\)"):
        Masked([np.ones((24, 20))])(mirrored(C, 4), styles[:1], SETTINGS, WEIGHTS)
    with pytest.raises(InputError, match=r"style mask 1 has the shape \(9, 9\)"):
        Masked([np.ones(SHAPE[:2])], [np.ones((9, 9))])(
            mirrored(C, 4), styles[:1], SETTINGS, WEIGHTS
        )


@pytest.mark.parametrize(
    ("mask", "sentence"),
    [
        (np.zeros((4, 4)), "mask 1 is black"),
        (np.ones((4, 4, 3)), r"of the shape \(n_H, n_W\), not \(4, 4, 3\)"),
        ("sky.png", r"of the shape \(n_H, n_W\), not str"),
        (np.full((4, 4), 255), r"numbers in \[0, 1\]"),
        (np.full((4, 4), np.nan), r"numbers in \[0, 1\]"),
    ],
)
def test_what_is_no_mask_gets_a_sentence(mask, sentence):
    for masks in ([mask], []), ([np.ones((4, 4))], [mask]):
        with pytest.raises(InputError, match=sentence):
            Masked(*masks)


def test_too_few_masks_and_another_statistic_get_sentences(C, styles):
    ones = np.ones(SHAPE[:2])
    with pytest.raises(InputError, match="1 content mask and no style mask for 2 styles"):
        Masked([ones])(mirrored(C, 4), styles, SETTINGS, WEIGHTS)
    with pytest.raises(InputError, match="1 content mask and 2 style masks for 1 style"):
        Masked([ones], [ones, ones])(mirrored(C, 4), styles[:1], SETTINGS, WEIGHTS)
    own = replace(SETTINGS, statistic=ChannelMean())
    with pytest.raises(InputError, match="Masks are for the Gram matrix"):
        Masked([ones])(mirrored(C, 4), styles[:1], own, WEIGHTS)


def test_its_terms_are_the_masked_gram_matrices_of_both_pictures(C, styles, soft, rng):
    of_styles = [rng.random(OF_STYLE[:2]) for _ in styles]
    canvas = mirrored(C, SETTINGS.margin)
    J = Masked(soft, of_styles)(canvas, styles, SETTINGS, WEIGHTS, dtype="float64")
    G = rng.random(canvas.shape)
    cost, _ = J(G)
    assert list(cost.values) == [
        "content", *(f"{x} style {n}" for n in (1, 2) for x in LAYERS)
    ]  # fmt: skip
    evaluator = Evaluator(SIXTEEN, WEIGHTS)
    a_G, _ = forward(G, evaluator.network, evaluator.weights, LAYERS)
    for n, (style, mask, of_style) in enumerate(zip(styles, soft, of_styles, strict=True), 1):
        a_S, _ = forward(style, evaluator.network, evaluator.weights, LAYERS)
        here = carried("", np.pad(mask, 4, mode="symmetric"), SIXTEEN, LAYERS)
        there = carried("", of_style, SIXTEEN, LAYERS)
        for layer, lambda_l in LAYERS.items():
            G_G, G_S = (
                gram_matrix(np.sqrt(t[layer])[:, :, None] * a[layer]) / t[layer].sum()
                for t, a in ((here, a_G), (there, a_S))
            )
            n_C = G_G.shape[0]
            expected = here[layer].mean() * ((G_G - G_S) ** 2).sum() / (4 * n_C**2)
            assert cost.values[f"{layer} style {n}"] == pytest.approx(expected, rel=1e-10)
            assert cost.terms[f"{layer} style {n}"] == pytest.approx(
                SETTINGS.beta * lambda_l * expected, rel=1e-10
            )


def test_without_style_masks_all_of_a_style_counts(C, styles, soft):
    canvas = mirrored(C, SETTINGS.margin)
    J = Masked(soft)(canvas, styles, SETTINGS, WEIGHTS, dtype="float64")
    a_S, _ = forward(styles[1], SIXTEEN, WEIGHTS, LAYERS)
    for term in J.terms:
        if term.name.endswith("style 2"):
            np.testing.assert_allclose(term.target, gram_per_position(a_S[term.layer]), rtol=1e-12)


def test_one_style_under_a_white_mask_is_the_j_of_the_paper(C, styles, rng):
    canvas = mirrored(C, SETTINGS.margin)
    J = Masked([np.ones(SHAPE[:2])])(canvas, styles[:1], SETTINGS, WEIGHTS, dtype="float64")
    G = rng.random(canvas.shape)
    cost, dG = J(G)
    expected, wanted = Objective(canvas, styles[:1], SETTINGS, WEIGHTS, dtype="float64")(G)
    assert cost.total == pytest.approx(expected.total, rel=1e-12)
    np.testing.assert_allclose(dG, wanted, atol=1e-12 * np.abs(wanted).max())


def test_the_gradient_is_that_of_finite_differences(C, styles, soft, rng):
    canvas = mirrored(C, SETTINGS.margin)
    J = Masked(soft)(canvas, styles, SETTINGS, WEIGHTS, dtype="float64")
    G = rng.random(canvas.shape)
    directions = list(rng.standard_normal((2, *canvas.shape)))
    assert directional_error(lambda G: float(J(G)[0]), G, J(G)[1], directions) < 1e-6


@pytest.mark.parametrize(
    "backend", ["definition", "numpy", pytest.param("numba", marks=needs_numba)]
)
def test_every_backend_agrees_to_the_rounding_of_float32(C, styles, soft, rng, backend):
    canvas = mirrored(C, SETTINGS.margin)
    arguments = canvas, styles, SETTINGS, WEIGHTS
    G = rng.random(canvas.shape)
    expected, wanted = Masked(soft, [left_half(OF_STYLE)] * 2)(*arguments, dtype="float64")(G)
    J = Masked(soft, [left_half(OF_STYLE)] * 2)(*arguments, computing=Computing(backend=backend))
    cost, dG = J(G)
    assert dG.dtype == np.float32
    for name, value in expected.terms.items():
        assert cost.terms[name] == pytest.approx(value, rel=2e-5)
    assert np.linalg.norm(dG - wanted) <= 1e-5 * np.linalg.norm(wanted)


def test_where_no_mask_is_white_the_picture_is_left_alone(C, styles):
    chosen = replace(
        SETTINGS, alpha=0.0, margin=0, style_layers={"conv1_1": 1.0}, scales=1, iterations=5,
        metric=0, bounds=False,
    )  # fmt: skip
    start, *_, last = stylize(C, styles[:1], chosen, WEIGHTS, objective=Masked([left_half()]))
    assert last.cost.total < start.cost.total
    changed = np.abs(last.image - start.image).max((0, 2))
    edge = SHAPE[1] // 2
    assert changed[:edge].min() > 0
    assert not changed[edge + 1 :].any()  # one pixel beyond: a convolution's reach


def test_the_style_pulls_at_no_pixel_that_its_region_does_not_see(C, styles):
    chosen = replace(SETTINGS, margin=0, style_layers={"conv1_1": 1.0})
    J = Masked([left_half()])(C, styles[:1], chosen, WEIGHTS, dtype="float64")
    J = J.with_terms([term for term in J.terms if term.name != "content"])
    pulled = np.abs(J(C)[1]).max((0, 2))
    edge = SHAPE[1] // 2
    assert pulled[: edge + 1].min() > 0  # one pixel beyond: a convolution's reach
    assert not pulled[edge + 1 :].any()


@pytest.mark.parametrize("scales", [1, 2])
def test_it_paints_at_every_scale(C, styles, soft, scales):
    chosen = replace(SETTINGS, scales=scales, iterations=3)
    steps = list(stylize(C, styles, chosen, WEIGHTS, objective=Masked(soft)))
    assert steps[-1].scale == scales
    assert steps[-1].image.shape == SHAPE
    assert steps[-1].cost.total < steps[-4].cost.total


def test_the_masks_of_a_term_are_those_of_its_layer(C, styles, soft):
    J = Masked(soft)(mirrored(C, 4), styles, SETTINGS, WEIGHTS)
    masks = {t.layer: t.statistic.mask for t in J.terms if isinstance(t.statistic, MaskedGram)}
    assert {layer: mask.shape for layer, mask in masks.items()} == {
        "conv1_1": (32, 30), "conv2_1": (16, 15), "conv3_2": (8, 7)
    }  # fmt: skip


@pytest.mark.parametrize(
    "backend", ["definition", "numpy", pytest.param("numba", marks=needs_numba)]
)
def test_a_mask_of_another_shape_than_its_layer_is_refused(C, styles, soft, backend):
    J = Masked(soft[:1])(
        mirrored(C, 4), styles[:1], SETTINGS, WEIGHTS, computing=Computing(backend=backend)
    )
    short = [
        replace(term, statistic=MaskedGram(term.statistic.mask[1:]))
        for term in J.terms
        if term.name != "content"
    ]
    with pytest.raises(ValueError, match="shape"):
        J.with_terms(short)(mirrored(C, 4).astype(np.float32))


def test_the_weights_of_styles_are_those_of_their_regions(C, styles, soft):
    arguments = mirrored(C, 4), styles
    alike, chosen = (
        {t.name: t.weight for t in Masked(soft)(*arguments, settings, WEIGHTS).terms}
        for settings in (SETTINGS, replace(SETTINGS, style_weights=(3, 1)))
    )
    for name, weight in alike.items():
        factor = {"1": 1.5, "2": 0.5}.get(name[-1]) if "style" in name else 1
        assert chosen[name] == pytest.approx(factor * weight)
