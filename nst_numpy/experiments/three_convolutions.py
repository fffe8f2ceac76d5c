"""Why are there three ways to convolve?

Loops say what a convolution is. im2col, which is `layers.conv_forward`, says the same as one
product of matrices, and is done thousands of times sooner. Winograd's F(4×4, 3×3) comes to the same
numbers with a quarter of the multiplications: `convolving` derives it and has it in plain NumPy,
`kernels` has it compiled. Here they convolve the photograph's features with layers of VGG-19.

All are timed on one core, where NumPy's BLAS can be told so: on a busy machine its
threads wait for each other, most of all in the many small products of Winograd. A time is the least
of several rounds, since whatever else the machine does can only add to it. Winograd pays where a
layer has many tiles. A deep layer of a small picture has few, and the 36 matrices of its kernel may
take longer to read than to use.
"""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nst_numpy.arrays import Array
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.convolving.counting import Tally, counted
from nst_numpy.experiments.convolving.drawing import draw
from nst_numpy.experiments.convolving.measured import PRODUCTS, Layer, measure
from nst_numpy.experiments.convolving.ways import F2
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.paper.network import small_picture
from nst_numpy.vgg19 import Weights

LAYERS = {"conv1_2": "conv1_1", "conv2_2": "conv2_1", "conv3_2": "conv3_1", "conv4_2": "conv4_1"}
"""The layers that are measured, and the features that go into each."""

MANY_TILES = ("conv1_2", "conv2_2")
"""Those with enough tiles for the time to follow the multiplications; small pictures have few."""


def answer(content: Array, style: Array, weights: Weights, rounds: int = 7) -> Answer:
    """Convolve the photograph's features in every way; compare, count and time."""
    features = features_of(content.astype(np.float32), weights, LAYERS.values())
    rows = [
        measure(layer, features[below], *weights[layer], rounds) for layer, below in LAYERS.items()
    ]
    line = one_line(small_picture(content)[2, :, 0])

    exact = max(max(row.float64.values()) for row in rows)
    rounded = {way: max(row.float32[way] for row in rows) for way in rows[0].float32}
    there_and_back = max(max(row.adjoint.values()) for row in rows)
    pairs = [row.n_C_in * row.n_C_out for row in rows]
    by_definition = {
        round(16 * row.products["im2col"] / row.n_C_in, 9) for row in rows
    }  # for 16 numbers of z, and each channel that goes into them
    by_winograd = {
        round(row.products["F(4×4)"] * row.results / (row.tiles * pair), 9)
        for row, pair in zip(rows, pairs, strict=True)
    }
    shares = {row.layer: row.of_im2col["F(4×4)"] for row in rows}
    one_core = all(row.on_one_core for row in rows)
    loops = [row.of_im2col["loops"] for row in rows]
    claims = [
        Claim(
            "All ways give the same numbers; they differ by rounding.",
            f"in float64 by at most {exact:.0e} of z's norm; in float32 "
            + ", ".join(f"{way} by {error:.0e}" for way, error in rounded.items()),
            exact < 1e-12 and max(rounded.values()) < 1e-4,
        ),
        Claim(
            "Backward is forward with the kernel turned around, whichever way one convolves.",
            f"⟨u, conv(v)⟩ and ⟨conv of u with the turned kernel, v⟩ agree to {there_and_back:.0e}",
            there_and_back < 1e-11,
        ),
        Claim(
            "Sums and differences share products: 4 in place of 6 along a line, 36 in place of "
            "144 for a tile of 4×4.",
            f"counted on a line: {line['products']} and {line['products by Winograd']}; for a tile "
            f"and a pair of channels: {_listed(by_definition)} and {_listed(by_winograd)}",
            (line["products"], line["products by Winograd"]) == (6, 4)
            and by_definition == {144.0}
            and by_winograd == {36.0},
        ),
        Claim(
            "In the layers with many tiles, conv1_2 and conv2_2, a quarter of the multiplications "
            "is less time, but more than a quarter: the transforms take theirs.",
            f"{'on one core' if one_core else 'on all cores'}, in {', '.join(shares)} F(4×4) in "
            "plain NumPy took "
            f"{_shares(rows, 'F(4×4)', 'im2col')} of im2col's time; its products alone took "
            f"{_shares(rows, PRODUCTS, 'F(4×4)')} of its own; loops would take "
            f"{min(loops):,.0f} to {max(loops):,.0f} times as long as im2col",
            all(0.25 < shares[layer] < 1 for layer in MANY_TILES),
        ),
    ]
    if "compiled" in rows[0].seconds:
        claims.append(
            Claim(
                "Compiled, with all steps of a block of tiles in the cache, it is sooner yet.",
                f"it took {_shares(rows, 'compiled', 'F(4×4)')} of the time of F(4×4) in plain "
                "NumPy, bias and ReLU included",
                all(row.seconds["compiled"] < row.seconds["F(4×4)"] for row in rows),
            )
        )
    numbers = {"layers": [asdict(row) for row in rows], "F(4×4) of im2col": shares, "line": line}
    lines = [*lines_of_line(line), *lines_of_layers(rows)]
    return Answer(tuple(claims), numbers, lambda: draw(rows), tuple(lines))


