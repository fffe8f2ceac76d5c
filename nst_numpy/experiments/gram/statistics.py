"""Statistics of a style: its Gram matrix, and others that leave something out.

Each measures sums over the M = n_H·n_W positions of a layer; A are its activations with a position
a row. They are compared as `Gram` compares: D is what is measured less what is wanted, both per
position, and J = ΣD² / (4·n_C²).
"""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import Gram, Statistic
from nst_numpy.costs.style import unroll
from nst_numpy.costs.term import Shape


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
class Covariance(Gram):
    """How the channels vary together about their means m: ``V = AᵀA/M - m·mᵀ``.

    V moves by dAᵀA/M - dm·mᵀ - m·dmᵀ. dV is symmetric, so the last two move J by the same.
    """

    def measure(self, a: Array) -> Array:
        """``s = [A 1]ᵀA``: the Gram matrix, and under it the sums of the channels."""
        A = unroll(a)
        s: Array = np.vstack([A.T @ A, A.sum(axis=0)])
        return s

    def compare(self, s: Array, s_S: Array, shape: Shape) -> tuple[float, Array]:
        """``ds = [dV; -2·mᵀdV] / M``."""
        n_H, n_W, n_C = shape
        M = n_H * n_W
        J, dV = super().compare(covariance(s / M), covariance(s_S), (1, 1, n_C))
        return J, np.vstack([dV, -2 * s[-1] / M @ dV]) / M

    def pull(self, a: Array, ds: Array) -> Array:
        """``dA = 2·A·ds``, and the last row of ds at every position."""
        da: Array = super().pull(a, ds[:-1]) + ds[-1]
        return da


def covariance(s: Array) -> Array:
    """Return V, from AᵀA/M and, under it, m."""
    V: Array = s[:-1] - np.outer(s[-1], s[-1])
    return V


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
    "covariance": Covariance(),
    "diagonal only": Moment(2),
    "means only": Moment(1),
}
