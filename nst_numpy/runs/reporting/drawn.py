"""Pictures as they stand in a page: small enough, and inside it."""

import base64
from io import BytesIO

import numpy as np
from PIL import Image

from nst_numpy.arrays import Array
from nst_numpy.files.quiet import quiet_codec

RAMP = np.array(
    [[13, 16, 40], [46, 36, 110], [122, 40, 122], [198, 60, 92], [240, 128, 60], [252, 236, 160]],
    np.float64,
)
"""From nothing to much: each colour is lighter than the one before, even where red is not seen."""

QUALITIES = (84, 74, 62, 48, 34)


def picture_of(image: Array, longest: int) -> Image.Image:
    """Make a picture of RGB in [0, 1], its longest side no more than so many pixels."""
    picture = Image.fromarray(np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8))
    return no_larger(picture, longest)


def no_larger(picture: Image.Image, longest: int) -> Image.Image:
    """Reduce a picture, if it is larger."""
    share = longest / max(picture.size)
    if share >= 1:
        return picture
    width, height = (max(1, round(side * share)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def webp(picture: Image.Image, most: int) -> str:
    """Write a picture as a data URI of at most so many bytes of WebP: worse, then smaller."""
    while True:
        for quality in QUALITIES:
            file = BytesIO()
            with quiet_codec():
                picture.save(file, "WEBP", quality=quality, method=4)
            if file.tell() <= most or max(picture.size) <= 16:
                return uri("webp", file.getvalue())
        picture = no_larger(picture, max(16, max(picture.size) * 3 // 4))


def png(pixels: Array) -> str:
    """Write pixels, shape (n_H, n_W, 3) of 8 bits, as a data URI, without loss."""
    file = BytesIO()
    Image.fromarray(pixels).quantize(256).save(file, "PNG", optimize=True)
    return uri("png", file.getvalue())


def uri(kind: str, content: bytes) -> str:
    """Write bytes as a data URI."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def ramped(numbers: Array) -> Array:
    """Colour numbers in [0, 1] by `RAMP`: 8 bits, shape (…, 3)."""
    at = np.clip(numbers, 0, 1) * (len(RAMP) - 1)
    places = np.arange(len(RAMP))
    colours = [np.interp(at, places, RAMP[:, k]) for k in range(3)]
    return np.rint(np.stack(colours, axis=-1)).astype(np.uint8)


def gram_picture(gram: Array, most: float) -> Array:
    """Colour a Gram matrix; `most` is what is lightest. By the square root: few are large."""
    return ramped(np.sqrt(np.clip(gram, 0, None) / (most or 1.0)))


def pull_picture(image: Array, lengths: Array, most: float) -> Array:
    """Lay lengths in [0, most] over a picture, gray and dim: shape (n_H, n_W, 3), in [0, 1]."""
    share = np.clip(lengths / (most or 1.0), 0, 1)[:, :, None]
    light = 0.3 * image.mean(axis=2, keepdims=True)
    over: Array = (1 - share) * light + share * ramped(share[:, :, 0]) / 255
    return over
