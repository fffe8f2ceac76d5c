"""How a run ends when the world around it does not hold still: streams, disks, memory."""

import errno
import os
import re
import shutil
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
from typed import QUICK, quick, run, started

import nst_numpy as nst
from nst_numpy import InputError, load_image
from nst_numpy.cli import app as app_module
from nst_numpy.cli import saving, sizes

FULL = Path("/dev/full")


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
    code, _, err = run(capsys, *QUICK, "--force")
    assert code == 130
    if there:
        assert err.endswith("Stopped before anything was painted; out.png is as it was.\n")
        assert (folder / "out.png").read_bytes() == b"an older picture"
    else:
        assert load_image(folder / "out.png").shape == (16, 24, 3)


def test_a_stop_after_something_is_painted_replaces_an_older_picture(capsys, folder, monkeypatch):
    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stopped_after(2)))
    (folder / "out.png").write_bytes(b"an older picture")
    assert run(capsys, *QUICK, "--force")[0] == 130
    assert load_image(folder / "out.png").shape == (16, 24, 3)


@pytest.mark.parametrize(
    ("scales", "rate", "there"),  # each two of them together
    [("1", "1e6", True), ("1", "1e20", False), ("2", "1e6", False), ("2", "1e20", True)],
)
def test_a_run_that_lowers_nothing_leaves_an_older_picture(capsys, folder, scales, rate, there):
    if there:
        (folder / "out.png").write_bytes(b"an older picture")
    adam = quick(optimizer="adam", learning_rate=rate, iterations="3", scales=scales)
    code, _, err = run(
        capsys, *adam, "--no-bounds", "--force"
    )  # the sine takes any number back inside
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
    assert run(capsys, *quick(iterations="0"), "--force")[0] == 0
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
@pytest.mark.parametrize(
    "arguments",
    [
        QUICK, ["weights"], ["--help"], ["--version"], ["check", "--help"], ["presets"],
        ["completion", "bash"], ["explain", "--list"],
    ],
)  # fmt: skip
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

    def save(image, path, *rest):
        if path.name == "out.png" and path.parent != folder:
            raise InputError(f"{path} cannot be written (No space left on device).")
        real(image, path, *rest)

    monkeypatch.setattr(saving, "save_image", save)
    (folder / "out.png").touch()  # somebody else's
    code, _, err = run(capsys, *QUICK, "--force")
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
        if name == "WEBP":
            raise RuntimeError("webp codec initialization failed")
        real(self, path, name, **options)

    monkeypatch.setattr(Image.Image, "save", save)
    code, _, err = run(capsys, *QUICK[:4], "out.webp", *QUICK[5:])
    assert code == 2
    assert err.splitlines()[-1] == (
        "out.webp cannot be written (webp codec initialization failed). "
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
    monkeypatch.setattr(sizes, "available_memory", lambda: sizes.PROGRAM["numpy"] + 10**6)
    assert "No size fits: the smallest, " in run(capsys, *QUICK)[2]


@pytest.mark.parametrize("role", ["photo.png", "painting.png", "start.png"])
def test_a_picture_too_large_to_be_read_is_not_decoded(capsys, folder, monkeypatch, role):
    shutil.copy(folder / "photo.png", folder / "start.png")
    Image.new("L", (8000, 8000)).save(folder / role, "GIF")  # it cannot be read in parts
    monkeypatch.setattr(sizes, "available_memory", lambda: 5 * 10**8)
    code, _, err = run(capsys, *quick(start="start.png"))
    assert code == 2
    assert err == f"{role} needs about 0.6 GB to be read, and 0.5 GB are free.\n"


def test_a_picture_that_cannot_be_enlarged_is_saved_as_it_was_painted(capsys, folder, monkeypatch):
    def enlarge(*_):
        raise MemoryError

    monkeypatch.setattr(app_module, "nst", SimpleNamespace(stylize=stopped_after(2)))
    monkeypatch.setattr(saving, "enlarge", enlarge)
    code, _, err = run(capsys, *quick(scales="2"))
    assert code == 2
    assert err.endswith(
        "There was too little memory to enlarge the picture to 24 × 16 pixels; it is saved as it "
        "was painted, 12 × 8.\n"
    )
    assert load_image(folder / "out.png").shape == (8, 12, 3)


CLOSED = """
import os, sys
from PIL import Image
from nst_numpy.cli import main

real = Image.Image.save

def save(self, file, *arguments, **options):
    real(self, file, *arguments, **options)
    os.write(2, b"a library complains")

Image.Image.save = save
main(sys.argv[1:])
"""


@pytest.mark.skipif(os.name != "posix", reason="descriptors of POSIX")
@pytest.mark.parametrize(
    "closed", [*(pytest.param(some, marks=pytest.mark.long) for some in ((2,), (0, 2))), (0, 1, 2)]
)
def test_what_libraries_say_goes_into_no_file_where_streams_are_closed(folder, closed):
    command = [sys.executable, "-c", CLOSED, *QUICK]
    shell = " ".join(f"{number}>&-" for number in closed)
    end = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {shell}', "sh", *command], cwd=folder, check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, timeout=60,
    )  # fmt: skip
    assert end.returncode == 0
    assert load_image(folder / "out.png").shape == (16, 24, 3)
    assert (folder / "out.png").read_bytes().startswith(b"\x89PNG")
