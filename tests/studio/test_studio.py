"""The studio: pulls add up to the gradient, averages stay in bounds, a torus has no place."""

import json
from dataclasses import replace

import numpy as np
import pytest
from networks import NARROW, random_weights

from nst_numpy import Masked, Objective, Settings, preset, stylize
from nst_numpy.costs import Gram
from nst_numpy.errors import InputError
from nst_numpy.files.trace import traced
from nst_numpy.gradcheck import directional_error
from nst_numpy.large import halo
from nst_numpy.studio import (
    NormalisedGradients,
    Tileable,
    Watched,
    averages,
    balanced,
    measured,
    pulls,
    pulls_at,
    texture,
)  # fmt: skip
from nst_numpy.studio.keeping import reassessed
from nst_numpy.studio.normalised import Normalised
from nst_numpy.studio.texture import continued, folded

LAYERS = {"conv1_1": 1.0, "conv2_1": 0.5, "conv3_1": 0.25}
SETTINGS = Settings(
    network=NARROW, content_layers={"conv2_2": 1.0}, style_layers=LAYERS, margin=4, tv_weight=0.1,
    iterations=4, gain=0.0,
)  # fmt: skip
WEIGHTS = random_weights(NARROW)
TILE = replace(SETTINGS, alpha=0.0, content_layers={}, margin=0, scales=1)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def C(rng):
    return rng.random((24, 32, 3))


@pytest.fixture
def S(rng):
    return 0.5 * rng.random((20, 29, 3))


def test_the_pulls_add_up_to_the_gradient_and_lengths_and_angles_are_theirs(rng, C, S):
    J = Objective(C, [S], SETTINGS, WEIGHTS, "float64")
    G = rng.random(C.shape)
    cost, dG = J(G)
    found, told = pulls(J, G), pulls_at(J, G)
    np.testing.assert_allclose(sum(found.values()), dG, rtol=1e-9, atol=1e-12 * np.abs(dG).max())
    assert told.length == pytest.approx(np.sqrt(np.mean(dG**2)))
    assert told.cost.terms == pytest.approx(cost.terms)
    for name, g in found.items():
        assert told.lengths[name] == pytest.approx(np.sqrt(np.mean(g**2)))
        cosine = (g * dG).sum() / np.linalg.norm(g) / np.linalg.norm(dG)
        assert np.cos(np.radians(told.angles[name])) == pytest.approx(cosine)


def test_balanced_layers_pull_alike_and_together_as_hard(C, S):
    def at_the_start(settings):
        watched = Watched()
        step = next(stylize(C, [S], settings, WEIGHTS, objective=watched))
        J = watched.J.with_terms([t for t in watched.J.terms if t.name in LAYERS])
        return pulls_at(J, step.canvas)

    before = at_the_start(SETTINGS)
    after = at_the_start(balanced(C, [S], SETTINGS, WEIGHTS))
    assert max(before.lengths.values()) > 2 * min(before.lengths.values())
    lengths = list(after.lengths.values())
    np.testing.assert_allclose(lengths, lengths[0], rtol=1e-4)
    assert after.length == pytest.approx(before.length, rel=1e-4)
    with pytest.raises(InputError, match="no style layer to balance"):
        balanced(C, [S], replace(SETTINGS, beta=0.0), WEIGHTS)


def test_the_trace_has_a_line_for_each_step_and_pulls_where_they_were_measured(tmp_path, C, S):
    watched = Watched()
    steps = measured(stylize(C, [S], SETTINGS, WEIGHTS, objective=watched), watched, 3)
    costs = [step.cost.total for step in traced(steps, tmp_path / "t.jsonl", pytest.fail)]
    rows = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    assert [row["J"] for row in rows] == costs
    assert [row["iteration"] for row in rows if "pulls" in row] == [0, 3, 4, 6]


def test_an_average_is_the_mean_of_the_last_pictures_and_its_J_its_own(C, S):
    watched, kept, canvases = Watched(), None, []
    for step in stylize(C, [S], replace(SETTINGS, scales=1), WEIGHTS, objective=watched):
        kept = averages(3)(step, kept)
        canvases.append(step.canvas)
    np.testing.assert_allclose(kept.canvas, np.mean(canvases[-3:], axis=0), rtol=1e-6)
    told = reassessed(kept, watched.J).cost.total
    assert told == watched.J(kept.canvas)[0].total != step.cost.total


