"""What happens to one number, up and down?

A network small enough for paper (see `paper`): a picture G of 4×4 pixels in one channel,
one 3×3 convolution to two channels, ReLU, average pool, and then both costs. All numbers are small,
so that a pencil can follow. C is the middle of the photograph, averaged to 4×4 and rounded to
0 … 4; S is the same of the painting; G is halfway between them. Every value and every gradient is
printed with its formula and the line of the package that computes it. The kernels are written down
there; VGG-19's weights are not used.

One pixel is followed. Upwards it adds to every z whose window contains it. Downwards each of these
ways multiplies what it meets: dJ/dp, the pool's ¼, 1 or 0 from the ReLU, the weight. The sum over
the ways is dJ/dx at that pixel: what `conv_backward` returns, and how J moves when the pixel does.
"""

from dataclasses import dataclass
from math import isclose

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.paper import network
from nst_numpy.experiments.paper.drawing import draw_paper
from nst_numpy.experiments.paper.network import CHANNELS, PIXEL, WEIGHT, Numbers
from nst_numpy.experiments.paper.steps import steps_down, steps_up
from nst_numpy.network import Weights
from nst_numpy.objective import Cost

H = 1e-3  # so far it is moved, to and fro; the nearest kink is a quarter away


@dataclass(frozen=True)
class Way:
    """One way from the pixel through z[i, j, o] to p[i // 2, j // 2, o], and back down."""

    i: int
    j: int
    o: int
    weight: float
    z: float
    dp: float
    product: float


@dataclass(frozen=True)
class Measured:
    """C, S and G on their way up, what G costs, and the gradient on its way down; one pixel."""

    C: Numbers
    S: Numbers
    G: Numbers
    cost: Cost
    dG: Numbers
    of_content: Numbers  # the gradient of this term alone
    of_style: Numbers
    ways: list[Way]  # from the pixel up and back
    J_more: float  # J when the pixel is moved by H
    J_less: float  # … and by -H
    z_moved: int  # how many z move with it

    @property
    def by_hand(self) -> float:
        """The sum over all ways."""
        return sum(way.product for way in self.ways)


def measure(content: Array, style: Array, weights: Weights) -> Measured:
    """Carry a small picture up and its gradient down, then walk one pixel's ways by hand."""
    C, S = (network.up(network.small_picture(picture)) for picture in (content, style))
    G = network.up((C.x + S.x) / 2)
    J = network.objective(C, S)
    dG, of_content, of_style = (
        network.down(G.x, terms) for terms in (J.terms, J.terms[:1], J.terms[1:])
    )
    step = np.zeros_like(G.x)
    step[PIXEL] = H
    more, less = network.up(G.x + step), network.up(G.x - step)
    return Measured(
        C=C,
        S=S,
        G=G,
        cost=J(G.x)[0],
        dG=dG,
        of_content=of_content,
        of_style=of_style,
        ways=walk(G, dG.p),
        J_more=float(J(more.x)[0]),
        J_less=float(J(less.x)[0]),
        z_moved=int(np.sum(more.z != less.z)),
    )


