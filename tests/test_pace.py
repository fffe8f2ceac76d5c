"""The time left is told right, of runs whose clocks were recorded; no test takes the time."""

import json
from pathlib import Path

import pytest

from nst_numpy import Computing, Settings
from nst_numpy.pace import UP, Clock, Pace, paced

CLOCKS = json.loads((Path(__file__).parent / "clocks.json").read_text())
"""Of each run: settings, what computed it, and the `Clock` of each step, in processor time of one
thread: the machine was shared."""


@pytest.mark.parametrize("run", CLOCKS)
def test_the_time_left_is_right_within_a_quarter_from_a_tenth_of_the_run_on(run):
    settings = Settings(**run["settings"])
    clocks = [Clock(*row) for row in run["clocks"]]
    pace, end = Pace(settings, Computing(**run["computing"])), clocks[-1].seconds
    whole = end - clocks[0].seconds
    asked = 0
    for clock in clocks:
        pace.take(clock)
        taken, told = end - clock.seconds, pace.left()
        if whole / 20 < taken <= 0.9 * whole:  # of the very last steps, one decides
            assert 0.75 * taken <= told <= 1.25 * taken, clock
            asked += 1
    assert asked > 10


def test_nothing_is_told_of_a_run_that_has_just_begun():
    pace = Pace(Settings())
    assert pace.left() is None
    pace.take(Clock(1, 0, 1, 20.0, 100, 100))
    assert pace.left() is None


def test_a_scale_that_is_known_says_how_much_longer_the_next_takes():
    """Where an evaluation takes 1 s and 1 s for each 10,000 pixels, whatever `APART` says."""
    settings = Settings(iterations=20, scales=3, margin=0)
    seconds, rows = 50.0, []
    for scale, pixels in (1, 10_000), (2, 40_000):
        side = round(pixels**0.5)
        each = 1 + pixels / 10_000
        seconds += 2 * each
        for n in range(21):
            rows.append({"scale": scale, "iteration": 20 * scale - 20 + n, "seconds": seconds,
                         "evaluations": 21 * scale + n, "height": side, "width": side})  # fmt: skip
            seconds += each
    pace = paced(rows, settings)
    assert pace.left() == pytest.approx((20 + 2) * (1 + 16), rel=0.1)


def test_strips_take_longer_than_their_pixels():
    """Two strips of 240 rows see 80 rows more each; and the first goes up twice."""
    settings = Settings(iterations=10, scales=1, margin=0)
    whole, strips = Pace(settings), Pace(settings, Computing(rows=400))
    clock = Clock(1, 0, 1, 0.0, 480, 100)
    assert whole._pixels(clock, 1) == 480 * 100
    assert strips._pixels(clock, 1) == pytest.approx(100 * (320 * (1 + UP) + 320))
    beside = Pace(settings, Computing(strips=2, cluster="tcp://other:1"))
    assert beside._pixels(clock, 1) == 100 * 320
