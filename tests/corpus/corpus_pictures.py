"""Pictures in many encodings, modes and depths: sound, cut off, and with bits turned over."""

import io
import random
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import numpy as np
from corpus_case import WELL, Case, damages
from PIL import Image, ImageCms

from nst_numpy import load_image

DAMAGED = (
    r"is a damaged or unsupported picture \(.*\)\.$",
    r"is not a picture that can be read; it begins b.*, expected one of ",
    r"has more than 178956970 pixels; reduce it with another program first\.$",
    r"holds grey values from .* to .*; expected 0 to ",
    r"needs more memory than there is\.$",
)

ENCODINGS: dict[str, tuple[str, str, dict]] = {
    "png": ("PNG", "RGB", {}),
    "png-gray": ("PNG", "L", {}),
    "png-1": ("PNG", "1", {}),
    "png-palette": ("PNG", "P", {}),
    "png-palette-alpha": ("PNG", "P", {"transparency": 3}),
    "png-la": ("PNG", "LA", {}),
    "png-rgba": ("PNG", "RGBA", {}),
    "png-16": ("PNG", "I;16", {}),
    "png-profile": ("PNG", "RGB", {"icc_profile": "sRGB"}),
    "png-exif": ("PNG", "RGB", {"exif": 6}),
    "jpeg": ("JPEG", "RGB", {}),
    "jpeg-gray": ("JPEG", "L", {}),
    "jpeg-cmyk": ("JPEG", "CMYK", {}),
    "jpeg-progressive": ("JPEG", "RGB", {"progressive": True}),
    "jpeg-exif": ("JPEG", "RGB", {"exif": 8}),
    "jpeg-profile": ("JPEG", "RGB", {"icc_profile": "sRGB"}),
    "webp": ("WEBP", "RGB", {}),
    "webp-lossless": ("WEBP", "RGBA", {"lossless": True}),
    "webp-exif": ("WEBP", "RGB", {"exif": 3}),
    "tiff": ("TIFF", "RGB", {}),
    "tiff-lzw": ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    "tiff-deflate": ("TIFF", "RGBA", {"compression": "tiff_deflate"}),
    "tiff-packbits": ("TIFF", "L", {"compression": "packbits"}),
    "tiff-g4": ("TIFF", "1", {"compression": "group4"}),
    "tiff-jpeg": ("TIFF", "RGB", {"compression": "jpeg"}),
    "tiff-cmyk": ("TIFF", "CMYK", {}),
    "tiff-lab": ("TIFF", "LAB", {}),
    "tiff-16": ("TIFF", "I;16", {}),
    "tiff-32": ("TIFF", "I", {}),
    "tiff-float": ("TIFF", "F", {}),
    "bmp": ("BMP", "RGB", {}),
    "bmp-palette": ("BMP", "P", {}),
    "gif": ("GIF", "P", {}),
    "gif-many": ("GIF", "P", {"save_all": True, "append_images": 2}),
    "ppm": ("PPM", "RGB", {}),
    "pgm": ("PPM", "L", {}),
    "pgm-16": ("PPM", "I", {}),
    "jpeg2000": ("JPEG2000", "RGB", {}),
    "jpeg2000-rgba": ("JPEG2000", "RGBA", {}),
    "avif": ("AVIF", "RGB", {}),
}


def picture(mode: str, n_H: int = 24, n_W: int = 32) -> Image.Image:
    """A picture with a gradient, of a mode."""
    y, x = np.mgrid[:n_H, :n_W] / n_W
    if mode in ("I;16", "I"):
        dtype = np.uint16 if mode == "I;16" else np.int32
        return Image.fromarray((65535 * (x + y) / 2).astype(dtype))
    if mode == "F":
        return Image.fromarray(((x + y) / 2).astype(np.float32))
    rgb = Image.fromarray((255 * np.stack([x, y, (x + y) / 2], -1)).astype(np.uint8))
    if mode == "LAB":
        spaces = [ImageCms.createProfile(name) for name in ("sRGB", "LAB")]
        return ImageCms.profileToProfile(rgb, *spaces, outputMode="LAB")
    return rgb.convert("RGBA").convert(mode) if mode == "LA" else rgb.convert(mode)


@cache
def encoded(name: str) -> bytes:
    """The bytes of a sound file."""
    form, mode, options = ENCODINGS[name]
    options = dict(options)
    if "icc_profile" in options:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        options["icc_profile"] = profile.tobytes()
    if "exif" in options:
        options["exif"], orientation = Image.Exif(), options["exif"]
        options["exif"][0x112] = orientation
    if "append_images" in options:
        options["append_images"] = [picture("P").rotate(90 * k) for k in range(1, 3)]
    file = io.BytesIO()
    picture(mode).save(file, form, **options)
    return file.getvalue()


def load(name: str, damaged: bytes | None, folder: Path) -> None:
    """Write a file and read it: what is read is a picture."""
    path = folder / "picture"
    path.write_bytes(encoded(name) if damaged is None else damaged)
    found = load_image(path, size=40)
    assert found.dtype == np.float32
    assert max(found.shape[:2]) == 40
    assert found.shape[2] == 3
    assert found.min() >= 0
    assert found.max() <= 1


def cases() -> Iterator[Case]:
    """Every encoding that this Pillow knows."""
    Image.init()
    for name, (form, _, _) in ENCODINGS.items():
        if form not in Image.SAVE:
            continue
        yield Case("picture", f"{name}-sound", partial(load, name, None), (WELL,))
        rng = random.Random(name)
        for how, damaged in damages(encoded(name), rng, cuts=8, flips=10):
            yield Case("picture", f"{name}-{how}", partial(load, name, damaged), (WELL, *DAMAGED))