def walk(G: Numbers, dp: Array) -> list[Way]:
    """Find every z that the pixel reaches, and multiply what lies on the way back from it.

    The pixel (i, j) stands under weight[u, v] in the window of z[i - u + 1, j - v + 1].
    """
    ways = []
    for o in range(len(CHANNELS)):
        for u, v in reversed(list(np.ndindex(3, 3))):
            i, j = PIXEL[0] - u + 1, PIXEL[1] - v + 1
            weight = float(WEIGHT[u, v, 0, o])
            if weight and 0 <= i < G.z.shape[0] and 0 <= j < G.z.shape[1]:
                z, pull = float(G.z[i, j, o]), float(dp[i // 2, j // 2, o])
                ways.append(Way(i, j, o, weight, z, pull, pull * 0.25 * (z > 0) * weight))
    return ways


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    G, dG, ways, by_hand = measured.G, measured.dG, measured.ways, measured.by_hand
    by_backward, *alone = (
        float(one.x[PIXEL][0]) for one in (dG, measured.of_content, measured.of_style)
    )
    by_moving = (measured.J_more - measured.J_less) / (2 * H)
    cut = G.z <= 0
    return (
        Claim(
            "The sum over all ways that a number takes is its derivative.",
            f"{len(ways)} ways add up to {by_hand:.6f}; conv_backward returns {by_backward:.6f}",
            isclose(by_hand, by_backward, rel_tol=1e-12, abs_tol=1e-12),
        ),
        Claim(
            "Move the pixel a little, and J moves as the derivative says.",
            f"at {H:g} more J is {measured.J_more:.6f}, at {H:g} less {measured.J_less:.6f}: a "
            f"slope of {by_moving:.6f}",
            isclose(by_moving, by_backward, rel_tol=1e-5, abs_tol=1e-5),
        ),
        Claim(
            "Where the ReLU cut off, nothing comes back.",
            f"it cut off {cut.sum()} of {cut.size} numbers; da is not 0 at "
            f"{np.count_nonzero(dG.a[cut])} of them, dz is 0 at all; "
            f"it is the end of {sum(way.z <= 0 for way in ways)} of the pixel's {len(ways)} ways",
            bool(cut.any() and not dG.z[cut].any()),
        ),
        Claim(
            "A pixel reaches each z in whose window it has a weight, and no other.",
            f"{np.count_nonzero(WEIGHT)} weights of the two kernels are not 0; when the pixel "
            f"moved, {measured.z_moved} of {G.z.size} z did",
            measured.z_moved == len(ways) == np.count_nonzero(WEIGHT),
        ),
        Claim(
            "Both costs come back on the same ways, and their gradients add.",
            f"α·J_content alone gives {alone[0]:.6f}, β·J_style alone {alone[1]:.6f}, J gives "
            f"{by_backward:.6f}",
            isclose(sum(alone), by_backward, rel_tol=1e-12, abs_tol=1e-12),
        ),
    )


def lines(measured: Measured) -> list[str]:
    """Write down every step, up and down, and then the ways of the pixel."""
    C, S, G, cost = measured.C, measured.S, measured.G, measured.cost
    up = steps_up(C, S, G, cost, PIXEL)
    down = steps_down(measured.of_content, measured.of_style, measured.dG, PIXEL)
    rows = [
        "Numbers are rounded to four decimals for printing. "
        "The pixel that is followed bears a dot.",
        "A row per position: (0, 0), (0, 1), (1, 0), (1, 1); a column per channel: edge, bright.",
        *("", "UP", ""),
    ]
    for number, one in enumerate([*up, *down], start=1):
        rows += ["DOWN", ""] if number == len(up) + 1 else []
        rows += [f"{number:2}  {one[0]}", *one[1:]]
    x = float(G.x[PIXEL][0])
    rows += [f"ONE NUMBER, x[{PIXEL[0]}, {PIXEL[1]}] = {x:g}", ""]
    rows.append(f"    {'up: to':15}    x · weight  is part of      down: dp   pool  z > 0   weight")
    for way in measured.ways:
        rows.append(
            f"    {f'z[{way.i}, {way.j}, {CHANNELS[way.o]}]':15}    {x * way.weight:10g}"
            f"    z = {way.z:5.2f}    {way.dp:9.4f} · 1/4  ·  {way.z > 0:d}   · {way.weight:6g}"
            f"   = {way.product + 0.0:8.4f}"
        )
    return [*rows, f"    {'dJ/dx is their sum:':77}{measured.by_hand:12.4f}"]


def draw(measured: Measured) -> Figure:
    """Draw every number in its place, its derivative under it."""
    ways = measured.ways
    reached = [{(way.i, way.j) for way in ways if way.o == o} for o in range(len(CHANNELS))]
    return draw_paper(measured.G, measured.dG, measured.cost, PIXEL, reached)
