"""Pictures larger than memory: the same J and dJ/dG, a strip of rows at a time."""

from nst_numpy.large.cutting import Strip, cut, halo, reach
from nst_numpy.large.strips import Strips

__all__ = ["Strip", "Strips", "cut", "halo", "reach"]
