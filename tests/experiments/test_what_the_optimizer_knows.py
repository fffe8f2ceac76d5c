import numpy as np
import pytest

from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.what_the_optimizer_knows import (
    BOUNDS,
    GRAY,
    METRIC,
    NOISE,
    PLAIN,
    Way,
    curved,
    finest,
    of_octave,
    walk,
)
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings
from nst_numpy.spectrum import octave_shares

MOST = 24


@pytest.fixture(scope="module")
def answer(corner, weights):
    return EXPERIMENTS["what-the-optimizer-knows"].answer(*corner, weights, evaluations=MOST)


@pytest.fixture(scope="module")
def measured(answer):
    return answer.measured


def test_only_without_bounds_is_there_anything_to_clip(measured):
    assert measured.ways[PLAIN].outside > 0
    for name in (BOUNDS, METRIC):
        way = measured.ways[name]
        assert way.outside == 0
        assert way.clipped == way.J


def test_each_stops_after_as_many_evaluations(measured):
    for way in (*measured.ways.values(), *measured.textures.values()):
        assert way.evaluations[0] == 1
        assert way.evaluations[-2] < MOST <= way.evaluations[-1] < MOST + 20
        assert len(way.evaluations) == len(way.J) == len(way.clipped)
        assert sorted(way.J, reverse=True) == way.J


def test_with_the_metric_the_same_j_takes_fewer_evaluations(measured):
    bounded, known = measured.ways[BOUNDS], measured.ways[METRIC]
    needed = known.evaluations_to(bounded.J[-1])
    assert needed is not None
    assert needed < bounded.evaluations[-1]


@pytest.mark.long
def test_what_is_clipped_costs_more(castle, church, weights):
    """So much weight on a style in black and white that much of G is driven beyond its bounds."""
    style = np.round(church)
    J = Objective(castle, [style], Settings(), weights)
    plain, clipped = walk(J, castle, 24, PLAIN)
    bounded, inside = walk(J, castle, 24, METRIC)
    assert plain.outside > 0.01
    assert plain.clipped[-1] > 1.01 * plain.J[-1]
    assert plain.clipped[-1] == pytest.approx(float(J(clipped)[0]))
    assert bounded.J[-1] < plain.clipped[-1]
    for picture in (clipped, inside):
        assert 0 <= picture.min() <= picture.max() <= 1


def test_strong_noise_stays_in_the_finest_octave_and_faint_noise_stays_faint(measured):
    style, from_noise, from_gray = (shares[0] for shares in measured.octaves.values())
    assert from_noise > 2 * max(style, from_gray)
    assert measured.kept[NOISE] > 0.8
    assert 0.4 < measured.kept[GRAY] < measured.kept[NOISE]


def test_the_finest_octave_is_all_that_is_fine():
    rng = np.random.default_rng(0)
    fine = finest(rng.random((33, 40, 3)))
    np.testing.assert_allclose(finest(fine), fine, atol=1e-12)  # of itself it is all
    across = np.arange(40)
    coarse = np.broadcast_to(np.cos(2 * np.pi * across * 12 / 40)[None, :, None], (33, 40, 3))
    np.testing.assert_allclose(finest(coarse), 0, atol=1e-12)
    assert octave_shares(fine)[0] > 0.95


def test_evaluations_are_counted_to_a_height():
    way = Way([1, 3, 4], [9.0, 5.0, 2.0], [9.0, 5.0, 2.0])
    assert [way.evaluations_to(height) for height in (9, 6, 5, 2, 1)] == [1, 3, 3, 4, None]


def test_the_answer_is_well_formed(answer, well_formed):
    well_formed(answer)
    _, _, sooner, _, colour, noise = answer.claims
    assert sooner.holds
    assert colour.holds
    assert noise.holds


def test_light_is_curved_less_where_it_is_coarse(measured):
    """So small a picture has few waves of the two coarsest octaves: which is less may change."""
    light = measured.curvature["light"]
    assert max(light[:2]) < light[2] <= max(light)
    assert light[0] < max(light) / 3


def bowl_of_bands(G):
    """J = Σ over two halves of the spectrum, curved by 3 below a quarter, by 50 above it."""
    return 0.0, 3 * of_octave(G, 0.25, -1) + 50 * of_octave(G, np.inf, 0.25)


@pytest.mark.parametrize("kind", ["light", "colour"])
def test_curvature_is_that_of_its_octave(kind):
    G = np.random.default_rng(3).random((20, 25, 3))
    assert curved(bowl_of_bands, G, (0.25, 0.1), kind) == pytest.approx(3)
    assert curved(bowl_of_bands, G, (0.7, 0.25), kind) == pytest.approx(50)


def test_curvature_was_measured_for_each_octave(measured):
    assert all(len(values) == 6 for values in measured.curvature.values())
    for values in measured.curvature.values():  # not yet at a minimum, it may be below 0 somewhere
        assert np.isfinite(values).all()
        assert sum(value > 0 for value in values) >= 4
