"""Total variation: how much neighbouring pixels differ; a little of it smooths a painting."""

from dataclasses import dataclass
from math import prod

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.term import Shape, cost, sum_of_squares


@dataclass(frozen=True)
class TotalVariation:
    """Compare each pixel with the one below it and with the one to its right.

    ``J_tv = (Σ (x[i+1, j] - x[i, j])² + Σ (x[i, j+1] - x[i, j])²) / (n_H·n_W·3)``

    A difference d = x[i+1, j] - x[i, j] adds d² to the sum, so ``dJ/dd = 2·d / (n_H·n_W·3)``; and
    it rises with x[i+1, j] as fast as it falls with x[i, j].

    References
    ----------
    Not in Gatys et al.; the quadratic form, up to the divisor, is that of Mahendran and Vedaldi,
    "Understanding Deep Image Representations by Inverting Them" (CVPR 2015), with β = 2.
    """

    def measure(self, image: Array) -> Array:
        """Return the differences, down and to the right, shape (2, n_H, n_W, 3); 0 at the edge."""
        d = np.zeros((2, *image.shape), image.dtype)
        d[0, :-1] = image[1:] - image[:-1]
        d[1, :, :-1] = image[:, 1:] - image[:, :-1]
        return d

    def compare(self, d: Array, target: None, shape: Shape) -> tuple[float, Array]:
        """``J = Σ d² / N`` and ``dd = 2·d / N``, with N = n_H·n_W·3. There is no target."""
        N = prod(shape)
        return sum_of_squares(d) / N, d * (2 / N)

    def pull(self, image: Array, dd: Array) -> Array:
        """Add each dd to the gradient of the later pixel, and take it from that of the earlier."""
        dimage: Array = -dd[0] - dd[1]
        dimage[1:] += dd[0, :-1]
        dimage[:, 1:] += dd[1, :, :-1]
        return dimage


def total_variation(image: Array) -> tuple[float, Array]:
    """Return J_tv and dJ/dimage of a picture, shape (n_H, n_W, 3)."""
    return cost(TotalVariation(), image, None)
