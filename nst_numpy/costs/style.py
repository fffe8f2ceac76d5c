"""Style: which channels are active together, wherever in the picture."""

from dataclasses import dataclass

from nst_numpy.arrays import Array
from nst_numpy.costs.term import Shape, cost, sum_of_squares


@dataclass(frozen=True)
class Gram:
    """Compare how strongly each pair of channels is active together.

    ``J_style = Σ_kk' (G_G/M - G_S/M_S)² / (4·n_C²)``

    G_G = AᵀA and G_S are the Gram matrices of the picture and of the style, each divided by its own
    number of positions, M = n_H·n_W. Where the style has the size of the picture, M_S = M, that is
    the lectures' ``Σ (G_S - G_G)² / (4·n_C²·(n_H·n_W)²)``. The target is G_S/M_S.

    Write D = AᵀA/M - G_S/M_S. J = Σ D²/(4·n_C²), so ``dJ/dG_G = D / (2·n_C²·M)``. Changing A by δA
    changes AᵀA by δAᵀA + AᵀδA. D is symmetric, so both halves contribute the same to J, and
    ``dJ/dA = 2·A·dJ/dG_G = A·D / (n_C²·M)``. (The lectures' A is our Aᵀ.)

    References
    ----------
    Gatys et al. 2016, eqs. 3 to 6. Their eq. 6 has 0 where a_G is 0, the ReLU's slope; here
    `relu_backward` applies that.
    """

    def measure(self, a_G: Array) -> Array:
        """``s = G_G = AᵀA``."""
        return gram_matrix(a_G)

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """``D = s/M - G_S/M_S``; ``J = Σ D² / (4·n_C²)`` and ``ds = D / (2·n_C²·M)``."""
        n_H, n_W, n_C = shape
        D = s / (n_H * n_W) - target
        return sum_of_squares(D) / (4 * n_C**2), D / (2 * n_C**2 * n_H * n_W)

    def pull(self, a_G: Array, ds: Array) -> Array:
        """``dA = 2·A·ds``, since ds is symmetric."""
        dA = unroll(a_G) @ (2 * ds)
        return dA.reshape(a_G.shape)


def gram_matrix(a: Array) -> Array:
    """Return how strongly each pair of channels is active together: ``G_kk' = Σ_ij a_ijk·a_ijk'``.

    With the positions unrolled into the rows of A, of shape (n_H·n_W, n_C), it is ``G = AᵀA``:
    symmetric, and blind to where in the picture something is.

    Parameters
    ----------
    a : ndarray, shape (n_H, n_W, n_C)

    Returns
    -------
    gram : ndarray, shape (n_C, n_C)
        Not normalised: it grows with the number of positions.
    """
    A = unroll(a)
    gram: Array = A.T @ A
    return gram


def gram_per_position(a: Array) -> Array:
    """Return ``AᵀA / (n_H·n_W)``, by which pictures of different sizes can be compared."""
    n_H, n_W, _ = a.shape
    gram: Array = gram_matrix(a) / (n_H * n_W)
    return gram


def style_cost(gram_S_per_position: Array, a_G: Array) -> tuple[float, Array]:
    """Return J_style and dJ/da_G of one layer, as in the lectures; a_G is (n_H, n_W, n_C)."""
    return cost(Gram(), a_G, gram_S_per_position)


def unroll(a: Array) -> Array:
    """Lay the positions out as rows: (n_H, n_W, n_C) -> (n_H·n_W, n_C)."""
    A: Array = a.reshape(-1, a.shape[-1])
    return A
