"""How values show themselves where somebody types their name: a short line, a table, a picture.

Python asks a value for ``__repr__``; a notebook asks it for ``_repr_html_`` and ``_repr_png_``
besides. What these return is made here, so that each class says in a line what it shows.
"""

import html
import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from nst_numpy.arrays import Array

MOST = 1024
"""How many pixels the longest side of a picture has, at most, when it shows itself."""
HEAD = b"\x89PNG\r\n\x1a\n"

Rows = Sequence[Sequence[str]]


def number(value: float) -> str:
    """Write a number so that Python reads the same one, a share as 1/16384.

    >>> number(250.0), number(2.0**-14), number(0.1)
    ('250', '1/16384', '0.1')
    """
    plain = repr(float(value)).removesuffix(".0")
    if 1e-9 < value < 1 and len(plain) > len("0.12345"):
        fraction = f"1/{round(1 / value)}"
        if 1 / round(1 / value) == value:
            return fraction
    return plain


def share(part: float, whole: float) -> str:
    """Write a part of a whole in whole per cent."""
    found = part / whole if whole else 0.0
    return "< 1%" if 0 < found < 0.005 else f"{found:.0%}"


def size(image: Array) -> str:
    """Say how large a picture is, its width first."""
    return f"{image.shape[1]} × {image.shape[0]} pixels"


def duration(seconds: float) -> str:
    """Write a time as people say it.

    >>> duration(12.3), duration(90)
    ('12 s', '0:01:30')
    """
    return f"{seconds:.0f} s" if seconds < 60 else str(timedelta(seconds=round(seconds)))


def call(name: str, values: Mapping[str, Any], usual: Mapping[str, Any]) -> str:
    """Write how a value is made, naming what is not as usual."""
    given = [
        f"{key}={written(value)}"
        for key, value in values.items()
        if not np.array_equal(value, usual[key])
    ]
    return f"{name}({', '.join(given)})"


def written(value: Any) -> str:
    """Write a value as Python reads it; of a picture, which it cannot read, the size."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key!r}: {written(part)}' for key, part in value.items())}}}"
    if isinstance(value, np.ndarray):
        return f"<{size(value)}>"
    if isinstance(value, tuple):
        return f"({', '.join(map(written, value))}{',' * (len(value) == 1)})"
    return number(float(value)) if isinstance(value, float | np.floating) else repr(value)


def text_table(head: Sequence[str], rows: Rows) -> str:
    """Lay out a table in plain text: words to the left, everything after them to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(
            part.rjust(width) if k else part.ljust(width)
            for k, (part, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join(lines)


def html_table(head: Sequence[str], rows: Rows) -> str:
    """Lay out the same table for a notebook."""

    def line(row: Sequence[str], cell: str) -> str:
        parts = [
            f'<{cell} style="text-align: {"right" if k else "left"}">{html.escape(part)}</{cell}>'
            for k, part in enumerate(row)
        ]
        return f"<tr>{''.join(parts)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"


def png(image: Array, most: int = MOST) -> bytes:
    """Return a picture as a PNG file, no larger than `most`: k×k pixels become their mean.

    Parameters
    ----------
    image : ndarray, shape (n_H, n_W, 3)
        RGB; what lies outside [0, 1] is cut off.
    most : int

    References
    ----------
    PNG (ISO/IEC 15948): chunks of length, name, data and checksum; each row begins with a 0, which
    says that it is stored as it is.
    """
    k = -(-max(image.shape[:2]) // most)
    n_H, n_W = (max(1, side // k) for side in image.shape[:2])
    if k > 1:
        whole = image[: n_H * k, : n_W * k]
        image = whole.reshape(n_H, whole.shape[0] // n_H, n_W, whole.shape[1] // n_W, 3).mean(
            (1, 3)
        )
    rows = np.zeros((n_H, 1 + 3 * n_W), np.uint8)
    rows[:, 1:] = np.rint(np.clip(image, 0, 1) * 255).reshape(n_H, 3 * n_W)

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    about = struct.pack(">IIBBBBB", n_W, n_H, 8, 2, 0, 0, 0)  # 8 bits each of RGB
    pixels = zlib.compress(rows.tobytes(), 1)
    return HEAD + chunk(b"IHDR", about) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
