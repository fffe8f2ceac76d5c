"""Coloured pictures of 16 bits: Pillow reads 8 of them, so they are read twice.

Pillow has no kind of picture for three or four numbers of 16 bits; of each it keeps one byte, the
higher. The file tells it which of the two bytes comes first. Told the opposite, it
keeps the lower one. Together they are the number as it was.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nst_numpy.files.opening import opened, sixteen, upright

OPPOSITE = {"B": "L", "L": "B"}


def low_bytes(path: Path) -> Image.Image | None:
    """Return the picture that the lower bytes are, upright; None if it has no 16 bits and colours.

    Raises
    ------
    InputError
        As `open_upright`.
    """
    with opened(path) as picture:
        if not sixteen(picture):
            return None
        picture.tile = [exchanged(tile) for tile in picture.tile]  # type: ignore[attr-defined]
        picture.load()
        return upright(picture)


def exchanged(tile: Any) -> Any:
    """Return what Pillow knows of a part of a file, with the order of bytes exchanged."""
    raw, *others = [tile[-1]] if isinstance(tile[-1], str) else tile[-1]
    order = sys.byteorder[0].upper() if raw[-1] == "N" else raw[-1]
    raw = raw[:-1] + OPPOSITE[order]
    args = raw if isinstance(tile[-1], str) else (raw, *others)
    # of newer Pillows its parts have names
    return tile._replace(args=args) if hasattr(tile, "_replace") else (*tile[:-1], args)


def channels(high: Image.Image, low: Image.Image) -> Iterator[np.ndarray]:
    """Yield red, green and blue in [0, 1], in float32; what is transparent lies over white."""
    alpha = channel(high, low, "A") if "A" in high.getbands() else None
    for name in "RGB":
        colour = channel(high, low, name)
        yield colour if alpha is None else colour * alpha + (1 - alpha)


def channel(high: Image.Image, low: Image.Image, name: str) -> np.ndarray:
    """Put the two bytes of a channel together."""
    found = np.asarray(high.getchannel(name)).astype(np.float32)
    found *= 256
    found += np.asarray(low.getchannel(name))
    found /= 65535
    return found
