"""Style as two numbers for each channel: its mean and its standard deviation."""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.term import Shape, sum_of_squares

LEAST = 1e-4
"""A variance added to every channel, as a share of the style's mean square per channel:
σ has an infinite slope where it is 0."""


@dataclass(frozen=True)
class Deviation:
    """Compare the mean and the standard deviation of each channel, whatever the others do.

    ``J = P·Σ_k ((μ_G - μ_S)² + (σ_G - σ_S)²) / (4·n_C²)``, P as in `moments.strength`

    With q for the mean square, ``σ² = q - μ²``. So ``2σ·δσ = δq - 2μ·δμ``: what J wants of q is
    ``dσ/2σ``, and of μ, besides what it wants of μ itself, ``-μ·dσ/σ``. And a number A_pk moves q
    by ``2·A_pk/M``, and μ by 1/M.

    It is the Wasserstein distance of two Gaussians whose channels are independent.

    References
    ----------
    Li, Wang, Liu and Hou, "Demystifying Neural Style Transfer" (IJCAI 2017), sec. 4.2; Huang and
    Belongie, "Arbitrary Style Transfer in Real-Time with Adaptive Instance Normalization"
    (ICCV 2017), eq. 13, with the root of each of the two distances.
    """

    def measure(self, a: Array) -> Array:
        """``s = [Σ A; Σ A²]``, over the positions: shape (2, n_C)."""
        s: Array = np.stack([a.sum(axis=(0, 1)), np.square(a).sum(axis=(0, 1))])
        return s

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """Return J and ds."""
        n_H, n_W, n_C = shape
        P = float(target[1].sum(dtype=np.float64))
        more = LEAST * P / n_C + 1e-12
        (mu, sigma), (mu_S, sigma_S) = (
            apart(t.astype(np.float64), more) for t in (s / (n_H * n_W), target)
        )
        scale = P / (4 * n_C**2)
        J = scale * (sum_of_squares(mu - mu_S) + sum_of_squares(sigma - sigma_S))
        dmu, dsigma = 2 * (mu - mu_S), 2 * (sigma - sigma_S)
        ds = np.stack([dmu - mu * dsigma / sigma, dsigma / (2 * sigma)])
        return J, (scale / (n_H * n_W) * ds).astype(s.dtype, copy=False)

    def pull(self, a: Array, ds: Array) -> Array:
        """``dA_pk = ds_1k + 2·A_pk·ds_2k``."""
        da: Array = ds[0] + a * (2 * ds[1])
        return da


def apart(per_position: Array, more: float) -> tuple[Array, Array]:
    """Return μ and σ, from the means of A and of A²."""
    mu, q = per_position
    return mu, np.sqrt(np.maximum(q - mu**2, 0) + more)
