"""The kernels of the network in the forms that the compiled functions want."""

from collections.abc import Iterable
from math import prod

from nst_numpy.arrays import Array
from nst_numpy.kernels import first
from nst_numpy.kernels.lines import Side, points
from nst_numpy.kernels.points import TRANSFORM_SCRATCH, kernel_points
from nst_numpy.kernels.threads import Team, aligned
from nst_numpy.network import Weights

KEPT = 256 * 256
"""The largest n_C_in·n_C_out of a kernel that is kept at its points."""


def keeps(channels: tuple[int, int]) -> bool:
    """Return whether a kernel (n_C_in, n_C_out) is kept; otherwise it is `fresh` that convolves."""
    return prod(channels) <= KEPT


def bytes_of_store(layers: Iterable[tuple[tuple[int, int], Side]]) -> int:
    """Add up the transformed kernels of some layers, (channels, tile), as they are held."""
    return 2 * 4 * sum(points(side) * prod(pair) for pair, side in layers if keeps(pair))


class KernelStore:
    """Hands out each layer's kernel, forward or backward.

    Small transformed kernels are kept from one evaluation to the next, for one size of tile. VGG-19
    would have 400 or 700 MB of them to conv5_1; of the large ones `fresh` makes the points where it
    needs them.

    Parameters
    ----------
    team : Team
    weights : mapping, layer -> (weight, bias)
        float32.
    """

    def __init__(self, team: Team, weights: Weights) -> None:
        self.team = team
        self.weights = weights
        self._made: dict[tuple[str, bool], Array] = {}
        self._scratch = aligned(team.size, TRANSFORM_SCRATCH)

    def bias(self, layer: str) -> Array:
        """Return a layer's bias."""
        return self.weights[layer][1]

    def keeps(self, layer: str) -> bool:
        """Return whether a layer's kernel is kept; otherwise it is `fresh` that convolves."""
        return keeps(self.weights[layer][0].shape[2:])

    def kernel(self, layer: str, side: Side, backward: bool = False) -> Array:
        """Return a layer's kernel: at the points of a tile if it is kept, else as it is."""
        weight, _ = self.weights[layer]
        if not self.keeps(layer):
            return weight
        made = self._made.get((layer, backward))
        if weight.shape[2] == 3:
            make = first.first_kernel_backward if backward else first.first_kernel_forward
            made = make(weight) if made is None else made
        elif made is None or made.size != points(side) * prod(weight.shape[2:]):
            made = aligned(points(side) * prod(weight.shape[2:]))
            kernel_points(self.team, side, weight, made, self._scratch, backward)
        self._made[layer, backward] = made
        return made
