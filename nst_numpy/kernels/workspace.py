"""Where an evaluation is carried out: the arrays for one size of picture, the kernels at work."""

from collections.abc import Sequence
from math import prod
from types import ModuleType

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.kernels import first, fresh, pool, winograd
from nst_numpy.kernels.room import Room
from nst_numpy.kernels.store import KernelStore
from nst_numpy.kernels.strips import Strips
from nst_numpy.kernels.threads import aligned
from nst_numpy.network import Network
from nst_numpy.plan import Operation


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
