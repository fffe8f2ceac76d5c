"""A picture that is reduced while it is decoded, some rows at a time: PNG and TIFF.

Of each square of k × k pixels the mean is kept, of the numbers in the file as libjpeg does it for a
JPEG; so never more than some rows are there in full. A format gives small files of some rows each,
which Pillow decodes.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from nst_numpy.files.colours import GREY
from nst_numpy.files.deep import channel, exchanged, sixteen

ROWS, BYTES, MOST_FACTOR = 64, 2**20, 32
"""So many rows are decoded at a time, or more with so many bytes, and the largest k."""

LOW = "the lower bytes"
"""Where in the information of a reduced picture of 16 bits in colour its other half is."""


@dataclass(frozen=True, eq=False)
class Bands:
    """How a file is read some rows at a time.

    Attributes
    ----------
    size : (width, height)
        As it lies in the file.
    each : int
        How many rows can only be decoded together.
    in_row : int
        How many bytes a row has.
    files : callable
        How many rows each time -> an iterator of small files, and how many of their rows come
        before the first that is meant.
    """

    size: tuple[int, int]
    each: int
    in_row: int
    files: Callable[[int], Iterator[tuple[bytes, int]]]

    def factor(self, wanted: tuple[int, int]) -> int:
        """Return k; 1 if it is of no use.

        What is reduced is not smaller than `wanted`, and about twice as large if it can be: for the
        mean of a square blurs a little what Lanczos would have kept. So does another grid: best is
        a k that divides both sides.
        """
        most = min(here // there for here, there in zip(self.size, wanted, strict=True))
        most = min(MOST_FACTOR, max(most // 2, min(most, 2)))
        some = range(max(2, most // 2), most + 1)
        k = min(some, key=lambda k: (sum(n % k > 0 for n in self.size), -k), default=1)
        return k if k > 1 and 2 * self.rows(k) <= self.size[1] else 1

    def rows(self, k: int) -> int:
        """Return how many rows are decoded at a time, a multiple of k."""
        return -(-max(ROWS, BYTES // self.in_row, self.each) // k) * k

    def at_once(self, k: int) -> int:
        """Return of how many rows the small files are, at most."""
        return self.rows(k) + 2 * (self.each - 1)

    def reduced(self, k: int, form: str) -> Image.Image:
        """Decode it, and return the means of its squares."""
        width, height = self.size
        rows = self.rows(k)
        made: list[Image.Image] = []
        for number, (data, before) in enumerate(self.files(rows)):
            box = (0, before, width, before + min(rows, height - number * rows))
            for which, band in enumerate(means(data, box, k, form)):
                if not number:
                    made.append(Image.new(band.mode, (-(-width // k), -(-height // k))))
                made[which].paste(band, (0, number * rows // k))
        if width % k or height % k:  # the last squares are smaller: each pixel has its place again
            size, box_of = (width // k, height // k), (0, 0, width / k, height / k)
            made = [one.resize(size, Image.Resampling.HAMMING, box_of) for one in made]
        if len(made) == 1:
            return made[0]
        return in_two_bytes(made)


def means(data: bytes, box: tuple[int, int, int, int], k: int, form: str) -> Iterator[Image.Image]:
    """Yield the means of a part of a small file; of 16 bits in colour each channel by itself."""

    def decoded(low: bool = False) -> Image.Image:
        with Image.open(io.BytesIO(data), formats=[form]) as band:
            if low:
                band.tile = [exchanged(tile) for tile in band.tile]
            return band.crop(box)

    with Image.open(io.BytesIO(data), formats=[form]) as band:
        deep = sixteen(band) and "transparency" not in band.info
        transparent = band.has_transparency_data
    high = decoded()
    if not deep:
        yield averaged(high, transparent).reduce(k)
        return
    low = decoded(low=True)
    alpha = channel(high, low, "A") if transparent else None
    seen = None if alpha is None else np.asarray(Image.fromarray(alpha).reduce(k))
    for name in "RGB":
        colour = channel(high, low, name)
        if alpha is None or seen is None:
            yield Image.fromarray(colour).reduce(k)
        else:  # what is not seen does not count
            mixed = np.asarray(Image.fromarray(colour * alpha).reduce(k))
            yield Image.fromarray(mixed / np.where(seen > 0, seen, 1))
    if seen is not None:
        yield Image.fromarray(seen)


def averaged(picture: Image.Image, transparent: bool) -> Image.Image:
    """Return a picture in a mode in which means can be taken."""
    mode = picture.mode
    if transparent:
        return picture.convert("LA" if mode in GREY else "RGBA")
    if mode.startswith("I;"):
        return picture.convert("I")
    other = {"1": "L", "P": "RGB", "RGBX": "RGB"}.get(mode)
    return picture.convert(other) if other else picture


def in_two_bytes(channels: list[Image.Image]) -> Image.Image:
    """Make one picture of channels in [0, 1]: the higher bytes, and with it the lower ones."""
    numbers = [np.rint(65535 * np.asarray(one)).astype(np.uint16) for one in channels]
    mode = "RGBA" if len(channels) == 4 else "RGB"
    high, low = (
        Image.merge(mode, [Image.fromarray(n.astype(np.uint8)) for n in half])
        for half in ([n >> 8 for n in numbers], [n & 255 for n in numbers])
    )
    high.info[LOW] = low
    return high
