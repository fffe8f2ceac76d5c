"""What the arrays of an evaluation take, and where each of them lies, before any is there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from nst_numpy.kernels import first, fresh, gram, winograd
from nst_numpy.kernels.lines import Side, side_for
from nst_numpy.kernels.store import bytes_of_store, keeps
from nst_numpy.kernels.strips import strip_rows, strips
from nst_numpy.network import Network
from nst_numpy.plan import Operation, fused, places, shape_of, shapes, up_and_down


@dataclass(frozen=True)
class Room:
    """What a workspace takes.

    Attributes
    ----------
    pixels
        Of the picture.
    shapes
        Of the arrays in the block, by name.
    starts, block
        Where each of them begins in the block, and the block's length.
    bits, winners
        Bytes for the ReLUs of each layer, and for the winners of each max pool.
    scratch
        Numbers for each thread.
    sides
        The size of the tiles of each layer that convolves.
    strip
        The shape of a strip of the first layer, or ().
    """

    pixels: int
    shapes: Mapping[str, tuple[int, int, int]]
    starts: Mapping[str, int]
    block: int
    bits: Mapping[str, int]
    winners: Mapping[str, int]
    scratch: int
    sides: Mapping[str, Side]
    strip: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        n_H: int,
        n_W: int,
        network: Network,
        operations: Sequence[Operation],
        pooling: str,
        threads: int,
    ) -> "Room":
        """Find the room for a plan and a size of picture."""
        known = shapes(network, n_H, n_W)
        single = [part for one in operations for part in (_whole(one) or [one])]
        layers = {one.layer: prod(known[one.layer]) for one in single}
        arrays = {one.writes: shape_of(one.writes, known) for one in operations if one.writes}
        starts, block = places(operations, {name: prod(shape) for name, shape in arrays.items()})
        convolutions = [layer for layer in layers if layer in network.channels]
        scratch = [scratch_numbers(network.channels[x], known[x], threads) for x in convolutions]
        strip: tuple[int, ...] = ()
        if operations and operations[0].kind == "strips up":
            lowest, second = operations[0].layer, operations[0].parts[-1].layer
            rows = strip_rows(*known[lowest])
            strip = (rows + 2, *known[lowest][1:])
            heights = {stop - start for _, _, start, stop in strips(n_H, rows)}
            heights |= {last - row for row, last, _, _ in strips(n_H, rows)}
            for layer in (lowest, second):
                channels, (_, _, n_C) = network.channels[layer], known[layer]
                scratch += [scratch_numbers(channels, (h, n_W, n_C), threads) for h in heights]
        return cls(
            n_H * n_W,
            arrays,
            starts,
            block,
            {layer: layers[layer] // 8 for layer in convolutions},
            {
                layer: n
                for layer, n in layers.items()
                if pooling == "max" and layer not in convolutions
            },
            max(scratch, default=0),
            {layer: side_for(*known[layer][:2]) for layer in network.channels},
            strip,
        )

    def bytes(self, threads: int) -> int:
        """Add all of it up."""
        ones = sum(self.bits.values()) + sum(self.winners.values())
        strip = prod(self.strip) if self.strip else 0
        return 4 * (self.block + threads * self.scratch + 2 * strip) + ones + strip // 8


def _whole(one: Operation) -> list[Operation]:
    """Return the part of a joined operation that is a convolution of the whole picture."""
    if one.kind in ("strips up", "strips down"):
        return [part for part in one.parts if part.parts]
    return []


def scratch_numbers(channels: tuple[int, int], shape: tuple[int, int, int], threads: int) -> int:
    """Count the numbers of scratch that each thread needs for a layer: a multiple of 16."""
    n_C_in, n_C = channels
    n_H, n_W, _ = shape
    if n_C_in == 3:
        need = first.first_scratch(n_W, n_C)
    else:
        way = winograd if keeps(channels) else fresh
        need = way.conv_scratch(n_H, n_W, n_C_in, n_C, threads)
    return -(-max(need, gram.gram_scratch(n_C)) // 16) * 16


def joined(
    operations: Sequence[Operation], network: Network, whole: Collection[str]
) -> list[Operation]:
    """Join what can be joined: no pool with a convolution whose kernel is made where it is used."""
    fresh_ones = [layer for layer, channels in network.channels.items() if not keeps(channels)]
    return fused(operations, whole, fresh_ones)


def planned(
    network: Network,
    taps: Collection[str],
    n_H: int,
    n_W: int,
    pooling: str,
    threads: int,
    whole: Collection[str] = (),
) -> tuple[list[Operation], Room]:
    """Return what an evaluation does, and the room it takes. See `plan.fused`."""
    operations = joined(up_and_down(network, taps), network, whole)
    return operations, Room.of(n_H, n_W, network, operations, pooling, threads)


def bytes_of_all(network: Network, taps: Collection[str], room: Room, threads: int) -> int:
    """Add up what an evaluation takes: its workspace and its kernels."""
    layers = [
        (network.channels[layer], room.sides[layer])
        for layer in network.up_to(taps)
        if layer in network.channels
    ]
    return room.bytes(threads) + bytes_of_store(layers)
