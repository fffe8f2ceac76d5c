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

Then one painting is made twice, with the content at conv2_2 and at conv4_2. One α would not be fair
to both, since the features of one layer are larger than those of the other. So α is chosen for each
layer such that a flat picture of the photograph's mean colour would cost as content a tenth of what
the photograph itself costs as style. What share of J the content has in the end is reported. So
is each style layer by itself: which painting is nearer in style depends on how they are summed.
"""

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import Content, Term
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import faint_noise, features_of, paint, sum_of
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.scale import length
from nst_numpy.network import VGG19, Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings

LAYERS = tuple(VGG19.channels)
FIRST_OF_BLOCKS = tuple(layer for layer in LAYERS if layer.endswith("_1"))
FINE = FIRST_OF_BLOCKS[:3]
LOW, HIGH = "conv2_2", "conv4_2"


@dataclass(frozen=True)
class Rebuilt:
    """The photograph from one layer; what is left are shares of the start's distance."""

    picture: Array
    rms: float
    left_at_pixels: float
    left_at_features: float
    left_half_way: float


@dataclass(frozen=True)
class Painted:
    """The painting with its content in one layer; `style_left` is a share of the photograph's."""

    picture: Array
    alpha: float
    share_of_content: float
    rms: float
    style_left: dict[str, float]
    weighted_style_left: float


@dataclass(frozen=True)
class Measured:
    """Both by the layer of the content."""

    iterations: int
    rebuilt: dict[str, Rebuilt]
    painted: dict[str, Painted]


def measure(content: Array, style: Array, weights: Weights, iterations: int = 60) -> Measured:
    """Rebuild the photograph from each layer alone; then paint with two of them as the content."""
    a_C = features_of(content, weights, LAYERS)
    J = sum_of([Term(x, x, Content(), 1.0, a_C[x]) for x in LAYERS], weights, content)
    rebuilt = {one.layer: rebuild(J.with_terms([one]), content, iterations) for one in J.terms}
    settings = Settings(beta=1.0, content_layers={LOW: 1.0, HIGH: 1.0})
    J = Objective(content, [style], settings, weights)
    both, of_style = J.terms[:2], J.terms[2:]
    painted = {x.layer: painting(J.with_terms([x, *of_style]), content, iterations) for x in both}
    return Measured(iterations, rebuilt, painted)


def rebuild(J: SumOfTerms, content: Array, iterations: int) -> Rebuilt:
    """Begin gray and minimise the content cost of one layer, with nothing else."""
    gray = faint_noise(content.shape)
    G, heights = paint(J, gray, iterations)
    left = np.sqrt(np.divide(heights, heights[0]))
    error = rms(G - content)
    return Rebuilt(G, error, error / rms(gray - content), left[-1], left[len(left) // 2])


def painting(J: SumOfTerms, content: Array, iterations: int) -> Painted:
    """Paint from the photograph; a flat picture costs as content a tenth of its style cost."""
    of_content, *of_style = J.terms
    begin, _ = J(content)
    flat, _ = J(np.broadcast_to(content.mean(axis=(0, 1)), content.shape))
    alpha = 0.1 * begin.total / flat.values[of_content.name]
    J = J.with_terms([replace(of_content, weight=alpha), *of_style])
    G, _ = paint(J, content, iterations)
    end, _ = J(G)
    share = end.terms[of_content.name] / end.total
    left = {one.layer: end.values[one.name] / begin.values[one.name] for one in of_style}
    all_left = (1 - share) * end.total / begin.total
    return Painted(G, alpha, share, rms(G - content), left, all_left)


def rms(x: Array) -> float:
    """Return the root of the mean of the squares."""
    return float(length(x) / np.sqrt(x.size))


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    rebuilt, iterations = measured.rebuilt, measured.iterations
    first, deep, last = (rebuilt[layer] for layer in ("conv1_1", HIGH, "conv5_4"))
    by_block = [rebuilt[layer].rms for layer in FIRST_OF_BLOCKS]
    low, high = measured.painted[LOW], measured.painted[HIGH]
    return (
        Claim(
            "The deeper the layer, the fewer of the pixels come back.",
            "rms error of the pixels, in units of [0, 1]: "
            + ", ".join(f"{layer} {rebuilt[layer].rms:.2f}" for layer in FIRST_OF_BLOCKS),
            by_block == sorted(by_block),
        ),
        Claim(
            "In the layer of the usual content, a picture with very different pixels is near.",
            f"the picture from {HIGH} has covered {1 - deep.left_at_features:.0%} of the way from "
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
            f"A painting with its content at {LOW} keeps more of the photograph's pixels than "
            f"one with its content at {HIGH}.",
            f"rms to the photograph: {low.rms:.3f} and {high.rms:.3f}; the content's share of J is "
            f"{low.share_of_content:.0%} and {high.share_of_content:.0%}",
            low.rms < high.rms,
        ),
        Claim(
            f"With its content at {HIGH} the fine layers of the style, up to conv3_1, come closer "
            "to the painting; those above need not.",
            f"share of the photograph's style cost that is left, with {LOW} and with {HIGH}: "
            + ", ".join(
                f"{layer} {left:.3f} and {high.style_left[layer]:.3f}"
                for layer, left in low.style_left.items()
            )
            + f"; all as J weighs them, {low.weighted_style_left:.3f} and "
            f"{high.weighted_style_left:.3f}",
            all(high.style_left[layer] < low.style_left[layer] for layer in FINE),
        ),
    )


def draw(measured: Measured) -> Figure:
    """Show the 16 pictures, one block of the network after the other, then errors and paintings."""
    rebuilt = measured.rebuilt
    figure, (above, below) = drawing.stacked(6.5, 2.5)
    above.suptitle("the photograph rebuilt, beginning gray, from one layer alone", size=11)
    for axis, (layer, one) in zip(above.subplots(4, 4).flat, rebuilt.items(), strict=True):
        drawing.picture(axis, one.picture, f"from {layer}")
    curves, *axes = below.subplots(1, 3)
    left = [(one.left_at_pixels, one.left_at_features) for one in rebuilt.values()]
    pixels, features = np.transpose(left)
    curves.plot(pixels, "o-", ms=4, label="at the pixels")
    curves.plot(features, "s-", ms=4, label="at the layer's features")
    curves.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=9)
    ticks = {LAYERS.index(layer): layer.removeprefix("conv") for layer in FIRST_OF_BLOCKS}
    curves.set_xticks(list(ticks), list(ticks.values()), fontsize=9)
    curves.set_ylim(0)
    curves.set(xlabel="rebuilt from conv …", ylabel="distance left\n(1: the start)")
    for axis, (layer, made) in zip(axes, measured.painted.items(), strict=True):
        drawing.picture(axis, made.picture, f"painted, content {layer}")
    return figure
