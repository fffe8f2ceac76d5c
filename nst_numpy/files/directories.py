"""Directories of TIFF, of which EXIF is made, too: a table from a tag to numbers or letters.

Source: Adobe, TIFF Revision 6.0 (1992), section 2; for large files, the BigTIFF design of libtiff.
A stranger may have written what is read: whatever leads outside, or is long, is passed over.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

import numpy as np

WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 1, 7: 1, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 16: 8}
"""How many bytes a number of a type has; of a rational, each of its two."""
BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, LONG8 = 1, 2, 3, 4, 5, 7, 16
PAIRS = (RATIONAL, 10)
MOST_ENTRIES, MOST_BYTES = 512, 2048
"""How much of a directory, and how long an entry, is read at most."""


@dataclass(frozen=True)
class Entry:
    """The type of the numbers, and their bytes, the lowest first."""

    kind: int
    data: bytes

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return len(self.data) // (WIDTHS[self.kind] * (2 if self.kind in PAIRS else 1))


Directory = Mapping[int, Entry]


def numbers(kind: int, *values: int) -> Entry:
    """Make an entry of whole numbers; of rationals, those above and below the stroke by turns."""
    return Entry(kind, np.array(values, f"<u{WIDTHS[kind]}").tobytes())


def words(text: str) -> Entry:
    """Make an entry of letters."""
    return Entry(ASCII, text.encode() + b"\0")


def read_directory(file: IO[bytes], at: int | None = None) -> dict[int, Entry]:
    """Read a directory.

    Parameters
    ----------
    file : file
        It begins with the header of TIFF, as EXIF does.
    at : int, optional
        Where the directory is; the first one, if it is not given.

    Returns
    -------
    dict
        Without the entries that are damaged or have more than `MOST_BYTES`.

    Raises
    ------
    ValueError
        If there is none.
    """
    file.seek(0)
    head = file.read(8)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(head[:4])
    if order is None or len(head) < 8:
        raise ValueError("it has no directory")
    file.seek(struct.unpack(f"{order}I", head[4:])[0] if at is None else at)
    count = int.from_bytes(file.read(2), "little" if order == "<" else "big")
    table = file.read(12 * min(count, MOST_ENTRIES))
    found = {}
    for start in range(0, len(table) - 11, 12):
        tag, kind, many, place = struct.unpack_from(f"{order}HHII", table, start)
        length = many * WIDTHS.get(kind, 0) * (2 if kind in PAIRS else 1)
        if not 0 < length <= MOST_BYTES:
            continue
        data = table[start + 8 : start + 8 + length]
        if length > 4:
            file.seek(place)
            data = file.read(length)
        if len(data) == length:
            width = WIDTHS[kind]
            found[tag] = Entry(
                kind, np.frombuffer(data, f"{order}u{width}").astype(f"<u{width}").tobytes()
            )
    return found


def written(entries: Directory, at: int, big: bool = False, order: str = "<") -> bytes:
    """Return a directory as bytes, with all that it points at behind it.

    Parameters
    ----------
    entries : mapping
    at : int
        Where in the file it will stand.
    big : bool
        Whether places have 64 bits.
    order : str
        ``"<"``, or ``">"`` where the highest byte comes first.
    """
    count, entry, place = (
        order + kinds for kinds in (("Q", "HHQ", "Q") if big else ("H", "HHI", "I"))
    )
    room = struct.calcsize(place)
    behind = at + struct.calcsize(count) + (4 + 2 * room) * len(entries) + room
    behind += behind % 2
    table, more = struct.pack(count, len(entries)), b""
    for tag, one in sorted(entries.items()):
        table += struct.pack(entry, tag, one.kind, one.count)
        width = WIDTHS[one.kind]
        data = np.frombuffer(one.data, f"<u{width}").astype(f"{order}u{width}").tobytes()
        if len(data) <= room:
            table += data.ljust(room, b"\0")
        else:
            table += struct.pack(place, behind + len(more))
            more += data + b"\0" * (len(data) % 2)
    table += bytes(room)  # no other directory
    return table.ljust(behind - at, b"\0") + more
