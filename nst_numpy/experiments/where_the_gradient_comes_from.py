"""Where does the gradient come from?

Each term of J is a cost at one layer. Its gradient begins there and is carried down through all
layers below; dJ/dG is the sum of what arrives. At the photograph itself the content term asks for
nothing, so we look at a painting that has just begun, where every term pulls.

One value of a deep layer sees a square of pixels, its receptive field: a convolution adds a pixel
on each side, and below a pool each pixel is two. Its gradient reaches that square and nothing
else. A pool hands each gradient down to the four values that it came from. Average pooling gives
each a quarter: the gradient's length is halved, since 4·(1/4)² = (1/2)². Max pooling gives the
winner all of it, and the length stays. At the picture no pixel goes without for that, because the
convolutions below spread every value again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import minimise
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.gradients import Way, magnitude, ways_down
from nst_numpy.experiments.scale import length, receptive_field
from nst_numpy.network import PICTURE, Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings

CHOSEN = Settings()
STYLE = tuple(CHOSEN.style_layers)
(CONTENT,) = CHOSEN.content_layers
ALL = "all terms"


@dataclass(frozen=True)
class Measured:
    """A painting that has just begun, and what pulls at it.

    The gradients are dJ/dG of all terms, and of each alone, by its layer. How far their sum, and
    what L-BFGS was given, are off is told as a share of the length of that of all. The ways are
    those of one value of each style layer, with each pooling; the deepest come last.
    """

    G: Array
    gradients: dict[str, Array]
    lengths: dict[str, float]
    lengths_at_the_photograph: dict[str, float]
    sum_off: float
    kernels_off: float
    ways: list[Way]


def measure(content: Array, style: Array, weights: Weights, iterations: int = 10) -> Measured:
    """Carry down each term's gradient alone, then that of single values, with both poolings."""
    C, S = content.astype(np.float32), style.astype(np.float32)
    J = Objective(C, [S], CHOSEN, weights)
    G, _ = minimise(J, C, iterations)
    plain = Objective(C, [S], CHOSEN, weights, computing=Computing(backend="definition"))
    gradients = gradients_of(plain, G)
    together, *alone = gradients.values()
    return Measured(
        G=G,
        gradients=gradients,
        lengths={name: length(dG) for name, dG in gradients.items()},
        lengths_at_the_photograph={name: length(dG) for name, dG in gradients_of(plain, C).items()},
        sum_off=length(sum(alone) - together) / length(together),
        # the kernels round otherwise: a ReLU may switch, and some pixels' gradient with it
        kernels_off=length(J(G)[1] - together) / length(together),
        ways=ways_down(G, STYLE, weights),
    )


def gradients_of(J: SumOfTerms, G: Array) -> dict[str, Array]:
    """Carry the gradient of all terms down to G, and then that of each alone: layer -> dJ/dG."""
    sums = {ALL: J} | {term.layer: J.with_terms([term]) for term in J.terms}
    return {name: part(G)[1] for name, part in sums.items()}


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    begun, ways = measured.lengths_at_the_photograph, measured.ways
    least = min(begun[layer] for layer in STYLE)
    sides = ", ".join(f"{receptive_field(layer)} for {layer}" for layer in STYLE)
    filled = sum(way.filled for way in ways)
    average, largest = ways[-2:]
    longer = largest.lengths[PICTURE] / average.lengths[PICTURE]
    return (
        Claim(
            "At the photograph the content term asks for nothing; every style term asks already.",
            f"the length of its gradient there is {begun[CONTENT]:g}; of the style terms' at least "
            f"{least:.2g}",
            begun[CONTENT] == 0 < least,
        ),
        Claim(
            "The gradients of the terms add up to dJ/dG, to rounding.",
            f"their sum differs from it by {measured.sum_off:.0e} of its length, and by "
            f"{measured.kernels_off:.0e} from the one that L-BFGS was given",
            max(measured.sum_off, measured.kernels_off) < 1e-3,
        ),
        Claim(
            "One value's gradient reaches every pixel of its receptive field, and nothing else.",
            f"its sides are {sides} pixels; {filled} of {len(ways)} gradients fill exactly what "
            "the picture has of it",
            filled == len(ways),
        ),
        Claim(
            "Average pooling hands a gradient to four values and halves its length, max pooling to "
            "one and keeps its length, by arithmetic; so the deep layers pull harder with max "
            "pooling.",
            f"values for one, at the pools from above: {_all(average.values)} and "
            f"{_all(largest.values)}; length: times {_all(average.kept)} and "
            f"{_all(largest.kept)}; at the picture max pooling's is {longer:.1f} times as long",
            np.allclose(average.values + largest.values, [4.0] * 4 + [1.0] * 4)
            and np.allclose(average.kept + largest.kept, [0.5] * 4 + [1.0] * 4, rtol=1e-3)
            and longer > 1,
        ),
        Claim(
            "At the picture, max pooling's gradient is hardly more concentrated than average's.",
            f"of the pixels that one value of {STYLE[-1]} sees, {average.half_in:.1%} carry half "
            f"of its gradient with average pooling, {largest.half_in:.1%} with max pooling",
            0.5 < largest.half_in / average.half_in < 2,
        ),
    )


def _all(numbers: Iterable[float]) -> str:
    return ", ".join(f"{number:.3g}" for number in numbers)


def draw(measured: Measured) -> Figure:
    """Show each term's map; then what single values see, and one of them through both poolings."""
    G, lengths = measured.G, measured.lengths
    row = drawing.WIDTH / 4 * min(max(G.shape[0] / G.shape[1], 0.5), 1.2) + 0.35
    figure, (above, below) = drawing.stacked(2 * row + 0.4, row + 0.9)
    above.suptitle(
        "|dJ/dG| at each pixel, each on a scale of its own; its length beside that of all terms",
        size=11,
    )
    first, *maps = above.subplots(2, 4).flat
    drawing.picture(first, G, "the painting, begun")
    for axis, (name, dG) in zip(maps, measured.gradients.items(), strict=True):
        kind = {ALL: "", CONTENT: "content "}.get(name, "style ")
        _map(axis, magnitude(dG), f"{kind}{name}: {lengths[name] / lengths[ALL]:.2g}")

    below.suptitle(f"the gradient of one value of {STYLE[-1]}, with either pooling", size=11)
    squares, *both, curves = below.subplots(1, 4)
    side = receptive_field(STYLE[-1])
    drawing.picture(squares, G, f"it sees {side} × {side}")
    squares.set_xlabel("inside it: the squares\nof the layers below")
    for way in measured.ways:
        (top, bottom), (left, right) = way.rows, way.columns
        size = right - left + 1, bottom - top + 1
        squares.add_patch(Rectangle((left - 0.5, top - 0.5), *size, fill=False, color="white"))
    for axis, way in zip(both, measured.ways[-2:], strict=True):
        _map(axis, way.magnitude, f"{way.pooling} pooling")
        curves.semilogy(list(way.lengths.values()), label=way.pooling)
    ticks = {n: layer[-1] for n, layer in enumerate(way.lengths, start=1) if "pool" in layer}
    ticks[len(way.lengths) - 1] = "G"
    curves.set_xticks(list(ticks), list(ticks.values()))
    curves.set(xlabel="at pool 4 … 1 and at G", title="its length on the way")
    curves.legend(handlelength=1)
    return figure


def _map(axis: Axes, magnitudes: Array, title: str) -> None:
    """Show a map; the hundredth that is largest is as bright as can be."""
    drawing.heat(axis, magnitudes, title, float(np.quantile(magnitudes, 0.99)))
