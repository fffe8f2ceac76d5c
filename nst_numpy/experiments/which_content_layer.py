"""Which layer is the content?

Each of the 16 layers alone is asked to give the photograph back: begin gray, with faint noise, and
minimise the content cost of that layer. What the layer has kept returns; what it has thrown away
may come out as anything. Low layers keep the pixels. High layers keep what stands where, and leave
the pixels free: that is the room in which a style can be painted.

Two errors are measured, each as a share of the start's: the distance to the photograph at the
pixels, and the distance to its features in the layer itself (the root of J over the start's J). A
large error at the pixels says that the layer does not know them only where the error at the
features is small; where it is not, L-BFGS has not arrived either. The layers differ in the scale of
their features and in how far away their valley is, so both are shown.

Each is rebuilt at half the size. Then one painting is made four times, with the content at
conv2_2, conv3_2, conv4_2 and conv5_2, and α is chosen such that all four are equally near to the
style (`equal_style`). What differs between them is what the content layer held fast. Two
correlations with the photograph say how much: that of brightness in cells of 16 pixels, and that of
its slopes.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure, SubFigure

from nst_numpy.arrays import Array
from nst_numpy.canvas import halve
from nst_numpy.costs import Content, Term
from nst_numpy.experiments import drawing
from nst_numpy.experiments.equal_style import STYLE_LEFT, TOLERANCE, Painted, paintings
from nst_numpy.experiments.features import faint_noise, features_of, paint, sum_of
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.scale import length
from nst_numpy.network import VGG19, Weights
from nst_numpy.objective import SumOfTerms

LAYERS = tuple(VGG19.channels)
FIRST_OF_BLOCKS = tuple(layer for layer in LAYERS if layer.endswith("_1"))
PAINTED = ("conv2_2", "conv3_2", "conv4_2", "conv5_2")
USUAL = "conv4_2"
REBUILT_AT = 128  # pixels, about: a larger photograph is halved first


@dataclass(frozen=True)
class Rebuilt:
    """The photograph from one layer; what is left are shares of the start's distance."""

    picture: Array
    rms: float
    left_at_pixels: float
    left_at_features: float
    left_half_way: float


@dataclass(frozen=True)
class Measured:
    """Both by the layer of the content."""

    iterations: int
    rebuilt: dict[str, Rebuilt]
    painted: dict[str, Painted]


def measure(content: Array, style: Array, weights: Weights, iterations: int = 60) -> Measured:
    """Rebuild the photograph from each layer alone; then paint with four of them as the content."""
    smaller = halve(content, 1 if max(content.shape) > REBUILT_AT else 0)
    a_C = features_of(smaller, weights, LAYERS)
    J = sum_of([Term(x, x, Content(), 1.0, a_C[x]) for x in LAYERS], weights, smaller)
    rebuilt = {one.layer: rebuild(J.with_terms([one]), smaller, iterations) for one in J.terms}
    painted = paintings(content, style, weights, PAINTED, iterations)
    return Measured(iterations, rebuilt, painted)


