"""What an evaluation does, one operation after the other, and how long each array lives.

The operations are known before anything is computed: they depend on the network and on where the
terms of J look. So is the lifetime of every array, and with it the memory. The kernels carry out
such a plan, with all arrays in one block of memory, each where nothing else lives at that time; and
the prediction of memory reads it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from nst_numpy.network import PICTURE, Network

Kind = Literal[
    "convolve", "pool", "compare", "pull", "convolve back", "pool back",
    "convolve and pool", "pool and convolve back", "strips up", "strips down",
]  # fmt: skip
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Operation:
    """One kernel call (or a few), and the arrays that it reads and writes.

    Arrays are named after their layer, ``conv2_1``, and the gradient with respect to it
    ``dconv2_1``; ``x`` is the network's input.

    - convolve: layer ← the one below; and with ``again``, once more on the way down
    - pool: layer ← the one below
    - compare: what the terms that look at the layer come to
    - pull: dlayer ← (or, if `add`, dlayer +=) the gradient of those terms
    - convolve back, pool back: d of the layer below ← dlayer

    and what `fused` makes of several, whose arrays in between are never written:

    - convolve and pool, pool and convolve back: a convolution (`layer`) and the pool above it
    - strips up, strips down: the first convolution (`layer`) and all up to the first pool, a strip
      of rows at a time
    """

    kind: Kind
    layer: str
    reads: str
    writes: str = ""
    add: bool = False
    parts: "tuple[Operation, ...]" = ()


def up_and_down(network: Network, taps: Collection[str]) -> list[Operation]:
    """List the operations of one evaluation of J and its gradient.

    A tapped layer is kept from the way up to the way down, but for the first: it is the largest and
    the cheapest to compute again.
    """
    return [*up(network, taps), *down(network, taps)]


def up(network: Network, taps: Collection[str]) -> list[Operation]:
    """List the operations from the picture to the deepest tap."""
    operations = []
    path = network.up_to(taps)
    for below, layer in zip(("x", *path), path, strict=False):
        kind: Kind = "convolve" if layer in network.channels else "pool"
        operations.append(Operation(kind, layer, below, layer))
        if layer in taps:
            operations.append(Operation("compare", layer, layer))
    return operations


def down(network: Network, taps: Collection[str]) -> list[Operation]:
    """List the operations from the deepest tap to the picture."""
    operations = []
    path = ("x", *network.up_to(taps))
    for below, layer in reversed(list(pairwise(path))):
        deepest = layer == path[-1]
        if layer in taps:
            feature = layer
            if below == "x" and not deepest:
                feature = f"{layer} again"
                operations.append(Operation("convolve", layer, "x", feature))
            operations.append(Operation("pull", layer, feature, f"d{layer}", add=not deepest))
        back: Kind = "convolve back" if layer in network.channels else "pool back"
        operations.append(Operation(back, layer, f"d{layer}", f"d{below}"))
    return operations


def fused(
    operations: Sequence[Operation], whole: Collection[str] = (), apart: Collection[str] = ()
) -> list[Operation]:
    """Join the operations between which no term needs an array.

    A convolution and the pool above it become one operation, if nothing happens in between: then
    no term looks at that convolution. So do, in turn, all operations below the first pool, which
    can be carried out a strip of rows at a time.

    Parameters
    ----------
    operations : sequence of Operation
        From `up` or `up_and_down`.
    whole : collection of str
        Layers that a term must see as a whole.
    apart : collection of str
        Convolutions that nothing is joined with.
    """
    done: list[Operation] = []
    for one in operations:
        last = done[-1] if done else one
        if (last.kind, one.kind) == ("convolve", "pool") and not (
            last.reads == "x" or last.layer in apart
        ):
            done[-1] = _joined("convolve and pool", last.layer, (last, one))
        elif (last.kind, one.kind) == ("pool back", "convolve back") and not (
            one.writes == "dx" or one.layer in apart
        ):
            done[-1] = _joined("pool and convolve back", one.layer, (last, one))
        else:
            done.append(one)
    if not done or done[0].layer in whole:
        return done
    first = done[0].layer
    for now, one in enumerate(done):
        if one.kind == "pool and convolve back" and one.writes == f"d{first}":
            done[now:] = [_joined("strips down", first, tuple(done[now:]))]
            break
    for now, one in enumerate(done):
        if one.kind == "convolve and pool" and one.reads == first:
            done[: now + 1] = [_joined("strips up", first, tuple(done[: now + 1]))]
            break
    return done


def _joined(kind: Kind, layer: str, parts: tuple[Operation, ...]) -> Operation:
    """Make one operation of several: it reads what the first reads, and writes what the last."""
    return Operation(kind, layer, parts[0].reads, parts[-1].writes, parts=parts)


def shapes(network: Network, n_H: int, n_W: int) -> dict[str, Shape]:
    """Return the shapes of a picture, n_H × n_W, of "x", and of each layer's activations."""
    found: dict[str, Shape] = {PICTURE: (n_H, n_W, 3), "x": (n_H, n_W, 3)}
    for layer, _, n_C in network.table:
        if layer not in network.channels:
            n_H, n_W = n_H // 2, n_W // 2
        found[layer] = (n_H, n_W, n_C)
    return found


def shape_of(array: str, shapes: Mapping[str, Shape]) -> Shape:
    """Return the shape of any array of a plan: a layer's, or one that belongs to a layer."""
    layer = array.removesuffix(" again")
    return shapes[layer] if layer in shapes else shapes[layer.removeprefix("d")]


def last_uses(operations: Sequence[Operation]) -> dict[str, int]:
    """Return the number of the last operation that reads or writes each array."""
    return {
        name: now for now, one in enumerate(operations) for name in (one.reads, one.writes) if name
    }


def places(
    operations: Sequence[Operation],
    sizes: Mapping[str, int],
    outside: Collection[str] = ("x", "dx"),
) -> tuple[dict[str, int], int]:
    """Find each array a place in one block of memory: the largest first, each as low as it can be.

    Two arrays may share numbers if one is read for the last time before the other is written.

    Parameters
    ----------
    operations : sequence of Operation
    sizes : mapping, array -> numbers in it
    outside : collection of str
        Arrays that have a place elsewhere.

    Returns
    -------
    start : dict, array -> index of its first number in the block
    length : int
        Numbers in the block.
    """
    last = last_uses(operations)
    first: dict[str, int] = {}
    for now, one in enumerate(operations):
        if one.writes and one.writes not in outside:
            first.setdefault(one.writes, now)
    start: dict[str, int] = {}
    for name in sorted(first, key=sizes.__getitem__, reverse=True):
        at = 0
        for other in sorted(start, key=start.__getitem__):
            if first[other] <= last[name] and first[name] <= last[other]:  # both live
                if at + sizes[name] <= start[other]:
                    break
                at = max(at, start[other] + sizes[other])
        start[name] = at
    return start, max((start[name] + sizes[name] for name in start), default=0)
