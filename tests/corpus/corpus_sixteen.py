"""Pictures of 16 bits whose headers say what cannot be: PNG's chunks and TIFF's entries."""

import struct
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from corpus_carried import sixteen
from corpus_case import WELL, Case
from corpus_pictures import DAMAGED

from nst_numpy import load_image, save_image
from nst_numpy.files.about import read_about
from nst_numpy.files.carried import carried_of
from nst_numpy.files.opening import MOST_PIXELS, size_and_memory

MOST_READ = 2**28
"""Of what claims to take more bytes, the header is enough: there may be none left for it."""
REFUSED = (*DAMAGED, r"needs about .* to be read, and .* are free\.$")


def read(made: bytes, folder: Path) -> None:
    """Read it as a photograph, with what goes along; and what it says of itself."""
    path = folder / "photo"
    path.write_bytes(made)
    (width, height), memory = size_and_memory(path)
    assert width * height <= MOST_PIXELS
    if memory > MOST_READ:
        return
    image = load_image(path, size=20)
    assert image.dtype == np.float32
    assert max(image.shape[:2]) == 20
    assert image.min() >= 0
    assert image.max() <= 1
    carried = carried_of(path, image.shape, location=True)
    assert all("\n" not in note for note in carried.notes)
    read_about(path)
    save_image(image, folder / "out.tif", "{}", carried, 16)
    assert load_image(folder / "out.tif").shape == image.shape


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """The names and bodies of a PNG's chunks."""
    found, at = [], 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def png_of(parts: list[tuple[bytes, bytes]], length: int | None = None) -> bytes:
    """A PNG of these chunks; the last but one may claim another length."""
    made = b"\x89PNG\r\n\x1a\n"
    for number, (name, body) in enumerate(parts):
        said = len(body) if length is None or number != len(parts) - 2 else length
        check = zlib.crc32(name + body)
        made += struct.pack(">I", said) + name + body + struct.pack(">I", check)
    return made


def odd_png() -> Iterator[tuple[str, bytes]]:
    """Yield PNG with a chunk that cannot be, or one more."""
    for n_C in (3, 4):
        sound = chunks(sixteen(".png", n_C))
        (_, head), *rest = sound
        for at, form, values in [
            (0, ">I", [0, 1, 33, 2**16, 2**31 - 1, 2**32 - 1]), (4, ">I", [0, 1, 25, 2**24]),
            (8, "B", [0, 1, 8, 15, 17, 32, 255]), (9, "B", [0, 2, 3, 4, 6, 7]),
            (10, "B", [1, 255]), (11, "B", [1, 255]), (12, "B", [1, 2, 255]),
        ]:  # fmt: skip
            for value in values:
                body = bytearray(head)
                struct.pack_into(form, body, at, value)
                yield f"{n_C}-head-{at}-{value}", png_of([(b"IHDR", bytes(body)), *rest])
        for length in (0, 1, 2**31 - 1, 2**31, 2**32 - 1):
            yield f"{n_C}-length-{length}", png_of(sound, length)
        for name, body in {
            "profile-bomb": (b"iCCP", b"x\0\0" + zlib.compress(bytes(10**8), 9)),
            "profile-junk": (b"iCCP", b"x\0\0junk"), "profile-no-name": (b"iCCP", b"x" * 200),
            "text-bomb": (b"zTXt", b"nst_numpy\0\0" + zlib.compress(b"x" * 10**8, 9)),
            "text-of-ours-bomb": (b"iTXt", b"nst_numpy\0\1\0\0\0" + zlib.compress(b"x" * 10**8, 9)),
            "text-not-utf-8": (b"iTXt", b"nst_numpy\0\0\0\0\0\xff\xfe"),
            "exif-junk": (b"eXIf", b"MM\0*\xff\xff\xff\xff"), "exif-empty": (b"eXIf", b""),
            "transparency": (b"tRNS", bytes(6)), "transparency-short": (b"tRNS", b"\0"),
            "gamma-0": (b"gAMA", bytes(4)), "resolution-0": (b"pHYs", bytes(9)),
            "resolution-short": (b"pHYs", b"\0"), "animation": (b"acTL", struct.pack(">II", 2**31,
            0)),
            "head-again": (b"IHDR", head), "unknown-and-needed": (b"ABCD", b"x" * 9),
        }.items():  # fmt: skip
            yield f"{n_C}-{name}", png_of([sound[0], body, *rest])
        packed = b"".join(body for name, body in sound if name == b"IDAT")
        pixels = zlib.decompress(packed)
        for name, data in {
            "none": b"", "less": zlib.compress(pixels[: len(pixels) // 2]),
            "more": zlib.compress(pixels + bytes(10**7)),
            "filter-9": zlib.compress(b"\t" + pixels[1:]),
            "stored": zlib.compress(pixels, 0), "junk": b"junk",
        }.items():  # fmt: skip
            yield f"{n_C}-pixels-{name}", png_of([sound[0], (b"IDAT", data), (b"IEND", b"")])


def odd_tiff() -> Iterator[tuple[str, bytes]]:
    """Yield TIFF of ours in which an entry has another number, kind or count, or is missing."""
    for n_C in (3, 4):
        sound = sixteen(".tif", n_C)
        start = struct.unpack_from("<I", sound, 4)[0]
        count = struct.unpack_from("<H", sound, start)[0]
        for k in range(count):
            at = start + 2 + 12 * k
            tag = struct.unpack_from("<H", sound, at)[0]
            values = [0, 1, 2**16, 2**31, 2**32 - 1] if n_C == 3 else [7]
            for name, form, offset, numbers in [
                ("value", "<I", 8, values),
                ("count", "<I", 4, dict.fromkeys(values[:1] + values[-2:])),
                ("kind", "<H", 2, [0, 2, 5, 12, 16, 99]), ("tag", "<H", 0, [65000]),
            ]:  # fmt: skip
                for number in numbers:
                    made = bytearray(sound)
                    struct.pack_into(form, made, at + offset, number)
                    yield f"{n_C}-{tag}-{name}-{number}", bytes(made)
        for place in (0, 4, len(sound) - 1, 2**32 - 1):
            made = bytearray(sound)
            struct.pack_into("<I", made, 4, place)
            yield (
                f"{n_C}-directory-at-{place if place != len(sound) - 1 else 'the-end'}",
                bytes(made),
            )
        made = bytearray(sound)
        struct.pack_into("<I", made, start + 2 + 12 * count, start)
        yield f"{n_C}-next-is-itself", bytes(made)
        yield f"{n_C}-big-endian-by-name", b"MM\0*" + sound[4:]
        yield f"{n_C}-big-by-name", b"II+\0" + sound[4:]


def cases() -> Iterator[Case]:
    """Both formats, of three numbers a pixel and of four."""
    for form, made in (("png", odd_png()), ("tiff", odd_tiff())):
        for name, data in made:
            yield Case("sixteen", f"{form}-{name}", partial(read, data), (WELL, *REFUSED))
