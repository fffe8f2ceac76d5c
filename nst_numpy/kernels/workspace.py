"""Where an evaluation is carried out: the arrays for one size of picture, the kernels at work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.kernels import first, gram, pool, winograd
from nst_numpy.kernels.store import KernelStore, bytes_of_store
from nst_numpy.kernels.threads import aligned
from nst_numpy.network import Network
from nst_numpy.plan import Operation, places, shape_of, shapes, up_and_down


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
        block = aligned(room.block)
        self.arrays: dict[str, Array] = {
            name: block[at : at + prod(room.shapes[name])].reshape(room.shapes[name])
            for name, at in room.starts.items()
        }
        self.arrays["dx"] = np.empty(shape, np.float32)
        self.bits = {layer: np.empty(size, np.uint8) for layer, size in room.bits.items()}
        self.winners = {layer: np.empty(size, np.uint8) for layer, size in room.winners.items()}
        self.scratch = aligned(self.team.size, room.scratch)

    def do(self, one: Operation) -> None:
        """Carry out an operation that is one of the network's, not of the terms'."""
        reads, writes = self.arrays[one.reads], self.arrays[one.writes]
        match one.kind:
            case "convolve":
                self.convolve(one.layer, reads, writes)
            case "convolve back":
                self.convolve_back(one.layer, reads, writes)
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
        kernel, bias = self.kernels.kernel(layer), self.kernels.bias(layer)
        forward = first.first_relu_forward if x.shape[2] == 3 else winograd.conv_relu_forward
        forward(self.team, x, kernel, bias, out, self.bits[layer], self.scratch)

    def convolve_back(self, layer: str, da: Array, dx: Array) -> None:
        """``dx = conv_backward(da where the bit is set)``."""
        kernel = self.kernels.kernel(layer, backward=True)
        backward = first.first_relu_backward if dx.shape[2] == 3 else winograd.conv_relu_backward
        backward(self.team, da, self.bits[layer], kernel, dx, self.scratch)


@dataclass(frozen=True)
class Room:
    """What a workspace takes.

    Attributes
    ----------
    shapes
        Of the arrays in the block, by name.
    starts, block
        Where each of them begins in the block, and the block's length.
    bits, winners
        Bytes for the ReLUs of each layer, and for the winners of each max pool.
    scratch
        Numbers for each thread.
    """

    shapes: Mapping[str, tuple[int, int, int]]
    starts: Mapping[str, int]
    block: int
    bits: Mapping[str, int]
    winners: Mapping[str, int]
    scratch: int

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
        layers = {one.layer: prod(known[one.layer]) for one in operations}
        arrays = {one.writes: shape_of(one.writes, known) for one in operations if one.writes}
        starts, block = places(operations, {name: prod(shape) for name, shape in arrays.items()})
        convolutions = [layer for layer in layers if layer in network.channels]
        return cls(
            arrays,
            starts,
            block,
            {layer: layers[layer] // 8 for layer in convolutions},
            {
                layer: n
                for layer, n in layers.items()
                if pooling == "max" and layer not in convolutions
            },
            max(
                (
                    scratch_numbers(network.channels[layer], known[layer], threads)
                    for layer in convolutions
                ),
                default=0,
            ),
        )

    def bytes(self, threads: int) -> int:
        """Add all of it up."""
        ones = sum(self.bits.values()) + sum(self.winners.values())
        return 4 * (self.block + threads * self.scratch) + ones


def scratch_numbers(channels: tuple[int, int], shape: tuple[int, int, int], threads: int) -> int:
    """Count the numbers of scratch that each thread needs for a layer: a multiple of 16."""
    n_C_in, n_C = channels
    n_H, n_W, _ = shape
    if n_C_in == 3:
        need = first.first_scratch(n_W, n_C)
    else:
        need = winograd.conv_scratch(n_H, n_W, n_C_in, n_C, threads)
    return -(-max(need, gram.gram_scratch(n_C)) // 16) * 16


def bytes_of_all(
    network: Network, taps: Collection[str], n_H: int, n_W: int, pooling: str, threads: int
) -> int:
    """Add up what an evaluation takes: its workspace and its kernels."""
    room = Room.of(n_H, n_W, network, up_and_down(network, taps), pooling, threads)
    channels = [
        network.channels[layer] for layer in network.up_to(taps) if layer in network.channels
    ]
    return room.bytes(threads) + bytes_of_store(channels, n_H, n_W)
