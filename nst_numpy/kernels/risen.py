"""An evaluation that has gone up: what it comes to so far, and what of it is worth keeping."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from nst_numpy.arrays import Array
from nst_numpy.costs.term import Term
from nst_numpy.kernels.first import Bits
from nst_numpy.kernels.room import Room
from nst_numpy.kernels.workspace import Workspace
from nst_numpy.plan import Operation

LOOKS = ("compare", "strips up")
"""The last of these ends the way up: the deepest layer is one that is looked at."""
SMALL = 24
"""Bytes for each pixel, two pictures: a top that takes more is not kept."""


class Risen:
    """An evaluation that has gone up, or is about to, with its arrays as they are.

    Parameters
    ----------
    space : Workspace

    Attributes
    ----------
    up, down
        Its operations; the first layer, computed again, belongs to those down.
    below
        How many of those up there are below the top: up to the last look but one.
    compared
        Name of a term -> its J, and what `pull` needs.
    """

    def __init__(self, space: Workspace) -> None:
        self.space = space
        looks = looks_of(space.operations)
        end = looks[-1] + 1 if looks else 0
        self.up, self.down = space.operations[:end], space.operations[end:]
        self.below = looks[-2] + 1 if len(looks) > 1 else 0
        self.compared: dict[str, tuple[float, Any]] = {}


@dataclass(frozen=True, eq=False)
class Top:
    """What the way down needs of the uppermost layers, those above the last look but one.

    Whoever must go up once more with these need not go up there again: for the default layers not
    beyond conv4_2, a quarter of the way. It is little, 11 bytes for each pixel, since the top of
    the network is small.

    Attributes
    ----------
    signs, winners
        Of the ReLUs and max pools, by layer.
    feature
        That of the deepest layer.
    compared
        What its terms came to, of those that were compared.
    """

    signs: Mapping[str, Bits]
    winners: Mapping[str, Bits]
    feature: Array
    compared: Mapping[str, tuple[float, Any]]

    @classmethod
    def of(cls, risen: Risen, terms: Collection[Term]) -> "Top | None":
        """Copy the top of an evaluation that has gone up; None, if it is not small."""
        space = risen.space
        if not bytes_of_top(space.operations, space.room):
            return None
        there = layers_of(risen.up[risen.below :])
        deepest = risen.up[-1].layer
        names = {term.name for term in terms if term.layer == deepest}
        return cls(
            {layer: array.copy() for layer, array in space.bits.items() if layer in there},
            {layer: array.copy() for layer, array in space.winners.items() if layer in there},
            space.arrays[deepest].copy(),
            {name: found for name, found in risen.compared.items() if name in names},
        )

    def put_back(self, risen: Risen) -> None:
        """Make an evaluation that has gone up below the top one that has gone up."""
        space = risen.space
        for kept, arrays in ((self.signs, space.bits), (self.winners, space.winners)):
            for layer, array in kept.items():
                arrays[layer][...] = array
        space.arrays[risen.up[-1].layer][...] = self.feature
        risen.compared.update(self.compared)


def looks_of(operations: Sequence[Operation]) -> list[int]:
    """Return which operations look at a layer."""
    return [number for number, one in enumerate(operations) if one.kind in LOOKS]


def layers_of(operations: Sequence[Operation]) -> set[str]:
    """Return the layers of some operations, and of their parts."""
    return {part.layer for one in operations for part in (one.parts or (one,))}


def bytes_of_top(operations: Sequence[Operation], room: Room) -> int:
    """Return how many bytes the top of an evaluation takes; 0, if it is not small, or all of it."""
    looks = looks_of(operations)
    if len(looks) < 2:
        return 0
    there = layers_of(operations[looks[-2] + 1 : looks[-1] + 1])
    ones = sum(n for kept in (room.bits, room.winners) for x, n in kept.items() if x in there)
    taken = 4 * prod(room.shapes[operations[looks[-1]].layer]) + ones
    return taken if taken <= SMALL * room.pixels else 0
