"""The network on paper as a drawing: every number in its place, its derivative under it."""

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nst_numpy.arrays import Array, Mask
from nst_numpy.experiments import drawing
from nst_numpy.experiments.paper.network import (
    ALPHA,
    BETA,
    BIAS,
    CHANNELS,
    SIDE,
    WEIGHT,
    Costs,
    Down,
    Up,
)

VALUE, DERIVATIVE, FOLLOWED, LINES = (drawing.COLOURS[n] for n in (0, 1, 2, 7))
X, Z, A, P = 0.0, 5.0, 10.0, 15.0  # where each column of grids begins, in cells
TOPS = (1.0, 6.6)  # … and each channel
MIDDLE = 4.1  # … and the picture, which has only one
SMALL = 0.75  # a cell of a kernel

Cells = set[tuple[int, int]]


def draw(G: Up, back: Down, cost: Costs, pixel: tuple[int, int], reached: list[Cells]) -> Figure:
    """Draw the picture, z, a and p from left to right, one channel over the other.

    Parameters
    ----------
    G, back, cost
        What there is to draw.
    pixel
        The one that is followed.
    reached
        For each channel the z that it reaches.
    """
    figure = Figure(figsize=(drawing.WIDTH, 5.8))
    axis = figure.add_subplot()
    axis.set_xlim(-0.1, 18.3)
    axis.set_ylim(12.9, 0.1)
    axis.set_axis_off()

    _grid(axis, X, MIDDLE, G.x[..., 0], back.dx[..., 0], "x = G")
    _outline(axis, X, MIDDLE, {pixel})
    for o, (name, top) in enumerate(zip(CHANNELS, TOPS, strict=True)):
        passed = {(i, j) for i, j in reached[o] if G.positive[i, j, o]}
        cut = ~G.positive[..., o]
        _kernel(axis, (1.0, 9.8)[o], WEIGHT[:, :, 0, o], f"weight, {name}; bias {BIAS[o]:g}")
        _window(axis, top, pixel)
        _grid(axis, Z, top, G.z[..., o], back.dz[..., o], f"z, {name}", cut)
        _grid(axis, A, top, G.a[..., o], back.da[..., o], "a = max(z, 0)")
        _grid(axis, P, top, G.p[..., o], back.dp[..., o], "p, means of 2×2")
        _outline(axis, Z, top, reached[o])
        _outline(axis, A, top, passed)
        _outline(axis, P, top, {(i // 2, j // 2) for i, j in passed})

    ledger = (
        f"J_content = {cost.J_content:.3f}\nJ_style = {cost.J_style:.3f}\n"
        f"J = {ALPHA:g}·J_content\n    + {BETA:g}·J_style\n   = {ALPHA * cost.J_content:.3f}"
        f" + {BETA * cost.J_style:.3f}\n   = {cost.J:.3f}"
    )
    axis.text(P, 3.35, ledger, va="top", linespacing=1.25)
    axis.text(Z, 11.35, "above: the number", va="center")
    axis.text(
        Z, 11.95, "below: the derivative of J with respect to it", va="center", color=DERIVATIVE
    )
    followed = f"outlined: on the ways of x[{pixel[0]}, {pixel[1]}], which is followed"
    axis.text(Z, 12.55, followed, va="center", color=FOLLOWED)
    axis.add_patch(Rectangle((13.9, 11.0), 0.7, 0.7, color=LINES, alpha=0.35, linewidth=0))
    axis.text(14.8, 11.35, "cut off by the ReLU", va="center")
    return figure


def _grid(
    axis: Axes, left: float, top: float, numbers: Array, derivatives: Array, title: str,
    cut: Mask | None = None,
) -> None:  # fmt: skip
    """Draw a grid: in each cell a number, and under it the derivative of J."""
    axis.text(left, top - 0.15, title, va="bottom")
    n_H, n_W = numbers.shape
    paper = mpl.rcParams["axes.facecolor"]
    axis.add_patch(Rectangle((left, top), n_W, n_H, color=paper, linewidth=0, zorder=1))
    most = max(float(numbers.max()), 1e-9)
    for i, j in np.ndindex(n_H, n_W):
        x, y = left + j, top + i
        shade, strength = VALUE, 0.3 * max(float(numbers[i, j]), 0) / most
        if cut is not None and cut[i, j]:
            shade, strength = LINES, 0.35
        axis.add_patch(Rectangle((x, y), 1, 1, color=shade, alpha=strength, linewidth=0, zorder=1))
        axis.add_patch(Rectangle((x, y), 1, 1, fill=False, edgecolor=LINES, linewidth=0.5))
        _number(axis, x + 0.5, y + 0.3, numbers[i, j])
        _number(axis, x + 0.5, y + 0.73, derivatives[i, j], DERIVATIVE)


def _kernel(axis: Axes, top: float, weight: Array, title: str) -> None:
    """Draw a 3×3 kernel above or under the picture, in smaller cells."""
    axis.text(X, top - 0.15, title, va="bottom")
    for i, j in np.ndindex(weight.shape):
        x, y = X + SMALL * j, top + SMALL * i
        axis.add_patch(Rectangle((x, y), SMALL, SMALL, fill=False, edgecolor=LINES, linewidth=0.5))
        _number(axis, x + SMALL / 2, y + SMALL / 2, weight[i, j])


def _number(axis: Axes, x: float, y: float, number: float, colour: str | None = None) -> None:
    text = f"{round(float(number), 2) + 0.0:g}"  # + 0.0: no minus before a zero
    axis.text(x, y, text, ha="center", va="center", fontsize=9, color=colour)


def _outline(axis: Axes, left: float, top: float, cells: Cells) -> None:
    """Draw a frame around each of some cells."""
    for i, j in cells:
        frame = Rectangle((left + j, top + i), 1, 1, fill=False, edgecolor=FOLLOWED, linewidth=2)
        axis.add_patch(frame).set_zorder(3)


def _window(axis: Axes, top: float, pixel: tuple[int, int]) -> None:
    """Draw the two lines from the pixel to the window of z that can hold it."""
    i, j = pixel
    first, last = max(i - 1, 0), min(i + 2, SIDE)
    for start, end in ((i, first), (i + 1, last)):
        across = [X + j + 1, Z + max(j - 1, 0)]
        axis.plot(across, [MIDDLE + start, top + end], color=FOLLOWED, linewidth=1, zorder=0.5)
