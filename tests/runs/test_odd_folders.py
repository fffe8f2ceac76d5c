"""Folders of runs that a stranger made: no link is followed, no pipe waited for, no number lies."""

import json
import os

import numpy as np
import pytest

from nst_numpy import Computing, InputError, Settings, runs
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.trace import read_trace

SETTINGS = Settings(
    content_layers={"conv1_1": 1}, style_layers={"conv1_1": 1}, margin=0, iterations=1, scales=1
)


@pytest.fixture
def kept(tmp_path, weights):
    rng = np.random.default_rng(0)
    content, style = rng.random((2, 9, 12, 3)).astype("float32")
    steps = runs.paint(tmp_path / "run", content, [style], SETTINGS, weights, Computing("numpy", 1))
    assert len(list(steps)) == 2
    return tmp_path / "run"


@pytest.mark.parametrize("name", ["result.png", "trace.jsonl", "checkpoint.bin", ".lock"])
def test_links_out_of_a_run_are_not_followed(kept, tmp_path, weights, name):
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    (kept / name).unlink()
    (kept / name).symlink_to(mine)
    with pytest.raises(InputError, match="is a symbolic link"):
        list(runs.resume(kept, weights=weights))
    assert mine.read_bytes() == b"mine"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_pipes_in_a_run_are_not_waited_for(kept, tmp_path, weights):
    os.mkfifo(kept / "previews" / "9-000001.jpg")
    assert len(RunFolder(kept).all_previews()) == 2
    (kept / "trace.jsonl").unlink()
    os.mkfifo(kept / "trace.jsonl")
    for use in (lambda: list(runs.resume(kept, weights=weights)), lambda: read_trace(kept)):
        with pytest.raises(InputError, match="is not a regular file"):
            use()


@pytest.mark.parametrize(
    ("there", "then"),
    [
        (b'"iteration": 1,', b'"iteration": "1",'),
        (b'"margin": 0', b'"margin": 99'),
        (b'"lines": 2', b'"lines": -2'),
        (b'"machine": {', b'"machine": 5, "x": {'),
        (b'"note": ""', b'"note": 3'),
    ],
    ids=lambda text: text.decode(),
)
def test_a_checkpoint_with_odd_numbers_is_not_sound(kept, weights, there, then):
    path = kept / "checkpoint.bin"
    content = path.read_bytes()
    assert there in content
    path.write_bytes(content.replace(there, then))
    with pytest.raises(InputError, match="holds no sound checkpoint"):
        list(runs.resume(kept, weights=weights))


@pytest.mark.parametrize("odd", [{"terms": 5}, {"J": "x"}, {"scale": None}, {"terms": {"a": "b"}}])
def test_a_trace_with_odd_numbers_is_none(kept, tmp_path, odd):
    path = kept / "trace.jsonl"
    first, *_ = path.read_text().splitlines()
    path.write_text(json.dumps(json.loads(first) | odd) + "\n")
    with pytest.raises(InputError, match=r"Line 1 of .* is no step"):
        runs.film(kept, tmp_path / "film.webp", ledger=True)


def test_a_film_does_not_last_for_ever(kept, tmp_path):
    with pytest.raises(InputError, match="seconds must be at most 600"):
        runs.film(kept, tmp_path / "film.gif", seconds=1e300)


def test_a_sweep_over_no_list_is_one_sentence(tmp_path):
    picture = np.zeros((9, 9, 3), np.float32)
    with pytest.raises(InputError, match="goes over lists of values"):
        runs.sweep(tmp_path, picture, [picture], SETTINGS, {"beta": None})
