"""What a stranger's file says besides the picture, and its 16 bits: profile, EXIF, directories."""

import io
import random
import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from corpus_case import WELL, Case, damages
from corpus_pictures import DAMAGED, picture

from nst_numpy import load_image, save_image
from nst_numpy.files.carried import carried_of
from nst_numpy.files.directories import numbers, words, written
from nst_numpy.files.exif import block
from nst_numpy.files.png import write_png
from nst_numpy.files.profiles import srgb_profile
from nst_numpy.files.tiff import write_tiff


def goes_along(made: bytes, suffix: str, folder: Path) -> None:
    """Read a photograph and what goes along, and save it: the file is a picture of that size."""
    (folder / "photo").write_bytes(made)
    image = load_image(folder / "photo", size=24)
    carried = carried_of(folder / "photo", image.shape, location=True)
    assert all(note.count("\n") == 0 and note.endswith(".") for note in carried.notes)
    out = folder / f"out{suffix}"
    save_image(image, out, "{}", carried, 16 if suffix in (".png", ".tif") else 8)
    found = load_image(out)
    assert found.shape == image.shape
    assert found.min() >= 0
    assert found.max() <= 1
    assert out.stat().st_size < 200_000


def jpeg(**options) -> bytes:
    """A photograph with this EXIF, or this profile."""
    file = io.BytesIO()
    picture("RGB").save(file, "JPEG", **options)
    return file.getvalue()


def exif_block() -> bytes:
    """EXIF of every kind of entry."""
    first = {271: words("Maker"), 272: words("Box"), 282: numbers(5, 240, 1),
             283: numbers(5, 240, 1), 296: numbers(3, 2)}  # fmt: skip
    inner = {33434: numbers(5, 1, 125), 34855: numbers(3, 400), 36867: words("2026:11:25 12:00:00")}
    place = {1: words("N"), 2: numbers(5, 51, 1, 2, 1, 3, 1)}
    return block(first, inner, place)


def odd_exif() -> Iterator[tuple[str, bytes]]:
    """Yield EXIF with a single thing that cannot be."""
    head = b"II*\0\x08\0\0\0"
    for kind in (0, 1, 2, 5, 9, 12, 13, 16, 99, 65535):
        for count in (0, 1, 2**16, 2**31, 2**32 - 1):
            entry = struct.pack("<HHII", 272, kind, count, 8)
            yield f"kind-{kind}-{count}", head + b"\1\0" + entry + bytes(4)
    for tag in (34665, 34853):
        for place in (0, 8, 2**31, 2**32 - 1):  # 8: the directory itself, round and round
            entry = struct.pack("<HHII", tag, 4, 1, place)
            yield f"leads-{tag}-{place}", head + b"\1\0" + entry + bytes(4)
    for x, y in ((0, 0), (1, 0), (2**32 - 1, 1), (1, 2**32 - 1)):
        entries = {282: numbers(5, x, y), 283: numbers(5, x, y), 296: numbers(3, 2)}
        yield f"resolution-{x}-{y}", head + written(entries, 8)
    many = {tag: words("x" * 40) for tag in range(1000, 1500)}
    yield "many", head + written(many, 8)
    yield "letters", head + written({272: words("\x1b[31m\n\0" * 50), 270: words("é" * 900)}, 8)


def odd_profiles() -> Iterator[tuple[str, bytes]]:
    """Yield profiles of three primaries with a single thing that cannot be."""
    sound = srgb_profile()
    count = struct.unpack_from(">I", sound, 128)[0]
    for k in range(count):
        at = 132 + 12 * k
        for value in (0, 1, 2**31, 2**32 - 1):
            for part, offset in (("place", 4), ("length", 8)):
                changed = bytearray(sound)
                changed[at + offset : at + offset + 4] = struct.pack(">I", value)
                yield f"{sound[at : at + 4].decode()}-{part}-{value}", bytes(changed)
    for name in (b"rXYZ", b"rTRC"):
        at = 132 + 12 * [sound[132 + 12 * k :][:4] for k in range(count)].index(name)
        start, length = struct.unpack_from(">II", sound, at + 4)
        for filler in (b"\0", b"\xff", b"\x80"):
            changed = bytearray(sound)
            changed[start + 8 : start + length] = filler * (length - 8)
            yield f"{name.decode()}-all-{filler[0]}", bytes(changed)


def sixteen(suffix: str, n_C: int = 3) -> bytes:
    """A picture of 16 bits."""
    rng = np.random.default_rng(0)
    folder = io.BytesIO()
    values = rng.integers(0, 65536, (24, 32, n_C), np.uint16)
    if suffix == ".png":
        write_png(folder, [values], values.shape, 16)
    else:
        write_tiff(folder, [values], values.shape, 16, {272: words("Box")}, {})
    return folder.getvalue()


def cases() -> Iterator[Case]:
    """EXIF, profiles, and 16 bits: odd, cut off, and with bits turned over."""
    suffixes = [".png", ".jpg", ".webp", ".tif"]
    for k, (name, data) in enumerate(odd_exif()):
        made = jpeg(exif=b"Exif\0\0" + data)
        go = partial(goes_along, made, suffixes[k % 4])
        yield Case("carried", f"exif-{name}", go, (WELL, *DAMAGED))
    for k, (name, data) in enumerate(odd_profiles()):
        go = partial(goes_along, jpeg(icc_profile=data), suffixes[k % 4])
        yield Case("carried", f"profile-{name}", go, (WELL,))
    whole = {
        "exif": lambda data: jpeg(exif=b"Exif\0\0" + data),
        "profile": lambda data: jpeg(icc_profile=data) if data else jpeg(),
    }
    for name, sound in (("exif", exif_block()), ("profile", srgb_profile())):
        for k, (how, data) in enumerate(damages(sound, random.Random(name), cuts=10, flips=30)):
            go = partial(goes_along, whole[name](data), suffixes[k % 4])
            yield Case("carried", f"{name}-{how}", go, (WELL, *DAMAGED))
    for suffix in (".png", ".tif"):
        for n_C in (3, 4):
            sound = sixteen(suffix, n_C)
            for how, data in damages(sound, random.Random(suffix), cuts=8, flips=20):
                go = partial(goes_along, data, suffix)
                yield Case("carried", f"16{suffix}-{n_C}-{how}", go, (WELL, *DAMAGED))
