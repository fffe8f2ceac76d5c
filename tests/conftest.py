"""What all tests share."""

import pytest

from nst_numpy.files.weights import load_weights
from nst_numpy.network import Weights


@pytest.fixture(scope="session")
def weights() -> Weights:
    """The embedded VGG-19, read once."""
    return load_weights()
