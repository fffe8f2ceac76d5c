from types import SimpleNamespace

import numpy as np
import pytest

from nst_numpy.costs import gram_per_position
from nst_numpy.experiments import EXPERIMENTS, drawing
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.gram.places import collage, look
from nst_numpy.experiments.why_not_gram_for_content import draw, gram_as_content
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return EXPERIMENTS["why-not-gram-for-content"].answer(castle, church, weights, iterations=20)


@pytest.fixture(scope="module")
def seen(answer):
    return answer.measured.seen


def test_mirrored_features_have_the_same_gram_matrix_and_stand_elsewhere(seen):
    mirrored, start = seen["mirrored features"], seen["the start"]
    assert mirrored.gram_cost < 1e-9 * start.gram_cost
    assert mirrored.content_cost > 0.1 * start.content_cost
    assert mirrored.distance == 32  # half of 64 pixels


def test_the_gram_matrix_is_met_and_the_content_is_not(seen):
    plain, gram = seen["content cost"], seen["Gram matrix"]
    assert gram.gram_cost < plain.gram_cost < seen["the start"].gram_cost
    assert gram.content_cost > 2 * plain.content_cost


def test_things_move_repeat_and_dissolve(seen):
    # a picture of 64 pixels has 8 × 5 places: moved means three pixels at least, not fifty
    plain, gram = seen["content cost"], seen["Gram matrix"]
    assert plain.distance < 3 < gram.distance
    assert gram.used < plain.used
    assert gram.alike < plain.alike


def test_begun_with_the_photograph_things_stay_and_dissolve(seen):
    plain, kept = seen["content cost"], seen["Gram matrix, from the photograph"]
    assert kept.near > 0.8
    assert kept.distance < seen["Gram matrix"].distance
    assert kept.content_cost > plain.content_cost


def test_the_answer_is_well_formed(answer, well_formed):
    well_formed(answer)
    assert answer.claims[0].holds


def test_both_content_terms_are_equally_large_at_the_start(castle, church, weights):
    J = Objective(castle, [church], Settings(alpha=20), weights)
    start = np.random.default_rng(0).random(castle.shape, np.float32)
    gram = gram_as_content(J, start)
    a_C = features_of(castle, weights, ["conv4_2"])["conv4_2"]
    np.testing.assert_allclose(
        gram.target, gram_per_position(a_C), rtol=1e-3, atol=1e-3 * a_C.max() ** 2
    )
    before, _ = J(start)
    after, _ = J.with_terms([gram, *J.terms[1:]])(start)
    assert after.terms["Gram matrix"] == pytest.approx(before.terms["content"], rel=1e-3)
    assert after.total == pytest.approx(before.total, rel=1e-3)


def test_a_shifted_picture_is_found_where_it_went():
    a_C = np.random.default_rng(0).standard_normal((5, 6, 40))
    a_G = np.roll(a_C, (1, 2), axis=(0, 1))
    found = look(a_G, a_C)
    here = np.arange(30).reshape(5, 6)
    assert np.array_equal(found.best.reshape(5, 6), np.roll(here, (1, 2), axis=(0, 1)))
    inside = found.distances.reshape(5, 6)[1:, 2:]
    np.testing.assert_allclose(inside, 8 * np.sqrt(5))
    assert found.alike == pytest.approx(1)
    assert found.gram_cost < 1e-9 < found.content_cost


def test_a_place_that_is_found_twice_leaves_another_out():
    a_C = np.random.default_rng(1).standard_normal((2, 4, 40))
    a_G = a_C.copy()
    a_G[0, 0] = a_C[1, 3]
    found = look(a_G, a_C)
    assert found.used == pytest.approx(7 / 8)
    assert found.most_often == 2
    assert found.near == pytest.approx(7 / 8)
    assert found.distance == pytest.approx(8 * np.sqrt(10) / 8)


def test_the_collage_takes_the_squares_that_were_found():
    photograph = np.random.default_rng(2).random((17, 24, 3))
    a_C = np.random.default_rng(3).standard_normal((2, 3, 40))
    assert np.array_equal(collage(photograph, look(a_C, a_C).best), photograph[:16])
    pasted = collage(photograph, look(a_C[:, ::-1], a_C).best)
    assert np.array_equal(pasted[:8, :8], photograph[:8, 16:])
    assert np.array_equal(pasted[8:, 8:16], photograph[8:16, 8:16])


@pytest.mark.parametrize(("n_H", "n_W"), [(25, 500), (64, 96), (96, 64)])
def test_panels_keep_apart_whatever_the_shape_of_the_photograph(n_H, n_W):
    rng = np.random.default_rng(4)
    photograph = rng.random((n_H, n_W, 3))
    a_C = rng.standard_normal((n_H // 8, n_W // 8, 40))
    names = ("content cost", "Gram matrix", "Gram matrix, from the photograph", "shuffled features")
    measured = SimpleNamespace(
        photograph=photograph,
        paintings=dict.fromkeys(names[:3], photograph),
        seen=dict.fromkeys(names, look(a_C, a_C)),
    )
    with drawing.theme():
        figure = draw(measured)
        figure.draw_without_rendering()
    boxes = [axis.get_tightbbox() for axis in figure.axes]
    assert len(boxes) == 2 + 6
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])
    panels = [axis.get_window_extent() for axis in figure.axes]
    assert all(max(box.width, box.height) > 0.2 * figure.bbox.width for box in panels)
    assert figure.get_figheight() < 9.2
