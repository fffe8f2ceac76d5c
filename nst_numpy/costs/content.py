"""Content: each number, at its place."""

from dataclasses import dataclass
from math import prod

from nst_numpy.arrays import Array
from nst_numpy.costs.term import Shape, cost, sum_of_squares


@dataclass(frozen=True)
class Content:
    """Compare each number with the number at the same place.

    ``J_content = Σ (a_G - a_C)² / (4·n_H·n_W·n_C)``

    A square x² has the slope 2x, so ``dJ/da_G = 2·(a_G - a_C) / (4·n_H·n_W·n_C)``.

    References
    ----------
    Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks" (CVPR 2016),
    eqs. 1 and 2, with 1/(4·n_H·n_W·n_C) in place of their 1/2. (Their eq. 2 has 0 where a_G is 0,
    the ReLU's slope; here `relu_backward` applies that.)
    """

    def measure(self, a_G: Array) -> Array:
        """``s = a_G``: everything counts."""
        return a_G

    def compare(self, s: Array, a_C: Array, shape: Shape) -> tuple[float, Array]:
        """``J = Σ (s - a_C)² / 4N`` and ``ds = 2·(s - a_C) / 4N``, with N = n_H·n_W·n_C."""
        difference, divisor = s - a_C, self.divisor(shape)
        return sum_of_squares(difference) / divisor, difference * (2 / divisor)

    def divisor(self, shape: Shape) -> int:
        """Return 4N."""
        return 4 * prod(shape)

    def pull(self, a_G: Array, ds: Array) -> Array:
        """``da_G = ds``."""
        return ds


def content_cost(a_C: Array, a_G: Array) -> tuple[float, Array]:
    """Return J_content and dJ/da_G of one layer, as in the lectures; both are (n_H, n_W, n_C)."""
    return cost(Content(), a_G, a_C)
