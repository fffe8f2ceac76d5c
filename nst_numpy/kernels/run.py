"""The machine room of an evaluation: the arrays of one picture size, and a kernel for each step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.kernels import first, gram, pool, winograd
from nst_numpy.kernels.schedule import Shape, Step, places, shapes
from nst_numpy.kernels.store import KernelStore
from nst_numpy.kernels.threads import aligned
from nst_numpy.vgg19 import CHANNELS


class Run:
    """Executes the steps of a schedule for pictures of one size.

    Everything that is written to is taken here, once: one block for all activations and gradients,
    one bit for each ReLU, the winners of max pooling, and scratch for each thread.

    Parameters
    ----------
    shape : (n_H, n_W, 3)
    steps : sequence of Step
    pooling : "average" or "max"
    kernels : KernelStore
    """

    def __init__(
        self, shape: tuple[int, ...], steps: Sequence[Step], pooling: str, kernels: KernelStore
    ) -> None:
        self.shape = shape
        self.steps = steps
        self.pooling = pooling
        self.kernels = kernels
        self.team = kernels.team
        room = Room.of(shape[0], shape[1], steps, pooling, self.team.size)
        self.shapes = room.shapes
        block = aligned(room.block)
        self.arrays: dict[str, Array] = {
            name: block[at : at + int(np.prod(room.shapes[name]))].reshape(room.shapes[name])
            for name, at in room.starts.items()
        }
        self.arrays["dx"] = np.empty(shape, np.float32)
        self.bits = {layer: np.empty(size, np.uint8) for layer, size in room.bits.items()}
        self.winners = {layer: np.empty(size, np.uint8) for layer, size in room.winners.items()}
        self.scratch = aligned(self.team.size, room.scratch)

    def do(self, step: Step) -> None:
        """Execute a step that is one of the network's, not of the costs'."""
        match step.kind:
            case "convolve":
                self.convolve(step)
            case "convolve back":
                self.convolve_back(step)
            case "pool":
                self.pool(step)
            case "pool back":
                self.pool_back(step)
            case _:
                raise ValueError(step.kind)

    def convolve(self, step: Step) -> None:
        """``a = relu(conv(x) + bias)``, and one bit for each ReLU."""
        x, out = self.arrays[step.reads[0]], self.arrays[step.writes]
        kernel, bias = self.kernels.kernel(step.layer), self.kernels.bias(step.layer)
        forward = first.first_relu_forward if x.shape[2] == 3 else winograd.conv_relu_forward
        forward(self.team, x, kernel, bias, out, self.bits[step.layer], self.scratch)

    def convolve_back(self, step: Step) -> None:
        """``dx = conv_backward(da where the bit is set)``."""
        da, dx = self.arrays[step.reads[0]], self.arrays[step.writes]
        kernel, bits = self.kernels.kernel(step.layer, backward=True), self.bits[step.layer]
        if dx.shape[2] == 3:
            first.first_relu_backward(self.team, da, bits, kernel, dx, self.scratch)
        else:
            winograd.conv_relu_backward(self.team, da, bits, kernel, dx, self.scratch)

    def pool(self, step: Step) -> None:
        """Halve the sides."""
        x, out = self.arrays[step.reads[0]], self.arrays[step.writes]
        if self.pooling == "average":
            pool.average_pool_forward(self.team, x, out)
        else:
            pool.max_pool_forward(self.team, x, out, self.winners[step.layer])

    def pool_back(self, step: Step) -> None:
        """Double the sides of a gradient."""
        dy, dx = self.arrays[step.reads[0]], self.arrays[step.writes]
        if self.pooling == "average":
            pool.average_pool_backward(self.team, dy, dx)
        else:
            pool.max_pool_backward(self.team, dy, self.winners[step.layer], dx)

    def gram_per_position(self, a: Array) -> Array:
        """``AᵀA/M``, as a new array: it is small."""
        n_H, n_W, n_C = a.shape
        G = np.empty((n_C, n_C), np.float32)
        gram.gram_matrix(self.team, a, G, self.scratch)
        G /= n_H * n_W
        return G

    def style_gradient(self, a: Array, D: Array, scale: float, out: Array, add: bool) -> None:
        """``out = scale·A·D``, or ``out += …``."""
        gram.style_gradient(self.team, a, D, scale, out, self.scratch, add)


@dataclass(frozen=True)
class Room:
    """What a run takes.

    Attributes
    ----------
    shapes
        Of every array, by name.
    starts, block
        Where each activation and gradient begins in the block, and the block's length.
    bits, winners
        Bytes for the ReLUs of each layer, and for the winners of each max pool.
    scratch
        Numbers for each thread.
    """

    shapes: Mapping[str, Shape]
    starts: Mapping[str, int]
    block: int
    bits: Mapping[str, int]
    winners: Mapping[str, int]
    scratch: int

    @classmethod
    def of(cls, n_H: int, n_W: int, steps: Sequence[Step], pooling: str, threads: int) -> "Room":
        """Find the room for a schedule and a size of picture."""
        layers = list(dict.fromkeys(step.layer for step in steps))
        known = shapes(n_H, n_W, layers)
        sizes = {name: int(np.prod(shape)) for name, shape in known.items()}
        starts, block = places(steps, sizes)
        convolutions = [layer for layer in layers if layer in CHANNELS]
        pools = [layer for layer in layers if layer not in CHANNELS and pooling == "max"]
        return cls(
            known,
            starts,
            block,
            {layer: sizes[layer] // 8 for layer in convolutions},
            {layer: sizes[layer] for layer in pools},
            max(scratch_numbers(layer, known[layer], threads) for layer in convolutions),
        )

    def bytes(self, threads: int) -> int:
        """Add all of it up."""
        ones = sum(self.bits.values()) + sum(self.winners.values())
        return 4 * (self.block + threads * self.scratch) + ones


def scratch_numbers(layer: str, shape: Shape, threads: int) -> int:
    """Count the numbers of scratch that each thread needs for a layer: a multiple of 16."""
    n_H, n_W, n_C = shape
    n_C_in, _ = CHANNELS[layer]
    if n_C_in == 3:
        need = first.first_scratch(n_W, n_C)
    else:
        need = winograd.conv_scratch(n_H, n_W, n_C_in, n_C, threads)
    return -(-max(need, gram.gram_scratch(n_C)) // 16) * 16
