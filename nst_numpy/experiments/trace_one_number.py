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

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.paper import network
from nst_numpy.experiments.paper.drawing import draw
from nst_numpy.experiments.paper.network import ALPHA, BETA, CHANNELS, WEIGHT, Up
from nst_numpy.experiments.paper.page import Step, lines_of_step
from nst_numpy.experiments.paper.steps import steps_down, steps_up
from nst_numpy.gradcheck import relative_error
from nst_numpy.vgg19 import Weights

PIXEL = (1, 1)
H = 1e-3  # so far it is moved, to and fro; the nearest kink is a quarter away

INTRODUCTION = (
    "Numbers are rounded to four decimals for printing. The pixel that is followed bears a dot.",
    "A row per position: (0, 0), (0, 1), (1, 0), (1, 1); a column per channel: edge, bright.",
    "",
)


@dataclass(frozen=True)
class Way:
    """One way from the pixel through z[i, j, o] to p[i // 2, j // 2, o], and back down."""

    i: int
    j: int
    o: int
    weight: float
    z: float
    passes: bool
    dp: float
    product: float


def answer(content: Array, style: Array, weights: Weights) -> Answer:
    """Carry a small picture up and its gradient down, then walk one pixel's ways by hand."""
    C, S = network.small_picture(content), network.small_picture(style)
    up_C, up_S, up_G = network.up(C), network.up(S), network.up((C + S) / 2)
    cost = network.costs(up_C.p, up_S.p, up_G.p)
    dp = ALPHA * cost.dp_content + BETA * cost.dp_style
    back = network.down(dp, up_G.positive)

    # one pixel: its ways by hand, what backward says, and what J does when it is moved
    ways = walk(up_G, dp)
    by_hand = sum(way.product for way in ways)
    by_backward = float(back.dx[PIXEL][0])
    more, less = (network.up(moved(up_G.x, h)) for h in (H, -H))
    J_more, J_less = (network.costs(up_C.p, up_S.p, there.p).J for there in (more, less))
    by_moving = (J_more - J_less) / (2 * H)
    z_moved = int(np.sum(more.z != less.z))

    # the same with each cost alone
    content_alone, style_alone = (
        float(network.down(part, up_G.positive).dx[PIXEL][0])
        for part in (ALPHA * cost.dp_content, BETA * cost.dp_style)
    )
    cut = ~up_G.positive
    claims = (
        Claim(
            "The sum over all ways that a number takes is its derivative.",
            f"{len(ways)} ways add up to {by_hand:.6f}; conv_backward returns {by_backward:.6f}",
            _agree(by_hand, by_backward, 1e-12),
        ),
        Claim(
            "Move the pixel a little, and J moves as the derivative says.",
            f"at {H:g} more J is {J_more:.6f}, at {H:g} less {J_less:.6f}: a slope of "
            f"{by_moving:.6f}",
            _agree(by_moving, by_backward, 1e-5),
        ),
        Claim(
            "Where the ReLU cut off, nothing comes back.",
            f"it cut off {cut.sum()} of {cut.size} numbers; da is not 0 at "
            f"{np.sum(back.da[cut] != 0)} of them, dz is 0 at all; "
            f"{sum(not way.passes for way in ways)} of the pixel's {len(ways)} ways end there",
            bool(cut.any() and np.all(back.dz[cut] == 0)),
        ),
        Claim(
            "A pixel reaches each z in whose window it has a weight, and no other.",
            f"{np.count_nonzero(WEIGHT)} weights of the two kernels are not 0; when the pixel "
            f"moved, {z_moved} of {up_G.z.size} z did",
            bool(z_moved == len(ways) == np.count_nonzero(WEIGHT)),
        ),
        Claim(
            "Both costs come back on the same ways, and their gradients add.",
            f"α·J_content alone gives {content_alone:.6f}, β·J_style alone {style_alone:.6f}, "
            f"J gives {by_backward:.6f}",
            _agree(content_alone + style_alone, by_backward, 1e-12),
        ),
    )
    up_steps = steps_up(up_C, up_S, up_G, cost, PIXEL)
    steps = up_steps + steps_down(cost, back, PIXEL)
    numbers = {
        "pictures": {"C": C[..., 0].tolist(), "S": S[..., 0].tolist()},
        "steps": [_as_json(step) for step in steps],
        "pixel": list(PIXEL),
        "ways": [asdict(way) for way in ways],
        "by hand": by_hand,
        "by backward": by_backward,
        "by moving": by_moving,
        "content alone": content_alone,
        "style alone": style_alone,
        "J": cost.J,
        "cut off": int(cut.sum()),
        "z that moved": z_moved,
    }
    lines = [*INTRODUCTION, "UP", ""]
    for number, step in enumerate(steps, start=1):
        if number == len(up_steps) + 1:
            lines += ["DOWN", ""]
        lines += lines_of_step(number, step)
    lines += lines_of_walk(up_G, ways, by_hand)
    reached = [{(way.i, way.j) for way in ways if way.o == o} for o in range(len(CHANNELS))]
    return Answer(claims, numbers, lambda: draw(up_G, back, cost, PIXEL, reached), tuple(lines))


def walk(G: Up, dp: Array) -> list[Way]:
    """Find every z that the pixel reaches, and multiply what lies on the way back from it.

    The pixel (i, j) stands under weight[u, v] in the window of z[i - u + 1, j - v + 1].
    """
    ways = []
    for o in range(len(CHANNELS)):
        for u, v in np.ndindex(3, 3):
            i, j = PIXEL[0] - u + 1, PIXEL[1] - v + 1
            weight = float(WEIGHT[u, v, 0, o])
            if weight and 0 <= i < G.z.shape[0] and 0 <= j < G.z.shape[1]:
                z, pull = float(G.z[i, j, o]), float(dp[i // 2, j // 2, o])
                passes = z > 0
                ways.append(Way(i, j, o, weight, z, passes, pull, pull * 0.25 * passes * weight))
    return sorted(ways, key=lambda way: (way.o, way.i, way.j))


def moved(x: Array, h: float) -> Array:
    """Give a picture whose followed pixel is brighter by h."""
    there: Array = x.copy()
    there[PIXEL] += h
    return there


def lines_of_walk(G: Up, ways: list[Way], by_hand: float) -> list[str]:
    """Write the ways of the pixel down, one in a line."""
    x = float(G.x[PIXEL][0])
    lines = [
        f"ONE NUMBER, x[{PIXEL[0]}, {PIXEL[1]}] = {x:g}",
        "",
        f"    {'up: to':15}    x · weight  is part of      down: dp   pool  z > 0   weight",
    ]
    for way in ways:
        lines.append(
            f"    {f'z[{way.i}, {way.j}, {CHANNELS[way.o]}]':15}    {x * way.weight:10g}"
            f"    z = {way.z:5.2f}    {way.dp:9.4f} · 1/4  ·  {way.passes:d}   · {way.weight:6g}"
            f"   = {way.product + 0.0:8.4f}"
        )
    lines.append(f"    {'dJ/dx is their sum:':77}{by_hand:12.4f}")
    return lines


def _agree(one: float, other: float, allowed: float) -> bool:
    return relative_error(one, other) <= allowed or abs(one - other) <= allowed


def _as_json(step: Step) -> dict[str, Any]:
    grids = {grid.title: grid.values.tolist() for grid in step.grids}
    return {"formula": step.formula, "result": step.result, "values": grids, **asdict(step.place)}
