"""What is the difference between the two costs?

Take the features of the photograph and shuffle their positions: every pixel of every feature map
keeps its value and its 64 to 512 channels, but stands somewhere else. The content cost compares
each position with the same position, all channels of one layer, and is large. The style cost sums
the positions away before it compares, pairs of channels in several layers, and stays 0.

"One layer" is not "one channel": the content is compared in one layer, with all of its channels.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.scale import of_one_size
from nst_numpy.network import VGG19, Weights
from nst_numpy.settings import Settings

LAYER = "conv4_2"


@dataclass(frozen=True)
class Measured:
    """Both costs of shuffled features, by layer, as shares of what the painting's features cost.

    Of `LAYER` also the features, and what share of the painting's content cost each of its
    channels makes, the largest first.
    """

    content: dict[str, float]
    style: dict[str, float]
    shares: tuple[float, ...]
    photograph: Array
    a_C: Array
    shuffled: Array


def measure(content: Array, style: Array, weights: Weights) -> Measured:
    """Shuffle the positions of each layer's features, and ask both costs what changed."""
    C, S = of_one_size(content, style)
    layers = [layer for layer in VGG19.channels if layer in Settings().taps]
    a_C, a_S = (features_of(picture, weights, layers) for picture in (C, S))
    rng = np.random.default_rng(0)
    shuffled = {x: shuffle_positions(a_C[x], rng) for x in layers}
    grams = {x: gram_per_position(a_C[x]) for x in layers}
    squares = np.sort(np.square(a_S[LAYER] - a_C[LAYER]).sum(axis=(0, 1)))[::-1]
    return Measured(
        {x: content_cost(a_C[x], shuffled[x])[0] / content_cost(a_C[x], a_S[x])[0] for x in layers},
        {x: style_cost(grams[x], shuffled[x])[0] / style_cost(grams[x], a_S[x])[0] for x in layers},
        tuple((squares / squares.sum()).tolist()),
        C,
        a_C[LAYER],
        shuffled[LAYER],
    )


def shuffle_positions(a: Array, rng: np.random.Generator) -> Array:
    """Send every position of (n_H, n_W, n_C) to another one, with all of its channels.

    Along a round trip through all positions, in random order, each takes the next one's place.
    """
    n_H, n_W, n_C = a.shape
    trip = rng.permutation(n_H * n_W)
    shuffled = np.empty((n_H * n_W, n_C), a.dtype)
    shuffled[np.roll(trip, 1)] = a.reshape(-1, n_C)[trip]
    return shuffled.reshape(a.shape)


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    content, style = min(measured.content.values()), max(measured.style.values())
    n_H, n_W, n_C = measured.a_C.shape
    largest = measured.shares[0]
    half = int(np.searchsorted(np.cumsum(measured.shares), 0.5)) + 1
    return (
        Claim(
            "The style cost does not notice that the positions were shuffled.",
            f"in {len(measured.style)} layers it is at most {style:.0e} of what it is for the "
            "painting",
            style < 1e-9,
        ),
        Claim(
            "The content cost does: to it a shuffled photograph is as far away as another picture.",
            f"it is at least {content:.2f} of what it is for the painting",
            content > 0.3,
        ),
        Claim(
            "The content is compared in one layer, which is not one channel.",
            f"{LAYER} has {n_C} channels at {n_H * n_W} positions, and each of the "
            f"{n_H * n_W * n_C} numbers is compared with its own; of the content cost of the "
            f"painting the largest channel makes {largest:.1%}, and it takes {half} of them to "
            "make half of it",
            largest < 0.5,
        ),
    )


def draw(measured: Measured) -> Figure:
    """Show the photograph, one channel of it before and after, and both costs by layer."""
    figure, (above, below) = drawing.stacked(2.4, 2.8)
    photograph, before, after = above.subplots(1, 3)
    channel = measured.a_C.mean(axis=(0, 1)).argmax()
    drawing.picture(photograph, measured.photograph, "the photograph")
    title = f"{LAYER}, one of {len(measured.shares)} channels"
    drawing.heat(before, measured.a_C[..., channel], title)
    drawing.heat(after, measured.shuffled[..., channel], "the same, positions shuffled")

    axis = below.subplots()
    content, style = (list(costs.values()) for costs in (measured.content, measured.style))
    axis.semilogy(list(measured.content), content, "o-")
    axis.semilogy(list(measured.style), np.maximum(style, 1e-18), "s-")  # no logarithm of 0
    axis.text(0.02, 0.8, "content cost", color=drawing.COLOURS[0], transform=axis.transAxes)
    axis.text(0.02, 0.25, "style cost", color=drawing.COLOURS[1], transform=axis.transAxes)
    axis.set_ylabel("cost of the shuffled features\n(1: the cost of the painting)")
    return figure
