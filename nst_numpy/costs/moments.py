"""Style as means and covariances: how strong the channels are, and how they vary together.

The Gram matrix holds both, but mixed: it is ``V + μ·μᵀ``. Here they are taken apart.
"""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.style import unroll
from nst_numpy.costs.term import Shape, sum_of_squares


class Moments:
    """What two statistics both measure: ``μ = Σ_p A_p / M`` and ``V = AᵀA/M - μ·μᵀ``.

    V moves by ``(δAᵀA + AᵀδA)/M - δμ·μᵀ - μ·δμᵀ``. With dV = dJ/dV, which is symmetric, the two of
    each pair contribute the same to J: it moves by ``2·Σ(δA ∘ A·dV)/M - 2·δμᵀ·dV·μ``. So what J
    wants of AᵀA is dV/M, and of the sums of the channels ``(dμ - 2·dV·μ)/M``, with dμ = dJ/dμ.
    """

    def measure(self, a: Array) -> Array:
        """``s = [A 1]ᵀA``: the Gram matrix, and under it the sums of the channels."""
        A = unroll(a)
        s: Array = np.vstack([A.T @ A, A.sum(axis=0)])
        return s

    def pull(self, a: Array, ds: Array) -> Array:
        """``dA = 2·A·ds``, since ds is symmetric; and its last row at every position."""
        dA: Array = unroll(a) @ (2 * ds[:-1]) + ds[-1]
        return dA.reshape(a.shape)


def taken_apart(per_position: Array) -> tuple[Array, Array]:
    """Return μ and V, in float64, from ``[A 1]ᵀA/M``."""
    gram, mu = np.split(per_position.astype(np.float64), [-1])
    V: Array = gram - mu.T @ mu
    return mu[0], V


def put_together(dmu: Array, dV: Array, mu: Array, shape: Shape) -> Array:
    """Return ``ds = [dV; dμ - 2·dV·μ] / M``."""
    n_H, n_W, _ = shape
    ds: Array = np.vstack([dV, dmu - 2 * dV @ mu]) / (n_H * n_W)
    return ds


def strength(per_position: Array) -> float:
    """Return P, the style's mean square over the positions, added up over the channels.

    ``P/(4·n_C²)`` stands before a squared distance of activations. So it has the unit of the Gram
    cost, where squares of activations are compared, and β means about as much: for activations that
    are too large by a small share ε, D is 2ε·G_S/M_S, which costs ``ε²·Σ(G_S/M_S)²/n_C²``; their
    distance is ε·√P, which costs ``ε²·P²/(4·n_C²)``. And ``Σ(G_S/M_S)²`` is a fraction of P².
    """
    return float(np.trace(per_position[:-1], dtype=np.float64))


@dataclass(frozen=True)
class Covariance(Moments):
    """Compare the means, and the covariances: each entry with its own.

    ``J = (Σ (V_G - V_S)² + P·Σ (μ_G - μ_S)²) / (4·n_C²)``

    So ``dJ/dV = (V_G - V_S) / (2·n_C²)`` and ``dJ/dμ = P·(μ_G - μ_S) / (2·n_C²)``. The target is
    ``[A_S 1]ᵀA_S/M_S``; for several styles, that of all their positions together.
    """

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """Return J and ds."""
        (mu, V), (mu_S, V_S) = taken_apart(s / (shape[0] * shape[1])), taken_apart(target)
        P, n_C = strength(target), shape[2]
        J = (sum_of_squares(V - V_S) + P * sum_of_squares(mu - mu_S)) / (4 * n_C**2)
        dmu, dV = P * (mu - mu_S) / (2 * n_C**2), (V - V_S) / (2 * n_C**2)
        return J, put_together(dmu, dV, mu, shape).astype(s.dtype, copy=False)
