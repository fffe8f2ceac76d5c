"""Names for what flows through the mathematics: plain NumPy arrays, nothing else."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]  # float32 paints, float64 checks
Mask = NDArray[np.bool_]  # yes or no
Choice = NDArray[np.uint8]  # one of four
