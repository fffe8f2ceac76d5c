"""A large TIFF some rows at a time: so many of its strips, or rows of tiles, as a small TIFF.

What is packed stays packed: the small file gets the same bytes and a directory of its own, and
Pillow decodes it as it would the whole. Source: as in `tiff`, sections 3 and 15; the tables of JPEG
by Adobe's technical note 2 (1995).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from PIL import Image

from nst_numpy.files.bands import Bands
from nst_numpy.files.directories import LONG, Directory, numbers, read_directory, written

WIDTH, HEIGHT, BITS, PACKING, KIND, STRIPS, CHANNELS, ROWS, LENGTHS, PLANES = (
    256, 257, 258, 259, 262, 273, 277, 278, 279, 284,
)  # fmt: skip
ACROSS, DOWN, TILES, LENGTHS_OF_TILES, YCBCR = 322, 323, 324, 325, 6

KEPT = (WIDTH, HEIGHT, BITS, PACKING, KIND, 266, CHANNELS, ROWS, PLANES, 317, 320, ACROSS, DOWN,
        332, 338, 339, 347, 529, 530, 531, 532)  # fmt: skip
"""What of a directory the numbers depend on: also differences, colours of a palette, kinds of ink,
alpha, the tables of JPEG and what YCbCr is."""

PACKINGS = (1, 5, 7, 8, 32773, 32946, 34925, 50000)
"""None, LZW, JPEG, Deflate (twice), PackBits, LZMA, Zstandard: a strip stands for itself."""


@dataclass(frozen=True)
class Layout:
    """Where the strips of a TIFF are, or its tiles: a strip is a tile as wide as the picture."""

    size: tuple[int, int]
    each: int  # how many rows one has
    across: int  # how many lie side by side
    planes: int  # how often all that is there, once for each colour
    in_row: int
    in_tiles: bool
    offsets: Sequence[int]
    lengths: Sequence[int]
    of_strip: int = 0  # in how many rows a strip is cut, if it is not packed

    @property
    def down(self) -> int:
        """How many lie one above the other."""
        return -(-self.size[1] // self.each)

    def place(self, k: int) -> tuple[int, int]:
        """Return where one is, and how long."""
        if not self.of_strip:
            return self.offsets[k], self.lengths[k]
        strip, row = divmod(k, self.of_strip)
        return self.offsets[strip] + row * self.in_row, self.in_row


def tiff_bands(picture: Image.Image) -> Bands | None:
    """Return how an open TIFF, not yet decoded, is read some rows at a time; nothing, if it cannot.

    Nothing, too, where its directory is odd: then Pillow decides what it makes of the whole.
    """
    tags: dict[int, Any] = dict(picture.tag_v2)  # type: ignore[attr-defined]
    file = cast(BinaryIO, picture.fp)  # type: ignore[attr-defined]
    try:
        entries = {tag: one for tag, one in read_directory(file).items() if tag in KEPT}
    except ValueError:  # a BigTIFF
        return None
    layout = laid_out(tags)
    if not layout or any(tag in tags and tag not in entries for tag in KEPT):
        return None
    file.seek(0)
    order = "<" if file.read(2) == b"II" else ">"
    height, each, down = layout.size[1], layout.each, layout.down

    def files(rows: int) -> Iterator[tuple[bytes, int]]:
        for top in range(0, height, rows):
            first, last = top // each, min(-(-(top + rows) // each), down)
            parts = []
            for plane in range(layout.planes):
                begin = (plane * down + first) * layout.across
                for k in range(begin, begin + (last - first) * layout.across):
                    offset, length = layout.place(k)
                    file.seek(offset)
                    parts.append(file.read(length))
            high = min(last * each, height) - first * each
            yield small(entries, parts, layout, high, order), top - first * each

    return Bands(layout.size, each, layout.in_row, files)


def laid_out(tags: dict[int, Any]) -> Layout | None:
    """Return where everything is, as a directory has it; nothing, if it is odd."""

    def told(tag: int, otherwise: Any = None) -> Any:
        return tags.get(tag, otherwise)

    in_tiles = TILES in tags
    width, height, samples, bits = told(WIDTH), told(HEIGHT), told(CHANNELS, 1), told(BITS, (1,))
    rows, columns = (told(DOWN), told(ACROSS)) if in_tiles else (told(ROWS, height), width)
    for one in (width, height, samples, rows, columns, *bits):
        if not isinstance(one, int) or one <= 0:
            return None
    offsets = told(TILES if in_tiles else STRIPS, ())
    lengths = told(LENGTHS_OF_TILES if in_tiles else LENGTHS, ())
    if not all(isinstance(one, int) for one in (*offsets, *lengths)):
        return None
    packing, separate = told(PACKING, 1), told(PLANES, 1) == 2
    in_row = -(-width * (sum(bits) if len(bits) > 1 else bits[0] * samples) // 8)
    found = Layout(
        (width, height), min(rows, height), -(-width // columns), samples if separate else 1,
        in_row, in_tiles, offsets, lengths,
    )  # fmt: skip
    if packing not in PACKINGS or len(offsets) != found.planes * found.across * found.down:
        return None
    if packing == 1 and not in_tiles and not separate and told(KIND) != YCBCR:
        return replace(found, each=1, of_strip=found.each)  # any row can be found
    if len(lengths) != len(offsets) or max(lengths) > 2 * in_row * found.each + 2**16:
        return None
    return found


def small(entries: Directory, parts: list[bytes], layout: Layout, high: int, order: str) -> bytes:
    """Return a TIFF of these strips or tiles, so many rows high."""
    each = layout.each
    if layout.of_strip:  # rows that follow each other are one strip
        parts, each = [b"".join(parts)], high
    places, at = [], 8
    for part in parts:
        places.append(at)
        at += len(part) + len(part) % 2
    own = {
        HEIGHT: numbers(LONG, high),
        TILES if layout.in_tiles else STRIPS: numbers(LONG, *places),
        LENGTHS_OF_TILES if layout.in_tiles else LENGTHS: numbers(LONG, *map(len, parts)),
    }
    if not layout.in_tiles:
        own[ROWS] = numbers(LONG, each)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", at)
    body = b"".join(part + b"\0" * (len(part) % 2) for part in parts)
    return head + body + written({**entries, **own}, at, order=order)
