from dataclasses import replace

import numpy as np
import pytest

from nst_numpy.costs.term import cost
from nst_numpy.experiments import EXPERIMENTS, gradients, scale
from nst_numpy.experiments.where_the_gradient_comes_from import (
    ALL,
    CHOSEN,
    CONTENT,
    STYLE,
    gradients_of,
)
from nst_numpy.gradcheck import directional_error
from nst_numpy.network import PICTURE, VGG19, forward
from nst_numpy.objective import Objective


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    experiment = EXPERIMENTS["where-the-gradient-comes-from"]
    return experiment.answer(castle, church, weights, iterations=4)


@pytest.fixture(scope="module")
def measured(answer):
    return answer.measured


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert [claim for claim in answer.claims if not claim.holds] == []


def test_at_the_photograph_only_the_style_pulls(measured):
    begun = measured.lengths_at_the_photograph
    assert begun[CONTENT] == 0 < min(begun[layer] for layer in STYLE)
    assert measured.lengths[CONTENT] > 0


def test_the_terms_add_up(measured):
    assert 0 < measured.sum_off < 1e-5
    assert measured.kernels_off < 1e-3
    together, *alone = measured.lengths.values()
    assert max(alone) < 2 * together < 2 * sum(alone)


def test_one_value_reaches_its_receptive_field(measured):
    assert len(measured.ways) == 2 * len(STYLE)
    for one in measured.ways:
        assert one.filled
        assert 0 < one.half_in < 0.5
    uncut = measured.ways[4]
    assert uncut.layer == "conv3_1"
    for first, last in (uncut.rows, uncut.columns):
        assert last - first + 1 == 24


def test_average_pooling_halves_the_length_and_max_pooling_keeps_it(measured):
    average, largest = measured.ways[-2:]
    assert average.values == [4] * 4
    assert largest.values == [1] * 4
    assert average.kept == pytest.approx([0.5] * 4, rel=1e-4)
    assert largest.kept == pytest.approx([1] * 4, rel=1e-4)
    assert list(average.lengths) == [*reversed(VGG19.up_to(["conv5_1"])), PICTURE]
    assert largest.lengths[PICTURE] > average.lengths[PICTURE]


def test_a_gradient_elsewhere_or_a_hole_is_noticed():
    da, dG = np.zeros((8, 8, 4)), np.zeros((8, 8, 3))
    da[4, 0, 1] = 1
    dG[3:6, :2] = 1  # what conv1_1 sees there
    assert gradients.way_of([("conv1_1", da), (PICTURE, dG)], "average").filled
    for place, value in (((7, 7), 1), ((4, 1), 0)):
        wrong = dG.copy()
        wrong[place] = value
        assert not gradients.way_of([("conv1_1", da), (PICTURE, wrong)], "average").filled


def test_the_receptive_field_is_what_a_change_of_a_pixel_reaches():
    """Forward instead of backward: move one pixel, and see whether the value moves."""
    rng = np.random.default_rng(2)
    narrow = replace(VGG19, table=tuple((name, 3, 3) for name, _, _ in VGG19.table))
    weights = {
        layer: (rng.standard_normal((3, 3, 3, 3)) / 4, np.full(3, 0.5)) for layer in narrow.channels
    }

    def value(G):
        features, _ = forward(G, narrow, weights, ["conv3_1"])
        return features["conv3_1"][4]

    G = rng.random((40, 4, 3))
    moved = []
    for i in range(len(G)):
        other = G.copy()
        other[i] += 0.1
        moved.append(not np.array_equal(value(other), value(G)))
    first, last = scale.seen_by("conv3_1", 4)
    assert last - first + 1 == 24
    assert gradients.cut((first, last), 40) == (np.flatnonzero(moved)[0], np.flatnonzero(moved)[-1])
    assert gradients.cut((-3, 50), 40) == (0, 39)


def test_each_term_has_the_gradient_of_its_own_cost(castle, church, weights):
    weights = {
        layer: (weight.astype(np.float64), bias.astype(np.float64))
        for layer, (weight, bias) in weights.items()
    }
    C, S = (picture[:24, :20].astype(np.float64) for picture in (castle, church))
    rng = np.random.default_rng(3)
    G = 0.8 * C + 0.2 * rng.random(C.shape)
    whole = Objective(C, [S], CHOSEN, weights, "float64")
    found = gradients_of(whole, G)
    together, *alone = found.values()
    assert list(found) == [ALL, CONTENT, *STYLE]
    np.testing.assert_allclose(sum(alone), together, atol=1e-12 * np.abs(together).max())

    directions = rng.standard_normal((3, *G.shape))
    for term in whole.terms:
        if term.layer in (CONTENT, "conv1_1", "conv4_1"):

            def J(G, term=term):
                features, _ = forward(G, VGG19, weights, [term.layer])
                return term.weight * cost(term.statistic, features[term.layer], term.target)[0]

            error = directional_error(J, G, found[term.layer], directions, (1e-6, 1e-7))
            assert error < 1e-4, term  # some ReLU lies at its kink between the two ends


def test_half_lies_in_the_fewest_pixels():
    assert gradients.half_in(np.array([[1.0, 1.0], [1.0, 1.0]])) == 0.5
    assert gradients.half_in(np.array([[0.0, 9.0], [1.0, 1.0]])) == 0.25
    assert gradients.half_in(np.array([[5.0, 1.0], [3.0, 2.0]])) == 0.5
