"""The figure of `where-the-gradient-comes-from`: maps of |dJ/dG|, and the way down to them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nst_numpy.arrays import Array
from nst_numpy.experiments import drawing
from nst_numpy.experiments.gradients.way import Field, Way, magnitude
from nst_numpy.experiments.scale import length


def draw(
    G: Array,
    together: Array,
    terms: Mapping[str, Array],
    fields: Sequence[Field],
    ways: Mapping[str, Way],
) -> Figure:
    """Show each term's map; then what single values see, and one of them through both poolings."""
    row = drawing.WIDTH / 4 * min(max(G.shape[0] / G.shape[1], 0.5), 1.2) + 0.35
    figure = Figure(figsize=(drawing.WIDTH, 3 * row + 1.3))
    halves: Any = figure.subfigures(2, 1, height_ratios=(2 * row + 0.4, row + 0.9))
    above, below = halves

    above.suptitle(
        "|dJ/dG| at each pixel, each on a scale of its own; its length beside that of all terms",
        size=11,
    )
    maps = {"all terms": together}
    maps |= {
        f"{'content' if n == 0 else 'style'} {layer}": terms[layer] for n, layer in enumerate(terms)
    }
    first, *axes = above.subplots(2, 4).flat
    drawing.picture(first, G, "the painting, begun")
    for axis, (title, dG) in zip(axes, maps.items(), strict=True):
        gradient_map(axis, dG, f"{title}: {length(dG) / length(together):.2g}")

    below.suptitle(f"the gradient of one value of {fields[-1].layer}, with either pooling", size=11)
    squares, *both, lengths = below.subplots(1, 4)
    sides = [field.side for field in fields if field.pooling == "average"]
    drawing.picture(squares, G, f"it sees {sides[-1]} × {sides[-1]}")
    squares.set_xlabel("inside it: the squares\nof the layers below")
    for field in fields:
        (top, bottom), (left, right) = field.seen
        size = right - left + 1, bottom - top + 1
        squares.add_patch(Rectangle((left - 0.5, top - 0.5), *size, fill=False, color="white"))
    for axis, (pooling, way) in zip(both, ways.items(), strict=True):
        gradient_map(axis, way[-1][1], f"{pooling} pooling")
    draw_lengths(lengths, ways)
    return figure


def gradient_map(axis: Axes, dG: Array, title: str) -> None:
    """Show |dJ/dG| of each pixel; the hundredth that is largest is as bright as can be."""
    values = magnitude(dG)
    drawing.heat(axis, values, title, float(np.quantile(values, 0.99)))


def draw_lengths(axis: Axes, ways: Mapping[str, Way]) -> None:
    """Show how the length of the gradient changes on its way, through one layer after another."""
    for pooling, way in ways.items():
        axis.semilogy([length(da) for _, da in way], label=pooling)
    ticks = {n: name[-1] for n, (name, _) in enumerate(way) if "pool" in name}
    ticks[len(way) - 1] = "G"
    axis.set_xticks(list(ticks), list(ticks.values()))
    axis.set_xlabel("at pool 4 … 1 and at G")
    axis.set_title("its length on the way")
    axis.legend(handlelength=1)
