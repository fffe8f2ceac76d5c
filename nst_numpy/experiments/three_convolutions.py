"""Why are there three ways to convolve?

Loops say what a convolution is. im2col, which is `layers.conv_forward`, says the same as one
product of matrices, and is done thousands of times faster. Winograd's F(4×4, 3×3) comes to the same
numbers with a quarter of the multiplications: `convolving` derives it and has it in plain NumPy,
`kernels` has it compiled. Here they convolve the photograph's features with layers of VGG-19.

All are timed on one core, where NumPy's BLAS can be told so: on a busy machine its
threads wait for each other, most of all in the many small products of Winograd. A time is the least
of several rounds, since whatever else the machine does can only add to it. Winograd pays where a
layer has many tiles. A deep layer of a small picture has few, and the 36 matrices of its kernel may
take longer to read than to use.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np
from matplotlib.figure import Figure
from numpy.lib.stride_tricks import sliding_window_view

from nst_numpy.arrays import Array
from nst_numpy.experiments.convolving.counting import counted
from nst_numpy.experiments.convolving.drawing import draw_layers
from nst_numpy.experiments.convolving.measured import PRODUCTS, Layer, measure_layer
from nst_numpy.experiments.convolving.ways import F2
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.paper.network import small_picture
from nst_numpy.network import Weights

LAYERS = {"conv1_2": "conv1_1", "conv2_2": "conv2_1", "conv3_2": "conv3_1", "conv4_2": "conv4_1"}
"""The layers that are measured, and the features that go into each."""

MANY_TILES = ("conv1_2", "conv2_2")
"""Those with enough tiles for the time to follow the multiplications; small pictures have few."""

THREE = np.array([1.0, 2.0, 3.0])
"""Weights g that slide along a line."""


@dataclass(frozen=True)
class Measured:
    """Four layers; four numbers d in a line, and how many products `THREE` and they take."""

    layers: list[Layer]
    d: Array
    by_definition: int
    by_winograd: int


def measure(content: Array, style: Array, weights: Weights, rounds: int = 7) -> Measured:
    """Convolve the photograph's features in every way; compare, count and time."""
    features = features_of(content.astype(np.float32), weights, LAYERS.values())
    layers = [
        measure_layer(layer, features[below], *weights[layer], rounds)
        for layer, below in LAYERS.items()
    ]
    d = small_picture(content)[2, :, 0]
    directly: list[int] = []
    fewer: list[int] = []
    _ = sliding_window_view(d, 3) @ counted(THREE, directly)  # only for the count
    _ = counted(F2.G @ THREE, fewer) * (F2.B_T @ d)
    return Measured(layers, d, sum(directly), sum(fewer))


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    layers = measured.layers
    exact = max(max(one.float64.values()) for one in layers)
    rounded = {way: max(one.float32[way] for one in layers) for way in layers[0].float32}
    there_and_back = max(max(one.adjoint.values()) for one in layers)
    # for a tile of 16 numbers of z, and a pair of channels
    definition = {round(16 * one.products["im2col"] / one.n_C_in, 9) for one in layers}
    winograd = set()
    for one in layers:
        tiles = ceil(one.n_H / 4) * ceil(one.n_W / 4)
        winograd.add(round(one.n_H * one.n_W / tiles * one.products["F(4×4)"] / one.n_C_in, 9))
    shares = {one.layer: one.of_im2col["F(4×4)"] for one in layers}
    loops = [one.of_im2col["loops"] for one in layers]
    found = [
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
            f"counted on a line: {measured.by_definition} and {measured.by_winograd}; for a tile "
            f"and a pair of channels: {_all(definition)} and {_all(winograd)}",
            (measured.by_definition, measured.by_winograd) == (6, 4)
            and definition == {144.0}
            and winograd == {36.0},
        ),
        Claim(
            "In the layers with many tiles, conv1_2 and conv2_2, a quarter of the multiplications "
            "needs less time, though more than a quarter of it: the transforms cost time, too.",
            f"{'on one core' if all(one.on_one_core for one in layers) else 'on all cores'}, in "
            f"{', '.join(shares)} F(4×4) in plain NumPy took {_times(layers, 'F(4×4)', 'im2col')} "
            f"of im2col's time; its products alone took {_times(layers, PRODUCTS, 'F(4×4)')} of "
            f"its own; loops would take {min(loops):,.0f} to {max(loops):,.0f} times as long as "
            "im2col",
            all(0.25 < shares[layer] < 1 for layer in MANY_TILES),
        ),
    ]
    if "compiled" in layers[0].seconds:
        sentence = "Compiled, with all steps of a block of tiles in the cache, it is faster yet."
        seen = (
            f"it took {_times(layers, 'compiled', 'F(4×4)')} of the time of F(4×4) in plain NumPy, "
            "bias and ReLU included"
        )
        faster = [one.seconds["compiled"] < one.seconds["F(4×4)"] for one in layers]
        found.append(Claim(sentence, seen, all(faster)))
    return tuple(found)


def _times(layers: list[Layer], way: str, of: str) -> str:
    return ", ".join(f"{one.seconds[way] / one.seconds[of]:.2f}" for one in layers)


def _all(numbers: Iterable[float]) -> str:
    return ", ".join(f"{number:g}" for number in sorted(numbers))


def lines(measured: Measured) -> list[str]:
    """Write down the line of four numbers, both ways; then a table for each layer."""
    d, U, V = measured.d, F2.G @ THREE, F2.B_T @ measured.d
    y, again = sliding_window_view(d, 3) @ THREE, F2.A_T @ (U * V)
    rows = [
        f"Four numbers in a line, d = {_row(d)}, and three weights, g = {_row(THREE)}; "
        "two results:",
        f"  y = d0·g0 + d1·g1 + d2·g2,  d1·g0 + d2·g1 + d3·g2 = {_row(y)}    "
        f"{measured.by_definition} products",
        f"  G·g = {_row(U)}, Bᵀ·d = {_row(V)}, m = number by number their {measured.by_winograd} "
        f"products = {_row(U * V)}",
        f"  y = Aᵀ·m = m0 + m1 + m2,  m1 - m2 - m3 = {_row(again)}",
        "",
    ]
    for one in measured.layers:
        rows.append(
            f"{one.layer}: {one.n_H}×{one.n_W} pixels, {one.n_C_in} → {one.n_C_out} channels"
        )
        columns = {
            "multiplications": (one.products, ".1f"),
            "in transforms": (one.transforms, ".1f"),
            "milliseconds": ({way: 1000 * s for way, s in one.seconds.items()}, ",.1f"),
            "error, float32": (one.float32, ".1e"),
            "error, float64": (one.float64, ".1e"),
        }
        rows.append(f"  {'':13}" + "".join(f"{name:>16}" for name in columns))
        for way in one.seconds:
            cells = (f"{of[way]:{form}}" if way in of else "" for of, form in columns.values())
            rows.append((f"  {way:13}" + "".join(f"{cell:>16}" for cell in cells)).rstrip())
        rows.append("")
    return [
        *rows,
        "Multiplications are for each number of the result. Errors are held against im2col in",
        "float64, in the Euclidean norm; there its sums are all but exact, since the weights that",
        "are embedded have 11 bits, and features 24. Times are the least of several rounds, that",
        "of loops is the time of a few pixels, times their number.",
        "",
    ]


def _row(numbers: Array) -> str:
    return "(" + ", ".join(f"{number:g}" for number in numbers) + ")"


def draw(measured: Measured) -> Figure:
    """Draw a group of bars for each layer: multiplications, times, errors."""
    return draw_layers(measured.layers)
