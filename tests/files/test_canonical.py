"""The canonical float32 file itself, which is too large for the repository.

``VGG19_KERAS_FILE=THE-FILE python -m pytest -m slow``; where
to find it is told in weights/README.md.
"""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from nst_numpy import load_weights, vgg19
from nst_numpy.vgg_input import vgg_input_forward

sys.path.insert(0, str(Path(__file__).parent.parent))
from test_vgg19 import REFERENCE, reference_picture

FILE = os.environ.get("VGG19_KERAS_FILE")


@pytest.mark.slow
@pytest.mark.skipif(not FILE, reason="VGG19_KERAS_FILE names no file")
def test_reference_activations_of_the_canonical_file():
    x = vgg_input_forward(reference_picture().astype(np.float32))
    features, _ = vgg19.forward(x, load_weights(FILE), REFERENCE, "max")
    for layer, (mean, largest, _) in REFERENCE.items():
        assert features[layer].mean(dtype=np.float64) == pytest.approx(mean, rel=1e-5)
        assert features[layer].max() == pytest.approx(largest, rel=1e-5)
