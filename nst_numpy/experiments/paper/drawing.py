"""The network on paper as a drawing: every number in its place, its derivative under it."""

from collections.abc import Collection

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nst_numpy.arrays import Array
from nst_numpy.experiments import drawing
from nst_numpy.experiments.paper.network import (
    ALPHA,
    BETA,
    BIAS,
    CHANNELS,
    SIDE,
    WEIGHT,
    Numbers,
)
from nst_numpy.objective import Cost

VALUE, DERIVATIVE, FOLLOWED, LINES = (drawing.COLOURS[n] for n in (0, 1, 2, 7))
X, Z, A, P = 0.0, 5.0, 10.0, 15.0  # where each column of grids begins, in cells
TOPS = (1.0, 6.6)  # … and each channel
MIDDLE = 4.1  # … and the picture, which has only one
KERNELS = (1.0, 9.8)  # … and the kernels, above and under it
SMALL = 0.75  # a cell of a kernel

Cell = tuple[int, int]


def draw_paper(
    G: Numbers, dG: Numbers, cost: Cost, pixel: Cell, reached: list[set[Cell]]
) -> Figure:
    """Draw the picture, z, a and p from left to right, one channel over the other.

    What the pixel reaches, for each channel some z, is outlined.
    """
    figure = Figure(figsize=(drawing.WIDTH, 5.8))
    axis = figure.add_subplot(xlim=(-0.1, 18.3), ylim=(12.9, 0.1))
    axis.set_axis_off()

    _grid(axis, X, MIDDLE, "x = G", G.x[..., 0], dG.x[..., 0], {pixel})
    for o, (name, top) in enumerate(zip(CHANNELS, TOPS, strict=True)):
        passed = {(i, j) for i, j in reached[o] if G.z[i, j, o] > 0}
        pooled = {(i // 2, j // 2) for i, j in passed}
        title = f"weight, {name}; bias {BIAS[o]:g}"
        _grid(axis, X, KERNELS[o], title, WEIGHT[:, :, 0, o], side=SMALL)
        _window(axis, top, pixel)
        _grid(axis, Z, top, f"z, {name}", G.z[..., o], dG.z[..., o], reached[o])
        _grid(axis, A, top, "a = max(z, 0)", G.a[..., o], dG.a[..., o], passed)
        _grid(axis, P, top, "p, means of 2×2", G.p[..., o], dG.p[..., o], pooled)

    content, style = cost.terms.values()
    ledger = (
        f"J_content = {cost.values['content']:.3f}\nJ_style = {cost.values['style']:.3f}\n"
        f"J = {ALPHA:g}·J_content\n    + {BETA:g}·J_style\n   = {content:.3f} + {style:.3f}\n"
        f"   = {cost.total:.3f}"
    )
    axis.text(P, 3.35, ledger, va="top", linespacing=1.25)
    followed = f"outlined: on the ways of x[{pixel[0]}, {pixel[1]}], which is followed"
    below = "below: the derivative of J with respect to it"
    axis.text(Z, 11.35, "above: the number", va="center")
    axis.text(Z, 11.95, below, va="center", color=DERIVATIVE)
    axis.text(Z, 12.55, followed, va="center", color=FOLLOWED)
    axis.add_patch(Rectangle((13.9, 11.0), 0.7, 0.7, color=LINES, alpha=0.35, linewidth=0))
    axis.text(14.8, 11.35, "cut off by the ReLU", va="center")
    return figure


def _grid(
    axis: Axes, left: float, top: float, title: str,
    numbers: Array, derivatives: Array | None = None, followed: Collection[Cell] = (),
    side: float = 1.0,
) -> None:  # fmt: skip
    """Draw a grid: in each cell a number, and under it the derivative of J, if there is one."""
    axis.text(left, top - 0.15, title, va="bottom")
    most = max(float(numbers.max()), 1e-9)
    for i, j in np.ndindex(numbers.shape):
        x, y = left + side * j, top + side * i
        if derivatives is None:
            _number(axis, x + side / 2, y + side / 2, float(numbers[i, j]))
        else:
            shade, strength = VALUE, 0.3 * max(float(numbers[i, j]), 0) / most
            if title.startswith("z") and numbers[i, j] <= 0:  # the ReLU cuts it off
                shade, strength = LINES, 0.35
            for colour, alpha in ((mpl.rcParams["axes.facecolor"], 1.0), (shade, strength)):
                axis.add_patch(
                    Rectangle((x, y), side, side, color=colour, alpha=alpha, lw=0, zorder=1)
                )
            _number(axis, x + 0.5, y + 0.3, float(numbers[i, j]))
            _number(axis, x + 0.5, y + 0.73, float(derivatives[i, j]), DERIVATIVE)
        colour, width, order = (FOLLOWED, 2, 3) if (i, j) in followed else (LINES, 0.5, 1)
        axis.add_patch(
            Rectangle((x, y), side, side, fill=False, edgecolor=colour, lw=width, zorder=order)
        )


def _number(axis: Axes, x: float, y: float, number: float, colour: str | None = None) -> None:
    text = f"{round(float(number), 2) + 0.0:g}"  # + 0.0: no minus before a zero
    axis.text(x, y, text, ha="center", va="center", fontsize=9, color=colour)


def _window(axis: Axes, top: float, pixel: Cell) -> None:
    """Draw the two lines from the pixel to the window of z that can hold it."""
    i, j = pixel
    first, last = max(i - 1, 0), min(i + 2, SIDE)
    for start, end in ((i, first), (i + 1, last)):
        across = [X + j + 1, Z + max(j - 1, 0)]
        axis.plot(across, [MIDDLE + start, top + end], color=FOLLOWED, linewidth=1, zorder=0.5)
