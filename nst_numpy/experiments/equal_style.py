"""Paintings of one photograph that are equally near to the style, each with another content layer.

One α would not be fair to all, since the features of one layer are larger than those of another.
So for each layer we search for an α until the style cost at the end is the same share of what it
was for the photograph. Then what differs between the paintings is what their content layers held
fast.
"""

from dataclasses import dataclass, replace

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.experiments.features import paint
from nst_numpy.experiments.scale import length
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings

STYLE_LEFT = 0.035  # of the photograph's style cost
TOLERANCE = 0.02
SEARCHES = 4
GUESS = {"conv2_2": 0.2825, "conv3_2": 0.2751, "conv4_2": 0.2456, "conv5_2": 0.5377}
"""α with which to begin, in units of the style cost of the photograph over the content cost of a
flat picture. Found for the castle and the church; with other pictures the search takes longer."""
CELL = 16  # pixels


@dataclass(frozen=True)
class Painted:
    """A painting, and what it shares with the photograph.

    `light` is the correlation of brightness in cells of 16 pixels, `edges` that of its slopes,
    `falling` by what share J still fell in the last tenth of the way.
    """

    picture: Array
    alpha: float
    style_left: float
    share_of_content: float
    falling: float
    rms: float
    light: float
    edges: float


def paintings(
    content: Array, style: Array, weights: Weights, layers: tuple[str, ...], iterations: int
) -> dict[str, Painted]:
    """Paint once with each content layer, all to the same style cost."""
    settings = Settings(beta=1.0, content_layers=dict.fromkeys(layers, 1.0))
    J = Objective(content, [style], settings, weights)
    of_content, of_style = J.terms[: len(layers)], J.terms[len(layers) :]
    return {
        one.layer: searched(J.with_terms([one, *of_style]), content, iterations)
        for one in of_content
    }


def searched(J: SumOfTerms, content: Array, iterations: int) -> Painted:
    """Search for α: on logarithmic scales the style cost is almost a straight line over it."""
    of_content, *of_style = J.terms
    begin, _ = J(content)
    flat, _ = J(np.broadcast_to(content.mean(axis=(0, 1)), content.shape))
    alpha = GUESS.get(of_content.layer, 0.3) * begin.total / flat.values[of_content.name]
    slope, before = 0.7, None
    for _ in range(SEARCHES):
        weighted = J.with_terms([replace(of_content, weight=alpha), *of_style])
        one = painting(weighted, content, begin.total, iterations)
        if abs(one.style_left / STYLE_LEFT - 1) < TOLERANCE:
            break
        if before is not None:
            rise = np.log(one.style_left / before.style_left) / np.log(alpha / before.alpha)
            slope = float(np.clip(rise, 0.25, 1.5))
        before, alpha = one, alpha * float((STYLE_LEFT / one.style_left) ** (1 / slope))
    return one


def painting(J: SumOfTerms, content: Array, style_before: float, iterations: int) -> Painted:
    """Paint from the photograph, and hold the painting beside it."""
    of_content = J.terms[0]
    G, heights = paint(J, content, iterations)
    end, _ = J(G)
    cost = end.terms[of_content.name]
    return Painted(
        picture=G,
        alpha=of_content.weight,
        style_left=(end.total - cost) / style_before,
        share_of_content=cost / end.total,
        falling=1 - heights[-1] / heights[-1 - max(len(heights) // 10, 1)],
        rms=length(G - content) / np.sqrt(G.size),
        light=correlation(cells(brightness(G)), cells(brightness(content))),
        edges=correlation(slopes(G), slopes(content)),
    )


def brightness(picture: Array) -> Array:
    """Weigh the colours as the eye does."""
    y: Array = picture @ np.array([0.299, 0.587, 0.114])
    return y


def cells(y: Array) -> Array:
    """Return the mean of each cell; what is left over at the right and below is left out."""
    rows, columns = y.shape[0] // CELL, y.shape[1] // CELL
    whole = y[: rows * CELL, : columns * CELL]
    means: Array = whole.reshape(rows, CELL, columns, CELL).mean(axis=(1, 3))
    return means


def slopes(picture: Array) -> Array:
    """Return how fast brightness changes downwards and to the right."""
    y = brightness(picture)
    return np.stack([y[2:, 1:-1] - y[:-2, 1:-1], y[1:-1, 2:] - y[1:-1, :-2]])


def correlation(a: Array, b: Array) -> float:
    """Return Pearson's r of two arrays of one shape."""
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
