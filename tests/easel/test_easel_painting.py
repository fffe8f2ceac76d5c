"""`paint` keeps the best picture, is stopped between two steps, and goes on to the same bytes."""

import csv
import io
import json
import os
import signal
import sys
from dataclasses import replace

import numpy as np
import pytest

from nst_numpy import Computing, InputError, Settings, Trace, paint, steps, stylize, watch
from nst_numpy.appearance import png
from nst_numpy.easel import painting, watching
from nst_numpy.files.images import load_image

RNG = np.random.default_rng(0)
C, S = RNG.random((32, 48, 3), np.float32), RNG.random((32, 32, 3), np.float32)
QUICK = Settings(
    content_layers={"conv1_2": 1.0}, style_layers={"conv1_1": 1.0},
    iterations=4, scales=2, margin=0, gain=0,
)  # fmt: skip
PLAIN = Computing(backend="numpy")


def painted(weights, settings=QUICK, **given):
    return paint(C, S, settings, weights, computing=PLAIN, **{"progress": False} | given)


def test_it_is_the_best_of_what_stylize_paints(weights):
    found = painted(weights)
    all_steps = list(stylize(C, [S], QUICK, weights, PLAIN))
    best = min((s for s in all_steps if s.scale == 2), key=lambda s: s.cost.total)
    np.testing.assert_array_equal(found.picture, best.image)
    assert found.cost == best.cost
    assert found.trace.J.tolist() == [s.cost.total for s in all_steps]
    assert found.trace.term("content").tolist() == [s.cost.terms["content"] for s in all_steps]
    assert found.finished
    assert found.more() is found


def test_the_steps_are_those_of_stylize(weights):
    for ours, theirs in zip(
        steps(C, S, QUICK, weights, computing=PLAIN),
        stylize(C, [S], QUICK, weights, PLAIN),
        strict=True,
    ):
        np.testing.assert_array_equal(ours.canvas, theirs.canvas)


class Interrupting:
    """An objective that presses Ctrl-C while it is evaluated, some time."""

    def __init__(self, at):
        self.left = at

    def __call__(self, *arguments, **named):
        from nst_numpy import Objective

        J = Objective(*arguments, **named)
        outer = self

        class Pressed(type(J)):
            def __init__(self):
                self.__dict__.update(J.__dict__)

            def __call__(self, image):
                outer.left -= 1
                if outer.left == 0:
                    os.kill(os.getpid(), signal.SIGINT)
                return J(image)

        return Pressed()


@pytest.mark.parametrize("at", [2, 4, 8])
def test_stopped_and_gone_on_to_the_same_bytes(weights, at, capsys):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    found = painted(weights, objective=Interrupting(at), progress=True)
    assert not found.finished
    assert "Stopped after step" in capsys.readouterr().err
    assert "stopped, more() goes on" in repr(found)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    whole, rest = painted(weights), found.more(progress=False)
    np.testing.assert_array_equal(rest.picture, whole.picture)
    assert rest.trace.J.tolist() == whole.trace.J.tolist()
    assert rest.finished


def test_it_is_stopped_without_progress_too(weights, capsys):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    found = painted(weights, objective=Interrupting(4))
    assert not found.finished
    assert capsys.readouterr().err.startswith("Stopped after step")
    whole = painted(weights)
    stopped = painted(weights, objective=Interrupting(2))
    twice = Interrupting(2)
    rest = replace(stopped, origin=replace(stopped.origin, objective=twice)).more(progress=False)
    assert not rest.finished
    np.testing.assert_array_equal(rest.more(progress=False).picture, whole.picture)
    capsys.readouterr()
    painted(weights)
    assert capsys.readouterr().err == ""


def test_a_second_ctrl_c_within_a_step(weights, capsys):
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def pressed_twice():
        yield from list(stylize(C, [S], QUICK, weights, PLAIN))[:2]
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        yield None

    *_, step = watch(pressed_twice())
    assert step.iteration == 1
    assert "Stopped within a step" in capsys.readouterr().err
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_another_listener_is_left_alone(weights):
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    found = painted(weights, objective=Interrupting(3), progress=True)
    assert found.finished
    assert heard == [1]


def test_the_same_generator_goes_on(weights):
    coming = steps(C, S, QUICK, weights, computing=PLAIN)
    for step in watch(coming):
        if step.iteration == 2:
            break
    assert next(iter(watch(coming))).iteration == 3


def test_more_steps_than_were_asked_for(weights):
    found = painted(weights)
    further = found.more(3, progress=False)
    assert [row["iteration"] for row in further.trace[-4:]] == [8, 9, 10, 11]
    assert further.cost.total < found.cost.total
    assert further.finished
    assert len(found.trace) == len(further.trace) - 3
    again = further.more(2, progress=False)
    longer = painted(weights, Settings(**vars(QUICK) | {"iterations": 4, "pooling": None}))
    assert longer.cost.total == found.cost.total
    assert [row["iteration"] for row in again.trace[-2:]] == [12, 13]
    with pytest.raises(InputError, match=r"^iterations must be"):
        found.more(0)


