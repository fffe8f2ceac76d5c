"""Mistakes in the gradients of the content cost and of the style cost.

Each function is the right gradient (`costs.content_cost`, `costs.style_cost`) but for one line, and
the comment there says how the line should read. Of fifteen public NumPy versions of these gradients
that were read, seven had one of these in the style gradient.
"""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import gram_per_position
from nst_numpy.experiments.mutants.pieces import Mutant


def _content_of_the_content(a_C: Array, a_G: Array) -> Array:
    return (a_C - a_G) / (2 * a_G.size)  # right: a_G - a_C


def _content_without_2(a_C: Array, a_G: Array) -> Array:
    return (a_G - a_C) / (4 * a_G.size)  # right: 2 * a_G.size


def _content_undivided(a_C: Array, a_G: Array) -> Array:
    return 2 * (a_G - a_C)  # right: 2 * (a_G - a_C) / (4 * a_G.size)


def _content_square_of_sum(a_C: Array, a_G: Array) -> Array:
    slope = np.sum(a_G - a_C) / (2 * a_G.size)  # right: (a_G - a_C) / (2 * a_G.size), no sum
    return np.full_like(a_G, slope)


def _cost_square_of_sum(a_C: Array, a_G: Array) -> float:
    return float(np.sum(a_G - a_C) ** 2 / (4 * a_G.size))  # right: np.sum((a_G - a_C) ** 2)


def _style_features_of_the_style(a_S: Array, a_G: Array) -> Array:
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_per_position(a_S)
    dA: Array = _unroll(a_S) @ D / (n_C**2 * n_H * n_W)  # right: _unroll(a_G)
    return dA.reshape(a_G.shape)


def _style_undivided(a_S: Array, a_G: Array) -> Array:
    D = gram_per_position(a_G) - gram_per_position(a_S)
    dA: Array = _unroll(a_G) @ D  # right: … / (n_C**2 * n_H * n_W)
    return dA.reshape(a_G.shape)


def _style_divided_twice(a_S: Array, a_G: Array) -> Array:
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_per_position(a_S)
    dA: Array = _unroll(a_G) @ D / (n_C**4 * n_H * n_W)  # right: n_C**2
    return dA.reshape(a_G.shape)


def _style_stray_quarter(a_S: Array, a_G: Array) -> Array:
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_per_position(a_S)
    dA: Array = _unroll(a_G) @ D / (4 * n_C**2 * n_H * n_W)  # right: without the 4
    return dA.reshape(a_G.shape)


def _style_without_2(a_S: Array, a_G: Array) -> Array:
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_per_position(a_S)
    dA: Array = _unroll(a_G) @ D / (2 * n_C**2 * n_H * n_W)  # right: without the 2
    return dA.reshape(a_G.shape)


def _style_M_is_n_H(a_S: Array, a_G: Array) -> Array:
    n_H, _, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_per_position(a_S)
    dA: Array = _unroll(a_G) @ D / (n_C**2 * n_H)  # right: n_H * n_W
    return dA.reshape(a_G.shape)


def _style_uphill(a_S: Array, a_G: Array) -> Array:
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_S) - gram_per_position(a_G)  # right: G's minus S's
    dA: Array = _unroll(a_G) @ D / (n_C**2 * n_H * n_W)
    return dA.reshape(a_G.shape)


def _style_without_signs(a_S: Array, a_G: Array) -> Array:
    n_H, n_W, n_C = a_G.shape
    D = np.abs(gram_per_position(a_G) - gram_per_position(a_S))  # right: without np.abs
    dA: Array = _unroll(a_G) @ D / (n_C**2 * n_H * n_W)
    return dA.reshape(a_G.shape)


def _style_reshaped(a_S: Array, a_G: Array) -> Array:
    n_H, n_W, n_C = a_G.shape
    M = n_H * n_W
    A, A_S = a_G.reshape(n_C, M), a_S.reshape(n_C, M)  # right: reshape(M, n_C).T
    D = (A @ A.T - A_S @ A_S.T) / M
    dA: Array = D @ A / (n_C**2 * M)
    return dA.reshape(a_G.shape)


def _cost_reshaped(a_S: Array, a_G: Array) -> float:
    n_H, n_W, n_C = a_G.shape
    M = n_H * n_W
    A, A_S = a_G.reshape(n_C, M), a_S.reshape(n_C, M)  # right: reshape(M, n_C).T
    return float(np.sum(((A @ A.T - A_S @ A_S.T) / M) ** 2) / (4 * n_C**2))


def _unroll(a: Array) -> Array:
    """Lay the positions out as rows: (n_H, n_W, n_C) -> (n_H·n_W, n_C)."""
    A: Array = a.reshape(-1, a.shape[-1])
    return A


MUTANTS_OF_COSTS = (
    Mutant(
        "content uphill",
        "The gradient is that with respect to the content: its sign is turned.",
        "content_cost",
        _content_of_the_content,
    ),
    Mutant(
        "content without 2",
        "The 2 of the slope of a square is lost.",
        "content_cost",
        _content_without_2,
    ),
    Mutant(
        "content undivided",
        "The division by 4·n_H·n_W·n_C is lost.",
        "content_cost",
        _content_undivided,
    ),
    Mutant(
        "(Σ·)² for Σ(·)²",
        "The differences are summed before they are squared: a mistake of the cost, "
        "which its gradient follows faithfully.",
        "content_cost",
        _content_square_of_sum,
        _cost_square_of_sum,
    ),
    Mutant(
        "style's features",
        "The difference D is multiplied by the style's features instead of the picture's.",
        "style_cost",
        _style_features_of_the_style,
    ),
    Mutant("style undivided", "The division by n_C²·M is lost.", "style_cost", _style_undivided),
    Mutant(
        "n_C² twice", "The gradient is divided by n_C² twice.", "style_cost", _style_divided_twice
    ),
    Mutant(
        "stray ¼",
        "The ¼ of the cost is kept, though the 4 of the derivative has cancelled it.",
        "style_cost",
        _style_stray_quarter,
    ),
    Mutant(
        "style without 2",
        "Only one of the two halves of dD = (dAᵀA + AᵀdA)/M is counted.",
        "style_cost",
        _style_without_2,
    ),
    Mutant("M = n_H", "M is taken as n_H instead of n_H·n_W.", "style_cost", _style_M_is_n_H),
    Mutant(
        "style uphill",
        "The difference of the Gram matrices is turned around.",
        "style_cost",
        _style_uphill,
    ),
    Mutant("|D| for D", "The signs of D are lost.", "style_cost", _style_without_signs),
    Mutant(
        "Gram reshaped",
        "The features are unrolled in the wrong order, so that channels and positions "
        "mix: a mistake of the Gram matrix and so of the cost, which its gradient "
        "follows faithfully.",
        "style_cost",
        _style_reshaped,
        _cost_reshaped,
    ),
)