def one_line(d: Array) -> dict[str, Any]:
    """Slide three weights along four numbers, by the definition and by F(2, 3), and count."""
    g = np.array([1.0, 2.0, 3.0])
    directly, fewer = Tally(), Tally()
    y = sliding_window_view(d, 3) @ counted(g, directly)
    weights, numbers = F2.G @ g, F2.B_T @ d
    m = counted(weights, fewer) * numbers
    return {
        "d": d.tolist(),
        "g": g.tolist(),
        "y": y.tolist(),
        "products": directly.products,
        "G·g": weights.tolist(),
        "Bᵀ·d": numbers.tolist(),
        "m": m.tolist(),
        "y by Winograd": (F2.A_T @ m).tolist(),
        "products by Winograd": fewer.products,
    }


def lines_of_line(line: dict[str, Any]) -> list[str]:
    """Write down the line of four numbers, both ways."""
    d, g, y, m = (_written(line[key]) for key in ("d", "g", "y", "m"))
    return [
        f"Four numbers in a line, d = {d}, and three weights, g = {g}; two results:",
        f"  y = d0·g0 + d1·g1 + d2·g2,  d1·g0 + d2·g1 + d3·g2 = {y}    {line['products']} products",
        f"  G·g = {_written(line['G·g'])}, Bᵀ·d = {_written(line['Bᵀ·d'])}, "
        f"m = number by number their {line['products by Winograd']} products = {m}",
        f"  y = Aᵀ·m = m0 + m1 + m2,  m1 - m2 - m3 = {_written(line['y by Winograd'])}",
        "",
    ]


def lines_of_layers(rows: list[Layer]) -> list[str]:
    """Write a table: multiplications for each number of z, milliseconds, errors in float32."""
    lines = []
    for row in rows:
        lines += [
            f"{row.layer}: {row.n_H}×{row.n_W} pixels, {row.n_C_in} → {row.n_C_out} channels",
            f"  {'':13}{'multiplications':>16}{'in transforms':>16}{'milliseconds':>16}"
            f"{'error, float32':>16}{'error, float64':>16}",
        ]
        for way in ("loops", "im2col", "F(2×2)", "F(4×4)", PRODUCTS, "compiled"):
            cells = [
                f"{row.products[way]:.1f}" if way in row.products else "",
                f"{row.transforms[way]:.1f}" if way in row.transforms else "",
                f"{1000 * row.seconds[way]:,.1f}" if way in row.seconds else "",
                f"{row.float32[way]:.1e}" if way in row.float32 else "",
                f"{row.float64[way]:.1e}" if way in row.float64 else "",
            ]
            if any(cells):
                lines.append(f"  {way:13}" + "".join(f"{cell:>16}" for cell in cells).rstrip())
        lines.append("")
    return [
        *lines,
        "Multiplications are for each number of the result. Errors are held against im2col in",
        "float64, in the Euclidean norm; there its sums are all but exact, since the weights that",
        "are embedded have 11 bits, and features 24. Times are the least of several rounds, that",
        "of loops is the time of a few pixels, times their number.",
        "",
    ]


def _written(numbers: list[float]) -> str:
    return "(" + ", ".join(f"{number:g}" for number in numbers) + ")"


def _listed(numbers: set[float]) -> str:
    return ", ".join(f"{number:g}" for number in sorted(numbers))


def _shares(rows: list[Layer], way: str, of: str) -> str:
    return ", ".join(f"{row.seconds[way] / row.seconds[of]:.2f}" for row in rows)
