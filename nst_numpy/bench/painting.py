"""A painting whose progress is watched: its settings, and J of what would be saved of it.

Everything is painted at one scale and without a margin, from the content: then J is one and the
same function of the same picture for whoever paints, from the first evaluation to the last.
"""

from collections.abc import Callable

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.objective import SumOfTerms
from nst_numpy.settings import MOST_ITERATIONS, Settings

PLAIN = Settings(margin=0, scales=1, iterations=MOST_ITERATIONS, gain=0)
"""The default settings but for margin, scales and gain; whoever watches says when it is enough."""


def saved(picture: Array) -> Array:
    """Return the picture as it is saved: clipped to [0, 1] and rounded to 8 bits."""
    return np.rint(255 * np.clip(np.nan_to_num(picture), 0, 1)).astype(np.uint8)


def J_saved(J: SumOfTerms | Callable[[Array], tuple[object, Array]], picture: Array) -> float:
    """Evaluate J of a picture as it is saved."""
    value, _ = J(saved(picture).astype(np.float32) / 255)
    return float(value)  # type: ignore[arg-type]
