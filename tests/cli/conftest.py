"""A folder to be in, with two small pictures; a pipe that nobody reads."""

import os

import numpy as np
import pytest

from nst_numpy import save_image


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    save_image(rng.random((20, 30, 3)), tmp_path / "photo.png")
    save_image(rng.random((25, 20, 3)), tmp_path / "painting.png")
    return tmp_path


@pytest.fixture
def closed_pipe():
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)
