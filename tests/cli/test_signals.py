"""Signals that ask a run to stop: from its first tenth of a second until it is saved."""

import contextlib
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest
from typed import QUICK, quick, run, started

import nst_numpy as nst
from nst_numpy.checks import Check
from nst_numpy.cli import app as app_module
from nst_numpy.cli import checking, progress, saving
from nst_numpy.cli.signals import STOPPING


def test_ctrl_c_while_loading_is_a_sentence(capsys, folder, monkeypatch):
    def load_weights(*_):
        raise KeyboardInterrupt

    for module in (app_module, checking):
        monkeypatch.setattr(module, "load_weights", load_weights)
    for arguments in (QUICK, ["check"]):
        code, _, err = run(capsys, *arguments)
        assert code == 130
        assert err.splitlines()[-1] == "Stopped before there was anything to save."


def test_ctrl_c_after_saving_is_too_late(capsys, folder, monkeypatch):
    real = saving.save_image

    def save(image, path, *rest):
        real(image, path, *rest)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(saving, "save_image", save)
    code, out, err = run(capsys, *QUICK)
    assert code == 0
    assert out.startswith("out.png: 24")
    assert "Stopped" not in err


def test_a_step_that_has_been_shown_is_the_best_though_showing_it_was_interrupted(
    capsys, folder, monkeypatch
):
    real = progress.show

    def interrupted(step, *others):
        real(step, *others)
        if step.iteration == 4:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(progress, "show", interrupted)
    code, _, err = run(capsys, *quick(iterations="4", scales="1", gain="0"))
    assert code == 143
    assert "iteration 4, J = " in err.splitlines()[-1]


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals of POSIX")
def test_several_signals_at_once_stop_it_once(capsys, folder, monkeypatch):
    """As a system sends them that goes down."""

    def stylize(*arguments):
        for step in nst.stylize(*arguments):
            if step.iteration == 2:
                signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
                for number in STOPPING:
                    signal.raise_signal(number)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            yield step

    complaints = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stylize))
    code, _, err = run(capsys, *QUICK)
    assert code - 128 in STOPPING
    assert "Stopped; out.png holds the best picture so far:" in err
    assert complaints == []


def test_a_stop_that_compiled_code_has_lost_is_not_forgotten(capsys, folder, monkeypatch):
    def stylize(*arguments):
        for step in nst.stylize(*arguments):
            if step.iteration == 2:
                with contextlib.suppress(KeyboardInterrupt):
                    signal.raise_signal(signal.SIGTERM)
            yield step

    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stylize))
    code, _, err = run(capsys, *QUICK)
    assert code == 143
    assert "Stopped; out.png holds the best picture so far:" in err
    assert "iteration 2, J" in err  # that step was made, and no other begun


def test_a_stop_that_compiled_code_has_lost_ends_the_check_too(capsys, folder, monkeypatch):
    def all_checks(*_):
        for name in ("one", "two", "three"):
            with contextlib.suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            assert name != "two"
            yield Check(name, "adjoint", 1e-9, 1e-8)

    monkeypatch.setattr(checking, "all_checks", all_checks)
    code, out, err = run(capsys, "check")
    assert (code, out) == (130, "")
    assert err == "Stopped before there was anything to save.\n"


THROUGH_EXEC = """
from nst_numpy.cli import main, running
from nst_numpy.cli.painting import Interrupted

def app(*_, **__):
    try:
        exec("import signal; signal.raise_signal(signal.SIGTERM)")
    except KeyboardInterrupt:
        raise {end} from None

running.app = app
main(["check"])
"""


@pytest.mark.skipif(os.name != "posix", reason="exit codes of POSIX")
@pytest.mark.parametrize("end", ["Interrupted('Stopped; saved.')", "KeyboardInterrupt"])
def test_the_exit_code_holds_where_a_signal_comes_through_exec(folder, end):
    """Libraries make functions by exec; Python takes a KeyboardInterrupt there for unhandled."""
    (folder / "through.py").write_text(THROUGH_EXEC.format(end=end))
    command = [sys.executable, "-m", "through"]
    ended = subprocess.run(command, cwd=folder, timeout=60, check=False, capture_output=True)
    assert ended.returncode == 143
    assert ended.stderr.startswith(b"Stopped")


@pytest.mark.skipif(os.name != "posix", reason="exit codes of POSIX")
def test_the_exit_code_holds_where_nobody_hears_of_it(folder, closed_pipe):
    for loaded in ("numpy.py", "cyclopts.py"):  # before and after `main` listens
        (folder / loaded).write_text("import signal; signal.raise_signal(signal.SIGINT)")
        assert started(folder, ["check"], stderr=closed_pipe).returncode == 130
        (folder / loaded).unlink()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminals that hang up here")
def test_a_signal_that_was_ignored_stays_ignored(capsys, folder, monkeypatch):
    def stylize(*arguments):
        for step in nst.stylize(*arguments):
            signal.raise_signal(signal.SIGHUP)
            yield step

    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stylize))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert run(capsys, *QUICK)[0] == 0
    finally:
        signal.signal(signal.SIGHUP, before)


BY_COMMAND = "import sys; sys.argv[0] = '/usr/local/bin/nst_numpy'; import nst_numpy"


@pytest.mark.parametrize(
    ("start", "ours"),
    [
        (["-m", "nst_numpy"], True),
        (["-c", BY_COMMAND], True),
        (["-m", "theirs"], False),
        (["-c", "import nst_numpy"], False),
    ],
)
def test_ctrl_c_while_the_package_is_loaded_is_a_sentence(folder, start, ours):
    """NumPy, the first that is loaded, is replaced by somebody who presses Ctrl-C."""
    (folder / "numpy.py").write_text("import signal; signal.raise_signal(signal.SIGINT)")
    (folder / "theirs").mkdir()
    (folder / "theirs" / "__init__.py").write_text("import nst_numpy")
    end = subprocess.run(
        [sys.executable, *start], cwd=folder, timeout=60, check=False, stderr=subprocess.PIPE
    )
    if ours:
        assert end.returncode == 130
        assert end.stderr == b"Stopped before there was anything to save.\n"
    else:  # a library leaves it to its user
        assert b"KeyboardInterrupt" in end.stderr
        assert b"Stopped" not in end.stderr


LOST = """
import ctypes, signal, sys
from nst_numpy.cli import signals
signals.listen()
ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGTERM))()
try:
    signals.stop_if_asked()
except KeyboardInterrupt:
    sys.exit(signals.exit_code())
"""


def test_what_compiled_code_loses_is_raised_again_without_a_word():
    ended = subprocess.run(
        [sys.executable, "-c", LOST], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (143, "")
