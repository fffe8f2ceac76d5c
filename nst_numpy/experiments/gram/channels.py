"""What a channel of conv3_1 sees: the probes it responds to, its partners, what excites it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import SubFigure

from nst_numpy.arrays import Array
from nst_numpy.costs import gram_matrix, gram_per_position
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.scale import receptive_field
from nst_numpy.network import VGG19, Weights

LAYER = "conv3_1"
STRIDE = VGG19.least_side([LAYER])  # pixels from one position of the layer to the next
FIELD = receptive_field(LAYER)  # pixels on a side that one position sees
FRAME = FIELD // 2  # pixels; whole positions of the layer
SIDE = 48  # of a probe, in pixels


def flat(red: float, green: float, blue: float) -> Array:
    """Return a square of one colour."""
    return np.ones((SIDE, SIDE, 3), np.float32) * np.array([red, green, blue], np.float32)


def stripes(angle: float, period: float = 6.0) -> Array:
    """Return gray stripes, `period` pixels from one to the next."""
    y, x = np.mgrid[:SIDE, :SIDE]
    wave = np.sin(2 * np.pi / period * (np.cos(angle) * x + np.sin(angle) * y))
    return np.repeat((0.5 + 0.4 * wave)[..., None], 3, axis=2).astype(np.float32)


WARM = {
    "orange": flat(0.9, 0.45, 0.1),
    "red": flat(0.8, 0.15, 0.1),
    "yellow": flat(0.95, 0.85, 0.15),
    "brown": flat(0.45, 0.28, 0.12),
}
OTHER = {
    "gray": flat(0.5, 0.5, 0.5),
    "white": flat(1.0, 1.0, 1.0),
    "blue": flat(0.2, 0.3, 0.6),
    "green": flat(0.35, 0.5, 0.2),
}
UPRIGHT = {"upright": stripes(0.0)}
TILTED = {
    "rising": stripes(np.pi / 4),
    "lying": stripes(np.pi / 2),
    "falling": stripes(3 * np.pi / 4),
}


def features(picture: Array, weights: Weights) -> Array:
    """Carry a picture, RGB in [0, 1], up to the layer."""
    return features_of(picture, weights, [LAYER])[LAYER]


def features_inside(picture: Array, weights: Weights) -> Array:
    """Return the features of `inside` a picture, that has its frame around it in the network."""
    frame = FRAME // STRIDE
    return features(picture, weights)[frame:-frame, frame:-frame]


def inside(picture: Array) -> Array:
    """Cut off the frame, in which a position sees zeros beyond the picture's edge."""
    return picture[FRAME:-FRAME, FRAME:-FRAME]


def most_selective(
    wanted: Mapping[str, Array], others: Mapping[str, Array], weights: Weights
) -> tuple[int, dict[str, float]]:
    """Find the channel that responds to all wanted probes, and least to the others.

    It has the largest difference between its smallest answer to a wanted probe and its largest to
    any other. An answer is its mean activation for a probe, away from the edges.
    """
    edge = FIELD // 2 // STRIDE
    answers = {}
    for name, probe in (*wanted.items(), *others.items()):
        answers[name] = features(probe, weights)[edge:-edge, edge:-edge].mean(axis=(0, 1))
    smallest = np.min([answers[name] for name in wanted], axis=0)
    largest = np.max([answers[name] for name in others], axis=0)
    k = int(np.argmax(smallest - largest))
    return k, {name: float(answer[k]) for name, answer in answers.items()}


def find_channels(a: Array, weights: Weights) -> tuple[dict[str, int], dict[str, float]]:
    """Find four channels, by their names in the figure, and what two of them answer to probes."""
    warm, to_colours = most_selective(WARM, OTHER, weights)
    upright, to_stripes = most_selective(UPRIGHT, TILTED, weights)
    high, low = partners(a, warm, upright)
    return {"warm": warm, "high": high, "upright": upright, "low": low}, to_colours | to_stripes


