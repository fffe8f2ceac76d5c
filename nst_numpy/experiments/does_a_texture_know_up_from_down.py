"""Does a texture know up from down?

A Gram matrix is a sum over positions, so it cannot know where anything is. Yet textures of a
painting with its sky above and its path below tend to have blue above and ochre below. Two things
could tell them. The border: same padding surrounds the picture with zeros, and the features beside
it say so. And the features themselves: a kernel is not symmetric, so there are channels for blue
above ochre, and others for ochre above blue. How often each occurs is in the matrix, wherever it
is; and where one kind of step occurs more often than the other, the steps add up from top to
bottom.

The two are told apart here. In each layer, the frame that a zero beyond the border reaches is cut
off the features, those of the painting and those of the texture, which is made on a larger canvas
and cut out of it. The painting is also turned upside down; and finally the matrices of both ways up
are averaged, so that each step occurs as often as its opposite.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import Gram, Term, gram_matrix
from nst_numpy.costs.term import Shape
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import faint_noise, features_of, paint, sum_of
from nst_numpy.experiments.frame import Claim
from nst_numpy.network import Weights

LAYER = "conv3_1"
REACH = 3  # positions of that layer, from each side, that a zero beyond the border reaches
MARGIN = 32  # pixels around the texture, when the frame is cut off
STARTS = 3
SHUFFLED = 1e-5  # a Gram matrix may change by so much, relative, in float32, if positions do
TARGETS = ("as it is", "upside down", "both, averaged")


@dataclass(frozen=True)
class Inside(Gram):
    """The Gram matrix of the positions that are at least `cut` from every side."""

    cut: int

    def measure(self, a: Array) -> Array:
        """``s = AᵀA`` of what is inside."""
        return super().measure(inside(a, self.cut))

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """Divide by the number of positions inside."""
        n_H, n_W, n_C = shape
        return super().compare(s, target, (n_H - 2 * self.cut, n_W - 2 * self.cut, n_C))

    def pull(self, a: Array, ds: Array) -> Array:
        """``dA = 2·A·ds`` inside, and 0 in the frame."""
        da = np.zeros_like(a)
        inside(da, self.cut)[...] = super().pull(inside(a, self.cut), ds)
        return da


def inside(a: Array, cut: int) -> Array:
    """Return a picture, or activations, without the outer rows and columns: a view."""
    n_H, n_W, _ = a.shape
    return a[cut : n_H - cut, cut : n_W - cut]


@dataclass(frozen=True)
class Measured:
    """The trend is the warmth (red less blue) of the lowest third less that of the highest.

    Of textures there are `STARTS`, by whether the frame is cut off, and by target.
    """

    style: Array
    trend: float  # of the painting
    shuffled: float  # by how much a Gram matrix changes, relative, if the positions are shuffled
    at_border: list[float]  # how far a gray picture's features are from those in its middle
    textures: dict[str, Array]  # of the first start
    trends: dict[str, list[float]]


def measure(
    content: Array, style: Array, weights: Weights, iterations: int = 60, side: int = 96
) -> Measured:
    """Make textures of `side` pixels, from three targets, with the frame and without."""
    a = features_of(style, weights, [LAYER])[LAYER]
    mixed = np.random.default_rng(0).permutation(a.reshape(-1, a.shape[-1])).reshape(a.shape)
    gram = gram_matrix(a)
    textures: dict[str, Array] = {}
    trends: dict[str, list[float]] = {}
    for cut in (0, REACH):
        for name, target in targets(style, weights, cut).items():
            made = [texture(target, weights, cut, side, seed, iterations) for seed in range(STARTS)]
            textures[label(name, cut)] = made[0]
            trends[label(name, cut)] = [trend(G) for G in made]
    return Measured(
        style=style,
        trend=trend(style),
        shuffled=float(np.linalg.norm(gram_matrix(mixed) - gram) / np.linalg.norm(gram)),
        at_border=at_border(weights),
        textures=textures,
        trends=trends,
    )


def label(name: str, cut: int) -> str:
    """Name a texture by its target, and whether the frame was cut off."""
    return f"{name}, {'frame cut off' if cut else 'with its frame'}"


def targets(style: Array, weights: Weights, cut: int) -> dict[str, Array]:
    """Return Gram matrices per position: of the painting, of it upside down, and their mean."""
    both = []
    for picture in (style, np.ascontiguousarray(style[::-1])):
        a = inside(features_of(picture, weights, [LAYER])[LAYER], cut)
        both.append(gram_matrix(a) / (a.shape[0] * a.shape[1]))
    return dict(zip(TARGETS, (*both, (both[0] + both[1]) / 2), strict=True))


def texture(
    target: Array, weights: Weights, cut: int, side: int, seed: int, iterations: int
) -> Array:
    """Make a texture from faint noise; if its frame is cut off, on a canvas with a margin."""
    margin = MARGIN if cut else 0
    start = faint_noise((side + 2 * margin, side + 2 * margin, 3), seed=seed)
    term = Term(LAYER, LAYER, Inside(cut) if cut else Gram(), 1.0, target)
    G, _ = paint(sum_of([term], weights, start), start, iterations)
    return inside(G, margin)


def trend(G: Array) -> float:
    """Return by how much the lowest third of a picture is warmer than the highest."""
    third = len(G) // 3
    below, above = ((part[..., 0] - part[..., 2]).mean() for part in (G[-third:], G[:third]))
    return float(below - above)


def at_border(weights: Weights) -> list[float]:
    """Return how far a gray picture's features are from those in its middle, row by row inwards."""
    gray = np.full((96, 96, 3), 0.5, np.float32)
    a = features_of(gray, weights, [LAYER])[LAYER]
    column = a[:, a.shape[1] // 2]
    middle = column[len(column) // 2]
    far = np.linalg.norm(column - middle, axis=1) / np.linalg.norm(middle)
    return [float(one) for one in far[: REACH + 2]]


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    trends, border = measured.trends, measured.at_border
    (up, down, both), (up_in, down_in, both_in) = (
        [trends[label(name, cut)] for name in TARGETS] for cut in (0, REACH)
    )
    return (
        Claim(
            "The Gram matrix of given features is blind to places.",
            f"the positions shuffled, it changes by {measured.shuffled:.0e}",
            measured.shuffled < SHUFFLED,
        ),
        Claim(
            "The features are not blind to the border.",
            f"in a gray picture, those of {LAYER} differ from those in the middle by "
            f"{_all(border)} of their length, from the border inwards",
            border[0] > 0.1 and max(border[REACH:]) < SHUFFLED,
        ),
        Claim(
            "Textures have their warm colours where the painting has them, below.",
            f"warmer below than above by {_all(up)}, the painting by {measured.trend:.2f}",
            min(measured.trend * one for one in up) > 0,
        ),
        Claim(
            "It is not the border that tells them: with the frame cut off, they still do, and "
            "of the painting upside down they are upside down.",
            f"frame cut off: {_all(up_in)}; upside down: {_all(down_in)}",
            min(measured.trend * one for one in up_in) > 0
            and max(measured.trend * one for one in down_in) < 0,
        ),
        Claim(
            "Where each step occurs as often as its opposite, chance decides which way up it is.",
            f"from the mean of both matrices, frame cut off: {_all(both_in)}",
            min(both_in) < 0 < max(both_in),
        ),
        Claim(
            "The border adds something of its own, whichever way up the painting is.",
            f"mean over both ways up: {_mean(up + down):.2f} with the frame, "
            f"{_mean(up_in + down_in):.2f} without it; from the mean of both matrices, with the "
            f"frame, {_all(both)}",
            abs(_mean(up + down)) > 2 * abs(_mean(up_in + down_in)),
        ),
    )


def _all(values: list[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def draw(measured: Measured) -> Figure:
    """Show the painting, and beside it the textures, with their frame above, without it below."""
    figure = Figure(figsize=(drawing.WIDTH, 5.0))
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(1, 3))[0]
    axis = left.subplots()
    drawing.picture(axis, measured.style, "the painting")
    axis.set_xlabel(f"warmer below by {measured.trend:.2f}")
    axes = right.subplots(2, len(TARGETS)).flat
    for axis, (name, G) in zip(axes, measured.textures.items(), strict=True):
        target, frame = name.rsplit(", ", 1)
        drawing.picture(axis, G, f"{target},\n{frame}")
        axis.set_xlabel(f"{_all(measured.trends[name])}")
    return figure
