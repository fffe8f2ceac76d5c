"""Figures: panels of pictures, maps and curves, readable in light and in dark."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from nst_numpy.arrays import Array

COLOURS = ("#0c8599", "#e8590c", "#ae3ec9", "#2f9e44", "#f08c00", "#4263eb", "#c2255c", "#868e96")
"""Told apart on white and on black; use them in this order."""

WIDTH = 8.0  # of every figure, in inches
DOTS = 150  # per inch

_BASE: Any = {
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "image.interpolation": "nearest",
}


@contextmanager
def theme(dark: bool = False) -> Iterator[None]:
    """Draw within this block in ink on paper, or in chalk on slate."""
    ink, paper = ("#d6d6d6", "#131416") if dark else ("#1f2328", "#ffffff")
    names = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    colours: Any = dict.fromkeys(names, ink)
    colours |= dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), paper)
    with mpl.rc_context(_BASE | colours):
        yield


def stacked(*heights: float) -> tuple[Figure, list[SubFigure]]:
    """Lay out a figure of the usual width in parts, one below the other, of so many inches."""
    figure = Figure(figsize=(WIDTH, sum(heights)))
    return figure, list(figure.subfigures(len(heights), squeeze=False, height_ratios=heights).flat)


def picture(axis: Axes, image: Array, title: str = "") -> None:
    """Show a picture, RGB in [0, 1]; what lies outside is clipped."""
    axis.imshow(np.clip(np.asarray(image, np.float32), 0, 1), interpolation="lanczos")
    _bare(axis, title)


def heat(axis: Axes, values: Array, title: str = "", most: float | None = None) -> None:
    """Show a map of numbers from 0 (dark) to `most` (bright), else to its own largest."""
    axis.imshow(np.asarray(values, np.float32), cmap="inferno", vmin=0, vmax=most)
    _bare(axis, title)


def save(figure: Figure, file: Path) -> None:
    """Write a figure as PNG, whatever the suffix of the file."""
    figure.savefig(file, format="png", dpi=DOTS, bbox_inches="tight", pad_inches=0.1)


def mosaic(pictures: Sequence[Array], columns: int, gap: int = 1) -> Array:
    """Lay pictures of one size out side by side, `columns` in a row, as one picture."""
    n_H, n_W, _ = pictures[0].shape
    rows = -(-len(pictures) // columns)
    sheet = np.ones((rows * (n_H + gap) - gap, columns * (n_W + gap) - gap, 3), np.float32)
    for number, one in enumerate(pictures):
        i, j = (number // columns) * (n_H + gap), (number % columns) * (n_W + gap)
        sheet[i : i + n_H, j : j + n_W] = one
    return sheet


def _bare(axis: Axes, title: str) -> None:
    axis.set_title(title)
    axis.set_xticks([])
    axis.set_yticks([])
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
