"""How much memory it takes to read a picture, told from its header."""

from math import prod

from PIL import Image

from nst_numpy.files.bands import Bands
from nst_numpy.files.deep import sixteen
from nst_numpy.files.tiff_bands import laid_out

DEEP, TRANSPARENT, COLOURED, PROFILE = 16, 22, 8, 4
"""How many bytes a pixel takes until it is sRGB over white: of more than 8 bits, transparent, of
any other kind; and for a profile besides. As measured: Pillow keeps several at a time."""

SIXTEEN = 24
"""The same for a coloured picture of 16 bits, which is read twice: 19 to 22, as measured."""

OWN = {"WEBP": 8, "JPEG2000": 12, "AVIF": 8}
"""How many more some decoders take for themselves."""

PROGRESSIVE = 6
"""How many bytes a pixel of a progressive JPEG takes, however far it is reduced: its frequencies
come one after the other, and all are kept."""

DECODED = 4
"""How many bytes a pixel takes as Pillow keeps it, if it has no more than 8 bits."""

OF_A_BAND = {"PNG": 12, "TIFF": 5}
"""How many times the bytes of some rows are there while these are decoded, reduced, and put."""


def memory_of(
    picture: Image.Image,
    size: tuple[int, int] | None = None,
    bands: Bands | None = None,
    k: int = 1,
) -> int:
    """Return about how many bytes it takes to read a picture.

    Parameters
    ----------
    picture : Image
        Open, not yet decoded.
    size : (width, height), optional
        That in its file, if it is reduced while it is decoded.
    bands : Bands, optional
        How it is read some rows at a time, if it is.
    k : int
        By what it is reduced then.
    """
    deep = picture.mode.partition(";")[0] in ("I", "F")
    each = (
        SIXTEEN
        if sixteen(picture)
        else DEEP
        if deep
        else TRANSPARENT
        if picture.has_transparency_data
        else COLOURED
    )
    each += PROFILE if picture.info.get("icc_profile") else 0
    each += OWN.get(picture.format or "", 0)
    if bands:
        width, height = bands.size
        each_byte = OF_A_BAND[picture.format or ""]
        band = bands.at_once(k) * (each_byte * bands.in_row + each * width)
        return band + each * -(-width // k) * -(-height // k)
    whole = prod(size) * PROGRESSIVE if size and "progressive" in picture.info else 0
    pixels = picture.width * picture.height
    return max(each * pixels + whole, DECODED * pixels + strip_of(picture))


def strip_of(picture: Image.Image) -> int:
    """Return how many bytes libtiff holds of a strip while it is decoded: packed, and unpacked."""
    if picture.format != "TIFF":
        return 0
    layout = laid_out(dict(picture.tag_v2))  # type: ignore[attr-defined]
    if not layout or layout.of_strip:  # what is not packed is put where it belongs
        return 0
    return max(layout.lengths) + layout.each * layout.in_row