def partners(a: Array, k: int, other: int) -> tuple[int, int]:
    """Find the channels most and least correlated with k, among the stronger half without other."""
    energy = np.square(a).mean(axis=(0, 1))
    r = np.where(energy > np.median(energy), correlations(a)[k], np.nan)
    r[[k, other]] = np.nan
    return int(np.nanargmax(r)), int(np.nanargmin(r))


def correlations(a: Array) -> Array:
    """Return ``G_kk' / √(G_kk·G_k'k')``: 1 if two channels are proportional, 0 if never both there.

    No mean is taken off, as the Gram matrix takes none off. A channel that is silent has 0.
    """
    gram = gram_per_position(a)
    size = np.sqrt(np.diag(gram))
    shares: Array = gram / np.maximum(np.outer(size, size), np.finfo(gram.dtype).tiny)
    return shares


def correlations_off_by(a_G: Array, a_S: Array) -> float:
    """Return the root mean square of ``r_G - r_S`` over all pairs of two different channels.

    Only the entries off the diagonal count, and how strong the channels are does not. A channel
    that is silent in one of the two pictures is left out, as it has no correlation.
    """
    active = (a_G.max(axis=(0, 1)) > 0) & (a_S.max(axis=(0, 1)) > 0)
    pairs = np.triu(np.outer(active, active), 1)
    difference = (correlations(a_G) - correlations(a_S))[pairs]
    return float(np.sqrt(np.mean(np.square(difference))))


@dataclass(frozen=True)
class Pair:
    """Two channels: their r, and how far the sum of their product is from their entry of AᵀA.

    ``share`` is the entry's, of the matrix's sum of squares. ``where_k_is`` is how strong the other
    is in the tenth of the positions where k is strongest, beside how strong it is on average.
    """

    r: float
    off_by: float
    share: float
    where_k_is: float


def pair(a: Array, k: int, other: int) -> Pair:
    """Measure two channels."""
    gram = gram_matrix(a)
    product = float(np.sum(a[..., k] * a[..., other], dtype=np.float64))
    busiest = a[..., k] >= np.quantile(a[..., k], 0.9)
    return Pair(
        r=float(correlations(a)[k, other]),
        off_by=abs(product / float(gram[k, other]) - 1),
        share=float(2 * gram[k, other] ** 2 / np.square(gram).sum()),
        where_k_is=float(a[busiest, other].mean() / a[..., other].mean()),
    )


def exciting_patches(picture: Array, activation: Array, most: int = 6) -> list[Array]:
    """Cut out what excites a channel most: (FIELD, FIELD, 3), none within half a patch of another.

    Its activation has the shape (n_H // STRIDE, n_W // STRIDE).
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


def draw_channels(figure: SubFigure, style: Array, a: Array, channels: Sequence[int]) -> None:
    """Show channels in columns: what excites each, its map, and its product with the first's.

    A product is divided by √(G_kk·G_k'k'), so that its sum is r.
    """
    first, second, *_ = channels
    size = np.sqrt(np.diag(gram_matrix(a)))
    products = {k: a[..., first] * a[..., k] / (size[first] * size[k]) for k in channels}
    brightest = float(np.quantile(products[second], 0.995))
    names = ("warm colours", "their usual partner", "upright stripes", "least with warm")
    grid = figure.add_gridspec(2, 8, height_ratios=(1.1, 1))
    for j, (k, name) in enumerate(zip(channels, names, strict=True)):
        patches = drawing.mosaic(exciting_patches(style, a[..., k]), 3)
        drawing.picture(figure.add_subplot(grid[0, 2 * j : 2 * j + 2]), patches, name)
        left, right = (figure.add_subplot(grid[1, 2 * j + i]) for i in range(2))
        drawing.heat(left, a[..., k], f"map {k}", float(np.quantile(a[..., k], 0.995)))
        if k == first:
            drawing.picture(right, style, "painting")
        else:
            drawing.heat(right, products[k], f"× map {first}", brightest)
            right.set_xlabel(f"r = {products[k].sum():.2f}")
