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
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.scale import of_one_size
from nst_numpy.settings import Settings
from nst_numpy.vgg19 import Weights

LAYERS = (*Settings().style_layers, *Settings().content_layers)


@dataclass(frozen=True)
class Shuffled:
    """One layer: both costs of its shuffled features, beside those of another picture's."""

    layer: str
    channels: int
    positions: int
    content: float
    content_of_another: float
    style: float
    style_of_another: float


def answer(content: Array, style: Array, weights: Weights) -> Answer:
    """Shuffle the positions of each layer's features, and ask both costs what changed."""
    rng = np.random.default_rng(0)
    content, style = of_one_size(content, style)
    a = features_of(content, weights, LAYERS)
    other = features_of(style, weights, LAYERS)
    rows = []
    for layer in sorted(LAYERS):
        shuffled = shuffle_positions(a[layer], rng)
        n_H, n_W, n_C = a[layer].shape
        gram = gram_per_position(a[layer])
        rows.append(
            Shuffled(
                layer,
                n_C,
                n_H * n_W,
                content_cost(a[layer], shuffled)[0],
                content_cost(a[layer], other[layer])[0],
                style_cost(gram, shuffled)[0],
                style_cost(gram, other[layer])[0],
            )
        )

    least_content = min(row.content / row.content_of_another for row in rows)
    most_style = max(row.style / row.style_of_another for row in rows)
    deep = next(row for row in rows if row.layer == "conv4_2")
    shares = shares_of_channels(a["conv4_2"], other["conv4_2"])
    half = int(np.searchsorted(np.cumsum(shares), 0.5)) + 1
    claims = (
        Claim(
            "The style cost does not notice that the positions were shuffled.",
            f"in {len(rows)} layers it is at most {most_style:.0e} of what it is for the painting",
            most_style < 1e-9,
        ),
        Claim(
            "The content cost does: to it a shuffled photograph is as far away as another picture.",
            f"it is at least {least_content:.2f} of what it is for the painting",
            least_content > 0.3,
        ),
        Claim(
            "The content is compared in one layer, which is not one channel.",
            f"conv4_2 has {deep.channels} channels at {deep.positions} positions, and each of the "
            f"{deep.channels * deep.positions} numbers is compared with its own; of the content "
            f"cost of the painting the largest channel makes {shares[0]:.1%}, and it takes {half} "
            "of them to make half of it",
            shares[0] < 0.5,
        ),
    )
    strongest = np.argmax(a["conv4_2"].mean(axis=(0, 1)))
    shown = a["conv4_2"][..., strongest]
    mixed = shuffle_positions(a["conv4_2"], np.random.default_rng(0))[..., strongest]
    numbers = {
        "layers": [vars(row) for row in rows],
        "shares of the channels": [float(share) for share in shares],
        "channel shown": int(strongest),
    }
    return Answer(claims, numbers, lambda: draw(content, shown, mixed, rows))


def shares_of_channels(a_C: Array, a_G: Array) -> Array:
    """Give each channel's share of the content cost, the largest first."""
    squares = np.square(a_G - a_C).sum(axis=(0, 1))
    shares: Array = np.sort(squares)[::-1] / squares.sum()
    return shares


def shuffle_positions(a: Array, rng: np.random.Generator) -> Array:
    """Send every position of (n_H, n_W, n_C) to another one, with all of its channels.

    Along a round trip through all positions, in random order, each takes the next one's place.
    """
    n_H, n_W, n_C = a.shape
    trip = rng.permutation(n_H * n_W)
    shuffled = np.empty((n_H * n_W, n_C), a.dtype)
    shuffled[np.roll(trip, 1)] = a.reshape(-1, n_C)[trip]
    return shuffled.reshape(n_H, n_W, n_C)


def draw(content: Array, shown: Array, mixed: Array, rows: list[Shuffled]) -> Figure:
    """Show the photograph, one channel of it before and after, and both costs by layer."""
    figure = Figure(figsize=(drawing.WIDTH, 5.2))
    grid = figure.add_gridspec(2, 3, height_ratios=(1, 1.15))
    drawing.picture(figure.add_subplot(grid[0, 0]), content, "the photograph")
    drawing.heat(figure.add_subplot(grid[0, 1]), shown, "conv4_2, one of 512 channels")
    drawing.heat(figure.add_subplot(grid[0, 2]), mixed, "the same, positions shuffled")

    axis = figure.add_subplot(grid[1, :])
    names = [row.layer for row in rows]
    axis.semilogy(names, [row.content / row.content_of_another for row in rows], "o-")
    axis.semilogy(names, [max(row.style / row.style_of_another, 1e-18) for row in rows], "s-")
    axis.text(0.02, 0.8, "content cost", color=drawing.COLOURS[0], transform=axis.transAxes)
    axis.text(0.02, 0.25, "style cost", color=drawing.COLOURS[1], transform=axis.transAxes)
    axis.set_ylabel("cost of the shuffled features\n(1: the cost of the painting)")
    return figure
