"""The figure of `optimizers`: J on the way down, three line searches, three pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nst_numpy.experiments import drawing
from nst_numpy.experiments.descent.watching import C1, Line, Run, Trial


def draw(
    runs: Mapping[str, Mapping[float, Run]],
    best: Mapping[str, float],
    shown: Sequence[Line],
    grids: Sequence[Sequence[Trial]],
) -> Figure:
    """Show J on the way down, three searches along one line, and the three pictures."""
    figure = Figure(figsize=(drawing.WIDTH, 8.4))
    grid = figure.add_gridspec(4, 6, height_ratios=(1.15, 1.1, 0.12, 0.9))
    left, right = figure.add_subplot(grid[0, :3]), figure.add_subplot(grid[0, 3:])
    for number, (name, some) in enumerate(runs.items()):
        for factor, one in some.items():
            bold = factor == best[name]
            look: dict[str, Any] = {"lw": 2.4, "zorder": 3} if bold else {"lw": 1, "alpha": 0.6}
            look["color"] = drawing.COLOURS[number]
            left.semilogy([point.evaluations for point in one.points], one.J, **look)
            right.semilogy(one.seconds, one.J, label=name if bold else None, **look)
        axis = figure.add_subplot(grid[3, 2 * number : 2 * number + 2])
        chosen = some[best[name]]
        drawing.picture(axis, chosen.points[-1].x, f"{name}: J = {chosen.J[-1]:,.0f}")
    lowest = min(some[best[name]].J[-1] for name, some in runs.items())
    for axis, what in ((left, "evaluations of J"), (right, "seconds")):
        axis.set(xlabel=what, ylim=(0.8 * lowest, 4 * runs["L-BFGS"][1].J[0]))
    left.set_ylabel("J")
    right.legend(title="thick: best learning rate, thin: others")

    titles = (
        f"iteration {shown[0].iteration} of L-BFGS",
        "the same, begun too long",
        "begun too short",
    )
    axes = [figure.add_subplot(grid[1, 2 * number : 2 * number + 2]) for number in range(3)]
    for axis, line, fine, title in zip(axes, shown, grids, titles, strict=True):
        search(axis, line, fine, title)
    axes[0].set_ylabel("J(x + t·d) / J(x)")
    below = figure.add_subplot(grid[2, :])
    below.set_axis_off()
    below.legend(*axes[1].get_legend_handles_labels(), loc="center", ncols=4)
    return figure


def search(axis: Axes, line: Line, grid: Sequence[Trial], title: str) -> None:
    """Show φ, where both conditions hold, and the trials in their order; J(x) counts as 1."""
    blue, orange, _, green = drawing.COLOURS[:4]
    t, heights, slopes = np.array(grid).T
    fine = np.linspace(0, t[-1], 400)
    between = zip(fine, np.interp(fine, t, heights), np.interp(fine, t, slopes), strict=True)
    fits = [line.verdict(point) == "accepted" for point in between]
    whole: dict[str, Any] = {
        "transform": axis.get_xaxis_transform(),
        "label": "low enough, flat enough",
    }
    axis.fill_between(fine, 0, 1, fits, color=green, alpha=0.2, lw=0, **whole)
    axis.plot(t, heights / line.height, color=blue)
    least = 1 + C1 * fine * line.slope / line.height
    axis.plot(fine, least, "--", color=drawing.COLOURS[7], label="J must be below")

    low, high = min(heights) / line.height, min(max(heights) / line.height, 1.6)
    room = 0.18 * (high - low)
    for number, (at, height, _) in enumerate(line.trials, start=1):
        y = min(height / line.height, high + 0.2 * room)
        if number == len(line.trials):
            axis.plot(at, y, "o", color=green, ms=8, clip_on=False, label="accepted")
        else:
            label = "refused" if number == 1 else None
            axis.plot(at, y, "X", color=orange, ms=8, clip_on=False, label=label)
        axis.annotate(str(number), (at, y), (0, 7), textcoords="offset points", ha="center")
    axis.set(xlabel="t", ylim=(low - room, high + room))
    axis.set_title(title)