def test_a_normalised_gradient_has_the_length_1_and_is_not_for_lbfgs(rng, C, S):
    a = rng.standard_normal((4, 5, 3))
    for size in (1e-2, 1e3):
        da = Normalised(Gram()).pull(size * a, np.eye(3))
        assert np.abs(da).sum() == pytest.approx(1, rel=1e-5)
        assert np.abs(Normalised(Gram(), 7.0).pull(size * a, np.eye(3))).sum() == pytest.approx(7)
    with pytest.raises(InputError, match="adam or gradient-descent"):
        NormalisedGradients()(C, [S], SETTINGS, WEIGHTS)
    assert NormalisedGradients()(C, [S], replace(SETTINGS, optimizer="adam"), WEIGHTS)(
        C.astype("float32")
    )[1].any()


def test_normalised_layers_pull_alike_whatever_their_channels_and_as_neural_style_s(C, S):
    usual = Settings(optimizer="adam")
    for settings, ratio in ((usual, 250), (preset("neural-style"), 100 / 5)):
        settings = replace(
            settings, network=NARROW, optimizer="adam", content_layers={"conv2_2": 1.0}
        )
        lambdas = {x: NARROW.channels[x][1] ** -2.0 for x in LAYERS}
        settings = replace(settings, style_layers=lambdas, tv_weight=3.0)
        J = NormalisedGradients()(C, [S], settings, WEIGHTS)
        lengths = {term.name: term.weight * term.statistic.length for term in J.terms}
        for layer in LAYERS:
            assert lengths[layer] == pytest.approx(ratio * lengths["content"])
        assert lengths["tv"] == 3
    regions = NormalisedGradients(Masked([np.ones(C.shape[:2])]))
    J = regions(
        C, [S], replace(usual, network=NARROW, style_layers={"conv2_1": 1.0}, margin=0), WEIGHTS
    )
    assert J.terms[-1].statistic.length == NARROW.channels["conv2_1"][1] ** 2


def test_folding_is_the_transpose_of_continuing(rng):
    G = rng.standard_normal((12, 8, 3))
    for margin in (0, 4, 20):
        canvas = continued(G, margin)
        y = rng.standard_normal(canvas.shape)
        assert (canvas * y).sum() == pytest.approx((G * folded(y, G.shape, margin)).sum())


def test_a_tile_rolled_by_whole_cells_has_the_same_J_only_with_the_margin(rng, S):
    G = rng.random((16, 24, 3))
    J = Tileable()(G, [S], TILE, WEIGHTS, "float64")
    too_short = Tileable(0)(G, [S], TILE, WEIGHTS, "float64")
    rolled = np.roll(G, (8, 12), (0, 1))
    assert J(rolled)[0].total == pytest.approx(J(G)[0].total, rel=1e-12)
    assert too_short(rolled)[0].total != pytest.approx(too_short(G)[0].total, rel=1e-6)
    assert halo(NARROW, ["conv5_1"]) == 80
    v = rng.standard_normal(G.shape)
    assert directional_error(lambda x: J(x)[0].total, G, J(G)[1], [v]) < 1e-4


def test_a_texture_has_its_own_size_and_a_tile_of_another_is_refused(S):
    *_, step = texture([S], (32, 48), SETTINGS, WEIGHTS, tileable=True)
    assert step.image.shape == (32, 48, 3)
    with pytest.raises(InputError, match="multiples of 8"):
        next(texture([S], (30, 48), SETTINGS, WEIGHTS, tileable=True))


def test_without_a_style_the_content_alone_is_painted(C):
    settings = replace(SETTINGS, beta=0.0, start="noise")
    steps = list(stylize(C, [], settings, WEIGHTS))
    assert steps[-1].cost.total < 0.9 * steps[len(steps) // 2].cost.total
    assert set(steps[-1].cost.terms) == {"content", "tv"}
