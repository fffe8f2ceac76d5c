"""What of a photograph's EXIF goes along to its painting.

How and when it was taken, and whose it is. Not its orientation, which has been applied; not where,
unless that is asked for; not the preview, which shows the photograph; not the serial numbers, nor
the maker's own notes, in which there may be anything.
"""

import io
from dataclasses import dataclass, field
from typing import IO

from nst_numpy.files.directories import (
    LONG,
    RATIONAL,
    SHORT,
    UNDEFINED,
    Entry,
    numbers,
    read_directory,
    words,
    written,
)

ABOUT = {
    270: "description", 271: "make", 272: "model", 306: "changed", 315: "artist",
    33432: "copyright",
}  # fmt: skip
TAKEN = {
    33434: "exposure time", 33437: "f-number", 34850: "program", 34855: "ISO", 34864: "which ISO",
    34866: "recommended ISO", 36867: "taken", 36868: "digitised", 36880: "time zone",
    36881: "time zone taken", 36882: "time zone digitised", 37377: "shutter", 37378: "aperture",
    37379: "brightness", 37380: "bias", 37381: "largest aperture", 37382: "distance",
    37383: "metering", 37384: "light", 37385: "flash", 37386: "focal length", 37510: "comment",
    37520: "fraction of the second", 37521: "the same, taken", 37522: "the same, digitised",
    41495: "sensor", 41986: "exposure mode", 41987: "white balance", 41988: "digital zoom",
    41989: "focal length at 35 mm", 41990: "scene", 41991: "gain", 41992: "contrast",
    41993: "saturation", 41994: "sharpness", 42034: "lens", 42035: "lens make",
    42036: "lens model",
}  # fmt: skip
EXIF, PLACE = 34665, 34853
MOST = 16384
"""How many bytes all of it may have: the descriptions of a painting have to fit beside it."""
X_RESOLUTION, Y_RESOLUTION, UNIT, INCH, CENTIMETRE = 282, 283, 296, 2, 3
SOFTWARE, VERSION, SPACE, WIDTH, HEIGHT = 305, 36864, 40961, 40962, 40963
SRGB, OTHER = 1, 65535


@dataclass(frozen=True)
class Exif:
    """Three directories.

    Attributes
    ----------
    about
        Of the picture as a whole.
    taken
        How it was taken.
    place
        Where; empty unless it was asked for.
    dpi
        Pixels per inch, if it says so.
    """

    about: dict[int, Entry] = field(default_factory=dict)
    taken: dict[int, Entry] = field(default_factory=dict)
    place: dict[int, Entry] = field(default_factory=dict)
    dpi: float | None = None

    @property
    def length(self) -> int:
        """How many bytes the values have."""
        parts = (self.about, self.taken, self.place)
        return sum(12 + len(entry.data) for part in parts for entry in part.values())


def read_exif(file: IO[bytes], location: bool = False) -> Exif:
    """Read what may go along.

    Parameters
    ----------
    file : file
        EXIF, from its header of TIFF on; or a TIFF.
    location : bool
        Whether the place where it was taken may.

    Raises
    ------
    ValueError
        If it cannot be read, or is larger than `MOST`.
    """
    first = read_directory(file)

    def inner(tag: int) -> dict[int, Entry]:
        entry = first.get(tag)
        if entry is None or entry.kind != LONG or entry.count != 1:
            return {}
        return read_directory(file, int.from_bytes(entry.data, "little"))

    about = {tag: entry for tag, entry in first.items() if tag in ABOUT}
    taken = {tag: entry for tag, entry in inner(EXIF).items() if tag in TAKEN}
    found = Exif(about, taken, inner(PLACE) if location else {}, resolution(first))
    if found.length > MOST:
        raise ValueError(f"it has more than {MOST} bytes")
    return found


def resolution(first: dict[int, Entry]) -> float | None:
    """Return the pixels per inch, if there is a unit and both sides have as many."""
    x, y, unit = (first.get(tag) for tag in (X_RESOLUTION, Y_RESOLUTION, UNIT))
    if not x or x != y or x.kind != RATIONAL or not unit:
        return None
    above, below = (int.from_bytes(x.data[k : k + 4], "little") for k in (0, 4))
    which = int.from_bytes(unit.data[:2], "little")
    if not below or which not in (INCH, CENTIMETRE):
        return None
    return above / below * (2.54 if which == CENTIMETRE else 1)


def directories(
    exif: Exif, shape: tuple[int, ...], dpi: float | None, srgb: bool, software: str
) -> tuple[dict[int, Entry], dict[int, Entry]]:
    """Return the directory of a painting, and that of EXIF in it.

    Parameters
    ----------
    exif : Exif
        Of the photograph.
    shape : (n_H, n_W, …)
    dpi : float, optional
    srgb : bool
        Whether its colours are sRGB.
    software : str
        What painted it.
    """
    first = {**exif.about, SOFTWARE: words(software)}
    if dpi:
        each = numbers(RATIONAL, round(dpi * 1000), 1000)
        first |= {X_RESOLUTION: each, Y_RESOLUTION: each, UNIT: numbers(SHORT, INCH)}
    inner = {
        **exif.taken,
        VERSION: Entry(UNDEFINED, b"0232"),
        SPACE: numbers(SHORT, SRGB if srgb else OTHER),
        WIDTH: numbers(LONG, shape[1]),
        HEIGHT: numbers(LONG, shape[0]),
    }
    return first, inner


def block(first: dict[int, Entry], inner: dict[int, Entry], place: dict[int, Entry]) -> bytes:
    """Return EXIF as JPEG, PNG and WebP hold it, from its header of TIFF on."""
    parts = [(tag, part) for tag, part in ((EXIF, inner), (PLACE, place)) if part]
    first = first | {tag: numbers(LONG, 0) for tag, _ in parts}
    at = 8 + len(written(first, 8))
    behind = b""
    for tag, part in parts:
        first[tag] = numbers(LONG, at + len(behind))
        behind += written(part, at + len(behind))
    return b"II*\0" + (8).to_bytes(4, "little") + written(first, 8) + behind


def exif_of_bytes(data: bytes, location: bool = False) -> Exif:
    """Read EXIF as a picture's file holds it."""
    return read_exif(io.BytesIO(data.removeprefix(b"Exif\0\0")), location)
