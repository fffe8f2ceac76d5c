"""What a channel of conv3_1 sees: probes that it answers to, and the patches that excite it."""

from collections.abc import Sequence

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import gram_matrix, gram_per_position
from nst_numpy.experiments.features import features_of
from nst_numpy.vgg19 import Weights

LAYER = "conv3_1"
STRIDE = 4  # pixels from one position of the layer to the next
FIELD = 24  # pixels on a side that one position sees: 3 convolutions, each behind the pools below
SIDE = 48  # of a probe, in pixels

FLATS = ((0.9, 0.45, 0.1), (0.5, 0.5, 0.5), (0.2, 0.3, 0.6), (0.35, 0.5, 0.2))
"""Orange first, then gray, blue and green."""

ANGLES = (0.0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)
"""Upright stripes first."""


def flat(colour: Sequence[float]) -> Array:
    """Paint a square of one colour."""
    return np.ones((SIDE, SIDE, 3), np.float32) * np.asarray(colour, np.float32)


def stripes(angle: float, period: float = 6.0) -> Array:
    """Draw gray stripes, `period` pixels from one to the next."""
    y, x = np.mgrid[:SIDE, :SIDE]
    wave = np.sin(2 * np.pi / period * (np.cos(angle) * x + np.sin(angle) * y))
    return np.repeat((0.5 + 0.4 * wave)[..., None], 3, axis=2).astype(np.float32)


def most_selective(probes: Sequence[Array], weights: Weights) -> tuple[int, list[float]]:
    """Find the channel that answers to the first probe most, compared with the other probes.

    Returns
    -------
    k : int
        The channel with the largest difference between its answer to the first probe and its
        largest answer to any other.
    answers : list of float
        Its mean activation for each probe, away from the edges.
    """
    edge = FIELD // 2 // STRIDE
    answers = []
    for probe in probes:
        a = features_of(probe, weights, [LAYER])[LAYER]
        answers.append(a[edge:-edge, edge:-edge].mean(axis=(0, 1)))
    table = np.array(answers)
    k = int(np.argmax(table[0] - table[1:].max(axis=0)))
    return k, [float(value) for value in table[:, k]]


def correlations(a: Array) -> Array:
    """Give ``G_kk' / √(G_kk·G_k'k')``: 1 if two channels are always proportional, 0 if never both.

    No mean is taken off, as the Gram matrix takes none off. A channel that is silent has 0.
    """
    gram = gram_per_position(a)
    size = np.sqrt(np.diag(gram))
    shares: Array = gram / np.maximum(np.outer(size, size), np.finfo(gram.dtype).tiny)
    return shares


def partners(a: Array, k: int, other: int) -> tuple[int, int]:
    """Find the channels most and least correlated with k, among the stronger half without other."""
    energy = np.square(a).mean(axis=(0, 1))
    r = np.where(energy > np.median(energy), correlations(a)[k], np.nan)
    r[[k, other]] = np.nan
    return int(np.nanargmax(r)), int(np.nanargmin(r))


def pair(a: Array, k: int, other: int) -> dict[str, float]:
    """Tell about two channels: their entry of AᵀA, and whether they occur together.

    "where k is" is how strong the other channel is where k is strongest, in a tenth of the
    positions, as a multiple of how strong it is on average.
    """
    product = a[..., k] * a[..., other]
    busiest = a[..., k] >= np.quantile(a[..., k], 0.9)
    gram = gram_matrix(a)
    return {
        "sum of the product": float(product.sum(dtype=np.float64)),
        "entry": float(gram[k, other]),
        "share of the matrix": float(2 * gram[k, other] ** 2 / np.square(gram).sum()),
        "correlation": float(correlations(a)[k, other]),
        "where k is": float(a[busiest, other].mean() / a[..., other].mean()),
    }


def exciting_patches(picture: Array, activation: Array, most: int = 6) -> list[Array]:
    """Cut out what excites a channel most: (FIELD, FIELD, 3) around its largest activations.

    Parameters
    ----------
    picture : ndarray, shape (n_H, n_W, 3)
    activation : ndarray, shape (n_H // STRIDE, n_W // STRIDE)
        One channel of the layer.
    most : int
        How many, none within half a patch of another.
    """
    half = FIELD // 2
    rim = half // STRIDE
    left = np.full_like(activation, -1)
    left[rim:-rim, rim:-rim] = activation[rim:-rim, rim:-rim]
    patches: list[Array] = []
    while len(patches) < most and left.max() >= 0:
        i, j = (int(index) for index in np.unravel_index(left.argmax(), left.shape))
        y, x = (STRIDE * index + STRIDE // 2 for index in (i, j))
        patches.append(picture[y - half : y + half, x - half : x + half])
        left[i - rim : i + rim + 1, j - rim : j + rim + 1] = -1
    return patches
