"""Known mistakes in the two costs, their gradients, and the Gram matrix."""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_matrix, gram_per_position, style_cost
from nst_numpy.learn.mistakes.taken import BY_NAME, of_mutant
from nst_numpy.learn.task import Mistake

CONTENT = "J = Σ (a_G - a_C)² / (4·n_H·n_W·n_C)"
CONTENT_BACK = "da_G = 2·(a_G - a_C) / (4·n_H·n_W·n_C)"
GRAM = "G = AᵀA, with the positions in the rows of A: a.reshape(n_H·n_W, n_C)"
STYLE = "J = Σ (G_G/M - G_S/M_S)² / (4·n_C²)"
STYLE_BACK = "da_G = A·(G_G/M - G_S/M_S) / (n_C²·M)"


def _J_content(a_C: Array, a_G: Array) -> float:
    return content_cost(a_C, a_G)[0]


def _J_style(a_S: Array, a_G: Array) -> float:
    return style_cost(gram_per_position(a_S), a_G)[0]


def _of_paper(a_C: Array, a_G: Array) -> float:
    return float(np.sum((a_G - a_C) ** 2)) / 2


def _content_undivided(a_C: Array, a_G: Array) -> float:
    return float(np.sum((a_G - a_C) ** 2))


def _content_absolute(a_C: Array, a_G: Array) -> float:
    return float(np.sum(np.abs(a_G - a_C))) / (4 * a_G.size)


def _sum_squared(a_C: Array, a_G: Array) -> float:
    cost = BY_NAME["(Σ·)² for Σ(·)²"].own_cost
    assert cost
    return cost(a_C, a_G)


def _positions_alone(a_C: Array, a_G: Array) -> float:
    return float(_J_content(a_C, a_G) * a_G.shape[2])


def _reshaped(a: Array) -> Array:
    A = a.reshape(a.shape[2], -1)  # right: reshape(M, n_C).T
    gram: Array = A @ A.T
    return gram


def _of_channels_and_rows(a: Array) -> Array:
    A = a.swapaxes(0, 2).reshape(-1, a.shape[2])
    gram: Array = A.T @ A
    return gram


def _per_position(a: Array) -> Array:
    return gram_per_position(a)


def _once(a: Array) -> Array:
    sums: Array = a.reshape(-1, a.shape[2]).sum(0)
    return np.outer(sums, sums)


def _style_reshaped(a_S: Array, a_G: Array) -> float:
    cost = BY_NAME["Gram reshaped"].own_cost
    assert cost
    return cost(a_S, a_G)


def _style_undivided(a_S: Array, a_G: Array) -> float:
    return float(_J_style(a_S, a_G) * 4 * a_G.shape[2] ** 2)


def _style_without_4(a_S: Array, a_G: Array) -> float:
    return 4 * _J_style(a_S, a_G)


def _whole_sums(a_S: Array, a_G: Array) -> float:
    D = gram_matrix(a_G) - gram_matrix(a_S)
    return float(np.sum(D**2) / (4 * a_G.shape[2] ** 2))


def _M_once(a_S: Array, a_G: Array) -> float:
    return float(_J_style(a_S, a_G) * a_G.shape[0] * a_G.shape[1])


def _M_of_the_picture(a_S: Array, a_G: Array) -> float:
    return float(_whole_sums(a_S, a_G) / (a_G.shape[0] * a_G.shape[1]) ** 2)


# fmt: off
OF_COSTS: dict[str, tuple[Mistake, ...]] = {
    "content-cost": (
        Mistake("½ of the paper", "It is the paper's ½·Σ (a_G - a_C)²; the lectures divide by "
                "4·n_H·n_W·n_C.", CONTENT, _of_paper),
        Mistake("undivided", "The division by 4·n_H·n_W·n_C is lost.", CONTENT, _content_undivided),
        Mistake("n_C left out", "It is divided by 4·n_H·n_W, without n_C.",
                CONTENT, _positions_alone),
        Mistake("absolute", "Absolute differences are added instead of squares.",
                CONTENT, _content_absolute),
        Mistake("(Σ·)² for Σ(·)²", "The differences are summed before they are squared.",
                CONTENT, _sum_squared),
    ),
    "content-gradient": tuple(
        of_mutant(name, "content_gradient", CONTENT_BACK)
        for name in ("content uphill", "content without 2", "content undivided", "(Σ·)² for Σ(·)²")
    ),
    "gram-matrix": (
        Mistake("Gram reshaped", "The features are unrolled in the wrong order, reshaped to "
                "(n_C, n_H·n_W) without a transpose, so that channels and positions mix.",
                GRAM, _reshaped),
        Mistake("channels unrolled", "Channels stand where positions should: the axes were moved "
                "before they were unrolled.", GRAM, _of_channels_and_rows),
        Mistake("per position", "It is divided by n_H·n_W; the Gram matrix is a sum.",
                GRAM, _per_position),
        Mistake("summed first", "The activations are summed before they are multiplied.",
                GRAM, _once),
    ),
    "style-cost": (
        Mistake("Gram reshaped", "The features are unrolled in the wrong order, so that channels "
                "and positions mix.", STYLE, _style_reshaped),
        Mistake("undivided", "The division by 4·n_C² is lost.", STYLE, _style_undivided),
        Mistake("no 4", "The 4 of 4·n_C² is lost.", STYLE, _style_without_4),
        Mistake("sums compared", "The Gram matrices are not divided by their numbers of "
                "positions.", STYLE, _whole_sums),
        Mistake("M once", "It is divided by n_H·n_W once; since D is squared, it is twice.",
                STYLE, _M_once),
        Mistake("M for M_S", "The painting's Gram matrix is divided by the picture's number of "
                "positions, not by its own.", STYLE, _M_of_the_picture),
    ),
    "style-gradient": tuple(
        of_mutant(name, "style_gradient", STYLE_BACK)
        for name in ("style's features", "style undivided", "n_C² twice", "stray ¼",
                     "style without 2", "M = n_H", "style uphill", "|D| for D", "Gram reshaped")
    ),
}
# fmt: on
