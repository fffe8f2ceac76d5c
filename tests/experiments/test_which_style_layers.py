import numpy as np
import pytest

from nst_numpy.costs import gram_per_position, style_cost
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.features import features_of, sum_of
from nst_numpy.experiments.scale import alignment, line_length, receptive_field, window_means
from nst_numpy.experiments.which_style_layers import terms_without_frame
from nst_numpy.network import VGG19, backward, forward
from nst_numpy.settings import STYLE_LAYERS


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return EXPERIMENTS["which-style-layers"].answer(castle, church, weights, iterations=40)


@pytest.fixture(scope="module")
def textures(answer):
    return answer.measured.textures


def test_each_texture_meets_what_it_was_asked_for_and_misses_what_lies_beyond(textures):
    assert tuple(textures) == STYLE_LAYERS
    for count, one in enumerate(textures.values(), start=1):
        asked = max(one.error[layer] for layer in STYLE_LAYERS[:count])
        assert asked < 0.5  # at this size 40 iterations leave a third of conv5_1
        for layer in STYLE_LAYERS[count : count + 1]:
            assert one.error[layer] > 3 * asked


def test_only_the_layer_itself_brings_its_gram_matrix_near(textures):
    errors = [one.error["conv5_1"] for one in textures.values()]
    assert errors[-1] < 0.5 * min(errors[:-1])


def test_specks_become_lines_and_more_iterations_alone_do_not_do_that(answer, textures):
    lengths = [one.length for one in textures.values()]
    assert lengths[0] < min(lengths[1:])
    assert answer.measured.patient.length < min(lengths[1:])


def test_what_is_reported_is_well_formed(answer, well_formed):
    well_formed(answer)
    seen = [claim.holds for claim in answer.claims]
    assert seen[:2] + seen[3:] == [True] * 4  # the third asks for more iterations


@pytest.mark.parametrize("layer", STYLE_LAYERS)
def test_the_receptive_field_is_what_the_gradient_of_one_position_reaches(layer):
    side = 240
    ones = {  # all weights positive: no path from a pixel is closed
        name: (np.ones((3, 3, 3 if name == "conv1_1" else 1, 1)), np.zeros(1))
        for name in VGG19.channels
    }
    features, cache = forward(2 * np.ones((side, side, 3)), VGG19, ones, [layer])
    da = np.zeros_like(features[layer])
    da[da.shape[0] // 2, da.shape[1] // 2] = 1
    dG = backward({layer: da}, cache, VGG19, ones)[..., 0]
    assert (dG > 0).any(axis=0).sum() == (dG > 0).any(axis=1).sum() == receptive_field(layer)


def test_each_term_is_a_share_of_its_gram_matrix(church, weights):
    terms = terms_without_frame(church, weights)
    other = np.random.default_rng(0).random(church.shape, np.float32)
    cost, _ = sum_of(terms, weights, other)(other)
    a = features_of(other, weights, STYLE_LAYERS)
    for term in terms:
        error = np.square(gram_per_position(a[term.layer]) - term.target).sum()
        share = error / np.square(term.target).sum()
        assert cost.terms[term.name] == pytest.approx(share, rel=1e-3)


def test_what_the_frame_sees_is_not_in_the_target(church, weights):
    """The target is that of the inside; with the frame the painting itself has a cost."""
    for term in terms_without_frame(church, weights):
        a = features_of(church, weights, [term.layer])[term.layer]
        frame = 16 // VGG19.least_side([term.layer])
        inside = a[frame:-frame, frame:-frame]
        assert style_cost(term.target, inside)[0] < 1e-9 * style_cost(term.target, a)[0]


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
