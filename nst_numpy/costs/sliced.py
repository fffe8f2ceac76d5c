"""Style as sorted numbers: how often a channel, or any mixture of channels, takes each value.

Means and covariances do not tell a cloud of points from a Gaussian; sorted numbers do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs.style import unroll
from nst_numpy.costs.term import Shape, sum_of_squares

LEVELS = 512
"""Sorted numbers are divided into so many parts, whose means are compared."""
AT_ONCE = 2**16
"""So many numbers are sorted at a time, at least a row of them."""


@dataclass(frozen=True)
class Histogram:
    """Compare how often each channel takes each value: its sorted numbers, the n-th with the n-th.

    The cheapest way to carry numbers along a line to other places keeps their order. So the
    distance of two histograms is that of the sorted numbers. Where there are not equally many, each
    list is brought to Q = `LEVELS` numbers: the means of its Q equal parts, y_kq of channel k.

    ``J = P/(4·n_C²) · Σ_k Σ_q (y_kq - t_kq)² / Q``, with ``P = Σ t²/Q``, as in `moments.strength`

    Sorting moves no number by itself: while the order stays, it is a permutation, whose derivative
    is that permutation. So what J wants of y is brought back to the sorted numbers, and goes to the
    positions from which they came. Where two change places, J has a kink, unless both are pulled
    alike; equal numbers, which have no order, share what they are pulled by.

    What is measured is not a sum over the positions. It is multiplied by M nevertheless, for it
    will be divided by M; and the mean of several styles' y is the histogram in the middle between
    theirs.

    References
    ----------
    Risser, Wilmot and Barnes, "Stable and Controllable Neural Texture Synthesis and Style Transfer
    Using Histogram Losses" (2017).
    """

    def directions(self, n_C: int) -> Array | None:
        """Return the directions along which numbers are sorted, as columns; None for the axes."""
        return None

    def measure(self, a: Array) -> Array:
        """``s_kq = M·y_kq``, shape (n_C, Q)."""
        X = self.seen(a)
        s: Array = np.empty((len(X), LEVELS), a.dtype)
        for rows in blocks(X):
            s[rows] = X.shape[1] * parts(np.sort(X[rows]), LEVELS)
        return s

    def compare(self, s: Array, target: Array, shape: Shape) -> tuple[float, Array]:
        """Return J and ``ds = P/(2·n_C²)·(y - t) / (Q·M)``."""
        n_H, n_W, n_C = shape
        scale = sum_of_squares(target) / LEVELS**2 / (4 * n_C**2)
        difference = s / (n_H * n_W) - target
        return scale * sum_of_squares(difference), difference * (2 * scale / (n_H * n_W))

    def pull(self, a: Array, ds: Array) -> Array:
        """Bring each ds_kq to the positions whose numbers are in that part."""
        X = self.seen(a)
        dX = np.empty_like(X)
        for rows in blocks(X):
            order = np.argsort(X[rows])
            x = np.take_along_axis(X[rows], order, axis=1)
            dx = shared(LEVELS * parts(ds[rows], X.shape[1]), x)
            np.put_along_axis(dX[rows], order, dx.astype(X.dtype), axis=1)
        R = self.directions(a.shape[-1])
        dX = dX if R is None else R.astype(a.dtype) @ dX
        return np.ascontiguousarray(dX.T).reshape(a.shape)

    def seen(self, a: Array) -> Array:
        """Return the numbers that are sorted, a row for each direction: ``X = Rᵀ·Aᵀ``."""
        R = self.directions(a.shape[-1])
        A = unroll(a)
        return np.ascontiguousarray(A.T) if R is None else R.T.astype(a.dtype) @ A.T


@dataclass(frozen=True)
class Sliced(Histogram):
    """The sliced Wasserstein distance: the same along directions other than the channels' own.

    A direction mixes the channels, ``x_p = Σ_k A_pk·R_kr``; which of them go together is seen in
    how often the mixture takes each value. Seen along all directions, two clouds are equal only if
    they are the same. Here there are n_C, drawn once and at right angles to each other (a rotation
    R, the same for a given `seed`), so that J remains one function, as the optimizer needs it.
    From ``X = Rᵀ·Aᵀ`` follows ``dAᵀ = R·dX``.

    References
    ----------
    Heitz, Vanhoey, Chambon and Belcour, "A Sliced Wasserstein Loss for Neural Texture Synthesis"
    (CVPR 2021); they draw new directions at each step.
    """

    seed: int = 0

    def directions(self, n_C: int) -> Array | None:
        """Return a rotation, shape (n_C, n_C)."""
        return rotation(n_C, self.seed)


@lru_cache(16)
def rotation(n_C: int, seed: int) -> Array:
    """Draw n_C directions at right angles, as columns."""
    R, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((n_C, n_C)))
    R.flags.writeable = False
    return R


def blocks(X: Array) -> Iterator[slice]:
    """Yield slices of a few rows, so that what is made of them stays small."""
    some = max(1, AT_ONCE // max(X.shape[1], LEVELS))
    for start in range(0, len(X), some):
        yield slice(start, start + some)


def parts(x: Array, n: int) -> Array:
    """Divide the numbers of each row into n equal parts, and return the mean of each part.

    Where n parts do not come out whole, a number is cut, and lies in two parts by its shares. So
    the matrix of this, from m numbers to n, is n/m times the transpose of that from n to m.
    """
    m = x.shape[1]
    sums = np.zeros((len(x), m + 1))
    np.cumsum(x, axis=1, dtype=np.float64, out=sums[:, 1:])
    ends = np.arange(n + 1) * m / n
    left = np.minimum(ends.astype(np.intp), m - 1)
    sums_at_ends = sums[:, left] + (ends - left) * x[:, left]
    means: Array = np.diff(sums_at_ends) * (n / m)
    return means


def shared(dx: Array, x: Array) -> Array:
    """Give equal numbers, neighbours in a row of sorted x, the mean of what they are pulled by."""
    new = x[:, 1:] != x[:, :-1]
    for k in np.flatnonzero(~new.all(axis=1)):
        group = np.concatenate([[0], np.cumsum(new[k])])
        dx[k] = (np.bincount(group, dx[k]) / np.bincount(group))[group]
    return dx
