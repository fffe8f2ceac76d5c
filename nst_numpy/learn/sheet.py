"""Pictures beside each other, each with a few words under it."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from nst_numpy.arrays import Array

GAP = 16
WORDS = 62
"""Pixels of the strip for the words: three lines."""
LEAST = 384
"""Pixels that a picture is wide, at least: a small one is enlarged by a whole number."""
ACROSS = 3


def sheet(pictures: Sequence[tuple[Array, str]], least: int = LEAST) -> Array:
    """Lay pictures of one size out in rows, each with its words (up to three lines) under it."""
    n_H, n_W, _ = pictures[0][0].shape
    times = max(1, -(-least // n_W))
    wide, high = n_W * times + GAP, n_H * times + WORDS + GAP
    columns = min(ACROSS, len(pictures)) if len(pictures) != 4 else 2
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * wide + GAP, rows * high + GAP), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(15)
    for number, (picture, words) in enumerate(pictures):
        x, y = GAP + number % columns * wide, GAP + number // columns * high
        page.paste(enlarged(picture, times), (x, y))
        pen.multiline_text((x, y + n_H * times + 4), words, fill="black", font=font, spacing=3)
    return np.asarray(page, np.float32) / 255


def enlarged(picture: Array, times: int) -> Image.Image:
    """Make an image of a picture, some times as large."""
    pixels = Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    size = pixels.width * times, pixels.height * times
    return pixels.resize(size, Image.Resampling.LANCZOS)
