import numpy as np
import pytest

from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.content_or_style import shuffle_positions


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return EXPERIMENTS["content-or-style"].answer(castle, church, weights)


def test_the_style_cost_stays_0_and_the_content_cost_does_not(answer):
    assert max(answer.measured.style.values()) < 1e-9
    assert min(answer.measured.content.values()) > 0.3
    assert len(answer.measured.content) == len(answer.measured.style) == 6


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims)


def test_one_layer_is_many_channels(answer):
    shares = answer.measured.shares
    assert len(shares) == 512
    assert sum(shares) == pytest.approx(1, rel=1e-5)
    assert shares[0] == max(shares) < 0.5


def test_shuffling_leaves_no_position_where_it_was():
    for seed in range(20):
        a = np.arange(12.0).reshape(2, 2, 3)
        mixed = shuffle_positions(a, np.random.default_rng(seed))
        assert (mixed != a).all()


def test_shuffling_keeps_the_channels_of_a_position_together():
    a = np.arange(24.0).reshape(2, 3, 4)
    mixed = shuffle_positions(a, np.random.default_rng(1))
    assert mixed.shape == a.shape
    assert not np.array_equal(mixed, a)
    rows = sorted(map(tuple, mixed.reshape(-1, 4)))
    assert rows == list(map(tuple, a.reshape(-1, 4)))