def rebuild(J: SumOfTerms, content: Array, iterations: int) -> Rebuilt:
    """Begin gray and minimise the content cost of one layer, with nothing else."""
    gray = faint_noise(content.shape)
    G, heights = paint(J, gray, iterations)
    left = np.sqrt(np.divide(heights, heights[0]))
    error = rms(G - content)
    return Rebuilt(G, error, error / rms(gray - content), left[-1], left[len(left) // 2])


def rms(x: Array) -> float:
    """Return the root of the mean of the squares."""
    return float(length(x) / np.sqrt(x.size))


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    rebuilt, iterations = measured.rebuilt, measured.iterations
    first, deep, last = (rebuilt[layer] for layer in ("conv1_1", USUAL, "conv5_4"))
    by_block = [rebuilt[layer].rms for layer in FIRST_OF_BLOCKS]
    painted = measured.painted
    light = [one.light for one in painted.values()]
    edges = [one.edges for one in painted.values()]
    return (
        Claim(
            "The deeper the layer, the fewer of the pixels come back.",
            "rms error of the pixels, in units of [0, 1]: "
            + ", ".join(f"{layer} {rebuilt[layer].rms:.2f}" for layer in FIRST_OF_BLOCKS),
            by_block == sorted(by_block),
        ),
        Claim(
            "In the layer of the usual content, a picture with very different pixels is near.",
            f"the picture from {USUAL} has covered {1 - deep.left_at_features:.0%} of the way from "
            f"the start to the photograph at the features, {1 - deep.left_at_pixels:.0%} of it at "
            "the pixels",
            deep.left_at_features < 0.5 * deep.left_at_pixels,
        ),
        Claim(
            "Deep layers are also harder to reach: after as many iterations more is left to do.",
            f"after {iterations} iterations {first.left_at_features:.1%} of the way is left at the "
            f"features of conv1_1 and {last.left_at_features:.0%} at those of conv5_4, where half "
            f"way it was {last.left_half_way:.0%}",
            last.left_at_features > 5 * first.left_at_features,
        ),
        Claim(
            "Four paintings, equally near to the style: the deeper the layer of the content, the "
            "fewer of the photograph's edges are left.",
            f"style cost left of the photograph's: {listed(painted, 'style_left')}; correlation of "
            f"the slopes of brightness with the photograph's: {listed(painted, 'edges')}",
            edges == sorted(edges, reverse=True)
            and all(abs(x.style_left / STYLE_LEFT - 1) < TOLERANCE for x in painted.values()),
        ),
        Claim(
            f"From conv2_2 to {USUAL} light and dark are set free, too: the style moves them "
            "where the shallow layers hold them fast.",
            f"correlation of brightness in cells of 16 pixels: {listed(painted, 'light')}; rms to "
            f"the photograph: {listed(painted, 'rms')}; by how much J still fell in the last tenth "
            f"of the way: {listed(painted, 'falling')}",
            light[:3] == sorted(light[:3], reverse=True) and light[2] < light[0] - 0.05,
        ),
    )


def listed(painted: dict[str, Painted], name: str) -> str:
    """Write one number of each painting."""
    return ", ".join(f"{layer} {getattr(one, name):.3f}" for layer, one in painted.items())


def draw(measured: Measured) -> Figure:
    """Show the 16 pictures, one block of the network after the other, then errors and paintings."""
    rebuilt, painted = measured.rebuilt, measured.painted
    figure, (above, between, below) = drawing.stacked(6.5, 2.3, 3.6)
    above.suptitle("the photograph rebuilt, beginning gray, from one layer alone", size=11)
    for axis, (layer, one) in zip(above.subplots(4, 4).flat, rebuilt.items(), strict=True):
        drawing.picture(axis, one.picture, f"from {layer}")
    draw_errors(between, rebuilt)
    below.suptitle("painted to the same style cost, and a part of it twice as large", size=11)
    axes = below.subplots(2, len(painted))
    for (whole, part), (layer, made) in zip(axes.T, painted.items(), strict=True):
        n_H, n_W, _ = made.picture.shape
        drawing.picture(whole, made.picture, f"content {layer}")
        drawing.picture(part, made.picture[n_H // 12 : 7 * n_H // 12, : n_W // 2])
    return figure


def draw_errors(part: SubFigure, rebuilt: dict[str, Rebuilt]) -> None:
    """Show what is left at the pixels and at the features, from layer to layer."""
    curves = part.subplots()
    left = [(one.left_at_pixels, one.left_at_features) for one in rebuilt.values()]
    pixels, features = np.transpose(left)
    curves.plot(pixels, "o-", ms=4, label="at the pixels")
    curves.plot(features, "s-", ms=4, label="at the layer's features")
    curves.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    ticks = {LAYERS.index(layer): layer.removeprefix("conv") for layer in FIRST_OF_BLOCKS}
    curves.set_xticks(list(ticks), list(ticks.values()), fontsize=9)
    curves.set_ylim(0)
    curves.set(xlabel="rebuilt from conv …", ylabel="distance left\n(1: the start)")
