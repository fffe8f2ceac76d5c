"""Style in a region: which channels are active together where a mask is white."""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.style import unroll
from nst_numpy.costs.term import Shape, sum_of_squares


@dataclass(frozen=True, eq=False)
class MaskedGram:
    """Compare how strongly each pair of channels is active together, each position by its share.

    ``J_style = (m/M)·Σ_kk' (G_G/m - G_S/m_S)² / (4·n_C²)``

    t is the mask, a share in [0, 1] for each position; G_G = Aᵀ·diag(t)·A counts each position by
    its share, and m = Σ t says how many positions that makes, out of M = n_H·n_W. The target is the
    style's, under a mask of its own: G_S/m_S. Where t is 1 everywhere, m = M and this is `Gram`.

    Write D = G_G/m - G_S/m_S, which is symmetric. As for `Gram`, with one more factor,
    ``dJ/dG_G = (m/M)·D / (2·n_C²·m) = D / (2·n_C²·M)`` and ``dJ/dA = 2·diag(t)·A·dJ/dG_G``. So a
    position with the share 1 is pulled as strongly as without a mask, however small its region is,
    and one with the share 0 not at all: that is why m/M stands in front.

    Attributes
    ----------
    mask
        t, shape (n_H, n_W): that of the layer. Neither m nor M comes from the part measured.

    References
    ----------
    Gatys, Ecker, Bethge, Hertzmann and Shechtman, "Controlling Perceptual Factors in Neural Style
    Transfer" (CVPR 2017), section 4. They multiply the activations by T, so that T² counts; here
    t = T² is the mask itself, so that the G_G of regions whose shares add up to 1 add up to AᵀA.
    """

    mask: Array

    @property
    def positions(self) -> float:
        """``m = Σ t``."""
        return float(np.sum(self.mask, dtype=np.float64))

    def measure(self, a_G: Array) -> Array:
        """``s = Aᵀ·diag(t)·A``."""
        s: Array = unroll(a_G).T @ unroll(self._share(a_G) * a_G)
        return s

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """``D = s/m - G_S/m_S``; ``J = (m/M)·Σ D² / (4·n_C²)`` and ``ds = D / (2·n_C²·M)``."""
        n_H, n_W, n_C = shape
        M, m = n_H * n_W, self.positions
        D = s / m - target
        return m / M * sum_of_squares(D) / (4 * n_C**2), D / (2 * n_C**2 * M)

    def pull(self, a_G: Array, ds: Array) -> Array:
        """``dA = 2·diag(t)·A·ds``, since ds is symmetric."""
        dA: Array = (unroll(a_G) @ (2 * ds)).reshape(a_G.shape)
        dA *= self._share(a_G)
        return dA

    def _share(self, a_G: Array) -> Array:
        return self.mask[:, :, None].astype(a_G.dtype, copy=False)
