"""What the bits depend on is told of NumPy, whatever else is loaded."""

import pytest

from nst_numpy import machine


def library(version, filepath):
    return {
        "user_api": "blas",
        "internal_api": "openblas",
        "version": version,
        "filepath": filepath,
    }


@pytest.mark.parametrize("order", [1, -1])
def test_only_the_library_of_numpy_counts(monkeypatch, order):
    both = [
        library("0.3.30", "/x/numpy.libs/libopenblas.so"),
        library("0.3.29", "/x/scipy.libs/libopenblas.so"),
    ]
    monkeypatch.setattr(machine, "threadpool_info", lambda: both[::order])
    assert machine.blas_of_numpy() == "openblas 0.3.30"


def test_a_library_of_the_system_counts_too(monkeypatch):
    monkeypatch.setattr(machine, "threadpool_info", lambda: [library("0.3.21", "/usr/lib/lib.so")])
    assert machine.blas_of_numpy() == "openblas 0.3.21"
