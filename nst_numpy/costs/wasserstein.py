"""Style as a cloud of points, one per position: how far one cloud is carried to become another.

A position is a point, its channels are the coordinates. A cloud is described by its mean and its
covariance, as if it were Gaussian; between two such clouds the distance is known in closed form.
"""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.moments import Moments, put_together, strength, taken_apart
from nst_numpy.costs.term import Shape, sum_of_squares

LEAST = 1e-4
"""A variance added to every channel, as a share of the style's mean square per channel:
√V has an infinite slope at 0, where dead channels and few positions lie."""


@dataclass(frozen=True)
class Wasserstein(Moments):
    """The Wasserstein-2 distance of two Gaussians: the mean squared way, on the best ways.

    ``W² = |μ_G - μ_S|² + tr V_G + tr V_S - 2·tr R``, with ``R = (Lᵀ·V_G·L)^½`` and ``V_S = L·Lᵀ``;
    ``J = P·W² / (4·n_C²)``.

    (The literature writes ``(V_S^½·V_G·V_S^½)^½``. Its eigenvalues are those of V_G·V_S, whatever
    root of V_S is taken; the triangular one, Cholesky's, costs the least.)

    What is the gradient of tr R? Write X = R·R. Then ``δX = δR·R + R·δR``; multiplied by R⁻¹, the
    traces are ``tr(R⁻¹·δX) = tr(R⁻¹·δR·R) + tr δR = 2·tr δR``, since a trace lets factors go round.
    So ``δ tr R = tr(R⁻¹·δX)/2``: as for numbers, where √x has the slope 1/(2√x). It needs no
    derivative of an eigenvector. With ``δX = Lᵀ·δV·L`` that is ``tr(L·R⁻¹·Lᵀ·δV)/2``, and

    ``dW²/dV = I - T``, ``T = L·R⁻¹·Lᵀ``, ``dW²/dμ = 2·(μ_G - μ_S)``

    T is a known matrix: ``x → μ_S + T·(x - μ_G)`` carries one cloud onto the other in the best way,
    since T·V_G·T = L·R⁻¹·R²·R⁻¹·Lᵀ = V_S. Each position is pulled to where it is carried.

    References
    ----------
    Dowson and Landau, "The Fréchet Distance between Multivariate Normal Distributions" (1982); as a
    style cost: Mroueh, "Wasserstein Style Transfer" (AISTATS 2020).
    """

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """Return J and ds."""
        (mu, V), (mu_S, V_S) = taken_apart(s / (shape[0] * shape[1])), taken_apart(target)
        n_C = shape[2]
        P = strength(target)
        more = LEAST * P / n_C + 1e-12  # it has a root even if there is no style at all
        identity = np.eye(n_C)
        V, V_S = V + more * identity, V_S + more * identity
        L = np.linalg.cholesky(V_S)
        x, U = np.linalg.eigh(L.T @ V @ L)
        root = np.sqrt(np.maximum(x, more**2))  # none is smaller, but for rounding
        LU = L @ U
        T = LU / root @ LU.T
        W2 = sum_of_squares(mu - mu_S) + np.trace(V) + np.trace(V_S) - 2 * root.sum()
        dmu, dV = 2 * (mu - mu_S), identity - T
        scale = P / (4 * n_C**2)
        ds = scale * put_together(dmu, dV, mu, shape)
        return scale * float(W2), ds.astype(s.dtype, copy=False)
