"""What a channel of conv3_1 sees: probes that it answers to, and the patches that excite it."""

from collections.abc import Mapping, Sequence

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import gram_matrix, gram_per_position
from nst_numpy.experiments.features import features_of
from nst_numpy.vgg19 import Weights

LAYER = "conv3_1"
STRIDE = 4  # pixels from one position of the layer to the next
FIELD = 24  # pixels on a side that one position sees: 3 convolutions, each behind the pools below
SIDE = 48  # of a probe, in pixels

WARM = {
    "orange": (0.9, 0.45, 0.1),
    "red": (0.8, 0.15, 0.1),
    "yellow": (0.95, 0.85, 0.15),
    "brown": (0.45, 0.28, 0.12),
}
OTHER = {
    "gray": (0.5, 0.5, 0.5),
    "white": (1.0, 1.0, 1.0),
    "blue": (0.2, 0.3, 0.6),
    "green": (0.35, 0.5, 0.2),
}
UPRIGHT = {"upright": 0.0}
TILTED = {"rising": np.pi / 4, "lying": np.pi / 2, "falling": 3 * np.pi / 4}


def flat(colour: Sequence[float]) -> Array:
    """Paint a square of one colour."""
    return np.ones((SIDE, SIDE, 3), np.float32) * np.asarray(colour, np.float32)


def stripes(angle: float, period: float = 6.0) -> Array:
    """Draw gray stripes, `period` pixels from one to the next."""
    y, x = np.mgrid[:SIDE, :SIDE]
    wave = np.sin(2 * np.pi / period * (np.cos(angle) * x + np.sin(angle) * y))
    return np.repeat((0.5 + 0.4 * wave)[..., None], 3, axis=2).astype(np.float32)


def most_selective(
    wanted: Mapping[str, Array], others: Mapping[str, Array], weights: Weights
) -> tuple[int, dict[str, float]]:
    """Find the channel that answers to all wanted probes, and least to the others.

    Returns
    -------
    k : int
        The channel with the largest difference between its smallest answer to a wanted probe and
        its largest answer to any other.
    answers : dict, probe -> float
        Its mean activation for each probe, away from the edges.
    """
    edge = FIELD // 2 // STRIDE
    answers = {}
    for name, probe in (*wanted.items(), *others.items()):
        a = features_of(probe, weights, [LAYER])[LAYER]
        answers[name] = a[edge:-edge, edge:-edge].mean(axis=(0, 1))
    smallest = np.min([answers[name] for name in wanted], axis=0)
    largest = np.max([answers[name] for name in others], axis=0)
    k = int(np.argmax(smallest - largest))
    return k, {name: float(answer[k]) for name, answer in answers.items()}


def find_channels(a: Array, weights: Weights) -> tuple[dict[str, int], dict[str, float]]:
    """Find four channels, by their names in the figure, and what two of them answer to probes."""
    flats, others = ({name: flat(rgb) for name, rgb in some.items()} for some in (WARM, OTHER))
    warm, to_colours = most_selective(flats, others, weights)
    lines, tilted = ({name: stripes(t) for name, t in some.items()} for some in (UPRIGHT, TILTED))
    upright, to_stripes = most_selective(lines, tilted, weights)
    high, low = partners(a, warm, upright)
    return {"warm": warm, "high": high, "upright": upright, "low": low}, to_colours | to_stripes


def correlations(a: Array) -> Array:
    """Give ``G_kk' / √(G_kk·G_k'k')``: 1 if two channels are always proportional, 0 if never both.

    No mean is taken off, as the Gram matrix takes none off. A channel that is silent has 0.
    """
    gram = gram_per_position(a)
    size = np.sqrt(np.diag(gram))
    shares: Array = gram / np.maximum(np.outer(size, size), np.finfo(gram.dtype).tiny)
    return shares


def correlations_off_by(a_G: Array, a_S: Array) -> float:
    """Give the root mean square of ``r_G - r_S`` over all pairs of two different channels.

    Only the entries off the diagonal count, and how strong the channels are does not. A channel
    that is silent in one of the two pictures is left out, as it has no correlation.
    """
    active = (a_G.max(axis=(0, 1)) > 0) & (a_S.max(axis=(0, 1)) > 0)
    pairs = np.triu(np.outer(active, active), 1)
    difference = (correlations(a_G) - correlations(a_S))[pairs]
    return float(np.sqrt(np.mean(np.square(difference))))


def together(a_G: Array, a_S: Array, channels: Mapping[str, int]) -> dict[str, float]:
    """Tell what occurs together in a picture: all pairs, against the painting's, and two pairs."""
    r = correlations(a_G)[channels["warm"]]
    return {
        "correlations off by": correlations_off_by(a_G, a_S),
        "warm with high": float(r[channels["high"]]),
        "warm with upright": float(r[channels["upright"]]),
    }


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


def warmth(G: Array) -> float:
    """Give red less blue, on average over a picture."""
    red, _, blue = np.clip(G, 0, 1).mean(axis=(0, 1))
    return float(red - blue)


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
