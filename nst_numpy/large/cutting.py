"""A cut of a picture into strips of rows: a value. Each strip owns some rows, and sees more.

A position of a feature depends on all pixels under the convolutions below it. So a strip is
evaluated with a *halo* of rows around those that it owns, as many as the deepest feature sees;
there the features are wrong, since the strip ends in zeros where the picture goes on, and nobody
looks at them.
"""

from collections.abc import Collection
from dataclasses import dataclass

from nst_numpy.network import PICTURE, Network


@dataclass(frozen=True)
class Strip:
    """Some rows of a picture, n_H rows high.

    Attributes
    ----------
    n_H
        Of the whole picture.
    owned
        (first, last): the rows that belong to no other strip, last not included.
    seen
        (first, last) with the halo.
    """

    n_H: int
    owned: tuple[int, int]
    seen: tuple[int, int]

    @property
    def rows(self) -> slice:
        """The rows of the picture that it sees."""
        return slice(*self.seen)

    def owned_at(self, pools: int) -> tuple[slice, slice]:
        """Return the rows owned of a feature that lies above so many pools.

        Returns
        -------
        here : slice
            Counted from the first row of the strip's own feature.
        there : slice
            Counted from the first row of the whole picture's.
        """
        first, last = self.owned
        top = self.seen[0] >> pools  # a multiple of what the pools halve, so this is exact
        there = slice(first >> pools, last >> pools)
        return slice(there.start - top, there.stop - top), there


def cut(n_H: int, rows: int, network: Network, taps: Collection[str]) -> list[Strip]:
    """Cut a picture into strips that see no more than so many rows, if that can be.

    They see equally many. The first and the last have a neighbour on one side only, and own more.
    Strips begin at multiples of what the pools make one row of, 16 for conv5_1, so that the pools
    meet the same pairs of rows as in the whole picture.

    Parameters
    ----------
    n_H : int
        Of the picture.
    rows : int
        That a strip may see; but it owns at least one row of the deepest feature.
    network : Network
    taps : collection of str
        The layers that are looked at.
    """
    step, around = network.least_side(taps), halo(network, taps)
    if n_H <= max(rows, step):
        return [Strip(n_H, (0, n_H), (0, n_H))]
    own = max(step, (rows - 2 * around) // step * step)  # between two neighbours
    count = max(2, -(-(n_H - 2 * around) // own))
    seen = height(n_H, count, network, taps)
    later = (seen - around + n * (seen - 2 * around) for n in range(count - 1))
    first = [0, *(row for row in later if row <= n_H - step)]  # none is less than a row at the top
    last = [*first[1:], n_H]
    return [
        Strip(n_H, (start, stop), (max(0, start - around), min(stop + around, n_H)))
        for start, stop in zip(first, last, strict=True)
    ]


def height(n_H: int, strips: int, network: Network, taps: Collection[str]) -> int:
    """Return how many rows each of so many strips sees: the picture's, and the halos', shared."""
    step, around = network.least_side(taps), halo(network, taps)
    return -(-(n_H + 2 * around * (strips - 1)) // (strips * step)) * step


def rows_of(n_H: int, strips: int, network: Network, taps: Collection[str]) -> int:
    """Return how many rows a strip may see, so that there are so many of them.

    There are fewer where more than half of what a strip sees would be halo.
    """
    step, around = network.least_side(taps), halo(network, taps)
    strips = min(strips, max(1, n_H // max(step, 2 * around)))
    return n_H if strips == 1 else height(n_H, strips, network, taps)


def reach(network: Network, taps: Collection[str]) -> int:
    """Return how many rows above itself the deepest feature sees: 70 for conv5_1."""
    rows, apart = 0, 1
    for layer in network.up_to(taps):
        if layer in network.channels:
            rows += apart
        else:
            apart *= 2
    return rows


def halo(network: Network, taps: Collection[str]) -> int:
    """Return `reach` in whole positions of the deepest tap: 80 rows for conv5_1."""
    step = network.least_side(taps)
    return -(-reach(network, taps) // step) * step


def pools_below(network: Network, layer: str) -> int:
    """Return how many pools lie below a layer's activations, its own included."""
    if layer == PICTURE:
        return 0
    return sum(name not in network.channels for name in network.up_to([layer]))
