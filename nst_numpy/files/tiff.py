"""A TIFF written tile by tile, with 8 or 16 bits; past 4 GB a BigTIFF.

The tiles come first and the directory last, so that nothing has to be known beforehand. Source:
Adobe, TIFF Revision 6.0 (1992), sections 14 (differences) and 15 (tiles); Deflate by Adobe's
technical notes for Photoshop (2002).
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import IO

import numpy as np

from nst_numpy.files.directories import LONG, LONG8, SHORT, Directory, Entry, numbers, written

SIDE = 256
"""How many pixels a side of a tile has; bands of so many rows are asked for."""

MOST = 2**32 - 2**20
"""How many bytes a TIFF with places of 32 bits may have; what is left is for the directory."""

HEAD = b"II*\0"


def write_tiff(
    file: IO[bytes],
    bands: Iterable[np.ndarray],
    shape: tuple[int, int, int],
    bits: int,
    entries: Directory,
    inner: Mapping[int, Directory],
    most: int = MOST,
) -> None:
    """Write a TIFF.

    Parameters
    ----------
    file : file
        One that can be moved about in.
    bands : iterable of ndarray, shape (rows, n_W, n_C), uint8 or uint16
        `SIDE` rows each; the last may have fewer.
    shape : (n_H, n_W, n_C)
    bits : int
        8 or 16.
    entries : mapping
        What else stands in its directory.
    inner : mapping
        Directories in it, by their tags: those of EXIF.
    most : int
        With more bytes it is a BigTIFF.
    """
    n_H, n_W, n_C = shape
    file.write(bytes(16))  # where the header will be, of either kind
    places, lengths = [], []
    for band in bands:
        for left in range(0, n_W, SIDE):
            packed = zlib.compress(differences(band[:, left : left + SIDE], bits).data, 6)
            places.append(file.tell())
            lengths.append(len(packed))
            file.write(packed)
    file.write(b"\0" * (file.tell() % 2))
    big = file.tell() > most
    place = LONG8 if big else LONG
    all_entries: dict[int, Entry] = {
        **entries,
        256: numbers(LONG, n_W),
        257: numbers(LONG, n_H),
        258: numbers(SHORT, *[bits] * n_C),
        259: numbers(SHORT, 8),  # Deflate
        262: numbers(SHORT, 2),  # RGB
        277: numbers(SHORT, n_C),
        284: numbers(SHORT, 1),  # the colours of a pixel lie together
        317: numbers(SHORT, 2),  # differences along the rows
        322: numbers(LONG, SIDE),
        323: numbers(LONG, SIDE),
        324: numbers(place, *places),
        325: numbers(LONG, *lengths),
        339: numbers(SHORT, *[1] * n_C),  # whole numbers without a sign
    }
    if n_C == 4:
        all_entries[338] = numbers(SHORT, 2)  # alpha, by which the colours are not multiplied
    for tag, part in inner.items():
        all_entries[tag] = numbers(place, file.tell())
        file.write(written(part, file.tell(), big))
    at = file.tell()
    file.write(written(all_entries, at, big))
    file.seek(0)
    file.write(struct.pack("<2sHHHQ", b"II", 43, 8, 0, at) if big else HEAD + struct.pack("<I", at))


def differences(tile: np.ndarray, bits: int) -> np.ndarray:
    """Return a tile, filled up to its sides, each pixel less the one on its left."""
    n_H, n_W, n_C = tile.shape
    full = np.zeros((SIDE, SIDE, n_C), "<u2" if bits == 16 else "u1")
    full[:n_H, 0] = tile[:, 0]
    full[:n_H, 1:n_W] = tile[:, 1:] - tile[:, :-1]  # modulo 2^bits
    return full
