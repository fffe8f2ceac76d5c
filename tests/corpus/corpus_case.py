"""A hostile case: something is made in a folder and given to the package; what may come of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nst_numpy import InputError

WELL = "(well)"
"""What comes of a case that is none: it ends well."""


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes
    ----------
    family, name
        What it is called.
    go
        Makes what is needed in a folder, and does what is tried. It returns nothing, or the
        sentence by which it was refused; and it checks what is there if it was not.
    allowed
        `WELL`, or what the sentence must hold, as a regular expression: one of these comes of it.
    """

    family: str
    name: str
    go: Callable[[Path], str | None]
    allowed: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.family}-{self.name}"

    def hold(self, folder: Path) -> None:
        """Fail if anything comes of it that is not allowed; any exception but one is a defect."""
        try:
            said = self.go(folder)
        except InputError as error:
            said = str(error)
        if said is None:
            assert WELL in self.allowed, "it ended well"
            return
        assert "\n" not in said.rstrip("\n")
        assert said.rstrip("\n").endswith((".", "?")), said
        assert any(re.search(one, said) for one in self.allowed if one != WELL), said


def names(folder: Path) -> list[str]:
    """The names of what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def damages(sound: bytes, rng, cuts: int, flips: int):
    """Yield names and bytes: cut off at so many places, and with some bits turned over."""
    for k in range(cuts):
        length = len(sound) * k // cuts if k else min(4, len(sound))
        yield f"cut-{length}", sound[:length]
    for k in range(flips):
        damaged = bytearray(sound)
        head = k % 2  # half of them where the header is
        for _ in range(1 + k % 4):
            place = rng.randrange(min(len(sound), 64) if head else len(sound))
            damaged[place] ^= 1 << rng.randrange(8)
        yield f"flip-{k}", bytes(damaged)
