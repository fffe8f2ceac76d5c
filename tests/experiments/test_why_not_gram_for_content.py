import numpy as np
import pytest

from nst_numpy.costs import content_cost, gram_per_position
from nst_numpy.experiments import drawing, why_not_gram_for_content
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.gram.places import collage, match, summary
from nst_numpy.experiments.why_not_gram_for_content import (
    draw,
    faint_noise,
    with_gram_as_content,
)
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return why_not_gram_for_content.answer(castle, church, weights, iterations=30)


@pytest.fixture(scope="module")
def seen(answer):
    return answer.numbers["pictures"]


def test_mirrored_features_have_the_same_gram_matrix_and_stand_elsewhere(seen):
    mirrored = seen["mirrored features"]
    assert mirrored["Gram cost"] < 1e-9 * seen["the start"]["Gram cost"]
    assert mirrored["content cost"] > 0.1 * seen["the start"]["content cost"]
    assert mirrored["distance"] == 32  # half of 64 pixels


def test_the_gram_matrix_is_met_and_the_content_is_not(seen):
    plain, gram = seen["content cost"], seen["Gram matrix"]
    assert gram["Gram cost"] < plain["Gram cost"] < seen["the start"]["Gram cost"]
    assert gram["content cost"] > 2 * plain["content cost"]


def test_things_move_repeat_and_dissolve(seen):
    # a picture of 64 pixels has 8 × 5 places: moved means three pixels at least, not fifty
    plain, gram = seen["content cost"], seen["Gram matrix"]
    assert plain["distance"] < 3 < gram["distance"]
    assert gram["used"] < plain["used"]
    assert gram["alike"] < plain["alike"]


def test_begun_with_the_photograph_things_stay_and_dissolve(seen):
    plain, kept = seen["content cost"], seen["Gram matrix, from the photograph"]
    assert kept["near"] > 0.8
    assert kept["distance"] < seen["Gram matrix"]["distance"]
    assert kept["content cost"] > plain["content cost"]


def test_the_answer_is_well_formed(answer, well_formed):
    well_formed(answer)
    assert answer.claims[0].holds


def test_both_content_terms_are_equally_large_at_the_start(castle, church, weights):
    start = faint_noise(castle.shape)
    plain = Objective(castle, [church], Settings(alpha=20), weights)
    gram = with_gram_as_content(plain, castle, church, weights, start)
    a_C = features_of(castle, weights, ["conv4_2"])["conv4_2"]
    np.testing.assert_allclose(
        gram.gram_S["conv4_2"], gram_per_position(a_C), rtol=1e-3, atol=1e-3 * a_C.max() ** 2
    )
    before, after = plain(start)[0], gram(start)[0]
    assert after.terms["content"] == 0
    assert after.terms["conv4_2"] == pytest.approx(before.terms["content"], rel=1e-3)
    assert after.total == pytest.approx(before.total, rel=1e-3)


def test_a_shifted_picture_is_found_where_it_went():
    a_C = np.random.default_rng(0).standard_normal((5, 6, 40))
    a_G = np.roll(a_C, (1, 2), axis=(0, 1))
    found = match(a_G, a_C, stride=8)
    here = np.arange(30).reshape(5, 6)
    assert np.array_equal(found.best.reshape(5, 6), np.roll(here, (1, 2), axis=(0, 1)))
    inside = found.distance.reshape(5, 6)[1:, 2:]
    np.testing.assert_allclose(inside, 8 * np.sqrt(5))
    np.testing.assert_allclose(found.alike, 1)
    assert np.all(found.alike_here < 0.9)
    assert content_cost(a_C, a_G)[0] > 0


def test_a_place_that_is_found_twice_leaves_another_out():
    a_C = np.random.default_rng(1).standard_normal((2, 3, 40))
    a_G = a_C.copy()
    a_G[0, 0] = a_C[1, 2]
    numbers = summary(match(a_G, a_C, stride=4), near=4)
    assert numbers["used"] == pytest.approx(5 / 6)
    assert numbers["most often"] == 2
    assert numbers["near"] == pytest.approx(5 / 6)
    assert numbers["distance"] == pytest.approx(4 * np.sqrt(5) / 6)


def test_the_collage_takes_the_squares_that_were_found():
    photograph = np.random.default_rng(2).random((9, 12, 3))
    a_C = np.random.default_rng(3).standard_normal((2, 3, 40))
    there = match(a_C, a_C, stride=4)
    assert np.array_equal(collage(photograph, there, 4), photograph[:8])
    mirrored = match(a_C[:, ::-1], a_C, stride=4)
    pasted = collage(photograph, mirrored, 4)
    assert np.array_equal(pasted[:4, :4], photograph[:4, 8:])
    assert np.array_equal(pasted[4:, 4:8], photograph[4:8, 4:8])


@pytest.mark.parametrize(("n_H", "n_W"), [(25, 500), (64, 96), (96, 64)])
def test_panels_keep_apart_whatever_the_shape_of_the_photograph(n_H, n_W):
    rng = np.random.default_rng(4)
    photograph = rng.random((n_H, n_W, 3))
    a_C = rng.standard_normal((n_H // 8, n_W // 8, 40))
    names = ("content cost", "Gram matrix", "Gram matrix, from the photograph", "shuffled features")
    matches = dict.fromkeys(names, match(a_C, a_C, stride=8))
    with drawing.theme():
        figure = draw(photograph, dict.fromkeys(names[:3], photograph), matches)
        figure.draw_without_rendering()
    boxes = [axis.get_tightbbox() for axis in figure.axes]
    assert len(boxes) == 2 + 6
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])
    panels = [axis.get_window_extent() for axis in figure.axes]
    assert all(max(box.width, box.height) > 0.2 * figure.bbox.width for box in panels)
    assert figure.get_figheight() < 9.2
