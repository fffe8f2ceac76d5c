"""What all tests share."""

import signal

import pytest
from disks import disk  # noqa: F401

from nst_numpy.cli.signals import STOPPING
from nst_numpy.files.weights import load_weights
from nst_numpy.network import Weights


@pytest.fixture(scope="session")
def weights() -> Weights:
    """The embedded VGG-19, read once."""
    return load_weights()


@pytest.fixture(autouse=True)
def signals_as_they_were():
    """The program ignores signals while it ends; in a test it ends, and Python goes on."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
