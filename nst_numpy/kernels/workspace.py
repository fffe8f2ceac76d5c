"""Where an evaluation is carried out: the arrays for one size of picture, the kernels at work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from types import ModuleType

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.kernels import first, fresh, gram, pool, winograd
from nst_numpy.kernels.lines import Side, side_for
from nst_numpy.kernels.store import KernelStore, bytes_of_store, keeps
from nst_numpy.kernels.strips import Strips, strip_rows, strips
from nst_numpy.kernels.threads import aligned
from nst_numpy.network import Network
from nst_numpy.plan import Operation, fused, places, shape_of, shapes, up_and_down


class Workspace:
    """Carries out the operations of a plan for pictures of one size.

    Everything that is written to is taken here, once: one block for all activations and gradients,
    one bit for each ReLU, the winners of max pooling, and scratch for each thread. Between the way
    up and the way down it is what `network.Cache` is in the definition.

    Parameters
    ----------
    shape : (n_H, n_W, 3)
    network : Network
    operations : sequence of Operation
    kernels : KernelStore
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        network: Network,
        operations: Sequence[Operation],
        kernels: KernelStore,
    ) -> None:
        self.shape = shape
        self.operations = operations
        self.pooling = network.pooling
        self.kernels = kernels
        self.team = kernels.team
        room = Room.of(shape[0], shape[1], network, operations, network.pooling, self.team.size)
        self.room = room
        block = aligned(room.block)
        self.arrays: dict[str, Array] = {
            name: block[at : at + prod(room.shapes[name])].reshape(room.shapes[name])
            for name, at in room.starts.items()
        }
        self.arrays["dx"] = np.empty(shape, np.float32)
        self.sides = room.sides
        self.bits = {layer: np.empty(size, np.uint8) for layer, size in room.bits.items()}
        self.winners = {layer: np.empty(size, np.uint8) for layer, size in room.winners.items()}
        self.scratch = aligned(self.team.size, room.scratch)
        if room.strip:
            a, da = aligned(*room.strip), aligned(*room.strip)
            n_rows, n_W, n_C = room.strip
            bits = np.empty((n_rows, n_W * n_C // 8), np.uint8)
            maximum = self.pooling == "max"
            self.strips = Strips(self.team, n_rows - 2, a, da, bits, self.scratch, maximum)

    def do(self, one: Operation) -> None:
        """Carry out an operation that is one of the network's, not of the terms'."""
        reads, writes = self.arrays[one.reads], self.arrays[one.writes]
        match one.kind:
            case "convolve":
                self.convolve(one.layer, reads, writes)
            case "convolve back":
                self.convolve_back(one.layer, reads, writes)
            case "convolve and pool":
                self.convolve_and_pool(one.layer, reads, writes)
            case "pool and convolve back":
                self.pool_and_convolve_back(one.layer, reads, writes)
            case "pool" if self.pooling == "average":
                pool.average_pool_forward(self.team, reads, writes)
            case "pool":
                pool.max_pool_forward(self.team, reads, writes, self.winners[one.layer])
            case "pool back" if self.pooling == "average":
                pool.average_pool_backward(self.team, reads, writes)
            case "pool back":
                pool.max_pool_backward(self.team, reads, self.winners[one.layer], writes)
            case _:
                raise ValueError(one.kind)

    def convolve(self, layer: str, x: Array, out: Array) -> None:
        """``out = relu(conv(x) + bias)``, and one bit for each ReLU."""
        kernel, bias = self.kernel(layer), self.kernels.bias(layer)
        forward = first.first_relu_forward if x.shape[2] == 3 else self.way(layer).conv_relu_forward
        forward(self.team, x, kernel, bias, out, self.bits[layer], self.scratch)

    def convolve_back(self, layer: str, da: Array, dx: Array) -> None:
        """``dx = conv_backward(da where the bit is set)``."""
        kernel = self.kernel(layer, backward=True)
        if dx.shape[2] == 3:
            backward = first.first_relu_backward
        else:
            backward = self.way(layer).conv_relu_backward
        backward(self.team, da, self.bits[layer], kernel, dx, self.scratch)

    def convolve_and_pool(self, layer: str, x: Array, y: Array) -> None:
        """``y = pool(relu(conv(x) + bias))``, and one bit for each pixel that has a share in it."""
        kernel, bias, bits = self.kernel(layer), self.kernels.bias(layer), self.bits[layer]
        maximum, rows = self.pooling == "max", (0, x.shape[0])
        winograd.conv_pool_forward(self.team, x, kernel, bias, y, bits, self.scratch, maximum, rows)

    def pool_and_convolve_back(self, layer: str, dy: Array, dx: Array) -> None:
        """``dx = conv_backward(pool_backward(dy) where the bit is set)``."""
        kernel, bits = self.kernel(layer, backward=True), self.bits[layer]
        maximum, shape = self.pooling == "max", (dx.shape[0], dx.shape[1])
        winograd.conv_pool_backward(self.team, dy, bits, kernel, dx, self.scratch, maximum, shape)

    def strips_up(self, one: Operation, rows: slice | None) -> tuple[Array, tuple[int, ...]]:
        """Go up to the first pool in strips; return the first layer's Gram matrix, and its shape.

        It is that of some rows; without ``rows`` nothing is in the matrix.
        """
        x, y, second = self.arrays[one.reads], self.arrays[one.writes], one.parts[-1].layer
        layers = one.layer, second
        below, above = ((self.kernel(x), self.kernels.bias(x)) for x in layers)
        n_C = self.strips.a.shape[2]
        s: Array = np.zeros((n_C, n_C), np.float32)
        self.strips.up(x, below, above, s, y, self.bits[second], rows or slice(0, 0))
        return s, (*x.shape[:2], n_C)

    def strips_down(self, one: Operation, D: Array | None, rows: slice) -> None:
        """Go down from the first pool in strips; to some rows of the first gradient add A·D."""
        dy, dx, second = self.arrays[one.reads], self.arrays[one.writes], one.parts[0].layer
        first_layer = self.kernel(one.layer), self.kernels.bias(one.layer)
        second_back, first_back = (
            self.kernel(layer, backward=True) for layer in (second, one.layer)
        )
        bits, x = self.bits[second], self.arrays["x"]
        self.strips.down(dy, bits, x, first_layer, second_back, first_back, D, dx, rows)

    def kernel(self, layer: str, backward: bool = False) -> Array:
        """Return a layer's kernel, for tiles of the size that suits it here."""
        return self.kernels.kernel(layer, self.sides[layer], backward)

    def way(self, layer: str) -> ModuleType:
        """Return which of the two convolves a layer."""
        return winograd if self.kernels.keeps(layer) else fresh


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
