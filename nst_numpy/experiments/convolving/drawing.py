"""The ways to convolve, side by side: multiplications, time, error."""

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
    "compiled": "the same, compiled",
}
MOST = 2.0  # times im2col's time; a longer one is cut off

Heights = list[list[float]]  # [layer][way]


def draw(rows: list[Layer]) -> Figure:
    """Draw a group of bars for each layer, in each of the panels."""
    figure = Figure(figsize=(drawing.WIDTH, 6.4))
    grid = figure.add_gridspec(2, 2, height_ratios=(1.2, 1))
    three = ["im2col", "F(2×2)", "F(4×4)"]
    ways = [way for way in NAMES if way in rows[0].seconds]

    axis = figure.add_subplot(grid[0, 0])
    products = [[row.products[way] for way in three] for row in rows]
    transforms = [[row.transforms.get(way, 0.0) for way in three] for row in rows]
    _bars(axis, rows, three, products)
    _bars(axis, rows, three, transforms, products)
    axis.set_title("multiplications for each number of the result\n(on top: in the transforms)")

    axis = figure.add_subplot(grid[0, 1])
    _times(axis, rows, ways)

    axis = figure.add_subplot(grid[1, :])
    _bars(axis, rows, ways, [[1e7 * row.float32[way] for way in ways] for row in rows])
    axis.set_xticks(range(len(rows)), [f"{row.layer}, {row.n_C_in} channels" for row in rows])
    axis.set_title("error in float32, in 10⁻⁷ of the result's norm")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _times(axis: Axes, rows: list[Layer], ways: list[str]) -> None:
    """Draw times as multiples of im2col's; a bar that is cut off at the top has its number."""
    times = [[row.of_im2col[way] for way in ways] for row in rows]
    top = min(MOST, 1.2 * float(np.max(times)))
    _bars(axis, rows, ways, times)
    axis.set_ylim(0, top)
    for bar in axis.patches:
        if isinstance(bar, Rectangle) and bar.get_height() > top:
            centre = bar.get_x() + bar.get_width() / 2
            axis.text(
                centre, 0.97 * top, f"{bar.get_height():.1f}",
                rotation=90, ha="center", va="top", color="white", fontsize=9,
            )  # fmt: skip
    under = [f"{row.layer}\n{1000 * row.seconds['im2col']:,.3g} ms" for row in rows]
    axis.set_xticks(range(len(rows)), under)
    loops = [row.of_im2col["loops"] for row in rows]
    cores = " on one core" if all(row.on_one_core for row in rows) else ""
    axis.set_title(
        f"time{cores}, if that of im2col (below) is 1\n"
        f"(loops: {min(loops):,.0f} to {max(loops):,.0f})"
    )


def _bars(
    axis: Axes, rows: list[Layer], ways: list[str], heights: Heights, bottoms: Heights | None = None
) -> None:
    """Draw heights[layer][way], each way in its own colour; what stands on `bottoms` is fainter."""
    width = 0.8 / len(ways)
    at = np.arange(len(rows))
    for number, way in enumerate(ways):
        axis.bar(
            at + (number - (len(ways) - 1) / 2) * width,
            [row[number] for row in heights],
            0.9 * width,
            bottom=[row[number] for row in bottoms] if bottoms else 0,
            color=drawing.COLOURS[list(NAMES).index(way)],
            alpha=0.5 if bottoms else 1,
            label=NAMES[way],
        )
    axis.set_xticks(at, [row.layer for row in rows])
    tallest = np.array(heights) + (np.array(bottoms) if bottoms else 0)
    axis.set_ylim(0, 1.2 * float(tallest.max()))
    axis.set_axisbelow(True)
    axis.grid(visible=False, axis="x")
