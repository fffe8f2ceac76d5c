"""The kernels of the network in the forms that the compiled functions want."""

from collections.abc import Sequence

from nst_numpy.arrays import Array
from nst_numpy.kernels import first
from nst_numpy.kernels.points import kernel_points
from nst_numpy.kernels.threads import Team, aligned
from nst_numpy.kernels.tiles import POINTS
from nst_numpy.network import Weights


def points_of(n_C_in: int, n_C_out: int) -> int:
    """Count the numbers of a layer's transformed kernel."""
    return POINTS * n_C_in * n_C_out


TRANSFORM_SCRATCH = 27 * 16
"""Numbers of scratch that a thread needs for bringing a kernel to its points."""

KEPT_UP_TO = 640 * 640
"""The largest picture (in pixels) for which the transformed kernels are kept."""


def kept(n_H: int, n_W: int) -> bool:
    """Return whether transformed kernels are kept for pictures of a size."""
    return n_H * n_W <= KEPT_UP_TO


def bytes_of_store(channels: Sequence[tuple[int, int]], n_H: int, n_W: int) -> int:
    """Add up the transformed kernels of some layers, as they are held for pictures of a size."""
    sizes = [4 * points_of(n_C_in, n_C_out) for n_C_in, n_C_out in channels]
    return 2 * sum(sizes) if kept(n_H, n_W) else max(sizes, default=0)


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
        self._size = {layer: points_of(*weight.shape[2:]) for layer, (weight, _) in weights.items()}
        self._shared = aligned(0 if keep else max(self._size.values(), default=0))
        self._scratch = aligned(team.size, TRANSFORM_SCRATCH)

    def bias(self, layer: str) -> Array:
        """Return a layer's bias."""
        return self.weights[layer][1]

    def kernel(self, layer: str, backward: bool = False) -> Array:
        """Return a layer's kernel; where they are not kept, it is good until the next call."""
        if (layer, backward) in self._made:
            return self._made[layer, backward]
        weight, _ = self.weights[layer]
        if weight.shape[2] == 3:
            make = first.first_kernel_backward if backward else first.first_kernel_forward
            self._made[layer, backward] = make(weight)
            return self._made[layer, backward]
        if self.keep:
            U: Array = aligned(self._size[layer])
            self._made[layer, backward] = U
        else:
            U = self._shared[: self._size[layer]]
        kernel_points(self.team, weight, U, self._scratch, backward)
        return U
