"""How a run ends when the world around it does not hold still: streams, signals, disks, memory."""

import contextlib
import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
import weakref
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
from PIL import Image
from typed import run

import nst_numpy as nst
from nst_numpy import InputError, load_image
from nst_numpy.checks import Check
from nst_numpy.cli import app as app_module
from nst_numpy.cli import saving, sizes
from nst_numpy.cli.signals import STOPPING

QUICK = [
    "stylize", "photo.png", "painting.png", "-o", "out.png", "--size", "24", "--iterations", "30",
    "--content-layers", "conv1_2", "--style-layers", "conv1_1", "--beta", "1", "--margin", "2",
    "--scales", "1", "--backend", "numpy",
]  # fmt: skip
FULL = Path("/dev/full")


def quick(**changes):
    """The same with other options; a line under a word stands for a hyphen."""
    words = dict(zip(QUICK[3::2], QUICK[4::2], strict=True))
    words |= {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return [*QUICK[:3], *(word for pair in words.items() for word in pair)]


def started(folder, arguments, **streams):
    """Run in a process of its own; a pipe's reader is there unless it is given closed."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **streams.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "nst_numpy", *arguments],
        cwd=folder, env=environment, timeout=60, check=False, **streams,
    )  # fmt: skip


@pytest.fixture
def closed_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


def test_ctrl_c_while_loading_is_a_sentence(capsys, folder, monkeypatch):
    def load_weights(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(app_module, "load_weights", load_weights)
    for arguments in (QUICK, ["check"]):
        code, _, err = run(capsys, *arguments)
        assert code == 130
        assert err.splitlines()[-1] == "Stopped before there was anything to save."


def test_ctrl_c_after_saving_is_too_late(capsys, folder, monkeypatch):
    real = saving.save_image

    def save(image, path):
        real(image, path)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(saving, "save_image", save)
    code, out, err = run(capsys, *QUICK)
    assert code == 0
    assert out.startswith("out.png: 24")
    assert "Stopped" not in err


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
    assert "iteration 1, J" in err


def test_a_stop_that_compiled_code_has_lost_ends_the_check_too(capsys, folder, monkeypatch):
    def all_checks(*_):
        for name in ("one", "two", "three"):
            with contextlib.suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            assert name != "two"
            yield Check(name, "adjoint", 1e-9, 1e-8)

    monkeypatch.setattr(app_module, "all_checks", all_checks)
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


def stopped_after(count):
    """Make a `stylize` that is stopped after so many steps."""

    def stylize(*arguments):
        yield from islice(nst.stylize(*arguments), count)
        raise KeyboardInterrupt

    return stylize


@pytest.mark.parametrize("there", [True, False])
def test_a_stop_before_anything_is_painted_leaves_an_older_picture(
    capsys, folder, monkeypatch, there
):
    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stopped_after(1)))
    if there:
        (folder / "out.png").write_bytes(b"an older picture")
    code, _, err = run(capsys, *QUICK)
    assert code == 130
    if there:
        assert err.endswith("Stopped before anything was painted; out.png is as it was.\n")
        assert (folder / "out.png").read_bytes() == b"an older picture"
    else:
        assert load_image(folder / "out.png").shape == (16, 24, 3)


def test_a_stop_after_something_is_painted_replaces_an_older_picture(capsys, folder, monkeypatch):
    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stopped_after(2)))
    (folder / "out.png").write_bytes(b"an older picture")
    assert run(capsys, *QUICK)[0] == 130
    assert load_image(folder / "out.png").shape == (16, 24, 3)


@pytest.mark.parametrize("scales", ["1", "2"])
@pytest.mark.parametrize("rate", ["1e6", "1e20"])
@pytest.mark.parametrize("there", [True, False])
def test_a_run_that_lowers_nothing_leaves_an_older_picture(capsys, folder, scales, rate, there):
    if there:
        (folder / "out.png").write_bytes(b"an older picture")
    adam = quick(optimizer="adam", learning_rate=rate, iterations="3", scales=scales)
    code, _, err = run(capsys, *adam, "--no-bounds")  # the sine takes any number back inside
    assert code == 2
    last = err.splitlines()[-1]
    assert "learning rate" in last
    if there:
        assert last.endswith(" out.png is as it was.")
        assert (folder / "out.png").read_bytes() == b"an older picture"
    else:
        holds = "best picture before that" if last.startswith("The ") else "start"
        assert last.endswith(f" out.png holds the {holds}.")
        assert load_image(folder / "out.png").shape == (16, 24, 3)


@pytest.mark.parametrize("backend", ["numpy", "auto"])
@pytest.mark.parametrize(
    "changes",
    [
        {"beta": "1e305"},
        {"tv_weight": "1e308"},
        {"content_layers": "conv1_2:1e308"},
        {"optimizer": "adam", "beta": "1e305"},
    ],
)
def test_a_cost_that_is_not_finite_at_the_start_is_one_sentence(capsys, folder, backend, changes):
    code, _, err = run(capsys, *quick(**changes, backend=backend))
    assert code == 2
    assert re.search(r"lower the weights\. Nothing was painted\.$|No step made J lower; .*", err)
    assert "Traceback" not in err
    assert (folder / "out.png").exists() is ("holds the start" in err)


@pytest.mark.parametrize("count", [0, 2])
def test_too_little_memory_on_the_way(capsys, folder, monkeypatch, count):
    def stylize(*arguments):
        yield from islice(nst.stylize(*arguments), count)
        raise MemoryError

    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stylize))
    code, _, err = run(capsys, *QUICK)
    assert code == 2
    if count:
        assert err.splitlines()[-1] == (
            "There is too little memory to go on; a smaller size needs less. "
            "out.png holds the best picture before that."
        )
        assert load_image(folder / "out.png").shape == (16, 24, 3)
    else:
        assert err.splitlines()[-1].startswith("There is too little memory for this")
        assert not (folder / "out.png").exists()


def test_what_was_too_large_is_gone_while_the_picture_is_saved(capsys, folder, monkeypatch):
    alive = []

    class Large(np.ndarray):
        """An array that can be watched."""

    def stylize(*arguments):
        yield from islice(nst.stylize(*arguments), 2)
        large = np.zeros(3).view(Large)
        alive.append(weakref.ref(large))
        raise MemoryError

    def save(*_):
        alive.append(alive[0]())

    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stylize))
    monkeypatch.setattr("nst_numpy.cli.painting.save", save)
    run(capsys, *QUICK)
    assert len(alive) == 2
    assert alive[1] is None


def test_no_iterations_were_asked_for(capsys, folder):
    (folder / "out.png").write_bytes(b"an older picture")
    assert run(capsys, *quick(iterations="0"))[0] == 0
    assert load_image(folder / "out.png").shape == (16, 24, 3)


def test_a_reader_of_the_progress_who_goes_stops_nothing(folder, closed_pipe):
    end = started(folder, QUICK, stderr=closed_pipe, stdout=subprocess.PIPE)
    assert end.returncode == 0
    assert b"out.png: 24" in end.stdout
    assert load_image(folder / "out.png").shape == (16, 24, 3)


@pytest.mark.parametrize("arguments", [QUICK, ["weights"], ["--help"]])
def test_a_reader_of_the_output_who_goes_is_no_error(folder, closed_pipe, arguments):
    end = started(folder, arguments, stdout=closed_pipe, stderr=subprocess.PIPE)
    assert end.returncode == 0
    assert b"Traceback" not in end.stderr
    assert b"Exception" not in end.stderr
    assert arguments != QUICK or (folder / "out.png").exists()


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [QUICK, ["weights"], ["--help"]])
def test_output_that_cannot_be_written_is_one_line(folder, arguments):
    with FULL.open("w") as full:
        end = started(folder, arguments, stdout=full, stderr=subprocess.PIPE)
    assert end.returncode == 2
    last = end.stderr.decode().splitlines()[-1]
    assert last == "Standard output cannot be written (No space left on device)."
    assert b"Traceback" not in end.stderr
    assert arguments != QUICK or (folder / "out.png").exists()


@pytest.mark.parametrize("arguments", [QUICK, ["weights"], ["check", "--help"]])
def test_a_terminal_that_knows_few_letters(folder, arguments):
    few = {"PYTHONIOENCODING": "ascii", "LANG": "C", "LC_ALL": "C"}
    end = started(folder, arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=few)
    assert end.returncode == 0
    assert b"Traceback" not in end.stderr


def test_a_picture_that_cannot_be_saved_is_saved_elsewhere(capsys, folder, monkeypatch):
    real = saving.save_image

    def save(image, path):
        if path.name == "out.png" and path.parent != folder:
            raise InputError(f"{path} cannot be written (No space left on device).")
        real(image, path)

    monkeypatch.setattr(saving, "save_image", save)
    (folder / "out.png").touch()  # somebody else's
    code, _, err = run(capsys, *QUICK)
    assert code == 2
    assert err.splitlines()[-1] == (
        "out.png cannot be written (No space left on device). "
        f"The picture is in {folder / 'out-2.png'} instead."
    )
    assert load_image(folder / "out-2.png").shape == (16, 24, 3)
    assert (folder / "out.png").read_bytes() == b""


@pytest.mark.parametrize("name", ["\x1b[2Jbell\a.png", "\x9b31m\u202e.png", "a\udcff.png"])
def test_names_of_files_do_not_reach_the_terminal_raw(capsys, folder, name):
    shown = name.encode("unicode_escape").decode("ascii")
    assert run(capsys, "stylize", name, "painting.png")[2] == f"{shown} does not exist.\n"
    (folder / "photo.png").rename(folder / name)
    code, out, err = run(capsys, "stylize", name, *QUICK[2:4], name.upper(), *QUICK[5:])
    assert code == 0
    assert out.startswith(name.upper().encode("unicode_escape").decode("ascii"))
    assert (out + err).replace("\n", "").isprintable()


def test_names_in_a_file_do_not_reach_the_terminal_raw(capsys, folder):
    with h5py.File(folder / "strange.h5", "w") as file:
        file[f"\x1b]0;title\a{'x' * 60_000}"] = np.zeros(3)
    code, _, err = run(capsys, "weights", "strange.h5")
    assert code == 2
    assert err.startswith("strange.h5 holds no convolution under a known name")
    assert r"its datasets are \x1b]0;title\x07xxx" in err
    assert err.endswith("xxx.\n")
    assert len(err) < 1100


@pytest.mark.parametrize("iterations", [10**18, 10**19, 10**400])
def test_more_iterations_than_anybody_waits_for(capsys, folder, iterations):
    code, _, err = run(capsys, *quick(iterations=str(iterations)))
    assert code == 2
    assert err == f"iterations must be between 0 and 1000000000, not {iterations}.\n"


def test_a_long_setting_is_not_repeated_in_full(capsys, folder):
    code, _, err = run(capsys, *QUICK, "--seed", "x" * 10_000)
    assert code == 2
    assert "--seed" in err
    assert err.endswith("xxx' is not a whole number.\n")
    assert len(err) < 1100


LONG = f"{'x' * 300}.png"


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
@pytest.mark.parametrize("name", ["circle.png", LONG, "closed/photo.png", "photo.png/in.png"])
@pytest.mark.parametrize("role", ["content", "style", "start", "weights", "output"])
def test_paths_that_lead_nowhere_are_one_sentence(capsys, folder, monkeypatch, name, role):
    (folder / "circle.png").symlink_to(folder / "circle.png")
    real = os.stat

    def stat(path, *arguments, **options):
        if str(path).startswith("closed/"):  # to us; root has no such folders
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", stat)
    given = {"content": "photo.png", "style": "painting.png", "output": "out.png"} | {role: name}
    options = [
        f"--{key}={value}" for key, value in given.items() if key not in ("content", "style")
    ]
    code, out, err = run(capsys, "stylize", given["content"], given["style"], *options, *QUICK[5:])
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert name in err
    assert "cannot be " in err or "does not exist" in err


def test_a_codec_that_fails_is_no_traceback(capsys, folder, monkeypatch):
    real = Image.Image.save

    def save(self, path, name, **options):
        if name == "TIFF":
            raise RuntimeError("tiff codec initialization failed")
        real(self, path, name, **options)

    monkeypatch.setattr(Image.Image, "save", save)
    code, _, err = run(capsys, *QUICK[:4], "out.tif", *QUICK[5:])
    assert code == 2
    assert err.splitlines()[-1] == (
        "out.tif cannot be written (tiff codec initialization failed). "
        f"The picture is in {folder / 'out.png'} instead."
    )


def test_a_working_folder_that_is_removed_during_the_run(capsys, folder, monkeypatch, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "elsewhere"))

    def stylize(*arguments):
        yield from islice(nst.stylize(*arguments), 3)
        (folder / "there").rmdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stylize))
    (folder / "there").mkdir()
    monkeypatch.chdir(folder / "there")
    refuge = tmp_path / "elsewhere" / "out.png"
    code, _, err = run(capsys, "stylize", "../photo.png", "../painting.png", *QUICK[3:])
    monkeypatch.chdir(folder)
    assert code == 2
    assert "Traceback" not in err
    assert err.endswith(f"out.png cannot be written (No such file or directory). "
                        f"The picture is in {refuge} instead.\n")  # fmt: skip
    assert load_image(refuge).shape == (16, 24, 3)


def test_where_there_is_no_refuge_either_it_is_a_sentence(tmp_path, monkeypatch):
    def none():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    monkeypatch.setattr(Path, "cwd", none)
    output = tmp_path / "gone" / "out.png"
    with pytest.raises(InputError, match=r"cannot be written: the folder .* does not exist"):
        saving.save(np.zeros((4, 5, 3)), (4, 5, 3), output)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
def test_the_refuge_follows_no_link(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out.png").symlink_to(tmp_path / "elsewhere.png")  # which is not there
    with pytest.raises(InputError, match=r"The picture is in .*out-2.png instead"):
        saving.save(np.zeros((4, 5, 3)), (4, 5, 3), tmp_path / "gone" / "out.png")
    assert not (tmp_path / "elsewhere.png").exists()
    assert load_image("out-2.png").shape == (4, 5, 3)


def test_a_size_that_does_not_fit_names_the_largest_that_does(capsys, folder, monkeypatch):
    monkeypatch.setattr(sizes, "available_memory", lambda: 10**9)
    monkeypatch.setattr(sizes, "predicted_memory", lambda shape, *_: shape[0] * shape[1] * 10**6)
    without_size = [word for word in QUICK if word not in ("--size", "24")]
    code, _, err = run(capsys, *without_size, "--size", "200")
    assert code == 2
    assert err == (
        "--size 200 needs about 32 GB, and 1.0 GB are free; the largest size that fits is 35.\n"
    )
    assert run(capsys, *without_size, "--size", "max")[0] == 0
    assert max(load_image(folder / "out.png").shape) == 35


def test_too_little_memory_for_any_size(capsys, folder, monkeypatch):
    monkeypatch.setattr(sizes, "available_memory", lambda: 0)
    assert "No size fits: the smallest, " in run(capsys, *QUICK)[2]


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
