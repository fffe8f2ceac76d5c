"""The canonical float32 file itself, which is too large for the repository.

``VGG19_KERAS_FILE=THE-FILE python -m pytest -m slow``; where
to find it is told in weights/README.md.
"""

import os
from dataclasses import replace

import numpy as np
import pytest
from test_network import REFERENCE, reference_picture

from nst_numpy import load_weights
from nst_numpy.network import VGG19, forward

FILE = os.environ.get("VGG19_KERAS_FILE")


@pytest.mark.slow
@pytest.mark.skipif(not FILE, reason="VGG19_KERAS_FILE names no file")
def test_reference_activations_of_the_canonical_file():
    G = reference_picture().astype(np.float32)
    features, _ = forward(G, replace(VGG19, pooling="max"), load_weights(FILE), REFERENCE)
    for layer, (mean, largest, _) in REFERENCE.items():
        assert features[layer].mean(dtype=np.float64) == pytest.approx(mean, rel=1e-5)
        assert features[layer].max() == pytest.approx(largest, rel=1e-5)
