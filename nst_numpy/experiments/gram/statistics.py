"""Statistics of a style: its Gram matrix, and others that leave something out.

Each measures sums over the M = n_H·n_W positions of a layer; A are its activations with a position
a row. They are compared as `Gram` compares: D is what is measured less what is wanted, both per
position, and J = ΣD² / (4·n_C²).
"""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import Gram, Statistic
from nst_numpy.costs.moments import Moments, put_together, taken_apart
from nst_numpy.costs.term import Shape, sum_of_squares


@dataclass(frozen=True)
class Moment(Gram):
    """How strong each channel is, whatever the others do: the mean of its n-th power.

    The mean is n = 1; with n = 2 it is the diagonal of the Gram matrix.
    """

    n: int

    def measure(self, a: Array) -> Array:
        """``s_k = Σ_p A_pk^n``."""
        s: Array = np.sum(a**self.n, axis=(0, 1))
        return s

    def pull(self, a: Array, ds: Array) -> Array:
        """``dA_pk = n·A_pk^(n - 1)·ds_k``."""
        da: Array = a ** (self.n - 1) * (self.n * ds)
        return da


@dataclass(frozen=True)
class CovarianceAlone(Moments):
    """How the channels vary together about their means, whatever these are: V of `Moments`."""

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """``J = Σ (V_G - V_S)² / (4·n_C²)``."""
        n_H, n_W, n_C = shape
        (mu, V), (_, V_S) = taken_apart(s / (n_H * n_W)), taken_apart(target)
        D = V - V_S
        ds = put_together(np.zeros(n_C), D / (2 * n_C**2), mu, shape)
        return sum_of_squares(D) / (4 * n_C**2), ds.astype(s.dtype, copy=False)


@dataclass(frozen=True, eq=False)
class MarkedGram(Gram):
    """The Gram matrix, each entry times its mark w (symmetric): ``J = Σ w·D² / (4·n_C²)``."""

    marks: Array

    def compare(self, s: Array, gram_S: Array, shape: Shape) -> tuple[float, Array]:
        """Compare √w·s with √w·gram_S."""
        w = np.sqrt(self.marks)
        J, ds = super().compare(w * s, w * gram_S, shape)
        return J, w * ds


GRAM = "full Gram matrix"
CANDIDATES: dict[str, Statistic] = {
    GRAM: Gram(),
    "covariance": CovarianceAlone(),
    "diagonal only": Moment(2),
    "means only": Moment(1),
}
