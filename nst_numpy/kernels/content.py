"""The content cost and its gradient, without an array for the difference."""

from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.kernels.compiling import njit
from nst_numpy.kernels.threads import Team


def squared_distance(team: Team, a_C: Array, a_G: Array) -> float:
    """``Σ (a_C - a_G)²``, summed in float64."""
    sums = np.empty(team.size)
    team.run(_squared_distance, a_C.reshape(-1), a_G.reshape(-1), sums)
    return float(sums.sum())


def content_gradient(
    team: Team, a_C: Array, a_G: Array, scale: float, out: Array, add: bool
) -> None:
    """``out = scale·(a_G - a_C)``, or with `add` ``out += …``."""
    arrays = a_C.reshape(-1), a_G.reshape(-1), out.reshape(-1)
    team.run(_content_gradient, *arrays, np.float32(scale), add)


@njit(cache=True, nogil=True, fastmath={"reassoc", "nsz"})
def _squared_distance(t: int, T: int, a_C: Any, a_G: Any, sums: Any) -> None:
    """The t-th share of the sum: each square in float32, their sum in float64."""
    total = 0.0
    for k in range(t * a_C.size // T, (t + 1) * a_C.size // T):
        difference = a_C[k] - a_G[k]
        total += difference * difference
    sums[t] = total


@njit(cache=True, nogil=True)
def _content_gradient(t: int, T: int, a_C: Any, a_G: Any, out: Any, scale: Any, add: bool) -> None:
    """The t-th share of the gradient."""
    for k in range(t * a_C.size // T, (t + 1) * a_C.size // T):
        before = out[k] if add else np.float32(0)
        out[k] = before + scale * (a_G[k] - a_C[k])
