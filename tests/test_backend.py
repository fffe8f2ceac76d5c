"""What computes is chosen in one place."""

import numpy as np
import pytest

from nst_numpy import InputError, Settings, backend

FLOAT32, FLOAT64 = np.dtype("float32"), np.dtype("float64")


@pytest.mark.parametrize(
    ("asked", "dtype", "installed", "chosen"),
    [
        ("auto", FLOAT32, True, "numba"),
        ("auto", FLOAT32, False, "numpy"),
        ("auto", FLOAT64, True, "numpy"),
        ("numba", FLOAT32, True, "numba"),
        ("numba", FLOAT64, True, "numpy"),
        ("numpy", FLOAT32, True, "numpy"),
    ],
)
def test_the_choice(monkeypatch, asked, dtype, installed, chosen):
    monkeypatch.setattr(backend, "numba_is_installed", lambda: installed)
    assert backend.chosen(Settings(backend=asked), dtype) == chosen


def test_numba_that_is_not_there_is_told_with_how_to_get_it(monkeypatch):
    monkeypatch.setattr(backend, "numba_is_installed", lambda: False)
    with pytest.raises(InputError, match=r'pip install "nst_numpy\[fast\]"'):
        backend.chosen(Settings(backend="numba"), FLOAT32)