def test_more_of_a_coarse_scale_stays_there(weights):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stopped = painted(weights, objective=Interrupting(2), progress=True)
    assert stopped.step.scale == 1
    more = stopped.more(6, progress=False)
    assert more.step.scale == 1
    assert not more.finished
    rest = more.more(progress=False)
    assert rest.finished
    assert rest.picture.shape == C.shape


def test_it_saves_what_it_shows(weights, tmp_path):
    found = painted(weights)
    found.save(tmp_path / "a.png")
    saved = load_image(tmp_path / "a.png")
    np.testing.assert_allclose(saved, found.picture, atol=0.51 / 255)
    (tmp_path / "b.png").write_bytes(found._repr_png_())
    np.testing.assert_array_equal(load_image(tmp_path / "b.png"), saved)
    (tmp_path / "c.png").write_bytes(png(found.picture, 20))
    small = load_image(tmp_path / "c.png")
    assert small.shape == (10, 16, 3)
    means = found.picture[:30].reshape(10, 3, 16, 3, 3).mean((1, 3))
    np.testing.assert_allclose(small, means, atol=0.51 / 255)


def test_a_trace_is_saved(weights, tmp_path):
    trace = painted(weights).trace
    trace.save(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["J"]) for row in rows] == trace.J.tolist()
    assert [float(row["conv1_1"]) for row in rows] == trace.term("conv1_1").tolist()
    trace.save(tmp_path / "a.jsonl")
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == trace
    with pytest.raises(InputError, match="There is no term"):
        trace.term("conv9")
    with pytest.raises(InputError, match="cannot be written"):
        trace.save(tmp_path / "nowhere" / "a.csv")
    assert repr(Trace()) == "step  scale  s  J"


@pytest.mark.parametrize("name", ["s.png", "s", "s.json", ".csv"])
def test_a_trace_is_not_saved_over_what_is_none(tmp_path, name):
    (tmp_path / name).write_bytes(b"a picture")
    with pytest.raises(InputError, match=r"expected one of \.csv, \.jsonl|for example, a\.csv"):
        Trace().save(tmp_path / name)
    assert (tmp_path / name).read_bytes() == b"a picture"


def test_in_a_script_a_line_now_and_then(weights, capsys):
    list(watch(stylize(C, [S], QUICK, weights, PLAIN), total=8))
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("scale 1, step 0 of 8: J = ")
    assert err.count("\n") == 1


def test_that_kernels_are_compiled_is_said(weights, capsys, monkeypatch):
    monkeypatch.setattr(painting, "kernels_to_compile", lambda *_: True)
    painted(weights, progress=True)
    assert capsys.readouterr().err.startswith("Compiling the kernels, which takes a few seconds.\n")
    painted(weights)
    assert not capsys.readouterr().err


def test_a_closed_stream_hears_nothing(weights, monkeypatch):
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        if stream is None:
            assert isinstance(watching.screen_here(), watching.Lines)
        watching.say("a line")


def test_a_terminal_has_one_line(weights, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    *_, step = watch(stylize(C, [S], QUICK, weights, PLAIN), total=8)
    assert screen.getvalue().endswith(f"{watching.words(step, None)}\n")


class Display:
    """What IPython's display does, as far as it is asked for."""

    def __init__(self):
        self.shown, self.updates = [], []

    def __call__(self, data, raw, display_id):
        assert raw
        assert display_id
        self.shown.append(data)
        return self

    def update(self, data, raw):
        self.updates.append(data)


def test_a_notebook_has_a_picture_and_its_ledger(weights):
    display = Display()
    screen = watching.Notebook(display)
    some = list(stylize(C, [S], QUICK, weights, PLAIN))
    for step in some:
        screen.show(step, watching.words(step, 8))
    screen.end(some[-1], "")
    picture, ledger = display.shown
    assert picture["image/png"] == some[0]._repr_png_()
    assert "<table>" in ledger["text/html"]
    picture, ledger = display.updates[-2:]
    assert picture["image/png"] == some[-1]._repr_png_()
    assert f"{some[-1].cost.total:.4g}" in ledger["text/html"]
    assert "conv1_1" in ledger["text/plain"]


def test_a_trace_of_steps(weights):
    of_all = Trace(steps(C, S, QUICK, weights, computing=PLAIN))
    assert of_all.J.tolist() == painted(weights).trace.J.tolist()
    assert Trace(of_all) == of_all
    for given in (3, [3], [{"J": 1}], "steps"):
        with pytest.raises(InputError, match=r"^A (trace is made of steps|step must be)"):
            Trace(given)
