"""Coloured pictures of 16 bits: Pillow reads 8 of them, so they are read twice.

Pillow has no kind of picture for three or four numbers of 16 bits; of each it keeps one byte, the
higher. The file tells it which of the two bytes comes first. Told the opposite, it
keeps the lower one. Together they are the number as it was.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

OPPOSITE = {"B": "L", "L": "B"}


def sixteen(picture: Image.Image) -> bool:
    """Return whether an open picture, not yet decoded, has colours of 16 bits that can be had."""
    raw = [str(tile[-1] if isinstance(tile[-1], str) else tile[-1][0]) for tile in tiles(picture)]
    return bool(raw) and all(re.fullmatch("RGB[AX]?;16[BLN]", one) for one in raw)


def tiles(picture: Image.Image) -> list[Any]:
    """Return the parts of a file that Pillow will decode, each with its kind of numbers last."""
    return [tile for tile in getattr(picture, "tile", ()) if tile[-1]]


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
