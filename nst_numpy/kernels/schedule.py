"""What an evaluation does, one step after the other, and where in memory each array lies meanwhile.

The steps are known before anything is computed: they depend on the taps alone. So is the lifetime
of every array, and with it the memory: all of them lie in one block, each where nothing else lives
at that time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nst_numpy.vgg19 import CHANNELS, PATH, deepest

Kind = Literal["convolve", "pool", "compare", "pull", "convolve back", "pool back"]
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Step:
    """One kernel call (or two), and the arrays that it reads and writes.

    Arrays are called by their layer, ``conv2_1``, and the gradient with respect to it ``dconv2_1``.

    - convolve: layer ← the one below; and with `again`, once more on the way down
    - pool: layer ← the one below
    - compare: what the layer costs as content and as style
    - pull: dlayer ← (or, if `add`, dlayer +=) the gradient of those costs
    - convolve back, pool back: d of the layer below ← dlayer
    """

    kind: Kind
    layer: str
    reads: tuple[str, ...]
    writes: str = ""
    add: bool = False


def up_and_down(taps: Collection[str]) -> list[Step]:
    """List the steps of one evaluation of J and its gradient.

    A tapped layer is kept from the way up to the way down, but for conv1_1: it is the largest and
    the cheapest to compute again.
    """
    return [*up(taps), *down(taps)]


def up(taps: Collection[str]) -> list[Step]:
    """List the steps from the picture to the deepest tap."""
    steps = []
    for below, layer in zip(("x", *PATH), PATH, strict=False):
        kind: Kind = "convolve" if layer in CHANNELS else "pool"
        steps.append(Step(kind, layer, (below,), layer))
        if layer in taps:
            steps.append(Step("compare", layer, (layer,)))
        if layer == deepest(taps):
            break
    return steps


def down(taps: Collection[str]) -> list[Step]:
    """List the steps from the deepest tap to the picture."""
    top = deepest(taps)
    steps = []
    for number in reversed(range(PATH.index(top) + 1)):
        layer, below = PATH[number], PATH[number - 1] if number else "x"
        if layer in taps:
            feature = layer
            if layer == "conv1_1" and layer != top:
                feature = "conv1_1 again"
                steps.append(Step("convolve", layer, ("x",), feature))
            steps.append(Step("pull", layer, (feature,), f"d{layer}", add=layer != top))
        back: Kind = "convolve back" if layer in CHANNELS else "pool back"
        steps.append(Step(back, layer, (f"d{layer}",), f"d{below}"))
    return steps


def shapes(n_H: int, n_W: int, layers: Collection[str]) -> dict[str, Shape]:
    """Give the shape of every array of some layers, from the first up, for an n_H × n_W picture."""
    found: dict[str, Shape] = {"x": (n_H, n_W, 3)}
    n_C = 3
    for layer in PATH[: len(layers)]:
        if layer in CHANNELS:
            n_C = CHANNELS[layer][1]
        else:
            n_H, n_W = n_H // 2, n_W // 2
        found[layer] = (n_H, n_W, n_C)
    found["conv1_1 again"] = found["conv1_1"]
    return found | {f"d{name}": shape for name, shape in found.items()}


def places(
    steps: Sequence[Step], sizes: Mapping[str, int], outside: Collection[str] = ("x", "dx")
) -> tuple[dict[str, int], int]:
    """Give each array a place in one block of memory: first fit, over their lifetimes.

    Parameters
    ----------
    steps : sequence of Step
    sizes : mapping, array -> numbers in it
    outside : collection of str
        Arrays that have a place elsewhere.

    Returns
    -------
    start : dict, array -> index of its first number in the block
    length : int
        Numbers in the block.
    """
    last_use = {}
    for now, step in enumerate(steps):
        for name in (*step.reads, step.writes):
            last_use[name] = now
    start: dict[str, int] = {}
    living: dict[str, int] = {}
    length = 0
    for now, step in enumerate(steps):
        name = step.writes
        if name and name not in living and name not in outside:
            at = 0
            for other in sorted(living, key=living.__getitem__):
                if at + sizes[name] <= living[other]:
                    break
                at = max(at, living[other] + sizes[other])
            start[name] = living[name] = at
            length = max(length, at + sizes[name])
        living = {other: at for other, at in living.items() if last_use[other] > now}
    return start, length
