"""Clocks that go backwards: what lasts is measured by one that cannot; no work depends on it."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import nst_numpy
from nst_numpy.cli import main

PACKAGE = Path(nst_numpy.__file__).parent
OF_DAY = {"time", "time_ns", "now", "utcnow", "today"}
OF_FILE = {"st_mtime", "st_mtime_ns", "getmtime"}
LOOK = {  # who looks at the time of day, or at that of a file, and why that is safe
    "kernels/compiling.py",  # what is an hour old is left behind: at worst it is compiled again
    "files/temporary.py",  # so is what is a day old, where nothing can be locked
    "page/making.py",  # two times of files are the same, or not
    "page/state.py",  # a page that has not changed is not drawn again
}


def looks(path):
    """Whether a file asks for the time of day."""
    tree = ast.parse(path.read_text("utf-8"))
    from_time = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime")
        for name in node.names
        if name.name in OF_DAY
    }
    return any(
        (isinstance(node, ast.Attribute) and node.attr in OF_FILE)
        or (
            isinstance(node, ast.Attribute)
            and node.attr in OF_DAY
            and getattr(node.value, "id", "") in ("time", "datetime", "date")
        )
        or (isinstance(node, ast.Name) and node.id in from_time)
        for node in ast.walk(tree)
    )


def test_the_time_of_day_is_looked_at_where_it_can_be_wrong():
    found = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if looks(path)}
    assert {name.replace(os.sep, "/") for name in found} == LOOK


BACKWARDS = """
import json, sys, time
clock = [time.time()]
def back():
    clock[0] -= 3600
    return clock[0]
time.time = back
time.time_ns = lambda: int(1e9 * back())
from nst_numpy.cli import main
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as end:
        assert not end.code
"""


def test_a_run_while_the_clock_goes_backwards_is_the_same_run(tmp_path, monkeypatch):
    """An hour at each look: painted, resumed, its trace rises, and it comes to the same bytes."""
    pictures = [nst_numpy.examples()[name] for name in ("castle", "church")]
    words = [
        "stylize", *map(str, pictures), "--size", "32", "--iterations", "2", "--scales", "1",
        "--content-layers", "conv1_2", "--style-layers", "conv1_1", "--margin", "2",
        "--backend", "numpy", "--threads", "1",
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    usual, backwards = (
        [[*words, "--run", name], ["resume", name, "--iterations", "4"]]
        for name in ("usual", "backwards")
    )
    subprocess.run(
        [sys.executable, "-c", BACKWARDS, json.dumps(backwards)],
        cwd=tmp_path, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for one in usual:
        with pytest.raises(SystemExit, match="0"):
            main(one)
    usual, backwards = (tmp_path / name for name in ("usual", "backwards"))
    assert (usual / "result.png").read_bytes() == (backwards / "result.png").read_bytes()
    seconds = [row["seconds"] for row in nst_numpy.runs.read_trace(backwards)]
    assert seconds == sorted(seconds)
    assert len(seconds) == 5
    assert 0 <= seconds[-1] < 1000
