import numpy as np
import pytest

from nst_numpy import load_image
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.gram.channels import (
    FIELD,
    LAYER,
    OTHER,
    STRIDE,
    TILTED,
    UPRIGHT,
    WARM,
    correlations,
    correlations_off_by,
    exciting_patches,
    flat,
    inside,
    most_selective,
    pair,
    partners,
)
from nst_numpy.experiments.gram.statistics import CANDIDATES, GRAM
from nst_numpy.experiments.gram.textures import EDITS, warmth
from nst_numpy.files.embedded import embedded


@pytest.fixture(scope="module")
def church():
    """Larger than those of other tests: a frame of twelve pixels is cut off."""
    return load_image(embedded("pictures/church-at-auvers.webp"), size=96)


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    experiment = EXPERIMENTS["what-a-gram-entry-means"]
    return experiment.answer(castle, church, weights, iterations=20, side=40)


@pytest.fixture(scope="module")
def measured(answer):
    return answer.measured


def test_the_sum_of_the_product_is_the_entry(measured):
    assert max(one.off_by for one in measured.pairs.values()) < 1e-5


def test_channels_see_warm_colours_and_upright_stripes(measured):
    answers = measured.answers
    for wanted, others in ((WARM, OTHER), (UPRIGHT, TILTED)):
        assert min(answers[name] for name in wanted) > 5 * max(answers[name] for name in others)


def test_a_high_entry_occurs_together_and_a_low_one_does_not(measured):
    high, low = (measured.pairs[name] for name in ("high", "low"))
    assert high.r > 0.6 > 0.1 > low.r
    assert high.where_k_is > 1.5 > 0.5 > low.where_k_is


def test_entries_off_the_diagonal_bring_the_correlations_nearer(measured):
    off = {name: one.off for name, one in measured.seen.items()}
    full, covariance, *without = (off[name] for name in CANDIDATES)
    assert off["painting"] == 0
    assert max(full, covariance) < 0.9 * min(without)
    assert max(without) < off["noise"]  # a part comes without


def test_each_statistic_is_met_best_by_the_texture_made_from_it(measured):
    for name in CANDIDATES:
        far = {made: measured.seen[made].far[name] for made in CANDIDATES}
        assert far[name] <= 1.1 * min(far.values())  # the first two are near each other
        assert far[name] < 0.7 * max(far.values())


def test_a_changed_pair_changes_what_occurs_together(measured):
    own, upright, apart = (measured.seen[name] for name in (GRAM, *EDITS[:2]))
    assert upright.r_upright > 1.3 * own.r_upright
    assert apart.r_high < 0.5 * own.r_high


def test_a_multiplied_channel_changes_the_colour_from_every_start(measured):
    assert len(measured.red_less_blue) == 3
    for none, own, twice in measured.red_less_blue:
        assert none < own < twice
    first = [measured.seen[name].red_less_blue for name in (EDITS[2], GRAM, EDITS[3])]
    assert measured.red_less_blue[0] == first


def test_the_painting_is_compared_with_itself(measured, church):
    painting = measured.seen["painting"]
    assert painting.red_less_blue == pytest.approx(warmth(inside(church)))
    assert painting.r_high == pytest.approx(measured.pairs["high"].r)
    assert painting.r_upright == pytest.approx(measured.pairs["upright"].r)
    assert max(painting.far.values()) < 1e-3


def test_the_answer_is_well_formed(answer, well_formed):
    well_formed(answer)
    assert max(map(len, answer.lines)) <= 100


def test_correlations_are_1_for_proportional_channels_and_0_for_separate_ones():
    a = np.zeros((2, 2, 4))
    a[0, 0] = 1, 3, 0, 0
    a[0, 1] = 2, 6, 0, 0
    a[1, 1] = 0, 0, 5, 0
    r = correlations(a)
    assert r[0, 1] == pytest.approx(1)
    assert r[0, 2] == 0
    assert not r[3].any()
    assert partners(np.concatenate([a, 0.1 * a], axis=2), 0, 3) == (1, 2)
    seen = pair(a, 0, 1)
    assert seen.r == pytest.approx(1)
    assert seen.share == pytest.approx(2 * 15**2 / (5**2 + 45**2 + 25**2 + 2 * 15**2))
    assert seen.where_k_is == pytest.approx(6 / (9 / 4))


def test_how_far_correlations_are_off():
    rng = np.random.default_rng(1)
    a, b = rng.random((2, 5, 4, 3))
    r_a, r_b = correlations(a), correlations(b)
    expected = np.mean([(r_a[i, j] - r_b[i, j]) ** 2 for i, j in ((0, 1), (0, 2), (1, 2))])
    assert correlations_off_by(a, b) == pytest.approx(expected**0.5)
    # how strong a channel is does not count
    assert correlations_off_by(a * (1, 2, 3), a) == pytest.approx(0, abs=1e-12)
    # nor does a channel that is silent in one of the two
    silent = a * (1, 1, 0)
    assert correlations_off_by(silent, b) == pytest.approx(abs(r_a[0, 1] - r_b[0, 1]))


def test_a_channel_must_answer_to_all_wanted_probes(weights):
    k, answers = most_selective(WARM, OTHER, weights)
    assert list(answers) == [*WARM, *OTHER]
    for name, probe in (WARM | OTHER).items():
        middle = features_of(probe, weights, [LAYER])[LAYER][6, 6, k]
        assert answers[name] == pytest.approx(middle, rel=1e-3, abs=1e-3)


def test_the_patches_are_what_one_position_sees(weights):
    rng = np.random.default_rng(0)
    picture, other = rng.random((2, 64, 64, 3)).astype(np.float32)
    activation = np.zeros((16, 16), np.float32)
    activation[7, 9] = 1
    patch = exciting_patches(picture, activation, most=1)[0]
    assert (FIELD, STRIDE) == (24, 4)
    y, x = 7 * STRIDE + STRIDE // 2 - FIELD // 2, 9 * STRIDE + STRIDE // 2 - FIELD // 2
    assert np.array_equal(patch, picture[y : y + FIELD, x : x + FIELD])

    def seen(picture):
        return features_of(picture, weights, [LAYER])[LAYER][7, 9]

    other[y : y + FIELD, x : x + FIELD] = patch
    np.testing.assert_allclose(seen(other), seen(picture), rtol=1e-4, atol=0.01)
    other[y, x : x + FIELD] = 1 - patch[0]
    assert np.abs(seen(other) - seen(picture)).max() > 0.01


def test_probes():
    assert np.all(flat(1, 0, 0.5) == np.float32([1, 0, 0.5]))
    assert np.abs(np.diff(UPRIGHT["upright"], axis=0)).max() < 1e-5
    assert np.abs(np.diff(UPRIGHT["upright"], axis=1)).max() > 0.3
    assert np.abs(np.diff(TILTED["lying"], axis=1)).max() < 1e-5
