"""Pictures larger than memory: the same J and dJ/dG, a strip of rows at a time."""

from collections.abc import Collection
from typing import Any

import numpy as np

from nst_numpy import backend
from nst_numpy.backend import Computing, Evaluator
from nst_numpy.large.cutting import Strip, cut, reach
from nst_numpy.large.strips import Strips
from nst_numpy.network import Network, Weights

__all__ = ["Strip", "Strips", "cut", "evaluator", "reach"]


def evaluator(
    network: Network,
    weights: Weights,
    taps: Collection[str],
    dtype: str | np.dtype[Any],
    computing: Computing,
) -> Evaluator:
    """Make the evaluator of `nst_numpy.backend`, in strips, if so it shall be."""
    whole = backend.evaluator(network, weights, taps, dtype, computing)
    return Strips(whole, computing.rows) if computing.rows else whole
