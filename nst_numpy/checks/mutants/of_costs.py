"""Mistakes in the gradients of the content cost and of the style cost.

A comment says how each line should read. Some public NumPy versions have one of them.
"""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.cases import content, style
from nst_numpy.checks.mutants.mutant import Cost, Mutant
from nst_numpy.checks.pieces import Gradient, Pieces
from nst_numpy.costs import gram_per_position
from nst_numpy.costs.style import unroll


def _of_content(name: str, sentence: str, wrong: Gradient, own: Cost | None = None) -> Mutant:
    return Mutant(name, sentence, content, Pieces(content_gradient=wrong), own)


def _of_style(name: str, sentence: str, wrong: Gradient, own: Cost | None = None) -> Mutant:
    return Mutant(name, sentence, style, Pieces(style_gradient=wrong), own)


def _D(a_S: Array, a_G: Array) -> Array:
    return gram_per_position(a_G) - gram_per_position(a_S)


def _times(a: Array, D: Array) -> Array:
    """Return A·D, in the shape of a; the right gradient is A·D / (n_C²·M), with A of a_G."""
    AD: Array = unroll(a) @ D
    return AD.reshape(a.shape)


def _divisor(a: Array) -> int:
    """Return n_C²·M."""
    n_C: int = a.shape[2]
    return n_C * a.size


def _reshaped(a_S: Array, a_G: Array) -> tuple[float, Array]:
    """Return the cost of a wrong Gram matrix, and its faithful gradient."""
    n_H, n_W, n_C = a_G.shape
    M = n_H * n_W
    A, A_S = a_G.reshape(n_C, M), a_S.reshape(n_C, M)  # right: reshape(M, n_C).T
    D = (A @ A.T - A_S @ A_S.T) / M
    return float(np.sum(D**2)) / (4 * n_C**2), (D @ A).reshape(a_G.shape) / (n_C**2 * M)


# fmt: off
MUTANTS_OF_COSTS = (
    _of_content(
        "content uphill", "The gradient is that with respect to the content: its sign is turned.",
        lambda a_C, a_G: (a_C - a_G) / (2 * a_G.size)),  # right: a_G - a_C
    _of_content(
        "content without 2", "The 2 of the slope of a square is lost.",
        lambda a_C, a_G: (a_G - a_C) / (4 * a_G.size)),  # right: 2 * a_G.size
    _of_content(
        "content undivided", "The division by 4·n_H·n_W·n_C is lost.",
        lambda a_C, a_G: 2 * (a_G - a_C)),  # right: 2 * (a_G - a_C) / (4 * a_G.size)
    _of_content(
        "(Σ·)² for Σ(·)²", "The differences are summed before they are squared: a mistake of the "
        "cost, which its gradient follows faithfully.",
        lambda a_C, a_G: np.full_like(a_G, np.sum(a_G - a_C) / (2 * a_G.size)),  # right: no sum
        lambda a_C, a_G: float(np.sum(a_G - a_C) ** 2) / (4 * a_G.size)),  # right: Σ (a_G - a_C)²
    _of_style(
        "style's features",
        "The difference D is multiplied by the style's features instead of the picture's.",
        lambda a_S, a_G: _times(a_S, _D(a_S, a_G)) / _divisor(a_G)),  # right: _times(a_G, …)
    _of_style(
        "style undivided", "The division by n_C²·M is lost.",
        lambda a_S, a_G: _times(a_G, _D(a_S, a_G))),  # right: … / _divisor(a_G)
    _of_style(
        "n_C² twice", "The gradient is divided by n_C² twice.",
        lambda a_S, a_G: _times(a_G, _D(a_S, a_G)) / _divisor(a_G) / a_G.shape[2] ** 2),  # once
    _of_style(
        "stray ¼", "The ¼ of the cost is kept, though the 4 of the derivative has cancelled it.",
        lambda a_S, a_G: _times(a_G, _D(a_S, a_G)) / (4 * _divisor(a_G))),  # right: no 4
    _of_style(
        "style without 2", "Only one of the two halves of dD = (dAᵀA + AᵀdA)/M is counted.",
        lambda a_S, a_G: _times(a_G, _D(a_S, a_G)) / (2 * _divisor(a_G))),  # right: no 2
    _of_style(
        "M = n_H", "M is taken as n_H instead of n_H·n_W.",
        lambda a_S, a_G: _times(a_G, _D(a_S, a_G)) / _divisor(a_G[:, :1])),  # right: all of a_G
    _of_style(
        "style uphill", "The difference of the Gram matrices is turned around.",
        lambda a_S, a_G: _times(a_G, _D(a_G, a_S)) / _divisor(a_G)),  # right: _D(a_S, a_G)
    _of_style(
        "|D| for D", "The signs of D are lost.",
        lambda a_S, a_G: _times(a_G, np.abs(_D(a_S, a_G))) / _divisor(a_G)),  # right: no np.abs
    _of_style(
        "Gram reshaped", "The features are unrolled in the wrong order, so that channels and "
        "positions mix: a mistake of the Gram matrix and so of the cost, which its gradient "
        "follows faithfully.",
        lambda a_S, a_G: _reshaped(a_S, a_G)[1],
        lambda a_S, a_G: _reshaped(a_S, a_G)[0]),
)
# fmt: on
