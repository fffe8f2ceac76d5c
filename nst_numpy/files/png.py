"""A PNG written some rows at a time, with 8 or 16 bits: Pillow wants all of it, and has no 16.

Each row is stored as differences from its neighbours, made by one of five filters, and what is left
of all rows goes through zlib. Source: W3C, Portable Network Graphics, third edition (2025),
https://www.w3.org/TR/png-3/, clauses 9 (filters) and 11 (chunks).
"""

import zlib
from collections.abc import Iterable, Sequence
from typing import IO

import numpy as np

KINDS = {3: 2, 4: 6}
"""What PNG calls so many channels: RGB, and RGB with alpha."""

Chunk = tuple[bytes, bytes]
PER_INCH = 0.0254  # metres


def write_png(
    file: IO[bytes],
    bands: Iterable[np.ndarray],
    shape: tuple[int, int, int],
    bits: int,
    chunks: Sequence[Chunk] = (),
) -> None:
    """Write a PNG.

    Parameters
    ----------
    file : file
    bands : iterable of ndarray, shape (rows, n_W, n_C), uint8 or uint16
        All rows, from the top.
    shape : (n_H, n_W, n_C)
    bits : int
        8 or 16.
    chunks : sequence of (name, data)
        What else stands before the pixels.
    """
    n_H, n_W, n_C = shape
    head = n_W.to_bytes(4, "big") + n_H.to_bytes(4, "big") + bytes([bits, KINDS[n_C], 0, 0, 0])
    file.write(b"\x89PNG\r\n\x1a\n")
    for name, data in [(b"IHDR", head), *chunks]:
        write_chunk(file, name, data)
    packer = zlib.compressobj(6, wbits=15, memLevel=9, strategy=zlib.Z_FILTERED)
    above = np.zeros(n_W * n_C * bits // 8, np.uint8)
    for band in bands:
        raw = np.ascontiguousarray(band, ">u2" if bits == 16 else "u1").view(np.uint8)
        rows = raw.reshape(len(band), -1)
        if packed := packer.compress(filtered(rows, above, n_C * bits // 8).data):
            write_chunk(file, b"IDAT", packed)
        above = rows[-1].copy()
    write_chunk(file, b"IDAT", packer.flush())
    write_chunk(file, b"IEND", b"")


def write_chunk(file: IO[bytes], name: bytes, data: bytes) -> None:
    """Write length, name, data and checksum."""
    file.write(len(data).to_bytes(4, "big") + name)
    file.write(data)
    file.write(zlib.crc32(data, zlib.crc32(name)).to_bytes(4, "big"))


def filtered(rows: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    """Return each row by the filter whose bytes, taken as signed, have the smallest sum.

    Parameters
    ----------
    rows : ndarray, shape (rows, bytes), uint8
    above : ndarray, shape (bytes,), uint8
        The row before the first one.
    step : int
        How many bytes a pixel has.

    Returns
    -------
    ndarray, shape (rows, 1 + bytes), uint8
        Each with the number of its filter in front.
    """
    b = np.concatenate([above[np.newaxis], rows[:-1]])
    a, c = np.zeros_like(rows), np.zeros_like(rows)
    a[:, step:], c[:, step:] = rows[:, :-step], b[:, :-step]
    best = np.empty((len(rows), 1 + rows.shape[1]), np.uint8)
    least = np.full(len(rows), np.iinfo(np.int64).max)
    for number, guess in enumerate((0, a, b, (a >> 1) + (b >> 1) + (a & b & 1), paeth(a, b, c))):
        rest = rows - guess  # modulo 256
        total = np.minimum(rest, -rest).sum(axis=1, dtype=np.int64)
        better = total < least
        best[better, 0], best[better, 1:] = number, rest[better]
        least = np.minimum(total, least)
    return best


def paeth(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return whichever of left, above and above left is closest to a + b - c."""
    left, up, corner = (side.astype(np.int16) for side in (a, b, c))
    up -= corner
    left -= corner
    to_left, to_up, to_corner = np.abs(up), np.abs(left), np.abs(left + up)
    near_left = (to_left <= to_up) & (to_left <= to_corner)
    return np.where(near_left, a, np.where(to_up <= to_corner, b, c))


def profile_chunk(profile: bytes) -> Chunk:
    """Return the chunk of a colour profile."""
    return b"iCCP", b"ICC profile\0\0" + zlib.compress(profile)


def resolution_chunk(dpi: float) -> Chunk:
    """Return the chunk of the resolution, which PNG counts by the metre."""
    each = round(dpi / PER_INCH).to_bytes(4, "big")
    return b"pHYs", each + each + b"\1"


def text_chunk(keyword: str, text: str) -> Chunk:
    """Return the chunk of a text in UTF-8."""
    return b"iTXt", keyword.encode() + b"\0\0\0\0\0" + text.encode()
