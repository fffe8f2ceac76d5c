"""The kernels of the network in the forms that the compiled functions want."""

from collections.abc import Sequence

from nst_numpy.arrays import Array
from nst_numpy.kernels import first
from nst_numpy.kernels.points import kernel_points
from nst_numpy.kernels.threads import Team, aligned
from nst_numpy.kernels.tiles import POINTS
from nst_numpy.vgg19 import CHANNELS, Weights


def points_of(layer: str) -> int:
    """Count the numbers of a layer's transformed kernel."""
    n_C_in, n_C_out = CHANNELS[layer]
    return POINTS * n_C_in * n_C_out


TRANSFORM_SCRATCH = 27 * 16
"""Numbers of scratch that a thread needs for bringing a kernel to its points."""

KEPT_UP_TO = 640 * 640
"""The largest picture (in pixels) for which the transformed kernels are kept."""


def kept(n_H: int, n_W: int) -> bool:
    """Tell whether transformed kernels are kept for pictures of a size."""
    return n_H * n_W <= KEPT_UP_TO


def bytes_of_store(layers: Sequence[str], n_H: int, n_W: int) -> int:
    """Add up the transformed kernels of some layers, as they are held for pictures of a size."""
    sizes = [4 * points_of(layer) for layer in layers]
    return 2 * sum(sizes) if kept(n_H, n_W) else max(sizes)


class KernelStore:
    """Hands out each layer's kernel, forward or backward.

    For small pictures the transformed kernels are kept from one evaluation to the next. For large
    ones they would be in the way (VGG-19 has 400 MB of them to conv5_1), and making one again
    whenever a layer is reached costs little beside the layer: then all share one place.

    Parameters
    ----------
    team : Team
    weights : mapping, layer -> (weight, bias)
        float32.
    keep : bool
    """

    def __init__(self, team: Team, weights: Weights, keep: bool) -> None:
        self.team = team
        self.weights = weights
        self.keep = keep
        self._made: dict[tuple[str, bool], Array] = {}
        self._shared = aligned(0 if keep else max(map(points_of, weights)))
        self._scratch = aligned(team.size, TRANSFORM_SCRATCH)

    def bias(self, layer: str) -> Array:
        """Give a layer's bias."""
        return self.weights[layer][1]

    def kernel(self, layer: str, backward: bool = False) -> Array:
        """Give a layer's kernel; where kernels are not kept, it is good until the next is asked."""
        if (layer, backward) in self._made:
            return self._made[layer, backward]
        weight, _ = self.weights[layer]
        if weight.shape[2] == 3:
            make = first.first_kernel_backward if backward else first.first_kernel_forward
            self._made[layer, backward] = make(weight)
            return self._made[layer, backward]
        if self.keep:
            U: Array = aligned(points_of(layer))
            self._made[layer, backward] = U
        else:
            U = self._shared[: points_of(layer)]
        kernel_points(self.team, weight, U, self._scratch, backward)
        return U
