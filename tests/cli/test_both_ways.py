"""Runs begun on the command line and gone on with in Python, and the other way round."""

import signal
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from typed import quick, run

from nst_numpy import Computing, InputError, Masked, Settings, load_image, runs, save_image
from nst_numpy.cli import app
from nst_numpy.cli import painting as on_the_command_line
from nst_numpy.files.carried import Carried, carried_of
from nst_numpy.runs import commission, painting

SETTINGS = Settings(
    content_layers={"conv1_2": 1}, style_layers={"conv1_1": 1}, iterations=4, margin=2, gain=0
)
PLAIN = Computing("numpy", 1)
TYPED = [w for w in quick(iterations="4", scales="2", gain="0") if w not in ("-o", "out.png")]
KINDS = {
    "plain": [],
    "masks and two styles": [
        "--content-mask", "left.png", "--content-mask", "right.png", "--style-weights", "2,1",
    ],
    "colours, strips, the average": [
        "--colours", "luminance", "--strips", "2", "--keep", "average", "--bits", "16",
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch, weights):
    """Every command and every call reads the weights that come with the package; once will do."""
    for room in (app, commission, painting):
        monkeypatch.setattr(room, "load_weights", lambda *_, **__: weights)


@pytest.fixture
def pictures():
    rng = np.random.default_rng(3)
    return rng.random((14, 19, 3)).astype("float32"), rng.random((15, 11, 3)).astype("float32")


@pytest.fixture
def masks(folder):
    white = np.zeros((20, 30, 3))
    white[:, :15] = 1
    save_image(white, folder / "left.png")
    save_image(1 - white, folder / "right.png")


def typed(kind):
    """Return the words of a command; with masks there is a style for each."""
    styles = ["painting.png"] * (1 + KINDS[kind].count("--content-mask") // 2)
    return [TYPED[0], "photo.png", *styles, *TYPED[3:], *KINDS[kind]]


def result(folder):
    return Path(folder, "result.png").read_bytes()


def rows(folder):
    """Return the trace but for the times."""
    return [{**row, "seconds": 0} for row in runs.read_trace(folder)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_typed_goes_on_in_python_to_the_same_bytes(capsys, folder, masks, kind):
    """Begun there, painted further here, stopped here, and finished there."""
    for name in ("whole", "both"):
        assert run(capsys, *typed(kind), "--run", name)[0] == 0
    assert run(capsys, "resume", "whole", "--iterations", "8")[0] == 0
    steps = runs.resume("both", iterations=8)
    seen = list(islice(steps, 2))
    assert [step.iteration for step in seen] == [13, 14]  # 8 came before, and 4 that it skipped
    steps.close()
    assert result("both") != result("whole")
    assert run(capsys, "resume", "both")[0] == 0
    assert result("both") == result("whole")
    assert rows("both") == rows("whole")


@pytest.mark.parametrize("keep", ["last", "average"])
def test_killed_between_the_last_step_and_the_picture_it_is_made_yet(capsys, folder, keep):
    """What is saved is not the best, so the checkpoint has to hold more than that."""
    assert run(capsys, *TYPED, "--keep", keep, "--run", "kept")[0] == 0
    before = result("kept")
    Path("kept/result.png").unlink()
    assert run(capsys, "resume", "kept")[0] == 0
    assert result("kept") == before


def test_nothing_is_printed_meanwhile_and_signals_stay_as_they_are(capsys, folder):
    assert run(capsys, *TYPED, "--run", "kept")[0] == 0
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert len(list(runs.resume("kept", iterations=6))) == 2
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_ctrl_c_in_python_is_ctrl_c_and_saves(capsys, folder, monkeypatch):
    assert run(capsys, *TYPED, "--run", "kept")[0] == 0
    Path("kept/result.png").unlink()

    def pressed(steps, *_):
        yield next(iter(steps))
        raise KeyboardInterrupt

    monkeypatch.setattr(on_the_command_line, "shown", pressed)
    with pytest.raises(KeyboardInterrupt):
        list(runs.resume("kept", iterations=6))
    assert load_image("kept/result.png").shape == (16, 24, 3)


@pytest.mark.parametrize("settings", [SETTINGS, Settings(**vars(SETTINGS) | {"start": "noise"})])
def test_what_python_began_goes_on_on_the_command_line(capsys, folder, pictures, settings):
    content, style = pictures
    for name in ("whole", "both"):
        steps = runs.paint(name, content, [style], settings, None, PLAIN)
        if name == "whole":
            list(steps)
        else:
            list(islice(steps, 3))
            steps.close()
    code, out, _ = run(capsys, "resume", "both", "-o", "too.png")
    assert code == 0
    assert out.startswith("too.png: 19 × 14 pixels, iteration 8")
    assert result("both") == result("whole") == Path("too.png").read_bytes()
    assert rows("both") == rows("whole")
    assert run(capsys, "resume", "both", "--iterations", "6")[0] == 0
    assert len(list(runs.resume("whole", iterations=6))) == 2
    assert result("both") == result("whole")


def test_what_goes_along_from_the_photograph_is_kept(capsys, folder, pictures):
    """A resolution, transparency and 16 bits: also after a stop, and when it is painted again."""
    content, style = pictures
    alpha = np.linspace(0, 1, 14 * 19, dtype="float32").reshape(14, 19)
    along = {"carried": Carried(dpi=240, alpha=alpha), "bits": 16}
    list(runs.paint("whole", content, [style], SETTINGS, None, PLAIN, **along))
    steps = runs.paint("both", content, [style], SETTINGS, None, PLAIN, **along)
    list(islice(steps, 3))
    steps.close()
    list(runs.resume("both"))
    assert result("both") == result("whole")
    steps = runs.paint("typed", content, [style], SETTINGS, None, PLAIN, **along)
    list(islice(steps, 3))
    steps.close()
    assert run(capsys, "resume", "typed")[0] == 0
    assert result("typed") == result("whole")
    found = carried_of("whole/result.png", content.shape)
    assert found.dpi == pytest.approx(240, abs=0.02)
    np.testing.assert_allclose(found.alpha, alpha, atol=1 / 255)
    assert Path("whole/result.png").read_bytes()[24] == 16  # bits, in the header of a PNG
    assert runs.replay("whole/result.png", content, [style], "again.png")
    assert Path("again.png").read_bytes() == result("whole")


@pytest.mark.parametrize("kind", [*KINDS][1:])
def test_what_was_typed_is_painted_again_in_python(capsys, folder, masks, kind):
    """From the folder of its run, or from files that are named; nothing is printed."""
    assert run(capsys, *typed(kind), "--run", "kept", "-o", "out.png")[0] == 0
    assert runs.replay("kept/result.png")
    assert result("kept") == Path("kept/result-replay.png").read_bytes()
    Path("photo.png").rename("moved.png")
    Path("painting.png").rename("also.png")
    assert runs.replay("out.png", "moved.png", ["also.png"], "again.png")
    assert Path("again.png").read_bytes() == Path("out.png").read_bytes()
    with pytest.raises(InputError, match="it is painted again from files"):
        runs.replay("out.png", load_image("moved.png"), [load_image("also.png")])
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_what_python_painted_is_painted_again_from_its_folder(capsys, folder, pictures):
    content, style = pictures
    start = Settings(**vars(SETTINGS) | {"start": content[::-1].copy()})
    list(runs.paint("kept", content, [style, style], start, None, PLAIN))
    assert runs.replay("kept/result.png")
    assert result("kept") == Path("kept/result-replay.png").read_bytes()
    assert runs.replay("kept/result.png", content, [style, style], "third.png", start=start.start)
    assert result("kept") == Path("third.png").read_bytes()
    with pytest.raises(InputError, match="was painted from other pictures than these"):
        runs.replay("kept/result.png", content, [style, style], "third.png")
    with pytest.raises(InputError, match="was not painted on the command line: give it arrays"):
        runs.replay("kept/result.png", "photo.png", ["painting.png"])
    with pytest.raises(InputError, match="is read by this run"):
        runs.replay("kept/result.png", output="kept/result.png")


def test_what_only_its_program_knows_has_to_be_given_again(capsys, folder, pictures, weights):
    content, style = pictures
    masked = Masked([np.ones((14, 19), "float32")])
    steps = runs.paint("masked", content, [style], SETTINGS, None, PLAIN, masked)
    next(steps)
    steps.close()
    code, _, err = run(capsys, "resume", "masked")
    assert (code, err.split("; ")[0]) == (2, "masked was painted with content_masks or style_masks")
    assert len(list(runs.resume("masked", objective=masked))) == 9
    other = {**weights, "conv1_1": (2 * weights["conv1_1"][0], weights["conv1_1"][1])}
    with pytest.raises(InputError, match="masked was painted with other weights than these"):
        next(runs.resume("masked", weights=other, objective=masked))
    with pytest.raises(InputError, match="was painted with content_masks or style_masks; give"):
        runs.replay("masked/result.png", content, [style], "again.png")
    next(runs.paint("plain", content, [style], SETTINGS, None, PLAIN))
    with pytest.raises(InputError, match="plain was painted by the usual objective"):
        next(runs.resume("plain", objective=masked))
    assert run(capsys, *TYPED, "--run", "kept")[0] == 0
    with pytest.raises(InputError, match="leave weights and objective out"):
        next(runs.resume("kept", weights=weights))
