"""A cut is a value: every row is owned once, and what is owned sees enough."""

import numpy as np
import pytest

from nst_numpy.large import cut, reach, rows_of
from nst_numpy.large.cutting import pools_below
from nst_numpy.network import VGG19
from nst_numpy.plan import shapes

TAPS = ("conv1_1", "conv3_1", "conv4_2", "conv5_1")


@pytest.mark.parametrize("n_H", [16, 31, 256, 257, 400, 1000, 1023])
@pytest.mark.parametrize("rows", [1, 176, 300, 640])
def test_every_row_of_every_feature_is_owned_once(n_H, rows):
    strips = cut(n_H, rows, VGG19, TAPS)
    known = shapes(VGG19, n_H, 32)
    for layer in ("picture", *TAPS):
        pools = pools_below(VGG19, layer)
        owned = np.zeros(known[layer][0], int)
        for strip in strips:
            here, there = strip.owned_at(pools)
            owned[there] += 1
            seen = shapes(VGG19, strip.seen[1] - strip.seen[0], 32)[layer][0]
            assert 0 <= here.start < here.stop <= seen
            assert here.stop - here.start == there.stop - there.start
        assert (owned == 1).all()


@pytest.mark.parametrize(("layer", "rows"), [("conv1_1", 1), ("conv2_1", 4), ("conv5_1", 70)])
def test_a_feature_sees_as_many_rows_above_itself_as_the_convolutions_reach(layer, rows):
    assert reach(VGG19, [layer]) == rows


def test_strips_see_no_more_than_they_may_where_that_can_be():
    for strip in cut(4096, 700, VGG19, TAPS):
        first, last = strip.seen
        assert last - first <= 700
        assert first % 16 == 0


def test_a_picture_that_fits_is_one_strip():
    (strip,) = cut(500, 500, VGG19, TAPS)
    assert strip.owned == strip.seen == (0, 500)


@pytest.mark.parametrize("strips", [2, 3, 4, 7])
def test_strips_see_equally_many_rows(strips):
    made = cut(4096, rows_of(4096, strips, VGG19, TAPS), VGG19, TAPS)
    assert len(made) == strips
    *others, last = [strip.seen[1] - strip.seen[0] for strip in made]
    assert set(others) <= {others[0]}
    assert others[0] - 16 * strips < last <= others[0]
