import numpy as np
import pytest

from nst_numpy.costs import STATISTICS
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.gram.statistics import CovarianceAlone
from nst_numpy.experiments.which_statistic import W2, judged


@pytest.fixture(scope="module")
def answer(corner, weights):
    return EXPERIMENTS["which-statistic"].answer(*corner, weights, iterations=7)


def test_each_statistic_paints_and_is_judged_by_all(answer):
    paintings = answer.measured.paintings
    assert list(paintings) == list(STATISTICS)
    for painting in paintings.values():
        assert list(painting.far) == list(STATISTICS)
        assert all(0 < share < 1 for share in painting.far.values())
        assert painting.picture.shape == answer.measured.photograph.shape
    assert paintings["gram"].content == 1


def test_by_its_own_statistic_a_painting_is_the_nearest(answer):
    for judge in ("deviation", W2, "sliced", "histogram"):
        far = judged(answer.measured, judge)
        assert min(far, key=far.get) == judge


def test_what_is_reported_is_well_formed(answer, well_formed):
    well_formed(answer)
    knows_most, *_ = answer.claims
    assert "wasserstein" in knows_most.seen


def test_covariance_alone_does_not_see_the_means():
    rng = np.random.default_rng(0)
    a = rng.standard_normal((4, 5, 3))
    s = CovarianceAlone()
    J, ds = s.compare(s.measure(a + 2), s.measure(a) / 20, a.shape)
    assert pytest.approx(0, abs=1e-24) == J
    assert np.abs(s.pull(a, ds)).max() < 1e-12
