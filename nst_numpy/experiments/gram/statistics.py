"""Statistics of one layer that a texture can be made from, each with its cost and its gradient.

A is the layer's activation with its positions unrolled, of shape (M, n_C), M = n_H·n_W.

- `GRAM`        AᵀA/M, what the style cost compares
- `COVARIANCE`  (A - m)ᵀ(A - m)/M = AᵀA/M - m·mᵀ, with the means m taken off first
- `DIAGONAL`    the entries G_kk/M alone: how strong each channel is, whatever the others do
- `MEANS`       m_k = Σ A_k/M, how strong each channel is on average

and `edited_costs`, the style cost with some entries of its target changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import gram_per_position, style_cost
from nst_numpy.experiments.features import FeatureCost

MARK = 1000.0  # how often a changed entry counts, of 65 536
TOGETHER = 0.8  # the correlation that is asked for in place of the painting's
EDITS = ("warm upright", "never together", "no warm", "warm twice")


@dataclass(frozen=True)
class Statistic:
    """What to measure of a layer, and what it costs to differ.

    Attributes
    ----------
    name
        As a figure calls it.
    measure
        activations -> the statistic.
    cost
        (the target's statistic, activations) -> the cost and its gradient.
    """

    name: str
    measure: Callable[[Array], Array]
    cost: Callable[[Array, Array], tuple[float, Array]]


def means(a: Array) -> Array:
    """Give the mean activation of each channel, shape (n_C,)."""
    m: Array = _unroll(a).mean(axis=0)
    return m


def means_cost(means_S: Array, a_G: Array) -> tuple[float, Array]:
    """Compare the means: ``J = Σ_k (m_k - m_Sk)² / (4·n_C)``.

    Each of the M numbers of channel k moves m_k by 1/M of what it is moved, so
    ``dJ/dA_pk = (m_k - m_Sk) / (2·n_C·M)``, the same at every position p.
    """
    n_H, n_W, n_C = a_G.shape
    d = means(a_G) - means_S
    da = np.empty_like(a_G)
    da[:] = d / (2 * n_C * n_H * n_W)
    return _sum_of_squares(d) / (4 * n_C), da


def diagonal(a: Array) -> Array:
    """Give the mean square of each channel, shape (n_C,): the diagonal of AᵀA/M."""
    g: Array = np.square(_unroll(a)).mean(axis=0)
    return g


def diagonal_cost(diagonal_S: Array, a_G: Array) -> tuple[float, Array]:
    """Compare the diagonals: ``J = Σ_k (g_k - g_Sk)² / (4·n_C²)``, g_k = Σ_p A_pk²/M.

    ``dg_k = 2·A_pk·dA_pk / M``, so ``dJ/dA_pk = A_pk·(g_k - g_Sk) / (n_C²·M)``: what the style
    cost has, A·D, with every entry of D off the diagonal crossed out.
    """
    n_H, n_W, n_C = a_G.shape
    d = diagonal(a_G) - diagonal_S
    return _sum_of_squares(d) / (4 * n_C**2), a_G * (d / (n_C**2 * n_H * n_W))


def covariance(a: Array) -> Array:
    """Give how the channels vary together about their means: ``AᵀA/M - m·mᵀ``."""
    A = _unroll(a)
    B = A - A.mean(axis=0)
    V: Array = B.T @ B / len(B)
    return V


def covariance_cost(covariance_S: Array, a_G: Array) -> tuple[float, Array]:
    """Compare the covariances: ``J = Σ_kk' (V_kk' - V_Skk')² / (4·n_C²)``, V = BᵀB/M, B = A - m.

    As for the style cost, ``dJ/dB = B·D / (n_C²·M)`` with D = V - V_S. B is A less the mean of
    each column, and so dA is dB less the mean of each column; the columns of B sum to 0, those of
    B·D with them, and nothing is left to take off: ``dJ/dA = B·D / (n_C²·M)``.
    """
    n_H, n_W, n_C = a_G.shape
    A = _unroll(a_G)
    B = A - A.mean(axis=0)
    D = B.T @ B / len(B) - covariance_S
    dA = B @ (D / (n_C**2 * n_H * n_W))
    return _sum_of_squares(D) / (4 * n_C**2), dA.reshape(a_G.shape)


def marked_style_cost(gram_S: Array, marks: Array, a_G: Array) -> tuple[float, Array]:
    """Compare Gram matrices, each entry times its mark: ``J = Σ w_kk'·D_kk'² / (4·n_C²)``.

    The marks w are symmetric, as D = AᵀA/M - G_S/M_S is, so w∘D takes the place of D in the
    gradient of the style cost: ``dJ/dA = A·(w∘D) / (n_C²·M)``.
    """
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_S
    dA = _unroll(a_G) @ (marks * D / (n_C**2 * n_H * n_W))
    J = float(np.sum(marks * np.square(D), dtype=np.float64)) / (4 * n_C**2)
    return J, dA.reshape(a_G.shape)


def edited_costs(gram_S: Array, channels: Mapping[str, int]) -> dict[str, FeatureCost]:
    """Change some entries of the target: a marked pair, or one channel with all others."""
    warm, upright, high = (channels[name] for name in ("warm", "upright", "high"))
    costs: dict[str, FeatureCost] = {}
    for name, k, share in ((EDITS[0], upright, TOGETHER), (EDITS[1], high, 0.0)):
        target, marks = gram_S.copy(), np.ones_like(gram_S)
        target[warm, k] = share * np.sqrt(gram_S[warm, warm] * gram_S[k, k])
        target[k, warm] = target[warm, k]
        marks[warm, k] = marks[k, warm] = MARK
        costs[name] = partial(marked_style_cost, target, marks)
    for name, times in ((EDITS[2], 0), (EDITS[3], 2)):
        target = gram_S.copy()
        target[warm] *= times  # as if the channel were so many times as active;
        target[:, warm] *= times  # its G_kk has been multiplied twice, which is right
        costs[name] = partial(style_cost, target)
    return costs


def _unroll(a: Array) -> Array:
    A: Array = a.reshape(-1, a.shape[-1])
    return A


def _sum_of_squares(x: Array) -> float:
    return float(np.sum(np.square(x), dtype=np.float64))


GRAM = Statistic("full Gram matrix", gram_per_position, style_cost)
COVARIANCE = Statistic("covariance", covariance, covariance_cost)
DIAGONAL = Statistic("diagonal only", diagonal, diagonal_cost)
MEANS = Statistic("means only", means, means_cost)
STATISTICS = (GRAM, COVARIANCE, DIAGONAL, MEANS)


def noise(seed: int, side: int) -> Array:
    """Give the gray noise that a texture starts from."""
    n = np.random.default_rng(seed).standard_normal((side, side, 3), np.float32)
    return (0.5 + 0.05 * n).astype(np.float32)


def distances(a_G: Array, a_S: Array) -> dict[str, float]:
    """Tell how far a_G is from a_S in each statistic, as a share of the statistic's own length."""
    far = {}
    for statistic in STATISTICS:
        there = statistic.measure(a_S)
        difference = np.linalg.norm(statistic.measure(a_G) - there)
        far[statistic.name] = float(difference / np.linalg.norm(there))
    return far


def table(pictures: Mapping[str, Mapping[str, float]]) -> tuple[str, ...]:
    """Lay out how far pictures are from the painting, and what occurs together in them."""
    far = [statistic.name for statistic in STATISTICS]
    together = ["correlations off by", "warm with high", "warm with upright"]
    return (
        "How far each picture (row) is from the painting in each statistic (column):",
        *_rows(pictures, far),
        "What occurs together: all pairs, and the warm channel with two others:",
        *_rows(pictures, together),
    )


def _rows(pictures: Mapping[str, Mapping[str, float]], columns: Sequence[str]) -> list[str]:
    head = " " * 18 + "".join(f"{name:>21}" for name in columns)
    body = (
        f"{row:18}" + "".join(f"{numbers[name]:>21.3f}" for name in columns)
        for row, numbers in pictures.items()
    )
    return [head, *body]
