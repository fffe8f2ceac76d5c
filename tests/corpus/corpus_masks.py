"""Masks: every encoding and damage, other proportions, colours, nothing white, small and large."""

import io
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from corpus_bombs import FORMATS, OTHERS
from corpus_case import WELL, Case, damages
from corpus_pictures import DAMAGED, encoded, picture
from corpus_settings import QUICK, command
from PIL import Image

from nst_numpy.files.masks import load_mask

SHAPE = (18, 24)
"""Of the picture as it was loaded: its file has 32 × 24 pixels."""
REFUSED = (
    *DAMAGED, r"a mask has the proportions of its picture\.$", r"has colours; a mask is gray",
    r"is black; paint white what belongs to the region\.$", r"is empty\.$",
    r"needs about .* to be read, and .* are free\.$",
)  # fmt: skip


def masked(made: bytes, folder: Path) -> None:
    """Read a mask: what is read are shares of a region that has one pixel at least."""
    (folder / "picture.png").write_bytes(encoded("png"))
    (folder / "mask").write_bytes(made)
    mask = load_mask(folder / "mask", folder / "picture.png", SHAPE)
    assert (mask.shape, mask.dtype) == (SHAPE, np.float32)
    assert mask.min() >= 0
    assert 0 < mask.max() <= 1


def file_of(values: np.ndarray, form: str = "PNG") -> bytes:
    """The bytes of a picture of these numbers."""
    file = io.BytesIO()
    Image.fromarray(values).save(file, form)
    return file.getvalue()


def gray(width: int, height: int, value: int = 255) -> bytes:
    """A mask of one gray."""
    return file_of(np.full((height, width), value, np.uint8))


MODES = ["png-gray", "png-1", "png-la", "png-16", "tiff-16", "tiff-32", "tiff-float", "tiff-g4",
         "tiff-packbits", "jpeg-gray", "pgm", "pgm-16"]  # fmt: skip
SIZES = [(32, 24), (4, 3), (1, 1), (33, 24), (31, 24), (320, 240), (24, 32), (32, 1), (1, 24),
         (3200, 2400), (64, 49), (64, 51), (64, 47)]  # fmt: skip


def painted(words: list[str], masks: dict[str, bytes], folder: Path) -> str | None:
    """Paint with masks on the command line."""
    for name, made in masks.items():
        (folder / name).write_bytes(made)
    said = command(
        ["stylize", "photo.png", "painting.png", *QUICK, "-o", "out.png", *words], folder
    )
    assert (folder / "out.png").exists() == (said is None)
    for name, made in masks.items():
        assert (folder / name).read_bytes() == made
    return said


ONE = {"one.png": gray(32, 24), "soft.png": encoded("png-gray")}
WORDS = {
    "right": (["--content-mask", "one.png", "--style-mask", "soft.png"], WELL),
    "of-the-content-alone": (["--content-mask", "one.png"], WELL),
    "more-than-styles": (["--content-mask", "one.png", "--content-mask", "one.png"], "mask"),
    "of-the-style-alone": (["--style-mask", "one.png"], "mask"),
    "missing": (["--content-mask", "nothing.png"], "does not exist"),
    "a-folder": (["--content-mask", "."], "is a folder"),
    "nothing": (["--content-mask="], "mask|folder|exist"),
    "is-the-output": (["--content-mask", "one.png", "-o", "one.png"],
    "is read by this run|once|times"),
    "is-the-photograph": (["--content-mask", "photo.png"], "has colours"),
}  # fmt: skip


def cases() -> Iterator[Case]:
    """What is read as a mask, and what is asked for with masks."""
    for name in MODES:
        yield Case("mask", f"{name}-sound", partial(masked, encoded(name)), (WELL,))
        for how, made in damages(encoded(name), random.Random(name), cuts=4, flips=4):
            yield Case("mask", f"{name}-{how}", partial(masked, made), (WELL, *REFUSED))
    for width, height in SIZES:
        go = partial(masked, gray(width, height))
        yield Case("mask", f"size-{width}x{height}", go, (WELL, REFUSED[len(DAMAGED)]))
    for value in (0, 1, 2, 128):
        allowed = (r"is black",) if value == 0 else (WELL,)
        yield Case("mask", f"all-{value}", partial(masked, gray(32, 24, value)), allowed)
    for mode in ("RGB", "P", "CMYK", "LAB"):
        file = io.BytesIO()
        picture(mode).save(file, "PNG" if mode in ("RGB", "P") else "TIFF")
        yield Case("mask", f"colours-{mode}", partial(masked, file.getvalue()), ("has colours",))
    clear = np.zeros((24, 32, 4), np.uint8)
    yield Case("mask", "clear", partial(masked, file_of(clear)), (WELL,))  # white lies beneath
    for make in FORMATS:
        for side in (2**15 - 1, 2**31 - 1):
            name = f"{make.__name__}-{side}"
            go = partial(masked, make(side, side * 3 // 4))
            yield Case("mask", f"bomb-{name}", go, (WELL, *REFUSED))
    for name, made in OTHERS.items():
        yield Case("mask", f"other-{name}", partial(masked, made), ("is not a picture",))
    for name, (words, allowed) in WORDS.items():
        yield Case("mask", f"asked-{name}", partial(painted, words, ONE), (allowed,))
