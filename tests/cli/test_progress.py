"""What is shown while a painting is made, at any width and without colour."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from nst_numpy import Cost, Settings, Step
from nst_numpy.cli.progress import shown
from nst_numpy.large.strips import WATCHER
from nst_numpy.optimizers import State


def screen(width, height=24, encoding="utf-8", **terminal):
    """A terminal without colour, and what was written to it."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="replace", write_through=True)
    console = Console(
        file=stream, width=width, height=height, force_terminal=True, color_system=None, **terminal
    )
    return console, lambda: raw.getvalue().decode(encoding)


def told(steps, console, total, scales=1):
    """Show them all, and return them."""
    return list(
        shown(steps, console, Settings(iterations=total // scales, scales=scales, margin=0))
    )


def steps(count):
    cost = Cost({"content": 7.5, "conv1_1": 2.5}, {"content": 7.5, "conv1_1": 2.5})
    G = np.zeros((4, 4, 3))
    for number in range(count + 1):
        yield Step(
            state=State(x=G, value=cost, gradient=G, evaluations=number),
            canvas=G,
            margin=0,
            scale=1,
            iteration=number,
            evaluations=number,
            seconds=60.0 * number,
            best=G,
            lowest=10.0,
        )


@pytest.mark.parametrize(("encoding", "full", "empty"), [("utf-8", "█", "░"), ("ascii", "#", ".")])
def test_bars_differ_without_colour(encoding, full, empty):
    console, text = screen(80, encoding=encoding)
    assert len(told(steps(2), console, 2)) == 3
    assert full * 12 + empty * 12 + "  1/2" in text()
    assert full * 18 + " " * 6 in text()


def test_a_narrow_terminal_keeps_the_bar_and_the_costs():
    console, text = screen(46, 6)
    told(steps(2), console, 2)
    assert "█░" in text()
    assert "0:01:00 left" in text()
    assert "█\n" not in text()
    console, text = screen(46)
    told(steps(2), console, 2)
    assert "75%" in text()
    assert "…" not in text()


def two_scales(quick, slow):
    """Steps of 10 iterations at each of two scales, which take so long; the first needs 7 s."""
    (start,) = steps(0)
    for number in range(22):
        scale, iteration = (1, number) if number < 11 else (2, number - 1)
        seconds = 7 + quick * min(number, 10) + (number > 10) * (1 + slow * (number - 11))
        G = np.broadcast_to(np.float32(0), (1000 * scale, 1000 * scale, 3))
        yield replace(
            start, canvas=G, scale=scale, iteration=iteration, evaluations=number + 1,
            seconds=seconds,
        )  # fmt: skip


def test_the_time_left_counts_the_finer_scales_for_what_they_take():
    console, text = screen(200, _environ={"TERM": "dumb"})
    told(two_scales(1, 4), console, 20, 2)
    lines = text().splitlines()
    assert lines[0].startswith("scale 1/2   0/20  J ")  # nothing is known yet
    assert lines[5].startswith("scale 1/2   5/20  1.00 s/evaluation  0:00:53 left  J ")
    assert lines[10].startswith("scale 1/2  10/20  1.00 s/evaluation  0:00:48 left  J ")
    assert lines[11].startswith("scale 2 of 2: 2000 × 2000 pixels, whose J is another than that of")
    assert lines[12].startswith("scale 2/2  10/20  0:00:40 left  J ")
    assert lines[18].startswith("scale 2/2  16/20  4.00 s/evaluation  0:00:16 left  J ")
    assert lines[22].startswith("scale 2/2  20/20  4.00 s/evaluation  J ")


def test_a_dumb_terminal_gets_plain_lines():
    console, text = screen(80, _environ={"TERM": "dumb"})
    told(steps(2), console, 2)
    assert "\x1b" not in text()
    assert len(text().splitlines()) == 3


def test_a_screen_that_is_gone_is_left_alone():
    class Gone(io.StringIO):
        def write(self, text):
            raise OSError(5, "Input/output error")

    for terminal in (True, False):
        console = Console(file=Gone(), force_terminal=terminal)
        assert len(told(steps(2), console, 2)) == 3


def of_strips():
    """Steps between which a watcher is told of strips."""
    for step in steps(2):
        if watcher := WATCHER.get():
            watcher("strip 2/4, up")
        yield step


def test_the_bar_says_which_strip_it_is_until_the_next_step():
    console, text = screen(100)
    told(of_strips(), console, 2)
    first, *_ = text().splitlines()
    assert "strip 2/4, up" in first
    assert "1/2  strip 2/4, up  60.00 s/evaluation" in text()
    assert text().rstrip().rindex("strip 2/4, up") < text().rindex("2/2  60.00 s/evaluation")
    assert WATCHER.get() is None


def test_plain_lines_say_nothing_of_strips():
    console, text = screen(80, _environ={"TERM": "dumb"})
    told(of_strips(), console, 2)
    assert "strip" not in text()
    assert len(text().splitlines()) == 3
