"""The costs: content, style and total variation; each returns its value and its gradient.

The formulas are those of Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural
Networks" (CVPR 2016), equations 1 to 4 and 6, in the notation and with the factors of the lectures.
a_G are the activations of one layer for the picture G that is being painted, of shape
(n_H, n_W, n_C), and M = n_H·n_W is the number of its positions. G_S and G_G are the Gram matrices
of the style and of the picture, and M_S is the style's number of positions. What the code calls
`gram_S` is G_S/M_S.
"""

import numpy as np

from nst_numpy.arrays import Array


def content_cost(a_C: Array, a_G: Array) -> tuple[float, Array]:
    """Compare each number with the number at the same place.

    ``J_content = Σ (a_C - a_G)² / (4·n_H·n_W·n_C)``

    A square x² has the slope 2x, so ``dJ/da_G = 2·(a_G - a_C) / (4·n_H·n_W·n_C)``.

    Parameters
    ----------
    a_C, a_G : ndarray, shape (n_H, n_W, n_C)
        One layer's activations for the content C and for the picture G.

    Returns
    -------
    J : float
    da_G : ndarray, the shape of `a_G`

    References
    ----------
    Gatys et al. 2016, eqs. 1 and 2, with 1/(4·n_H·n_W·n_C) in place of their 1/2. (Their eq. 2
    has 0 where a_G is 0, since it goes on through the ReLU; here the ReLU does that itself.)
    """
    difference = a_G - a_C
    J = _sum_of_squares(difference) / (4 * a_G.size)
    return J, difference / (2 * a_G.size)


def gram_matrix(a: Array) -> Array:
    """Tell how strongly each pair of channels is active together: ``G_kk' = Σ_ij a_ijk·a_ijk'``.

    With the positions unrolled into the rows of A, of shape (n_H·n_W, n_C), it is ``G = AᵀA``:
    symmetric, and blind to where in the picture something is.

    Parameters
    ----------
    a : ndarray, shape (n_H, n_W, n_C)

    Returns
    -------
    gram : ndarray, shape (n_C, n_C)
        Not normalised: it grows with the number of positions.

    References
    ----------
    Gatys et al. 2016, eq. 3.
    """
    A = _unroll(a)
    gram: Array = A.T @ A
    return gram


def gram_per_position(a: Array) -> Array:
    """Give ``AᵀA / (n_H·n_W)``, which pictures of different sizes can be compared by."""
    n_H, n_W, _ = a.shape
    gram: Array = gram_matrix(a) / (n_H * n_W)
    return gram


def style_cost(gram_S: Array, a_G: Array) -> tuple[float, Array]:
    """Compare which channels are active together, in one layer.

    ``J_style = Σ_kk' (G_S/M_S - G_G/M)² / (4·n_C²)``

    Each Gram matrix is divided by its own number of positions. Where the style has the same size
    as the picture, M_S = M, that is the lectures' ``Σ (G_S - G_G)² / (4·n_C²·(n_H·n_W)²)``.

    Write D = AᵀA/M - G_S/M_S. Moving A by dA moves D by (dAᵀA + AᵀdA)/M, and J by 2·D·dD/(4·n_C²)
    summed over all entries. D is symmetric, so both halves of dD contribute the same,
    Σ (A·D)∘dA / M, and ``dJ/dA = 4·A·D / (4·n_C²·M) = A·D / (n_C²·M)``.

    Parameters
    ----------
    gram_S : ndarray, shape (n_C, n_C)
        The style's Gram matrix per position, from `gram_per_position`.
    a_G : ndarray, shape (n_H, n_W, n_C)
        The same layer's activations for the picture G.

    Returns
    -------
    J : float
    da_G : ndarray, the shape of `a_G`

    References
    ----------
    Gatys et al. 2016, eqs. 4 and 6; the case a_G = 0 of eq. 6 is again the ReLU's.
    """
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_S
    J = _sum_of_squares(D) / (4 * n_C**2)
    dA = _unroll(a_G) @ (D / (n_C**2 * n_H * n_W))
    return J, dA.reshape(a_G.shape)


def total_variation(image: Array) -> tuple[float, Array]:
    """Measure how much neighbouring pixels differ; a little of it smooths a painting.

    ``J_tv = (Σ (x[i+1, j] - x[i, j])² + Σ (x[i, j+1] - x[i, j])²) / (n_H·n_W·3)``

    A difference d = x[i+1, j] - x[i, j] adds d² to the sum; so it adds 2·d to the gradient of
    x[i+1, j] and -2·d to that of x[i, j], all of it divided by n_H·n_W·3.

    Parameters
    ----------
    image : ndarray, shape (n_H, n_W, 3)

    Returns
    -------
    J : float
    dimage : ndarray, the shape of `image`

    References
    ----------
    Not in Gatys et al.; the quadratic form, up to the divisor, is that of Mahendran and Vedaldi,
    "Understanding Deep Image Representations by Inverting Them" (CVPR 2015), with β = 2.
    """
    down = image[1:] - image[:-1]
    right = image[:, 1:] - image[:, :-1]
    J = (_sum_of_squares(down) + _sum_of_squares(right)) / image.size
    dimage = np.zeros_like(image)
    dimage[1:] += down
    dimage[:-1] -= down
    dimage[:, 1:] += right
    dimage[:, :-1] -= right
    return J, dimage * (2 / image.size)


def _unroll(a: Array) -> Array:
    """Lay the positions out as rows: (n_H, n_W, n_C) -> (n_H·n_W, n_C)."""
    A: Array = a.reshape(-1, a.shape[-1])
    return A


def _sum_of_squares(x: Array) -> float:
    """Sum in float64, so that a line search can tell two almost equal costs apart."""
    return float(np.sum(np.square(x), dtype=np.float64))
