"""Which layer is the content?

Each of the 16 layers alone is asked to give the photograph back: start from noise and minimise the
content cost of that layer. What the layer has kept returns; what it has thrown away stays as the
noise had it. Low layers keep the pixels. High layers keep what stands where, and leave the pixels
free: that is the room in which a style can be painted.

Two errors are measured, each as a share of the noise's: the distance to the photograph at the
pixels, and the distance to its features in the layer itself (the root of J over the noise's J). A
large error at the pixels says that the layer does not know them only where the error at the
features is small; where it is not, L-BFGS has not arrived either. The layers differ in the scale of
their features and in how far away their valley is, so both are shown.

Then one painting is made twice, with the content at conv2_2 and at conv4_2. One α would not be fair
to both, since the features of one layer are larger than those of the other. So α is chosen for each
layer such that a flat picture of the photograph's mean colour would cost as content a tenth of what
the photograph itself costs as style. What share of J the content has in the end is reported. So
is each style layer by itself: which painting is nearer in style depends on how they are summed.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.experiments import drawing
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.features import minimise
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings
from nst_numpy.vgg19 import CHANNELS, Weights

LAYERS = tuple(CHANNELS)
FIRST_OF_BLOCKS = tuple(layer for layer in LAYERS if layer.endswith("_1"))
FINE = FIRST_OF_BLOCKS[:3]


@dataclass(frozen=True)
class Rebuilt:
    """The photograph from one layer; `left` is the share of the noise's distance that is left."""

    layer: str
    picture: Array
    rms: float
    rms_of_luminance: float
    left_at_pixels: float
    left_at_features: float
    left_half_way: float


@dataclass(frozen=True)
class Painted:
    """The painting with its content in one layer; `style_left` is a share of the photograph's."""

    layer: str
    picture: Array
    alpha: float
    share_of_content: float
    rms: float
    style_left: dict[str, float]
    weighted_style_left: float


def answer(content: Array, style: Array, weights: Weights, iterations: int = 60) -> Answer:
    """Rebuild the photograph from each layer alone; then paint with two of them as the content."""
    rebuilt = {layer: rebuild(content, layer, weights, iterations) for layer in LAYERS}
    low, high = (paint(content, style, x, weights, iterations) for x in ("conv2_2", "conv4_2"))

    first, deep, last = (rebuilt[layer] for layer in ("conv1_1", "conv4_2", "conv5_4"))
    by_block = [rebuilt[layer].rms for layer in FIRST_OF_BLOCKS]
    claims = (
        Claim(
            "The deeper the layer, the fewer of the pixels come back.",
            "rms error of the pixels, in units of [0, 1]: "
            + ", ".join(f"{layer} {rebuilt[layer].rms:.2f}" for layer in FIRST_OF_BLOCKS),
            by_block == sorted(by_block),
        ),
        Claim(
            "In the layer of the usual content, a picture with quite other pixels is near.",
            f"the picture from conv4_2 has covered {1 - deep.left_at_features:.0%} of the way from "
            f"the noise to the photograph at the features, {1 - deep.left_at_pixels:.0%} of it at "
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
            "A painting with its content at conv2_2 keeps more of the photograph's pixels than "
            "one with its content at conv4_2.",
            f"rms to the photograph: {low.rms:.3f} and {high.rms:.3f}; the content's share of J is "
            f"{low.share_of_content:.0%} and {high.share_of_content:.0%}",
            low.rms < high.rms,
        ),
        Claim(
            "With its content at conv4_2 the fine layers of the style, up to conv3_1, come closer "
            "to the painting; those above need not.",
            "share of the photograph's style cost that is left, with conv2_2 and with conv4_2: "
            + ", ".join(
                f"{layer} {low.style_left[layer]:.3f} and {high.style_left[layer]:.3f}"
                for layer in low.style_left
            )
            + f"; all as J weighs them, {low.weighted_style_left:.3f} and "
            f"{high.weighted_style_left:.3f}",
            all(high.style_left[layer] < low.style_left[layer] for layer in FINE),
        ),
    )
    numbers = {
        "rebuilt": [_without_picture(one) for one in rebuilt.values()],
        "painted": [_without_picture(one) for one in (low, high)],
        "iterations": iterations,
    }
    pictures = list(rebuilt.values())
    return Answer(claims, numbers, lambda: draw(pictures, (low, high)))


