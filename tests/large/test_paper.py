"""Clusters on paper: the formula and its replay agree where nobody waits for anything."""

from dataclasses import replace

import pytest

from nst_numpy.large.cutting import halo
from nst_numpy.large.paper import Constants, Trouble, reckoned, remembered, simulated, strips_of
from nst_numpy.network import VGG19

TAPS = ("conv1_1", "conv4_2", "conv5_1")
KNOWN = Constants(2e-6, 3e-6, 0.0, 2.4e6, 420.0, 8e9, 1e15)


@pytest.mark.parametrize("workers", [1, 4, 16])
@pytest.mark.parametrize("memory", [1e9, 8e9])
def test_where_nothing_waits_for_the_wire_both_agree(workers, memory):
    known = replace(KNOWN, memory=memory)
    one = reckoned(4096, workers, known, VGG19, TAPS)
    assert one.limit == "computing"
    assert simulated(4096, workers, known, VGG19, TAPS) == pytest.approx(one.seconds, rel=0.02)


def test_one_worker_for_whom_the_picture_is_one_strip_goes_up_once():
    one = reckoned(1024, 1, KNOWN, VGG19, TAPS)
    assert (one.strips, one.halo) == (1, 0.0)
    assert one.seconds == pytest.approx(5e-6 * 1024**2)


def test_several_strips_of_a_worker_go_up_twice_but_for_one():
    known = replace(KNOWN, memory=2e9)
    pixels = [4096 * (strip.seen[1] - strip.seen[0]) for strip in strips_of(
        4096, 1, known, VGG19, TAPS)]  # fmt: skip
    assert len(pixels) > 1
    wanted = 5e-6 * sum(pixels) + 2e-6 * (sum(pixels) - max(pixels))
    assert reckoned(4096, 1, known, VGG19, TAPS).seconds == pytest.approx(wanted)


def test_a_thin_wire_is_the_limit():
    known = replace(KNOWN, wire=1e7)
    one = reckoned(4096, 16, known, VGG19, TAPS)
    assert one.limit == "sending"
    assert simulated(4096, 16, known, VGG19, TAPS) >= one.seconds


def test_what_is_remembered_there_costs_six_pictures_on_the_wire():
    known = replace(KNOWN, wire=12e6, reading=1e15)
    assert remembered(1000, 4, known, 20) == pytest.approx(6)
    reading = replace(KNOWN, reading=6e7)
    assert remembered(1000, 4, reading, 20) == pytest.approx(5 * 20 * 12e6 / 4 / 6e7, rel=1e-3)


def test_trouble_costs_time():
    plain = simulated(4096, 4, KNOWN, VGG19, TAPS)
    slow = simulated(4096, 4, KNOWN, VGG19, TAPS, Trouble(slow={2: 2.0}))
    assert slow == pytest.approx(2 * plain, rel=0.1)
    dead = simulated(4096, 4, KNOWN, VGG19, TAPS, Trouble(dies={1: 1.0}))
    assert plain < dead < 3.5 * plain
    late = simulated(4096, 4, KNOWN, VGG19, TAPS, Trouble(jitter=1.0, seed=3))
    assert plain < late < plain + 2.1


def test_a_strip_that_fits_nowhere_is_refused():
    with pytest.raises(ValueError, match="too little"):
        reckoned(65536, 64, replace(KNOWN, memory=1e9), VGG19, TAPS)


@pytest.mark.parametrize(("share", "more"), [(1.000001, 0), (0.999999, 1)], ids=["just", "not"])
def test_a_worker_has_no_more_strips_than_its_memory_asks_for(share, more):
    """So much that a third of its rows, and the halo on both sides of them, just fit or do not."""
    around = halo(VGG19, TAPS)
    rows = -(-(4096 - 2 * around) // (4 * 3))
    known = replace(KNOWN, memory=share * KNOWN.room * 4096 * (rows + 2 * around))
    assert len(strips_of(4096, 4, known, VGG19, TAPS)) == 4 * (3 + more)
