"""The steps of an evaluation, and that no two arrays that live at a time share a place."""

from hypothesis import given
from hypothesis import strategies as st

from nst_numpy.kernels.schedule import places, shapes, up_and_down
from nst_numpy.vgg19 import CHANNELS

taps = st.sets(st.sampled_from(list(CHANNELS)), min_size=1)
sides = st.integers(16, 90)


@given(taps, sides, sides)
def test_what_is_read_was_written_and_nothing_has_been_written_over_it(taps, n_H, n_W):
    steps = up_and_down(taps)
    layers = list(dict.fromkeys(step.layer for step in steps))
    sizes = {name: n_H * n_W * n_C for name, (n_H, n_W, n_C) in shapes(n_H, n_W, layers).items()}
    start, length = places(steps, sizes)
    holds = {}
    for step in steps:
        for name in step.reads:
            assert name == "x" or holds[name]
        if step.add:
            assert holds[step.writes]
        if step.writes and step.writes != "dx":
            first, last = start[step.writes], start[step.writes] + sizes[step.writes]
            assert last <= length
            for other in holds:
                if start[other] < last and first < start[other] + sizes[other]:
                    holds[other] = False
            holds[step.writes] = True


@given(taps)
def test_every_tap_is_compared_once_and_pulls_once(taps):
    steps = up_and_down(taps)
    for kind in ("compare", "pull"):
        assert sorted(step.layer for step in steps if step.kind == kind) == sorted(taps)
    assert steps[-1].writes == "dx"