def rebuild(content: Array, layer: str, weights: Weights, iterations: int) -> Rebuilt:
    """Start from noise and minimise the content cost of one layer, with nothing else."""
    settings = Settings(content_layers={layer: 1.0}, style_layers={})
    objective = Objective(content, [], settings, weights)
    noise = np.random.default_rng(0).random(content.shape, np.float32)
    G, J = minimise(objective, noise, iterations)
    G = np.clip(G, 0, 1)
    return Rebuilt(
        layer,
        G,
        rms(G - content),
        rms(luminance(G - content)),
        rms(G - content) / rms(noise - content),
        (J[-1] / J[0]) ** 0.5,
        (J[len(J) // 2] / J[0]) ** 0.5,
    )


def paint(
    content: Array, style: Array, layer: str, weights: Weights, iterations: int, weight: float = 0.1
) -> Painted:
    """Paint from the photograph; a flat picture as content costs `weight` times its style cost."""
    settings = Settings(alpha=1.0, beta=1.0, content_layers={layer: 1.0})
    unweighted = Objective(content, [style], settings, weights)
    flat = np.broadcast_to(content.mean(axis=(0, 1)), content.shape)
    begin, _ = unweighted(content)
    alpha = weight * begin.total / unweighted(flat)[0].content

    settings = Settings(alpha=alpha, beta=1.0, content_layers={layer: 1.0})
    objective = Objective(content, [style], settings, weights)
    G, _ = minimise(objective, content.astype(np.float32), iterations)
    end, _ = objective(G)
    G = np.clip(G, 0, 1)
    left = {name: end.style[name] / begin.style[name] for name in settings.style_layers}
    style_end = sum(end.terms[name] for name in left) / sum(begin.terms[name] for name in left)
    share = end.terms["content"] / end.total
    return Painted(layer, G, alpha, share, rms(G - content), left, style_end)


def luminance(picture: Array) -> Array:
    """Give how bright each pixel is (ITU-R BT.601)."""
    bright: Array = picture @ np.array([0.299, 0.587, 0.114], picture.dtype)
    return bright


def rms(x: Array) -> float:
    """Give the root of the mean of the squares."""
    return float(np.sqrt(np.mean(np.square(x), dtype=np.float64)))


def _without_picture(one: Rebuilt | Painted) -> dict[str, object]:
    return {name: value for name, value in vars(one).items() if name != "picture"}


def draw(rebuilt: list[Rebuilt], painted: tuple[Painted, Painted]) -> Figure:
    """Show the 16 pictures, one block of the network after the other, then errors and paintings."""
    figure = Figure(figsize=(drawing.WIDTH, 9.0))
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=(2.6, 1))[:, 0]
    above.suptitle("the photograph rebuilt, beginning with noise, from one layer alone", size=11)
    for axis, one in zip(above.subplots(4, 4).flat, rebuilt, strict=True):
        drawing.picture(axis, one.picture, f"from {one.layer}")
    curves, *axes = below.subplots(1, 3)
    pixels = [one.left_at_pixels for one in rebuilt]
    features = [one.left_at_features for one in rebuilt]
    curves.plot(pixels, "o-", markersize=4, label="at the pixels")
    curves.plot(features, "s-", markersize=4, label="at the layer's features")
    curves.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=9)
    ticks = [LAYERS.index(layer) for layer in FIRST_OF_BLOCKS]
    curves.set_xticks(ticks, [layer.removeprefix("conv") for layer in FIRST_OF_BLOCKS])
    curves.set_xlabel("rebuilt from conv …")
    curves.set_ylim(0)
    curves.set_ylabel("distance left\n(1: the noise)")
    for axis, painting in zip(axes, painted, strict=True):
        drawing.picture(axis, painting.picture, f"painted, content {painting.layer}")
    return figure
