"""A large PNG some rows at a time, each time as a small PNG.

What is left of a row after its filter is made into the row again by Pillow, which has that in C: of
a small PNG that begins with the row above. Filters go byte by byte, so that the bytes of a pixel
may be dealt out among two such files. Source: as in `png`, clause 9.
"""

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

import numpy as np
from PIL import Image

from nst_numpy.files.bands import Bands
from nst_numpy.files.png import write_chunk

BLOCK = 2**16
IN_A_PIXEL = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""What PNG calls a kind of pixel -> how many numbers one has."""
OF_BYTES = {1: 0, 2: 4, 3: 2, 4: 6}
"""So many bytes -> the kind of pixel that is made of them."""
MOST_BESIDE = 1024
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
TELLING = (b"XML:com.adobe.xmp", b"Raw profile type")

Chunk = tuple[bytes, int, int]
"""The name, where its data begin, and how long they are."""


def chunks(file: BinaryIO) -> Iterator[Chunk]:
    """Walk through a PNG."""
    at = 8
    while True:
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[:4], "big")
        yield head[4:], at + 8, length
        at += length + 12


def png_bands(picture: Image.Image) -> Bands | None:
    """Return how an open PNG, not yet decoded, is read some rows at a time; nothing, if it cannot.

    An interlaced one cannot. EXIF that stands behind the pixels is put with what Pillow has found.
    """
    file = cast(BinaryIO, picture.fp)  # type: ignore[attr-defined]
    found = list(chunks(file))

    def data(chunk: Chunk, most: int = MOST_BESIDE) -> bytes:
        file.seek(chunk[1])
        return file.read(min(chunk[2], most))

    pixels = [chunk for chunk in found if chunk[0] == b"IDAT"]
    head = data(found[0])
    if not pixels or found[0][0] != b"IHDR" or len(head) != 13 or head[10:] != bytes(3):
        return None
    beside = [chunk for chunk in found if chunk[0] in (b"PLTE", b"tRNS")]
    for chunk in found[found.index(pixels[-1]) :]:
        if chunk[0] == b"eXIf" and "exif" not in picture.info:
            picture.info["exif"] = b"Exif\0\0" + data(chunk, BLOCK)
        if chunk[0] in TEXTS and data(chunk).startswith(TELLING):
            return None  # it may tell the orientation
    width, height = (int.from_bytes(head[k : k + 4], "big") for k in (0, 4))
    bits, kind = head[8], head[9]
    if kind not in IN_A_PIXEL or any(length > MOST_BESIDE for _, _, length in beside):
        return None
    in_row = -(-width * bits * IN_A_PIXEL[kind] // 8)
    step = max(1, bits * IN_A_PIXEL[kind] // 8)
    others = [(chunk[0], data(chunk)) for chunk in beside]

    def blocks() -> Iterator[bytes]:
        for _, at, length in pixels:
            for start in range(at, at + length, BLOCK):
                file.seek(start)
                yield file.read(min(BLOCK, at + length - start))

    def files(rows: int) -> Iterator[tuple[bytes, int]]:
        stream, above = Inflated(blocks()), np.zeros((1, in_row), np.uint8)
        for top in range(0, height, rows):
            count = min(rows, height - top)
            filtered = np.frombuffer(stream.read(count * (1 + in_row)), np.uint8)
            raw = unfiltered(filtered.reshape(count, -1), above, step)
            above = raw[-1:].copy()
            yield small((width, count), bits, kind, raw, others), 0

    return Bands((width, height), 1, in_row, files)


class Inflated:
    """What was packed by zlib, some bytes at a time.

    Parameters
    ----------
    blocks : iterator of bytes
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.unpacker, self.rest = blocks, zlib.decompressobj(), b""

    def read(self, count: int) -> bytes:
        """Return exactly so many bytes, or raise a ValueError."""
        made = bytearray()
        while len(made) < count:
            if not self.rest:
                self.rest = next(self.blocks, b"")
            if not self.rest or self.unpacker.eof:
                raise ValueError("it is cut off")
            made += self.unpacker.decompress(self.rest, count - len(made))
            self.rest = self.unpacker.unconsumed_tail
        return bytes(made)


def unfiltered(filtered: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    """Make rows of what their filters left.

    Parameters
    ----------
    filtered : ndarray, shape (rows, 1 + bytes), uint8
        Each with the number of its filter in front.
    above : ndarray, shape (1, bytes), uint8
        The row before the first one.
    step : int
        How many bytes a pixel has.

    Returns
    -------
    ndarray, shape (rows, bytes), uint8
    """
    rows, width = len(filtered) + 1, above.size // step
    each = step if step <= 4 else step // 2
    left = np.concatenate([above, filtered[:, 1:]]).reshape(rows, width, step)
    number = np.concatenate([np.zeros((1, 1), np.uint8), filtered[:, :1]])
    made = np.empty((rows, width, step), np.uint8)
    for k in range(0, step, each):
        part = np.ascontiguousarray(left[:, :, k : k + each]).reshape(rows, -1)
        body = np.concatenate([number, part], axis=1).tobytes()
        with Image.open(
            io.BytesIO(png((width, rows), 8, OF_BYTES[each], body)), formats=["PNG"]
        ) as one:
            made[:, :, k : k + each] = np.asarray(one).reshape(rows, width, each)
    return made.reshape(rows, -1)[1:]


def small(
    size: tuple[int, int], bits: int, kind: int, raw: np.ndarray, others: list[tuple[bytes, bytes]]
) -> bytes:
    """Return a PNG of rows as they are, with its palette and what is transparent."""
    body = np.concatenate([np.zeros((len(raw), 1), np.uint8), raw], axis=1).tobytes()
    return png(size, bits, kind, body, others)


def png(
    size: tuple[int, int],
    bits: int,
    kind: int,
    body: bytes,
    others: list[tuple[bytes, bytes]] | None = None,
) -> bytes:
    """Return a PNG of filtered rows, which are not packed."""
    file = io.BytesIO()
    file.write(b"\x89PNG\r\n\x1a\n")
    head = b"".join(side.to_bytes(4, "big") for side in size) + bytes([bits, kind, 0, 0, 0])
    for name, data in [(b"IHDR", head), *(others or []), (b"IDAT", zlib.compress(body, 0))]:
        write_chunk(file, name, data)
    write_chunk(file, b"IEND", b"")
    return file.getvalue()
