import numpy as np
import pytest

from nst_numpy.experiments import EXPERIMENTS, equal_style
from nst_numpy.experiments.which_content_layer import FIRST_OF_BLOCKS, LAYERS


@pytest.fixture(scope="module")
def photograph(corner):
    return corner[0]


@pytest.fixture(scope="module")
def answer(corner, weights):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(equal_style, "SEARCHES", 2)  # searching has a test of its own
        experiment = EXPERIMENTS["which-content-layer"]
        return experiment.answer(*corner, weights, iterations=10)


@pytest.fixture(scope="module")
def rebuilt(answer):
    return answer.measured.rebuilt


def test_all_sixteen_layers_are_rebuilt(rebuilt):
    assert tuple(rebuilt) == LAYERS
    assert len(LAYERS) == 16


def test_the_error_at_the_pixels_grows_from_block_to_block(rebuilt, photograph):
    rms = [rebuilt[layer].rms for layer in FIRST_OF_BLOCKS]
    assert rms == sorted(rms)
    assert rms[-1] > 1.5 * rms[0]
    difference = rebuilt["conv1_1"].picture - photograph
    assert rms[0] == pytest.approx(np.sqrt(np.mean(np.square(difference))), rel=1e-4)


def test_every_reconstruction_comes_nearer_at_its_own_features(rebuilt):
    for one in rebuilt.values():
        assert one.left_at_features < one.left_half_way < 1


def test_deep_features_are_found_again_with_other_pixels(rebuilt):
    deep = rebuilt["conv4_2"]
    assert deep.left_at_features < 0.5 * deep.left_at_pixels
    assert rebuilt["conv5_4"].left_at_features > 5 * rebuilt["conv1_1"].left_at_features


def test_the_paintings_are_what_is_told_of_them(answer, photograph):
    painted = answer.measured.painted
    assert list(painted) == ["conv2_2", "conv3_2", "conv4_2", "conv5_2"]
    for one in painted.values():
        assert one.rms == pytest.approx(np.sqrt(np.mean((one.picture - photograph) ** 2)), rel=1e-4)
        assert 0 < one.style_left < 1
        assert 0 < one.share_of_content < 1
        light = [equal_style.cells(equal_style.brightness(x)) for x in (one.picture, photograph)]
        assert one.light == pytest.approx(equal_style.correlation(*light))
        edges = [equal_style.slopes(x) for x in (one.picture, photograph)]
        assert one.edges == pytest.approx(equal_style.correlation(*edges))
    assert len({one.light for one in painted.values()}) == 4


@pytest.mark.long
def test_alpha_is_searched_until_the_style_costs_agree(castle, church, weights, monkeypatch):
    monkeypatch.setitem(equal_style.GUESS, "conv2_2", 0.5)  # a bad one
    monkeypatch.setattr(equal_style, "STYLE_LEFT", 0.1)  # what so small a picture comes to
    one = equal_style.paintings(castle, church, weights, ("conv2_2",), iterations=25)["conv2_2"]
    assert abs(one.style_left / equal_style.STYLE_LEFT - 1) < equal_style.TOLERANCE


def test_a_correlation_knows_the_same_from_another(castle):
    light = equal_style.cells(equal_style.brightness(castle))
    assert equal_style.correlation(light, 2 * light + 1) == pytest.approx(1)
    assert abs(equal_style.correlation(light, light[::-1])) < 0.9
    assert equal_style.slopes(castle).shape == (2, castle.shape[0] - 2, castle.shape[1] - 2)


def test_what_is_reported_is_well_formed(answer, well_formed):
    well_formed(answer)
    *others, _, _ = (
        answer.claims
    )  # with so few iterations of a small picture the paintings are not done
    assert all(claim.holds for claim in others)
