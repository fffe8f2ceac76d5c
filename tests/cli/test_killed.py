"""kill −9 at any moment: the old file or the new one, whole, and nothing else."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image
from typed import QUICK, quick

from nst_numpy import load_image, save_image

MOMENTS = 100

SLOWLY = """
import sys, time
from pathlib import Path
from PIL import Image
from nst_numpy.cli import main

real = Path.replace

def replace(self, target):
    time.sleep(0.002)
    result = real(self, target)
    time.sleep(0.002)
    return result

write = Image.Image.save

def save(self, file, *arguments, **options):
    print("saving", flush=True)
    time.sleep(0.002)
    write(self, file, *arguments, **options)
    time.sleep(0.002)

Path.replace, Image.Image.save = replace, save
main(sys.argv[1:])
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_at_any_moment_of_saving_it_leaves_a_whole_file(folder, capsys):
    old = b"an older picture"
    found = {"old": 0, "new": 0, "left behind": 0, "ended": 0}
    rng = random.Random(0)
    for _ in range(MOMENTS):
        (folder / "out.png").write_bytes(old)
        with subprocess.Popen(
            [sys.executable, "-c", SLOWLY, *QUICK], cwd=folder, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:  # fmt: skip
            assert process.stdout.readline() == b"saving\n"
            time.sleep(rng.uniform(0, 0.015))
            process.kill()
            process.communicate()
        found["ended"] += process.returncode != -signal.SIGKILL
        if (folder / "out.png").read_bytes() == old:
            found["old"] += 1
        else:
            assert load_image(folder / "out.png").shape == (16, 24, 3)
            with Image.open(folder / "out.png") as picture:
                picture.verify()
            found["new"] += 1
        others = {"out.png", "photo.png", "painting.png"}
        left = [path for path in folder.iterdir() if path.name not in others]
        assert all(path.suffix == ".tmp" for path in left)
        found["left behind"] += len(left)
        save_image(np.full((3, 4, 3), 0.5), folder / "out.png")  # what the next run does
        assert {path.name for path in folder.iterdir()} == others
    with capsys.disabled():
        print(f"\n{MOMENTS} kills while saving: {found}")
    assert min(found["old"], found["new"], found["left behind"]) > 0


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_killed_at_any_moment_of_a_run_it_leaves_a_whole_file(folder, capsys, backend):
    """From the start of Python to its end; every second run is also asked to stop beforehand."""
    old = b"an older picture"
    arguments = [sys.executable, "-m", "nst_numpy", *quick(iterations="60", backend=backend)]
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    began = time.monotonic()
    subprocess.run(arguments, cwd=folder, env=environment, check=True, **streams)
    whole = time.monotonic() - began
    found = {"old": 0, "new": 0, "left behind": 0, "ended": 0}
    rng = random.Random(1)
    for number in range(MOMENTS):
        (folder / "out.png").write_bytes(old)
        with subprocess.Popen(arguments, cwd=folder, env=environment, **streams) as process:
            time.sleep(rng.uniform(0, 1.1 * whole))
            if number % 2:
                process.send_signal(signal.SIGINT)
                time.sleep(rng.uniform(0, 0.1))
            process.kill()
            process.wait()
        found["ended"] += process.returncode != -signal.SIGKILL
        if (folder / "out.png").read_bytes() == old:
            found["old"] += 1
        else:
            assert load_image(folder / "out.png").shape == (16, 24, 3)
            found["new"] += 1
        left = [path for path in folder.iterdir() if path.suffix == ".tmp"]
        found["left behind"] += len(left)
        save_image(np.full((3, 4, 3), 0.5), folder / "out.png")
        assert {path.name for path in folder.iterdir()} == {"out.png", "photo.png", "painting.png"}
    with capsys.disabled():
        print(f"\n{MOMENTS} kills of a run with {backend}: {found}")
