"""The ways to convolve, side by side: multiplications, time, error."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nst_numpy.experiments import drawing
from nst_numpy.experiments.convolving.measured import Layer

NAMES = {
    "im2col": "im2col, one matrix product",
    "F(2×2)": "Winograd F(2×2, 3×3), NumPy",
    "F(4×4)": "Winograd F(4×4, 3×3), NumPy",
    "compiled": "Winograd, compiled",
}
MOST = 2.0  # times im2col's time; a longer one is cut off
Heights = list[dict[str, float]]  # of each layer: way -> height


def draw_layers(layers: list[Layer]) -> Figure:
    """Draw a group of bars for each layer, in each of the panels."""
    figure = Figure(figsize=(drawing.WIDTH, 6.4))
    grid = figure.add_gridspec(2, 2, height_ratios=(1.2, 1))
    ways = [way for way in NAMES if way in layers[0].seconds]

    axis = figure.add_subplot(grid[0, 0])
    products, transforms = [one.products for one in layers], [one.transforms for one in layers]
    _bars(axis, layers, ways[:3], products, transforms)
    axis.set_title("multiplications for each number of the result\n(on top: in the transforms)")
    _times(figure.add_subplot(grid[0, 1]), layers, ways)

    axis = figure.add_subplot(grid[1, :])
    errors = [{way: 1e7 * error for way, error in one.float32.items()} for one in layers]
    _bars(axis, layers, ways, errors)
    axis.set_xticks(range(len(layers)), [f"{one.layer}, {one.n_C_in} channels" for one in layers])
    axis.set_title("error in float32, in 10⁻⁷ of the result's norm")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _times(axis: Axes, layers: list[Layer], ways: list[str]) -> None:
    """Draw times as multiples of im2col's; a bar that is cut off at the top has its number."""
    times = [one.of_im2col for one in layers]
    top = min(MOST, 1.2 * max(some[way] for some in times for way in ways))
    _bars(axis, layers, ways, times)
    axis.set_ylim(0, top)
    for bar in axis.patches:
        if isinstance(bar, Rectangle) and bar.get_height() > top:
            centre = bar.get_x() + bar.get_width() / 2
            axis.text(
                centre, 0.97 * top, f"{bar.get_height():.1f}",
                rotation=90, ha="center", va="top", color="white", fontsize=9,
            )  # fmt: skip
    under = [f"{one.layer}\n{1000 * one.seconds['im2col']:,.3g} ms" for one in layers]
    axis.set_xticks(range(len(layers)), under)
    loops = [some["loops"] for some in times]
    cores = " on one core" if all(one.on_one_core for one in layers) else ""
    axis.set_title(
        f"time{cores}, if that of im2col (below) is 1\n"
        f"(loops: {min(loops):,.0f} to {max(loops):,.0f})"
    )


def _bars(
    axis: Axes, layers: list[Layer], ways: list[str],
    heights: Heights, on_top: Heights | None = None,
) -> None:  # fmt: skip
    """Draw a group of bars for each layer, each way in its colour; what is on top is fainter."""
    width = 0.8 / len(ways)
    at = np.arange(len(layers))
    for number, way in enumerate(ways):
        look: Any = {"width": 0.9 * width, "color": drawing.COLOURS[list(NAMES).index(way)]}
        x, y = at + (number - (len(ways) - 1) / 2) * width, np.array([one[way] for one in heights])
        axis.bar(x, y, label=NAMES[way], **look)
        if on_top:
            more = np.array([one[way] for one in on_top])
            axis.bar(x, more, bottom=y, alpha=0.5, **look)
    axis.set_xticks(at, [one.layer for one in layers])
    axis.margins(y=0.2)
    axis.set_axisbelow(True)
    axis.grid(visible=False, axis="x")
