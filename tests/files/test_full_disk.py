"""A disk that is full after so many bytes: the old file stays, whole, or the new one is whole."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from disks import filled

from nst_numpy import InputError, load_image, save_image
from nst_numpy.files.states import load_state, save_state
from nst_numpy.files.writing import FORMATS, check_output
from nst_numpy.optimizers import Adam

OLD = b"an older file"


def each_write_fails_once(disk, name, write, sound):
    """Write with more and more space until it fits; return how often it did not."""
    path = disk / name
    for pages in range(64):
        (disk / "filler").unlink(missing_ok=True)
        path.write_bytes(OLD)
        filled(disk, pages)
        try:
            write(path)
        except InputError as error:
            said = str(error)
        else:
            sound(path)
            return pages
        finally:
            assert {one.name for one in disk.iterdir()} == {name, "filler"}
        assert said.startswith(str(path))
        assert said.endswith(".")
        assert path.read_bytes() == OLD
    raise AssertionError("it never fitted")


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(0).random((90, 100, 3), np.float32)


@pytest.mark.parametrize("suffix", FORMATS)
def test_pictures(disk, image, suffix):
    def sound(path):
        assert np.abs(load_image(path) - image).mean() < 0.2

    failed = each_write_fails_once(disk, f"out{suffix}", lambda p: save_image(image, p), sound)
    assert failed > 2


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # of ZipFile, closed full
def test_states(disk, image):
    state = Adam().start(lambda x: (0.0, x), image[:30, :30])

    def write(path):
        try:
            save_state(state, path)
        except OSError as error:
            raise InputError(f"{path} ({error.strerror}).") from error

    def sound(path):
        assert (load_state(Adam.kind, path).x == state.x).all()

    assert each_write_fails_once(disk, "state.npz", write, sound) > 2


def test_an_output_is_still_accepted_for_there_may_be_space_in_the_end(disk):
    filled(disk, 0)
    assert check_output(disk / "out.png") == disk / "out.png"


TWO = """
import sys, numpy as np
from nst_numpy import save_image
image = np.full((40, 40, 3), float(sys.argv[1]))
for _ in range(60):
    save_image(image, "out.png")
"""


def test_two_processes_that_save_under_one_name(tmp_path):
    """Whatever is read meanwhile is whole, and one of the two."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    save_image(np.zeros((40, 40, 3)), tmp_path / "out.png")
    runs = [
        subprocess.Popen([sys.executable, "-c", TWO, shade], cwd=tmp_path, env=environment)
        for shade in ("0", "1")
    ]
    while any(run.poll() is None for run in runs):
        found = load_image(tmp_path / "out.png")
        assert found.shape == (40, 40, 3)
        assert np.ptp(found) == 0
        time.sleep(0.002)
    assert [run.returncode for run in runs] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]
