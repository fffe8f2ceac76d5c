"""Commands as somebody types them, run in this process or in one of their own."""

import os
import subprocess
import sys

import pytest

from nst_numpy.cli import main


def run(capsys, *arguments):
    """Run a command: its exit code, and what it printed on either stream."""
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    printed = capsys.readouterr()
    return end.value.code, printed.out, printed.err


QUICK = [
    "stylize", "photo.png", "painting.png", "-o", "out.png", "--size", "24", "--iterations", "30",
    "--content-layers", "conv1_2", "--style-layers", "conv1_1", "--beta", "1", "--margin", "2",
    "--scales", "1", "--backend", "numpy",
]  # fmt: skip


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
