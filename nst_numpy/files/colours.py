"""The colours of a Pillow image: whatever the mode and the profile, they become sRGB over white."""

import io
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageCms

from nst_numpy.errors import InputError

MODE_OF_SPACE = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}
"""The mode in which Pillow holds the numbers that a colour profile speaks of."""

GREY = ("1", "L", "LA")

WHITE_OF_DEEP = {"I": 65535.0, "F": 1.0}
"""White in a grey picture of more than 8 bits; 65535 too in the I;16 that have a byte order."""


def is_deep(picture: Image.Image) -> bool:
    """Return whether a picture is grey with more than 8 bits; Pillow has no such coloured ones."""
    return picture.mode.partition(";")[0] in WHITE_OF_DEEP


def to_srgb(picture: Image.Image, name: str) -> Image.Image:
    """Turn a picture of 8 bits or fewer into sRGB.

    Parameters
    ----------
    picture : Image
        Of any mode but the deep ones; with or without a colour profile and transparency.
    name : str
        What to call the picture in a warning.

    Returns
    -------
    picture : Image
        Mode RGB; what was transparent lies over white.

    Warns
    -----
    UserWarning
        If the embedded profile is broken or speaks of another kind of picture; it is ignored.
    """
    if not picture.has_transparency_data:
        return with_profile(picture, name) or without_profile(picture)
    transparent = picture.convert("RGBA")
    opaque = picture.convert("L") if picture.mode in GREY else transparent.convert("RGB")
    opaque = with_profile(opaque, name) or without_profile(opaque)
    white = Image.new("RGB", picture.size, "white")
    return Image.composite(opaque, white, transparent.getchannel("A"))


def without_profile(picture: Image.Image) -> Image.Image:
    """Turn a picture without a profile into RGB; numbers without a profile are taken as sRGB."""
    if picture.mode == "LAB":
        return converted(picture, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    return picture if picture.mode == "RGB" else picture.convert("RGB")  # which copies


def with_profile(picture: Image.Image, name: str) -> Image.Image | None:
    """Carry a picture from its embedded profile to sRGB; None if there is none that can be used."""
    data = picture.info.get("icc_profile")
    if not data:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        space = profile.profile.xcolor_space.strip()
        return converted(in_space(picture, space), profile)
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError) as error:
        warnings.warn(f"{name}: the colour profile is ignored ({error}).", stacklevel=4)
        return None


def in_space(picture: Image.Image, space: str) -> Image.Image:
    """Return a picture in the colour space of its profile, or raise a ValueError if it has another.

    A grey picture may carry a profile for RGB: then its red, green and blue are equal.
    """
    mode = MODE_OF_SPACE.get(space)
    fits = {
        "L": picture.mode in GREY,
        "RGB": picture.mode != "CMYK",
        "CMYK": picture.mode == "CMYK",
    }
    if mode is None or not fits[mode]:
        raise ValueError(f"it is for {space} pictures, and this one is {picture.mode}")
    return picture.convert(mode)


def converted(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    """Convert a picture from a profile to sRGB."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    result = ImageCms.profileToProfile(picture, profile, srgb, outputMode="RGB")
    if result is None:
        raise ValueError("nothing was converted")
    return result


def deep_to_srgb(picture: Image.Image, name: str) -> Iterator[np.ndarray]:
    """Turn a grey picture of more than 8 bits into RGB, keeping its depth.

    One colour after the other: such pictures are large, and each colour is resized by itself.

    Parameters
    ----------
    picture : Image
        Of the mode I, I;16 or F, with or without a colour profile.
    name : str
        What to call the picture in a warning or an error.

    Returns
    -------
    colours : iterator of ndarray, shape (n_H, n_W), float32, in [0, 1]

    Raises
    ------
    InputError
        If the numbers are not between black, 0, and white, 65535 or (mode F) 1.
    """
    values = np.asarray(picture).astype(np.float32)
    white = WHITE_OF_DEEP[picture.mode.partition(";")[0]]
    low, high = values.min(), values.max()
    if not (low >= 0 and high <= white):
        raise InputError(
            f"{name} holds grey values from {low:g} to {high:g}; expected 0 to {white:g}."
        )
    # Pillow converts 8 bits only. So it converts the grey scale, which gives the curve of the
    # profile in 256 points, and what lies between them is interpolated.
    scale = Image.fromarray(np.arange(256, dtype=np.uint8)[np.newaxis])
    scale.info = picture.info
    curve = np.asarray(with_profile(scale, name) or scale.convert("RGB"))[0] / 255
    points = np.linspace(0, white, 256)

    def one(k: int) -> np.ndarray:
        colour = np.empty(values.shape, np.float32)
        for row, found in zip(values, colour, strict=True):
            found[:] = np.interp(row, points, curve[:, k])
        return colour

    return map(one, range(3))
