"""A statistic that the package does not know: how active each channel is, on average."""

from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True)
class ChannelMean:
    """``J = Σ_k (mean_k - target_k)²``; what is measured are the sums over the positions."""

    def measure(self, a):
        return a.sum((0, 1))

    def compare(self, s, target, shape):
        M = prod(shape[:2])
        difference = s / M - target
        return float(np.sum(difference**2)), 2 * difference / M

    def pull(self, a, ds):
        return np.broadcast_to(ds, a.shape)

    @staticmethod
    def closed(a, target):
        """Return J and dJ/da in one expression each."""
        difference = a.mean((0, 1)) - target
        return float(difference @ difference), 2 * difference * np.ones(a.shape) / a[..., 0].size
