"""Style as a Gram matrix, and beside it each channel's mean and standard deviation."""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.deviation import Deviation
from nst_numpy.costs.moments import Moments
from nst_numpy.costs.style import Gram
from nst_numpy.costs.term import Shape


@dataclass(frozen=True)
class GramDeviation(Moments):
    """Add the cost of means and deviations to that of the Gram matrices.

    ``J = Σ (G_G/M - G_S/M_S)² / (4·n_C²) + P·Σ_k ((μ_G - μ_S)² + (σ_G - σ_S)²) / (4·n_C²)``

    The diagonal of the Gram matrix is ``M·(μ² + σ²)``: a mean that is too small can be made up for
    by a deviation that is too large. The second sum does not allow that. Nothing more need be
    measured: the sums of A² are that diagonal, so what J wants of them is added to its ds, and what
    it wants of the sums of A stands under it.

    References
    ----------
    Galerne, Raad, Lezama and Morel, "Scaling Painting Style Transfer" (2024), who add both to
    Gatys' cost for large pictures, with weights of their own.
    """

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """Return J and ds."""
        J_gram, dgram = Gram().compare(s[:-1], target[:-1], shape)
        J_deviation, dsums = Deviation().compare(sums(s), sums(target), shape)
        return J_gram + J_deviation, together(dgram, dsums).astype(s.dtype, copy=False)


def sums(s: Array) -> Array:
    """Return ``[Σ A; Σ A²]`` of ``[A 1]ᵀA``."""
    return np.stack([s[-1], np.diag(s[:-1])])


def together(dgram: Array, dsums: Array) -> Array:
    """Bring what J wants of A² to the diagonal, and put what it wants of A below."""
    return np.vstack([dgram + np.diag(dsums[1]), dsums[0]])
