import numpy as np
import pytest

from nst_numpy import vgg19
from nst_numpy.experiments import which_style_layers
from nst_numpy.experiments.scale import alignment, line_length, receptive_field, window_means
from nst_numpy.experiments.which_style_layers import (
    LAYERS,
    grams_without_frame,
    style_objective,
)


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return which_style_layers.answer(castle, church, weights, iterations=40)


@pytest.fixture(scope="module")
def textures(answer):
    return answer.numbers["textures"]


def test_each_texture_meets_what_it_was_asked_for_and_misses_what_lies_beyond(textures):
    assert [row["up_to"] for row in textures] == list(LAYERS)
    for count, row in enumerate(textures, start=1):
        asked = max(row["error"][layer] for layer in LAYERS[:count])
        assert asked < 0.5  # at this size 40 iterations leave a third of conv5_1
        for layer in LAYERS[count : count + 1]:
            assert row["error"][layer] > 3 * asked


def test_only_the_layer_itself_brings_its_gram_matrix_near(textures):
    errors = [row["error"]["conv5_1"] for row in textures]
    assert errors[-1] < 0.5 * min(errors[:-1])


def test_specks_become_lines_and_more_iterations_alone_do_not_do_that(answer, textures):
    lengths = [row["length"] for row in textures]
    assert lengths[0] < min(lengths[1:])
    assert answer.numbers["conv1_1 with all iterations"]["length"] < min(lengths[1:])


def test_what_is_reported_is_well_formed(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_receptive_field_is_what_the_gradient_of_one_position_reaches(layer):
    side = 240
    ones = {
        name: (np.ones((3, 3, 1, 1)), np.zeros(1)) for name in vgg19.CHANNELS
    }  # one channel, all weights positive: no path from a pixel is closed
    features, cache = vgg19.forward(np.ones((side, side, 1)), ones, [layer])
    da = np.zeros_like(features[layer])
    da[da.shape[0] // 2, da.shape[1] // 2] = 1
    dx = vgg19.backward({layer: da}, cache, ones)[..., 0]
    assert (dx > 0).any(axis=0).sum() == (dx > 0).any(axis=1).sum() == receptive_field(layer)


def test_each_term_is_a_share_of_its_gram_matrix(church, weights):
    grams = grams_without_frame(church, weights)
    cost, _ = style_objective(church, grams, LAYERS, weights)(church)
    rng = np.random.default_rng(0)
    for layer in LAYERS:
        share = cost.style[layer] * 4 * len(grams[layer]) ** 2 / np.sum(np.square(grams[layer]))
        assert cost.terms[layer] == pytest.approx(share, rel=1e-4)
    other, _ = style_objective(church, grams, LAYERS, weights)(rng.random(church.shape))
    assert other.total > 2 * cost.total


def test_stripes_are_aligned_and_noise_is_not():
    rng = np.random.default_rng(0)
    stripes = np.repeat(np.sin(np.arange(60.0) + np.zeros((60, 1)))[..., None], 3, axis=2)
    noise = rng.random((60, 60, 3))
    assert alignment(stripes, 9) == pytest.approx(1)
    assert alignment(noise, 9) < 0.3
    assert line_length(stripes) > 2 * line_length(noise)


def test_window_means_are_means_of_windows():
    x = np.random.default_rng(0).random((5, 6))
    means = window_means(x, 3)
    assert means.shape == (3, 4)
    assert means[1, 2] == pytest.approx(x[1:4, 2:5].mean())
